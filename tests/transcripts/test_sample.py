"""The sample union: whoever comes new can do everything at once, and one command takes it away again."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from bot import sample
from bot.pages.products import ProductPages
from bot.records import events, products, registrations, tasks, trade
from bot.records.labels import free
from bot.records.matching import Side, fit
from tests.conftest import MakeAssistant
from tests.talk import Clock, Talk
from tests.transcripts.happenings import publish_training
from tests.transcripts.test_loans import ANSWERS, answer

TICKET = "Mã vé là"


@pytest.fixture
async def talk(talk: Talk) -> Talk:
    """A chat of a newcomer's cooperative, with the sample loaded."""
    await load(talk)
    await talk.belongs_to("HTX Người mới", commune="01273")
    return talk


async def load(talk: Talk) -> bool:
    settings = talk.assistant.settings
    return await talk.assistant.database.write(lambda to: sample.load(to, settings, talk.clock()))


async def remove(talk: Talk) -> bool:
    return await talk.assistant.database.write(sample.remove)


async def left_of(talk: Talk, table: Any) -> list[int]:
    async with talk.assistant.database.read() as connection:
        return list((await connection.execute(select(table.c.id).order_by(table.c.id))).scalars())


async def number(talk: Talk, title: str) -> int:
    """The number of an event by the beginning of its title."""
    async with talk.assistant.database.read() as connection:
        found = await connection.execute(
            select(events.events.c.id).where(events.events.c.title.startswith(title))
        )
        return int(found.scalar_one())


async def has_a_booth(talk: Talk) -> None:
    """Registers for the supermarket week, up to the last tap on Send."""
    await talk.taps(f"event:join:{await number(talk, 'Tuần hàng')}")
    await talk.taps("form:fair:answer:booth:standard")
    await talk.says("1")
    if "Vào danh sách chờ" in talk.buttons:
        await talk.taps("Vào danh sách chờ")
    for said in ("2", "nấm hương"):
        await talk.says(said)
    await talk.taps("form:fair:answer:power:none")
    await talk.says("HTX Người mới")
    await talk.says("bỏ qua")
    await talk.taps("form:fair:answer:pledge:yes")
    await talk.taps("Gửi")


async def joins_a_channel(talk: Talk) -> None:
    await talk.says("kênh bán hàng")
    await talk.taps("Postmart (ví dụ)")
    await talk.taps("Xin tham gia")
    await talk.says("Miến dong")
    await talk.says("bỏ qua")
    await talk.taps("Gửi")


async def offers_noodles(talk: Talk) -> None:
    await talk.taps("trade:offer")
    for said in ("Miến dong", "6 tấn", "65k", "quanh năm", "bỏ qua"):
        await talk.says(said)
    await talk.taps("Gửi")


async def test_events_of_each_kind_are_to_come_and_say_that_they_are_examples(talk: Talk) -> None:
    await talk.taps("event:list")
    first = talk.words
    await talk.taps("Xem thêm…")
    shown = first + talk.words
    for title in (
        "Tập huấn bán hàng trực tuyến (ví dụ)",
        "Tuần hàng nông sản tại siêu thị (ví dụ)",
        "Diễn đàn kết nối cung cầu (ví dụ)",
        "Hội chợ Xuân nông sản (ví dụ)",
        "Tham quan mô hình chế biến mây tre (ví dụ)",
        "Hội nghị tổng kết năm (ví dụ)",
    ):
        assert title in shown
        await talk.taps(f"event:show:{await number(talk, title)}")
        talk.hears(title, "không phải sự kiện thật")
        assert "Đăng ký" in talk.buttons


async def test_a_newcomer_registers_for_the_training(talk: Talk) -> None:
    await talk.says("em muốn đăng ký tập huấn bán hàng")
    await talk.says("Nguyễn Văn A 0912345678")
    await talk.says("bỏ qua")
    await talk.taps("Gửi")
    talk.hears(TICKET, "(ví dụ)")


async def test_somebody_new_gets_from_one_sentence_to_a_ticket(talk: Talk) -> None:
    new = talk.beside("new")
    await new.says("ghi tên HTX tôi một gian ở hội chợ xuân, đi ba người")
    for said in (
        "đồng ý",
        "tổ liên kết",
        "Thục Phán, Cao Bằng",
        "Tổ may Hoa Ban",
        "Nguyễn Văn A",
        "0912345678",
        "may áo dài",
        "23",
        "gửi",
    ):
        await new.says(said)
    new.hears("Hội chợ Xuân nông sản (ví dụ)")
    await new.says("Nguyễn Văn A 0912345678")
    await new.taps("form:fair:answer:booth:standard")
    await new.says("áo dài")
    await new.taps("form:fair:answer:power:none")
    await new.says("Tổ may Hoa Ban")
    await new.says("bỏ qua")
    await new.taps("form:fair:answer:pledge:yes")
    new.hears("Số gian: 1", "Số người đi: 3")
    await new.taps("Gửi")
    new.hears(TICKET, "(ví dụ)")


async def test_the_last_booth_is_taken_and_the_next_one_waits(talk: Talk) -> None:
    await talk.taps(f"event:show:{await number(talk, 'Tuần hàng')}")
    talk.hears("1 gian")
    await has_a_booth(talk)
    talk.hears(TICKET)
    neighbour = talk.beside("neighbour")
    await neighbour.belongs_to("HTX Láng giềng")
    await neighbour.taps(f"event:show:{await number(talk, 'Tuần hàng')}")
    neighbour.hears("danh sách chờ")
    await has_a_booth(neighbour)
    neighbour.hears("danh sách chờ")
    neighbour.hears_not(TICKET)


