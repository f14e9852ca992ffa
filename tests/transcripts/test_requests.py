"""Labels, packaging, VietGAP, trademarks and sales channels: asked for in chat, seen through by officers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.records import audit, channels, labels, products, requests, staff
from tests.talk import Talk
from tests.transcripts.walks import (
    STICKER,
    UNINTERRUPTED,
    WALKS,
    Script,
    Step,
    Walk,
    every_field_wrong_once,
    name_of,
    rows,
    straight_through,
)

LABELS = Script(
    form="request",
    opens="request:label",
    steps=(
        Step("type", "=certification", wrong="tem vàng", hint="chọn"),
        Step("product", "Trứng gà thảo dược", wrong=STICKER, hint="Em cảm ơn", shown="Trứng gà thảo dược"),
        Step("quantity", "1.000 tem", wrong="nhiều lắm", hint="số", shown="1.000 tem"),
        Step("size", "3 x 5 cm", wrong=STICKER, hint="Em cảm ơn", shown="3 x 5 cm"),
        Step("needed_by", "20/12", wrong="31/2", hint="ngày", shown="20/12/2026"),
        Step("basis", "OCOP 3 sao", wrong=STICKER, hint="Em cảm ơn", shown="OCOP 3 sao"),
    ),
    done="Em đã nhận yêu cầu số 1",
    french="Votre demande",
    count=rows(requests.requests),
    before=Talk.belongs_to,
)


@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_labels_are_asked_for(talk: Talk, walk: Walk) -> None:
    await walk(talk, LABELS)


DESIGN = Script(
    form="request",
    opens="request:design",
    steps=(
        Step("product", "Trà dây", wrong=STICKER, hint="Em cảm ơn", shown="Trà dây"),
        Step("stars", "4", wrong="9", hint="từ 0 đến 5", shown="4"),
        Step("design", "Hộp 20 gói, có lô-gô", wrong=STICKER, hint="Em cảm ơn", shown="Hộp 20 gói"),
    ),
    done="Em đã nhận yêu cầu số 1",
    french="Votre demande",
    count=rows(requests.requests),
    before=Talk.belongs_to,
)


@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_a_design_is_asked_for(talk: Talk, walk: Walk) -> None:
    await walk(talk, DESIGN)


STOCK = Script(
    form="labelsin",
    opens="labels:receive",
    steps=(
        Step("type", "=ocop", wrong="tem vàng", hint="chọn"),
        Step("range", "CB 1001 - 2000", wrong="2000-1001", hint="Số cuối", shown="CB1001–CB2000"),
    ),
    done="còn 1.000",
    french="Étiquettes reçues",
    count=rows(labels.stock),
    before=Talk.is_officer,
)


@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_labels_come_in(talk: Talk, walk: Walk) -> None:
    await walk(talk, STOCK)


CHANNEL = Script(
    form="channel",
    opens="channel:new",
    steps=(
        Step("name", "Sàn tỉnh Ví Dụ", wrong=STICKER, hint="Em cảm ơn", shown="Sàn tỉnh Ví Dụ"),
        Step("kind", "=marketplace", wrong="chợ phiên", hint="chọn"),
        Step("state", "=approved", wrong="đóng cửa", hint="chọn"),
        Step(
            "url", "https://example.vn", wrong="trang nhà em", hint="đủ địa chỉ", shown="https://example.vn"
        ),
        Step("requirements", "1, 6", wrong="vàng", hint="chọn các mục", shown="Mã vạch"),
    ),
    done="Đã lưu Sàn tỉnh Ví Dụ",
    french="Un canal de vente",
    count=rows(channels.channels),
    before=Talk.is_officer,
)


@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_a_channel_is_made_by_an_officer(talk: Talk, walk: Walk) -> None:
    await walk(talk, CHANNEL)


async def has_a_product_and_a_channel(talk: Talk) -> None:
    cooperative = await talk.belongs_to()
    await has_a_channel(talk)
    await has_a_product(talk, cooperative, gtin="8930000000019")


JOINING = Script(
    form="request",
    opens="request:channel",
    steps=(
        Step("channel", "=1", wrong="chợ phiên", hint="chọn", shown="Siêu thị Ví Dụ"),
        Step("product", "Miến dong", wrong=STICKER, hint="Em cảm ơn", shown="Miến dong"),
        Step("have", "1, 2", wrong="vàng", hint="chọn các mục", shown="Nhãn hàng hóa đầy đủ"),
    ),
    done="Em đã nhận yêu cầu số 1",
    french="Votre demande",
    count=rows(requests.requests),
    before=has_a_product_and_a_channel,
)


@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_a_channel_is_asked_for(talk: Talk, walk: Walk) -> None:
    await walk(talk, JOINING)


@pytest.mark.parametrize("walk", [straight_through, every_field_wrong_once], ids=name_of)
@pytest.mark.parametrize(
    ("kind", "key", "words"),
    [
        ("vietgap", "vietgap", "2 ha chè, đã có sổ ghi chép"),
        ("trademark", "mark", "Chữ và hình trên hũ mật ong"),
        ("trace", "trace", "Số lô, ngày thu hoạch, người đóng gói"),
    ],
)
async def test_help_with_a_mark_is_asked_for(talk: Talk, kind: str, key: str, words: str, walk: Walk) -> None:
    told = Step(key, words, wrong=STICKER, hint="Em cảm ơn", shown=words)
    await walk(talk, replace(DESIGN, opens=f"request:{kind}", steps=(DESIGN.steps[0], told)))


async def is_asked_for_more(talk: Talk) -> Talk:
    """The person has asked for labels, and an officer, who is returned, has asked something back."""
    officer = talk.beside("officer")
    await officer.is_officer()
    await talk.belongs_to()
    await asks_for_labels(talk)
    await officer.is_told()
    await officer.taps("staff:do:1:more")
    await officer.says("Anh/chị gửi số quyết định OCOP nhé")
    await officer.taps("Gửi")
    await talk.is_told()
    return officer


MORE = Script(
    form="reqmore",
    opens="request:more:1",
    steps=(Step("text", "Số 12/QĐ-UBND", wrong=STICKER, hint="Em cảm ơn", shown="Số 12/QĐ-UBND"),),
    done="đã thêm vào yêu cầu số 1",
    french="Votre réponse",
    count=rows(audit.audit, audit.audit.c.verb == "supplemented"),
    before=is_asked_for_more,
)


@pytest.mark.parametrize("walk", UNINTERRUPTED, ids=name_of)
async def test_what_was_missing_is_added(talk: Talk, walk: Walk) -> None:
    await walk(talk, MORE)


async def test_a_question_to_an_officer_is_passed_on_and_not_answered(talk: Talk) -> None:
    await is_asked_for_more(talk)
    await talk.taps(MORE.opens)
    await talk.says("Lập hợp tác xã cần mấy người?")
    talk.hears("Lập hợp tác xã cần mấy người?", "đúng chưa")


async def has_labels_to_give_out(talk: Talk) -> None:
    """The person is an officer who works on a member's labels, with a roll in stock."""
    member = talk.beside("member")
    await talk.is_officer()
    await member.belongs_to()
    await asks_for_labels(member)
    await talk.is_told()
    await talk.taps("staff:do:1:working")
    await talk.taps("labels:receive")
    await talk.taps("form:labelsin:answer:type:ocop")
    await talk.says("CB 1 - 2000")
    await talk.taps("Gửi")


