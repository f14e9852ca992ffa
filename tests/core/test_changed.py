"""What was changed or taken back after it was said: so it stands in the history, and a reader misses none of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.broadcasting import Feeder
from bot.chat import Button, Outgoing
from bot.delivery import Delivery
from bot.records import broadcasts, messages, people
from bot.records.audiences import Audience
from bot.records.broadcasts import Content
from bot.records.messages import DELETE, EDIT, SEND, Line, Sent, outbox
from bot.text import LANGUAGES
from tests.core.rig import Rig
from tests.core.test_made import TICKET
from tests.wire import eventually

SEAT = Outgoing("Họp thứ 7", (Button("Đã nhận", "ack"),))
#: More lines than any of these chats has.
ALL = 50


class Reader:
    """A page: it asks for what is beyond what it has, and puts what comes into its place."""

    def __init__(self, rig: Rig, chat: str = "an") -> None:
        self._rig, self._chat, self._seen = rig, chat, 0
        self.lines: dict[int, Line] = {}

    async def reads(self, limit: int = ALL) -> list[int]:
        """Returns the numbers of the lines that came."""
        async with self._rig.database.read() as connection:
            chat_id = await people.chat_id(connection, "wire", self._chat)
            assert chat_id is not None
            lines = await messages.history(connection, chat_id, (0, self._seen), limit)
        for line in lines:
            self._seen = max(self._seen, line.number, line.changed)
            self.lines[line.number] = line
        return [line.number for line in lines]

    @property
    def shown(self) -> list[tuple[str, str]]:
        """What has become of each line, and its text, in order."""
        ordered = sorted(self.lines.values(), key=lambda line: line.number)
        return [(line.act, line.outgoing.text) for line in ordered if line.outgoing]


async def does(rig: Rig, verb: Callable[[AsyncConnection], Awaitable[object]]) -> object:
    done = await rig.database.write(verb)
    for wake in rig.wakes:
        wake()
    return done


async def corrects(rig: Rig, number: int, message: Outgoing) -> None:
    assert await does(rig, lambda connection: messages.change(connection, number, message, rig.clock()))


async def said(rig: Rig, *texts: str) -> Reader:
    """A chat in which the bot has said this, and who has read it."""
    rig.starts()
    await rig.says("an", *texts)
    await rig.delivered()
    reader = Reader(rig)
    assert await reader.reads() == [*range(1, len(texts) + 1)]
    return reader


async def test_a_correction_comes_once_and_stands_where_the_message_stood(rig: Rig) -> None:
    reader = await said(rig, "một", "hai")
    await corrects(rig, 1, SEAT)
    await rig.says("an", "ba")
    assert await reader.reads() == [1, 4]
    assert reader.shown == [(EDIT, SEAT.text), (SEND, "hai"), (SEND, "ba")]
    assert await reader.reads() == []
    anew = Reader(rig)
    await anew.reads()
    assert anew.lines == reader.lines


async def test_of_several_corrections_the_last_one_stands(rig: Rig) -> None:
    reader = await said(rig, "một")
    for count in range(1, 4):
        await corrects(rig, 1, Outgoing(f"một {count}"))
    assert await reader.reads() == [1]
    assert reader.shown == [(EDIT, "một 3")]


async def test_an_old_message_that_is_corrected_comes_though_many_came_behind_it(rig: Rig) -> None:
    reader = await said(rig, "một", "hai")
    await corrects(rig, 1, SEAT)
    await rig.says("an", "ba", "bốn", "năm")
    assert await reader.reads(limit=2) == [1, 5, 6]
    newcomer = Reader(rig)
    assert await newcomer.reads(limit=2) == [5, 6]


async def test_a_correction_with_a_picture_comes_once_that_is_made(rig: Rig) -> None:
    reader = await said(rig, "một")
    await rig.stop()
    await corrects(rig, 1, TICKET)
    await rig.says("an", "hai")
    assert await reader.reads() == []
    rig.starts()
    await rig.delivered()
    assert await reader.reads() == [1, 3]
    assert reader.shown == [(EDIT, TICKET.text), (SEND, "hai")]
    shown = reader.lines[1].outgoing
    assert shown is not None
    assert shown.photo is not None
    assert shown == replace(TICKET, made=None, photo=shown.photo)


async def test_an_announcement_is_corrected_and_recalled_where_it_stands(rig: Rig) -> None:
    rig.deliveries = [
        Delivery(rig.database, rig.wire, rig.clock, rig.media, feed=Feeder("vi").feed, pauses=(0.001, 0.004))
    ]
    reader = await said(rig, "một")

    async def announce(connection: AsyncConnection) -> int:
        at = rig.clock()
        content = Content("news", {"vi": "Họp thứ 7"}, Audience())
        number = await broadcasts.add(connection, content, None, at)
        one = await broadcasts.get(connection, number)
        assert one is not None
        await broadcasts.prepare(connection, one, LANGUAGES, at)
        assert await broadcasts.move(connection, number, ("draft",), "sending", started_at=at)
        return number

    number = await rig.database.write(announce)

    async def done() -> bool:
        async with rig.database.read() as connection:
            one = await broadcasts.get(connection, number)
        assert one is not None
        return one.state == "done"

    await eventually(done, "it was not sent")
    assert await reader.reads() == [2]
    await does(rig, lambda connection: broadcasts.correct(connection, number, {"vi": "Họp thứ 6"}))
    await eventually(done, "it was not corrected")
    assert await reader.reads() == [2]
    assert reader.shown == [(SEND, "một"), (EDIT, "Họp thứ 6")]
    await does(rig, lambda connection: broadcasts.recall(connection, number, rig.clock()))
    await eventually(done, "it was not recalled")
    assert await reader.reads() == [2]
    assert reader.shown == [(SEND, "một"), (DELETE, "")]
    anew = Reader(rig)
    await anew.reads()
    assert anew.lines == reader.lines


async def test_what_was_said_in_parts_is_found_by_each_of_them_and_by_no_other(rig: Rig) -> None:
    await rig.says("an", "một", "hai")

    async def note(connection: AsyncConnection) -> int:
        ends = [Sent(1, "sent", None, "112 113", rig.clock()), Sent(2, "sent", None, "114", rig.clock())]
        await messages.end(connection, ends)
        await connection.execute(update(outbox).values(cause=outbox.c.id))
        found = await people.chat_id(connection, "wire", "an")
        assert found is not None
        return found

    chat_id = await rig.database.write(note)
    async with rig.database.read() as connection:
        found = {
            number: [one.text for one in await messages.said_with(connection, chat_id, number)]
            for number in ("112", "113", "114", "12", "11", "")
        }
    assert found == {"112": ["một"], "113": ["một"], "114": ["hai"], "12": [], "11": [], "": []}


async def test_of_what_was_erased_nothing_is_shown_as_changed_or_taken_back(rig: Rig) -> None:
    await said(rig, "một", "hai")
    await corrects(rig, 1, SEAT)

    async def take_back_and_erase(connection: AsyncConnection) -> None:
        chat_id = await people.chat_id(connection, "wire", "an")
        assert chat_id is not None
        values = {
            "chat_id": chat_id,
            "channel": "wire",
            "address": "an",
            "lane": 0,
            "created_at": rig.clock(),
        }
        await connection.execute(
            insert(outbox).values(act=DELETE, target=2, payload=Outgoing("").to_json(), **values)
        )
        await messages.forget(connection, [chat_id], keep=0)

    await does(rig, take_back_and_erase)
    assert await Reader(rig).reads() == []
