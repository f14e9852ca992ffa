"""Repayments add up to the đồng, whatever the loan."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.instalments import METHODS, Method, Per, Rate, schedule

PERS: tuple[Per, ...] = ("month", "year")
RATES = st.builds(Rate, st.decimals(0, 60, places=3), st.sampled_from(PERS))
LOANS = st.integers(1, 120).flatmap(
    lambda months: st.tuples(
        st.integers(1, 10**12), st.just(months), RATES, st.sampled_from(METHODS), st.integers(0, months - 1)
    )
)
Loan = tuple[int, int, Rate, Method, int]


def rate(percent: str, per: Per = "year") -> Rate:
    return Rate(Decimal(percent), per)


@given(LOANS)
def test_the_principals_add_up_to_the_loan_and_nothing_is_owed_at_the_end(loan: Loan) -> None:
    rows = schedule(*loan)
    assert [row.number for row in rows] == list(range(1, loan[1] + 1))
    assert sum(row.principal for row in rows) == loan[0]
    assert rows[-1].balance == 0


@given(LOANS)
def test_the_debt_never_grows_and_no_part_is_negative(loan: Loan) -> None:
    rows = schedule(*loan)
    assert all(row.principal >= 0 and row.interest >= 0 for row in rows)
    assert all(before.balance >= after.balance for before, after in pairwise(rows))
    assert all(before.interest >= after.interest for before, after in pairwise(rows))


@given(LOANS)
def test_months_of_grace_cost_interest_alone(loan: Loan) -> None:
    amount, _, _, _, grace = loan
    assert all(row.principal == 0 and row.balance == amount for row in schedule(*loan)[:grace])


@given(st.integers(10**6, 10**12), st.integers(2, 120), RATES)
def test_equal_payments_are_equal_but_for_the_rounding_in_the_last(amount: int, months: int, r: Rate) -> None:
    rows = schedule(amount, months, r, "annuity")
    payments = {row.payment for row in rows[:-1] if row.balance}
    assert len(payments) <= 1
    growth = (1 + r.monthly) ** months
    for paid in payments:  # half a đồng of rounding a month, and half of each interest, grow to the end
        assert abs(rows[-1].payment - paid) <= months * growth + 1


@given(st.integers(10**6, 10**12), st.integers(2, 120), RATES)
def test_equal_principals_cost_less_than_equal_payments_and_those_less_than_all_at_the_end(
    amount: int, months: int, r: Rate
) -> None:
    principal, annuity, end = (
        sum(row.interest for row in schedule(amount, months, r, method)) for method in METHODS
    )
    assert principal <= annuity + months
    assert annuity <= end + months


def test_known_values_of_equal_principals() -> None:
    rows = schedule(500_000_000, 24, rate("6"), "principal")
    assert (rows[0].principal, rows[0].interest, rows[0].balance) == (20_833_333, 2_500_000, 479_166_667)
    assert (rows[-1].principal, rows[-1].interest) == (20_833_341, 104_167)
    assert sum(row.interest for row in rows) == 31_250_000


def test_known_values_of_equal_payments() -> None:
    rows = schedule(100_000_000, 12, rate("1", "month"), "annuity")
    assert rows[0].payment == 8_884_879  # 100,000,000 × 0.01 × 1.01¹² / (1.01¹² − 1) = 8,884,878.87
    assert rows[0].principal == 7_884_879


def test_known_values_of_all_at_the_end() -> None:
    rows = schedule(300_000_000, 24, rate("0.4", "month"), "end")
    assert {row.payment for row in rows[:-1]} == {1_200_000}
    assert rows[-1].payment == 301_200_000


def test_a_rate_per_month_is_a_twelfth_of_that_per_year() -> None:
    assert rate("0.57", "month").yearly == Decimal("6.84")
    assert rate("0.57", "month").monthly == rate("6.84").monthly


@pytest.mark.parametrize(("amount", "months", "grace"), [(0, 12, 0), (1, 0, 0), (1, 12, 12), (1, 12, -1)])
def test_what_is_no_loan_is_refused(amount: int, months: int, grace: int) -> None:
    with pytest.raises(ValueError, match="needs an amount"):
        schedule(amount, months, rate("6"), "annuity", grace)