OUT = Script(
    form="labelsout",
    opens="staff:do:1:serials",
    steps=(Step("range", "CB 101 - 600", wrong="năm trăm cái", hint="số đầu", shown="CB101–CB600"),),
    done="CB101–CB600 (500 tem)",
    french="Étiquettes attribuées",
    count=rows(labels.issues),
    before=has_labels_to_give_out,
)


@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_labels_go_out(talk: Talk, walk: Walk) -> None:
    await walk(talk, OUT)


async def test_labels_that_are_not_there_do_not_go_out(talk: Talk) -> None:
    await has_labels_to_give_out(talk)
    await talk.taps(OUT.opens)
    await talk.says("CB 1900 - 2100")
    await talk.taps("Gửi")
    talk.hears("chưa có trong kho hoặc đã cấp một phần")
    assert await OUT.count(talk) == 0


async def asks_for_labels(talk: Talk, kind: str = "=ocop") -> None:
    await talk.taps("request:label")
    await talk.taps(f"form:request:answer:type:{kind[1:]}")
    for answer in ("Trứng gà", "500 tem", "bỏ qua", "bỏ qua", "bỏ qua"):
        await talk.says(answer)
    await talk.taps("Gửi")


async def test_each_step_is_told_until_the_labels_are_handed_over(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer()
    await talk.belongs_to()
    await asks_for_labels(talk)
    talk.hears("Em đã nhận yêu cầu số 1")
    await officer.is_told()
    officer.hears("Trứng gà", "500 tem", "HTX Dâu tằm Ví Dụ")
    await officer.taps("Bắt đầu làm")
    await talk.is_told()
    talk.hears("đang làm")
    await officer.taps("labels:receive")
    await officer.taps("form:labelsin:answer:type:ocop")
    await officer.says("CB 1 - 2000")
    await officer.taps("Gửi")
    await officer.taps("staff:card:1")
    await officer.taps("Cấp dải số tem")
    assert "CB1–CB500" in officer.buttons
    await officer.taps("CB1–CB500")
    await officer.taps("Gửi")
    officer.hears("CB1–CB500 (500 tem)")
    await officer.taps("staff:card:1")
    await officer.taps("Đã sẵn sàng")
    await talk.is_told()
    talk.hears("đã xong, mời đến nhận", "CB1–CB500")
    await officer.taps("staff:card:1")
    await officer.taps("Đã giao")
    await talk.is_told()
    talk.hears("đã giao")
    await officer.taps("staff:card:1")
    officer.hears_not("Trứng gà")


async def test_what_is_missing_is_asked_and_answered(talk: Talk) -> None:
    officer = await is_asked_for_more(talk)
    talk.hears("cần anh/chị bổ sung", "Anh/chị gửi số quyết định OCOP nhé")
    await talk.taps("request:more:1")
    await talk.says("Số 12/QĐ-UBND")
    await talk.taps("Gửi")
    talk.hears("đã thêm vào yêu cầu số 1")
    await officer.is_told()
    officer.hears("Số 12/QĐ-UBND")


async def test_a_refusal_comes_with_its_reason(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer()
    await talk.belongs_to()
    await asks_for_labels(talk)
    await officer.is_told()
    await officer.taps("staff:do:1:declined")
    await officer.says("Chưa có giấy chứng nhận")
    await officer.taps("Gửi")
    await talk.is_told()
    talk.hears("không được nhận", "Chưa có giấy chứng nhận")


async def test_the_same_request_is_not_opened_twice(talk: Talk) -> None:
    await talk.belongs_to()
    await asks_for_labels(talk)
    await asks_for_labels(talk)
    talk.hears("đã gửi yêu cầu này rồi: số 1")
    assert await LABELS.count(talk) == 1


async def test_a_request_that_was_withdrawn_can_be_made_anew(talk: Talk) -> None:
    await talk.belongs_to()
    await asks_for_labels(talk)
    await talk.taps("request:withdraw:1")
    talk.hears("Đã rút yêu cầu số 1")
    await asks_for_labels(talk)
    talk.hears("Em đã nhận yêu cầu số 2")


async def test_somebody_elses_request_is_not_shown(talk: Talk) -> None:
    await talk.belongs_to()
    await asks_for_labels(talk)
    other = talk.beside("other")
    await other.belongs_to("HTX Khác")
    for button in ("request:show:1", "request:withdraw:1", "request:more:1"):
        await other.taps(button)
        other.hears("không phải của hợp tác xã mình")
        other.hears_not("Trứng gà")


async def test_a_design_for_less_than_three_stars_is_offered_a_person(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.taps("request:design")
    await talk.says("Trà dây")
    await talk.says("2")
    talk.hears("từ 3 sao OCOP", "giấy chứng nhận 3 sao")
    await talk.says("không")
    await talk.taps("Gửi")
    talk.hears("em không gửi gì")
    assert await DESIGN.count(talk) == 0


async def test_a_number_of_labels_leads_into_the_form(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.says("em muốn đặt 1.000 tem cho trứng gà")
    talk.hears("loại tem nào")
    await talk.taps("form:request:answer:type:ocop")
    talk.hears("kích thước nào")


async def test_serials_never_overlap(talk: Talk) -> None:
    await talk.is_officer()
    await talk.taps("labels:receive")
    await talk.taps("form:labelsin:answer:type:ocop")
    await talk.says("CB 1 - 1000")
    await talk.taps("Gửi")
    await talk.taps("labels:receive")
    await talk.taps("form:labelsin:answer:type:ocop")
    await talk.says("CB 1000 - 1500")
    await talk.taps("Gửi")
    talk.hears("trùng với CB1–CB1000")

    async def work(connection: AsyncConnection) -> list[bool]:
        now = talk.clock()
        return [
            await labels.issue(connection, "ocop", "CB", first, last, now)
            for first, last in ((101, 200), (200, 300), (50, 101), (1, 100), (201, 1001), (201, 1000), (1, 1))
        ]

    assert await talk.assistant.database.write(work) == [True, False, False, True, False, True, False]


async def test_labels_are_for_officers(talk: Talk) -> None:
    await talk.belongs_to()
    for button in ("labels:receive", "labels:stock", "channel:new"):
        await talk.taps(button)
        talk.hears("dành cho cán bộ")


async def test_an_officer_who_lost_the_topic_does_not_send_what_they_began(talk: Talk) -> None:
    await talk.is_officer()
    await talk.taps("labels:receive")
    await talk.taps("form:labelsin:answer:type:ocop")
    await talk.says("CB 1 - 1000")
    await talk.assistant.database.write(
        lambda connection: connection.execute(update(staff.officers).values(topics="loans"))
    )
    await talk.taps("Gửi")
    talk.hears("dành cho cán bộ")
    assert await STOCK.count(talk) == 0


async def has_a_channel(talk: Talk) -> None:
    async def work(connection: AsyncConnection) -> None:
        await channels.add(
            connection,
            "vidu",
            "Siêu thị Ví Dụ",
            "supermarket",
            talk.clock(),
            requirements=channels.REQUIREMENTS,
            state="live",
        )

    await talk.assistant.database.write(work)


async def has_a_product(talk: Talk, cooperative: int, **values: object) -> int:
    async def work(connection: AsyncConnection) -> int:
        given = {"name": "Miến dong", "category": "food", "stars": 3} | values
        return await products.add(connection, cooperative, given, talk.clock(), state="approved")

    return await talk.assistant.database.write(work)


async def test_how_ready_a_product_is_for_a_channel_is_shown_with_the_articles(talk: Talk) -> None:
    cooperative = await talk.belongs_to()
    await has_a_channel(talk)
    await has_a_product(talk, cooperative, gtin="8930000000019")
    await talk.says("kênh bán hàng")
    talk.hears("Siêu thị Ví Dụ")
    await talk.taps("Siêu thị Ví Dụ")
    await talk.taps("Đủ chưa? Miến dong")
    talk.hears("✓ Mã vạch", "✗ Ảnh sản phẩm")
    await talk.taps("Cách làm: Nhãn hàng hóa đầy đủ")
    talk.hears("Nghị định 37/2026")


async def test_joining_a_channel_asks_only_what_the_record_does_not_say(talk: Talk) -> None:
    cooperative = await talk.belongs_to()
    await has_a_channel(talk)
    await has_a_product(talk, cooperative, gtin="8930000000019")
    await talk.taps("request:channel:1")
    await talk.taps("Miến dong")
    assert "Mã vạch" not in talk.buttons
    await talk.taps("Xuất được hóa đơn")
    await talk.says("xong")
    await talk.taps("Gửi")
    talk.hears("✓ Mã vạch", "✓ Xuất được hóa đơn", "✗ Ảnh sản phẩm")
    await talk.taps("request:channel:1")
    await talk.taps("Miến dong")
    await talk.says("bỏ qua")
    await talk.taps("Gửi")
    talk.hears("đã gửi yêu cầu này rồi")


async def test_a_product_that_was_hidden_meanwhile_is_asked_for_anew(talk: Talk) -> None:
    cooperative = await talk.belongs_to()
    product = await has_a_product(talk, cooperative)
    await talk.taps("request:vietgap")
    await talk.taps("Miến dong")
    await talk.says("2 ha, đã có sổ ghi chép")

    async def work(connection: AsyncConnection) -> None:
        await products.hide(connection, product)

    await talk.assistant.database.write(work)
    await talk.taps("Gửi")
    talk.hears("Sản phẩm này đã được ẩn")


async def test_without_consent_it_is_asked_first_and_what_was_said_is_kept(talk: Talk) -> None:
    await talk.says("em muốn đặt 1.000 tem cho trứng gà")
    talk.hears("Luật 91/2025/QH15")
