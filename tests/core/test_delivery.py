"""What is to be said goes out in order, the urgent first, and every message ends with a reason."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from sqlalchemy import select

from bot import delivery
from bot.chat import Outgoing
from bot.errors import Blocked, DeliveryError, Refused, RetryAfter, Unavailable, Unknown
from bot.records.messages import BROADCAST, REMINDER, REPLY
from bot.records.people import chats
from tests.core.conftest import MakeRig
from tests.core.rig import Rig, echo
from tests.wire import Wire, eventually, said, until


class Slow(Wire):
    """Sends nothing until it is opened, and then as many at a time as are asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.open = asyncio.Event()
        self.begun = 0

    async def send(self, chat: str, message: Outgoing) -> str:
        self.begun += 1
        await self.open.wait()
        return await super().send(chat, message)


async def test_a_chat_hears_in_order_and_every_row_ends_as_sent(rig: Rig) -> None:
    for number in range(40):
        await rig.says(f"chat {number % 4}", str(number))
    rig.starts()
    await rig.delivered()
    for chat in range(4):
        assert rig.wire.texts(f"chat {chat}") == [str(number) for number in range(40) if number % 4 == chat]
    rows = await rig.outbox_rows()
    assert {row.state for row in rows} == {"sent"}
    assert sorted(int(row.native) for row in rows) == list(range(1, 41))
    assert all(row.ended_at for row in rows)


async def test_replies_go_before_reminders_and_those_before_broadcasts(make_rig: MakeRig) -> None:
    async with make_rig() as rig:
        for number in range(3):
            await rig.says(f"b{number}", "thông báo", lane=BROADCAST)
            await rig.says(f"a{number}", "nhắc", lane=REMINDER)
            await rig.says(f"r{number}", "trả lời", lane=REPLY)
        rig.starts()
        await rig.delivered()
        assert [message.text for _, message in rig.wire.sent] == ["trả lời"] * 3 + ["nhắc"] * 3 + [
            "thông báo"
        ] * 3


async def test_a_reply_overtakes_the_broadcasts_also_of_its_own_chat(rig: Rig) -> None:
    for chat in ("an", "bình", "chi"):
        await rig.says(chat, "thông báo", lane=BROADCAST)
    rig.wire.faults.append(RetryAfter(2))
    rig.starts()
    await until(lambda: not rig.wire.faults)
    already = len(rig.wire.sent)
    await rig.hears(said("hỏi", "chi"))
    await eventually(partial(_has_rows, rig, 4))
    await rig.delivered()
    later = [(chat, message.text) for chat, message in rig.wire.sent[already:]]
    assert later[0] == ("chi", "hỏi")
    assert len(rig.wire.sent) == 4


