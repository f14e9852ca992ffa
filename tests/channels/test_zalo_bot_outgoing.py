"""What a message becomes at Zalo: texts in parts, numbered menus, pictures by address, files as links."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import aiohttp
import pytest

from bot.channels.links import FILE_LIVES
from bot.channels.zalo_bot.outgoing import PICTURE_LIVES
from bot.chat import Button, Media, Outgoing
from bot.errors import Refused
from tests.channels.zalo_bot import make, picture, polling, serving
from tests.fakes.zalo_bot_api import LONGEST, running_zalo_bot

PDF = b"%PDF-1.7\n%a paper\n"


async def test_a_text_goes_out_as_it_is_with_the_bold_of_articles_plain(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, polling(zalo, tmp_path) as bot:
        zalo.meet("an")
        identity = await bot.channel.send("an", Outgoing("Có **36 tháng**, <b>An</b> 🌾"))
    assert zalo.sent == [("an", "sendMessage", {"chat_id": "an", "text": "Có 36 tháng, <b>An</b> 🌾"})]
    assert identity


async def test_buttons_become_numbered_lines(tmp_path: Path) -> None:
    buttons = (Button("Đúng", "right"), Button("Sai", "wrong"), Button("Nguồn", url="https://vbpl.vn/1"))
    async with running_zalo_bot() as zalo, polling(zalo, tmp_path) as bot:
        zalo.meet("an")
        await bot.channel.send("an", Outgoing("Được chưa ạ?", buttons))
        lines = (await zalo.reply("an")).text.splitlines()
    assert not bot.channel.policy.buttons
    assert lines[0] == "Được chưa ạ?"
    assert [line for line in lines if line.startswith(("1", "2"))] == ["1. Đúng", "2. Sai"]
    assert "Nguồn: https://vbpl.vn/1" in lines


async def test_a_long_text_goes_in_parts_cut_between_sentences(tmp_path: Path) -> None:
    sentence = "Hợp tác xã được thành lập theo Luật số 17 năm 2023."
    text = " ".join([sentence] * 120)
    async with running_zalo_bot() as zalo, polling(zalo, tmp_path) as bot:
        zalo.meet("an")
        await bot.channel.send("an", Outgoing(text, (Button("Hỏi tiếp", "more"),)))
    parts = [sent.text for sent in zalo.to("an")]
    assert len(parts) == 4
    assert all(part.endswith(".") for part in parts[:-1])
    assert parts[-1].endswith("1. Hỏi tiếp")
    assert " ".join(parts).startswith(text)


@pytest.mark.parametrize("letter", [unicodedata.normalize("NFD", "ệ"), "👨\u200d👩\u200d👧", "👍🏿", "🇻🇳"])
async def test_no_letter_is_parted_at_the_split(tmp_path: Path, letter: str) -> None:
    async with running_zalo_bot() as zalo, polling(zalo, tmp_path) as bot:
        zalo.meet("an")
        for lead in range(4):
            await bot.channel.send("an", Outgoing("a" * lead + letter * 1500))
    parts = [sent.text.lstrip("a") for sent in zalo.to("an")]
    assert len(parts) > 4
    assert all(part == letter * (len(part) // len(letter)) for part in parts)


async def test_a_text_of_the_longest_length_is_one_message(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, polling(zalo, tmp_path) as bot:
        zalo.meet("an")
        for count in (LONGEST, LONGEST + 1):
            await bot.channel.send("an", Outgoing("n" * count))
    assert [len(sent.text) for sent in zalo.sent] == [LONGEST, LONGEST, 1]


async def test_a_picture_is_fetched_by_zalo_from_a_link_that_ends(tmp_path: Path) -> None:
    now = [1_000_000.0]
    async with running_zalo_bot() as zalo, serving(zalo, tmp_path, clock=lambda: now[0]) as bot:
        zalo.meet("an")
        media = bot.media.put(picture(), "vé.jpg")
        await bot.channel.send("an", Outgoing("Vé của anh/chị", (Button("Tốt", "ok"),), photo=media))
        (sent,) = zalo.sent
        assert (sent.method, sent.text.splitlines()[0]) == ("sendPhoto", "Vé của anh/chị")
        assert "1. Tốt" in sent.text
        (got,) = zalo.fetched
        assert (got.type, got.content) == ("image/jpeg", bot.media.read(media.reference))
        now[0] += PICTURE_LIVES.total_seconds() - 1
        assert (await _get(sent.body["photo"]))[0] == 200
        now[0] += 1
        assert (await _get(sent.body["photo"]))[0] == 410


async def test_a_caption_that_is_too_long_follows_as_messages(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, serving(zalo, tmp_path) as bot:
        zalo.meet("an")
        media = bot.media.put(picture())
        for count in (LONGEST, LONGEST + 1):
            await bot.channel.send("an", Outgoing("n" * count, photo=media))
    assert [(sent.method, len(sent.text)) for sent in zalo.sent] == [
        ("sendPhoto", LONGEST),
        ("sendPhoto", 0),
        ("sendMessage", LONGEST),
        ("sendMessage", 1),
    ]


async def test_a_file_is_a_line_with_a_link_under_which_it_has_its_name(tmp_path: Path) -> None:
    now = [1_000_000.0]
    async with running_zalo_bot() as zalo, serving(zalo, tmp_path, clock=lambda: now[0]) as bot:
        zalo.meet("an")
        media = bot.media.put(PDF, "điều lệ.pdf")
        await bot.channel.send("an", Outgoing("Điều lệ đây ạ", (Button("Cảm ơn", "thanks"),), file=media))
        (sent,) = zalo.sent
        words, line, *menu = [line for line in sent.text.splitlines() if line]
        assert (sent.method, words, menu) == ("sendMessage", "Điều lệ đây ạ", ["1. Cảm ơn"])
        name, _, link = line.partition(": ")
        assert name == "điều lệ.pdf"
        status, headers, content = await _get(link)
        assert (status, content, headers["Content-Type"]) == (200, PDF, "application/pdf")
        assert headers["Content-Disposition"] == (
            "attachment; filename*=UTF-8''%C4%91i%E1%BB%81u%20l%E1%BB%87.pdf"
        )
        assert headers["X-Content-Type-Options"] == "nosniff"
        now[0] += FILE_LIVES.total_seconds()
        assert (await _get(link))[0] == 410


async def test_a_picture_that_zalo_cannot_fetch_goes_out_as_a_link(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_zalo_bot() as zalo, serving(zalo, tmp_path) as bot:
        zalo.meet("an")
        media = bot.media.put(picture(), "vé.jpg")
        zalo.fail("sendPhoto", 400, "Bad request: the photo cannot be fetched")
        await bot.channel.send("an", Outgoing("Vé của anh/chị", photo=media))
        (sent,) = zalo.sent
        assert sent.method == "sendMessage"
        words, line = sent.text.splitlines()
        assert words == "Vé của anh/chị"
        assert (await _get(line.partition(": ")[2]))[0] == 200
    assert "goes out as a link" in caplog.text


async def test_a_picture_of_a_kind_that_zalo_may_not_show_goes_out_as_a_link(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, serving(zalo, tmp_path) as bot:
        zalo.meet("an")
        media = bot.media.put(picture(kind="WEBP"), "ảnh.webp")
        await bot.channel.send("an", Outgoing("Ảnh", photo=media))
    assert [(sent.method, sent.text.splitlines()[1][:10]) for sent in zalo.sent] == [
        ("sendMessage", "ảnh.webp: ")
    ]


async def test_without_an_address_from_outside_the_words_go_out_alone(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, polling(zalo, tmp_path) as bot:
        zalo.meet("an")
        media = bot.media.put(picture())
        await bot.channel.send("an", Outgoing("Vé của anh/chị", photo=media))
        with pytest.raises(Refused, match="nothing to send"):
            await bot.channel.send("an", Outgoing("", photo=media))
    assert [(sent.method, sent.text) for sent in zalo.sent] == [("sendMessage", "Vé của anh/chị")]


async def test_a_link_that_was_not_given_out_opens_nothing(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, serving(zalo, tmp_path) as bot:
        zalo.meet("an")
        media = bot.media.put(picture())
        await bot.channel.send("an", Outgoing("", photo=media))
        link = zalo.sent[0].body["photo"]
        place, _, token = link.rpartition("/")
        forged = [
            token[1:],
            token[:-12] + "xxxxxxxx.jpg",
            media.reference,
            "x",
            "ê.jpg",
            "..%2f..%2fsecret.key",
        ]
        for one in forged:
            assert (one, (await _get(f"{place}/{one}"))[0]) == (one, 404)
        bot.media.delete(media.reference)
        assert (await _get(link))[0] == 404


@pytest.mark.parametrize(
    "message",
    [
        Outgoing(""),
        Outgoing("  \n "),
        Outgoing("Vé", photo=Media(f"{'0' * 64}.jpg")),
        Outgoing("Vé", file=Media("../../etc/passwd")),
    ],
)
async def test_what_cannot_be_said_is_refused(tmp_path: Path, message: Outgoing) -> None:
    async with running_zalo_bot() as zalo, serving(zalo, tmp_path) as bot:
        zalo.meet("an")
        with pytest.raises(Refused):
            await bot.channel.send("an", message)
    assert zalo.sent == []


async def test_nothing_that_was_said_is_changed_or_taken_back(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, polling(zalo, tmp_path) as bot:
        assert (bot.channel.policy.edits, bot.channel.policy.deletes) == (False, False)
        with pytest.raises(Refused):
            await bot.channel.edit("an", "1", Outgoing("khác"))
        with pytest.raises(Refused):
            await bot.channel.delete("an", "1")


async def test_it_can_say_something_without_ever_having_listened(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo:
        channel = make(zalo, tmp_path)
        zalo.meet("an")
        await channel.send("an", Outgoing("nhắc việc"))
        await channel.close()
        assert (await zalo.reply("an")).text == "nhắc việc"


async def test_typing_is_shown_and_may_fail(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo, polling(zalo, tmp_path) as bot:
        zalo.meet("an")
        await bot.channel.typing("an")
        await bot.channel.typing("nobody")
        zalo.drop("sendChatAction", after=False)
        await bot.channel.typing("an")
    assert [one.chat for one in zalo.actions] == ["an"]
    assert zalo.calls["sendChatAction"] == 3


async def _get(url: str) -> tuple[int, dict[str, str], bytes]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, dict(response.headers), await response.read()
