"""Products: registered in a talk, changed in one line, checked by an officer, and never lost on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Media
from bot.records import audit, channels, people, products, requests
from bot.records.products import Product
from tests.talk import Talk
from tests.transcripts.walks import (
    STICKER,
    WALKS,
    Script,
    Sent,
    Step,
    Walk,
    back_and_edit,
    every_field_wrong_once,
    name_of,
    photo,
    rows,
)
from tests.wire import until

STORY = "Miến làm từ củ dong riềng trồng trên núi đá, tráng tay và phơi nắng từ đời ông bà."

SCRIPT = Script(
    form="product",
    opens="product:new",
    before=lambda talk: talk.belongs_to(),
    steps=(
        Step("name", "Miến dong Ví Dụ", "12", "bằng chữ", "Miến dong Ví Dụ"),
        Step("category", "=food", "cái khác", "chọn", "Thực phẩm"),
        Step("stars", "=3", "hạng nhất", "chọn", "3 sao"),
        Step("decision", "1234/QĐ-UBND", STICKER, "cảm ơn", "1234/QĐ-UBND"),
        Step("issued", "20/11/2025", "31/2/2025", "ngày", "20/11/2025"),
        Step("expires", "=2028-11-20", "19/11/2025", "ngày", "20/11/2028"),
        Step("volume", "500 kg mỗi tháng", "nhiều lắm", "đơn vị", "500 kg"),
        Step("price", "120k", "500 đồng", "1.000", "120.000"),
        Step("pack", "túi 500 g, túi zip", "túi zip", "500 g", "túi 500 g"),
        Step("origin", "Bế Văn Đàn, Cao Bằng", "Xã Không Có Thật", "xã", "Bế Văn Đàn"),
        Step("shelf", "12 tháng, nơi khô mát", "để lâu được", "12 tháng", "12 tháng, nơi khô mát"),
        Step("ingredients", "100% bột dong riềng", STICKER, "cảm ơn", "bột dong riềng"),
        Step(
            "photos", tuple(photo(size=(800 + one, 700)) for one in range(8)), "không có ảnh", "ảnh", "8 ảnh"
        ),
        Step("contact", "=yes", "để xem", "có", "Có"),
        Step("more", "=no", "để xem", "có", "Không"),
    ),
    done="cán bộ duyệt",
    french="Un nouveau produit",
    count=rows(products.products),
)


@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_the_form_of_a_product(talk: Talk, walk: Walk) -> None:
    await walk(talk, SCRIPT)


CERTIFICATE = Script(
    form="certificate",
    opens="cert:new",
    before=lambda talk: registered(talk),
    steps=(
        Step("product", "=all", "cái kia", "chọn", "Cả hợp tác xã"),
        Step("kind", "=vietgap", "giấy gì đó", "chọn", "VietGAP"),
        Step("number", "VietGAP-TT-12-34", STICKER, "cảm ơn", "VietGAP-TT-12-34"),
        Step("body", "Trung tâm chứng nhận Ví Dụ", STICKER, "cảm ơn", "Trung tâm chứng nhận Ví Dụ"),
        Step("issued", "20/11/2025", "20/11/2027", "ngày", "20/11/2025"),
        Step("expires", "19/11/2027", "20/11/2025", "ngày", "19/11/2027"),
        Step("photos", tuple(photo("blue", (800 + one, 700)) for one in range(3)), "chưa có", "ảnh", "3 ảnh"),
    ),
    done="Cán bộ kiểm tra",
    french="Un certificat",
    count=rows(products.certificates),
)


@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_the_form_of_a_certificate(talk: Talk, walk: Walk) -> None:
    await walk(talk, CERTIFICATE)


DETAILS = replace(
    SCRIPT,
    steps=(
        *SCRIPT.steps[:-1],
        Step("more", "=yes", "để xem", "có", "Có"),
        Step("season", "tháng 3 đến tháng 8", "mùa mưa", "tháng", "3"),
        Step("wholesale", "95k", "150k", "không cao hơn giá lẻ", "95.000"),
        Step("moq", "20 hộp", "ít thôi", "đơn vị", "20 hộp"),
        Step("gtin", "8930000000019", "8930000000018", "chưa khớp số kiểm tra", "8930000000019"),
        Step("trace", "https://example.vn/ABC123", "mã của em", "không có dấu cách", "example.vn/ABC123"),
        Step("story", STORY, "ngon lắm", "50", "Miến làm từ củ dong"),
        Step("tags", "miến, đồ khô", "a, b, c, d, e, f", "5", "miến, đồ khô"),
        Step("variants", "sợi to, sợi nhỏ", STICKER, "cảm ơn", "sợi to, sợi nhỏ"),
        Step("channels", "1, 4", "vàng", "chọn các mục", "Siêu thị, Postmart"),
    ),
)


@pytest.mark.parametrize("walk", [every_field_wrong_once, back_and_edit], ids=name_of)
async def test_the_form_of_a_product_with_all_its_details(talk: Talk, walk: Walk) -> None:
    await walk(talk, DETAILS)


CHANGED = rows(audit.audit, audit.audit.c.verb == "changed")

PRICE = Script(
    form="productedit",
    opens="product:field:1:price",
    before=lambda talk: registered(talk),
    steps=(
        Step("price", "130k", "500 đồng", "1.000", "130.000"),
        Step("priced_on", "01/12/2026", "01/11/2026", "ngày", "01/12/2026"),
    ),
    done="Em đã sửa xong",
    french="Modification d’un produit",
    count=CHANGED,
)

RANK = Script(
    form="productedit",
    opens="product:edit:1",
    before=lambda talk: registered(talk),
    steps=(
        Step("field", "=stars", "cái gì đó", "chọn", "Sao OCOP"),
        Step("stars", "=4", "hạng nhất", "chọn", "4 sao"),
        *SCRIPT.steps[3:6],
    ),
    done="chờ cán bộ duyệt",
    french="Modification d’un produit",
    count=CHANGED,
)


@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_a_new_price(talk: Talk, walk: Walk) -> None:
    await walk(talk, PRICE)


@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_a_new_rank_with_its_certificate(talk: Talk, walk: Walk) -> None:
    await walk(talk, RANK)


async def registered(
    talk: Talk, name: str = "Miến dong Ví Dụ", state: str = "approved", **values: object
) -> int:
    """A product of the person's cooperative (a new one, unless `cooperative` is given)."""
    cooperative = values.pop("cooperative", None) or await talk.belongs_to()
    given = {
        "name": name,
        "category": "food",
        "price": 100_000,
        "priced_on": talk.clock().date(),
        "pack": "túi 500 g",
        "volume": {"amount": 500, "unit": "kg", "base": 500, "base_unit": "kg", "per": "month"},
    } | values
    return await talk.assistant.database.write(
        lambda connection: products.add(connection, cooperative, given, talk.clock(), state=state)  # type: ignore[arg-type]
    )


