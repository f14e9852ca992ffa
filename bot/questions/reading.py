"""What the kinds share: what was typed, the words that are known in every language, and written numbers."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import TypeVar

from bot.chat import Incoming
from bot.errors import UserError
from bot.text import LANGUAGES, N_, Text, clean, fold, text

#: Letters of an answer that is a number, a day, a code or a name; what is longer is a story.
LONGEST = 200
#: The most choices that are offered at once, so that there is room for the form's own buttons.
OFFERED = 5

V = TypeVar("V")


class Typed:
    """A kind whose answer is typed: nothing is offered."""

    free = False

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        return ()


def typed(said: Incoming, longest: int = LONGEST) -> str:
    """What was typed, without what cannot be seen. Raises `UserError` for a photo, a sticker, a story."""
    if said.kind != "text":
        raise UserError(N_("Please type the answer here; I cannot read it from a photo, a file or a voice."))
    if len(said.text) > longest:
        raise UserError(N_("That is more than I can read here. Please write only the answer."))
    return clean(said.text)


def vocabulary(meanings: Mapping[str, V], own: str = LANGUAGES[0]) -> dict[str, V]:
    """What people type, as `fold` compares it, to what it means; msgids are lists, taken in every language.

    Where two languages write the same (cân, can), it is what it means in `own`.
    """
    return {
        word: meaning
        for language in sorted(LANGUAGES, key=lambda language: language == own)
        for message, meaning in meanings.items()
        for word in text(language).typed(message)
    }


def written(meanings: Mapping[str, str], own: str) -> dict[str, str]:
    """The same words with their accents, of those that have any."""
    return {
        word.casefold(): meaning
        for language in sorted(LANGUAGES, key=lambda language: language == own)
        for message, meaning in meanings.items()
        for word in text(language).words(message)
        if not word.isascii()
    }


def by_accents(typed: str, known: Mapping[str, str], folded: Container[str]) -> str:
    """Words that are `known` with their accents as what they mean; one that has other accents is none: tá, bó."""

    def meaning(found: re.Match[str]) -> str:
        word = found[0]
        return known.get(word) or (word if word.isascii() or fold(word) not in folded else "?")

    return re.sub(rf"(?<![^\W\d_])(?:{any_of(known)}|[^\W\d_]+)(?![^\W\d_])", meaning, typed.casefold())


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of these words, the longest first."""
    return _any_of(tuple(words))


@cache
def _any_of(words: tuple[str, ...]) -> str:
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w))) + ")"


#: Courtesies that without their accents would be other words: tám, có.
_NEED_ACCENTS = frozenset(("tam", "co"))


def _courtesies(message: str) -> frozenset[str]:
    """As they are written, and folded for those who write without accents."""
    written = {word.casefold() for language in LANGUAGES for word in text(language).words(message)}
    return frozenset(written | {fold(word) for word in written} - _NEED_ACCENTS)


@cache
def _before() -> frozenset[str]:
    return _courtesies(N_("words: courtesies before an answer"))


@cache
def _after() -> frozenset[str]:
    return _courtesies(N_("words: courtesies after an answer"))


def plain(typed: str) -> str:
    """Folded, without the courtesies around it: “dạ khoảng 500 triệu ạ” is “500 trieu”."""
    words = re.sub(r"(?<![0-9])[.,](?=[0-9])", "0.", typed.casefold()).split()  # ,5 is 0.5
    while len(words) > 1 and words[-1].strip(".,!:") in _after():
        words.pop()
    while len(words) > 1 and words[0].strip(".,!:") in _before():
        words.pop(0)
    return fold(" ".join(words))


#: A number in figures, with its separators: 1.200.000 / 1,5 / 1 200 000. Bounded, so that nothing is slow.
FIGURE = r"(?<![0-9.,])[0-9]{1,15}(?:[.,][0-9]{1,6}| [0-9]{3}(?![0-9])){0,5}(?![0-9])"


def readings(figure: str, language: str, *, strict: bool = False) -> tuple[Decimal, ...]:
    """The numbers that figures can stand for; more than one where a separator can be read in two ways.

    Vietnamese groups thousands by a dot and starts decimals with a comma, English does the reverse, French
    uses a space and a comma (CLDR). One group of three after the reader's own thousands separator is read as
    thousands unless `strict`; after any other separator it is both.
    """
    figure = figure.strip()
    if len(figure) > 40 or not re.fullmatch(r"[0-9](?:[0-9., ]*[0-9])?", figure):
        return ()
    whole = figure.replace(" ", "")
    if re.fullmatch(r"[0-9]+", whole):
        return (Decimal(whole),) if " " not in figure or _grouped(figure, " ") else ()
    for group, point in ((".", ","), (",", "."), (" ", ","), (" ", ".")):
        head, found, tail = figure.rpartition(point)
        head = head if found else figure
        if group in head and _grouped(head, group) and (found or head.count(group) > 1):
            digits = head.replace(group, "")
            if not digits.isdecimal() or not (tail if found else "0").isdecimal():
                return ()
            return (Decimal(f"{digits}.{tail}" if found else digits),)
    parts = re.fullmatch(r"([0-9]+)([.,])([0-9]+)", figure)
    if not parts:
        return ()
    head, mark, tail = parts.groups()
    decimal, thousands = Decimal(f"{head}.{tail}"), Decimal(head + tail)
    if len(tail) != 3 or len(head) > 3 or head.startswith("0"):
        return (decimal,)
    own = {"vi": ".", "en": ","}.get(language)
    return (thousands,) if mark == own and not strict else (thousands, decimal)


def _grouped(figure: str, mark: str) -> bool:
    first, *rest = figure.split(mark)
    return bool(rest) and 1 <= len(first) <= 3 and all(len(group) == 3 for group in (*rest,)) and first != "0"


def as_number(value: Decimal) -> int | float:
    """As JSON holds it: whole where it is whole."""
    return int(value) if value == value.to_integral_value() else float(value)


def compact(value: Decimal) -> str:
    """A number as `readings` takes it back in every language: no groups, and never three decimals."""
    written = f"{value.normalize():f}"
    head, point, tail = written.partition(".")
    return f"{head}.{tail}0" if point and len(tail) == 3 else written


def plural(singular: str, plural: str) -> tuple[str, str]:
    """Marks a singular and a plural for the catalogs where they are written."""
    return singular, plural
