"""What people send is brought home once; what cannot be had, or is no picture, stands in nobody's way."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from bot.chat import Media
from bot.errors import Unavailable
from bot.fetcher import Fetcher
from bot.media import MediaStore
from bot.records.files import files
from tests.core.rig import Rig
from tests.wire import Wire, eventually, said


def _png() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (8, 8)).save(written, "PNG")
    return written.getvalue()


class Moody(Wire):
    """Gives files, is away for some, and breaks over others; counts how often each was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    async def fetch(self, media: Media) -> bytes:
        self.asked.append(media.reference)
        if media.reference.startswith("away"):
            raise Unavailable("no network")
        if media.reference.startswith("broken"):
            raise KeyError("file_path")
        return await super().fetch(media)


@pytest.fixture
async def fetching(rig: Rig, tmp_path: Path) -> Moody:
    wire = Moody()
    fetcher = Fetcher(rig.database, wire, MediaStore(tmp_path / "media"), rig.clock)
    rig.starts(fetcher.run())
    rig.wakes.append(fetcher.wake)
    return wire


async def _ends(rig: Rig) -> dict[str, tuple[str | None, str | None]]:
    async with rig.database.read() as connection:
        rows = await connection.execute(select(files.c.reference, files.c.stored, files.c.failure))
        return {row.reference: (row.stored, row.failure) for row in rows}


async def _sends(rig: Rig, *references: str) -> None:
    await rig.hears(*(said("", kind="photo", media=(Media(one, "anh.jpg"),)) for one in references))


async def test_what_was_sent_is_fetched_once_and_kept(rig: Rig, fetching: Moody, tmp_path: Path) -> None:
    fetching.files = {"one": _png()}
    await _sends(rig, "one", "one")

    async def stored() -> object:
        return (await _ends(rig)).get("one", (None, None))[0]

    await eventually(stored)
    reference = await stored()
    assert MediaStore(tmp_path / "media").path(str(reference)).exists()
    assert fetching.asked == ["one"]


async def test_one_file_that_cannot_be_had_does_not_stop_the_others(rig: Rig, fetching: Moody) -> None:
    fetching.files = {"good": _png(), "text": b"no picture", "torn": _png()[:40]}
    await _sends(rig, "gone", "broken", "text", "torn", "away", "good")

    async def ended() -> bool:
        ends = await _ends(rig)
        return len(ends) == 6 and all(any(end) for key, end in ends.items() if key != "away")

    await eventually(ended)
    ends = await _ends(rig)
    assert ends["good"][0]
    assert ends["broken"] == (None, "KeyError")
    assert ends["gone"] == (None, "there is no such file")
    assert ends["away"] == (None, None)
    assert not ends["text"][0]
    assert not ends["torn"][0]


async def test_a_file_that_stays_away_is_given_up_after_two_days(rig: Rig, fetching: Moody) -> None:
    await _sends(rig, "away")
    await eventually(lambda: _asked(fetching, 1))
    assert (await _ends(rig))["away"] == (None, None)
    rig.clock.moves(days=2, minutes=1)
    await _sends(rig, "broken")

    async def ended() -> object:
        return (await _ends(rig))["away"][1]

    await eventually(ended)


async def _asked(wire: Moody, times: int) -> bool:
    await asyncio.sleep(0)
    return len(wire.asked) >= times
