"""What Telegram's updates become: `incoming.read`, from raw JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.incoming import UPDATES, Me, UnreadableError, query_id, read
from bot.chat import Incoming
from tests.channels.telegram_bot import polling
from tests.fakes import bot_api_people as people
from tests.fakes.bot_api import FakeBotApi, running_bot_api
from tests.fakes.bot_api_check import update_problems

ME = Me(people.BOT["id"], people.BOT["username"])
NAME = f"@{people.BOT['username']}"
GROUP = -1001


def heard(kind: str = "message", *, chat: int = 7, **content: Any) -> Incoming | None:
    """What is read of a message that is as the Bot API describes it."""
    update = {"update_id": 50, kind: people.message(chat, 1, content.pop("sender", None), **content)}
    assert update_problems(update) == []
    return read(update, ME)


def in_group(text: str, **content: Any) -> tuple[str, bool]:
    said = heard(chat=GROUP, text=text, **content)
    assert said is not None
    assert said.group
    assert said.chat == str(GROUP)
    return said.text, said.mentioned


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"text": "chào"}, "text"),
        ({"photo": people.photo_sizes("f", 1000)}, "photo"),
        ({"document": people.document("f", "a.pdf", "application/pdf", 9)}, "file"),
        (
            {
                "sticker": {
                    "file_id": "f",
                    "file_unique_id": "u",
                    "type": "regular",
                    "width": 1,
                    "height": 1,
                    "is_animated": False,
                    "is_video": False,
                }
            },
            "sticker",
        ),
        ({"voice": {"file_id": "f", "file_unique_id": "u", "duration": 1}}, "voice"),
        ({"audio": {"file_id": "f", "file_unique_id": "u", "duration": 1}}, "voice"),
        ({"video_note": {"file_id": "f", "file_unique_id": "u", "length": 1, "duration": 1}}, "voice"),
        ({"dice": {"emoji": "🎲", "value": 3}}, "other"),
    ],
)
def test_each_kind_of_message(content: dict[str, Any], kind: str) -> None:
    said = heard(**content)
    assert said is not None
    assert said.kind == kind


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"location": {"latitude": 10.5, "longitude": 106.4123456}}, "10.50000, 106.41235"),
        ({"contact": {"phone_number": "+84912345678", "first_name": "A"}}, "+84912345678"),
    ],
)
def test_a_contact_or_a_place_that_is_shared_is_as_good_as_typed(content: dict[str, Any], text: str) -> None:
    said = heard(**content)
    assert said is not None
    assert (said.kind, said.text) == ("text", text)


def test_a_moving_picture_is_no_file_though_it_carries_one() -> None:
    picture = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1, "duration": 1}
    said = heard(animation=picture, document=people.document("f", "a.mp4", "video/mp4", 9))
    assert said is not None
    assert said.kind == "other"
    assert said.media == ()


def test_a_kind_that_does_not_exist_yet_is_other() -> None:
    message = people.message(7, 1, hologram={"file_id": "f"})
    said = read({"update_id": 1, "message": message}, ME)
    assert said is not None
    assert said.kind == "other"


@pytest.mark.parametrize(
    "service",
    [
        {"new_chat_members": [people.person(8)]},
        {"left_chat_member": people.person(8)},
        {"new_chat_title": "Nhóm mới"},
        {"group_chat_created": True},
        {"migrate_to_chat_id": -1002},
        {"migrate_from_chat_id": -5},
        {"pinned_message": people.message(GROUP, 3, text="ghim")},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}},
        {"video_chat_started": {}},
    ],
)
def test_what_a_chat_tells_of_itself_is_nobodys_message(service: dict[str, Any]) -> None:
    assert heard(chat=GROUP, **service) is None


def test_the_largest_photo_that_we_take_is_taken() -> None:
    sizes = [
        {"file_id": name, "file_unique_id": name, "width": w, "height": w, "file_size": size}
        for name, w, size in (
            ("s", 90, 900),
            ("l", 1280, 9_000_000),
            ("xl", 4000, 12_000_000),
            ("m", 320, 9000),
        )
    ]
    said = heard(photo=sizes, caption="  nhãn gạo ")
    assert said is not None
    assert [(m.reference, m.type, m.size) for m in said.media] == [("l", "image/jpeg", 9_000_000)]
    assert said.text == "nhãn gạo"


def test_a_document_comes_with_name_type_and_size() -> None:
    said = heard(document=people.document("f1", "Điều\u202e lệ.docx", "application/msword", 5))
    assert said is not None
    (media,) = said.media
    assert (media.reference, media.name, media.type, media.size) == (
        "f1",
        "Điều lệ.docx",
        "application/msword",
        5,
    )


def test_an_edited_message_is_marked() -> None:
    said = heard("edited_message", text="sửa rồi", edit_date=5)
    assert said is not None
    assert said.edited
    assert said.text == "sửa rồi"


def test_a_place_that_moves_is_not_a_message_every_few_seconds() -> None:
    assert heard("edited_message", location={"latitude": 1.5, "longitude": 2.5}, edit_date=5) is None


@pytest.mark.parametrize("text", ["/start loan_2026", "/start", "/help me"])
def test_a_command_stays_as_typed(text: str) -> None:
    said = heard(text=text)
    assert said is not None
    assert said.text == text


def test_the_bots_name_on_a_command_is_dropped() -> None:
    said = heard(text=f"/start{NAME} loan")
    assert said is not None
    assert said.text == "/start loan"


def test_an_address_is_not_a_mention() -> None:
    said = heard(text=f"gửi về a{NAME}.vn")
    assert said is not None
    assert said.text == f"gửi về a{NAME}.vn"


@pytest.mark.parametrize(
    ("typed", "text", "mentioned"),
    [
        ("hỏi chuyện khác", "hỏi chuyện khác", False),
        (f"{NAME} vay vốn thế nào?", "vay vốn thế nào?", True),
        (f"vay vốn {NAME.upper()} thế nào?", "vay vốn thế nào?", True),
        (f"vay vốn {NAME}", "vay vốn", True),
        (f"a{NAME} thì không", f"a{NAME} thì không", False),
        (f"{NAME}2 là bot khác", f"{NAME}2 là bot khác", False),
        (f"/menu{NAME}", "/menu", True),
        (f"/start{NAME} nhóm", "/start nhóm", True),
        ("/menu@other_bot", "/menu@other_bot", False),
        (f"/menu@other_bot {NAME}", f"/menu@other_bot {NAME}", False),
        ("/menu", "/menu", False),
        ("/menu @", "/menu @", False),
        (NAME, "", True),
    ],
)
def test_in_a_group_it_is_meant_only_by_name(typed: str, text: str, mentioned: bool) -> None:
    assert in_group(typed) == (text, mentioned)


def test_in_a_group_a_reply_to_the_bot_is_meant_for_it() -> None:
    ours = people.message(GROUP, 3, people.BOT, text="chọn đi ạ")
    theirs = people.message(GROUP, 4, people.person(8), text="chọn đi")
    assert in_group("số hai", reply_to_message=ours) == ("số hai", True)
    assert in_group("số hai", reply_to_message=theirs) == ("số hai", False)


def test_a_reply_tells_which_message_it_answers() -> None:
    card = people.message(7, 3, people.BOT, text="Việc số 1")
    said = heard(text="mai em gọi lại", reply_to_message=card)
    plain = heard(text="mai em gọi lại")
    assert said is not None
    assert plain is not None
    assert (said.replies_to, plain.replies_to) == ("3", "")


def test_in_a_group_a_linked_word_can_mention_it() -> None:
    linked = [{"type": "text_mention", "offset": 0, "length": 2, "user": people.BOT}]
    other = [{"type": "text_mention", "offset": 0, "length": 2, "user": people.person(8)}]
    assert in_group("em ơi", entities=linked) == ("em ơi", True)
    assert in_group("em ơi", entities=other) == ("em ơi", False)


def test_in_a_group_a_caption_can_mention_it() -> None:
    said = heard(chat=GROUP, photo=people.photo_sizes("f", 9), caption=f"{NAME} nhãn này đúng chưa")
    assert said is not None
    assert (said.text, said.mentioned) == ("nhãn này đúng chưa", True)


def test_other_bots_and_channels_are_not_listened_to() -> None:
    bot = {"id": 99, "is_bot": True, "first_name": "Bot"}
    assert heard(chat=GROUP, sender=bot, text="xin chào") is None
    post = people.message(7, 1, text="tin")
    post["chat"] = {"id": -5, "type": "channel", "title": "Kênh"}
    assert read({"update_id": 1, "channel_post": post}, ME) is None
    assert read({"update_id": 1, "message": post}, ME) is None
    del post["from"]
    assert read({"update_id": 1, "message": post}, ME) is None


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("member", "kicked", "left"),
        ("kicked", "member", "joined"),
        ("left", "member", "joined"),
        ("administrator", "left", "left"),
        ("left", "kicked", None),
        ("member", "administrator", None),
    ],
)
def test_blocking_and_coming_back(before: str, after: str, kind: str | None) -> None:
    change = people.membership(7, people.person(7), before, after)
    said = read({"update_id": 1, "my_chat_member": change}, ME)
    assert (said and said.kind) == kind
    if said:
        assert (said.chat, said.text) == ("7", "")


def test_a_tap_without_a_message_or_data_is_nothing_but_is_answered() -> None:
    inline = {
        "id": "q",
        "from": people.person(7),
        "chat_instance": "1",
        "data": "x",
        "inline_message_id": "i",
    }
    game = {"id": "q", "from": people.person(7), "chat_instance": "1", "message": people.message(7, 1)}
    for query in (inline, game):
        update = {"update_id": 1, "callback_query": query}
        assert read(update, ME) is None
        assert query_id(update) == "q"


def test_a_tap_on_a_message_that_is_too_old_to_be_shown_is_a_tap() -> None:
    query = people.tap("q", people.person(7), {"chat": people.chat(7), "message_id": 1, "date": 0}, "menu")
    said = read({"update_id": 1, "callback_query": query}, ME)
    assert said is not None
    assert (said.kind, said.chat, said.data) == ("tap", "7", "menu")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b\x1b[31mc\r", "ab[31mc"),
        ("\u202egnp.exe", "gnp.exe"),
        ("nửa \ud800 chữ", "nửa  chữ"),
        ("hoa\u0300", "hoà"),
        ("<b>đậm</b> *sao* '; DROP TABLE people; --", "<b>đậm</b> *sao* '; DROP TABLE people; --"),
        ("x" * 10_000, "x" * 4096),
        ("   ", ""),
    ],
)
def test_text_is_cleaned_and_not_read_as_anything(typed: str, kept: str) -> None:
    said = read({"update_id": 1, "message": people.message(7, 1, text=typed)}, ME)
    assert said is not None
    assert said.text == kept


def test_a_name_is_cleaned_too() -> None:
    said = heard(text="a", sender=people.person(7, name="<b>An</b> \u202eA\x00" + "n" * 999))
    assert said is not None
    assert said.name.startswith("<b>An</b> An")
    assert len(said.name) == 256


def test_data_that_somebody_forged_can_be_kept_by_a_database() -> None:
    query = people.tap("q", people.person(7), people.message(7, 1), "\x00\ud800" + "x" * 999)
    said = read({"update_id": 1, "callback_query": query}, ME)
    assert said is not None
    said.data.encode()
    assert "\x00" not in said.data
    assert len(said.data) <= 64


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["chat", "from", "id", "type", "is_bot", "text", "photo", "data", "message", "status"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from(UPDATES), _JSON)
def test_whatever_comes_it_is_read_or_unreadable(kind: str, content: Any) -> None:
    try:
        said = read({"update_id": 1, kind: content}, ME)
    except UnreadableError:
        return
    if said:
        said.to_json().encode()


async def test_a_person_who_blocks_and_comes_back(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.block(7)
        api.unblock(7)
        await bot.ears.hear(2)
    assert [said.kind for said in bot.ears.heard] == ["left", "joined"]


async def test_a_deep_link_arrives_with_its_payload(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.start(7, "loan_2026")
        (said,) = await bot.ears.hear()
    assert (said.kind, said.text) == ("text", "/start loan_2026")


async def test_photos_and_files_can_be_fetched(tmp_path: Path) -> None:
    picture, paper = b"\xff\xd8" + bytes(range(256)) * 4000, b"%PDF-1.7 " + bytes(300_000)
    async with running_bot_api(FakeBotApi()) as api, polling(api, tmp_path) as bot:
        api.photo(7, picture, "nhãn")
        api.document(7, paper, "Điều lệ.pdf", "application/pdf")
        photo, document = await bot.ears.hear(2)
        assert await bot.channel.fetch(photo.media[0]) == picture
        assert await bot.channel.fetch(document.media[0]) == paper
    assert (photo.kind, photo.text, document.kind) == ("photo", "nhãn", "file")
    assert (document.media[0].name, document.media[0].size) == ("Điều lệ.pdf", len(paper))
