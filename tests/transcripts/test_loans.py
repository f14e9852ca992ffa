"""A loan: checked beside a programme's conditions, sent with its papers, led through the Fund; never promised."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import UserError
from bot.records import audit, loans, programmes, tasks
from bot.records.cooperatives import memberships
from bot.records.loans import loan_instalments, loan_papers, loan_requests
from bot.text import text
from handlers.loan_desk import DECISIONS, Dues
from handlers.loan_requests import STATES
from handlers.loans import NOTICE
from tests.talk import Talk
from tests.transcripts.walks import STICKER, UNINTERRUPTED, WALKS, Script, Sent, Step, Walk, name_of, rows
from tests.wire import said

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

ANSWERS = {
    "category": "=machines",
    "purpose": "mua máy sấy lá dâu 2 tấn một ngày",
    "amount": "600 triệu",
    "total": "800 triệu",
    "own": "200 triệu",
    "debts": "=none",
    "term": "3 năm",
    "repaid_from": "tiền bán kén tằm cho nhà máy",
    "repaid_every": "=quarter",
    "collateral": "=land",
    "collateral_value": "1 tỷ",
    "history": "=reports",
}


async def answer(talk: Talk, form: str = "loan", **answers: str) -> None:
    """Answers each question by its key; `=value` taps a choice."""
    for key, value in answers.items():
        if value.startswith("="):
            await talk.taps(f"form:{form}:answer:{key}:{value[1:]}")
        else:
            await talk.says(value)


async def checked(talk: Talk, **other: str) -> None:
    """A cooperative whose pre-check has just been done; `other` answers differ, "" leaves a question out."""
    await talk.belongs_to()
    await talk.taps("loan:check:1")
    await answer(talk, **{key: said for key, said in (ANSWERS | other).items() if said})
    await talk.taps("Gửi")


async def sent(talk: Talk) -> Talk:
    """A request that was sent, and the officer in charge of it."""
    officer = talk.beside("officer")
    await officer.is_officer(topics="loans")
    await checked(talk)
    await talk.taps("Gửi cho cán bộ")
    await officer.is_told()
    return officer


async def state(talk: Talk, number: int = 1) -> str:
    async with talk.assistant.database.read() as connection:
        request = await loans.get(connection, number)
        assert request is not None
        return request.state


# --- the pre-check


async def test_a_pre_check_says_what_is_met_and_that_the_fund_decides(talk: Talk) -> None:
    await checked(talk)
    talk.hears(
        "Kiểm tra sơ bộ ngày 24/11/2026: Quỹ hỗ trợ phát triển HTX của tỉnh",
        "✓ Vốn tự có: 25% tổng vốn, cần ít nhất 20%",
        "? Số tiền vay: 600 triệu đồng, tối đa 15% vốn điều lệ",
        "đủ điều kiện sơ bộ",
        "Đây là kiểm tra sơ bộ, Quỹ quyết định.",
    )
    talk.hears_not("duyệt")
    assert len(talk.buttons) == 8
    await talk.taps("Điều kiện vay Quỹ hỗ trợ phát triển HTX")
    talk.hears("Điều 22")


async def test_what_is_missing_is_said_first_with_its_article(talk: Talk) -> None:
    await checked(talk, own="100 triệu")
    talk.hears("✗ Vốn tự có: 12% tổng vốn, cần ít nhất 20%", "Còn thiếu: vốn tự có", "Quỹ quyết định")
    talk.hears_not("đủ điều kiện sơ bộ")
    assert talk.buttons[2] == "Điều kiện vay Quỹ hỗ trợ phát triển HTX"


async def test_a_sentence_fills_in_the_amount_and_what_it_is_for(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.says("Tôi muốn làm đơn vay 600 triệu mua máy sấy, xem giúp có được không.")
    talk.hears("chưa phải nộp đơn", "chương trình nào")
    await talk.taps("Quỹ hỗ trợ phát triển HTX của tỉnh")
    talk.hears("mô tả một câu")
    await talk.says(ANSWERS["purpose"])
    talk.hears("Tổng vốn cả dự án")
    await answer(talk, **{key: ANSWERS[key] for key in list(ANSWERS)[3:]})
    talk.hears("Loại mục đích: Máy móc", "Số tiền vay: 600 triệu đồng (sáu trăm triệu đồng)")


async def test_what_was_said_waits_for_consent_and_the_cooperative(talk: Talk) -> None:
    await talk.says("e muon dk vay von 300tr mua máy")
    talk.hears("Luật 91/2025/QH15")
    await talk.taps("Đồng ý")
    talk.hears("chỉ hỏi một lần")
    await talk.belongs_to()
    await talk.taps("loan:check:")
    await talk.taps("Quỹ hỗ trợ phát triển HTX của tỉnh")
    await talk.says("mua máy cắt cỏ cho đàn bò sữa")
    talk.hears("Tổng vốn cả dự án")


@pytest.mark.parametrize(
    "said",
    [
        "htx muon vay 500tr can giay to j",
        "Vay Quỹ hỗ trợ phát triển HTX lãi suất bao nhiêu một năm?",
        "ko co so do the chap vay dc ko",
        "dang no xau vay dc k",
        "e xin gian no vi mat mua lam ntn",
        "HTX mới lập 6 tháng có vay được không?",
    ],
)
async def test_a_question_on_loans_stays_a_question(talk: Talk, said: str) -> None:
    assert talk.assistant.router.leads_to(said) is None


@pytest.mark.parametrize(
    ("said", "dialog"),
    [
        ("đăng ký vay vốn", "loan"),
        ("em muon lam don vay 200tr", "loan"),
        ("Hồ sơ vay của HTX em đến đâu rồi?", "status"),
        ("hs vay cua htx e den dau r", "status"),
        ("tính trả góp 500tr 24 tháng lãi 6%/năm", "calculator"),
        ("xem các chương trình vay vốn", "programmes"),
        ("je voudrais demander un prêt", "loan"),
    ],
)
async def test_plain_words_lead_in(talk: Talk, said: str, dialog: str) -> None:
    assert talk.assistant.router.leads_to(said) == dialog


async def test_an_answer_on_loans_offers_the_check(talk: Talk) -> None:
    await talk.says("htx muon vay 500tr can giay to j")
    talk.hears("hồ sơ")
    assert "Kiểm tra điều kiện vay" in talk.buttons
    await talk.taps("topic:loans")
    assert talk.buttons[0] == "Kiểm tra điều kiện vay"
    assert len(talk.buttons) == 8


async def test_a_group_is_told_that_its_members_borrow(talk: Talk) -> None:
    await talk.belongs_to("THT Nấm Ví Dụ", kind="group")
    await talk.taps("loan:check:1")
    talk.hears("Ai đứng tên vay")
    await talk.taps("Tổ hợp tác")
    talk.hears("Tổ hợp tác không đứng tên vay Quỹ", "Điều 20", "Ai đứng tên vay")
    await talk.taps("Thành viên (cá nhân, hộ)")
    talk.hears("Vay để làm gì")


async def test_who_a_programme_is_not_for_is_told_so(talk: Talk) -> None:
    await talk.belongs_to("THT Nấm Ví Dụ", kind="group")
    await talk.taps("loan:check:1")
    await talk.taps("Chủ trang trại")
    talk.hears("không dành cho đối tượng này", "Ai đứng tên vay")


async def test_bad_debt_stops_kindly_and_goes_to_a_person(talk: Talk) -> None:
    await checked(talk, debts="=bad", **dict.fromkeys(list(ANSWERS)[6:], ""))
    talk.hears("chưa giải ngân được", "Điều 22", "chuyển cho cán bộ", "mua máy sấy lá dâu")
    assert await rows(loan_requests)(talk) == 0


async def test_an_old_loan_to_be_repaid_needs_an_officer(talk: Talk) -> None:
    await checked(talk, category="=refinance")
    talk.hears("trả nợ cũ thì cần cán bộ xem kỹ", "? Không có nợ xấu")


async def test_a_loan_that_is_still_owed_is_asked_for_its_amount(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.taps("loan:check:1")
    await answer(talk, **{key: ANSWERS[key] for key in list(ANSWERS)[:5]}, debts="=current")
    talk.hears("Còn nợ bao nhiêu")
    await talk.says("120tr")
    await answer(talk, **{key: ANSWERS[key] for key in list(ANSWERS)[6:]})
    talk.hears("Còn nợ: 120 triệu đồng")
    await talk.taps("Gửi")
    talk.hears("✓ Không có nợ xấu: 120 triệu đồng")


async def test_amounts_that_do_not_add_up_are_asked_again(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.taps("loan:check:1")
    await answer(talk, category="=machines", purpose=ANSWERS["purpose"], amount="600tr")
    await talk.says("500tr")
    talk.hears("Tổng vốn dự án phải từ số tiền vay trở lên")
    await talk.says("800tr")
    await talk.says("300tr")
    talk.hears("vượt tổng vốn dự án")
    await talk.says("200tr")
    talk.hears("Vốn tự có bằng 25% tổng vốn")


async def test_an_amount_that_is_changed_at_the_end_is_checked_again(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.taps("loan:check:1")
    await answer(talk, **ANSWERS)
    await talk.taps("form:loan:edit:amount")
    await talk.says("700tr")
    await talk.taps("Gửi")
    talk.hears("200 triệu đồng", "700 triệu đồng", "vượt tổng vốn 800 triệu đồng", "vốn tự có")
    assert await rows(loan_requests)(talk) == 0
    await talk.says("100tr")
    await talk.taps("Gửi")
    talk.hears("Còn thiếu: vốn tự có")


async def test_above_the_ceiling_is_said_at_once(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.taps("loan:check:3")
    await answer(talk, category="=machines", purpose=ANSWERS["purpose"])
    await talk.says("6 tỷ")
    talk.hears("vượt mức tối đa của chương trình", "Tổng vốn cả dự án")


async def test_a_bank_s_ceiling_holds_without_collateral_alone(talk: Talk) -> None:
    await talk.belongs_to()
    for collateral, heard in (
        ("=none", "✗ Số tiền vay: 6 tỷ đồng, tối đa 5 tỷ đồng"),
        ("=land", "? Số tiền vay"),
    ):
        await talk.taps("loan:check:3")
        changed = {"amount": "6 tỷ", "total": "8 tỷ", "own": "2 tỷ", "collateral": collateral}
        if collateral == "=none":
            changed["collateral_value"] = ""
        await answer(talk, **{key: said for key, said in (ANSWERS | changed).items() if said})
        await talk.taps("Gửi")
        talk.hears(heard, "ngân hàng quyết định")


async def test_a_programme_that_ends_meanwhile_is_asked_for_anew(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.taps("loan:check:1")
    await answer(talk, **ANSWERS)

    at = talk.clock()
    await talk.assistant.database.write(
        lambda connection: programmes.end(connection, 1, date(2026, 11, 1), at)
    )
    await talk.taps("Gửi")
    talk.hears("vừa kết thúc", "chương trình nào")
    await talk.taps("Quỹ hỗ trợ phát triển HTX trung ương")
    await talk.taps("Gửi")
    talk.hears("Quỹ hỗ trợ phát triển HTX trung ương")


async def test_the_number_of_a_meaning_chooses_it_and_any_other_number_is_an_answer(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.taps("loan:check:1")
    await answer(talk, category="=machines", purpose="mua máy sấy lá dâu 2 tấn một ngày")
    await talk.says("600")
    assert talk.buttons[0] == "600 triệu đồng"
    await talk.says("1")
    talk.hears("600 triệu đồng (sáu trăm triệu đồng)")
    await talk.says("1")
    talk.hears_not("600 triệu đồng (sáu trăm")
    assert "Quay lại" in talk.buttons


async def test_a_new_check_takes_the_place_of_the_last_one(talk: Talk) -> None:
    await checked(talk)
    await talk.taps("loan:check:1")
    await answer(talk, **ANSWERS | {"amount": "500 triệu"})
    await talk.taps("Gửi")
    talk.hears("500 triệu đồng")
    assert await rows(loan_requests)(talk) == 1


async def test_one_request_to_a_programme_is_under_way_at_a_time(talk: Talk) -> None:
    await sent(talk)
    await talk.taps("loan:check:1")
    await answer(talk, **ANSWERS)
    await talk.taps("Gửi")
    talk.hears("đang có một đề nghị vay ở chương trình này")
    assert await rows(loan_requests)(talk) == 1


# --- its way


async def test_every_step_is_told_to_the_member(talk: Talk) -> None:
    officer = await sent(talk)
    officer.hears(
        "Đề nghị vay vốn",
        "HTX Dâu tằm Ví Dụ, điện thoại 0912 345 678",
        "600 triệu đồng",
        "Giấy tờ: đã nhận 0/10",
    )
    for button, words, heard in (
        ("Tiếp nhận", "", "Cán bộ đã nhận đề nghị vay số 1"),
        ("Thiếu giấy tờ", "thiếu biên bản họp", "thiếu biên bản họp"),
        ("Đang thẩm định", "", "đang được bên cho vay thẩm định"),
        ("Quỹ/ngân hàng đã duyệt", "Quỹ đã duyệt 500 triệu, quyết định số 12", "Quỹ đã duyệt 500 triệu"),
        ("Đã giải ngân", "", "đã được giải ngân"),
        ("Đóng hồ sơ", "", "đã đóng"),
    ):
        await officer.taps(button)
        if words:
            await officer.says(words)
            await officer.taps("Gửi")
        await talk.is_told()
        talk.hears(heard)
    assert await state(talk) == "closed"
    async with talk.assistant.database.read() as connection:
        verbs = await connection.execute(
            select(audit.audit.c.verb).where(audit.audit.c.subject == "loan").order_by(audit.audit.c.id)
        )
        assert list(verbs.scalars()) == ["send", "take", "ask", "assess", "approve", "disburse", "close"]
        open_one = await tasks.of(connection, "loan", 1)
        assert open_one is None


async def test_the_lender_s_no_reaches_the_member_with_its_reason_in_their_language(talk: Talk) -> None:
    officer = await sent(talk)
    await talk.says("tiếng Pháp")
    await officer.taps("Quỹ/ngân hàng từ chối")
    await officer.says("phương án chưa rõ đầu ra")
    await officer.taps("Gửi")
    await talk.is_told()
    talk.hears("Le prêteur a refusé votre demande de prêt n° 1", "phương án chưa rõ đầu ra")
    await talk.taps("loan:check:1")
    talk.hears("Je vérifie selon les conditions")


async def test_the_state_is_found_in_plain_words_and_among_my_things(talk: Talk) -> None:
    await sent(talk)
    await talk.says("Hồ sơ vay của HTX em đến đâu rồi?")
    talk.hears("Vay số 1: 600 triệu đồng", "đã gửi, chờ cán bộ")
    await talk.says("hồ sơ của tôi")
    talk.hears("Vay số 1: 600 triệu đồng – đã gửi, chờ cán bộ")


async def test_without_a_request_its_state_offers_the_check(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.says("hồ sơ vay của tôi")
    talk.hears("chưa có đề nghị vay nào")
    assert "Kiểm tra điều kiện vay" in talk.buttons


async def test_what_was_sent_is_not_sent_twice(talk: Talk) -> None:
    officer = await sent(talk)
    await talk.taps("loan:send:1")
    talk.hears("không ghi hai lần")
    await officer.is_told()
    officer.hears_nothing()


async def test_a_request_can_be_withdrawn_until_the_lender_has_decided(talk: Talk) -> None:
    officer = await sent(talk)
    await talk.taps("Rút đề nghị")
    await talk.taps("Có, rút lại")
    talk.hears("Đề nghị vay số 1 đã rút")
    await officer.taps("Tiếp nhận")
    officer.hears("giải quyết xong")
    assert await state(talk) == "withdrawn"
    await talk.taps("loan:withdrawn:1")
    talk.hears("không rút được nữa")


async def test_a_step_that_was_done_meanwhile_is_not_done_again(talk: Talk) -> None:
    officer = await sent(talk)
    await officer.taps("Tiếp nhận")
    await officer.taps("staff:do:1:take")
    officer.hears("Việc số 1")
    assert await state(talk) == "taken"


async def test_repayment_dates_that_the_officer_enters_are_shown(talk: Talk) -> None:
    officer = await sent(talk)
    for verb in ("take", "assess"):
        await officer.taps(f"staff:do:1:{verb}")
    await officer.taps("Quỹ/ngân hàng đã duyệt")
    await officer.says("đồng ý cho vay")
    await officer.taps("Gửi")
    await officer.taps("Đã giải ngân")
    await officer.taps("Nhập ngày trả nợ")
    await officer.says("hai kỳ")
    officer.hears("chưa đọc được dòng này: hai kỳ")
    await officer.says("20/03/2027 300tr\n20/12/2026 300 triệu")
    officer.hears("2 kỳ trả từ 20/12/2026, cộng 600.000.000 đồng")
    await officer.taps("Gửi")
    officer.hears("Đã ghi ngày trả nợ")
    await talk.is_told()
    talk.hears("Kỳ trả nợ 20/12/2026: 300.000.000 đồng", "Kỳ trả nợ 20/03/2027: 300.000.000 đồng")
    assert await rows(loan_instalments)(talk) == 2


async def test_another_cooperative_sees_nothing_of_it(talk: Talk) -> None:
    await sent(talk)
    other = talk.beside("binh")
    await other.belongs_to("HTX Nấm Ví Dụ")
    for tap in (
        "request:1",
        "papers:1",
        "send:1",
        "paper:1.charter",
        "withdrawn:1",
        "news:1",
        "request:99",
        "request:x",
    ):
        await other.taps(f"loan:{tap}")
        other.hears("không phải của HTX mình")
        other.hears_not("600 triệu")
    assert await state(talk) == "sent"


async def test_who_is_no_officer_does_nothing_of_an_officer_s(talk: Talk) -> None:
    await sent(talk)
    for tap in ("look:1", "refuse:1.charter", "brought:1.identity"):
        await talk.taps(f"loan:{tap}")
        talk.hears("dành cho cán bộ")
    assert await rows(loan_papers)(talk) == 0


async def test_an_officer_of_another_topic_does_not_look_at_papers(talk: Talk) -> None:
    await sent(talk)
    other = talk.beside("events")
    await other.is_officer("Cán bộ Hai", topics="events")
    await other.taps("loan:look:1")
    other.hears("dành cho cán bộ")


async def test_a_colleague_sees_and_hears_of_the_same_request(talk: Talk) -> None:
    officer = await sent(talk)
    colleague = talk.beside("binh")
    person = await colleague.knows_person("Trần Thị B")

    async def join(connection: AsyncConnection) -> None:
        row = {"cooperative_id": 1, "person_id": person, "role": "accountant", "state": "confirmed"}
        await connection.execute(insert(memberships).values(row | {"created_at": talk.clock()}))

    await talk.assistant.database.write(join)
    await officer.taps("Tiếp nhận")
    await colleague.is_told()
    colleague.hears("Cán bộ đã nhận đề nghị vay số 1")
    await colleague.taps("loan:check:1")
    await answer(colleague, **ANSWERS)
    await colleague.taps("Gửi")
    colleague.hears("đang có một đề nghị vay")


TODAY = date(2026, 11, 24)


@given(st.text(max_size=300) | st.text("0123456789/.,-% tỷtrngàmiệu\n", max_size=80))
def test_dues_are_read_or_refused_whatever_is_typed(typed: str) -> None:
    try:
        value = Dues().parse(said(typed), text("vi"), TODAY)
    except UserError:
        return
    assert [one["day"] for one in value] == sorted({one["day"] for one in value})
    assert all(one["amount"] > 0 for one in value)


def test_an_amount_that_can_mean_two_things_is_asked_with_its_line() -> None:
    with pytest.raises(UserError) as caught:
        Dues().parse(said("20/12/2026 500"), text("vi"), TODAY)
    assert caught.value.values == {"line": "20/12/2026 500"}


# --- its papers


async def test_a_paper_is_sent_refused_with_a_reason_and_sent_again(talk: Talk) -> None:
    officer = await sent(talk)
    await talk.taps("Giấy tờ cần có")
    talk.hears(
        "– Điều lệ: chưa có",
        "– Căn cước của người đại diện hoặc người vay: mang tới văn phòng",
        "Luật 91/2025",
    )
    await talk.taps("Gửi: Điều lệ")
    talk.hears("Căn cước thì đừng gửi")
    await talk.sends("file", PDF)
    await talk.taps("Gửi")
    talk.hears("em đã nhận được", "✓ Điều lệ: đã nhận")
    assert "Gửi: Điều lệ" not in talk.buttons
    await officer.taps("Xem giấy tờ")
    assert officer.heard[0].file is not None
    await officer.taps("Trả lại: Điều lệ")
    await officer.says("thiếu trang thứ hai")
    await officer.taps("Gửi")
    await talk.is_told()
    talk.hears("✗ Điều lệ: cần gửi lại – thiếu trang thứ hai")
    assert talk.buttons[0] == "Gửi: Điều lệ"
    await talk.taps("Gửi: Điều lệ")
    await talk.sends("file", PDF)
    await talk.taps("Gửi")
    talk.hears("✓ Điều lệ: đã nhận")
    await officer.is_told()
    officer.hears("đã nhận 1/10")


async def test_identity_cards_and_land_titles_are_not_taken_in_the_chat(talk: Talk) -> None:
    await sent(talk)
    for key in ("identity", "collateral"):
        await talk.taps(f"loan:paper:1.{key}")
        talk.hears("mang tới văn phòng")
        assert not any("Gửi: Căn cước" in button for button in talk.buttons)
    await talk.sends("file", PDF)
    assert await rows(loan_papers)(talk) == 0


async def test_what_was_brought_to_the_office_is_noted(talk: Talk) -> None:
    officer = await sent(talk)
    await officer.taps("Xem giấy tờ")
    await officer.taps("Đã nộp: Căn cước của người đại diện hoặc người vay")
    officer.hears("✓ Căn cước của người đại diện hoặc người vay: đã nhận")


async def test_without_collateral_its_papers_are_not_asked_for(talk: Talk) -> None:
    await checked(talk, collateral="=none", collateral_value="")
    await talk.taps("Giấy tờ cần có")
    talk.hears("Điều lệ")
    talk.hears_not("Giấy tờ tài sản bảo đảm: ")


async def test_the_file_s_many_papers_are_paged(talk: Talk) -> None:
    await checked(talk)
    await talk.taps("Giấy tờ cần có")
    assert len(talk.buttons) == 8
    await talk.taps("Xem thêm…")
    assert "Gửi: Giấy chứng minh vốn tự có" in talk.buttons


async def test_a_deleted_person_leaves_no_pre_check(talk: Talk) -> None:
    await checked(talk)
    await talk.says("xóa dữ liệu của tôi")
    await talk.taps("privacy:erased")
    assert await rows(loan_requests)(talk) == 0


# --- the eight walks

LOAN = Script(
    form="loan",
    opens="loan:check:1",
    before=Talk.belongs_to,
    steps=(
        Step("category", "=machines", wrong="xe lu", hint="chọn", shown="Máy móc"),
        Step("purpose", ANSWERS["purpose"], wrong="mua máy", hint="15", shown="máy sấy lá dâu"),
        Step("amount", "600tr", wrong="nhiều", hint="chưa đọc được", shown="sáu trăm triệu đồng"),
        Step("total", "800tr", wrong="500tr", hint="trở lên", shown="tám trăm triệu đồng"),
        Step("own", "200tr", wrong="1 tỷ", hint="vượt tổng vốn", shown="hai trăm triệu đồng"),
        Step("debts", "=none", wrong=STICKER, hint="", shown="Không vay ở đâu"),
        Step("term", "3 năm", wrong="lâu lâu", hint="bao lâu", shown="36 tháng (3 năm)"),
        Step("repaid_from", "tiền bán kén tằm", wrong="k", hint="ít nhất 3", shown="bán kén tằm"),
        Step("repaid_every", "=quarter", wrong="thích thì trả", hint="chọn", shown="Hằng quý"),
        Step("collateral", "=land", wrong="con trâu", hint="chọn", shown="Đất có sổ"),
        Step("collateral_value", "1 tỷ", wrong="quý lắm", hint="chưa đọc được", shown="một tỷ đồng"),
        Step("history", "=reports", wrong="lâu rồi", hint="chọn", shown="có đủ báo cáo"),
    ),
    done="Đây là kiểm tra sơ bộ, Quỹ quyết định.",
    french="Vérification préliminaire du prêt",
    count=rows(loan_requests),
)


@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_the_pre_check(talk: Talk, walk: Walk) -> None:
    await walk(talk, LOAN)


async def _with_a_request(talk: Talk) -> None:
    await checked(talk)


PAPER = Script(
    form="loan_paper",
    opens="loan:paper:1.charter",
    before=_with_a_request,
    steps=(Step("files", Sent("file", PDF), wrong="đây ạ", hint="PDF", shown="file.pdf"),),
    done="Điều lệ: đã nhận",
    french="Une pièce du dossier de prêt",
    count=rows(loan_papers),
)


@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_a_paper(talk: Talk, walk: Walk) -> None:
    await walk(talk, PAPER)


async def _with_a_paper(talk: Talk) -> None:
    """The person is the officer before whom a member's request waits, with one paper in its file."""
    member = talk.beside("member")
    await talk.is_officer(topics="loans")
    await checked(member)
    await member.taps("Gửi cho cán bộ")
    await member.taps("loan:paper:1.charter")
    await member.sends("file", PDF)
    await member.taps("Gửi")
    await talk.is_told()


