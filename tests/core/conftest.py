"""Tests that ask for `url` run on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial
from pathlib import Path

import pytest

from tests.core.rig import Rig
from tests.talk import Clock

MakeRig = Callable[..., AbstractAsyncContextManager[Rig]]


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'core.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    name = "sqlite_url" if request.param == "sqlite" else "shared_url"
    return str(request.getfixturevalue(name))


@pytest.fixture
def make_rig(url: str, clock: Clock) -> MakeRig:
    """`async with make_rig(respond, *wires) as rig`; each on the same database."""
    return partial(Rig.opened, url, clock)


@pytest.fixture
async def rig(make_rig: MakeRig) -> AsyncIterator[Rig]:
    """One whose handler says what was said to it."""
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(make_rig())
