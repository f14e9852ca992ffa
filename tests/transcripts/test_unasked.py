"""What the assistant says without being asked: once, in the person's own language, and never in the way of a form."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.records import messages, notices
from tests.talk import Talk


async def tell(talk: Talk, person: int, data: str, key: str) -> bool:
    async def work(connection: AsyncConnection) -> bool:
        return await notices.put(connection, person, data, key=key, at=talk.clock())

    told = await talk.assistant.database.write(work)
    await talk.says("0")  # a turn wakes the engine, as the scheduler does
    return told


async def begins_a_form(talk: Talk) -> int:
    person = await talk.knows_person(name="", phone="")
    await talk.taps("person:contact")
    await talk.says("Trần Thị B")
    return person


async def test_a_day_before_a_form_is_dropped_its_owner_is_told_once(talk: Talk) -> None:
    await begins_a_form(talk)
    await talk.passes(days=5)
    talk.hears_nothing()
    await talk.passes(days=1, hours=1)
    talk.hears("“Thông tin liên hệ”", "đến ngày mai")
    await talk.passes()
    talk.hears_nothing()
    await talk.taps("Tiếp tục")
    talk.hears("(2/2)")


async def test_a_form_that_was_saved_is_told_of_as_well_and_taken_up(talk: Talk) -> None:
    await begins_a_form(talk)
    await talk.says("lưu")
    await talk.passes(days=6, hours=1)
    await talk.says("1")
    talk.hears("(2/2)")


async def test_a_form_that_was_sent_meanwhile_is_not_spoken_of(talk: Talk) -> None:
    person = await begins_a_form(talk)
    await talk.says("0912345678")
    await talk.says("gửi")
    assert await tell(talk, person, "start:draft:contact", "late")
    talk.hears_not("đến ngày mai")


async def test_the_same_is_said_once_however_often_it_is_put(talk: Talk) -> None:
    person = await begins_a_form(talk)
    talk.clock.moves(days=6, hours=1)
    for _ in range(3):
        await tell(talk, person, "start:draft:contact", "one")
    sent = [message.text for message in talk.wire.to(talk.chat) if "đến ngày mai" in message.text]
    assert len(sent) == 1


async def test_it_is_said_in_the_language_of_the_one_who_is_told(talk: Talk) -> None:
    talk.language("fr")
    await begins_a_form(talk)
    await talk.passes(days=6, hours=1)
    talk.hears("jusqu'à demain")


async def test_a_number_still_means_what_the_open_form_offers(talk: Talk) -> None:
    await begins_a_form(talk)
    await talk.says("0912345678")
    await talk.passes(days=6, hours=1)
    talk.hears("đến ngày mai")
    await talk.says("1")
    talk.hears("sẽ gọi số 0912 345 678")


async def test_who_cannot_be_reached_is_not_told(talk: Talk) -> None:
    person = await begins_a_form(talk)
    await talk.sends("left")
    assert not await notices_for(talk, person)


async def notices_for(talk: Talk, person: int) -> bool:
    return await talk.assistant.database.write(
        lambda connection: notices.put(connection, person, "start:menu", key="x", at=talk.clock())
    )


async def test_the_history_of_a_chat_holds_what_was_said_and_not_the_notice_behind_it(talk: Talk) -> None:
    await begins_a_form(talk)
    await talk.passes(days=6, hours=1)
    async with talk.assistant.database.read() as connection:
        lines = await messages.history(connection, 1, (0, 0), 50)
    assert [line.incoming.kind for line in lines if line.incoming] == ["tap", "text"]
    assert any(line.outgoing and "đến ngày mai" in line.outgoing.text for line in lines)
