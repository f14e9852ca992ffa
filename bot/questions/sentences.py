"""What a sentence says in passing: an amount, a number of booths, a day; None where it is not sure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from datetime import date
from functools import cache
from typing import Any, TypeVar

from bot.questions.codes import phones
from bot.questions.dates import day_beginnings, day_choices, in_figures, term_of
from bot.questions.money import amounts
from bot.questions.numbers import count_of, number_words, numbers_by_accents
from bot.questions.quantities import half_of_words, quantities, units_by_accents, value_of
from bot.text import Text, clean, fold
from bot.text import text as text_in

#: Letters of a sentence that are looked at.
_LONGEST = 400
#: Words that one thing takes at most: “hai tỷ ba trăm năm mươi triệu đồng”.
_RUN = 9

V = TypeVar("V")


def money_in(sentence: str, text: Text | None = None) -> int | None:
    """The only amount with a unit in a sentence, in đồng: “muốn vay 500tr mua máy”."""

    def read(words: str) -> Iterable[int]:
        meant = amounts(words, _language(text)).sure
        if not re.search("[a-z₫]", words) or words[-1:].isdigit():
            return ()
        before, _, last = words.rpartition(" ")
        if (
            meant and before and count_of(last) in range(1, 10)
        ):  # “ba triệu hai”, or “ba triệu” and “hai tháng”
            return {*meant, *amounts(before, _language(text)).sure}
        return meant

    return _only(_said(sentence), read)


def quantity_in(sentence: str, text: Text | None = None) -> dict[str, Any] | None:
    """The only number with a unit, as `Quantity` keeps it: “mua 5 tấn miến dong”."""

    def read(words: str) -> Iterable[dict[str, Any]]:
        found = quantities(words, _language(text))
        return [value_of(one) for one in found if one.unit and one.amount > 0]

    return _only(_said(units_by_accents(clean(sentence[:_LONGEST]), _language(text).language)), read)


def count_in(sentence: str, words: Collection[str]) -> int | None:
    """The only number before one of these words: “1 gian”, “đi ba người”; words are compared folded."""
    around = "|".join(re.escape(fold(word)) for word in sorted(words, key=len, reverse=True))
    said = _said(sentence)
    found: set[int] = set()
    for match in re.finditer(
        rf"(?<![\w.,])((?:[a-z]+ ){{0,4}}[a-z]+|[0-9]{{1,9}}) ?(?:{around})(?!\w)", said
    ):
        pieces = match[1].split(" ")
        number = next(
            (n for at in range(len(pieces)) if (n := count_of(" ".join(pieces[at:]))) is not None), None
        )
        if number is not None:
            found.add(number)
    return found.pop() if len(found) == 1 else None


def phone_in(sentence: str) -> str | None:
    """The only phone number, as E.164."""
    found = phones(clean(sentence)[:_LONGEST])
    return found[0] if len(found) == 1 else None


def day_in(sentence: str, today: date) -> date | None:
    """The only day that is named, the next such one where its year is not: “đi ngày 20/11”."""
    return _only(
        in_figures(fold(clean(sentence[:_LONGEST]))),
        lambda words: day_choices(words, today) or () if len(words) > 3 else (),
    )


def months_term_in(sentence: str, text: Text | None = None) -> int | None:
    """The only span of months or years, in months: “vay trong 3 năm”."""

    def read(words: str) -> Iterable[int]:
        months = term_of(words, _language(text))
        return () if months is None else (months,)

    return _only(_said(sentence), read)


def _only(said: str, read: Callable[[str], Iterable[V]]) -> V | None:
    """What the longest runs of words mean, where all of them together mean one thing."""
    words = said.split(" ")
    found: list[V] = []
    at = 0
    while at < len(words):
        if not _begins(words[at]):
            at += 1
            continue
        for size in range(min(_RUN, len(words) - at), 0, -1):
            run = " ".join(words[at : at + size]).strip(".,;:!?")
            meant = list(read(run)) if run else []
            if meant:
                found += [one for one in meant if one not in found]
                at += size - 1
                break
        at += 1
    return found[0] if len(found) == 1 else None


def _begins(word: str) -> bool:
    """Whether an amount, a quantity, a span or a day can begin with a word."""
    return any(c.isdigit() for c in word) or word.strip(".,;:!?") in _beginnings()


@cache
def _beginnings() -> frozenset[str]:
    phrases = (*number_words(), *half_of_words(), *day_beginnings())
    return frozenset(phrase.split(" ")[0] for phrase in phrases)


def _said(sentence: str) -> str:
    return fold(numbers_by_accents(clean(sentence[:_LONGEST])))


def _language(text: Text | None) -> Text:
    return text or text_in("vi")
