"""Answers in words: free text, one of a few, many of a few, yes or no."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from bot.chat import Incoming
from bot.errors import UserError
from bot.questions.numbers import count_of
from bot.questions.reading import any_of, plain, typed, vocabulary
from bot.text import LANGUAGES, N_, Text, fold
from bot.text import text as text_in

#: A telephone number or an address of a page in a text that should have neither.
_CONTACT = re.compile(r"https?:|www\.|\w\.(?:vn|com|net|org)\b|@\w|(?:[0-9][ .\-]?){9,}", re.IGNORECASE)


@dataclass(frozen=True)
class Words:
    """Free text of `least` to `most` letters; `contacts` says whether a phone or a web address may be in it."""

    least: int = 2
    most: int = 500
    contacts: bool = True
    free = True

    def parse(self, said: Incoming, text: Text, today: date) -> str:
        words = typed(said, longest=100_000)
        if len(words) > self.most:
            raise UserError(N_("Please keep it under {most} letters."), {"most": self.most})
        if len(words) < self.least or not any(letter.isalnum() for letter in words):
            raise UserError(N_("Please type it in words, at least {least} letters."), {"least": self.least})
        if not self.contacts and _CONTACT.search(words):
            raise UserError(N_("Please write it without a phone number or a web address."))
        return words

    def show(self, value: Any, text: Text) -> str:
        return str(value)

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        return ()


@dataclass(frozen=True)
class OneOf:
    """One of a few values, each with a msgid; a number, the label or its only beginning will do."""

    values: tuple[tuple[str, str], ...]
    free = False

    def parse(self, said: Incoming, text: Text, today: date) -> str:
        if said.kind == "text" and said.text in dict(self.values):  # a tapped button
            return said.text
        found = _chosen(self.values, typed(said), text)
        if found is None:
            raise UserError(N_("Please choose one of these, or type its number."))
        return found

    def show(self, value: Any, text: Text) -> str:
        return text(dict(self.values)[value])

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        return [(value, text(label)) for value, label in self.values]


@dataclass(frozen=True)
class Many:
    """`least` to `most` of a few values, in the order in which they stand; a tap adds one or takes it away."""

    values: tuple[tuple[str, str], ...]
    least: int = 1
    most: int = 100
    free = False

    def parse(self, said: Incoming, text: Text, today: date) -> list[str]:
        words = typed(said)
        if plain(words) in _everything():
            return self._counted({value for value, _ in self.values})
        alone = said.text if said.text in dict(self.values) else _chosen(self.values, words, text)
        if alone is not None:
            return self._counted({alone})
        whole = [part for part in re.split(r"[;\n]", words) if part.strip()]  # a label may hold a comma
        found = {_chosen(self.values, part, text) for part in whole}
        if None in found:
            found = {_chosen(self.values, part, text) for part in _parts(words)}
        if None in found or not found:
            raise UserError(N_("Please tap those that fit, or type their numbers: 1, 3."))
        return self._counted({value for value in found if value is not None})

    def gather(self, so_far: list[Any], said: Incoming, text: Text, today: date) -> list[Any] | None:
        """A button or a label alone is added, or taken away where it was there; all else is a whole answer."""
        if said.kind != "text" or said.text not in dict(self.values):
            return None
        kept = set(so_far) ^ {said.text}
        return [value for value, _ in self.values if value in kept]

    def show(self, value: Any, text: Text) -> str:
        labels = dict(self.values)
        return ", ".join(text(labels[one]) for one in value)

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        return [(value, text(label)) for value, label in self.values]

    def _counted(self, found: set[str]) -> list[str]:
        if len(found) < self.least:
            raise UserError(N_("Please choose at least {least}."), {"least": self.least})
        if len(found) > self.most:
            raise UserError(N_("Please choose at most {most}."), {"most": self.most})
        return [value for value, _ in self.values if value in found]


@dataclass(frozen=True)
class YesNo:
    """Yes or no, as a truth value."""

    free = False

    def parse(self, said: Incoming, text: Text, today: date) -> bool:
        words = typed(said)
        for known in (fold(words), plain(words)):
            if known in _yes_and_no():
                return _yes_and_no()[known]
        raise UserError(N_("Please answer yes or no."))

    def show(self, value: Any, text: Text) -> str:
        return text(N_("Yes")) if value else text(N_("No"))

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        return [("yes", text(N_("Yes"))), ("no", text(N_("No")))]


def _chosen(values: Sequence[tuple[str, str]], words: str, text: Text) -> str | None:
    """The value whose number, label (in any language) or only beginning was typed."""
    said = fold(words)
    labels = [(value, fold(text(label))) for value, label in values]
    for value, label in labels:
        if said and said in (fold(value), label):
            return value
    for value, message in values:
        if said and any(said == fold(text_in(language)(message)) for language in LANGUAGES):
            return value
    number = place(said)
    if number is not None:
        return values[number - 1][0] if 1 <= number <= len(values) else None
    bare = plain(words)
    starts = [value for value, label in labels if bare and (label == bare or label.startswith(bare))]
    exact = [value for value, label in labels if label == bare]
    return exact[0] if exact else starts[0] if len(starts) == 1 else None


def place(said: str) -> int | None:
    """The number in “2”, “số 2”, “so 1 di”, “hai”."""
    bare = plain(said)
    numbered = re.fullmatch(rf"(?:{any_of(_number_words())} ?)?\(?([0-9]{{1,3}})\)?", bare)
    return int(numbered[1]) if numbered else count_of(bare.removeprefix("so "))


def _parts(words: str) -> list[str]:
    """What was listed: parted by commas and the like, or else by spaces between numbers."""
    if re.fullmatch(r"[0-9 .,;+&]+", words):
        return re.findall("[0-9]+", words)
    joints = "|".join(re.escape(word) for word in sorted(_joints(), key=len, reverse=True))
    return [part for part in re.split(rf"[,;+&/\n]|\s(?:{joints})\s", words) if part.strip()]


@cache
def _everything() -> frozenset[str]:
    return frozenset(vocabulary({N_("words: all of them"): True}))


@cache
def _number_words() -> frozenset[str]:
    return frozenset(vocabulary({N_("words: number (before a figure)"): True}))


@cache
def _joints() -> frozenset[str]:
    """“and”, with accents and without, as typed between what is listed."""
    written = {word for language in LANGUAGES for word in text_in(language).words(N_("words: and"))}
    return frozenset(written | {fold(word) for word in written})


@cache
def _yes_and_no() -> dict[str, bool]:
    return vocabulary({N_("words: yes"): True, N_("words: no"): False})
