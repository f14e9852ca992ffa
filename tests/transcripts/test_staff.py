"""The officers' desk in chat: what is open, who takes it, hands it over, decides it, and who may do none of this."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.records import audit, questions, replies, tasks
from tests.talk import Talk
from tests.transcripts import test_products
from tests.transcripts.walks import STICKER, UNINTERRUPTED, Script, Step, Walk, name_of, rows

UNKNOWN = "Vé xem phim ở rạp tối nay bao nhiêu tiền?"


async def officer(talk: Talk, chat: str = "cán bộ", name: str = "Cán bộ Một", **charge: str) -> Talk:
    one = talk.beside(chat)
    await one.is_officer(name, **charge)
    return one


async def asks(talk: Talk, *chats: str, after: float = 6) -> None:
    """People ask what the assistant cannot answer, and the time passes in which they might find it themselves."""
    for chat in chats:
        await talk.beside(chat).says(UNKNOWN)
    await talk.passes(minutes=after)


async def settled(talk: Talk) -> list[str]:
    async with talk.assistant.database.read() as connection:
        return list((await connection.execute(select(tasks.tasks.c.state))).scalars())


async def has_a_request(talk: Talk) -> None:
    """The person is an officer before whom a member's wish waits; there is another one."""
    await talk.is_officer()
    await officer(talk, "hai", "Cán bộ Hai")
    await talk.beside("khách").says("Cho tôi gặp cán bộ hỏi về thuê gian hàng năm sau")
    await talk.is_told()


ANSWER = Script(
    form="staff_answer",
    opens="staff:answer:1",
    before=has_a_request,
    steps=(Step("words", "Mai em gọi lại", STICKER, "cảm ơn", "Mai em gọi lại"),),
    done="Đã gửi tới",
    french="Votre réponse",
    count=rows(replies.replies),
)

HANDING = Script(
    form="staff_hand",
    opens="staff:to:1:2",
    before=has_a_request,
    steps=(Step("words", "Anh gọi giúp em", STICKER, "cảm ơn", "Anh gọi giúp em"),),
    done="đã chuyển cho Cán bộ Hai",
    french="Confier à un autre",
    count=rows(audit.audit, audit.audit.c.verb == "handed"),
)


@pytest.mark.parametrize("walk", UNINTERRUPTED, ids=name_of)
async def test_answering_a_member(talk: Talk, walk: Walk) -> None:
    await walk(talk, ANSWER)


async def test_an_officer_may_ask_a_member_what_the_assistant_could_answer(talk: Talk) -> None:
    await ANSWER.before(talk)
    await talk.taps(ANSWER.opens)
    await talk.says("Hợp tác xã của anh có mấy thành viên?")
    talk.hears("Hợp tác xã của anh có mấy thành viên?", "đúng chưa")


@pytest.mark.parametrize("walk", UNINTERRUPTED, ids=name_of)
async def test_handing_a_request_over(talk: Talk, walk: Walk) -> None:
    await walk(talk, HANDING)


async def has_a_product_to_check(talk: Talk) -> None:
    """The person is an officer before whom a member's product waits."""
    await talk.is_officer()
    member = talk.beside("khách")
    await member.belongs_to()
    await member.taps("product:new")
    await test_products.fills_in(member)
    await member.taps("Gửi")
    await talk.is_told()


REASON = Script(
    form="reason",
    opens="staff:do:1:decline",
    before=has_a_product_to_check,
    steps=(Step("words", "Ảnh mờ quá", STICKER, "cảm ơn", "Ảnh mờ quá"),),
    done="Em đã báo HTX",
    french="Votre décision",
    count=rows(audit.audit, audit.audit.c.verb == "decline"),
)


@pytest.mark.parametrize("walk", UNINTERRUPTED, ids=name_of)
async def test_a_decision_with_its_reason(talk: Talk, walk: Walk) -> None:
    await walk(talk, REASON)


# questions without an answer


