"""Transcripts of needs and difficulties: sent by a member, moved on by officers, reported upward."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.records import audit, needs
from bot.records.tasks import tasks
from tests.talk import Talk
from tests.transcripts.walks import STICKER, WALKS, Script, Step, Walk, name_of, photo, rows
from tests.wire import eventually

NEED = Script(
    form="need",
    opens="need:new",
    steps=(
        Step("category", "=market", wrong="linh tinh thôi", hint="chọn", shown="Thị trường"),
        Step("text", "Còn 5 tấn bưởi chưa có người mua", wrong=STICKER, hint="(2/5)", shown="5 tấn bưởi"),
        Step(
            "photos",
            tuple(photo(size=(800 + one, 700)) for one in range(5)),
            wrong="không có",
            hint="ảnh",
            shown="5 ảnh",
        ),
        Step("urgent", "=no", wrong="hơi hơi", hint="có", shown="Không"),
        Step("forward", "=yes", wrong="để xem", hint="có", shown="Có"),
    ),
    done="đã nhận kiến nghị số 1",
    french="Besoin ou difficulté",
    count=rows(needs.needs),
)


@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_a_need(talk: Talk, walk: Walk) -> None:
    await walk(talk, NEED)


async def sends(talk: Talk, forward: str = "yes", text: str = "Còn 5 tấn bưởi chưa có người mua") -> None:
    await talk.taps("need:new")
    await talk.taps("form:need:answer:category:market")
    await talk.says(text)
    await talk.says("bỏ qua")
    await talk.taps("form:need:answer:urgent:no")
    await talk.taps(f"form:need:answer:forward:{forward}")
    await talk.taps("Gửi")


async def officer_beside(talk: Talk) -> Talk:
    officer = talk.beside("officer")
    await officer.is_officer(topics="needs")
    return officer


# Sending.


async def test_plain_words_fill_in_the_category_and_the_text(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.says("htx e kho khan dau ra mong lm giup")
    talk.hears("(3/5)", "ảnh")
    await talk.says("bỏ qua")
    await talk.says("không")
    await talk.says("có")
    talk.hears("Thị trường, đầu ra", "htx e kho khan dau ra mong lm giup")
    await talk.taps("Gửi")
    talk.hears("số 1")


async def test_what_was_said_survives_the_consent(talk: Talk) -> None:
    await talk.says("htx e kho khan dau ra mong lm giup")
    talk.hears("91/2025/QH15")
    await talk.taps("Đồng ý")
    talk.hears("(3/5)")


async def test_a_single_word_opens_the_empty_form(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.says("kiến nghị")
    talk.hears("Khó khăn về việc gì")


async def test_a_question_about_petitions_is_answered_and_opens_nothing(talk: Talk) -> None:
    await talk.knows_person()
    await talk.says("Bao nhiêu ngày thì có trả lời kiến nghị?")
    talk.hears_not("(1/5)")


async def test_a_disaster_is_urgent_without_being_asked(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.taps("need:new")
    await talk.taps("form:need:answer:category:disaster")
    await talk.says("Lũ làm hỏng 2 ha dâu, cần hỗ trợ giống")
    await talk.says("bỏ qua")
    talk.hears("(4/4)")
    await talk.says("có")
    await talk.taps("Gửi")
    assert await rows(needs.needs, needs.needs.c.urgent)(talk) == 1


async def test_a_fire_goes_to_an_officer_at_once(talk: Talk) -> None:
    officer = await officer_beside(talk)
    await talk.says("HTX tôi vừa bị cháy kho đêm qua, tôi cần người giúp ngay.")
    talk.hears("báo gấp cho cán bộ", "gọi 112", "Nghị định 200/2025/NĐ-CP, Điều 3, hiệu lực 23/08/2025")
    assert "Gặp cán bộ" in talk.buttons
    await officer.is_told()
    officer.hears("GẤP", "cháy kho đêm qua")
    assert await rows(tasks, tasks.c.urgent)(talk) == 1


async def test_a_fire_is_heard_in_the_middle_of_a_form_which_waits(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.taps("need:new")
    await talk.says("kho bị cháy rồi em ơi")
    talk.hears("báo gấp")
    await talk.taps("form:go")
    talk.hears("(1/5)")
    assert await rows(needs.needs, needs.needs.c.urgent)(talk) == 1


async def test_a_sixth_photo_is_too_many_and_the_first_five_stay(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.taps("need:new")
    await talk.taps("form:need:answer:category:market")
    await talk.says("Còn 5 tấn bưởi chưa có người mua")
    for colour in ("red", "green", "blue", "white", "black", "gray"):
        one = photo(colour)
        await talk.sends("photo", one.data)
    talk.hears("đủ")
    await talk.taps("form:need:answer:urgent:no")
    await talk.taps("form:need:answer:forward:no")
    talk.hears("5 ảnh")


# Moving on.


async def test_each_step_is_told_to_the_member(talk: Talk) -> None:
    officer = await officer_beside(talk)
    await talk.belongs_to("HTX Bưởi Ví Dụ")
    await sends(talk)
    await officer.is_told()
    officer.hears("Khó khăn, kiến nghị", "HTX Bưởi Ví Dụ", "0912 345 678", "5 tấn bưởi")

    await officer.taps("Phân loại")
    await officer.taps("Chính sách, thủ tục")
    await talk.is_told()
    talk.hears("Cán bộ đang xem kiến nghị số 1", "Chính sách, thủ tục")

    await officer.taps("Xem lại")
    await officer.taps("Đã gửi cơ quan")
    await officer.says("Sở Công Thương, ngày 24/11")
    await officer.taps("Gửi")
    await talk.is_told()
    talk.hears("đã được gửi đi: Sở Công Thương, ngày 24/11")

    await officer.taps("Xem lại")
    officer.hears("Đã gửi: Sở Công Thương")
    await officer.taps("Trả lời")
    await officer.says("Sở mời tham gia tuần hàng tháng 12.")
    await officer.taps("Gửi")
    await talk.is_told()
    talk.hears("Trả lời cho kiến nghị số 1", "tuần hàng tháng 12")

    await officer.taps("Xem lại")
    await officer.taps("Kết thúc")
    await officer.says("Đã ký được hợp đồng.")
    await officer.taps("Gửi")
    await talk.is_told()
    talk.hears("đã kết thúc", "Đã ký được hợp đồng.")

    verbs = ("sorted", "sent", "answer", "close")
    for verb in verbs:
        assert await rows(audit.audit, audit.audit.c.verb == verb)(talk) == 1


async def test_the_photos_come_with_the_card(talk: Talk) -> None:
    officer = await officer_beside(talk)
    await talk.belongs_to()
    await talk.taps("need:new")
    await talk.taps("form:need:answer:category:market")
    await talk.says("Còn 5 tấn bưởi chưa có người mua")
    await talk.sends("photo", photo().data)
    await talk.says("xong")
    await talk.taps("form:need:answer:urgent:no")
    await talk.taps("form:need:answer:forward:no")
    await talk.taps("Gửi")
    await officer.is_told()

    async def stored() -> bool:
        async with talk.assistant.database.read() as connection:
            return bool(await needs.photos(connection, 1))

    await eventually(stored)
    await officer.taps("staff:card:1")
    assert [one.photo for one in officer.heard if one.photo]


async def test_without_consent_it_cannot_be_sent_on(talk: Talk) -> None:
    officer = await officer_beside(talk)
    await talk.belongs_to()
    await sends(talk, forward="no")
    await officer.is_told()
    officer.hears("Chưa đồng ý cho gửi tiếp")
    assert "Đã gửi cơ quan" not in officer.buttons
    await officer.taps("staff:do:1:sent")
    assert await rows(needs.needs, needs.needs.c.state == "received")(talk) == 1


async def test_a_member_hears_of_it_in_their_own_language(talk: Talk) -> None:
    officer = await officer_beside(talk)
    await talk.belongs_to()
    await talk.says("tiếng Pháp")
    await sends_in_french(talk)
    await officer.is_told()
    await officer.taps("staff:do:1:close")
    await officer.says("Đã gọi điện.")
    await officer.taps("Gửi")
    await talk.is_told()
    talk.hears("est clos")


async def sends_in_french(talk: Talk) -> None:
    await talk.taps("need:new")
    await talk.taps("form:need:answer:category:market")
    await talk.says("Nous avons 5 tonnes de pamplemousses sans acheteur")
    await talk.taps("form:need:skip:photos")
    await talk.taps("form:need:answer:urgent:no")
    await talk.taps("form:need:answer:forward:yes")
    await talk.taps("Envoyer")


async def test_the_second_of_two_officers_hears_that_it_is_settled(talk: Talk) -> None:
    officer = await officer_beside(talk)
    await talk.belongs_to()
    await sends(talk)
    await officer.is_told()
    await officer.taps("staff:do:1:close")
    await officer.says("Đã gọi điện.")
    await officer.taps("Gửi")
    await officer.taps("need:sorted:1:land")
    officer.hears("giải quyết xong")
    assert await rows(needs.needs, needs.needs.c.category == "market")(talk) == 1


# Whose it is.


async def test_my_things_show_how_a_need_stands(talk: Talk) -> None:
    await talk.belongs_to()
    await sends(talk)
    await talk.says("đến đâu rồi")
    talk.hears("Kiến nghị số 1", "đã nhận")
    await talk.taps("Kiến nghị số 1")
    talk.hears("5 tấn bưởi", "đang chờ cán bộ")


async def test_somebody_elses_need_is_not_shown(talk: Talk) -> None:
    await talk.belongs_to()
    await sends(talk)
    other = talk.beside("other")
    await other.belongs_to("HTX Khác Ví Dụ")
    for data in ("need:show:1", "need:told:1"):
        await other.taps(data)
        other.hears("không phải của anh/chị")
        other.hears_not("bưởi")


async def test_a_member_cannot_do_what_officers_do(talk: Talk) -> None:
    await talk.belongs_to()
    await sends(talk)
    await talk.taps("need:sorted:1:land")
    talk.hears("dành cho cán bộ")
    await talk.says("báo cáo khó khăn")
    talk.hears("Khó khăn về việc gì")
    assert await rows(needs.needs, needs.needs.c.category == "market")(talk) == 1


async def test_deleting_my_data_empties_what_i_wrote(talk: Talk) -> None:
    officer = await officer_beside(talk)
    await talk.belongs_to()
    await sends(talk)
    await talk.says("/xoadulieu")
    await talk.taps("Đồng ý xóa")
    async with talk.assistant.database.read() as connection:
        row = (await connection.execute(select(needs.needs))).one()
    assert (row.text, row.person_id, row.chat_id, row.state) == ("", None, None, "closed")
    await officer.is_told()
    await officer.taps("staff:card:1")
    officer.hears_not("bưởi")


# The report upward.


async def test_the_report_counts_by_category_and_state(talk: Talk) -> None:
    officer = await officer_beside(talk)
    await talk.belongs_to("HTX Bưởi Ví Dụ")
    await sends(talk)
    await sends(talk, forward="no", text="Chưa ký được với siêu thị nào")
    await talk.says("kho bị cháy rồi em ơi")
    await officer.is_told()
    await officer.says("báo cáo khó khăn")
    officer.hears("15/12/2025", "Thị trường, đầu ra: 2 (đã nhận 2)", "Thiên tai, dịch bệnh: 1", "gấp: 1")
    assert len([one for one in officer.heard if one.file]) == 2


async def test_an_empty_report_says_so(talk: Talk) -> None:
    officer = await officer_beside(talk)
    await officer.says("báo cáo khó khăn")
    officer.hears("chưa có")
    await officer.taps("Tháng này")
    officer.hears("01/11/2026")


async def test_the_list_leaves_out_the_words_of_who_did_not_agree(talk: Talk) -> None:
    from bot.text import text
    from handlers.needs import _listed

    await talk.belongs_to("HTX Bưởi Ví Dụ")
    await sends(talk, forward="no", text="Chuyện riêng không gửi đi")
    async with talk.assistant.database.read() as connection:
        everything = await needs.received(
            connection, talk.clock().replace(year=2026, month=1), talk.clock().replace(year=2027)
        )
    sheet = str(_listed(text("vi"), "Danh sách", everything))
    assert "Chuyện riêng" not in sheet
    assert "HTX Bưởi" not in sheet


async def test_a_difficulty_that_is_told_at_length_leads_in_with_its_words(talk: Talk) -> None:
    await talk.knows_person()
    await talk.says(
        "htx em đang khó khăn đầu ra, mong liên minh giúp: vụ này còn 5 tấn bưởi da xanh chưa bán được cho ai"
    )
    talk.hears("5 tấn bưởi da xanh", "(3/5)")
