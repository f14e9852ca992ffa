"""Transcripts take place on every channel: each on one of them here, and on all with TALK_CHANNELS=all."""

from __future__ import annotations

import os
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.lines import openings
from tests.wire import Wire

_OPENINGS = openings()
_WANTED = os.environ.get("TALK_CHANNELS", "one each")


@pytest.fixture(params=sorted(_OPENINGS))
async def line(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Wire]:
    async with _OPENINGS[request.param](tmp_path) as opened:
        yield opened


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keeps each test on the channel that its name falls to, or on those that are wanted."""
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        call = getattr(item, "callspec", None)
        channel = call.params.get("line") if call else None
        here = channel is None or channel in _channels(item.nodeid.replace(str(channel), ""))
        (kept if here else left).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left)


def _channels(name: str) -> list[str]:
    names = sorted(_OPENINGS)
    if _WANTED == "all":
        return names
    if _WANTED == "one each":
        return [names[zlib.crc32(name.encode()) % len(names)]]
    return _WANTED.split(",")
