"""What a message becomes at Telegram: texts, keyboards, uploads."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from bot.channels.telegram.outgoing import calls, keyboard
from bot.chat import Button, Media, Outgoing
from bot.errors import Refused, RetryAfter, Unknown
from bot.media import MediaStore
from tests.channels.telegram_bot import make, polling
from tests.fakes.bot_api import running_bot_api


async def test_a_message_goes_out_as_plain_text_without_preview(tmp_path: Path) -> None:
    text = "<b>An</b> *hỏi* _vay_ [x](https://a.vn) &amp; https://lienminh.vn"
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        identity = await bot.channel.send("7", Outgoing(text))
        sent = await api.reply(7)
    assert identity == str(sent.message_id)
    assert sent.parameters == {"chat_id": 7, "text": text, "link_preview_options": {"is_disabled": True}}


async def test_the_bold_of_an_article_becomes_an_entity_and_no_asterisk_is_seen(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        await bot.channel.send("7", Outgoing("🌾 Có **36 tháng**, từ **ngày cấp**. 2 ** 3 và **"))
        sent = await api.reply(7)
    assert sent.parameters["text"] == "🌾 Có 36 tháng, từ ngày cấp. 2 ** 3 và **"
    text = sent.parameters["text"].encode("utf-16-le")
    bold = [
        text[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le")
        for one in sent.parameters["entities"]
    ]
    assert bold == ["36 tháng", "ngày cấp"]


async def test_a_button_that_was_shown_can_be_tapped(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        buttons = (Button("Đúng", "right"), Button("Sai", "wrong"), Button("Nguồn", url="https://vbpl.vn/1"))
        await bot.channel.send("7", Outgoing("Được chưa ạ?", buttons))
        assert (await api.reply(7)).buttons == {
            "Đúng": "right",
            "Sai": "wrong",
            "Nguồn": "https://vbpl.vn/1",
        }
        api.tap(7, "wrong")
        (said,) = await bot.ears.hear()
    assert (said.kind, said.data) == ("tap", "wrong")


def test_short_buttons_share_a_row_and_long_ones_do_not() -> None:
    labels = [
        "Có",
        "Không",
        "Vay vốn từ Quỹ hỗ trợ phát triển",
        "Lùi",
        "Thêm một lựa chọn dài nữa",
        "Hủy",
        "Sửa",
    ]
    rows = keyboard([Button(label, str(n)) for n, label in enumerate(labels)])
    assert [[key["text"] for key in row] for row in rows] == [
        ["Có", "Không"],
        ["Vay vốn từ Quỹ hỗ trợ phát triển"],
        ["Lùi"],
        ["Thêm một lựa chọn dài nữa"],
        ["Hủy", "Sửa"],
    ]


def test_an_address_that_telegram_would_refuse_goes_into_the_text() -> None:
    message = Outgoing("Xem:", (Button("Trang", url="http://localhost:8080/x"), Button("Thôi", "no")))
    (call,) = calls(7, message)
    assert call.parameters["text"] == "Xem:\nTrang: http://localhost:8080/x"
    assert call.parameters["reply_markup"] == {"inline_keyboard": [[{"text": "Thôi", "callback_data": "no"}]]}


async def test_a_long_text_goes_in_parts_with_the_buttons_on_the_last(tmp_path: Path) -> None:
    paragraph = "Hợp tác xã được thành lập theo Luật. " * 40
    text = "\n\n".join([paragraph.strip()] * 9)
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        identity = await bot.channel.send("7", Outgoing(text, (Button("Hỏi tiếp", "more"),)))
        sent = api.to(7)
    assert len(sent) == 5
    assert "\n\n".join(part.text for part in sent) == text
    assert [bool(part.buttons) for part in sent] == [False, False, False, False, True]
    assert identity == " ".join(str(part.message_id) for part in sent)


async def test_a_photo_is_uploaded_with_its_caption_and_buttons(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        media = bot.media.put(_picture())
        await bot.channel.send("7", Outgoing("Mẫu nhãn", (Button("Tốt", "ok"),), photo=media))
        sent = await api.reply(7)
    assert (sent.method, sent.text, sent.buttons) == ("sendPhoto", "Mẫu nhãn", {"Tốt": "ok"})
    assert sent.uploads["photo"].content == bot.media.read(media.reference)
    assert sent.uploads["photo"].type == "image/jpeg"
    assert len(api.sent) == 1


async def test_a_long_caption_follows_as_a_message_of_its_own(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        media = bot.media.put(_picture())
        for text in ("n" * 1024, "n" * 1025):
            await bot.channel.send("7", Outgoing(text, (Button("Tốt", "ok"),), photo=media))
    assert [(sent.method, len(sent.text), bool(sent.buttons)) for sent in api.sent] == [
        ("sendPhoto", 1024, True),
        ("sendPhoto", 0, False),
        ("sendMessage", 1025, True),
    ]


async def test_a_document_keeps_its_vietnamese_name(tmp_path: Path) -> None:
    paper = b"%PDF-1.7 " + bytes(2_000_000)
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        media = bot.media.put(paper, 'Điều lệ "mẫu"\n2026.pdf')
        await bot.channel.send("7", Outgoing("Điều lệ đây ạ", file=media))
        sent = await api.reply(7)
    upload = sent.uploads["document"]
    assert (sent.method, sent.text) == ("sendDocument", "Điều lệ đây ạ")
    assert (upload.name, upload.type) == ('Điều lệ "mẫu" 2026.pdf', "application/pdf")
    assert upload.content == paper


async def test_a_photo_and_a_file_go_one_after_the_other(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        photo, file = bot.media.put(_picture()), bot.media.put(b"%PDF-1.7 x", "a.pdf")
        await bot.channel.send("7", Outgoing("Cả hai", (Button("Tốt", "ok"),), photo=photo, file=file))
    assert [(sent.method, sent.text, bool(sent.buttons)) for sent in api.sent] == [
        ("sendPhoto", "", False),
        ("sendDocument", "Cả hai", True),
    ]


async def test_the_same_picture_is_uploaded_once(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7, 8, 9)
        media = bot.media.put(_picture())
        await bot.channel.send("7", Outgoing("một", photo=media))
        await bot.channel.send("8", Outgoing("hai", photo=media))
        api.files.clear()
        await bot.channel.send("9", Outgoing("ba", photo=media))
    assert [bool(sent.uploads) for sent in api.sent] == [True, False, True]
    assert api.sent[1].parameters["photo"] == "file-1"


async def test_words_and_buttons_are_changed_where_they_stand(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        identity = await bot.channel.send("7", Outgoing("Họp thứ 7", (Button("Đã nhận", "ack"),)))
        await bot.channel.edit("7", identity, Outgoing("Họp **thứ 6**", (Button("Vâng", "yes"),)))
        (shown,) = api.shown.values()
        assert (shown.text, shown.buttons) == ("Họp thứ 6", {"Vâng": "yes"})
        assert shown.parameters["entities"] == [{"type": "bold", "offset": 4, "length": 5}]
        await bot.channel.edit("7", identity, Outgoing("Họp thứ 6"))
        assert [(one.text, one.buttons) for one in api.shown.values()] == [("Họp thứ 6", {})]
    assert [one.method for one in api.changes] == ["editMessageText"] * 2
    assert len(api.sent) == 1


async def test_of_a_picture_and_of_a_file_the_caption_is_changed(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        photo, file = bot.media.put(_picture()), bot.media.put(b"%PDF-1.7 x", "a.pdf")
        for message in (Outgoing("Ảnh sai", photo=photo), Outgoing("Giấy sai", file=file)):
            identity = await bot.channel.send("7", message)
            await bot.channel.edit("7", identity, replace(message, text="Đúng"))
        assert [(one.method, one.text) for one in api.shown.values()] == [
            ("sendPhoto", "Đúng"),
            ("sendDocument", "Đúng"),
        ]
        await bot.channel.edit("7", identity, Outgoing("", file=file))
        assert [one.text for one in api.shown.values()] == ["Đúng", ""]
    assert [one.method for one in api.changes] == ["editMessageCaption"] * 3


async def test_a_long_caption_below_a_picture_is_changed_and_taken_back_with_it(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        message = Outgoing("n" * 1025, (Button("Tốt", "ok"),), photo=bot.media.put(_picture()))
        identity = await bot.channel.send("7", message)
        await bot.channel.edit("7", identity, replace(message, text="m" * 1025))
        assert [(one.text, bool(one.buttons)) for one in api.shown.values()] == [
            ("", False),
            ("m" * 1025, True),
        ]
        await bot.channel.delete("7", identity)
        assert api.shown == {}


async def test_every_part_of_a_long_text_is_changed_and_taken_back(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        identity = await bot.channel.send("7", Outgoing("\n\n".join(["a" * 4000] * 3)))
        await bot.channel.edit("7", identity, Outgoing("\n\n".join(["a" * 4000, "b" * 4000, "c" * 4000])))
        assert [one.text[0] for one in api.shown.values()] == ["a", "b", "c"]
        await bot.channel.delete("7", identity)
        assert api.shown == {}


async def test_an_identity_has_whole_numbers_of_the_last_parts_however_many_there_are(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        api.begins_at(7, 10**9)
        identity = await bot.channel.send("7", Outgoing("\n\n".join(["a" * 4000] * 8)))
    assert identity.split() == [str(part.message_id) for part in api.sent[-5:]]
    assert len(identity) <= 64


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("a", "b" * 5000, "as many parts"),
        ("\n\n".join(["a" * 4000] * 2), "b", "as many parts"),
        ("a", "", "as many parts"),
        ("a", "photo", "words cannot get a picture"),
        ("photo", "b", "a picture or a file cannot become words"),
    ],
)
async def test_a_change_that_telegram_cannot_show_whole_is_refused_and_changes_nothing(
    tmp_path: Path, old: str, new: str, why: str
) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        photo = bot.media.put(_picture())
        before, after = (
            Outgoing("ảnh", photo=photo) if text == "photo" else Outgoing(text) for text in (old, new)
        )
        identity = await bot.channel.send("7", before)
        with pytest.raises(Refused, match=why):
            await bot.channel.edit("7", identity, after)
    assert api.changes == []


async def test_what_is_as_it_should_be_already_counts_as_done(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        identity = await bot.channel.send("7", Outgoing("Họp thứ 6"))
        for _ in range(2):
            await bot.channel.edit("7", identity, Outgoing("Họp thứ 7"))
        for _ in range(2):
            await bot.channel.delete("7", identity)
    assert api.calls["editMessageText"] == api.calls["deleteMessage"] == 2
    assert [one.method for one in api.changes] == ["editMessageText", "deleteMessage"]


async def test_a_change_that_broke_off_can_be_made_again(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        identity = await bot.channel.send("7", Outgoing("\n\n".join(["a" * 4000] * 2)))
        right = Outgoing("\n\n".join(["b" * 4000] * 2))
        api.slow("editMessageText", 0)
        api.fail("editMessageText", 429, "Too Many Requests: retry after 3", retry_after=3)
        with pytest.raises(RetryAfter):
            await bot.channel.edit("7", identity, right)
        assert [one.text[0] for one in api.shown.values()] == ["b", "a"]
        await bot.channel.edit("7", identity, right)
        assert [one.text[0] for one in api.shown.values()] == ["b", "b"]
        api.drop("deleteMessage", after=True)
        with pytest.raises(Unknown):
            await bot.channel.delete("7", identity)
        await bot.channel.delete("7", identity)
        assert api.shown == {}


async def test_nothing_can_be_taken_back_after_two_days_but_it_can_be_changed(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        identity = await bot.channel.send("7", Outgoing("Họp thứ 6"))
        api.passes(hours=49)
        with pytest.raises(Refused, match=r"nothing back after 48 hours .*can't be deleted for everyone"):
            await bot.channel.delete("7", identity)
        await bot.channel.edit("7", identity, Outgoing("Họp thứ 7"))
        assert [one.text for one in api.shown.values()] == ["Họp thứ 7"]


async def test_what_the_person_has_deleted_cannot_be_changed_and_is_gone(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        identity = await bot.channel.send("7", Outgoing("Họp thứ 6"))
        api.shown.clear()
        with pytest.raises(Refused, match="the message is not there any more"):
            await bot.channel.edit("7", identity, Outgoing("Họp thứ 7"))
        await bot.channel.delete("7", identity)
    assert api.changes == []


@pytest.mark.parametrize("native", ["", "không"])
async def test_of_what_has_no_number_nothing_is_changed(tmp_path: Path, native: str) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        with pytest.raises(Refused, match="not known which"):
            await bot.channel.edit("7", native, Outgoing("b"))
        with pytest.raises(Refused, match="not known which"):
            await bot.channel.delete("7", native)
    assert api.calls["editMessageText"] == api.calls["deleteMessage"] == 0


@pytest.mark.parametrize(
    "message",
    [
        Outgoing(""),
        Outgoing("  \n "),
        Outgoing("", (Button("Có", "y"),)),
        Outgoing("", photo=Media(f"{'0' * 64}.jpg")),
        Outgoing("", photo=Media("../../etc/passwd")),
    ],
)
async def test_what_cannot_be_said_is_refused(tmp_path: Path, message: Outgoing) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        with pytest.raises(Refused):
            await bot.channel.send("7", message)
    assert api.sent == []


async def test_a_chat_that_is_no_number_is_refused(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        with pytest.raises(Refused, match="not a chat"):
            await bot.channel.send("@somebody", Outgoing("chào"))
        await bot.channel.typing("@somebody")
    assert api.actions == []


async def test_it_can_say_something_without_ever_having_listened(tmp_path: Path) -> None:
    async with running_bot_api() as api:
        channel = make(api, tmp_path)
        api.meet(7)
        await channel.send("7", Outgoing("nhắc việc"))
        await channel.close()
        assert (await api.reply(7)).text == "nhắc việc"


async def test_typing_is_shown_and_may_fail(tmp_path: Path) -> None:
    async with running_bot_api() as api, polling(api, tmp_path) as bot:
        api.meet(7)
        await bot.channel.typing("7")
        await bot.channel.typing("404")
        api.drop("sendChatAction", after=False)
        await bot.channel.typing("7")
    assert api.actions == [{"chat_id": 7, "action": "typing"}]
    assert api.calls["sendChatAction"] == 3


def test_a_store_that_lies_elsewhere_is_the_same_store(tmp_path: Path) -> None:
    media = MediaStore(tmp_path).put(_picture())
    assert [call.upload for call in calls(7, Outgoing("", photo=media))] == [media]


def _picture() -> bytes:
    written = io.BytesIO()
    Image.effect_noise((1400, 900), 60).save(written, "JPEG")
    return written.getvalue()
