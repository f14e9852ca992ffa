"""One person, several channels: a code typed in the other chat, what is shared then, and the way back."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.records import notices, optouts, people
from bot.records.cooperatives import memberships
from tests.talk import Talk
from tests.transcripts.walks import rows

#: The channel on which the second chat takes place, and how it is called.
OTHERS = {"zalo_bot": "Zalo (trợ lý)", "telegram": "Telegram"}


async def elsewhere(talk: Talk) -> Talk:
    return await talk.elsewhere("telegram" if talk.wire.name == "zalo_bot" else "zalo_bot")


def named(talk: Talk) -> str:
    return OTHERS[talk.wire.name]


async def code_in(talk: Talk) -> str:
    """Asks for a code, and reads it."""
    await talk.says("liên kết kênh")
    await talk.taps("Liên kết kênh khác")
    found = re.search(r"\b([0-9]{3}) ([0-9]{3})\b", talk.words)
    assert found, talk.words
    return f"{found[1]}{found[2]}"


async def linked(talk: Talk, other: Talk) -> None:
    await other.says(await code_in(talk))
    await other.taps("Vâng, cả hai là của tôi")
    other.hears("Đã liên kết")


async def test_a_code_typed_on_the_other_channel_links_them_and_both_sides_are_told(talk: Talk) -> None:
    await talk.belongs_to("HTX Dâu tằm Ví Dụ")
    zalo = await elsewhere(talk)
    code = await code_in(talk)
    talk.hears("5 phút", "không đưa mã")
    assert talk.heard[-1].photo is not None

    await zalo.says(code)
    zalo.hears("Nguyễn Văn A", "của anh/chị")
    await zalo.taps("Vâng, cả hai là của tôi")
    zalo.hears("Đã liên kết", f"{named(zalo)} (tại đây)")
    await talk.is_told()
    talk.hears("liên kết với một kênh khác", "không phải anh/chị")

    await zalo.says("hồ sơ htx")
    zalo.hears("HTX Dâu tằm Ví Dụ")


async def test_what_was_done_before_on_either_side_is_one_persons_afterwards(talk: Talk) -> None:
    cooperative = await talk.belongs_to()
    zalo = await elsewhere(talk)
    there = await zalo.knows_person("Trần Thị B", "+84987654321")
    here = await talk.knows_person()

    async def both(connection: AsyncConnection) -> None:
        await connection.execute(
            insert(memberships).values(
                cooperative_id=cooperative,
                person_id=there,
                role="accountant",
                state="asked",
                created_at=talk.clock(),
            )
        )
        await optouts.stop(connection, here, ["news"], talk.clock())
        await optouts.stop(connection, there, ["news", "market"], talk.clock())

    await talk.assistant.database.write(both)
    await linked(talk, zalo)
    assert await rows(memberships)(talk) == 1
    assert await rows(memberships, memberships.c.person_id == here)(talk) == 1
    assert await rows(memberships, memberships.c.role == "director")(talk) == 1
    assert await rows(optouts.optouts, optouts.optouts.c.person_id == here)(talk) == 2


async def test_a_draft_goes_on_where_its_person_is(talk: Talk) -> None:
    await talk.knows_person()
    zalo = await elsewhere(talk)
    await linked(talk, zalo)
    await talk.taps("person:contact")
    await talk.says("Lê Văn C")
    asked = talk.words

    await zalo.says("menu")
    zalo.hears("một phiếu đã lưu")
    await zalo.taps("Tiếp tục")
    assert zalo.words in asked
    await zalo.says("0912345678")
    await zalo.taps("Gửi")
    zalo.hears("0912 345 678")
    await talk.says("0987654321")
    talk.hears_not("0987 654 321")


@pytest.mark.parametrize("typed", ["123456", "123 456"])
async def test_a_wrong_code_is_told_and_after_five_nothing_is_taken_for_a_while(
    talk: Talk, typed: str
) -> None:
    zalo = await elsewhere(talk)
    await talk.knows_person()
    code = await code_in(talk)
    wrong = typed if code != "123456" else "654321"
    for _ in range(5):
        await zalo.says(wrong)
        zalo.hears("không đúng hoặc đã hết hạn", "5 phút")
    await zalo.says(code)
    zalo.hears("quá nhiều", "15 phút")
    talk.clock.moves(minutes=16)
    await zalo.says(await code_in(talk))
    zalo.hears("của anh/chị")


async def test_a_code_ends_after_five_minutes_and_after_one_use(talk: Talk) -> None:
    zalo = await elsewhere(talk)
    await talk.knows_person()
    code = await code_in(talk)
    talk.clock.moves(minutes=5)
    await zalo.says(code)
    zalo.hears("đã hết hạn")
    code = await code_in(talk)
    await zalo.says(code)
    third = zalo.beside("bình")
    await third.says(code)
    await zalo.taps("Vâng, cả hai là của tôi")
    await third.taps("Vâng, cả hai là của tôi")
    third.hears("đã hết hạn")


async def test_a_code_is_for_the_other_channel(talk: Talk) -> None:
    await talk.knows_person()
    await talk.says(await code_in(talk))
    talk.hears("kênh kia")


async def test_six_digits_in_a_form_are_an_answer(talk: Talk) -> None:
    await talk.knows_person()
    await talk.says("tính lãi vay")
    await talk.says("500000")
    talk.hears_not("mã")


async def test_a_link_opens_with_the_code_in_it(talk: Talk) -> None:
    web = await elsewhere(talk)
    await talk.knows_person()
    code = await code_in(talk)
    await web.says(f"/start link_{code}")
    web.hears("Nguyễn Văn A")
    await web.says("không")
    web.hears("không liên kết")
    await web.says("hồ sơ htx")
    web.hears_not("Nguyễn Văn A")


async def test_who_did_not_use_the_code_unlinks_at_once(talk: Talk) -> None:
    await talk.belongs_to("HTX Dâu tằm Ví Dụ")
    zalo = await elsewhere(talk)
    await linked(talk, zalo)
    await talk.is_told()
    await talk.taps("Không phải tôi, bỏ liên kết")
    talk.hears(f"Đã bỏ liên kết {named(zalo)}")
    await zalo.is_told()
    zalo.hears("đã được bỏ liên kết")
    await zalo.says("hồ sơ htx")
    zalo.hears_not("HTX Dâu tằm Ví Dụ")
    await talk.says("hồ sơ htx")
    talk.hears("HTX Dâu tằm Ví Dụ")


async def test_who_deletes_their_data_on_one_channel_leaves_no_draft_on_the_other(talk: Talk) -> None:
    await talk.knows_person()
    zalo = await elsewhere(talk)
    await linked(talk, zalo)
    await talk.taps("person:contact")
    await talk.says("Lê Văn C")
    await zalo.taps("privacy:erased")
    zalo.hears("đã xóa dữ liệu")
    await talk.says("menu")
    talk.hears_not("phiếu đã lưu")
    async with talk.assistant.database.read() as connection:
        states = (await connection.execute(select(people.chats.c.state))).scalars().all()
    assert not [state for state in states if "Lê Văn C" in state]


async def test_unlinking_asks_first(talk: Talk) -> None:
    await talk.belongs_to("HTX Dâu tằm Ví Dụ")
    zalo = await elsewhere(talk)
    await linked(talk, zalo)
    await zalo.says("liên kết kênh")
    await zalo.taps(f"Bỏ liên kết {named(zalo)}")
    await zalo.taps("Không")
    await zalo.says("hồ sơ htx")
    zalo.hears("HTX Dâu tằm Ví Dụ")


async def test_reminders_go_to_the_channel_that_is_preferred(talk: Talk) -> None:
    person = await talk.knows_person()
    zalo = await elsewhere(talk)
    await linked(talk, zalo)
    await zalo.taps(f"Nhắc tôi qua {named(zalo)}")
    await talk.says("liên kết kênh")  # that they wrote here last does not change it
    talk.hears(f"{named(zalo)} (nhận nhắc việc ở đây)")

    async def tell(connection: AsyncConnection) -> None:
        await notices.put(connection, person, "link:told:1", key="some", at=talk.clock())

    await talk.assistant.database.write(tell)
    talk.assistant.wake()
    assert await zalo.is_told()
    assert not await talk.is_told()


async def test_two_officers_stay_two(talk: Talk) -> None:
    await talk.is_officer("Cán bộ Một")
    zalo = await elsewhere(talk)
    await zalo.is_officer("Cán bộ Hai")
    await zalo.says(await code_in(talk))
    zalo.hears("cán bộ")
    assert "Vâng, cả hai là của tôi" not in zalo.buttons
