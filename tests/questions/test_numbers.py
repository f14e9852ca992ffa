"""Whole numbers, in figures or in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.questions import Whole, in_words
from bot.text import LANGUAGES, text
from tests.questions.asking import VI, read, refused


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12", 12), (" 1.500 ", 1500), ("1 500", 1500), ("0", 0), ("1000000", 1_000_000), ("mười", 10),
        ("muoi lam", 15), ("dạ 25 ạ", 25), ("hai mươi mốt", 21), ("twenty-one", 21), ("vingt et un", 21),
        ("quatre-vingt-un", 81), ("một trăm lẻ năm", 105), ("tám", 8), ("tam", 8),
        ("hai nghìn không trăm lẻ năm", 2005),
    ],
)  # fmt: skip
def test_a_whole_number_is_read(typed: str, value: int) -> None:
    assert read(Whole(), typed) == value


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-1",
        "1,5",
        "1000001",
        "٣",
        "²",
        "9" * 5000,
        "0" * 20_000,
        "hai năm",
        "một trăm hai",
        "hai hai",
        "1.2.3",
        "5 6",
    ],
)
def test_what_is_no_whole_number_in_the_range_is_asked_again(typed: str) -> None:
    refused(Whole(), typed)


def test_the_range_is_named() -> None:
    assert "1.000.000" in refused(Whole(), "1000001")


@given(number=st.integers(0, 10**15 - 1), language=st.sampled_from(LANGUAGES))
def test_a_number_is_read_from_its_figures_as_each_language_writes_them(number: int, language: str) -> None:
    assert read(Whole(most=10**15), text(language).number(number).replace("\u202f", " "), language) == number


@given(number=st.integers(0, 10**12 - 1))
def test_a_number_is_read_from_its_words(number: int) -> None:
    assert read(Whole(most=10**15), in_words(number, "vi")) == number
    assert Whole().show(number, VI)
