"""What a message becomes at Zalo: texts in parts, menus or buttons, pictures and files that fit."""

from __future__ import annotations

import io
import random
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from bot.chat import Button, Media, Outgoing
from bot.errors import Refused, Unavailable
from tests.channels.zalo_oa_bot import PUBLIC, official
from tests.fakes.zalo_oa_api import TEXT, running_zalo_oa

PERSON = "7001"
CHOICE = (Button("Đúng", "form:right"), Button("Sai", "form:wrong"), Button("Nguồn", url="https://vbpl.vn/1"))


def picture(side: int, form: str = "PNG", *, noisy: bool = False) -> bytes:
    image = Image.new("RGB", (side, side), "green")
    if noisy:
        image = Image.frombytes("RGB", (side, side), random.Random(side).randbytes(side * side * 3))
    written = io.BytesIO()
    image.save(written, form)
    return written.getvalue()


async def test_a_message_goes_out_as_plain_text(tmp_path: Path) -> None:
    text = "Có **36 tháng**, từ **ngày cấp**. 2 ** 3 <b>x</b>"
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.meets(PERSON)
        identity = await bot.channel.send(PERSON, Outgoing(text))
        sent = await zalo.reply(PERSON)
    assert identity == sent.message_id
    assert sent.message == {"text": "Có 36 tháng, từ ngày cấp. 2 ** 3 <b>x</b>"}


async def test_choices_are_a_numbered_menu_where_buttons_are_off(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.meets(PERSON)
        await bot.channel.send(PERSON, Outgoing("Được chưa ạ?", CHOICE))
        sent = await zalo.reply(PERSON)
        assert not bot.channel.policy.buttons
    assert sent.buttons == {}
    for line in ("Được chưa ạ?", "1. Đúng", "2. Sai", "https://vbpl.vn/1"):
        assert line in sent.text


async def test_buttons_that_are_on_can_be_tapped(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path, zalo_oa_buttons=True) as bot:
        zalo.meets(PERSON)
        await bot.channel.send(PERSON, Outgoing("Được chưa ạ?", CHOICE))
        sent = await zalo.reply(PERSON)
        zalo.taps(PERSON, "Sai")
        (said,) = await bot.ears.hear()
        assert bot.channel.policy.buttons
    assert sent.text == "Được chưa ạ?"
    assert sent.buttons == {"Đúng": "#form:right", "Sai": "#form:wrong", "Nguồn": "https://vbpl.vn/1"}
    assert (said.kind, said.data) == ("tap", "form:wrong")


@pytest.mark.parametrize(
    "buttons",
    [
        tuple(Button(f"Mục {n}", f"start:{n}") for n in range(6)),
        (Button("x" * 101, "start:x"),),
        (Button("Trang", url="http://localhost:8080/"),),
    ],
)
async def test_buttons_that_zalo_would_not_show_are_a_menu(
    tmp_path: Path, buttons: tuple[Button, ...]
) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path, zalo_oa_buttons=True) as bot:
        zalo.meets(PERSON)
        await bot.channel.send(PERSON, Outgoing("Chọn:", buttons))
        sent = await zalo.reply(PERSON)
    assert sent.buttons == {}
    assert all(button.label in sent.text for button in buttons)


async def test_a_long_text_goes_in_parts_and_the_choices_stand_under_the_last(tmp_path: Path) -> None:
    paragraph = ("Hợp tác xã được thành lập theo Luật. " * 20).strip()
    text = "\n\n".join([paragraph] * 7)
    async with running_zalo_oa() as zalo, official(zalo, tmp_path, zalo_oa_buttons=True) as bot:
        zalo.meets(PERSON)
        identity = await bot.channel.send(PERSON, Outgoing(text, CHOICE))
    assert "\n\n".join(zalo.texts(PERSON)) == text
    assert [bool(sent.buttons) for sent in zalo.sent] == [False] * (len(zalo.sent) - 1) + [True]
    assert all(len(part) <= TEXT for part in zalo.texts(PERSON))
    assert identity == zalo.sent[-1].message_id


