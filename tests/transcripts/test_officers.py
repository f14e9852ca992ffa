"""How one becomes an officer: a code that is given out once, typed once, and guessed by nobody."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.records import staff
from tests.talk import Talk


async def given_out(talk: Talk, name: str = "Cán bộ Một", topics: Sequence[str] = ()) -> str:
    """A code as the command line prints it."""

    async def work(connection: AsyncConnection) -> str:
        known = await staff.named(connection, name)
        number = known.id if known else await staff.add(connection, name, topics, (), talk.clock())
        return await staff.new_code(connection, number, talk.clock())

    code = await talk.assistant.database.write(work)
    return f"{code[:4]}-{code[4:]}".upper()


@pytest.mark.parametrize("typed", ["/staff {code}", "{code}", " {code} ", "/staff {plain}", "{plain}"])
async def test_a_code_makes_a_person_the_officer_after_their_consent(talk: Talk, typed: str) -> None:
    code = await given_out(talk)
    await talk.says(typed.format(code=code, plain=code.replace("-", "").lower()))
    talk.hears("Luật 91/2025/QH15")
    await talk.taps("Đồng ý")
    talk.hears("Chào Cán bộ Một", "đã là cán bộ")
    await talk.says("/viec")
    talk.hears("không có việc nào chờ")


async def test_who_refuses_consent_is_no_officer_and_the_code_stays_good(talk: Talk) -> None:
    code = await given_out(talk)
    await talk.says(code)
    await talk.taps("Không đồng ý")
    await talk.says("/viec")
    talk.hears("dành cho cán bộ")
    await talk.says(code)
    await talk.taps("Đồng ý")
    talk.hears("đã là cán bộ")


async def test_a_code_is_good_once(talk: Talk) -> None:
    code = await given_out(talk)
    await talk.knows_person()
    await talk.says(code)
    talk.hears("đã là cán bộ")
    second = talk.beside("bình")
    await second.says(code)
    second.hears("đã được dùng rồi", "xin Liên minh mã mới")
    await second.says("/viec")
    second.hears("dành cho cán bộ")


async def test_a_code_ends_after_seven_days_and_with_the_next_one(talk: Talk) -> None:
    old, new = await given_out(talk), await given_out(talk)
    await talk.knows_person()
    await talk.says(old)
    talk.hears("chưa đúng")
    talk.clock.moves(days=7, minutes=1)
    await talk.says(new)
    talk.hears("đã hết hạn", "xin Liên minh mã mới")


async def test_a_new_code_moves_the_officer_to_a_new_phone(talk: Talk) -> None:
    await talk.knows_person()
    await talk.says(await given_out(talk))
    new = talk.beside("máy mới")
    await new.knows_person()
    await new.says(await given_out(talk))
    new.hears("đã là cán bộ")
    await talk.says("/viec")
    talk.hears("dành cho cán bộ")


async def test_after_five_wrong_codes_there_is_a_wait_and_others_are_not_concerned(talk: Talk) -> None:
    code = await given_out(talk)
    await talk.knows_person()
    for _ in range(5):
        await talk.says("/staff ABCD-2345")
        talk.hears("chưa đúng")
    await talk.says(code)
    talk.hears("thử lại sau một giờ")
    other = talk.beside("bình")
    await other.says("/staff")
    other.hears("ví dụ: /staff K7PM-2X9D")
    talk.clock.moves(minutes=61)
    await talk.says(code)
    talk.hears("đã là cán bộ")


async def test_a_code_in_a_group_is_not_taken(talk: Talk) -> None:
    code = await given_out(talk)
    talk.as_group()
    await talk.says(f"/staff {code}")
    talk.hears("nhắn riêng")


async def test_a_forged_consent_button_makes_nobody_an_officer(talk: Talk) -> None:
    await given_out(talk)
    await talk.knows_person()
    await talk.taps("staff:join")
    talk.hears_not("đã là cán bộ")
    await talk.says("/viec")
    talk.hears("dành cho cán bộ")


async def test_only_a_hash_of_the_code_is_kept(talk: Talk) -> None:
    code = (await given_out(talk)).replace("-", "").lower()
    async with talk.assistant.database.read() as connection:
        kept = str((await connection.exec_driver_sql("SELECT * FROM officer_codes")).all())
    assert code not in kept


@pytest.mark.parametrize("said", ["mua 5 tan", "giá 120k", "20/11/2026", "0912345678", "hợp tác xã", "htx"])
async def test_what_a_member_types_is_not_taken_for_a_code(talk: Talk, said: str) -> None:
    await talk.says(said)
    talk.hears_not("Mã này")


@given(st.text(alphabet="abcdefghjkmnpqrstuvwxyz23456789", min_size=8, max_size=8))
def test_a_code_is_the_same_however_it_is_parted(code: str) -> None:
    parted = f" {code[:4]}-{code[4:]} ".upper()
    assert staff.plain_code(parted) == code
    assert staff.looks_like_code(parted) == (not code.isalpha() and not code.isdecimal())