async def test_a_question_without_an_answer_becomes_one_card_and_its_answer_goes_back(talk: Talk) -> None:
    here = await officer(talk)
    await talk.says(UNKNOWN)
    await talk.says(UNKNOWN)
    assert await here.is_told() == []
    await talk.passes(minutes=6)
    await talk.passes(minutes=6)
    assert len(await here.is_told()) == 1
    here.hears("Việc số 1: Câu hỏi chưa có trả lời", f"“{UNKNOWN}”", "khách chưa để lại tên")
    assert here.buttons[0] == "Trả lời"
    assert here.buttons.count("Trả lời") == 1
    await here.taps("Trả lời")
    await here.says("Em chưa có giá vé, anh chị gọi rạp giúp em")
    await here.taps("Gửi")
    here.hears("Câu hỏi đã được trả lời xong")
    await talk.is_told()
    talk.hears(f"“{UNKNOWN}”", "Cán bộ Liên minh Hợp tác xã: Em chưa có giá vé, anh chị gọi rạp giúp em")
    assert await settled(talk) == ["closed"]
    assert await rows(questions.unanswered, questions.unanswered.c.closed_at.is_(None))(talk) == 0


async def test_who_found_the_answer_among_what_was_offered_is_no_card(talk: Talk) -> None:
    here = await officer(talk)
    await talk.says("giấy tờ")
    await talk.taps(next(button for button in talk.buttons if button not in ("Gặp cán bộ", "Menu chính")))
    await talk.passes(hours=1)
    assert await here.is_told() == []


async def test_an_answer_that_did_not_help_comes_as_a_card(talk: Talk) -> None:
    here = await officer(talk)
    await talk.says("giấy OCOP có giá trị bao lâu")
    await talk.taps("Chưa đúng")
    await talk.passes(minutes=6)
    await here.is_told()
    assert not [button for button in here.buttons if button.startswith("Bài: ")]
    here.hears("giấy OCOP có giá trị bao lâu")


async def test_an_article_can_be_the_answer(talk: Talk) -> None:
    here = await officer(talk)
    await talk.says("giấy tờ")
    offered = talk.buttons[0]
    await talk.passes(minutes=6)
    await here.is_told()
    assert f"Bài: {offered}"[:40] in "".join(here.buttons)
    await here.taps(next(button for button in here.buttons if button.startswith("Bài: ")))
    await talk.is_told()
    talk.hears("đã hỏi: “giấy tờ”")
    assert "Đúng rồi" in talk.buttons
    assert await settled(talk) == ["closed"]


async def test_a_reply_to_the_card_of_a_question_answers_it(talk: Talk) -> None:
    here = await officer(talk)
    await asks(talk, "an")
    await here.is_told()
    native = max(number for number, (chat, _) in enumerate(talk.wire.sent, 1) if chat == here.chat)
    await here.says("Rạp đóng cửa rồi", replies_to=str(native))
    await talk.is_told()
    talk.hears("Rạp đóng cửa rồi")
    assert await settled(talk) == ["closed"]


async def test_what_needs_no_answer_is_put_away(talk: Talk) -> None:
    here = await officer(talk)
    await asks(talk, "an")
    await here.is_told()
    await here.says("không cần trả lời 1")
    here.hears("không hỏi ai nữa")
    assert await settled(talk) == ["closed"]
    assert await talk.is_told() == talk.heard


async def test_topics_decide_who_is_asked(talk: Talk) -> None:
    loans = await officer(talk, "vốn", "Cán bộ Vốn", topics="loans")
    asked = await officer(talk, "hỏi", "Cán bộ Hỏi", topics="questions,person")
    await asks(talk, "an")
    assert await loans.is_told() == []
    await asked.is_told()
    asked.hears(UNKNOWN)


async def test_what_comes_in_is_shared_out(talk: Talk) -> None:
    one, two = await officer(talk), await officer(talk, "hai", "Cán bộ Hai")
    await asks(talk, "an", "bình", "chi", "dũng")
    assert (len(await one.is_told()), len(await two.is_told())) == (2, 2)


# what is open


