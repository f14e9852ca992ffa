"""Numbers that are given out: phone numbers, e-mail addresses, tax codes, barcodes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import phonenumbers
from stdnum import ean
from stdnum.exceptions import ValidationError
from stdnum.vn import mst

from bot.chat import Incoming
from bot.errors import Unsure, UserError
from bot.questions.reading import OFFERED, Typed, typed
from bot.text import N_, Text

#: Letters o among digits; not those of a word.
_LETTERS_O = re.compile(r"(?<![^\W\d_])[oO]+(?![^\W\d_])")

#: Mobile prefixes of eleven digits that became ten on 15 Sep 2018 (domain 3.5); the last seven digits stayed.
_RENEWED = {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078",
    "0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
    **{f"016{digit}": f"03{digit}" for digit in range(2, 10)},
    "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip
_OLD_MOBILE = re.compile(rf"(?:\+?(?:00)?84|0)({'|'.join(old[1:] for old in _RENEWED)})([0-9]{{7}})")

_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@(?:[A-Za-z0-9\-]{1,63}\.){1,5}[A-Za-z]{2,24}")


@dataclass(frozen=True)
class Phone(Typed):
    """A phone number as people type it or share it as a contact; kept as E.164, shown as 0912 345 678."""

    def parse(self, said: Incoming, text: Text, today: date) -> str:
        found = phones(_typed_or_shared(said))
        if not found:
            raise UserError(N_("I could not read this phone number. Please type it like 0912 345 678."))
        if len(found) > 1:
            raise Unsure(
                N_("Which of these numbers shall it be?"),
                choices=[(number, self.show(number, text)) for number in found[:OFFERED]],
            )
        return found[0]

    def show(self, value: Any, text: Text) -> str:
        number = phonenumbers.parse(str(value))
        form = phonenumbers.PhoneNumberFormat
        home = number.country_code == 84
        return phonenumbers.format_number(number, form.NATIONAL if home else form.INTERNATIONAL)


@dataclass(frozen=True)
class Email(Typed):
    """An e-mail address; what stands behind the @ is kept in small letters."""

    def parse(self, said: Incoming, text: Text, today: date) -> str:
        words = re.sub(r"\s*@\s*", "@", typed(said))
        found = _EMAIL.findall(words)
        if len(found) != 1 or ".." in found[0] or words.count("@") != 1:
            raise UserError(N_("Please type one e-mail address, like htx@example.com."))
        name, _, domain = found[0].rpartition("@")
        return f"{name}@{domain.lower()}"

    def show(self, value: Any, text: Text) -> str:
        return str(value)


@dataclass(frozen=True)
class TaxCode(Typed):
    """A tax code: ten digits with a check digit, or thirteen for a branch: 0314409058-002 (domain 3.4).

    Twelve digits are a citizen's number: they are refused and are in no error's text.
    """

    def parse(self, said: Incoming, text: Text, today: date) -> str:
        digits = _digits(typed(said), " .-–/")
        if len(digits) == 12:
            raise UserError(
                N_(
                    "This looks like a citizen's ID number; I do not keep it. Please type the tax code of 10 digits."
                )
            )
        if len(digits) not in (10, 13):
            raise UserError(N_("A tax code has 10 digits, or 13 for a branch, like 0100233488."))
        try:
            return mst.format(mst.validate(digits))
        except ValidationError:
            raise UserError(
                N_(
                    "This tax code does not add up: one digit may be wrong. Please compare it with the certificate."
                )
            ) from None

    def show(self, value: Any, text: Text) -> str:
        return str(value)


@dataclass(frozen=True)
class Gtin(Typed):
    """A barcode number (GTIN-8, 12, 13 or 14) with its check digit."""

    def parse(self, said: Incoming, text: Text, today: date) -> str:
        digits = _digits(typed(said), " .-–")
        try:
            return str(ean.validate(digits))
        except ValidationError:
            if len(digits) in (8, 12, 13, 14):
                raise UserError(
                    N_("This barcode does not add up: one digit may be wrong. Please type it once more.")
                ) from None
        raise UserError(N_("A barcode has 8, 12, 13 or 14 digits, as printed under the bars."))

    def show(self, value: Any, text: Text) -> str:
        return str(value)


def phones(words: str) -> list[str]:
    """The phone numbers in a text, as E.164, each once, in their order."""
    words = _LETTERS_O.sub(lambda found: "0" * len(found[0]), words[:500]).replace("(0)", "")
    joined = re.sub(r"[\s.\-()]", "", words)
    if renewed := _OLD_MOBILE.fullmatch(joined):
        words = _RENEWED[f"0{renewed[1]}"] + renewed[2]
    try:
        number = phonenumbers.parse(words, "VN")
        if phonenumbers.is_valid_number(number):
            return [_e164(number)]
    except phonenumbers.NumberParseException:
        pass
    found = [_e164(match.number) for match in phonenumbers.PhoneNumberMatcher(words, "VN")]
    if not found and (old := _OLD_MOBILE.search(re.sub(r"(?<=[0-9])[ .\-](?=[0-9])", "", words))):
        return phones(old[0])
    return list(dict.fromkeys(found))


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _typed_or_shared(said: Incoming) -> str:
    """A shared contact comes as another kind of message whose text is its number."""
    return said.text if said.kind == "other" and said.text else typed(said, longest=500)


def _digits(words: str, separators: str) -> str:
    """The only number in a text, without separators; “” where there are several, or none."""
    marks = re.escape(separators)
    found = re.findall(rf"[0-9](?:[{marks}]{{0,3}}[0-9])*", _LETTERS_O.sub(lambda o: "0" * len(o[0]), words))
    return re.sub(f"[{marks}]", "", found[0]) if len(found) == 1 else ""
