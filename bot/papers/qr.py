"""A QR code alone, with a line under it."""

from __future__ import annotations

from PIL import Image, ImageDraw

from bot.papers import Read
from bot.papers.drawing import INK, PAPER, block, png
from bot.papers.drawing import qr as code
from bot.papers.values import Qr

_SIDE = 800


def qr(values: Qr, read: Read) -> bytes:
    label = block(values.get("label", ""), "Medium", (44, 38, 32), INK, _SIDE - 80, 3)
    image = Image.new("RGB", (_SIDE, _SIDE + (label.height + 24 if label.lines else 0)), PAPER)
    picture = code(values["url"], _SIDE - 40)
    image.paste(picture, ((_SIDE - picture.width) // 2, (_SIDE - picture.height) // 2))
    label.draw(ImageDraw.Draw(image), (0, _SIDE - 24), centred=_SIDE)
    return png(image)
