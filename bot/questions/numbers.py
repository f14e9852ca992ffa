"""Whole numbers, in figures and in words, read and written in Vietnamese, French and English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from bot.chat import Incoming
from bot.errors import UserError
from bot.questions.reading import Typed, plain, readings, typed
from bot.text import N_, Text, fold

#: From here on nothing is read or written in words.
LARGEST = 10**15

# How Vietnamese spells numbers (CLDR, rbnf/vi.xml). num2words would leave out “không trăm” in 1 005.
_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES = ((10**6, "triệu"), (10**3, "nghìn"), (1, ""))
#: Other spellings of the same, folded; “mốt” and “mươi” fold to what they stand for.
_SAME = {"ngan": "nghin", "ti": "ty", "tu": "bon", "linh": "le", "nham": "lam", "chuc": "muoi", "lam": "lam"}
#: A word that only joins: one hundred and five, soixante et onze, một trăm lẻ năm.
_JOINS = -1
#: Number words with their accents, and those that without them are oftener other words (từ, sau, năm, làm).
_WRITTEN = frozenset(
    (
        *_DIGITS,
        "mốt",
        "tư",
        "lăm",
        "nhăm",
        "bẩy",
        "mười",
        "mươi",
        "trăm",
        "nghìn",
        "ngàn",
        "triệu",
        "tỷ",
        "tỉ",
        "lẻ",
        "chục",
    )
)
_OTHER_WORDS = frozenset(("tu", "sau", "bay", "tam", "nam", "le", "lam", "khong", "muoi"))


@dataclass(frozen=True)
class Whole(Typed):
    """A whole number from `least` to `most`."""

    least: int = 0
    most: int = 1_000_000

    def parse(self, said: Incoming, text: Text, today: date) -> int:
        bare = plain(typed(said))
        spelt = count_of(bare)
        found = {int(n) for n in readings(bare, text.language) if n == n.to_integral_value()}
        found |= {spelt} if spelt is not None else set()
        fit = sorted(number for number in found if self.least <= number <= self.most)
        if not fit:
            raise UserError(
                N_("Please type a number from {least} to {most}."),
                {"least": text.number(self.least), "most": text.number(self.most)},
            )
        return fit[0]

    def show(self, value: Any, text: Text) -> str:
        return text.number(value)


def in_words(number: int, language: str) -> str:
    """A whole number from 0 to 10¹⁵ in words."""
    if language == "vi":
        return " ".join(_vietnamese(number)) or _DIGITS[0]
    from num2words import num2words  # it loads fifty languages: only where one of them is wanted

    return str(num2words(number, lang=language))


def count_of(words: str) -> int | None:
    """The number that folded words spell, in figures or in any of the languages; None where they spell none.

    What is found is spelt out again and has to be the same, so that a slip never gives another number.
    """
    if re.fullmatch("[0-9]{1,15}", words):
        return int(words)
    tokens = re.split(r"[-\s]+", words) if len(words) <= 150 else []
    values = [_values().get(token) for token in tokens]
    if not values or None in values:
        return None
    number = _summed([value for value in values if value is not None])
    if not 0 <= number < LARGEST:
        return None
    said = _alike(tokens)
    return (
        number
        if any(said == _alike(_tokens(in_words(number, lang))) for lang in ("vi", "fr", "en"))
        else None
    )


def numbers_by_accents(sentence: str) -> str:
    """A sentence without the words that only fold to numbers: “từ người bán” says nothing of four persons."""

    def kept(found: re.Match[str]) -> str:
        word = found[0]
        right = word in _WRITTEN or (word.isascii() and word not in _OTHER_WORDS)
        return word if right or fold(word) not in _values() else "x"

    return re.sub(r"[^\W\d_]+", kept, sentence.casefold())


def _vietnamese(number: int, padded: bool = False) -> list[str]:
    billions, rest = divmod(number, 10**9)
    words = [*_vietnamese(billions), "tỷ"] if billions else []
    for scale, name in _SCALES:
        group, rest = divmod(rest, scale)
        if group:
            words += _group(group, padded=bool(words) or padded)
            words += [name] if name else []
    return words


def _group(number: int, *, padded: bool) -> list[str]:
    """Up to three digits; `padded` after a larger group, where the hundreds are always said."""
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    words = [_DIGITS[hundreds], "trăm"] if hundreds or padded else []
    if tens:
        words += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    elif ones and words:
        words.append("lẻ")
    if ones:
        words.append("mốt" if ones == 1 and tens > 1 else "lăm" if ones == 5 and tens else _DIGITS[ones])
    return words


def number_words() -> frozenset[str]:
    """The folded words that a spelt number can be made of."""
    return frozenset(_values())


@cache
def _values() -> dict[str, int]:
    """Each word of a spelt number and its value."""
    words = {fold(word): value for value, word in enumerate(_DIGITS)}
    words |= {"lam": 5, "muoi": 10, "tram": 100, "nghin": 10**3, "trieu": 10**6, "ty": 10**9}
    words |= {word: words[same] for word, same in _SAME.items() if same in words}
    for language in ("en", "fr"):
        for value in (*range(21), *range(30, 91, 10), 100, 10**3, 10**6, 10**9):
            last = _tokens(in_words(value, language))[-1]
            if _tokens(in_words(value, language))[:-1] in ([], ["one"], ["un"]):
                words |= {last: value, f"{last}s": value}
    return words | dict.fromkeys(("and", "et", "le", "linh"), _JOINS)


def _summed(values: list[int]) -> int:
    """Adds what is spelt: a scale multiplies what stands before it."""
    total = chunk = 0
    for before, value in zip((None, *values), values, strict=False):
        if value == 10**9:
            total, chunk = ((total + chunk) or 1) * value, 0
        elif value >= 1000:
            total, chunk = total + (chunk or 1) * value, 0
        elif value == 100:
            chunk = 0 if before == 0 else (chunk or 1) * 100  # không trăm
        elif value in (10, 20) and 0 < chunk % 100 < 10:  # hai mươi, quatre-vingt
            chunk += chunk % 100 * (value - 1)
        elif value != _JOINS:
            chunk += value
    return total + chunk


def _tokens(words: str) -> list[str]:
    return re.split(r"[-\s]+", fold(words).replace(",", ""))


def _alike(tokens: list[str]) -> str:
    """Spellings of the same number as one: without plural s and joining words that may be left out."""
    words = " ".join(_SAME.get(token, token) for token in tokens if token not in ("and", "et"))
    words = re.sub(r"(cent|vingt|million|milliard|thousand|hundred|billion)s\b", r"\1", words)
    words = re.sub(r"\bmot muoi\b", "muoi", words)
    return re.sub(r"\bkhong tram (le )?", r"\1", words)