@pytest.mark.parametrize("typed", ["/viec", "việc", "viec can lam", "tasks"])
async def test_the_list_shows_what_is_open_with_its_age(talk: Talk, typed: str) -> None:
    here = await officer(talk)
    await asks(talk, "an")
    talk.clock.moves(hours=3)
    await here.says(typed)
    here.hears("1 việc đang chờ", "1. Câu hỏi chưa có trả lời – khách chưa để lại tên – đã 3 giờ")
    await here.says("1")
    here.hears("Việc số 1", UNKNOWN)


async def test_the_list_has_pages_with_ones_own_first(talk: Talk) -> None:
    here = await officer(talk)
    await asks(talk, *(f"khách {number}" for number in range(8)))
    await here.is_told()
    await here.says("/viec")
    here.hears("8 việc đang chờ")
    assert len(here.buttons) == 8
    await here.taps("Xem thêm…")
    assert [button.split(".")[0] for button in here.buttons[:2]] == ["7", "8"]


async def test_what_came_before_there_was_an_officer_is_found_and_given_out(talk: Talk) -> None:
    await asks(talk, "an")
    here = await officer(talk)
    await here.says("/viec")
    here.hears("chưa có người nhận", "Câu hỏi")
    await talk.passes(minutes=1)
    await here.is_told()
    here.hears(UNKNOWN)


async def test_nothing_open_is_said(talk: Talk) -> None:
    here = await officer(talk)
    await here.says("/viec")
    here.hears("không có việc nào chờ")
    await here.says("xem 7")
    here.hears("Không có việc mang số này")


# taking, handing over, absence


async def test_taking_it_keeps_it(talk: Talk) -> None:
    here, other = await officer(talk), await officer(talk, "hai", "Cán bộ Hai")
    await asks(talk, "an")
    await here.is_told()
    await here.taps("Nhận việc")
    here.hears("anh/chị đã nhận", UNKNOWN)
    await other.taps("staff:take:1")
    other.hears("Cán bộ Một đang xử lý việc số 1")
    await talk.passes(days=3)
    assert await other.is_told() == []


async def test_handing_over_with_a_word(talk: Talk) -> None:
    here, other = await officer(talk), await officer(talk, "hai", "Cán bộ Hai")
    await officer(talk, "vốn", "Cán bộ Vốn", topics="loans")
    await asks(talk, "an")
    await here.is_told()
    await here.taps("Chuyển người khác")
    assert here.buttons == ["Cán bộ Hai"]
    await here.taps("Cán bộ Hai")
    await here.says("Anh hỏi rạp giúp em")
    await here.taps("Gửi")
    here.hears("đã chuyển cho Cán bộ Hai")
    await other.is_told()
    other.hears("Cán bộ Một chuyển việc này cho anh/chị. “Anh hỏi rạp giúp em”", UNKNOWN)
    await here.says("/viec")
    here.hears("không có việc nào chờ")


async def test_a_conversation_that_is_handed_over_goes_on_with_the_other(talk: Talk) -> None:
    here, other = await officer(talk), await officer(talk, "hai", "Cán bộ Hai")
    await talk.says("Cho tôi gặp cán bộ hỏi về thuê gian hàng năm sau")
    await here.is_told()
    await here.taps("Vào trò chuyện")
    await here.taps("staff:to:1:2")
    await here.taps("Bỏ qua")
    await here.taps("Gửi")
    await talk.is_told()
    await talk.says("em chờ ạ")
    await other.is_told()
    other.hears("chuyển việc này", "em chờ ạ")
    await here.says("lập hợp tác xã cần mấy người?")
    here.hears("5 thành viên")


async def test_one_who_is_away_gets_nothing_new(talk: Talk) -> None:
    here, other = await officer(talk), await officer(talk, "hai", "Cán bộ Hai")
    await asks(talk, "an")
    await here.is_told()
    await here.says("vắng mặt")
    await here.taps("3 ngày")
    here.hears("đến hết 26/11/2026", "1 việc anh/chị chưa nhận")
    await talk.passes(minutes=1)
    await other.is_told()
    other.hears(UNKNOWN)
    await asks(talk, "bình", "chi")
    assert len(await other.is_told()) == 2
    await here.taps("Tôi đã về")
    here.hears("trở lại")
    await asks(talk, "dũng")
    assert len(await here.is_told()) == 1


