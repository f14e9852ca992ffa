"""Each language writes days, numbers and money in its own way, and what cannot be seen is not kept."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import LANGUAGES, clean, fold, language_of, text


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("Đường  VỀ", "duong ve"),
        ("  xin chào!!  ", "xin chao"),
        ("“menu”", "menu"),
        ("« aide »", "aide"),
        ("ĐĂNG KÝ", "dang ky"),
        ("ke\u0302\u0301 hoa\u0323ch", "ke hoach"),
        ("Straße", "strasse"),
        ("a\n\tb", "a b"),
        ("1. Vay vốn?", "1. vay von"),
        ("...", ""),
    ],
)
def test_words_are_compared_without_accents_case_and_punctuation_around_them(
    typed: str, compared: str
) -> None:
    assert fold(typed) == compared


@given(st.text())
def test_to_compare_twice_is_to_compare_once(typed: str) -> None:
    assert fold(fold(typed)) == fold(typed)
    assert fold(unicodedata.normalize("NFD", typed)) == fold(unicodedata.normalize("NFC", typed))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("gia\u0301", "giá"),
        ("abc\u202egnp.exe", "abcgnp.exe"),
        ("\u2066a\u2069\u200f", "a"),
        ("a\x00b\x07c\x1b[0m\x7f\x9b", "abc[0m"),
        ("a\u200b\ufeff\u00adb", "ab"),
        ("một\r\nhai\tba ", "một\nhai ba"),
        ("\ud800a", "a"),
        ("\ue000\U000f0000\uffffa", "a"),
        ("👩\u200d🌾 ❤\ufe0f", "👩\u200d🌾 ❤\ufe0f"),
    ],
)
def test_what_cannot_be_seen_is_not_kept(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@given(st.text())
def test_what_is_clean_stays_as_it_is_and_can_be_stored(typed: str) -> None:
    kept = clean(typed)
    assert clean(kept) == kept
    assert kept.encode().decode() == kept
    assert not {"\0", "\r", "\u202e", "\u2067"} & set(kept)


@pytest.mark.parametrize(
    ("language", "day", "moment", "number", "money"),
    [
        ("vi", "05/11/2026", "06:30 05/11/2026", "1.234.567", "1.500.000 đồng"),
        ("fr", "05/11/2026", "06:30 05/11/2026", "1\u202f234\u202f567", "1\u202f500\u202f000"),
        ("en", "05/11/2026", "06:30 05/11/2026", "1,234,567", "1,500,000"),
    ],
)
def test_days_numbers_and_money_are_written_as_the_language_does(
    language: str, day: str, moment: str, number: str, money: str
) -> None:
    t = text(language)
    assert t.day(date(2026, 11, 5)) == day
    assert t.moment(datetime(2026, 11, 4, 23, 30, tzinfo=UTC)) == moment
    assert t.number(1234567) == number
    assert t.money(1_500_000).startswith(money)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_placeholder_takes_what_was_typed_as_it_is(language: str) -> None:
    assert "{x} %s" in text(language)(
        "I passed this on to the officers as request no. {number}:", number="{x} %s"
    )


def test_a_language_without_a_catalog_speaks_the_msgids() -> None:
    assert text("de")("Main menu") == "Main menu"
    assert text("de")("") == ""
    assert text("vi")("Main menu") != "Main menu"


@pytest.mark.parametrize(
    ("code", "language"),
    [("fr", "fr"), ("vi-VN", "vi"), ("en_GB", "en"), ("FR", "fr"), ("de", None), ("", None), ("vie", None)],
)
def test_a_channels_code_is_one_of_our_languages_or_none(code: str, language: str | None) -> None:
    assert language_of(code) == language
