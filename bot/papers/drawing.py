"""What the pictures share: the colours of the web page, a font with all of Vietnamese, text that never overflows."""

from __future__ import annotations

import io
import math
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Literal

import segno
from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]
Box = tuple[int, int, int, int]
Point = tuple[float, float]
Weight = Literal["Regular", "Medium", "SemiBold"]

#: The light colours of the web page (bot/channels/page/chat.css); each pair that is used holds 4.5:1.
GROUND: Colour = (0xF1, 0xF4, 0xEF)
PAPER: Colour = (0xFF, 0xFF, 0xFF)
INK: Colour = (0x1B, 0x24, 0x1F)
SOFT: Colour = (0x55, 0x61, 0x5A)
EDGE: Colour = (0xD8, 0xDF, 0xD8)
GREEN: Colour = (0x1A, 0x6B, 0x3F)
TINT: Colour = (0xE7, 0xF1, 0xEA)
WARN: Colour = (0x8A, 0x3B, 0x12)
WARN_GROUND: Colour = (0xFD, 0xF1, 0xE3)
GOLD: Colour = (0xE0, 0x9A, 0x12)

#: Pixels of a picture's width: sharp on a phone, and what Telegram shows without making it smaller.
WIDTH = 1080
#: Height of a line over the size of its letters: room for the two marks of Ẫ and the dot of Ậ.
_LEADING = 1.3
#: A shape's edge is drawn so many times larger, then made smaller: Pillow draws shapes without smooth edges.
_FINE = 3


@lru_cache(maxsize=48)
def font(weight: Weight, size: int) -> ImageFont.FreeTypeFont:
    """Be Vietnam Pro (SIL Open Font License 1.1), drawn for Vietnamese. `size` is in pixels."""
    file = resources.files("fontpkg_be_vietnam_pro") / "files" / f"BeVietnamPro-{weight}.ttf"
    return ImageFont.truetype(io.BytesIO(_bytes(str(file))), size, layout_engine=ImageFont.Layout.BASIC)


@cache
def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123  a resource is not always a Path
        return file.read()


@lru_cache(maxsize=4096)
def _drawn(character: str) -> bool:
    """Whether the font has it: what it lacks (an emoji in a product's name) would be an empty box."""
    if character.isascii() or character.isspace():
        return True
    face = font("Regular", 20)
    return bytes(face.getmask(character)) != bytes(face.getmask("\uffff"))


def readable(text: str) -> str:
    """Composed, and without what the font cannot draw; lines stay."""
    composed = unicodedata.normalize("NFC", text).replace("\u202f", "\u00a0")
    kept = "".join(c for c in composed if c == "\n" or ((c.isprintable() or c == "\u00a0") and _drawn(c)))
    return "\n".join(" ".join(filter(None, line.split(" "))) for line in kept.split("\n")).strip()


