"""What fits what: the product first, then how much, when, with which certificate, and from where."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.records.matching import Side, fit, months_between

TONNE = {"amount": 1, "unit": "tonne", "base": 1000, "base_unit": "kg"}
MONTHLY = {"amount": 300, "unit": "kg", "base": 300, "base_unit": "kg", "per": "month"}


@pytest.mark.parametrize(
    ("wanted", "there", "reason"),
    [
        ("miến dong", "Mien dong", "same"),
        ("miến dong", "Miến dong Ví Dụ", "near"),
        ("mật ong rừng", "mật ong hoa nhãn", "near"),
        ("gà", "gà đen", "near"),
        ("gà", "trứng gà", ""),
        ("nấm hương", "nấm rơm", ""),
        ("chè dây", "chè xanh", ""),
        ("tre", "trứng", ""),
    ],
)
def test_the_first_word_of_a_product_has_to_be_the_same(wanted: str, there: str, reason: str) -> None:
    found = fit(Side(wanted), Side(there))
    assert (found.reasons[0] if found else "") == reason


def test_any_food_is_found_by_its_category() -> None:
    found = fit(Side("nông sản"), Side("Miến dong", category="food"))
    assert found is not None
    assert found.reasons == ("category",)
    assert fit(Side("nông sản"), Side("Rổ tre", category="craft")) is None


def test_what_is_near_enough_certified_and_in_season_comes_first() -> None:
    wanted = Side(
        "miến dong",
        volume=TONNE,
        price=50_000,
        months=(11, 12),
        certificates=("vietgap",),
        province="4",
        commune="1273",
    )
    best = Side(
        "Miến dong",
        volume=MONTHLY | {"amount": 600, "base": 600},
        price=45_000,
        months=(12,),
        certificates=("ocop", "vietgap"),
        province="4",
        commune="1273",
    )
    worse = Side("Miến dong", volume=MONTHLY, price=60_000, months=(12,), province="4")
    first, second = fit(wanted, best), fit(wanted, worse)
    assert first is not None
    assert second is not None
    assert first.reasons == ("same", "commune", "enough", "season", "certified", "affordable")
    assert second.reasons == ("same", "province", "part", "season", "uncertified", "dear")
    assert first.score > second.score


def in_commune(province: str, commune: str = "") -> Side:
    return Side("miến dong", province=province, commune=commune)


@pytest.mark.parametrize(
    ("wanted", "there", "reason", "km"),
    [
        (in_commune("46", "19885"), in_commune("46", "19885"), "commune", None),
        (in_commune("46", "19885"), in_commune("46", "19789"), "within", 25),  # Đan Điền, Thuận Hóa
        (in_commune("46", "19885"), in_commune("46"), "province", None),
        (in_commune("46"), in_commune("46"), "province", None),
        (in_commune("46", "19885"), in_commune("48"), "away", 125),
        (in_commune("46"), in_commune("01"), "away", 553),  # Huế, Hà Nội
        (in_commune("46"), in_commune("99"), "", None),
        (in_commune("46"), in_commune(""), "", None),
    ],
)
def test_how_far_apart_two_sides_are_is_told_as_closely_as_it_is_known(
    wanted: Side, there: Side, reason: str, km: int | None
) -> None:
    found = fit(wanted, there)
    assert found is not None
    assert ("".join(found.reasons[1:]), found.km) == (reason, km)


def test_of_two_that_are_alike_the_nearer_comes_first() -> None:
    wanted = in_commune("04", "01273")
    fits = [
        fit(wanted, there)
        for there in (
            in_commune("04", "01273"),
            in_commune("04", "01290"),
            in_commune("20"),
            in_commune("46"),
        )
    ]
    scores = [found.score for found in fits if found]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 4


COMMUNES = st.sampled_from([("04", "01273"), ("46", "19885"), ("46", ""), ("01", ""), ("79", ""), ("", "")])


@given(COMMUNES, COMMUNES)
def test_a_distance_is_the_same_both_ways_and_never_takes_away(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    there, back = fit(in_commune(*one), in_commune(*other)), fit(in_commune(*other), in_commune(*one))
    alone = fit(in_commune(""), in_commune(""))
    assert there == back
    assert there is not None
    assert alone is not None
    assert there.score >= alone.score


def test_out_of_season_is_no_match() -> None:
    assert fit(Side("cam", months=(6,)), Side("cam", months=(11, 12))) is None


def test_other_units_are_not_compared() -> None:
    eggs = {"amount": 500, "unit": "fruit"}
    found = fit(Side("trứng gà", volume=eggs), Side("trứng gà", volume=TONNE))
    assert found is not None
    assert found.reasons == ("same",)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 2000))
def test_the_months_between_two_days_hold_both(first: date, days: int) -> None:
    last = date.fromordinal(first.toordinal() + days)
    months = months_between(first, last)
    assert {first.month, last.month} <= set(months)
    assert list(months) == sorted(set(months))
