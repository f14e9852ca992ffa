"""A product's card, made to be shared: what it is, whose, what it costs, and a code that leads to its page."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageOps

from bot.errors import MediaError
from bot.papers import Read
from bot.papers.drawing import (
    EDGE,
    GREEN,
    GROUND,
    INK,
    PAPER,
    SOFT,
    WIDTH,
    block,
    jpeg,
    qr,
    readable,
    ribbon,
    rounded,
    stars,
)
from bot.papers.values import Card

_HEIGHT = 1350
_MARGIN = 56
#: The picture's lower edge, and the upper edge of the strip with price and code.
_PICTURE, _STRIP = 590, 970
_CODE = 264


def card(values: Card, read: Read) -> bytes:
    image = Image.new("RGB", (WIDTH, _HEIGHT), GROUND)
    pen = ImageDraw.Draw(image)
    photo = _photo(values.get("photo", ""), read)
    if photo:
        image.paste(photo, (0, 0))
        _about(image, values, _PICTURE + 28, name=True)
    else:
        pen.rectangle((0, 0, WIDTH, _PICTURE), GREEN)
        inside = WIDTH - 2 * _MARGIN
        name = block(values["product"], "SemiBold", (104, 92, 80, 68, 56), PAPER, inside, 5, _PICTURE - 180)
        name.draw(pen, (_MARGIN, 60 + (_PICTURE - 60 - name.height) // 2))
        _about(image, values, _PICTURE + 28, name=False)
    if readable(values.get("price", "") + values.get("pack", "")) or values.get("url"):
        _strip(image, values)
    else:
        image = image.crop((0, 0, WIDTH, _STRIP))
    ribbon(image, values.get("example", ""), WIDTH)
    return jpeg(image)


def _photo(reference: str, read: Read) -> Image.Image | None:
    """The photo cut to its place; None where it is not here any more."""
    if not reference:
        return None
    try:
        data = read(reference)
    except MediaError:
        return None
    with Image.open(io.BytesIO(data)) as opened:
        opened.draft("RGB", (WIDTH, _PICTURE))  # a large JPEG is decoded no larger than it is needed
        return ImageOps.fit(_on_paper(opened), (WIDTH, _PICTURE))


def _on_paper(opened: Image.Image) -> Image.Image:
    if not opened.has_transparency_data:
        return opened.convert("RGB")
    layer = opened.convert("RGBA")
    ground = Image.new("RGB", layer.size, PAPER)
    ground.paste(layer, mask=layer)
    return ground


def _about(image: Image.Image, values: Card, top: int, *, name: bool) -> None:
    """Name, stars, cooperative and place, each given what the others leave."""
    pen = ImageDraw.Draw(image)
    inside = WIDTH - 2 * _MARGIN
    room = _STRIP - 20 - top
    count = max(0, min(5, values.get("stars", 0)))
    place = block(values.get("place", ""), "Regular", (36, 32), SOFT, inside, 1 if name else 2)
    whose = block(values["cooperative"], "Medium", (42, 38, 34), INK, inside, 2)
    room -= place.height + whose.height + (60 if count else 0)
    y = top
    if name:
        sizes = (72, 64, 56, 48, 42, 38)
        y = block(values["product"], "SemiBold", sizes, INK, inside, 3, room).draw(pen, (_MARGIN, y))
    if count:
        right = stars(image, (_MARGIN, y + 6), count, 44)
        block("OCOP", "SemiBold", (34,), SOFT, 200, 1).draw(pen, (right + 8, y + 6))
        y += 60
    y = whose.draw(pen, (_MARGIN, y))
    place.draw(pen, (_MARGIN, y))


def _strip(image: Image.Image, values: Card) -> None:
    """Price and pack at the left, the code at the right."""
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, _STRIP, WIDTH, _HEIGHT), PAPER)
    pen.line((0, _STRIP, WIDTH, _STRIP), EDGE, 2)
    inside = WIDTH - 2 * _MARGIN
    url = values.get("url", "")
    if url:
        code = qr(url, _CODE)
        frame = _CODE + 16
        left, top = WIDTH - _MARGIN - frame, _STRIP + 50
        rounded(image, (left, top, left + frame, top + frame), 20, EDGE)
        rounded(image, (left + 3, top + 3, left + frame - 3, top + frame - 3), 17, PAPER)
        image.paste(code, (left + (frame - code.width) // 2, top + (frame - code.height) // 2))
        inside = left - 2 * _MARGIN
    price = block(values.get("price", ""), "SemiBold", (72, 64, 56, 48, 40), GREEN, inside, 2)
    pack = block(values.get("pack", ""), "Regular", (40, 36, 32), INK, inside, 2)
    scan = block(values.get("scan", "") if url else "", "Medium", (34, 30), SOFT, inside, 2)
    y = _STRIP + max(20, (_HEIGHT - _STRIP - price.height - pack.height - scan.height - 24) // 2)
    y = price.draw(pen, (_MARGIN, y))
    y = pack.draw(pen, (_MARGIN, y))
    if readable(values.get("scan", "")):
        scan.draw(pen, (_MARGIN, y + 24))
