"""Amounts are read as people type them, read back in words, and asked where they can be two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.questions import Money, in_words, money, money_short
from bot.text import LANGUAGES, text
from tests.questions.asking import EN, FR, VI, asked, meant, read, refused

AMOUNTS = st.integers(0, 10**14) | st.integers(0, 10**5).map(lambda n: n * 10**6)


def test_an_amount_is_read_back_in_words() -> None:
    assert money(1_500_000_000, VI) == "1,5 tỷ đồng (một tỷ năm trăm triệu đồng)"
    assert money(45_000, VI) == "45.000 đồng (bốn mươi lăm nghìn đồng)"
    assert money(-200_000_000, VI) == "-200 triệu đồng (âm hai trăm triệu đồng)"
    assert money(1_500_000_000, FR).startswith("1,5 milliard de đồngs (un milliard cinq cents millions")
    assert money(2_000_000_000, FR).startswith("2 milliards de đồngs (")
    assert money(500_000_000, EN) == "500 million đồng (five hundred million đồng)"


def test_an_amount_that_is_not_round_is_shown_to_the_last_dong() -> None:
    assert money_short(1_234_567, VI) == "1.234.567 đồng"
    assert money_short(1_025_000, VI) == "1.025.000 đồng"
    assert money_short(2_350_000_000, VI) == "2,35 tỷ đồng"


def test_a_number_without_a_unit_is_asked() -> None:
    assert asked(Money(), "500") == ["500 triệu đồng", "500.000 đồng", "500 đồng"]
    assert asked(Money(), "2t") == ["2 tỷ đồng", "2 triệu đồng"]
    assert asked(Money(), "1.500 triệu") == ["1,5 tỷ đồng", "1,5 triệu đồng"]
    assert asked(Money(), "1 billion", "fr")[0] == "1 milliard de đồngs"


def test_only_what_the_question_allows_is_offered() -> None:
    assert asked(Money(least=1_000, most=500_000_000), "500") == ["500 triệu đồng", "500.000 đồng"]


def test_an_amount_out_of_bounds_names_the_bounds() -> None:
    told = refused(Money(least=1_000, most=500_000_000), "2 tỷ")
    assert "1.000 đồng" in told
    assert "500 triệu đồng" in told


def test_a_price_that_is_too_small_for_the_question_is_asked_in_larger_units() -> None:
    assert asked(Money(least=1_000_000), "1500") == ["1,5 tỷ đồng", "1,5 triệu đồng"]


def test_a_loss_is_only_for_a_profit() -> None:
    assert read(Money(negative=True), "lỗ 1,5 tỷ") == -1_500_000_000
    assert "không thể âm" in refused(Money(), "-5 triệu")


def test_another_currency_is_refused_with_what_to_type() -> None:
    assert "đồng Việt Nam" in refused(Money(), "500 usd")


@given(dong=AMOUNTS, language=st.sampled_from(LANGUAGES))
def test_what_an_offer_types_means_exactly_that(dong: int, language: str) -> None:
    assert read(Money(), f"{dong}d", language) == dong


@given(dong=AMOUNTS, language=st.sampled_from(LANGUAGES))
def test_what_is_shown_can_be_typed_and_means_the_same_or_is_offered(dong: int, language: str) -> None:
    shown = money_short(dong, text(language))
    assert f"{dong}d" in meant(Money(), shown, language)


@given(dong=AMOUNTS, language=st.sampled_from(LANGUAGES))
def test_an_amount_spelt_out_is_read(dong: int, language: str) -> None:
    if dong < 1000 or dong >= 10**12:
        return
    spelt = in_words(dong, language)
    if language == "vi" and dong % 1000:
        assert f"{dong}d" in meant(Money(), spelt, language)
    else:
        assert read(Money(), spelt, language) == dong


def test_what_is_left_out_in_speech_is_understood_or_asked() -> None:
    assert money_short(read(Money(), "ba triệu hai"), VI) == "3,2 triệu đồng"
    assert asked(Money(), "một tỷ hai trăm") == ["1,2 tỷ đồng", "1.000.000.200 đồng"]
    assert asked(Money(), "hai tỷ ba lăm") == ["2,35 tỷ đồng", "2.035 triệu đồng"]
    assert asked(Money(), "trăm rưỡi") == ["150 triệu đồng", "150.000 đồng", "150 đồng"]
    assert asked(Money(), "hai triệu năm") == ["2,5 triệu đồng"]


@given(head=st.integers(1, 999), scale=st.sampled_from(("nghìn", "triệu", "tỷ")), digit=st.integers(1, 9))
def test_a_digit_after_a_scale_is_a_tenth_of_it(head: int, scale: str, digit: int) -> None:
    value = {"nghìn": 10**3, "triệu": 10**6, "tỷ": 10**9}[scale]
    said = f"{in_words(head, 'vi')} {scale} {in_words(digit, 'vi')}"
    assert meant(Money(), said, "vi") == [f"{head * value + digit * value // 10}d"]


@pytest.mark.parametrize(
    ("number", "spelt"),
    [
        (0, "không"), (5, "năm"), (15, "mười lăm"), (21, "hai mươi mốt"), (101, "một trăm lẻ một"),
        (1005, "một nghìn không trăm lẻ năm"), (1015, "một nghìn không trăm mười lăm"),
        (1_000_005, "một triệu không trăm lẻ năm"), (105_000_000, "một trăm lẻ năm triệu"),
        (10**12, "một nghìn tỷ"), (1_001_001, "một triệu không trăm lẻ một nghìn không trăm lẻ một"),
    ],
)  # fmt: skip
def test_numbers_are_spelt_as_vietnamese_spells_them(number: int, spelt: str) -> None:
    assert in_words(number, "vi") == spelt
