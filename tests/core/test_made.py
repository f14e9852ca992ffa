"""What is to be made is made once, before it goes out, and never keeps the words back."""

from __future__ import annotations

import asyncio
import io
import logging
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import delivery, papers
from bot.chat import Button, Made, Outgoing
from bot.errors import Refused, Unavailable
from bot.records import files, messages, people
from bot.records.messages import Line
from bot.turn import Turn
from tests.core.conftest import MakeRig
from tests.core.rig import Rig
from tests.wire import said

URL = "https://union.example.vn/e/12"
TICKET = Outgoing(
    "Vé của anh/chị",
    (Button("Xem", "event:1"),),
    made=Made("qr", "vé.png", {"url": URL, "label": "Quét ở cửa"}),
)
ENTRY = Outgoing(
    "Lịch",
    made=Made(
        "calendar",
        "hop.ics",
        {
            "stamp": "2026-11-24T09:00:00+07:00",
            "events": [{"uid": "a@x", "title": "Hội nghị", "start": "2026-11-30"}],
        },
    ),
)


async def gives(turn: Turn) -> list[Outgoing]:
    """A handler that says what is asked of it."""
    kinds = {"vé": TICKET, "lịch": ENTRY, "hỏng": replace(TICKET, made=Made("qr", "a.png", {}))}
    return [kinds.get(word, Outgoing(word)) for word in turn.said.text.split()]


async def _shown(rig: Rig, chat: str = "an") -> list[Line]:
    async with rig.database.read() as connection:
        chat_id = await people.chat_id(connection, "wire", chat)
        assert chat_id is not None
        return await messages.history(connection, chat_id, (0, 0), 50)


async def _does(rig: Rig, text: str, chat: str = "an") -> None:
    await rig.hears(said(text, chat))
    await rig.works()


def test_what_is_to_be_made_survives_being_written_down() -> None:
    assert Outgoing.from_json(TICKET.to_json()) == TICKET


async def test_a_picture_is_made_before_it_goes_out_and_stays_in_the_history(make_rig: MakeRig) -> None:
    async with make_rig(gives) as rig:
        await _does(rig, "vé")
        rig.starts()
        await rig.delivered()
        (sent,) = rig.wire.to("an")
        assert (sent.text, sent.buttons, sent.made, sent.file) == (TICKET.text, TICKET.buttons, None, None)
        assert sent.photo is not None
        assert (sent.photo.name, sent.photo.type) == ("vé.png", "image/png")
        data = rig.media.read(sent.photo.reference)
        assert [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(data)))] == [URL]
        assert [line.outgoing for line in await _shown(rig)][1:] == [sent]


async def test_a_calendar_entry_goes_out_as_a_file(make_rig: MakeRig) -> None:
    async with make_rig(gives) as rig:
        await _does(rig, "lịch")
        rig.starts()
        await rig.delivered()
        (sent,) = rig.wire.to("an")
        assert sent.photo is None
        assert sent.file is not None
        assert (sent.file.name, sent.file.type) == ("hop.ics", "text/calendar")
        assert rig.media.read(sent.file.reference).startswith(b"BEGIN:VCALENDAR")


async def test_what_is_not_made_yet_is_not_shown_nor_anything_behind_it(make_rig: MakeRig) -> None:
    async with make_rig(gives) as rig:
        await _does(rig, "trước vé sau")
        shown = [line.outgoing.text for line in await _shown(rig) if line.outgoing]
        assert shown == ["trước"]
        rig.starts()
        await rig.delivered()
        shown = [line.outgoing.text for line in await _shown(rig) if line.outgoing]
        assert shown == ["trước", TICKET.text, "sau"]


async def test_what_cannot_be_made_lets_the_words_go_out(
    make_rig: MakeRig, caplog: pytest.LogCaptureFixture
) -> None:
    async with make_rig(gives) as rig:
        await _does(rig, "hỏng sau")
        rig.starts()
        await rig.delivered()
        assert rig.wire.to("an") == [replace(TICKET, made=None), Outgoing("sau")]
        assert [line.outgoing for line in await _shown(rig)][1:] == rig.wire.to("an")
    faults = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(faults) == 1
    assert "qr of message" in faults[0]


