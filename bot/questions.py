"""Ready kinds of question: how an answer is read from what was typed, and read back in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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

    def parse(self, said: Incoming, text: Text) -> str:
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


@dataclass(frozen=True)
class Phone:
    """A phone number as people type it, kept as E.164 (+84912345678) and shown as 0912 345 678."""

    free = False

    def parse(self, said: Incoming, text: Text) -> str:
        digits = said.text.replace("o", "0").replace("O", "0").replace("(0)", "")
        if digits.strip().isdigit() and len(digits.strip()) == 9:  # spreadsheets eat the first zero
            digits = "0" + digits.strip()
        try:
            number = phonenumbers.parse(digits, "VN")
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_valid_number(number):
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

    def parse(self, said: Incoming, text: Text) -> str:
        typed = fold(said.text)
        for number, (value, label) in enumerate(self.values, 1):
            if typed in (value, str(number), fold(text(label))):
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

    def parse(self, said: Incoming, text: Text) -> int:
        typed = said.text.strip().replace(".", "").replace(" ", "")
        if not typed.isascii() or not typed.isdigit() or not self.least <= int(typed) <= self.most:
            raise UserError(
                N_("Please type a number from {least} to {most}."), {"least": self.least, "most": self.most}
            )
        return int(typed)

    def show(self, value: Any, text: Text) -> str:
        return text.number(value)

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        return ()