async def test_a_picture_goes_with_its_words_and_is_uploaded_once(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        photo = bot.media.put(picture(40), "thẻ.png")
        zalo.meets(PERSON)
        for _ in range(3):
            await bot.channel.send(PERSON, Outgoing("Thẻ của anh/chị", photo=photo))
    assert [(sent.text, sent.photo) for sent in zalo.sent] == [
        ("Thẻ của anh/chị", bot.media.read(photo.reference))
    ] * 3
    assert zalo.calls["image"] == 1


async def test_an_upload_that_zalo_forgot_is_done_again(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        photo = bot.media.put(picture(40), "thẻ.png")
        zalo.meets(PERSON)
        await bot.channel.send(PERSON, Outgoing("một", photo=photo))
        zalo.forgets_uploads()
        await bot.channel.send(PERSON, Outgoing("hai", photo=photo))
    assert [bool(sent.photo) for sent in zalo.sent] == [True, True]
    assert zalo.calls["image"] == 2


@pytest.mark.parametrize(("form", "noisy"), [("PNG", True), ("WEBP", False)])
async def test_a_picture_that_zalo_would_not_take_is_made_to_fit(
    tmp_path: Path, form: str, noisy: bool
) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        photo = bot.media.put(picture(1200, form, noisy=noisy), "to")
        zalo.meets(PERSON)
        await bot.channel.send(PERSON, Outgoing("", photo=photo))
        (sent,) = zalo.sent
    assert sent.photo is not None
    assert sent.photo.startswith(b"\xff\xd8\xff")
    assert len(sent.photo) <= 1024**2


async def test_a_picture_with_buttons_or_a_long_text_comes_first(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path, zalo_oa_buttons=True) as bot:
        photo = bot.media.put(picture(40), "thẻ.png")
        zalo.meets(PERSON)
        await bot.channel.send(PERSON, Outgoing("Đúng chưa ạ?", CHOICE, photo=photo))
        await bot.channel.send(PERSON, Outgoing("Dài. " * 500, photo=photo))
    shapes = [(bool(sent.photo), bool(sent.text), bool(sent.buttons)) for sent in zalo.sent]
    photo_alone, words = (True, False, False), (False, True, False)
    assert shapes == [photo_alone, (False, True, True), photo_alone, words, words]


async def test_a_pdf_goes_as_a_file_with_its_name_and_then_the_words(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        file = bot.media.put(b"%PDF-1.7 ...", "Vé hội chợ.pdf")
        zalo.meets(PERSON)
        await bot.channel.send(PERSON, Outgoing("Vé đây ạ", file=file))
    assert [(sent.text, sent.file) for sent in zalo.sent] == [
        ("", ("Vé hội chợ.pdf", b"%PDF-1.7 ...")),
        ("Vé đây ạ", None),
    ]


async def test_a_file_that_zalo_does_not_take_goes_as_an_address(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        entry = bot.media.keep("a" * 64 + ".ics", lambda: b"BEGIN:VCALENDAR", "Hội chợ.ics")
        large = replace(bot.media.put(b"%PDF-1.7 ...", "Lớn.pdf"), size=6 * 1024**2)
        zalo.meets(PERSON)
        for file in (entry, large):
            await bot.channel.send(PERSON, Outgoing("Lịch đây ạ", file=file))
    said = [text.splitlines() for text in zalo.texts(PERSON)]
    assert [words for words, _ in said] == ["Lịch đây ạ"] * 2
    for file, (_, line) in zip((entry, large), said, strict=True):
        name, _, address = line.partition(": ")
        assert name == file.name
        assert address.startswith(f"{PUBLIC}/m/")
        assert address.endswith(file.reference[64:])


async def test_what_is_not_in_the_store_or_empty_is_refused(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        zalo.meets(PERSON)
        gone = [Media("c" * 64 + ending) for ending in (".png", ".pdf", ".ics")]
        for message in (
            Outgoing("x", photo=gone[0]),
            *(Outgoing("x", file=file) for file in gone[1:]),
            Outgoing(""),
        ):
            with pytest.raises(Refused):
                await bot.channel.send(PERSON, message)
    assert zalo.sent == []


async def test_an_upload_whose_answer_is_lost_may_be_tried_again(tmp_path: Path) -> None:
    async with running_zalo_oa() as zalo, official(zalo, tmp_path) as bot:
        photo = bot.media.put(picture(40), "thẻ.png")
        zalo.meets(PERSON)
        zalo.drops("image", after=True)
        with pytest.raises(Unavailable):
            await bot.channel.send(PERSON, Outgoing("Thẻ", photo=photo))
        await bot.channel.send(PERSON, Outgoing("Thẻ", photo=photo))
    assert zalo.texts(PERSON) == ["Thẻ"]