@pytest.mark.parametrize("days", ["0x", "-3", "400", "mai"])
async def test_an_absence_that_is_no_number_of_days_is_asked_again(talk: Talk, days: str) -> None:
    here = await officer(talk)
    await here.says(f"/vangmat {days}")
    here.hears("vắng mấy ngày")


async def test_what_no_one_took_in_a_working_day_goes_to_the_next_and_both_are_told(talk: Talk) -> None:
    talk.clock.moves(days=1)  # the 24th is a holiday
    here, other = await officer(talk), await officer(talk, "hai", "Cán bộ Hai")
    await asks(talk, "an")
    await here.is_told()
    await talk.passes(hours=23)
    assert await other.is_told() == []
    await talk.passes(hours=2)
    await other.is_told()
    other.hears(UNKNOWN)
    await here.is_told()
    here.hears("Việc số 1 quá một ngày làm việc chưa ai nhận", "Cán bộ Hai")
    await talk.passes(hours=25)
    await other.is_told()
    other.hears("không còn cán bộ nào khác phụ trách")
    for one in (here, other):
        await one.says("/viec")
        one.hears("1. quá hạn – Câu hỏi")


async def test_a_weekend_is_no_working_day(talk: Talk) -> None:
    here, other = await officer(talk), await officer(talk, "hai", "Cán bộ Hai")
    talk.clock.moves(days=3, hours=7)  # Friday, four in the afternoon
    await asks(talk, "an")
    await here.is_told()
    await talk.passes(days=2, hours=20)
    assert await other.is_told() == []
    await talk.passes(hours=8)
    await other.is_told()
    other.hears(UNKNOWN)


# decisions


async def test_the_second_to_decide_is_told_who_was_first(talk: Talk) -> None:
    here, other = await officer(talk), await officer(talk, "hai", "Cán bộ Hai")
    await asks(talk, "an")
    await other.taps("staff:do:1:answer")
    await other.says("Giá vé là việc của rạp")
    await here.is_told()
    await here.taps("Không cần trả lời")
    await other.taps("Gửi")
    other.hears("Việc số 1 đã xử lý xong: Cán bộ Một", "Không cần trả lời")
    await other.taps("staff:do:1:drop")
    other.hears("Cán bộ Một")
    assert await talk.is_told() == talk.heard
    async with talk.assistant.database.read() as connection:
        history = await audit.history(connection, "question", 1)
    assert [(entry.officer, entry.verb) for entry in history] == [("Cán bộ Một", "drop")]


async def test_the_history_of_a_task_names_who_did_what(talk: Talk) -> None:
    here, other = await officer(talk), await officer(talk, "hai", "Cán bộ Hai")
    await asks(talk, "an")
    await here.is_told()
    await here.taps("Nhận việc")
    await here.taps("Trả lời")
    await here.says("Rạp đóng cửa rồi")
    await here.taps("Gửi")
    await other.says("/nhatky 1")
    other.hears("Nhật ký việc số 1", "tiếp nhận", "Cán bộ Một – nhận việc", "Trả lời – “Rạp đóng cửa rồi”")


async def test_a_question_that_was_deleted_meanwhile_is_said_to_be_gone(talk: Talk) -> None:
    here = await officer(talk)
    await asks(talk, "an")
    await here.is_told()
    await talk.taps("privacy:erased")
    await here.taps("Không cần trả lời")
    here.hears("không còn gì chờ")


async def a_product_waits(talk: Talk) -> int:
    await talk.belongs_to()
    await talk.taps("product:new")
    await test_products.fills_in(talk)
    await talk.taps("Gửi")
    return 1


