"""A ticket, shown on a phone at an entrance: what, where, when, for whom, and the code that checks it in."""

from __future__ import annotations

from PIL import Image, ImageDraw

from bot.papers import Read
from bot.papers.drawing import (
    EDGE,
    GREEN,
    GROUND,
    INK,
    PAPER,
    SOFT,
    TINT,
    WARN,
    WARN_GROUND,
    WIDTH,
    Block,
    Colour,
    block,
    disc,
    png,
    qr,
    readable,
    ribbon,
    rounded,
)
from bot.papers.values import Ticket

_MARGIN = 40
_INSIDE = WIDTH - 2 * (_MARGIN + 48)
_LEFT = _MARGIN + 48
_CODE = 400
_RIBBON = 64
#: Letters and ground of the state, by its tone; `off` is what does not let in any more.
_TONES: dict[str, tuple[Colour, Colour]] = {
    "good": (GREEN, TINT),
    "waiting": (WARN, WARN_GROUND),
    "off": (PAPER, SOFT),
}


def ticket(values: Ticket, read: Read) -> bytes:
    heading = block(values["heading"], "Medium", (38, 34), TINT, _INSIDE, 1)
    event = block(values["event"], "SemiBold", (68, 60, 52, 46, 40), PAPER, _INSIDE, 4)
    rows = [
        (
            block(label, "Regular", (32,), SOFT, _INSIDE, 1),
            block(value, "Medium", (44, 38, 34), INK, _INSIDE, 4),
        )
        for label, value in values["rows"]
        if readable(value)
    ]
    upper = _MARGIN + (_RIBBON if readable(values.get("example", "")) else 0)
    head = 44 + heading.height + 8 + event.height + 44
    body = 44 + sum(label.height + value.height + 26 for label, value in rows)
    foot = 500 if values.get("url") else 230
    image = Image.new("RGB", (WIDTH, upper + head + body + foot + _MARGIN), GROUND)
    pen = ImageDraw.Draw(image)
    top, tear = upper + head, upper + head + body
    rounded(image, (_MARGIN, upper, WIDTH - _MARGIN, tear + foot), 36, PAPER)
    rounded(image, (_MARGIN, upper, WIDTH - _MARGIN, top), 36, GREEN)
    pen.rectangle((_MARGIN, top - 40, WIDTH - _MARGIN - 1, top - 1), GREEN)
    y = heading.draw(pen, (_LEFT, upper + 44))
    event.draw(pen, (_LEFT, y + 8))
    y = top + 36
    for label, value in rows:
        y = value.draw(pen, (_LEFT, label.draw(pen, (_LEFT, y)))) + 26
    _tear(image, tear)
    _foot(image, values, tear, foot)
    ribbon(image, values.get("example", ""), WIDTH)
    return png(image)


def _tear(image: Image.Image, y: int) -> None:
    """Where the lower part would be torn off."""
    pen = ImageDraw.Draw(image)
    for x in range(_LEFT, WIDTH - _LEFT, 28):
        pen.line((x, y, x + 14, y), EDGE, 3)
    for x in (_MARGIN, WIDTH - _MARGIN):
        disc(image, (x, y), 26, GROUND)


def _foot(image: Image.Image, values: Ticket, top: int, height: int) -> None:
    """The code at the left, number and state beside it."""
    pen = ImageDraw.Draw(image)
    left = _LEFT
    if url := values.get("url", ""):
        code = qr(url, _CODE)
        image.paste(code, (_LEFT - 16, top + (height - code.height) // 2))
        left = _LEFT + _CODE + 24
    width = WIDTH - _LEFT - left
    label = block(values["number_label"], "Regular", (32,), SOFT, width, 2)
    number = block(values["number"], "SemiBold", (64, 56, 48, 40, 34), INK, width, 2)
    ink, ground = _TONES[values.get("tone", "good")]
    state = block(values.get("state", ""), "SemiBold", (36, 32), ink, width - 56, 2)
    scan = block(values.get("scan", "") if url else "", "Medium", (34, 30), SOFT, width, 3)
    parts = label.height + number.height + _tall(state, 44) + _tall(scan, 24)
    y = top + max(24, (height - parts) // 2)
    y = number.draw(pen, (left, label.draw(pen, (left, y))))
    if state.lines:
        y += 20
        rounded(image, (left, y, left + state.width + 56, y + state.height + 24), 30, ground)
        y = state.draw(pen, (left + 28, y + 12)) + 12
    scan.draw(pen, (left, y + 24))


def _tall(part: Block, more: int) -> int:
    return part.height + more if part.lines else 0
