"""Quantities keep what was said beside what it comes to; areas are square metres."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.questions import PERIODS, UNITS, Area, Quantity, per_month, unit_name
from bot.text import LANGUAGES, text
from tests.questions.asking import FR, VI, asked, read, refused

MONTHLY = Quantity(("kg", "tonne", "box"), ("month", "season", "year"))


def test_a_quantity_keeps_what_was_said_and_what_it_comes_to() -> None:
    assert read(Quantity(), "1,5 tấn") == {"amount": 1.5, "unit": "tonne", "base": 1500, "base_unit": "kg"}
    assert read(Quantity(), "100 hộp") == {"amount": 100, "unit": "box"}
    assert read(MONTHLY, "60 tấn/năm")["per"] == "year"


def test_a_quantity_is_read_back_with_its_kilograms_and_its_period() -> None:
    assert MONTHLY.show(read(MONTHLY, "5 tấn/tháng"), VI) == "5 tấn (5.000 kg) mỗi tháng"
    assert Quantity().show(read(Quantity(), "2 tạ"), FR) == "2 quintaux (200 kg)"


def test_a_missing_period_is_asked() -> None:
    assert asked(MONTHLY, "5 tấn") == [
        "5 tấn (5.000 kg) mỗi tháng", "5 tấn (5.000 kg) mỗi vụ", "5 tấn (5.000 kg) mỗi năm",
    ]  # fmt: skip


def test_t_is_a_tonne_or_a_quintal() -> None:
    assert asked(Quantity(), "5t") == ["5 tấn (5.000 kg)", "5 tạ (500 kg)"]


def test_a_missing_unit_is_asked_from_those_of_the_question() -> None:
    assert asked(Quantity(("kg", "tonne")), "500") == ["500 kg", "500 tấn (500.000 kg)"]


def test_a_unit_that_the_question_has_not_is_refused_with_those_that_it_has() -> None:
    assert "kg, tấn, hộp" in refused(MONTHLY, "20 lít/tháng")
    assert "mỗi tháng, mỗi vụ, mỗi năm" in refused(MONTHLY, "5 kg/ngày")


def test_a_year_and_a_day_come_to_a_month_and_a_season_does_not() -> None:
    daily = Quantity(periods=("day", "season", "year"))
    assert per_month(read(daily, "60 tấn/năm")) == 5000
    assert per_month(read(daily, "12 kg/ngày")) == 365
    assert per_month(read(daily, "20 tấn/vụ")) is None


@given(
    amount=st.integers(1, 10**9) | st.integers(1, 10**6).map(lambda n: n / 4),
    unit=st.sampled_from(sorted(UNITS)),
    per=st.sampled_from(sorted(PERIODS)),
    language=st.sampled_from(LANGUAGES),
)
def test_what_an_offer_types_means_exactly_that(amount: float, unit: str, per: str, language: str) -> None:
    value = read(Quantity(periods=tuple(PERIODS)), f"{amount:.2f} {unit}/{per}", language)
    assert (value["amount"], value["unit"], value["per"]) == (amount, unit, per)
    assert Quantity().show(value, text(language))


@given(amount=st.integers(1, 999), unit=st.sampled_from(sorted(UNITS)), language=st.sampled_from(LANGUAGES))
def test_the_name_of_a_unit_is_understood_or_asked(amount: int, unit: str, language: str) -> None:
    shown = f"{amount} {unit_name(unit, text(language))}"
    if unit in ("fruit", "set", "bunch") or (unit, language) == ("head", "fr"):
        return  # names of two things at once, or of two units without their accents
    assert read(Quantity(), shown, language)["unit"] == unit


@pytest.mark.parametrize("typed", ["3 sào", "2 mẫu", "1 mau ruoi"])
def test_a_field_measure_is_asked_by_region_and_kept_in_square_metres(typed: str) -> None:
    assert len(asked(Area(), typed)) > 1
    assert isinstance(read(Area("north"), typed), int)


def test_an_area_is_read_back_in_hectares_and_square_metres() -> None:
    assert Area().show(40_000, VI) == "4 ha (40.000 m²)"
    assert Area().show(7_500, VI) == "7.500 m²"
    assert "m²" in refused(Area("south"), "3 sào")
