"""A loan's repayments as a picture: what each period costs, and how the debt falls."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from babel.numbers import format_decimal
from PIL import Image, ImageDraw

from bot.papers import Read
from bot.papers.drawing import (
    EDGE,
    GREEN,
    INK,
    PAPER,
    SOFT,
    TINT,
    WARN,
    WARN_GROUND,
    WIDTH,
    Box,
    Colour,
    Point,
    block,
    disc,
    font,
    png,
    readable,
    rounded,
    shape,
)
from bot.papers.values import ScheduleChart

_MARGIN = 56
_INTEREST: Colour = (0xE0, 0x9A, 0x12)
_BARS, _LINE = 430, 330  # the heights of the two plots
_AXIS = 30  # pixels of the letters at the axes


def schedule_chart(values: ScheduleChart, read: Read) -> bytes:
    inside = WIDTH - 2 * _MARGIN
    periods = values["periods"]
    title = block(values["title"], "SemiBold", (56, 48, 42), INK, inside, 2)
    about = block(values.get("about", ""), "Regular", (38, 34), SOFT, inside, 3)
    note = block(values["note"], "Medium", (34, 30), WARN, inside - 56, 5)
    head = 48 + title.height + about.height + 30
    height = head + 64 + _BARS + 30 + 64 + _LINE + 70 + note.height + 48 + 48
    image = Image.new("RGB", (WIDTH, height), PAPER)
    pen = ImageDraw.Draw(image)
    about.draw(pen, (_MARGIN, title.draw(pen, (_MARGIN, 48))))
    write = _writer(values)

    bars = [(period["principal"], period["interest"]) for period in periods]
    debts = (
        [periods[0]["balance"] + periods[0]["principal"], *(p["balance"] for p in periods)] if periods else []
    )
    most_paid, most_owed = _ceiling(max(map(sum, bars), default=0)), _ceiling(max(debts, default=0))
    left = _MARGIN + 16 + max(_width(write, most_paid), _width(write, most_owed))

    _legend(image, [(GREEN, values["principal"]), (_INTEREST, values["interest"])], head, values["unit"])
    area = _grid(image, (left, head + 64, WIDTH - _MARGIN, head + 64 + _BARS), most_paid, write)
    _draw_bars(pen, area, bars, most_paid)

    below = area[3] + 30
    _legend(image, [(GREEN, values["balance"])], below, values["unit"])
    area = _grid(image, (left, below + 64, WIDTH - _MARGIN, below + 64 + _LINE), most_owed, write)
    _draw_line(image, area, debts, most_owed)
    _labels(pen, area, [period["label"] for period in periods])

    top = height - 48 - note.height - 36
    rounded(image, (_MARGIN, top, WIDTH - _MARGIN, height - 48), 20, WARN_GROUND)
    note.draw(pen, (_MARGIN + 28, top + 18))
    return png(image)


def _writer(values: ScheduleChart) -> Callable[[float], str]:
    locale = values["language"]
    return lambda dong: readable(format_decimal(dong / values["unit_size"], locale=locale))


def _ceiling(most: float) -> float:
    """The next round number above, of which a quarter is round as well."""
    if most <= 0:
        return 1
    power = 10.0 ** math.floor(math.log10(most))
    return next(step * power for step in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10) if step * power >= most)


def _legend(image: Image.Image, entries: Sequence[tuple[Colour, str]], top: int, unit: str) -> None:
    """Names beside their colours, and the unit at the right."""
    pen = ImageDraw.Draw(image)
    units = block(unit, "Regular", (_AXIS,), SOFT, 300, 1)
    units.draw(pen, (0, top + 4), right=WIDTH - _MARGIN)
    x = _MARGIN
    width = (WIDTH - 2 * _MARGIN - 340) // len(entries)
    for colour, name in entries:
        rounded(image, (x, top + 8, x + 30, top + 38), 8, colour)
        words = block(name, "Medium", (34, 30, 26), INK, width, 1)
        words.draw(pen, (x + 44, top))
        x += 44 + words.width + 40


def _ticks(most: float) -> list[float]:
    return [most * quarter / 4 for quarter in range(5)]


def _width(write: Callable[[float], str], most: float) -> int:
    return math.ceil(max(font("Regular", _AXIS).getlength(write(tick)) for tick in _ticks(most)))


def _grid(image: Image.Image, area: Box, most: float, write: Callable[[float], str]) -> Box:
    """Lines at every quarter with their amounts at the left; returns the area of the plot."""
    pen = ImageDraw.Draw(image)
    left, top, right, bottom = area
    for quarter, tick in enumerate(_ticks(most)):
        y = bottom - round((bottom - top) * quarter / 4)
        pen.line((left, y, right, y), EDGE if quarter else SOFT, 2)
        pen.text((left - 16, y), write(tick), SOFT, font("Regular", _AXIS), anchor="rm")
    return area


def _draw_bars(pen: ImageDraw.ImageDraw, area: Box, bars: Sequence[tuple[int, int]], most: float) -> None:
    left, top, right, bottom = area
    step = (right - left) / max(1, len(bars))
    wide = max(2.0, min(step * 0.72, 90))
    for number, (principal, interest) in enumerate(bars):
        x = left + step * (number + 0.5) - wide / 2
        middle = bottom - (bottom - top) * principal / most
        upper = bottom - (bottom - top) * (principal + interest) / most
        if principal:
            pen.rectangle((x, middle, x + wide - 1, bottom - 2), GREEN)
        if interest:
            pen.rectangle((x, upper, x + wide - 1, min(middle, bottom - 2)), _INTEREST)


def _draw_line(image: Image.Image, area: Box, debts: Sequence[int], most: float) -> None:
    """The debt at the beginning and after each period, over a tinted ground."""
    left, top, right, bottom = area
    if len(debts) < 2:
        return
    step = (right - left) / (len(debts) - 1)
    points: list[Point] = [
        (step * number, (bottom - top) * (1 - debt / most)) for number, debt in enumerate(debts)
    ]
    ground: list[Point] = [*points, (right - left, bottom - top - 1), (0, bottom - top - 1)]

    def line(pen: ImageDraw.ImageDraw, fine: int) -> None:
        for a, b in pairwise([(x * fine, y * fine) for x, y in points]):
            pen.line((a, b), 255, 6 * fine)

    shape(image, area, TINT, lambda pen, fine: pen.polygon([(x * fine, y * fine) for x, y in ground], 255))
    ImageDraw.Draw(image).line((left, bottom, right, bottom), SOFT, 2)
    shape(image, area, GREEN, line)
    for x, y in (points[0], points[-1]):
        disc(image, (left + round(x), top + round(y)), 9, GREEN)


def _labels(pen: ImageDraw.ImageDraw, area: Box, labels: Sequence[str]) -> None:
    """As many names of periods as fit beside each other, the first and the last always."""
    left, _, right, bottom = area
    face = font("Regular", _AXIS)
    names = [readable(label) for label in labels]
    widest = max((face.getlength(name) for name in names), default=0) + 40
    fit = max(2, int((right - left) // widest) + 1) if widest else 2
    last = len(names) - 1
    chosen = {round(last * place / (fit - 1)) for place in range(fit)} if last > 0 else set(range(len(names)))
    for number in sorted(chosen):
        width = face.getlength(names[number])
        x = left + (right - left) * (number + 1) / len(names) - width / 2
        pen.text((max(left, min(x, right - width)), bottom + 14), names[number], SOFT, face, anchor="la")
