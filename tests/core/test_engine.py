"""A turn stands or falls alone, and whatever stops the program leaves nothing half done."""

from __future__ import annotations

import asyncio
import logging
import math
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.engine import Engine

from bot.chat import Outgoing
from bot.records import conversations, people
from bot.turn import Turn
from tests.core.conftest import MakeRig
from tests.core.rig import Rig, echo
from tests.talk import Clock
from tests.wire import DEADLINE, Wire, said, until


async def grumpy(turn: Turn) -> list[Outgoing]:
    """Writes a record and changes the chat's state, and then fails for those who say “đổ”."""
    await conversations.tell_staff(await turn.records(), turn.chat.id, turn.said.text, (), turn.now)
    turn.chat.state["asked"] = turn.said.text
    if turn.said.text.startswith("đổ"):
        raise RuntimeError(f"cannot handle {turn.said.text!r}")
    return [Outgoing("vâng")]


async def test_a_handler_that_raises_costs_only_its_own_turn(make_rig: MakeRig) -> None:
    async with make_rig(grumpy) as rig:
        await rig.hears(said("một", "an"), said("đổ vỡ", "bình"), said("ba", "chi"))
        assert await rig.engine.step() == 3
        assert await rig.said("an") == await rig.said("chi") == ["vâng"]
        (apology,) = await rig.said("bình")
        errors = {row.chat_id: row.error for row in await rig.inbox_rows()}
        (reference,) = [error for error in errors.values() if error]
        assert reference in apology
        assert all(row.done_at for row in await rig.inbox_rows())


async def test_what_a_failing_handler_wrote_is_gone_and_the_chat_remembers_nothing(make_rig: MakeRig) -> None:
    async with make_rig(grumpy) as rig:
        await rig.hears(said("đổ vỡ", "bình"), said("một", "an"))
        await rig.works()
        async with rig.database.read() as connection:
            kept = await conversations.waiting(connection)
            states = await connection.execute(select(people.chats.c.address, people.chats.c.state))
        assert [one.messages for one in kept] == [("một",)]
        assert {row.address: row.state for row in states} == {"an": '{"asked": "một"}', "bình": "{}"}


async def test_the_log_says_where_a_turn_failed_and_nothing_of_what_was_said(
    make_rig: MakeRig, caplog: pytest.LogCaptureFixture
) -> None:
    async with make_rig(grumpy) as rig:
        await rig.hears(said("đổ: số của tôi là 0912345678", "bình"))
        await rig.works()
        (row,) = await rig.inbox_rows()
    (record,) = [r for r in caplog.records if r.levelno >= logging.ERROR]
    assert row.error in record.getMessage()
    assert "RuntimeError: grumpy" in record.getMessage()
    assert "0912" not in caplog.text


async def test_a_failed_turn_is_not_run_again(make_rig: MakeRig) -> None:
    tried = Counter[str]()

    async def counts(turn: Turn) -> list[Outgoing]:
        tried[turn.said.text] += 1
        raise RuntimeError

    async with make_rig(counts) as rig:
        await rig.hears(said("đổ"))
        assert await rig.works() == 1
        assert await rig.works() == 0
    assert tried == {"đổ": 1}


@pytest.mark.parametrize("state", [object(), {1, 2}, b"bytes"])
async def test_a_state_that_cannot_be_saved_is_its_own_turns_fault(make_rig: MakeRig, state: object) -> None:
    async def odd(turn: Turn) -> list[Outgoing]:
        turn.chat.state["x"] = state if turn.said.text == "lạ" else math.pi
        return [Outgoing("vâng")]

    async with make_rig(odd) as rig:
        await rig.hears(said("lạ", "an"), said("thường", "bình"))
        await rig.works()
        (apology,) = await rig.said("an")
        assert apology != "vâng"
        assert await rig.said("bình") == ["vâng"]


async def test_a_state_with_half_a_character_does_not_stop_the_others(make_rig: MakeRig) -> None:
    async def odd(turn: Turn) -> list[Outgoing]:
        turn.chat.state["x"] = "\ud83d" if turn.said.text == "lạ" else "tốt"
        return [Outgoing("vâng")]

    async with make_rig(odd) as rig:
        await rig.hears(said("lạ", "an"), said("thường", "bình"))
        await rig.works()
        assert await rig.said("bình") == ["vâng"]
        assert len(await rig.said("an")) == 1


async def test_a_reply_with_half_a_character_does_not_stop_the_others(make_rig: MakeRig) -> None:
    async def odd(turn: Turn) -> list[Outgoing]:
        return [Outgoing("\ud83d" if turn.said.text == "lạ" else "vâng")]

    async with make_rig(odd) as rig:
        await rig.hears(said("lạ", "an"), said("thường", "bình"))
        await rig.works()
        assert await rig.said("bình") == ["vâng"]
        assert len(await rig.said("an")) == 1


async def test_a_handler_that_hides_an_error_of_the_database_costs_only_its_own_turn(
    make_rig: MakeRig,
) -> None:
    async def hides(turn: Turn) -> list[Outgoing]:
        connection = await turn.records()
        if turn.said.text == "lạ":
            try:
                await connection.execute(text("SELECT * FROM there_is_no_such_table"))
            except Exception:
                return [Outgoing("coi như xong")]
        return [Outgoing("vâng")]

    async with make_rig(hides) as rig:
        await rig.hears(said("lạ", "an"), said("thường", "bình"))
        await rig.works()
        assert await rig.said("bình") == ["vâng"]
        assert len(await rig.said("an")) == 1


