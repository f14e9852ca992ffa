"""Ready kinds of question: how an answer is read from what was typed, and read back in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import phonenumbers

from bot.chat import Incoming
from bot.errors import UserError
from bot.text import N_, Text, clean, fold


@dataclass(frozen=True)
class Words:
    """Free text of `least` to `most` letters."""

    least: int = 2
    most: int = 500
    free = True

    def parse(self, said: Incoming, text: Text, today: date) -> str:
        typed = clean(said.text)
        if said.kind != "text" or len(typed) < self.least:
            raise UserError(N_("Please type it in words."))
        if len(typed) > self.most:
            raise UserError(N_("Please keep it under {most} letters."), {"most": self.most})
        return typed

    def show(self, value: Any, text: Text) -> str:
        return str(value)

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        return ()


def _number(typed: str) -> phonenumbers.PhoneNumber | None:
    """A number alone, also without its first zero, as spreadsheets leave it; or the only one in a sentence."""
    try:
        number = phonenumbers.parse(typed, "VN")
        if phonenumbers.is_valid_number(number):
            return number
    except phonenumbers.NumberParseException:
        pass
    found = list(phonenumbers.PhoneNumberMatcher(typed, "VN"))
    return found[0].number if len(found) == 1 else None


#: Letters o among digits; not those of a word.
_LETTERS_O = re.compile(r"(?<![^\W\d_])[oO]+(?![^\W\d_])")


@dataclass(frozen=True)
class Phone:
    """A phone number as people type it, kept as E.164 (+84912345678) and shown as 0912 345 678."""

    free = False

    def parse(self, said: Incoming, text: Text, today: date) -> str:
        typed = _LETTERS_O.sub(lambda found: "0" * len(found[0]), said.text[:500]).replace("(0)", "")
        number = _number(typed)
        if number is None:
            raise UserError(N_("I could not read this phone number. Please type it like 0912 345 678."))
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def show(self, value: Any, text: Text) -> str:
        number = phonenumbers.parse(str(value))
        form = phonenumbers.PhoneNumberFormat
        home = number.country_code == 84
        return phonenumbers.format_number(number, form.NATIONAL if home else form.INTERNATIONAL)

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        return ()


@dataclass(frozen=True)
class OneOf:
    """One of a few values, each with a msgid; a number, the label or its beginning will do."""

    values: tuple[tuple[str, str], ...]
    free = False

    def parse(self, said: Incoming, text: Text, today: date) -> str:
        if said.text in dict(self.values):  # a tapped button
            return said.text
        typed = fold(said.text)
        for number, (value, label) in enumerate(self.values, 1):
            if typed in (fold(value), str(number), fold(text(label))):
                return value
        starts = [value for value, label in self.values if typed and fold(text(label)).startswith(typed)]
        if len(starts) == 1:
            return starts[0]
        raise UserError(N_("Please choose one of these, or type its number."))

    def show(self, value: Any, text: Text) -> str:
        return text(dict(self.values)[value])

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        return [(value, text(label)) for value, label in self.values]


@dataclass(frozen=True)
class Whole:
    """A whole number from `least` to `most`."""

    least: int = 0
    most: int = 1_000_000
    free = False

    def parse(self, said: Incoming, text: Text, today: date) -> int:
        typed = said.text.strip().replace(".", "").replace(" ", "")
        if not re.fullmatch("[0-9]{1,15}", typed) or not self.least <= int(typed) <= self.most:
            raise UserError(
                N_("Please type a number from {least} to {most}."), {"least": self.least, "most": self.most}
            )
        return int(typed)

    def show(self, value: Any, text: Text) -> str:
        return text.number(value)

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        return ()
