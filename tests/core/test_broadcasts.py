"""An announcement reaches each of its audience once, every row ends with a reason, and mistakes can be called back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.broadcasting import Feeder, faults, filled
from bot.chat import Outgoing
from bot.delivery import Delivery
from bot.errors import Blocked, Refused, Unknown
from bot.policy import Policy
from bot.records import audiences, broadcasts, optouts, people
from bot.records.audiences import Audience
from bot.records.broadcasts import Broadcast, Content, Totals
from bot.records.people import chats
from bot.text import LANGUAGES, text
from tests.core.conftest import MakeRig
from tests.core.rig import Rig, echo
from tests.wire import Wire, eventually, said, until

NEWS = {"vi": "Chiều mai họp trực tuyến.", "fr": "Réunion en ligne demain."}


class Staff:
    """What staff do with announcements, on a running core."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        rig.deliveries = [
            Delivery(rig.database, wire, rig.clock, rig.media, feed=Feeder("vi").feed, pauses=(0.001, 0.004))
            for wire in rig.wires
        ]
        rig.wakes = [rig.engine.wake, *(delivery.wake for delivery in rig.deliveries)]

    async def meets(self, *names: str, channel: str = "wire", **values: Any) -> list[int]:
        """New people with a chat of their own; returns their ids."""

        async def work(connection: AsyncConnection) -> list[int]:
            made = await people.ensure_chats(
                connection, [(channel, name, False) for name in names], self.rig.clock()
            )
            found = []
            for name in names:
                person = await people.person_of(connection, made[channel, name])
                assert person is not None
                if values:
                    await connection.execute(
                        update(people.people).where(people.people.c.id == person).values(values)
                    )
                found.append(person)
            return found

        return await self.rig.database.write(work)

    async def also_on(self, person: int, channel: str, address: str) -> None:
        """Another chat of a person."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                insert(chats).values(
                    channel=channel,
                    address=address,
                    in_group=False,
                    person_id=person,
                    created_at=self.rig.clock(),
                )
            )

        await self.rig.database.write(work)

    async def announces(self, audience: Audience = Audience(), *, go: bool = True, **values: Any) -> int:  # noqa: B008  frozen
        """Confirms an announcement; with `go` it is being sent."""
        content = Content("news", values.pop("texts", NEWS), audience, **values)

        async def work(connection: AsyncConnection) -> int:
            at = self.rig.clock()
            number = await broadcasts.add(connection, content, None, at)
            one = await broadcasts.get(connection, number)
            assert one is not None
            await broadcasts.prepare(connection, one, LANGUAGES, at)
            if go:
                assert await broadcasts.move(connection, number, ("draft",), "sending", started_at=at)
            return number

        return await self.rig.database.write(work)

    async def does(self, verb: Any, *arguments: Any, **more: Any) -> Any:
        done = await self.rig.database.write(lambda connection: verb(connection, *arguments, **more))
        for wake in self.rig.wakes:
            wake()
        return done

    async def state(self, number: int) -> str:
        async with self.rig.database.read() as connection:
            one = await broadcasts.get(connection, number)
        assert one is not None
        return one.state

    async def done(self, number: int) -> Totals:
        """Waits until everything is done, and returns how it ended."""

        async def closed() -> bool:
            return await self.state(number) in ("done", "cancelled")

        await eventually(closed, "the announcement did not end")
        return await self.totals(number)

    async def totals(self, number: int) -> Totals:
        async with self.rig.database.read() as connection:
            return await broadcasts.totals(connection, number)

    async def reasons(self, number: int) -> Mapping[str, int]:
        return {f"{state}: {reason}": many for state, reason, many in (await self.totals(number)).reasons}


@pytest.fixture
async def staff(rig: Rig) -> Staff:
    return Staff(rig)


async def test_everybody_hears_it_once_in_their_language_and_the_rows_say_so(staff: Staff) -> None:
    await staff.meets("an", "bình")
    await staff.meets("claire", language="fr")
    number = await staff.announces()
    staff.rig.starts()
    totals = await staff.done(number)
    assert dict(totals.by_state) == {"sent": 3}
    assert staff.rig.wire.texts("an") == staff.rig.wire.texts("bình") == [NEWS["vi"]]
    assert staff.rig.wire.texts("claire") == [NEWS["fr"]]
    assert [button.label for button in staff.rig.wire.to("claire")[0].buttons] == [
        "Ne plus recevoir ce type de message"
    ]


async def test_who_has_two_channels_hears_it_on_the_preferred_one_and_else_where_they_wrote_last(
    make_rig: MakeRig,
) -> None:
    one, two = Wire("one"), Wire("two")
    async with make_rig(echo, one, two) as rig:
        staff = Staff(rig)
        (an,) = await staff.meets("an", channel="one", prefers="one")
        await staff.also_on(an, "two", "an")
        (chi,) = await staff.meets("chi", channel="one")
        await staff.also_on(chi, "two", "chi")
        rig.starts()
        await rig.hears(said("chào", "chi", channel="one"))
        await until(lambda: one.texts("chi"))
        number = await staff.announces()
        assert dict((await staff.done(number)).by_state) == {"sent": 2}
        assert one.texts("an") == [NEWS["vi"]]
        assert one.texts("chi") == ["chào", NEWS["vi"]]
        assert two.sent == []


async def test_who_blocked_one_channel_hears_it_on_the_other(make_rig: MakeRig) -> None:
    one, two = Wire("one"), Wire("two")
    async with make_rig(echo, one, two) as rig:
        staff = Staff(rig)
        (an,) = await staff.meets("an", channel="one", prefers="one")
        await staff.also_on(an, "two", "an-2")
        await staff.meets("bình", channel="one", prefers="one")
        one.faults += [Blocked("blocked"), Blocked("blocked")]
        number = await staff.announces()
        rig.starts()
        totals = await staff.done(number)
        assert dict(totals.by_state) == {"sent": 1, "blocked": 1}
        assert two.texts("an-2") == [NEWS["vi"]]
        assert one.sent == []


async def test_who_does_not_want_it_cannot_be_reached_or_is_the_same_person_is_skipped_with_the_reason(
    staff: Staff,
) -> None:
    an, _, chi, dung = await staff.meets("an", "bình", "chi", "dũng")
    await staff.does(optouts.stop, an, ["news"], staff.rig.clock())
    await staff.does(people.unreachable, [("wire", "bình")])

    async def same(connection: AsyncConnection) -> None:
        await connection.execute(
            update(people.people).where(people.people.c.id.in_([chi, dung])).values(phone="+84912345678")
        )

    await staff.does(same)
    async with staff.rig.database.read() as connection:
        reach = await audiences.reach(connection, Audience(), "news", staff.rig.clock())
    assert (reach.all, reach.opted_out, reach.no_chat, reach.by_channel) == (4, 1, 1, {"wire": 2})
    number = await staff.announces()
    staff.rig.starts()
    totals = await staff.done(number)
    assert dict(totals.by_state) == {"sent": 1, "skipped": 3}
    assert await staff.reasons(number) == {
        "skipped: opted out": 1,
        "skipped: no chat": 1,
        "skipped: duplicate person": 1,
    }


async def test_who_opts_out_while_it_is_scheduled_does_not_hear_it(staff: Staff) -> None:
    (an,) = await staff.meets("an")
    number = await staff.announces(go=False)
    await staff.does(optouts.stop, an, ["news"], staff.rig.clock())
    await staff.does(broadcasts.move, number, ("draft",), "sending")
    staff.rig.starts()
    await staff.done(number)
    assert await staff.reasons(number) == {"skipped: opted out": 1}


async def test_the_recipients_are_frozen_and_preparing_twice_adds_nobody(staff: Staff) -> None:
    await staff.meets("an")
    number = await staff.announces(go=False)
    await staff.meets("bình")
    async with staff.rig.database.read() as connection:
        one = await broadcasts.get(connection, number)
    assert isinstance(one, Broadcast)
    assert await staff.does(broadcasts.prepare, one, LANGUAGES, staff.rig.clock()) == 0
    assert (await staff.totals(number)).all == 1


async def test_every_kind_of_end_is_counted_and_what_failed_can_be_tried_again(staff: Staff) -> None:
    await staff.meets("an", "bình", "chi", "dũng")
    staff.rig.wire.faults += [Refused("photo"), Blocked("gone"), Unknown("no answer")]
    number = await staff.announces()
    staff.rig.starts()
    totals = await staff.done(number)
    assert dict(totals.by_state) == {"failed": 1, "blocked": 1, "unknown": 1, "sent": 1}
    assert totals.all == totals.ended == 4
    assert await staff.does(broadcasts.retry, number, ("failed",)) == 1
    totals = await staff.done(number)
    assert dict(totals.by_state) == {"blocked": 1, "unknown": 1, "sent": 2}


async def test_people_who_rest_are_written_to_in_the_morning_unless_it_is_urgent(staff: Staff) -> None:
    await staff.meets("an")
    staff.rig.clock.moves(hours=14)  # eleven in the evening
    calm = await staff.announces(texts={"vi": "thường"})
    urgent = await staff.announces(texts={"vi": "khẩn"}, urgent=True)
    staff.rig.starts()
    await staff.done(urgent)
    assert staff.rig.wire.texts("an") == ["khẩn"]
    assert await staff.state(calm) == "sending"
    staff.rig.clock.moves(hours=8)
    await staff.done(calm)
    assert staff.rig.wire.texts("an") == ["khẩn", "thường"]


async def test_what_has_expired_is_not_sent_any_more(staff: Staff) -> None:
    await staff.meets("an")
    number = await staff.announces(expires_at=staff.rig.clock())
    staff.rig.starts()
    await staff.done(number)
    assert await staff.reasons(number) == {"skipped: expired": 1}
    assert staff.rig.wire.sent == []


class Gate(Wire):
    """Sends `open` messages, and holds the others until it is told to go on."""

    def __init__(self, allowed: int) -> None:
        super().__init__()
        self.allowed = allowed

    async def send(self, chat: str, message: Outgoing) -> str:
        await until(lambda: self.allowed > 0)
        self.allowed -= 1
        return await super().send(chat, message)


PEOPLE = [f"người {number}" for number in range(300)]


async def test_a_pause_stops_after_what_is_on_its_way_and_goes_on_with_everybody_else(
    make_rig: MakeRig,
) -> None:
    wire = Gate(20)
    async with make_rig(echo, wire) as rig:
        staff = Staff(rig)
        await staff.meets(*PEOPLE)
        number = await staff.announces()
        rig.starts()
        await until(lambda: len(wire.sent) == 20)
        assert await staff.does(broadcasts.pause, number)
        wire.allowed = 1000

        async def on_its_way() -> bool:
            return not (await staff.totals(number)).by_state.get("queued")

        await eventually(on_its_way)
        before = len(wire.sent)
        assert before < len(PEOPLE)
        assert await staff.does(broadcasts.resume, number)
        assert dict((await staff.done(number)).by_state) == {"sent": len(PEOPLE)}
        assert Counter(chat for chat, _ in wire.sent) == Counter(PEOPLE)


async def test_a_correction_reaches_who_has_it_by_an_edit_and_who_waits_by_the_new_text(
    make_rig: MakeRig,
) -> None:
    wire = Gate(20)
    async with make_rig(echo, wire) as rig:
        staff = Staff(rig)
        await staff.meets(*PEOPLE)
        number = await staff.announces()
        rig.starts()
        await until(lambda: len(wire.sent) == 20)
        await staff.does(broadcasts.correct, number, {"vi": "Sáng mai họp."})
        wire.allowed = 1000
        totals = await staff.done(number)
        assert dict(totals.by_state) == {"sent": len(PEOPLE)}
        assert {message.text for _, message in wire.sent} == {"Sáng mai họp."}
        assert Counter(chat for chat, _ in wire.sent) == Counter(PEOPLE)


async def test_where_a_message_cannot_be_changed_a_correction_follows_it(make_rig: MakeRig) -> None:
    async with make_rig(echo, Wire("wire", Policy())) as rig:
        staff = Staff(rig)
        await staff.meets("an")
        number = await staff.announces()
        rig.starts()
        await staff.done(number)
        await staff.does(broadcasts.correct, number, {"vi": "Sáng mai họp."})
        await staff.done(number)
        await staff.does(broadcasts.recall, number, rig.clock())
        await staff.done(number)
        assert rig.wire.texts("an") == [
            NEWS["vi"],
            "Đính chính tin đã gửi:\n\nSáng mai họp.",
            "Tin này không còn hiệu lực, anh/chị vui lòng bỏ qua: “Sáng mai họp.…”",
        ]


async def test_a_recall_takes_it_back_from_who_has_it_and_stops_the_rest(make_rig: MakeRig) -> None:
    wire = Gate(20)
    async with make_rig(echo, wire) as rig:
        staff = Staff(rig)
        await staff.meets(*PEOPLE)
        number = await staff.announces()
        rig.starts()
        await until(lambda: len(wire.sent) == 20)
        await staff.does(broadcasts.recall, number, rig.clock())
        wire.allowed = 1000
        totals = await staff.done(number)
        assert totals.by_state["sent"] + totals.by_state["skipped"] == totals.all == len(PEOPLE)
        assert totals.recalled == totals.by_state["sent"] == len(wire.sent) >= 20
        assert {message.text for _, message in wire.sent} == {""}


async def test_what_could_not_be_taken_back_is_said(staff: Staff) -> None:
    await staff.meets("an", "bình")
    number = await staff.announces()
    staff.rig.starts()
    await staff.done(number)
    staff.rig.wire.faults.append(Refused("message can't be deleted"))
    await staff.does(broadcasts.recall, number, staff.rig.clock())
    totals = await staff.done(number)
    assert (totals.by_state["sent"], totals.recalled) == (2, 1)


async def test_who_has_not_confirmed_is_reminded_and_who_has_is_not(staff: Staff) -> None:
    an, _ = await staff.meets("an", "bình")
    number = await staff.announces(acknowledge=True)
    staff.rig.starts()
    await staff.done(number)
    assert staff.rig.wire.to("an")[0].buttons[0].data == f"broadcasts:ack:{number}"
    assert await staff.does(broadcasts.acknowledge, number, an, staff.rig.clock())
    assert not await staff.does(broadcasts.acknowledge, number, 10**6, staff.rig.clock())
    assert await staff.does(broadcasts.nudge, number) == 1
    totals = await staff.done(number)
    assert totals.acknowledged == 1
    assert staff.rig.wire.texts("an") == [NEWS["vi"]]
    assert staff.rig.wire.texts("bình") == [NEWS["vi"], f"Em xin nhắc lại tin này:\n\n{NEWS['vi']}"]


async def test_who_has_written_since_has_seen_it(staff: Staff) -> None:
    await staff.meets("an", "bình")
    number = await staff.announces()
    staff.rig.starts()
    await staff.done(number)
    staff.rig.clock.moves(minutes=1)
    await staff.rig.hears(said("cảm ơn", "an"))
    assert await staff.does(broadcasts.nudge, number, unseen=True) == 1
    await staff.done(number)
    assert len(staff.rig.wire.to("bình")) == 2


async def test_a_window_that_is_closed_is_a_reason_to_skip(make_rig: MakeRig) -> None:
    async with make_rig(echo, Wire("wire", Policy(window=timedelta(hours=48)))) as rig:
        staff = Staff(rig)
        await staff.meets("an", "bình")
        await rig.hears(said("chào", "an"))
        rig.clock.moves(hours=24)
        number = await staff.announces()
        rig.starts()
        totals = await staff.done(number)
        assert dict(totals.by_state) == {"sent": 1, "skipped": 1}
        assert await staff.reasons(number) == {"skipped: no open window": 1}


async def test_where_each_message_counts_announcements_go_out_together_on_friday(make_rig: MakeRig) -> None:
    async with make_rig(echo, Wire("wire", Policy(gathers=True))) as rig:
        staff = Staff(rig)
        await staff.meets("an", "bình")
        first = await staff.announces(texts={"vi": "Một."})
        second = await staff.announces(texts={"vi": "Hai."})
        urgent = await staff.announces(texts={"vi": "Gấp."}, urgent=True)
        rig.starts()
        await staff.done(urgent)
        assert rig.wire.texts("an") == ["Gấp."]
        rig.clock.moves(days=3)
        assert dict((await staff.done(first)).by_state) == {"sent": 2}
        assert dict((await staff.done(second)).by_state) == {"sent": 2}
        assert rig.wire.texts("an") == rig.wire.texts("bình") == ["Gấp.", "Một.\n\n———\n\nHai."]


async def test_people_are_addressed_by_name_where_they_left_one(staff: Staff) -> None:
    await staff.meets("an", name="Nguyễn Văn A")
    await staff.meets("bình")
    number = await staff.announces(texts={"vi": "Kính gửi {name}, {cooperative}."})
    staff.rig.starts()
    await staff.done(number)
    assert staff.rig.wire.texts("an") == ["Kính gửi Nguyễn Văn A, đơn vị của anh/chị."]
    assert staff.rig.wire.texts("bình") == ["Kính gửi anh/chị, đơn vị của anh/chị."]


@pytest.mark.parametrize("written", ["{tên}", "chào {name", "chào }", "{}", "{name.upper}", "{{name}}"])
def test_a_malformed_template_is_named(written: str) -> None:
    assert faults(written)


def test_braces_of_a_name_are_no_field() -> None:
    t = text("vi")
    assert filled("{name} {cooperative}", name="{cooperative}", cooperative="{name}", t=t) == (
        "{cooperative} {name}"
    )


async def test_a_stop_of_the_program_leaves_nobody_twice_and_nobody_out(make_rig: MakeRig) -> None:
    wire = Gate(50)
    async with make_rig(echo, wire) as rig:
        staff = Staff(rig)
        await staff.meets(*PEOPLE)
        number = await staff.announces()
        rig.starts()
        await until(lambda: len(wire.sent) == 50)
    wire.allowed = 1000
    async with make_rig(echo, wire) as rig:
        staff = Staff(rig)
        rig.starts()
        totals = await staff.done(number)
        assert totals.by_state["sent"] + totals.by_state.get("unknown", 0) == len(PEOPLE)
        assert max(Counter(chat for chat, _ in wire.sent).values()) == 1
        assert len(wire.sent) == totals.by_state["sent"]


async def test_a_member_who_asked_to_be_forgotten_hears_nothing_more(staff: Staff) -> None:
    (an,) = await staff.meets("an")
    number = await staff.announces(go=False)
    await staff.does(broadcasts.forget, an, staff.rig.clock())
    await staff.does(broadcasts.move, number, ("draft",), "sending")
    staff.rig.starts()
    await staff.done(number)
    assert await staff.reasons(number) == {"skipped: erased": 1}
