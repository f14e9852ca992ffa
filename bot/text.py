"""The one place that translates: msgids and values come in, sentences of a language go out.

Catalogs are the `.po` files themselves, read at start, so a translator's change needs no build step.
Dates, numbers and money follow CLDR through Babel. `python -m bot.text` renews the catalogs from the code.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from gettext import c2py
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

LOCALES = Path(__file__).parent.parent / "locales"
LANGUAGES = ("vi", "fr", "en")
TIMEZONE = ZoneInfo("Asia/Ho_Chi_Minh")

#: CLDR's neutral English writes 11/24/2026; this product's English readers are not in the United States.
_CLDR = {"vi": "vi", "fr": "fr", "en": "en_GB"}


def N_(message: str) -> str:  # noqa: N802  gettext's own name for it
    """Marks a msgid for the catalogs where it is written; it is translated where it is shown."""
    return message


class Text:
    """A language: what its catalog says, and how it writes numbers and days."""

    def __init__(self, language: str, catalog: Catalog) -> None:
        self.language = language
        self._messages: dict[str, str] = {}
        self._plurals: dict[str, Sequence[str]] = {}
        self._form = c2py(catalog.plural_expr)
        for entry in catalog:
            if not entry.id or not entry.string or entry.fuzzy:
                continue
            if isinstance(entry.id, str):
                self._messages[entry.id] = str(entry.string)
            else:
                self._plurals[entry.id[0]] = entry.string
                self._messages[entry.id[0]] = entry.string[self._form(1)]
        self._cldr = _CLDR.get(language, language)
        self._typed: dict[str, frozenset[str]] = {}

    def __call__(self, message: str, /, **values: object) -> str:
        """The sentence for a msgid, its `{named}` placeholders filled."""
        found = self._messages.get(message, message)
        return found.format(**values) if values else found

    def plural(self, singular: str, plural: str, count: int, /, **values: object) -> str:
        """The sentence for a count; `{count}` is filled with the number as the language writes it."""
        forms = self._plurals.get(singular)
        found = forms[self._form(count)] if forms else singular if count == 1 else plural
        return found.format(count=self.number(count), **values)

    def words(self, message: str) -> tuple[str, ...]:
        """A msgid whose translation is a list of words, parted by commas."""
        return tuple(word.strip() for word in self(message).split(",") if word.strip())

    def typed(self, message: str) -> frozenset[str]:
        """The same words as `fold` compares them."""
        found = self._typed.get(message)
        if found is None:
            found = self._typed[message] = frozenset(fold(word) for word in self.words(message)) - {""}
        return found

    def number(self, value: float) -> str:
        return format_decimal(value, locale=self._cldr)

    def money(self, dong: int) -> str:
        """An amount in đồng, in whole đồng: `1.500.000 đồng`."""
        return self(N_("{amount} đồng"), amount=self.number(dong))

    def day(self, value: date) -> str:
        """Short, as on paper: 24/11/2026."""
        pattern = "dd/MM/yyyy" if self.language == "vi" else "short"
        return format_date(value, pattern if pattern != "short" else "dd/MM/y", locale=self._cldr)

    def moment(self, value: datetime) -> str:
        """A day with its time, in Vietnam's clock: 14:05 24/11/2026."""
        return format_datetime(value, "HH:mm dd/MM/y", tzinfo=TIMEZONE, locale=self._cldr)

    def span(self, length: timedelta) -> str:
        """How long, roughly: 3 giờ."""
        return format_timedelta(length, granularity="minute", locale=self._cldr)


@cache
def text(language: str) -> Text:
    """The texts of a language; the neutral msgids where there is no such catalog."""
    path = LOCALES / language / "LC_MESSAGES" / "bot.po"
    if not path.exists():
        return Text(language, Catalog())
    with path.open("rb") as file:
        return Text(language, read_po(file, locale=language, ignore_obsolete=True))


_MARKS = " .,!?…:;\"'()*“”‘’«»"


def fold(typed: str) -> str:
    """How typed words are compared: no accents, đ as d, lower case, single spaces, no punctuation at the ends."""
    return _fold_short(typed) if len(typed) <= 64 else _fold(typed)


def _fold(typed: str) -> str:
    plain = typed.casefold()
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFD", plain).replace("đ", "d")
        plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(plain.split()).strip(_MARKS)


#: Labels and words of the catalogs are folded again and again.
_fold_short = lru_cache(8192)(_fold)


def fold_words(typed: str) -> str:
    """The same without punctuation around each word, for finding phrases: “đầu ra, mong” holds “dau ra mong”."""
    return " ".join(word for part in fold(typed).split() if (word := part.strip(_MARKS)))


def clean(typed: str) -> str:
    """What a person typed, composed (NFC), without control characters and direction overrides.

    Line breaks stay. Right-to-left overrides and their like are dropped, since they can make staff read
    something other than what was written (unicode.org/reports/tr36, 3.4).
    """
    typed = unicodedata.normalize("NFC", typed)
    if typed.isprintable():  # nearly all there is: no separators but spaces, and none of what is dropped
        return typed.strip()
    kept = (
        c
        for c in typed
        if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn") or c == "\u200d"
    )
    return "".join(kept).replace("\t", " ").strip()


def language_of(code: str) -> str | None:
    """The one of our languages that a channel's code (`fr`, `vi-VN`, `en_GB`) stands for."""
    short = code.replace("_", "-").split("-")[0].lower()
    return short if short in LANGUAGES else None


def in_every_language(message: str) -> Mapping[str, str]:
    return {language: text(language)(message) for language in LANGUAGES}
