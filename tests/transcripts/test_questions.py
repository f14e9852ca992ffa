"""Questions: the right article with its source, or an honest “not sure” and a person."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from bot.knowledge import Article, KnowledgeBase
from bot.records import questions
from tests.talk import Talk
from tests.transcripts.walks import rows


async def open_questions(talk: Talk) -> list[tuple[str, str]]:
    """(text, language) of the questions that nobody has dealt with yet, oldest first."""
    waiting = questions.unanswered
    async with talk.assistant.database.read() as connection:
        found = await connection.execute(
            select(waiting.c.text, waiting.c.language)
            .where(waiting.c.closed_at.is_(None))
            .order_by(waiting.c.id)
        )
        return [(row.text, row.language) for row in found]


async def test_a_question_typed_with_a_thumb_finds_its_article_and_source(talk: Talk) -> None:
    await talk.says("htx muon vay 500tr can giay to j")
    talk.hears("trợ lý tự động", "mỗi Quỹ tự quy định hồ sơ", "Nguồn: Nghị định 45/2021/NĐ-CP", "Điều 31")
    assert talk.buttons[:4] == ["Đúng rồi", "Chưa đúng", "Kiểm tra điều kiện vay", "Gặp cán bộ"]
    assert len(talk.buttons) <= 8


async def test_an_article_that_no_officer_has_read_again_says_so(talk: Talk) -> None:
    await talk.says("lập hợp tác xã cần mấy người")
    talk.hears("ít nhất 5 thành viên chính thức", "chờ cán bộ soát lại")


async def test_what_the_union_never_published_gets_no_answer_but_a_person(talk: Talk) -> None:
    await talk.says("Vé xem phim ở rạp tối nay bao nhiêu tiền?")
    talk.hears_not("Nguồn:")
    assert "Gặp cán bộ" in talk.buttons


async def test_an_unanswered_question_is_a_row_that_staff_will_see(talk: Talk) -> None:
    await talk.says("Vé xem phim ở rạp tối nay bao nhiêu tiền?")
    assert await open_questions(talk) == [("Vé xem phim ở rạp tối nay bao nhiêu tiền?", "vi")]


async def test_a_question_that_was_meant_after_all_leaves_the_list_of_staff(talk: Talk) -> None:
    await talk.says("Vé xem phim ở rạp tối nay bao nhiêu tiền?")
    await talk.taps("ask:this:ocop-han-36-thang")
    talk.hears("36 tháng")
    assert await open_questions(talk) == []


async def test_the_questions_of_an_erased_article_are_not_lost(talk: Talk) -> None:
    await talk.taps("topic:article:khong-con-nua")
    talk.hears("không còn được đăng")
    assert talk.buttons == ["Menu chính"]


async def test_a_yes_is_thanked_and_a_no_goes_to_staff(talk: Talk) -> None:
    await talk.says("lập htx cần mấy người")
    await talk.taps("Đúng rồi")
    talk.hears("em cảm ơn")
    await talk.says("giấy OCOP có giá trị bao lâu")
    await talk.taps("Chưa đúng")
    talk.hears("Em xin lỗi")
    assert "Gặp cán bộ" in talk.buttons
    async with talk.assistant.database.read() as connection:
        verdicts = (await connection.execute(questions.verdicts.select())).all()
    assert [row.right for row in verdicts] == ["yes", "no"]
    assert await open_questions(talk) == [("giấy OCOP có giá trị bao lâu", "vi")]


async def test_a_double_tap_counts_once(talk: Talk) -> None:
    await talk.says("giấy OCOP có giá trị bao lâu")
    await talk.taps("Chưa đúng")
    await talk.taps("Chưa đúng")
    assert await rows(questions.verdicts)(talk) == 1
    assert len(await open_questions(talk)) == 1


async def test_a_follow_up_keeps_the_topic(talk: Talk) -> None:
    await talk.says("Điều kiện vay Quỹ hỗ trợ phát triển HTX là gì?")
    await talk.says("lãi suất thì sao?")
    talk.hears("Nguồn: Nghị định 45/2021/NĐ-CP", "lãi")


async def test_a_new_question_leaves_the_old_topic(talk: Talk) -> None:
    await talk.says("Điều kiện vay Quỹ hỗ trợ phát triển HTX là gì?")
    await talk.says("Nhãn hàng hóa bắt buộc phải ghi những nội dung gì?")
    talk.hears("Nghị định 37/2026/NĐ-CP")


async def test_an_expired_article_says_so_first(talk: Talk) -> None:
    await talk.says("Quyết định 1804 còn áp dụng không")
    last = talk.heard[-1].text.split("\n\n")
    assert any("hết hạn ngày 31/12/2025" in part for part in last[:2])


@pytest.mark.parametrize(
    ("article", "label", "data"),
    [
        ("hoi-cho-dang-ky-huy", "Đăng ký dự hội chợ", "event:list:fair..0.0"),
        ("dao-tao-dang-ky-lop", "Đăng ký lớp tập huấn", "event:list:training..0.0"),
        ("quy-htpt-ho-so-vay", "Kiểm tra điều kiện vay", "loan:apply"),
        ("tem-nhan-nho-lien-minh", "Xin tem nhãn, bao bì", "request:label"),
        ("ket-noi-cung-cau-tim-nguoi-mua", "Tìm người mua, chào hàng", "trade:menu"),
        ("san-pham-dang-ky-cap-nhat", "Đăng ký sản phẩm", "product:new"),
        ("san-vcamart", "Vào kênh bán hàng", "channel:list"),
        ("gui-kho-khan-kien-nghi", "Gửi khó khăn, kiến nghị", "need:new"),
    ],
)
async def test_an_article_leads_into_its_dialog_by_a_button(
    talk: Talk, article: str, label: str, data: str
) -> None:
    await talk.taps(f"topic:article:{article}")
    offered = talk.heard[-1].buttons
    assert (offered[2].label, offered[2].data) == (label, data)
    assert len(offered) <= 8


async def test_an_article_about_what_is_done_elsewhere_leads_to_no_dialog(talk: Talk) -> None:
    await talk.taps("topic:article:quy-htpt-gian-no")
    assert talk.buttons[:3] == ["Đúng rồi", "Chưa đúng", "Gặp cán bộ"]


async def test_the_dialog_of_an_article_is_kept_with_it_in_the_database(talk: Talk) -> None:
    await talk.restart()
    await talk.taps("topic:article:quy-htpt-ho-so-vay")
    assert "Kiểm tra điều kiện vay" in talk.buttons


async def test_an_article_that_is_not_in_force_yet_says_so_first(talk: Talk) -> None:
    one = Article("a", "vi", "T", "B", source="S", effective_from=date(2027, 1, 1))
    talk.assistant.library.use([one], KnowledgeBase.build([one]))
    await talk.taps("topic:article:a")
    assert talk.words.startswith("Lưu ý: nội dung này chỉ áp dụng từ ngày 01/01/2027.")


async def test_what_the_union_entered_is_filled_in(talk: Talk) -> None:
    base = Article(
        "gio",
        "vi",
        "Giờ làm việc",
        "{union} tiếp dân. {contact}",
        questions=("mấy giờ mở cửa",),
        source="Nội bộ",
    )
    talk.assistant.library.use([base], KnowledgeBase.build([base]))
    await talk.taps("topic:article:gio")
    talk.hears("Liên minh Hợp tác xã tiếp dân.", "chưa được nhập")


async def test_the_day_of_the_source_is_written_as_the_language_writes_it(talk: Talk) -> None:
    one = [
        Article("a", lang, "T", "B", source="S", source_date=date(2026, 1, 23), checked="x 2026-11-01")
        for lang in ("vi", "en")
    ]
    talk.assistant.library.use(one, KnowledgeBase.build(one))
    await talk.taps("topic:article:a")
    talk.hears("Nguồn: S, ngày 23/01/2026")
    talk.hears_not("soát lại")
    talk.language("en")
    await talk.taps("topic:article:a")
    talk.hears("Source: S, dated 23/01/2026")


@pytest.mark.parametrize("said", ["", "   ", "???", "\u202e\u200b", "👍", "..."])
async def test_an_empty_message_is_asked_for_words(talk: Talk, said: str) -> None:
    await talk.says(said)
    # A channel that passes on no text at all says it in its own way.
    assert "viết câu hỏi bằng chữ" in talk.words or "gõ chữ giúp em" in talk.words
    assert "Gặp cán bộ" in talk.buttons


async def test_an_enormous_message_is_offered_to_an_officer_whole(talk: Talk) -> None:
    await talk.says("hợp tác xã của tôi có chuyện rất dài " * 400)
    talk.hears("Tin này dài quá")
    await talk.taps("Gặp cán bộ")
    talk.hears("yêu cầu số 1")


@pytest.mark.parametrize(
    "said",
    [
        "Robert'); DROP TABLE people;--",
        "<script>alert(1)</script> vay vốn",
        "{union} {contact} {0} %s %(name)s",
        "_*[a](tg://user?id=1)`",
        "\x00\x07 vay \x1b[31m vốn",
    ],
)
async def test_code_in_a_message_is_only_text(talk: Talk, said: str) -> None:
    await talk.says(said)
    assert talk.heard
    talk.hears_not("<script>", "DROP", "lỗi")
    await talk.says("lập htx cần mấy người")
    talk.hears("5 thành viên")


async def test_an_edited_question_is_answered_anew(talk: Talk) -> None:
    await talk.says("lập htx cần mấy nguoi")
    await talk.says("giấy OCOP có giá trị bao lâu", edited=True)
    talk.hears("36 tháng")


async def test_in_a_group_it_answers_only_when_addressed(talk: Talk) -> None:
    talk.as_group(mentioned=False)
    await talk.says("lập htx cần mấy người")
    talk.hears_nothing()
    talk.as_group()
    await talk.says("lập htx cần mấy người")
    talk.hears("5 thành viên")
    talk.hears_not("trợ lý tự động")


async def test_in_a_group_nothing_personal_is_begun(talk: Talk) -> None:
    talk.as_group()
    await talk.says("gặp cán bộ")
    talk.hears("nhắn riêng")
    await talk.says("/xoadulieu")
    talk.hears("nhắn riêng")