def wrap(text: str, face: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Lines of at most `width` pixels, broken between words, and within a word that is longer than a line."""
    lines: list[str] = []
    for paragraph in readable(text).split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if face.getlength(longer) <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            line = word
            while face.getlength(line) > width:
                cut = _longest(line, face, width)
                lines.append(line[:cut])
                line = line[cut:]
        lines.append(line)
    return [line for line in lines if line]


def _longest(word: str, face: ImageFont.FreeTypeFont, width: int) -> int:
    cut = 1
    while cut < len(word) and face.getlength(word[: cut + 1]) <= width:
        cut += 1
    return cut


@dataclass(frozen=True, slots=True)
class Block:
    """Text that is laid out: `height` is in pixels."""

    lines: list[str]
    face: ImageFont.FreeTypeFont
    fill: Colour

    @property
    def leading(self) -> int:
        return round(self.face.size * _LEADING)

    @property
    def height(self) -> int:
        return self.leading * len(self.lines)

    @property
    def width(self) -> int:
        return math.ceil(max((self.face.getlength(line) for line in self.lines), default=0))

    def draw(self, pen: ImageDraw.ImageDraw, at: tuple[int, int], *, centred: int = 0, right: int = 0) -> int:
        """Draws below `at` and returns the lower edge; lines stand in the middle of `centred` pixels, or end
        at `right`, where that is given."""
        x, y = at
        for line in self.lines:
            shift = (centred - self.face.getlength(line)) / 2 if centred else 0
            start = right - self.face.getlength(line) if right else x + shift
            baseline = y + self.leading * 0.77
            pen.text((start, baseline), line, self.fill, self.face, anchor="ls")
            y += self.leading
        return y


def block(
    text: str, weight: Weight, sizes: Sequence[int], fill: Colour, width: int, lines: int, height: int = 0
) -> Block:
    """The text in the largest of `sizes` (largest first) in which it fits; else cut short, with an ellipsis.

    No word is broken while a smaller size keeps it whole.
    """
    words = readable(text).split()
    for size in sizes:
        face = font(weight, size)
        found = Block(wrap(text, face, width), face, fill)
        whole = size == sizes[-1] or all(face.getlength(word) <= width for word in words)
        if whole and len(found.lines) <= lines and (not height or found.height <= height):
            return found
    most = min(lines, max(1, height // found.leading)) if height else lines
    return Block(_shortened(found.lines[:most], face, width), face, fill)


def _shortened(lines: list[str], face: ImageFont.FreeTypeFont, width: int) -> list[str]:
    last = lines[-1]
    while last and face.getlength(f"{last}…") > width:
        last = last[:-1]
    return [*lines[:-1], f"{last.rstrip(' ,.;:–-')}…"]


def qr(url: str, side: int) -> Image.Image:
    """A QR code with its quiet zone in a square of at most `side` pixels, each module a whole number of them."""
    matrix = list(segno.make(url, error="m", micro=False).matrix_iter(border=4))
    picture = Image.new("L", (len(matrix), len(matrix)))
    picture.putdata([0 if dark else 255 for row in matrix for dark in row])
    scale = max(1, side // len(matrix))
    return picture.resize((len(matrix) * scale,) * 2, Image.Resampling.NEAREST)


def shape(
    image: Image.Image, box: Box, fill: Colour, draw: Callable[[ImageDraw.ImageDraw, int], None]
) -> None:
    """Fills with a smooth edge what `draw` draws with 255 into the box; it is given how much larger all is."""
    width, height = box[2] - box[0], box[3] - box[1]
    mask = Image.new("L", (width * _FINE, height * _FINE))
    draw(ImageDraw.Draw(mask), _FINE)
    image.paste(fill, box, mask.reduce(_FINE))


def rounded(image: Image.Image, box: Box, radius: int, fill: Colour) -> None:
    width, height = box[2] - box[0], box[3] - box[1]
    shape(
        image,
        box,
        fill,
        lambda pen, fine: pen.rounded_rectangle(
            (0, 0, width * fine - 1, height * fine - 1), radius * fine, 255
        ),
    )


def disc(image: Image.Image, centre: tuple[int, int], radius: int, fill: Colour) -> None:
    x, y = centre
    box = (x - radius, y - radius, x + radius, y + radius)
    side = 2 * radius
    shape(image, box, fill, lambda pen, fine: pen.ellipse((0, 0, side * fine - 1, side * fine - 1), 255))


def stars(image: Image.Image, at: tuple[int, int], count: int, size: int) -> int:
    """So many stars in a row; returns the right edge."""
    x, y = at
    for _ in range(count):
        shape(image, (x, y, x + size, y + size), GOLD, lambda pen, fine: pen.polygon(_star(size * fine), 255))
        x += round(size * 1.15)
    return x


def _star(size: int) -> list[Point]:
    outer = size / 2
    return [
        (
            outer + math.sin(math.pi * corner / 5) * (outer if corner % 2 == 0 else outer * 0.4),
            outer * 1.05 - math.cos(math.pi * corner / 5) * (outer if corner % 2 == 0 else outer * 0.4),
        )
        for corner in range(10)
    ]


def ribbon(image: Image.Image, text: str, width: int) -> int:
    """A band across the top that says that what follows is made up; returns its height, 0 without a text."""
    if not readable(text):
        return 0
    words = block(text, "SemiBold", (32, 28), PAPER, width - 64, 2)
    height = words.height + 20
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, width, height - 1), WARN)
    words.draw(pen, (0, 10), centred=width)
    return height


def png(image: Image.Image) -> bytes:
    """Few colours, so a palette: a third of the bytes."""
    written = io.BytesIO()
    image.quantize(128, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()


def jpeg(image: Image.Image) -> bytes:
    """Without colour subsampling, so that letters and QR codes keep their edges."""
    written = io.BytesIO()
    image.save(written, "JPEG", quality=88, subsampling=0, optimize=True)
    return written.getvalue()
