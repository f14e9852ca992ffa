"""What came of a fair: the survey, and the contracts that it tells of, each recorded once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from bot.records.contracts import contracts
from bot.records.registrations import event_contracts, event_results
from tests.talk import Talk
from tests.transcripts.happenings import SATURDAY
from tests.transcripts.test_events import neighbour, with_a_booth
from tests.transcripts.walks import DONE, STICKER, WALKS, Script, Step, Walk, name_of, photo, rows

FAIR = "Hội chợ Xuân nông sản"


async def after_the_fair(talk: Talk) -> None:
    """The person's cooperative was at the fair, which is over since yesterday."""
    await with_a_booth(talk)
    talk.clock.now = SATURDAY
    talk.clock.moves(days=3)


OUTCOME = Script(
    form="outcome",
    opens="event:survey:1",
    steps=(
        Step("contracts", "2", wrong="nhiều lắm", hint="", shown="Số hợp đồng: 2"),
        Step("value", "1,5 tỷ", wrong="nhiều tiền", hint="tiền", shown="1,5 tỷ đồng"),
        Step("contacts", "5", wrong="đông lắm", hint="", shown="Người mua mới: 5"),
        Step("revenue", "12 triệu", wrong="kha khá", hint="tiền", shown="12 triệu đồng"),
        Step("photos", (photo(), DONE), wrong="ảnh đẹp lắm", hint="", shown="Ảnh: "),
    ),
    done="cảm ơn",
    french="Bilan",
    count=rows(event_results),
    before=after_the_fair,
)


@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_telling_how_it_went(talk: Talk, walk: Walk) -> None:
    await walk(talk, OUTCOME)


async def told_of(talk: Talk, count: str = "2", value: str = "1,5 tỷ") -> None:
    """Tells of contracts, up to the last tap on Send."""
    await talk.taps("event:survey:1")
    for answer in (count, value, "5", "bỏ qua", "bỏ qua"):
        await talk.says(answer)
    await talk.taps("Gửi")


async def with_contracts(talk: Talk) -> None:
    await after_the_fair(talk)
    await told_of(talk)


CONTRACT = Script(
    form="contract",
    opens="contract:told:1",
    steps=(
        Step("buyer", "Siêu thị Ví Dụ", wrong=STICKER, hint="Em cảm ơn", shown="Siêu thị Ví Dụ"),
        Step("product", "=#1", wrong=STICKER, hint="Em cảm ơn", shown="Sản phẩm: nấm hương"),
        Step("volume", "5 tấn", wrong="nhiều lắm", hint="đơn vị", shown="5 tấn"),
        Step("value", "900 triệu", wrong="nhiều tiền", hint="tiền", shown="900 triệu đồng"),
    ),
    done="đã ghi hợp đồng số 1",
    french="Un contrat signé",
    count=rows(contracts),
    before=with_contracts,
)


@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_a_contract_that_was_told_of_is_recorded(talk: Talk, walk: Walk) -> None:
    await walk(talk, CONTRACT)


async def kept(talk: Talk) -> list[Any]:
    async with talk.assistant.database.read() as connection:
        return list((await connection.execute(select(contracts).order_by(contracts.c.id))).all())


async def records(talk: Talk, buyer: str, *more: str, product: str = "nấm hương") -> None:
    for answer in (buyer, product, "5 tấn", *more):
        await talk.says(answer)
    await talk.taps("Gửi")


async def test_each_contract_is_asked_for_and_the_last_has_what_is_left_of_the_value(talk: Talk) -> None:
    await with_contracts(talk)
    await talk.taps("Ghi hợp đồng 1/2")
    talk.hears("Từ ngày: Thứ Hai, 21/12/2026", f"Sự kiện: {FAIR}")
    talk.hears_not("Bên bán")
    await records(talk, "Siêu thị Ví Dụ", "900 triệu")
    await talk.taps("Ghi hợp đồng 2/2")
    talk.hears("600 triệu đồng")
    await records(talk, "Công ty Ví Dụ")
    talk.hears("đã ghi hợp đồng số 2")
    assert not any("Ghi hợp đồng" in label for label in talk.buttons)
    found = await kept(talk)
    assert [(one.seller, one.buyer, one.value, one.event) for one in found] == [
        ("HTX Dâu tằm Ví Dụ", "Siêu thị Ví Dụ", 900_000_000, FAIR),
        ("HTX Dâu tằm Ví Dụ", "Công ty Ví Dụ", 600_000_000, FAIR),
    ]
    await talk.taps("contract:told:1")
    talk.hears("đã ghi đủ cả")