REFUSAL = Script(
    form="loan_refusal",
    opens="loan:refuse:1.charter",
    before=_with_a_paper,
    steps=(Step("reason", "thiếu trang thứ hai", STICKER, "cảm ơn", "thiếu trang thứ hai"),),
    done="✗ Điều lệ: cần gửi lại – thiếu trang thứ hai",
    french="Une pièce à refaire",
    count=rows(loan_papers, loan_papers.c.state == "refused"),
)


@pytest.mark.parametrize("walk", UNINTERRUPTED, ids=name_of)
async def test_a_paper_goes_back(talk: Talk, walk: Walk) -> None:
    await walk(talk, REFUSAL)


async def _paid_out(talk: Talk) -> None:
    await _with_a_paper(talk)
    for verb in ("take", "assess", "approve"):
        await talk.taps(f"staff:do:1:{verb}")
    await talk.says("đồng ý cho vay")
    await talk.taps("Gửi")
    await talk.taps("staff:do:1:disburse")


DATES = Script(
    form="loan_dates",
    opens="staff:do:1:dates",
    before=_paid_out,
    steps=(Step("dues", "20/12/2026 300tr", "hai kỳ", "chưa đọc được dòng này", "1 kỳ trả từ 20/12/2026"),),
    done="Đã ghi ngày trả nợ",
    french="Échéances",
    count=rows(loan_instalments),
)


@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_the_days_of_repayment(talk: Talk, walk: Walk) -> None:
    await walk(talk, DATES)


def test_every_state_has_its_words_and_every_step_leads_somewhere() -> None:
    assert {after for _, after in loans.STEPS.values()} | {"checked"} == set(STATES)
    assert set(NOTICE) == set(STATES) - {"checked", "sent", "withdrawn"}
    for at, decisions in DECISIONS.items():
        for decision in decisions:
            assert decision.verb in ("look", "dates") or at in loans.STEPS[decision.verb][0]