async def test_a_turn_of_another_message_sees_what_the_last_one_left(make_rig: MakeRig) -> None:
    async def counts(turn: Turn) -> list[Outgoing]:
        turn.chat.state["n"] = turn.chat.state.get("n", 0) + 1
        return [Outgoing(str(turn.chat.state["n"]))]

    async with make_rig(counts) as rig:
        await rig.hears(*(said("a", chat) for chat in ("an", "bình") for _ in range(3)))
        assert await rig.engine.step() == 2
        await rig.works()
        assert await rig.said("an") == await rig.said("bình") == ["1", "2", "3"]


async def test_messages_of_channels_that_are_not_served_here_wait(rig: Rig) -> None:
    await rig.hears(said("a", channel="other"))
    assert await rig.works() == 0
    assert [row.done_at for row in await rig.inbox_rows()] == [None]


async def test_more_chats_than_a_batch_holds_are_all_heard(rig: Rig) -> None:
    await rig.hears(*(said(str(number), f"chat {number}") for number in range(300)))
    assert await rig.engine.step() == 128
    assert await rig.works() == 300 - 128
    assert len(await rig.outbox_rows()) == 300


DIES = """
import asyncio, os, sys
from bot.chat import Outgoing
from tests.core.rig import Rig
from tests.talk import Clock
from tests.wire import Wire

async def dies(turn):
    await turn.records()
    turn.chat.state["half"] = True
    if turn.said.text == "chết":
        os._exit(9)
    return [Outgoing(turn.said.text)]

class Dying(Wire):
    async def send(self, chat, message):
        if message.text == "gửi rồi chết":
            os._exit(9)
        return await super().send(chat, message)

async def main():
    async with Rig.opened(sys.argv[1], Clock(), dies, Dying()) as rig:
        rig.starts()
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def _dies(url: str) -> None:
    """Runs the core on a database in a process of its own, until that is gone."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", DIES, url)
    async with asyncio.timeout(DEADLINE):
        assert await process.wait() == 9


async def test_a_process_that_dies_in_a_batch_leaves_every_message_of_it_waiting(rig: Rig, url: str) -> None:
    await rig.hears(said("một", "an"), said("chết", "bình"), said("ba", "chi"))
    await _dies(url)
    assert [row.done_at for row in await rig.inbox_rows()] == [None] * 3
    assert await rig.outbox_rows() == []
    assert await rig.works() == 3
    assert [await rig.said(chat) for chat in ("an", "bình", "chi")] == [["một"], ["chết"], ["ba"]]


async def test_a_process_that_dies_while_sending_has_its_replies_sent_by_the_next(rig: Rig, url: str) -> None:
    await rig.hears(said("gửi rồi chết"), said("và sau đó"))
    await _dies(url)
    rig.starts()
    await until(lambda: len(rig.wire.sent) == 2)
    assert rig.wire.texts("an") == ["gửi rồi chết", "và sau đó"]


async def test_a_stop_in_the_middle_of_a_turn_waits_for_it(make_rig: MakeRig) -> None:
    begun, go = asyncio.Event(), asyncio.Event()

    async def slow(turn: Turn) -> Sequence[Outgoing]:
        begun.set()
        await go.wait()
        return await echo(turn)

    async with make_rig(slow) as rig:
        rig.starts(rig.engine.run())
        await rig.hears(said("chào"))
        async with asyncio.timeout(DEADLINE):
            await begun.wait()
            stopping = asyncio.create_task(rig.stop())
            go.set()
            await stopping
    async with make_rig() as rig:
        assert await rig.works() == 0
        assert await rig.said("an") == ["chào"]


async def test_a_connection_that_is_lost_in_a_batch_costs_no_message(shared_url: str, clock: Clock) -> None:
    """On PostgreSQL alone: SQLite has no connection to lose."""
    broken: list[str] = []

    async def loses(turn: Turn) -> list[Outgoing]:
        if not broken:
            broken.append(turn.said.text)
            await (await turn.records()).execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return await echo(turn)

    async with Rig.opened(shared_url, clock, loses, Wire()) as rig:
        rig.starts()
        await rig.hears(said("một", "an"), said("hai", "bình"))
        await until(lambda: len(rig.wire.sent) == 2)
        assert rig.wire.texts("an") == ["một"]
        assert rig.wire.texts("bình") == ["hai"]
        assert [row.error for row in await rig.inbox_rows()] == [None, None]


async def test_what_was_said_before_is_not_searched_for_what_waits(sqlite_url: str, clock: Clock) -> None:
    asked: list[tuple[str, Any]] = []

    def notes(_: object, __: object, statement: str, values: object, *___: object) -> None:
        if statement.startswith("SELECT inbox.id, inbox.payload"):
            asked.append((statement, values))

    event.listen(Engine, "before_cursor_execute", notes)
    try:
        async with Rig.opened(sqlite_url, clock) as rig:
            await rig.hears(said("một", "an"))
            assert await rig.works() == 1
            async with rig.database.read() as connection:
                for statement, values in asked:
                    plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                    steps = [row.detail for row in plan if " inbox " in row.detail]
                    assert steps
                    assert all("ix_inbox_waiting" in step for step in steps), steps
    finally:
        event.remove(Engine, "before_cursor_execute", notes)
    assert asked
