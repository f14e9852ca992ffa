"""A member and an officer talk with each other: the assistant stands between them, silent until it is wanted."""

from __future__ import annotations

import io

from PIL import Image
from sqlalchemy import select

from bot.records import audit, conversations, people, replies, tasks
from tests.talk import Talk
from tests.wire import until

WISH = "Cho tôi gặp cán bộ hỏi về thuê gian hàng năm sau"


def picture(colour: str = "green") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(made, "JPEG")
    return made.getvalue()


def native(talk: Talk, fragment: str) -> str:
    """The channel's identity of the newest message to a chat with these words."""
    found = [
        number
        for number, (chat, message) in enumerate(talk.wire.sent, 1)
        if chat == talk.chat and fragment in message.text
    ]
    assert found, f"{fragment!r} was not sent to {talk.chat}"
    return str(found[-1])


async def officer(talk: Talk, chat: str = "cán bộ", name: str = "Cán bộ Một", **charge: str) -> Talk:
    one = talk.beside(chat)
    await one.is_officer(name, **charge)
    return one


async def test_who_wants_a_person_comes_to_the_officer_as_a_card(talk: Talk) -> None:
    here = await officer(talk)
    await talk.belongs_to("HTX Dâu tằm Ví Dụ")
    await talk.says(WISH)
    talk.hears("yêu cầu số 1")
    await here.is_told()
    here.hears("Việc số 1: Cần gặp cán bộ", "HTX Dâu tằm Ví Dụ – Nguyễn Văn A – 0912 345 678", WISH)
    assert here.buttons == ["Vào trò chuyện", "Kết thúc trò chuyện", "Trả lời", "Chuyển người khác"]


async def test_while_an_officer_is_there_all_goes_to_and_fro_and_the_assistant_is_silent(talk: Talk) -> None:
    here = await officer(talk)
    await talk.says(WISH)
    await here.is_told()
    await here.taps("Vào trò chuyện")
    here.hears("đang trò chuyện với", "Nhắn “xong”")
    await talk.is_told()
    talk.hears("Cán bộ", "đang trò chuyện với anh/chị", "gặp trợ lý")
    await talk.says("lập hợp tác xã cần mấy người?")
    talk.hears("đã chuyển cán bộ")
    talk.hears_not("5 thành viên")
    await here.is_told()
    here.hears("Việc số 1", "lập hợp tác xã cần mấy người?")
    await here.says("2")
    here.hears("Đã gửi tới")
    await talk.is_told()
    talk.hears("Cán bộ Liên minh Hợp tác xã: 2")


async def test_what_is_written_in_a_row_is_acknowledged_once_and_all_arrives(talk: Talk) -> None:
    here = await officer(talk)
    await talk.says(WISH)
    await here.is_told()
    await here.taps("Vào trò chuyện")
    await talk.is_told()
    await talk.says("cảm ơn em")
    talk.hears("đã chuyển cán bộ")
    await talk.says("1")
    talk.hears_nothing()
    await talk.sends("sticker")
    talk.hears_nothing()
    talk.clock.moves(minutes=3)
    await talk.says("còn một việc nữa")
    talk.hears("đã chuyển cán bộ")
    await here.is_told()
    here.hears("cảm ơn em", ": 1", "nhãn dán", "còn một việc nữa")


async def test_photos_go_both_ways_once_they_are_here(talk: Talk) -> None:
    here = await officer(talk)
    await talk.says(WISH)
    await here.is_told()
    await here.taps("Vào trò chuyện")
    await talk.is_told()
    await talk.sends("photo", picture(), text="nhãn của em đây")
    await until(lambda: [m for m in talk.wire.to(here.chat) if m.photo])
    await here.is_told()
    here.hears("nhãn của em đây")
    await here.sends("photo", picture("red"))
    await until(lambda: [m for m in talk.wire.to(talk.chat) if m.photo])
    await talk.is_told()
    talk.hears("gửi anh/chị ảnh hoặc tệp")


async def test_a_photo_that_cannot_be_fetched_is_told_instead(talk: Talk) -> None:
    from bot.chat import Media

    here = await officer(talk)
    await talk.says(WISH)
    await here.is_told()
    await talk.sends("photo", Media("gone", "photo.jpg"))
    await until(lambda: "chưa tải được" in "\n".join(talk.wire.texts(here.chat)))