async def test_a_product_has_a_page_that_says_it_is_made_up(talk: Talk) -> None:
    here = talk.assistant
    app = web.Application()
    app.add_routes(ProductPages(here.settings, here.database, here.media, talk.clock).routes())
    async with TestClient(TestServer(app)) as client:
        page = await (await client.get("/p/vdnmh03")).text()
    assert "Nấm hương khô (ví dụ)" in page
    assert "HTX Nấm hương Ví Dụ" in page
    assert "Đây là ví dụ" in page


async def test_a_loan_is_checked_beside_a_programme(talk: Talk) -> None:
    await talk.taps("loan:check:1")
    await answer(talk, **ANSWERS)
    await talk.taps("Gửi")
    talk.hears("Kiểm tra sơ bộ", "Quỹ quyết định")


async def test_a_newcomer_asks_to_join_a_channel(talk: Talk) -> None:
    await talk.says("kênh bán hàng")
    talk.hears("Postmart (ví dụ)", "VCAMART (ví dụ)", "Co.opmart (ví dụ)", "OCOP (ví dụ)", "của tỉnh (ví dụ)")
    await joins_a_channel(talk)
    talk.hears("Em đã nhận yêu cầu")


async def test_an_offer_finds_the_demand_of_the_example(talk: Talk) -> None:
    await talk.says("ai đang mua")
    talk.hears("Miến dong (ví dụ), 5 tấn")
    await offers_noodles(talk)
    talk.hears("đã đăng lời chào hàng", "đúng sản phẩm")
    await talk.taps("Xem bên số 1")
    talk.hears("Miến dong (ví dụ)")


async def test_the_mark_makes_no_two_things_alike(talk: Talk) -> None:
    assert fit(Side("Nấm hương khô (ví dụ)"), Side("Trứng gà (ví dụ)")) is None
    assert fit(Side("Nấm rơm (ví dụ)"), Side("Nấm hương (ví dụ)")) is None
    found = fit(Side("nấm hương khô"), Side("Nấm hương khô (ví dụ)"))
    assert found is not None
    assert "same" in found.reasons


async def test_labels_are_in_stock(talk: Talk) -> None:
    async with talk.assistant.database.read() as connection:
        assert [one.shown() for one in await free(connection, "ocop")] == ["VIDU1–VIDU1000"]


async def test_it_is_marked_in_other_languages(talk: Talk) -> None:
    await talk.says("français")
    await talk.taps(f"event:show:{await number(talk, 'Hội chợ')}")
    talk.hears("(ví dụ)", "exemple")


async def test_examples_are_loaded_once(talk: Talk) -> None:
    before = await left_of(talk, products.products)
    assert not await load(talk)
    assert await left_of(talk, products.products) == before


async def test_removing_takes_what_hangs_on_examples_and_nothing_else(talk: Talk) -> None:
    real = await publish_training(talk.assistant.database, talk.clock())
    officer = talk.beside("officer")
    await officer.is_officer()
    for event in (real, await number(talk, "Tham quan")):
        await talk.taps(f"event:join:{event}")
        await talk.says("Nguyễn Văn A 0912345678")
        await talk.says("bỏ qua")
        await talk.taps("Gửi")
    await joins_a_channel(talk)
    await offers_noodles(talk)
    assert len(await left_of(talk, tasks.tasks)) == 2
    await talk.is_told()

    assert await remove(talk)
    assert not await remove(talk)

    assert await left_of(talk, events.events) == [real]
    assert len(await left_of(talk, registrations.registrations)) == 1
    assert len(await left_of(talk, trade.offers)) == 1
    assert await left_of(talk, trade.matches) == []
    assert await left_of(talk, tasks.tasks) == []
    assert [await left_of(talk, table) for table in sample.EXAMPLES if "channels" in table.name] == [[]]
    await talk.is_told()
    talk.hears_nothing()
    await talk.says("/mine")
    talk.hears("Tập huấn kế toán")
    talk.hears_not("ví dụ")


async def test_a_button_of_an_example_never_leads_to_something_real(talk: Talk) -> None:
    old = max(await left_of(talk, events.events))
    await remove(talk)
    assert await publish_training(talk.assistant.database, talk.clock()) > old
    await talk.taps(f"event:join:{old}")
    talk.hears("không còn nữa")


async def test_it_is_at_home_in_the_province_of_the_union(
    make_assistant: MakeAssistant, clock: Clock
) -> None:
    assistant = make_assistant(union_province="Nghệ An")
    await assistant.open()
    try:
        await assistant.database.write(lambda to: sample.begin(to, assistant.settings, clock()))
        async with assistant.database.read() as connection:
            coming = await events.coming(connection, clock())
        assert len(coming) == 6
        assert all("Nghệ An" in event.place for event in coming)
    finally:
        await assistant.close()


async def test_examples_end_by_themselves_and_trouble_nobody(talk: Talk) -> None:
    await talk.passes(days=200)
    talk.hears_nothing()
    await talk.says("ai đang mua")
    talk.hears_not("(ví dụ)")