@pytest.mark.parametrize(
    ("typed", "state", "told"),
    [
        ("duyệt 1", "approved", "đã được duyệt"),
        ("duyet so 1", "approved", "đã được duyệt"),
        ("từ chối 1 Ảnh nhãn chưa đúng quy định", "hidden", "Ảnh nhãn chưa đúng quy định"),
        ("bo sung 1: Chụp rõ nhãn giúp em", "more", "Chụp rõ nhãn giúp em"),
    ],
)
async def test_a_card_is_decided_by_its_number_and_the_member_reads_it(
    talk: Talk, typed: str, state: str, told: str
) -> None:
    here = await officer(talk)
    product = await a_product_waits(talk)
    await here.is_told()
    await here.says(typed)
    await talk.is_told()
    talk.hears(told)
    assert (await test_products.kept(talk, product)).state == state
    await here.says("/nhatky 1")
    here.hears("Cán bộ Một – ")


async def test_the_name_of_a_button_as_a_reply_to_its_card_decides_it(talk: Talk) -> None:
    here = await officer(talk)
    product = await a_product_waits(talk)
    await here.is_told()
    photo = next(
        number
        for number, (chat, message) in enumerate(talk.wire.sent, 1)
        if chat == here.chat and message.photo
    )
    await here.says("menu")
    await here.says("Duyệt", replies_to=str(photo))
    assert (await test_products.kept(talk, product)).state == "approved"


async def test_what_is_asked_about_a_card_goes_to_its_member_and_the_card_stays(talk: Talk) -> None:
    here = await officer(talk)
    product = await a_product_waits(talk)
    await here.is_told()
    await here.says("trả lời 1 Nhãn này in ở đâu ạ?")
    await talk.is_told()
    talk.hears("Cán bộ Liên minh Hợp tác xã: Nhãn này in ở đâu ạ?")
    await talk.says("In ở Hà Nội anh ạ")
    await here.is_told()
    here.hears("Việc số 2: Cần gặp cán bộ", "In ở Hà Nội anh ạ")
    assert (await test_products.kept(talk, product)).state == "waiting"
    assert sorted(await settled(talk)) == ["open", "taken"]


# who may not


@pytest.mark.parametrize(
    "data",
    [
        "staff:card:1",
        "staff:do:1:drop",
        "staff:take:1",
        "staff:hand:1",
        "staff:to:1:1",
        "staff:answer:1",
        "staff:list",
        "staff:history:1",
        "staff:talk:1",
        "staff:away:3",
        "staff:said:1:1",
    ],
)
async def test_a_member_reaches_nothing_of_the_desk_by_a_forged_button(talk: Talk, data: str) -> None:
    await officer(talk)
    await asks(talk, "bình")
    await talk.says("menu")
    await talk.taps(data)
    talk.hears("dành cho cán bộ")
    talk.hears_not(UNKNOWN)
    assert await settled(talk) == ["open"]


@pytest.mark.parametrize("typed", ["xem 1", "duyệt 1", "trả lời 1 xin chào", "từ chối 1 không", "việc"])
async def test_a_member_who_types_as_an_officer_is_only_asking(talk: Talk, typed: str) -> None:
    await officer(talk)
    await asks(talk, "bình")
    await talk.says(typed)
    talk.hears_not(UNKNOWN, "việc đang chờ")
    assert (await settled(talk))[0] == "open"


async def test_one_who_is_no_officer_any_more_cannot_send_what_they_began(talk: Talk) -> None:
    from bot.records import staff

    here = await officer(talk)
    await asks(talk, "an")
    await here.is_told()
    await here.taps("Trả lời")
    await here.says("Tôi vẫn còn ở đây")
    await talk.assistant.database.write(lambda connection: staff.remove(connection, 1, talk.clock()))
    await here.taps("Gửi")
    here.hears_not("Đã gửi")
    assert await settled(talk) == ["open"]


@pytest.mark.parametrize(
    "data",
    ["staff:card:x", "staff:card:99999999999", "staff:do:1:nothing", "staff:to:1:99", "staff:nothing:1"],
)
async def test_a_broken_button_breaks_nothing(talk: Talk, data: str) -> None:
    here = await officer(talk)
    await asks(talk, "an")
    await here.is_told()
    await here.taps(data)
    here.hears_not("trục trặc", "vừa gặp lỗi")
    assert here.heard
