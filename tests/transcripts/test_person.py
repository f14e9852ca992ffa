"""A person is wanted, or something that is no question: each gets a sensible short reply and a way on."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bot.records import conversations, files, people
from tests.talk import Talk
from tests.transcripts.walks import STICKER, WALKS, Script, Step, Walk, name_of, rows
from tests.wire import until


async def waiting(talk: Talk) -> list[tuple[str, ...]]:
    async with talk.assistant.database.read() as connection:
        return [one.messages for one in await conversations.waiting(connection)]


async def test_the_question_that_was_not_answered_goes_to_staff_with_one_tap(talk: Talk) -> None:
    await talk.says("Vé xem phim ở rạp tối nay bao nhiêu tiền?")
    await talk.taps("Gặp cán bộ")
    talk.hears("yêu cầu số 1", "“Vé xem phim ở rạp tối nay bao nhiêu tiền?”", "giờ làm việc")
    assert await waiting(talk) == [("Vé xem phim ở rạp tối nay bao nhiêu tiền?",)]


async def test_with_nothing_asked_the_next_message_is_the_request(talk: Talk) -> None:
    await talk.says("gặp cán bộ")
    talk.hears("cần cán bộ giúp việc gì")
    await talk.says("lập htx cần mấy người")
    talk.hears("yêu cầu số 1")
    assert await waiting(talk) == [("lập htx cần mấy người",)]


@pytest.mark.parametrize(
    "said",
    ["cho tôi gặp người thật", "gap can bo", "Gặp cán bộ giúp em ạ", "chuyen cho can bo di", "/person"],
)
async def test_a_person_is_asked_for_in_many_words(talk: Talk, said: str) -> None:
    await talk.says(said)
    talk.hears("cán bộ giúp việc gì")


async def test_a_wish_for_a_person_takes_along_the_question_before_it(talk: Talk) -> None:
    await talk.says("giấy OCOP có giá trị bao lâu")
    await talk.says("tôi không hiểu, cho tôi gặp người thật")
    assert await waiting(talk) == [("giấy OCOP có giá trị bao lâu\ntôi không hiểu, cho tôi gặp người thật",)]


async def test_what_is_written_after_it_is_added_to_the_same_request(talk: Talk) -> None:
    await talk.says("Vé xem phim ở rạp tối nay bao nhiêu tiền?")
    await talk.taps("Gặp cán bộ")
    await talk.says("Rạp ở thị trấn, xuất tám giờ tối nhé")
    talk.hears("chuyển thêm vào yêu cầu số 1")
    assert len((await waiting(talk))[0]) == 2


async def test_a_known_question_is_still_answered_while_staff_are_awaited(talk: Talk) -> None:
    await talk.says("Vé xem phim ở rạp tối nay bao nhiêu tiền?")
    await talk.taps("Gặp cán bộ")
    await talk.says("lập hợp tác xã cần mấy người?")
    talk.hears("5 thành viên")


async def test_a_phone_is_asked_only_after_consent_and_read_back(talk: Talk) -> None:
    await talk.says("Vé xem phim ở rạp tối nay bao nhiêu tiền?")
    await talk.taps("Gặp cán bộ")
    await talk.taps("Để lại số điện thoại")
    talk.hears("Luật 91/2025/QH15")
    await talk.taps("Đồng ý")
    talk.hears("ghi nhận anh/chị đồng ý hôm nay, 24/11/2026", "(1/2)", "tên là gì")
    await talk.says("Nguyễn Văn A")
    await talk.says("số của tôi")
    talk.hears("chưa đọc được số điện thoại này", "(2/2)")
    await talk.says("o912 345 678")
    talk.hears("Họ tên: Nguyễn Văn A", "Điện thoại: 0912 345 678", "đúng chưa")
    await talk.taps("Gửi")
    talk.hears("sẽ gọi số 0912 345 678")
    await talk.taps("Gửi")
    talk.hears("không ghi hai lần")
    async with talk.assistant.database.read() as connection:
        row = (await connection.execute(people.people.select())).one()
    assert (row.name, row.phone, row.consent) == ("Nguyễn Văn A", "+84912345678", people.CONSENT)


async def test_a_form_survives_a_restart_a_language_change_and_a_question(talk: Talk) -> None:
    await talk.taps("person:contact")
    await talk.taps("Đồng ý")
    await talk.says("Trần Thị B")
    await talk.restart()
    await talk.says("tiếng Anh")
    talk.hears("in English")
    await talk.says("How many members does a cooperative need?")
    talk.hears("at least 5", "(2/2) Which number may we call?")
    await talk.says("0912345678")
    talk.hears("Trần Thị B", "0912 345 678")
    await talk.says("cancel")
    talk.hears("Cancelled")


async def test_every_answer_can_be_taken_back(talk: Talk) -> None:
    await talk.taps("person:contact")
    await talk.taps("Đồng ý")
    await talk.says("Trần Thị B")
    await talk.says("quay lại")
    talk.hears("(1/2)")
    await talk.says("Trần Thị C")
    await talk.says("0912345678")
    await talk.taps("Sửa: Họ tên")
    await talk.says("Trần Thị D")
    talk.hears("Trần Thị D", "0912 345 678")


async def test_a_button_of_an_earlier_question_changes_nothing(talk: Talk) -> None:
    await talk.taps("person:contact")
    await talk.taps("Đồng ý")
    await talk.says("Trần Thị B")
    await talk.taps("form:contact:skip:name")
    talk.hears("câu hỏi trước", "(2/2)")


async def test_a_form_that_is_saved_steps_aside_and_is_taken_up_again(talk: Talk) -> None:
    await talk.taps("person:contact")
    await talk.taps("Đồng ý")
    await talk.says("Trần Thị B")
    await talk.says("lưu")
    talk.hears("giữ trong 7 ngày")
    await talk.says("lập htx cần mấy người")
    talk.hears("5 thành viên")
    await talk.restart()
    await talk.says("menu")
    talk.hears("một phiếu đã lưu")
    await talk.taps("Tiếp tục")
    talk.hears("(2/2)")
    await talk.says("0912345678")
    talk.hears("Trần Thị B")


async def test_in_a_form_a_polite_word_is_an_answer_and_only_a_few_words_lead_out(talk: Talk) -> None:
    await talk.taps("person:contact")
    await talk.taps("Đồng ý")
    await talk.says("cảm ơn")
    talk.hears("(2/2)")
    await talk.says("hủy")
    talk.hears("đã hủy")


async def test_a_photo_in_the_middle_of_a_form_goes_to_staff_and_the_form_goes_on(talk: Talk) -> None:
    await talk.taps("person:contact")
    await talk.taps("Đồng ý")
    await talk.sends("photo", b"x")
    talk.hears("yêu cầu số 1", "(1/2)")


async def test_a_form_is_forgotten_after_a_week(talk: Talk) -> None:
    from bot.scheduler import upkeep

    await talk.taps("person:contact")
    await talk.taps("Đồng ý")
    talk.clock.moves(days=6)
    await upkeep(talk.assistant.database, talk.clock)
    await talk.says("Trần Thị B")
    talk.hears("(2/2)")
    talk.clock.moves(days=8)
    await upkeep(talk.assistant.database, talk.clock)
    await talk.says("0912345678")
    talk.hears_not("(2/2)", "Trần Thị B")


async def test_a_photo_without_a_word_goes_to_staff_and_is_fetched(talk: Talk) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(picture, "JPEG")
    await talk.sends("photo", picture.getvalue())
    talk.hears("yêu cầu số 1", "(ảnh hoặc tệp)")
    async with talk.assistant.database.read() as connection:
        noted = (await connection.execute(files.files.select())).all()
    assert len(noted) == 1


async def test_a_photo_with_a_question_is_answered(talk: Talk) -> None:
    await talk.sends("photo", b"x", text="lập htx cần mấy người")
    talk.hears("5 thành viên")


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("cảm ơn em nhiều nhé", "không có gì"),
        ("ok", "không có gì"),
        ("tạm biệt", "làm ăn thuận lợi"),
        ("goi mai k ai nghe", "xin lỗi vì đã làm anh/chị vất vả"),
        ("Làm ăn kiểu gì thế!", "xin lỗi vì đã làm anh/chị vất vả"),
    ],
)
async def test_courtesy_and_anger_get_a_short_kind_reply(talk: Talk, said: str, heard: str) -> None:
    await talk.says(said)
    talk.hears(heard)
    assert "Menu chính" in talk.buttons


async def test_anger_reaches_staff_with_one_tap(talk: Talk) -> None:
    await talk.says("gọi mãi không ai nghe máy")
    await talk.taps("Gặp cán bộ")
    assert await waiting(talk) == [("gọi mãi không ai nghe máy",)]


@pytest.mark.parametrize(
    ("kind", "heard"),
    [("sticker", "cứ nhắn câu hỏi"), ("voice", "chưa nghe được"), ("other", "chưa đọc được")],
)
async def test_what_cannot_be_read_says_what_to_do_instead(talk: Talk, kind: str, heard: str) -> None:
    await talk.sends(kind)  # type: ignore[arg-type]
    talk.hears(heard)


async def test_deleting_asks_once_and_then_empties_everything(talk: Talk) -> None:
    await talk.taps("person:contact")
    await talk.taps("Đồng ý")
    for answer in ("Nguyễn Văn A", "0912345678", "1"):
        await talk.says(answer)
    await talk.says("Vé xem phim ở rạp tối nay bao nhiêu tiền?")
    await talk.taps("Gặp cán bộ")
    await talk.says("xóa hết dữ liệu của tôi")
    talk.hears("không lấy lại được")
    await talk.taps("Đồng ý xóa")
    talk.hears("đã xóa dữ liệu", "rút lại đồng ý")
    async with talk.assistant.database.read() as connection:
        row = (await connection.execute(people.people.select())).one()
        assert (row.name, row.phone, row.consent) == ("", "", None)
        for table in ("inbox", "outbox", "unanswered", "conversation_messages", "chats"):
            kept = str((await connection.exec_driver_sql(f"SELECT * FROM {table}")).all())
            assert "xem phim" not in kept
            assert "Nguyễn Văn A" not in kept


async def test_deleting_removes_the_photos_too(talk: Talk) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(picture, "JPEG")
    await talk.sends("photo", picture.getvalue())
    folder = talk.assistant.settings.data_dir / "media"
    await until(lambda: [*folder.rglob("*.jpg")] != [])
    await talk.says("/xoadulieu")
    await talk.taps("Đồng ý xóa")
    await talk.restart()
    await until(lambda: [*folder.rglob("*.jpg")] == [])


async def test_my_data_shows_what_is_kept(talk: Talk) -> None:
    await talk.says("/mydata")
    talk.hears("chưa đồng ý", "không lưu tên")
    await talk.taps("person:contact")
    await talk.taps("Đồng ý")
    for answer in ("Nguyễn Văn A", "0912345678", "gửi"):
        await talk.says(answer)
    await talk.says("/mydata")
    talk.hears("đã đồng ý", "Nguyễn Văn A")


async def test_who_refuses_is_still_answered(talk: Talk) -> None:
    await talk.says("/start")
    await talk.taps("Không đồng ý")
    talk.hears("không lưu thông tin")
    await talk.says("lập htx cần mấy người")
    talk.hears("5 thành viên")


async def agreed_without_a_name(talk: Talk) -> None:
    await talk.knows_person(name="", phone="")


CONTACT = Script(
    form="contact",
    opens="person:contact",
    steps=(
        Step("name", "Nguyễn Văn A", wrong=STICKER, hint="(1/2)", shown="Nguyễn Văn A"),
        Step("phone", "0912345678", wrong="số của tôi", hint="chưa đọc được", shown="0912 345 678"),
    ),
    done="0912 345 678",
    french="Vos coordonnées",
    count=rows(people.people, people.people.c.name == "Nguyễn Văn A"),
    before=agreed_without_a_name,
)


@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_leaving_a_phone_number(talk: Talk, walk: Walk) -> None:
    await walk(talk, CONTACT)