async def test_a_reply_does_not_wait_until_a_great_broadcast_is_through(make_rig: MakeRig) -> None:
    wire = Slow()
    async with make_rig(echo, wire) as rig:
        for number in range(0, delivery.LOADED + 200, 100):
            await rig.says(f"chat {number}", *["thông báo"] * 100, lane=BROADCAST)
        rig.starts()
        await until(lambda: wire.begun == delivery.LOADED // 100)
        await rig.hears(said("hỏi", "khác"))
        await until(lambda: wire.begun == delivery.LOADED // 100 + 1, "the reply was not even tried")
        wire.open.set()
        await rig.delivered()
        assert wire.texts("khác") == ["hỏi"]
        assert len(wire.sent) == delivery.LOADED + 201


async def test_too_fast_pauses_the_whole_channel_and_loses_nothing(rig: Rig) -> None:
    rig.wire.faults.append(RetryAfter(0.3))
    for number in range(5):
        await rig.says(f"chat {number}", "a", "b")
    begun = asyncio.get_running_loop().time()
    rig.starts(rig.deliveries[0].run())
    await until(lambda: not rig.wire.faults)
    already = len(rig.wire.sent)
    await until(lambda: len(rig.wire.sent) > already)
    assert asyncio.get_running_loop().time() - begun >= 0.3
    await rig.delivered()
    assert all(rig.wire.texts(f"chat {number}") == ["a", "b"] for number in range(5))


async def test_a_shorter_pause_does_not_end_a_longer_one(make_rig: MakeRig) -> None:
    pauses = {"an": 0.4, "bình": 0.01}

    class Strict(Slow):
        """Refuses the first message of each chat, both when it is opened."""

        async def send(self, chat: str, message: Outgoing) -> str:
            if chat not in pauses:
                return await super().send(chat, message)
            self.begun += 1
            await self.open.wait()
            raise RetryAfter(pauses.pop(chat))

    wire = Strict()
    async with make_rig(echo, wire) as rig:
        await rig.says("an", "a")
        await rig.says("bình", "b")
        rig.starts(rig.deliveries[0].run())
        await until(lambda: wire.begun == 2)
        begun = asyncio.get_running_loop().time()
        wire.open.set()
        await rig.delivered()
        assert asyncio.get_running_loop().time() - begun >= 0.4
        assert len(wire.sent) == 2


async def test_what_did_not_arrive_is_tried_until_it_does_and_keeps_its_order(rig: Rig) -> None:
    rig.wire.faults.extend(Unavailable("no network") for _ in range(12))
    await rig.says("an", "a", "b", "c")
    rig.starts()
    await rig.delivered()
    assert rig.wire.texts("an") == ["a", "b", "c"]
    assert not rig.wire.faults


class Timed(Wire):
    """Cannot be reached, and notes when that was tried."""

    def __init__(self, failures: int) -> None:
        super().__init__()
        self.faults.extend(Unavailable("no network") for _ in range(failures))
        self.tried: list[float] = []

    async def send(self, chat: str, message: Outgoing) -> str:
        self.tried.append(asyncio.get_running_loop().time())
        return await super().send(chat, message)


async def test_the_pauses_between_tries_grow_up_to_a_longest_one(make_rig: MakeRig) -> None:
    wire = Timed(5)
    async with make_rig(echo, wire) as rig:
        rig.deliveries = [delivery.Delivery(rig.database, wire, rig.clock, rig.media, pauses=(0.02, 0.08))]
        await rig.says("an", "a")
        rig.starts(rig.deliveries[0].run())
        await rig.delivered()
    pauses = [after - before for before, after in zip(wire.tried, wire.tried[1:], strict=False)]
    for least, pause in zip((0.02, 0.04, 0.08, 0.08, 0.08), pauses, strict=True):
        assert pause >= least - 0.002


async def test_what_cannot_be_delivered_for_a_day_is_given_up(rig: Rig) -> None:
    await rig.says("an", "a")
    rig.clock.moves(hours=25)
    rig.wire.faults.append(Unavailable("no network"))
    rig.starts()
    await rig.delivered()
    (row,) = await rig.outbox_rows()
    assert (row.state, row.reason) == ("failed", "no network")


async def test_who_blocked_the_bot_is_noted_as_not_reachable_until_they_write_again(rig: Rig) -> None:
    async def reachable() -> bool:
        async with rig.database.read() as connection:
            found = await connection.execute(select(chats.c.reachable).where(chats.c.address == "an"))
            return bool(found.scalar())

    await rig.says("an", "a")
    assert await reachable()
    rig.wire.faults.append(Blocked("bot was blocked by the user"))
    rig.starts()
    await rig.delivered()
    (row,) = await rig.outbox_rows()
    assert (row.state, row.reason) == ("blocked", "bot was blocked by the user")
    assert not await reachable()


async def test_a_refusal_ends_one_message_and_not_the_next(rig: Rig) -> None:
    rig.wire.faults.append(Refused("message is too long"))
    await rig.says("an", "a", "b")
    rig.starts()
    await rig.delivered()
    assert [(row.state, row.reason) for row in await rig.outbox_rows()] == [
        ("failed", "message is too long"),
        ("sent", None),
    ]


async def test_a_reason_or_name_of_any_length_can_be_kept(make_rig: MakeRig) -> None:
    class Wordy(Wire):
        async def send(self, chat: str, message: Outgoing) -> str:
            await super().send(chat, message)
            return "9" * 300

    async with make_rig(echo, Wordy()) as rig:
        rig.wire.faults.append(Refused("too long " * 100))
        await rig.says("an", "a", "b")
        rig.starts()
        await rig.delivered()
        assert await rig.states() == ["failed", "sent"]


async def test_a_fault_of_ours_in_one_message_does_not_stop_the_others(
    make_rig: MakeRig, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Wire):
        async def send(self, chat: str, message: Outgoing) -> str:
            if message.text == "lạ":
                raise KeyError("photo")
            return await super().send(chat, message)

    async with make_rig(echo, Broken()) as rig:
        await rig.says("an", "lạ", "thường")
        rig.starts()
        await rig.delivered()
        assert [(row.state, row.reason) for row in await rig.outbox_rows()] == [
            ("failed", "KeyError"),
            ("sent", None),
        ]


async def test_a_broadcast_whose_arrival_is_unknown_is_not_sent_again(rig: Rig) -> None:
    rig.wire.faults.append(Unknown("no answer"))
    await rig.says("an", "thông báo", lane=BROADCAST)
    rig.starts()
    await rig.delivered()
    assert rig.wire.sent == []
    (row,) = await rig.outbox_rows()
    assert (row.state, row.reason) == ("unknown", "no answer")


@pytest.mark.parametrize("before", [[], [Unavailable("no network")] * 5, [RetryAfter(0.001)] * 5])
async def test_a_reply_whose_arrival_is_unknown_is_sent_a_few_times_and_no_more(
    rig: Rig, before: list[DeliveryError]
) -> None:
    unknown = [Unknown("no answer") for _ in range(delivery.UNKNOWN_TRIES)]
    rig.wire.faults.extend([*before, *unknown])
    await rig.says("an", "trả lời", "và nữa")
    rig.starts()
    await rig.delivered()
    assert not rig.wire.faults
    assert rig.wire.texts("an") == ["và nữa"]
    assert await rig.states() == ["unknown", "sent"]


async def test_a_reply_that_arrives_after_an_unknown_try_is_sent(rig: Rig) -> None:
    rig.wire.faults.append(Unknown("no answer"))
    await rig.says("an", "trả lời")
    rig.starts()
    await rig.delivered()
    assert rig.wire.texts("an") == ["trả lời"]


async def test_what_waits_at_a_stop_is_sent_after_the_next_start(make_rig: MakeRig) -> None:
    slow = Slow()
    async with make_rig(echo, slow) as rig:
        await rig.says("an", "a", "b")
        rig.starts()
        await until(lambda: slow.begun == 1)
    async with make_rig() as rig:
        rig.starts()
        await rig.delivered()
        assert rig.wire.texts("an") == ["a", "b"]


async def test_what_was_sent_just_before_a_stop_is_not_sent_again(make_rig: MakeRig) -> None:
    wire = Wire()
    for number in range(10):
        async with make_rig(echo, wire) as rig:
            await rig.says("an", f"{number}")
            rig.starts()
            await until(partial(_has_sent, wire, number + 1))
    assert wire.texts("an") == [str(number) for number in range(10)]


async def test_a_broadcast_on_its_way_at_a_stop_is_not_sent_again(make_rig: MakeRig) -> None:
    slow = Slow()
    async with make_rig(echo, slow) as rig:
        await rig.says("an", "thông báo", lane=BROADCAST)
        rig.starts()
        await until(lambda: slow.begun == 1)
    async with make_rig() as rig:
        rig.starts()
        await rig.delivered()
        assert rig.wire.sent == []
        assert await rig.states() == ["unknown"]


async def test_what_ends_while_the_outbox_is_read_is_not_sent_again(make_rig: MakeRig) -> None:
    async with make_rig() as rig:
        for number in range(40):
            await rig.says(f"chat {number}", *["a"] * 20)

        async def hurry() -> None:
            while True:
                rig.deliveries[0].wake()
                await asyncio.sleep(0)

        rig.starts(rig.deliveries[0].run(), hurry())
        await rig.delivered()
        assert len(rig.wire.sent) == 800


async def test_each_channel_sends_its_own_messages(make_rig: MakeRig) -> None:
    one, two = Wire("one"), Wire("two")
    async with make_rig(echo, one, two) as rig:
        await rig.says("an", "a", channel="one")
        await rig.says("an", "b", channel="two")
        rig.starts()
        await rig.delivered()
    assert one.texts("an") == ["a"]
    assert two.texts("an") == ["b"]


def _has_sent(wire: Wire, messages: int) -> bool:
    return len(wire.sent) == messages


async def _has_rows(rig: Rig, rows: int) -> bool:
    return len(await rig.outbox_rows()) == rows