async def test_a_single_contract_has_its_value_from_the_survey(talk: Talk) -> None:
    await after_the_fair(talk)
    await told_of(talk, "1", "800 triệu")
    await talk.taps("Ghi hợp đồng")
    talk.hears("800 triệu đồng")
    await records(talk, "Siêu thị Ví Dụ")
    assert [one.value for one in await kept(talk)] == [800_000_000]


async def test_what_is_left_to_record_waits_with_the_registration(talk: Talk) -> None:
    await with_contracts(talk)
    await talk.taps("event:mine:1")
    assert "Ghi hợp đồng 1/2" in talk.buttons
    assert "Báo kết quả" not in talk.buttons


async def test_the_same_contract_is_counted_once(talk: Talk) -> None:
    await with_contracts(talk)
    for _ in range(2):
        await talk.taps("contract:told:1.0")
        await records(talk, "Siêu thị Ví Dụ", "900 triệu")
    talk.hears("đã ghi là số 1")
    assert len(await kept(talk)) == 1
    await talk.taps("event:mine:1")
    assert "Ghi hợp đồng 2/2" in talk.buttons


async def recorded_by_an_officer(talk: Talk, starts: str) -> None:
    officer = talk.beside("can-bo")
    await officer.says("/menu")
    await officer.is_officer(topics="trade")
    await officer.taps("contract:new")
    for answer in ("HTX Dâu tằm Ví Dụ", "Siêu thị Ví Dụ", "Nấm hương", "5 tấn", "900 triệu", starts):
        await officer.says(answer)
    for answer in ("bỏ qua", "bỏ qua", "gửi"):
        await officer.says(answer)
    officer.hears("đã ghi hợp đồng số 1")


async def test_a_contract_that_an_officer_recorded_since_is_not_recorded_again(talk: Talk) -> None:
    await with_contracts(talk)
    await recorded_by_an_officer(talk, "1/2/2027")
    await talk.taps("contract:told:1")
    await records(talk, "siêu thị ví dụ", "900 triệu")
    talk.hears("Hợp đồng số 1 đã được ghi từ trước", FAIR)
    assert "Ghi hợp đồng 2/2" in talk.buttons
    assert [(one.event, one.value) for one in await kept(talk)] == [(FAIR, 900_000_000)]


async def test_one_that_the_cooperative_recorded_itself_is_only_pointed_at(talk: Talk) -> None:
    await with_contracts(talk)
    await talk.taps("contract:told:1")
    await records(talk, "Siêu thị Ví Dụ", "900 triệu")

    async def unlink(connection: Any) -> None:
        await connection.execute(event_contracts.delete())

    await talk.assistant.database.write(unlink)
    await talk.taps("contract:told:1")
    await talk.taps("Số 1: nấm hương, Siêu thị Ví Dụ")
    talk.hears("chỉ tính một lần")
    assert await rows(event_contracts)(talk) == 1
    await talk.taps("contract:told:1.1")
    talk.hears("Bên mua là ai")  # it is counted already, so another one is asked for
    assert len(await kept(talk)) == 1


async def test_nobody_records_what_another_cooperative_told_of(talk: Talk) -> None:
    await with_contracts(talk)
    other = await neighbour(talk, "binh", "HTX Thứ Hai")
    for data in ("contract:told:1", "contract:told:1.0", "contract:told:1.1", "contract:told:x"):
        await other.taps(data)
        other.hears("không phải của anh/chị")
    await talk.taps("contract:told:2")
    talk.hears("không phải của anh/chị")
    assert await kept(talk) == []


async def test_without_contracts_none_is_asked_for(talk: Talk) -> None:
    await after_the_fair(talk)
    await talk.taps("event:survey:1")
    for answer in ("0", "5", "bỏ qua", "bỏ qua"):
        await talk.says(answer)
    await talk.taps("Gửi")
    talk.hears("cảm ơn")
    assert not any("Ghi hợp đồng" in label for label in talk.buttons)
    await talk.taps("contract:told:1")
    talk.hears("đã ghi đủ cả")