async def test_the_officer_ends_it_and_the_assistant_answers_again(talk: Talk) -> None:
    here = await officer(talk)
    await talk.says(WISH)
    await here.is_told()
    await here.taps("Vào trò chuyện")
    await here.says("xong")
    here.hears("đã kết thúc")
    await talk.is_told()
    talk.hears("đã kết thúc")
    await talk.says("lập hợp tác xã cần mấy người?")
    talk.hears("5 thành viên")
    await here.says("lập hợp tác xã cần mấy người?")
    here.hears("5 thành viên")


async def test_the_member_goes_back_to_the_assistant_and_the_officer_is_told(talk: Talk) -> None:
    here = await officer(talk)
    await talk.says(WISH)
    await here.is_told()
    await here.taps("Vào trò chuyện")
    await talk.is_told()
    await talk.says("gap tro ly")
    talk.hears("Em đây ạ")
    await here.is_told()
    here.hears("đã kết thúc")
    await here.says("lập hợp tác xã cần mấy người?")
    here.hears("5 thành viên")
    await talk.says(WISH)
    talk.hears("yêu cầu số 2")


async def test_after_a_day_without_a_word_it_ends_and_both_are_told(talk: Talk) -> None:
    here = await officer(talk)
    await talk.says(WISH)
    await here.is_told()
    await here.taps("Vào trò chuyện")
    await talk.is_told()
    assert await talk.passes(hours=23) == []
    await talk.passes(hours=2)
    talk.hears("đã kết thúc")
    await here.is_told()
    here.hears("đã kết thúc")


async def test_a_word_keeps_it_open(talk: Talk) -> None:
    here = await officer(talk)
    await talk.says(WISH)
    await here.is_told()
    await here.taps("Vào trò chuyện")
    talk.clock.moves(hours=23)
    await here.says("Mai em gọi lại cho anh chị")
    await talk.is_told()
    assert await talk.passes(hours=23) == []


async def test_a_menu_and_an_open_form_still_work_while_an_officer_is_there(talk: Talk) -> None:
    here = await officer(talk)
    await talk.says(WISH)
    await here.is_told()
    await here.taps("Vào trò chuyện")
    await talk.is_told()
    await talk.says("menu")
    assert len(talk.buttons) > 4
    await talk.taps("person:contact")
    await talk.taps("Đồng ý")
    await talk.says("Trần Thị B")
    talk.hears("(2/2)")
    await talk.says("hủy")
    await talk.says("em chào cán bộ")
    await here.is_told()
    here.hears("em chào cán bộ")
    here.hears_not("Trần Thị B: Trần")


async def test_a_reply_to_a_card_answers_its_member_and_the_next_word_comes_back(talk: Talk) -> None:
    here = await officer(talk)
    other = await officer(talk, "khác", "Cán bộ Hai")
    await talk.says(WISH)
    await here.is_told()
    await here.says("Chiều nay anh chị ghé văn phòng nhé", replies_to=native(here, "Việc số 1"))
    here.hears("Đã gửi tới")
    await talk.is_told()
    talk.hears("Cán bộ Liên minh Hợp tác xã: Chiều nay anh chị ghé văn phòng nhé")
    await talk.says("Vâng, 3 giờ em đến")
    talk.hears("đã chuyển lời")
    await here.is_told()
    here.hears("Vâng, 3 giờ em đến")
    assert await other.is_told() == []


async def test_after_the_reply_the_assistant_answers_questions_as_before(talk: Talk) -> None:
    here = await officer(talk)
    await talk.says(WISH)
    await here.is_told()
    await here.says("trả lời 1 Chiều nay anh chị ghé văn phòng nhé")
    await talk.is_told()
    await talk.says("Vâng, 3 giờ em đến")
    await talk.says("lập hợp tác xã cần mấy người?")
    talk.hears("5 thành viên")


async def test_an_officer_types_where_there_are_no_buttons(talk: Talk) -> None:
    here = await officer(talk)
    await talk.says(WISH)
    await here.is_told()
    await here.says("xem 1")
    here.hears(WISH)
    await here.says("tra loi 1 Gian hàng 2 mặt tiền còn trống")
    here.hears("Đã gửi tới")
    await talk.is_told()
    talk.hears("Gian hàng 2 mặt tiền còn trống")
    await here.says("nhật ký 1")
    here.hears("tiếp nhận", "Cán bộ Một – trả lời – “Gian hàng 2 mặt tiền còn trống”")