async def test_the_same_is_made_once_for_all_and_again_after_a_fault_of_the_channel(
    make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Made] = []
    real = papers.make

    def make(one: Made, read: papers.Read) -> bytes:
        made.append(one)
        return real(one, read)

    monkeypatch.setattr(papers, "make", make)
    async with make_rig(gives) as rig:
        rig.wire.faults.extend([Unavailable("away"), Unavailable("away")])
        for chat in ("an", "binh", "chi"):
            await _does(rig, "vé", chat)
        rig.starts()
        await rig.delivered()
        assert len({sent.photo for _, sent in rig.wire.sent}) == 1
        assert len(rig.wire.sent) == 3
    assert len(made) == 1


async def test_who_waits_for_what_is_made_is_shown_that_it_comes_and_the_rest_are_not(
    make_rig: MakeRig,
) -> None:
    async with make_rig(gives) as rig:
        for text, chat in (("chào", "an"), ("vé", "binh"), ("vé", "chi"), ("hỏng", "an")):
            await _does(rig, text, chat)
            rig.starts()
            await rig.delivered()
            await rig.stop()
        assert rig.wire.typings == ["binh", "an"]  # what was there already comes at once
        assert len(rig.wire.sent) == 4


@pytest.mark.parametrize("fault", ["raises", "hangs"])
async def test_a_reply_never_fails_or_waits_where_that_cannot_be_shown(
    make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    async def typing(chat: str) -> None:
        if fault == "raises":
            raise Unavailable("no network")
        await asyncio.Event().wait()

    monkeypatch.setattr(delivery, "MOMENT", 0.01)
    async with make_rig(gives) as rig:
        monkeypatch.setattr(rig.wire, "typing", typing)
        await _does(rig, "vé")
        rig.starts()
        await rig.delivered()
        assert [bool(sent.photo) for sent in rig.wire.to("an")] == [True]


async def test_what_is_refused_for_good_does_not_hide_what_follows(make_rig: MakeRig) -> None:
    async with make_rig(gives) as rig:
        rig.wire.faults.append(Refused("no"))
        await _does(rig, "vé sau")
        rig.starts()
        await rig.delivered()
        assert [line.outgoing.text for line in await _shown(rig) if line.outgoing] == [TICKET.text, "sau"]


async def test_what_was_deleted_while_it_was_made_is_not_sent(
    make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with make_rig(gives) as rig:
        await _does(rig, "vé")
        loop, real = asyncio.get_running_loop(), papers.make

        async def forget(connection: AsyncConnection) -> None:
            chat_id = await people.chat_id(connection, "wire", "an")
            assert chat_id is not None
            await messages.forget(connection, [chat_id], keep=0)

        def make(one: Made, read: papers.Read) -> bytes:
            asyncio.run_coroutine_threadsafe(rig.database.write(forget), loop).result()
            return real(one, read)

        monkeypatch.setattr(papers, "make", make)
        rig.starts()
        await rig.delivered()
        assert rig.wire.sent == []
        assert await _shown(rig) == []
        (row,) = await rig.outbox_rows()
        assert (row.state, row.reason, Outgoing.from_json(row.payload)) == ("skipped", "erased", Outgoing(""))


async def test_what_was_made_for_a_chat_is_erased_with_it_unless_another_has_it(make_rig: MakeRig) -> None:
    async with make_rig(gives) as rig:
        await _does(rig, "vé lịch", "an")
        await _does(rig, "vé", "binh")
        rig.starts()
        await rig.delivered()

        async def forget(connection: AsyncConnection) -> list[tuple[int, str | None]]:
            chat_id = await people.chat_id(connection, "wire", "an")
            assert chat_id is not None
            await files.forget(connection, [chat_id])
            return await files.to_erase(connection, "wire")

        gone = [reference for _, reference in await rig.database.write(forget)]
        assert ENTRY.made is not None
        assert set(gone) == {None, papers.reference(ENTRY.made)}

        await _does(rig, "lịch", "an")  # asked for again before the bytes were gone
        await rig.delivered()
        async with rig.database.read() as connection:
            rows = await connection.execute(
                select(files.files.c.erased).where(files.files.c.name == "hop.ics")
            )
            assert rows.scalars().all() == [False]
