"""A text that is too long for a channel is cut where a reader would pause, and never inside a letter."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.texts import split, unbold, units

ACCENTED = unicodedata.normalize("NFD", "ệ")  # three code points, one letter
FAMILY = "👨\u200d👩\u200d👧"
KEYCAP = "1\ufe0f\u20e3"
DARK_THUMB = "👍🏿"
SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
FLAG = "🇻🇳"
SYLLABLE = "\u1112\u1161\u11ab"  # Hangul, its three letters written apart


def test_a_text_is_cut_at_the_largest_break_there_is() -> None:
    assert list(split("a" * 60 + "\n\n" + "b" * 60, 100)) == ["a" * 60, "b" * 60]
    assert list(split("a" * 60 + "\n" + "b. " + "c" * 60, 100)) == ["a" * 60, "b. " + "c" * 60]
    assert list(split("a" * 60 + ". d " + "c" * 60, 100)) == ["a" * 60 + ".", "d " + "c" * 60]
    assert list(split("a" * 60 + " " + "c" * 60, 100)) == ["a" * 60, "c" * 60]
    assert list(split("a" * 150, 100)) == ["a" * 100, "a" * 50]


def test_code_units_are_counted_and_not_letters() -> None:
    assert units("ưỡ") == 2
    assert units("🌾") == 2
    assert [units(part) for part in split("🌾" * 3000, 4096)] == [4096, 1904]


def test_a_sentence_is_kept_whole_where_one_ends_in_the_second_half() -> None:
    assert list(split("Câu một dài hơn một nửa. Câu hai cũng dài", 30)) == [
        "Câu một dài hơn một nửa.",
        "Câu hai cũng dài",
    ]


@pytest.mark.parametrize("letter", [ACCENTED, FAMILY, KEYCAP, DARK_THUMB, SCOTLAND, FLAG, SYLLABLE])
def test_no_cut_is_inside_what_is_seen_as_one_letter(letter: str) -> None:
    for limit in range(30, 45):
        for lead in ("", "a"):
            parts = list(split(lead + letter * 40, limit))
            assert [part.removeprefix(lead).replace(letter, "") for part in parts] == [""] * len(parts)
            assert all(units(part) <= limit for part in parts)


def test_accents_piled_up_without_end_are_still_cut() -> None:
    parts = list(split("a" + "\u0301" * 500, 100))
    assert all(units(part) <= 100 for part in parts)
    assert len("".join(parts)) == 501


@given(st.text(alphabet="ab .\n🌾ệ\u0301\u200d\ufe0f🏿🇻🇳", max_size=300), st.integers(8, 60))
def test_nothing_is_lost_and_nothing_is_too_long(text: str, limit: int) -> None:
    parts = list(split(text, limit))
    assert all(0 < units(part) <= limit for part in parts)
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", text)


def test_bold_is_said_without_its_asterisks() -> None:
    assert unbold("Có **36 tháng**, 2 ** 3 và **") == "Có 36 tháng, 2 ** 3 và **"


def test_a_blank_that_carries_an_accent_is_no_place_to_cut() -> None:
    parts = list(split("một hai ba bốn năm" + " \u0301sáu" * 20, 30))
    assert not [part for part in parts if unicodedata.combining(part[0])]