async def test_an_answer_without_words_is_asked_for(talk: Talk) -> None:
    here = await officer(talk)
    await talk.says(WISH)
    await here.is_told()
    await here.taps("Trả lời")
    here.hears("muốn gửi thành viên lời nào")
    await here.says("Mai em gọi")
    await here.taps("Gửi")
    here.hears("Đã gửi tới")
    await talk.is_told()
    talk.hears("Mai em gọi")


async def test_what_cannot_wait_stands_on_top_with_a_mark(talk: Talk) -> None:
    here = await officer(talk)
    for chat, words in (("binh", WISH), ("chi", "Cho gặp cán bộ với, việc này khẩn cấp lắm rồi ạ")):
        await talk.beside(chat).says(words)
    await here.is_told()
    here.hears("KHẨN – Việc số 2")
    await here.says("viec can lam")
    assert here.buttons[0].startswith("2.")
    here.hears("2. KHẨN – Cần gặp cán bộ")


async def test_a_question_that_is_passed_on_is_not_asked_a_second_time(talk: Talk) -> None:
    here = await officer(talk)
    await talk.says("Vé xem phim ở rạp tối nay bao nhiêu tiền?")
    await talk.taps("Gặp cán bộ")
    await here.is_told()
    await talk.passes(hours=1)
    assert await here.is_told() == []


async def test_the_messages_of_someone_else_cannot_be_had_by_a_forged_button(talk: Talk) -> None:
    here = await officer(talk)
    await talk.says(WISH)
    await here.is_told()
    await here.says("trả lời 1 Bí mật của người khác")
    await talk.is_told()
    stranger = talk.beside("người lạ")
    for data in ("person:reply:1", "person:file:1", "person:held:1", "staff:said:1:1", "staff:file:1:1"):
        await stranger.taps(data)
        stranger.hears_not("Bí mật", WISH, "đang trò chuyện")


async def test_an_officer_in_french_reads_french(talk: Talk) -> None:
    here = await officer(talk)
    here.language("fr")
    await here.says("menu")
    await talk.says(WISH)
    await here.is_told()
    here.hears("N° 1", "Souhaite parler à un agent")


async def test_deleting_takes_back_what_was_said_on_both_sides(talk: Talk) -> None:
    here = await officer(talk)
    await talk.says(WISH)
    await here.is_told()
    await here.taps("Vào trò chuyện")
    await talk.is_told()
    await talk.says("tôi tên là Lò Văn Ví Dụ")
    await here.is_told()
    await here.says("Chào anh Lò Văn Ví Dụ")
    await talk.is_told()
    await talk.says("xóa hết dữ liệu của tôi")
    await talk.taps("Đồng ý xóa")
    talk.hears("đã xóa dữ liệu")
    async with talk.assistant.database.read() as connection:
        for table in (conversations.conversation_messages, replies.replies, audit.audit):
            assert "Lò Văn Ví Dụ" not in str((await connection.execute(select(table))).all())
        shown = (await connection.exec_driver_sql("SELECT payload FROM outbox")).scalars().all()
        assert not [payload for payload in shown if "tôi tên là Lò Văn" in payload]
        assert (await connection.execute(select(tasks.tasks.c.state))).scalars().all() == ["closed"]
    await here.says("còn gì nữa không ạ")
    here.hears("đã xử lý xong")


async def test_an_officer_who_deletes_their_data_is_none_any_more(talk: Talk) -> None:
    here = await officer(talk)
    other = await officer(talk, "khác", "Cán bộ Hai")
    await talk.says(WISH)
    await here.is_told()
    await here.taps("Vào trò chuyện")
    await talk.is_told()
    await here.taps("privacy:erased")
    here.hears("đã xóa dữ liệu")
    await here.says("/viec")
    here.hears("dành cho cán bộ")
    await talk.passes(minutes=1)
    talk.hears("chuyển cho cán bộ khác")
    await other.is_told()
    other.hears(WISH)
    async with talk.assistant.database.read() as connection:
        assert "Cán bộ Một" not in str((await connection.exec_driver_sql("SELECT * FROM officers")).all())
        assert (await connection.execute(select(people.people.c.name))).scalars().all().count(
            "Cán bộ Một"
        ) == 0