async def kept(talk: Talk, product: int) -> Product:
    async with talk.assistant.database.read() as connection:
        found = await products.get(connection, product)
    assert found is not None
    return found


async def fills_in(talk: Talk, **other: object) -> None:
    """Answers the questions of an opened form of a product up to the review card."""
    for step in SCRIPT.steps:
        answers = other.get(step.key, step.answer)
        if answers is None:
            continue
        for act in answers if isinstance(answers, tuple) else (answers,):
            if isinstance(act, Sent):
                await talk.sends("photo", act.data)
            elif str(act).startswith("="):
                await talk.taps(f"form:product:answer:{step.key}:{str(act)[1:]}")
            else:
                await talk.says(str(act))


# Leading in


async def test_a_wish_says_name_and_volume_already(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.says("Cho em đăng sản phẩm mới: bưởi da xanh, mỗi tháng khoảng 3 tấn.")
    talk.hears("bưởi da xanh", "3 tấn", "nhóm OCOP")
    await talk.taps("Thực phẩm")
    talk.hears("mấy sao")


async def test_a_wish_without_accents_says_name_pack_and_price(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.says("toi muon khai them san pham tuong ot lo 250g gia 35k")
    talk.hears("Tên: tuong ot", "lo 250g", "35.000", "nhóm OCOP")


async def test_a_colon_after_the_wish_begins_the_product(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.says("Đăng ký sản phẩm: mật ong bạc hà, giá 250k")
    talk.hears("mật ong bạc hà", "250.000")


async def test_what_was_wanted_waits_for_consent_and_profile(talk: Talk) -> None:
    await talk.says("đăng sản phẩm mới: bưởi da xanh, mỗi tháng 3 tấn")
    await talk.taps("Đồng ý")
    talk.hears("hợp tác xã")
    await talk.belongs_to()
    await talk.taps("product:new")
    talk.hears("bưởi da xanh", "3 tấn", "nhóm OCOP")


async def test_where_a_product_is_can_be_asked(talk: Talk) -> None:
    await registered(talk, state="waiting")
    await talk.says("Em gửi thông tin sản phẩm rồi mà chưa thấy lên")
    talk.hears("Miến dong Ví Dụ – chờ cán bộ duyệt")


# The form


async def test_a_craft_without_stars_is_asked_less(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.taps("product:new")
    skipped = dict.fromkeys(("decision", "issued", "expires", "shelf", "ingredients"))
    await fills_in(talk, category="=craft", stars="=0", volume="30 chiếc mỗi tuần", **skipped)
    talk.hears("Thủ công mỹ nghệ", "Chưa có sao")
    await talk.taps("Gửi")
    talk.hears("cán bộ duyệt")


async def test_more_details_can_be_given_at_once(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.taps("product:new")
    await fills_in(talk, more="=yes")
    await talk.says("tháng 10 đến tháng 2")
    await talk.says("150k")
    talk.hears("Giá sỉ không cao hơn giá lẻ")
    await talk.says("95k")
    await talk.says("20 hộp")
    await talk.says("4006381333931")
    talk.hears("893")
    await talk.taps("Bỏ qua")
    await talk.taps("Bỏ qua")
    await talk.says("miến, đồ khô")
    await talk.taps("Bỏ qua")
    await talk.taps("Bỏ qua")
    talk.hears("95.000", "20 hộp", "miến, đồ khô")
    await talk.taps("Gửi")
    product = await kept(talk, 1)
    assert (product.season, product.wholesale, product.gtin) == ([1, 2, 10, 11, 12], 95_000, "4006381333931")


async def test_nearly_the_same_name_is_asked_and_can_be_updated(talk: Talk) -> None:
    number = await registered(talk)
    await talk.taps("product:new")
    await talk.says("mien dong vi du")
    talk.hears("gần giống")
    await talk.taps("Đúng, cập nhật")
    await talk.taps("Gửi")
    talk.hears("sửa mục nào")
    assert (await kept(talk, number)).name == "Miến dong Ví Dụ"


async def test_another_of_exactly_that_name_is_asked_for_another_name(talk: Talk) -> None:
    await registered(talk)
    await talk.taps("product:new")
    await talk.says("Miến dong Ví Dụ")
    await talk.taps("Sản phẩm khác")
    await fills_in(talk, name=None)
    await talk.taps("Gửi")
    talk.hears("đúng tên này", "Sản phẩm tên là gì")
    await talk.says("Miến dong đặc biệt Ví Dụ")
    await talk.taps("Gửi")
    talk.hears("cán bộ duyệt")


async def test_fifty_photos_at_once_are_eight(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.taps("product:new")
    await fills_in(talk, photos=None, contact=None, more=None)
    said = 0
    for one in range(50):
        said += len(await talk.sends("photo", photo(size=(80 + one, 60)).data))
    assert said <= 10
    await talk.taps("form:product:answer:contact:yes")
    await talk.taps("form:product:answer:more:no")
    talk.hears("8 ảnh")


# The channels it is wished for


async def has_channels(talk: Talk) -> None:
    """Postmart, the province's marketplace, a supermarket that takes requests, and one that does not yet."""

    async def work(connection: AsyncConnection) -> None:
        for code, kind, state in (
            ("san-postmart", "marketplace", "live"),
            ("san-tinh", "provincial", "live"),
            ("sieu-thi-vi-du", "supermarket", "approved"),
            ("sieu-thi-khac", "supermarket", "pending"),
        ):
            await channels.add(
                connection,
                code,
                code.replace("-", " ").capitalize(),
                kind,
                talk.clock(),
                requirements=("barcode", "volume", "photos"),
                state=state,
            )

    await talk.assistant.database.write(work)


async def asked(talk: Talk) -> list[tuple[str, str, int | None]]:
    async with talk.assistant.database.read() as connection:
        found = await connection.execute(
            select(requests.requests.c.kind, requests.requests.c.about, requests.requests.c.product_id)
        )
    return sorted((row[0], row[1], row[2]) for row in found)


async def wishes_for(talk: Talk, *wishes: str, form: str = "product") -> None:
    for wish in wishes:
        await talk.taps(f"form:{form}:answer:channels:{wish}")
    await talk.says("xong")
    await talk.taps("Gửi")


async def registers_with_wishes(talk: Talk, *wishes: str, name: str = "Miến dong Ví Dụ") -> None:
    """A product that is sent with all its details, of which only the channels are given."""
    await talk.taps("product:new")
    await fills_in(talk, name=name, more="=yes")
    for _ in range(8):
        await talk.taps("Bỏ qua")
    talk.hears("muốn bán ở những kênh nào")
    await wishes_for(talk, *wishes)


async def test_the_channels_a_product_is_wished_for_are_asked_for_with_it(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer()
    await talk.belongs_to()
    await has_channels(talk)
    await registers_with_wishes(talk, "supermarket", "postmart")
    talk.hears(
        "cán bộ duyệt",
        "• San postmart, yêu cầu số 1: ✗ Mã vạch\n",
        "Sieu thi vi du, yêu cầu số 2",
        "Mục ✗ chưa có trong hồ sơ",
    )
    talk.hears_not("San tinh", "Sieu thi khac", "chưa có kênh")
    assert await asked(talk) == [("channel", "san-postmart", 1), ("channel", "sieu-thi-vi-du", 1)]
    await officer.is_told()
    officer.hears("Sản phẩm chờ duyệt", "Kênh bán: San postmart", "✗ Mã vạch", "Kênh bán: Sieu thi vi du")
    await talk.says("/mine")
    talk.hears("San postmart cho Miến dong Ví Dụ – đã nhận", "Sieu thi vi du cho Miến dong Ví Dụ – đã nhận")


async def test_a_step_of_such_a_request_is_told_to_the_member(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer()
    await talk.belongs_to()
    await has_channels(talk)
    await registers_with_wishes(talk, "provincial")
    await officer.is_told()
    await officer.taps("staff:do:2:checking")
    await talk.is_told()
    talk.hears("Yêu cầu số 1, San tinh cho Miến dong Ví Dụ: cán bộ đang xem")


async def test_a_wish_without_an_open_channel_is_said_to_be_noted(talk: Talk) -> None:
    await talk.belongs_to()
    await has_channels(talk)
    await registers_with_wishes(talk, "vcamart", "export")
    talk.hears("Hiện chưa có kênh nào mở cho: VCAMART, Xuất khẩu")
    assert await asked(talk) == []
    assert (await kept(talk, 1)).channels == ["vcamart", "export"]


async def test_a_wish_that_is_added_later_asks_only_for_what_is_new(talk: Talk) -> None:
    await talk.belongs_to()
    await has_channels(talk)
    await registers_with_wishes(talk, "postmart")
    await talk.taps("product:field:1:channels")
    await wishes_for(talk, "postmart", "supermarket", form="productedit")
    talk.hears("Sieu thi vi du, yêu cầu số")
    talk.hears_not("San postmart, yêu cầu")
    assert len(await asked(talk)) == 2


async def test_what_was_declined_is_not_asked_for_again_by_a_wish(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer()
    await talk.belongs_to()
    await has_channels(talk)
    await registers_with_wishes(talk, "postmart")
    await officer.is_told()
    await officer.taps("staff:do:2:declined")
    await officer.says("Cần mã vạch trước đã")
    await officer.taps("Gửi")
    await talk.taps("product:field:1:channels")
    await wishes_for(talk, "postmart", form="productedit")
    talk.hears_not("San postmart")
    assert len(await asked(talk)) == 1


async def test_a_product_with_all_that_a_channel_asks_for_is_ready(talk: Talk) -> None:
    number = await registered(talk, state="waiting", gtin="8930000000019")

    async def photographed(connection: AsyncConnection) -> None:
        await products.keep_photos(connection, [{"ref": "x.jpg", "name": "x.jpg"}], chat=None, product=number)

    await talk.assistant.database.write(photographed)
    await has_channels(talk)
    await talk.taps(f"product:field:{number}:channels")
    await wishes_for(talk, "postmart", form="productedit")
    talk.hears("✓ San postmart, yêu cầu số 1")
    talk.hears_not("✗")


async def test_each_product_has_a_request_of_its_own_for_a_channel(talk: Talk) -> None:
    await talk.belongs_to()
    await has_channels(talk)
    await registers_with_wishes(talk, "postmart")
    await registers_with_wishes(talk, "postmart", name="Bưởi da xanh")
    assert await asked(talk) == [("channel", "san-postmart", 1), ("channel", "san-postmart", 2)]


async def test_a_hidden_product_is_asked_for_nowhere(talk: Talk) -> None:
    number = await registered(talk, state="hidden")
    await has_channels(talk)
    await talk.taps(f"product:field:{number}:channels")
    await wishes_for(talk, "postmart", form="productedit")
    talk.hears("Em đã sửa xong")
    assert await asked(talk) == []


# The officer


async def test_an_officer_approves_and_the_member_hears_it(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer(topics="products")
    await talk.belongs_to()
    await talk.taps("product:new")
    await fills_in(talk)
    await talk.taps("Gửi")
    await officer.is_told()
    officer.hears("Sản phẩm chờ duyệt", "Miến dong Ví Dụ – HTX Dâu tằm Ví Dụ", "120.000", "1234/QĐ-UBND")
    assert any(message.photo for message in officer.heard)
    await officer.taps("Duyệt")
    officer.hears("Em đã báo HTX")
    await talk.is_told()
    talk.hears("“Miến dong Ví Dụ” đã được duyệt", "/p/")
    product = await kept(talk, 1)
    assert product.state == "approved"
    async with talk.assistant.database.read() as connection:
        verbs = (await connection.execute(select(audit.audit.c.verb))).scalars().all()
        held = await products.certificates_of(connection, product.cooperative_id, 1)
    assert verbs == ["registered", "approve"]
    assert [(one.kind, one.state) for one in held] == [("ocop", "approved")]


async def test_what_is_missing_is_asked_for_and_sent_again(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer()
    await talk.belongs_to()
    await talk.taps("product:new")
    await fills_in(talk)
    await talk.taps("Gửi")
    await officer.is_told()
    await officer.taps("Yêu cầu bổ sung")
    await officer.says("Chụp rõ nhãn giúp em")
    await officer.taps("Gửi")
    await talk.is_told()
    talk.hears("cần anh/chị bổ sung", "Chụp rõ nhãn giúp em")
    await talk.taps("product:field:1:photos")
    await talk.sends("photo", photo("red").data)
    await talk.says("xong")
    await talk.taps("Gửi")
    talk.hears("gửi cán bộ")
    await officer.is_told()
    officer.hears("Sản phẩm chờ duyệt")
    assert (await kept(talk, 1)).state == "waiting"


async def test_a_declined_product_is_hidden_and_shown_again_only_through_an_officer(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer()
    await talk.belongs_to()
    await talk.taps("product:new")
    await fills_in(talk)
    await talk.taps("Gửi")
    await officer.is_told()
    await officer.taps("Từ chối")
    await officer.says("Ảnh không phải sản phẩm này")
    await officer.taps("Gửi")
    await talk.is_told()
    talk.hears("chưa thể công khai", "Ảnh không phải sản phẩm này")
    await talk.taps("product:unhide:1")
    assert (await kept(talk, 1)).state == "waiting"


async def test_a_small_photo_and_a_jump_in_volume_are_flagged(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer()
    await talk.belongs_to()
    await talk.taps("product:new")
    await fills_in(talk, photos=(photo(size=(500, 400)), "xong"))
    await talk.taps("Gửi")
    await officer.is_told()
    officer.hears("cạnh ngắn đạt 600")
    await officer.taps("Duyệt")
    await talk.taps("product:field:1:volume")
    await talk.says("9 tấn mỗi tháng")
    talk.hears("mười lần")
    await talk.taps("Gửi")
    assert (await kept(talk, 1)).volume["amount"] == 500  # type: ignore[index]
    await officer.is_told()
    officer.hears("gấp mười lần", "9 tấn")
    await officer.taps("Duyệt")
    assert (await kept(talk, 1)).volume["amount"] == 9  # type: ignore[index]


# An approved record edited


async def test_a_price_changes_at_once_and_stays_public(talk: Talk) -> None:
    number = await registered(talk)
    await talk.taps(f"product:field:{number}:price")
    await talk.says("130k")
    await talk.says("01/12/2026")
    await talk.taps("Gửi")
    talk.hears("Em đã sửa xong", "130.000", "01/12/2026")
    product = await kept(talk, number)
    assert (product.price, product.state, product.pending) == (130_000, "approved", None)
    async with talk.assistant.database.read() as connection:
        history = await products.price_history(connection, number)
    assert [one.price for one in history] == [130_000, 100_000]


async def test_a_new_name_waits_while_the_old_one_is_public(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer()
    number = await registered(talk)
    await talk.taps(f"product:field:{number}:name")
    await talk.says("Miến dong thượng hạng")
    await talk.taps("Gửi")
    talk.hears("chờ cán bộ duyệt")
    product = await kept(talk, number)
    assert (product.name, product.state) == ("Miến dong Ví Dụ", "approved")
    await officer.is_told()
    officer.hears("Mới: Tên: Miến dong thượng hạng")
    await officer.taps("Duyệt")
    assert (await kept(talk, number)).name == "Miến dong thượng hạng"


async def test_a_declined_change_leaves_what_was_there(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer()
    number = await registered(talk)
    await talk.taps(f"product:field:{number}:name")
    await talk.says("Miến dong số một thế giới")
    await talk.taps("Gửi")
    await officer.is_told()
    await officer.taps("Từ chối")
    await officer.says("Tên quá lời")
    await officer.taps("Gửi")
    await talk.is_told()
    talk.hears("trang công khai vẫn như cũ", "Tên quá lời")
    product = await kept(talk, number)
    assert (product.name, product.state, product.pending) == ("Miến dong Ví Dụ", "approved", None)


async def test_a_product_that_is_hidden_and_shown_again_stays_approved(talk: Talk) -> None:
    number = await registered(talk)
    await talk.taps(f"product:hide:{number}")
    talk.hears("tạm ẩn", "Không mất gì")
    await talk.taps("Hiện lại")
    assert (await kept(talk, number)).state == "approved"


async def test_a_hidden_product_whose_name_was_changed_is_looked_at_before_it_is_shown(talk: Talk) -> None:
    number = await registered(talk)
    await talk.taps(f"product:hide:{number}")
    await talk.taps(f"product:field:{number}:name")
    await talk.says("Một tên khác hẳn")
    await talk.taps("Gửi")
    await talk.taps(f"product:unhide:{number}")
    assert (await kept(talk, number)).state == "waiting"


# In one line


@pytest.mark.parametrize("said", ["giá 120k", "gia mien dong 120k", "Cập nhật giá miến dong ví dụ 120.000đ"])
async def test_a_price_in_one_line(talk: Talk, said: str) -> None:
    number = await registered(talk)
    await talk.says(said)
    talk.hears("Miến dong Ví Dụ: giá 120.000 đồng", "100.000")
    assert (await kept(talk, number)).price == 120_000


async def test_of_several_products_it_is_asked_which(talk: Talk) -> None:
    cooperative = await talk.belongs_to()
    first = await registered(talk, cooperative=cooperative)
    second = await registered(talk, "Trứng gà thảo dược", cooperative=cooperative)
    await talk.says("giá 120k")
    talk.hears("sản phẩm nào")
    await talk.taps("Trứng gà thảo dược")
    assert [(await kept(talk, n)).price for n in (first, second)] == [100_000, 120_000]
    await talk.says("giá trứng gà 110k")
    assert [(await kept(talk, n)).price for n in (first, second)] == [100_000, 110_000]


async def test_a_price_of_something_else_is_not_taken_for_the_only_product(talk: Talk) -> None:
    number = await registered(talk)
    await talk.says("giá lúa hôm nay 80k")
    talk.hears("sản phẩm nào")
    assert (await kept(talk, number)).price == 100_000


async def test_a_surprising_price_is_asked_again(talk: Talk) -> None:
    number = await registered(talk)
    await talk.says("giá 2 triệu")
    talk.hears("đúng không ạ")
    assert (await kept(talk, number)).price == 100_000
    await talk.taps("Đúng rồi")
    assert (await kept(talk, number)).price == 2_000_000


async def test_what_is_left_and_what_is_sold_out(talk: Talk) -> None:
    number = await registered(talk)
    await talk.says("còn 2 tấn")
    talk.hears("Hiện còn: 2 tấn")
    await talk.says("hết hàng")
    talk.hears("Hết hàng")
    assert (await kept(talk, number)).sold_out
    await talk.says("sản phẩm của tôi")
    talk.hears("hết hàng")


@pytest.mark.parametrize(
    "said",
    [
        "giá bao nhiêu?",
        "giá gian hàng 2 triệu có đắt không",
        "còn hạn bao lâu",
        "giấy OCOP còn 3 tháng nữa hết hạn",
    ],
)
async def test_a_question_about_prices_and_rests_is_no_update(talk: Talk, said: str) -> None:
    number = await registered(talk)
    await talk.says(said)
    product = await kept(talk, number)
    assert (product.price, product.stock) == (100_000, None)


# Whose it is


@pytest.mark.parametrize(
    "verb", ["show", "edit", "hide", "unhide", "picture", "price", "stock", "go", "field"]
)
async def test_nobody_reaches_the_product_of_another_cooperative(talk: Talk, verb: str) -> None:
    number = await registered(talk, "Mật ong bạc hà")
    other = talk.beside("other")
    await other.belongs_to("HTX Khác")
    await other.taps(f"product:{verb}:{number}:999000:yes")
    other.hears("không thuộc HTX của anh/chị")
    other.hears_not("Mật ong bạc hà")
    product = await kept(talk, number)
    assert (product.price, product.state) == (100_000, "approved")


async def test_a_product_that_went_to_another_cooperative_is_not_changed_by_an_open_form(talk: Talk) -> None:
    number = await registered(talk)
    await talk.taps(f"product:field:{number}:name")
    await talk.says("Tên mới của sản phẩm")
    other = talk.beside("other")
    cooperative = await other.belongs_to("HTX Khác")
    await talk.assistant.database.write(
        lambda connection: connection.execute(update(products.products).values(cooperative_id=cooperative))
    )
    await talk.taps("Gửi")
    talk.hears("không thuộc HTX của anh/chị")
    assert (await kept(talk, number)).pending is None


async def test_only_an_officer_may_decide(talk: Talk) -> None:
    number = await registered(talk, state="waiting")
    await talk.taps("staff:do:1:approve")
    assert (await kept(talk, number)).state == "waiting"


# Certificates


async def test_a_certificate_is_approved_and_stands_on_the_product(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer()
    number = await registered(talk)
    await talk.taps(f"cert:new:{number}")
    for step in CERTIFICATE.steps[1:-1]:
        answer = str(step.answer)
        if answer.startswith("="):
            await talk.taps(f"form:certificate:answer:{step.key}:{answer[1:]}")
        else:
            await talk.says(answer)
    await talk.sends("photo", photo().data)
    await talk.says("xong")
    await talk.taps("Gửi")
    await officer.is_told()
    officer.hears("Chứng nhận chờ kiểm tra", "VietGAP-TT-12-34", "19/11/2027", "Miến dong Ví Dụ")
    await officer.taps("Duyệt")
    await talk.is_told()
    talk.hears("đã được duyệt", "VietGAP")
    await talk.taps(f"product:show:{number}")
    talk.hears("✓ VietGAP, VietGAP-TT-12-34", "19/11/2027")
    talk.hears_not("chờ cán bộ")


async def test_an_award_has_neither_number_nor_end(talk: Talk) -> None:
    await registered(talk)
    await talk.taps("cert:new")
    await talk.taps("Cả hợp tác xã")
    await talk.taps("form:certificate:answer:kind:mai_an_tiem")
    talk.hears("Nơi nào cấp")
    await talk.says("Liên minh HTX Việt Nam")
    await talk.says("05/12/2024")
    talk.hears("gửi ảnh")


async def test_the_certificate_of_another_cooperative_is_not_shown(talk: Talk) -> None:
    cooperative = await talk.belongs_to()
    number = await talk.assistant.database.write(
        lambda connection: products.certify(
            connection, cooperative, None, "vietgap", talk.clock(), number="GEHEIM-1"
        )
    )
    other = talk.beside("other")
    await other.belongs_to("HTX Khác")
    for verb in ("show", "drop", "decided"):
        await other.taps(f"cert:{verb}:{number}")
        other.hears("không thuộc HTX của anh/chị")
        other.hears_not("GEHEIM")
    async with talk.assistant.database.read() as connection:
        assert await products.certificate(connection, number)


# Files that are refused


def refusals(talk: Talk) -> list[str]:
    """What the person was told of files that could not be taken; it comes when the file was tried."""
    return [message.text for message in talk.wire.to(talk.chat) if "không nhận được" in message.text]


def told_of_files(talk: Talk) -> int:
    """How many files the person was told of."""
    return sum(int(text.split()[1]) for text in refusals(talk))


async def test_a_photo_that_is_none_is_told_and_the_others_stay(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.taps("product:new")
    await fills_in(talk, photos=None, contact=None, more=None)
    await talk.sends("photo", photo().data)
    await talk.sends("photo", b"GIF89a no picture")
    await until(lambda: told_of_files(talk) == 1)
    assert "JPG" in refusals(talk)[0]
    assert "Phiếu đang điền vẫn tiếp tục" in refusals(talk)[0]
    await talk.taps("form:go")
    await talk.says("xong")
    await talk.taps("form:product:answer:contact:yes")
    await talk.taps("form:product:answer:more:no")
    talk.hears("1 ảnh")


async def test_each_refused_file_is_told_of_once(talk: Talk) -> None:
    await talk.knows_person()
    for _ in range(5):
        await talk.sends("file", b"not a pdf")
    await until(lambda: told_of_files(talk) == 5)


async def test_a_refused_photo_leaves_the_product_its_others(talk: Talk) -> None:
    number = await registered(talk)
    talk.wire.files["good"] = photo().data
    sent = [{"ref": "good", "name": "anh.jpg"}, {"ref": "bad", "name": "nhan.jpg"}]

    async def keep(connection: AsyncConnection) -> None:
        chat = await people.chat_id(connection, talk.wire.name, talk.chat)
        await products.keep_photos(connection, sent, chat=chat, product=number)

    await talk.assistant.database.write(keep)
    for one in sent:
        await talk.sends("photo", Media(one["ref"], one["name"]))
    await until(lambda: told_of_files(talk) == 1)
    assert "nhan.jpg" in refusals(talk)[0]
    assert "“Miến dong Ví Dụ” vẫn giữ các ảnh khác" in refusals(talk)[0]
    async with talk.assistant.database.read() as connection:
        assert len(await products.photos_of(connection, product=number)) == 1


# What others use


async def test_products_are_found_by_other_words_for_the_same(talk: Talk) -> None:
    cooperative = await talk.belongs_to()
    for name in ("Miến dong Nguyên Bình", "Nấm hương khô Ví Dụ", "Bưởi da xanh"):
        await registered(talk, name, cooperative=cooperative)
    await registered(talk, "Nấm hương chưa duyệt", state="waiting", cooperative=cooperative)

    async def best(words: str) -> list[str]:
        async with talk.assistant.database.read() as connection:
            return [one.name for one, _ in await products.matching(connection, words)]

    assert await best("mien dong") == ["Miến dong Nguyên Bình"]
    assert await best("nấm đông cô") == ["Nấm hương khô Ví Dụ"]
    assert await best("cần mua bưởi") == ["Bưởi da xanh"]
    assert await best("xi măng") == []


async def test_deleting_ones_data_takes_the_only_directors_products_off_the_page(talk: Talk) -> None:
    number = await registered(talk)
    await talk.says("xóa dữ liệu của tôi")
    await talk.taps("Đồng ý xóa")
    assert (await kept(talk, number)).state == "hidden"


async def test_a_product_that_was_begun_elsewhere_can_be_completed(talk: Talk) -> None:
    number = await registered(talk, state="draft", price=None, pack="", volume=None, priced_on=None)
    await talk.taps(f"product:show:{number}")
    await talk.taps("Khai tiếp")
    talk.hears("mấy sao")
    await fills_in(talk, name=None, category=None)
    await talk.taps("Gửi")
    talk.hears("cán bộ duyệt")
    assert (await kept(talk, number)).state == "waiting"


async def test_the_card_is_made_for_what_is_public(talk: Talk) -> None:
    number = await registered(talk)
    await talk.taps(f"product:picture:{number}")
    talk.hears("Thẻ sản phẩm", f"/p/{(await kept(talk, number)).code}")
    assert talk.heard[0].photo is not None
    hidden = await registered(
        talk, "Chưa duyệt", state="waiting", cooperative=(await kept(talk, number)).cooperative_id
    )
    await talk.taps(f"product:picture:{hidden}")
    assert all(message.photo is None for message in talk.heard)


async def test_my_things_list_products(talk: Talk) -> None:
    await registered(talk)
    await talk.says("/mine")
    talk.hears("Miến dong Ví Dụ – đã duyệt")
