"""Repayments of a loan, in whole đồng: pure arithmetic, with a rate that somebody gave.

Each month counts as a twelfth of a year, whatever its days. Interest of a month is the balance times the rate,
computed exactly and rounded half up to a đồng. An equal share of the principal is rounded down, an equal
payment half up; the last repayment takes what is left, so that the principals always add up to the loan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, get_args

#: Equal shares of the principal; equal payments; the whole principal at the end.
Method = Literal["principal", "annuity", "end"]
METHODS: tuple[Method, ...] = get_args(Method)
Per = Literal["month", "year"]


@dataclass(frozen=True, slots=True)
class Rate:
    """Interest in percent per month or per year, as it was said."""

    percent: Decimal
    per: Per

    @property
    def monthly(self) -> Fraction:
        """The part of the balance that one month costs."""
        return Fraction(self.percent) / (100 if self.per == "month" else 1200)

    @property
    def yearly(self) -> Decimal:
        """Percent per year: twelve times that of a month, without compounding."""
        return self.percent * 12 if self.per == "month" else self.percent


@dataclass(frozen=True, slots=True)
class Instalment:
    """One month's repayment, in đồng: `balance` is what is still owed after it."""

    number: int
    principal: int
    interest: int
    balance: int

    @property
    def payment(self) -> int:
        return self.principal + self.interest


def schedule(amount: int, months: int, rate: Rate, method: Method, grace: int = 0) -> tuple[Instalment, ...]:
    """The repayments of a loan of `amount` đồng over `months`, the first `grace` of them of interest alone.

    Raises `ValueError` where the amount or the months are below one, or no month is left after the grace.
    """
    if amount < 1 or months < 1 or not 0 <= grace < months:
        raise ValueError("a loan needs an amount, and a month that is not of grace")
    return tuple(_months(amount, months, rate.monthly, method, grace))


def _months(amount: int, months: int, monthly: Fraction, method: Method, grace: int) -> Iterator[Instalment]:
    balance = amount
    repaid_in = 1 if method == "end" else months - grace
    payment = _equal_payment(amount, repaid_in, monthly)
    for number in range(1, months + 1):
        interest = _rounded(balance * monthly)
        if number == months:
            principal = balance
        elif number <= months - repaid_in:
            principal = 0
        elif method == "annuity":
            principal = min(balance, max(0, payment - interest))
        else:
            principal = amount // repaid_in
        balance -= principal
        yield Instalment(number, principal, interest, balance)


def _equal_payment(amount: int, months: int, monthly: Fraction) -> int:
    if not monthly:
        return _rounded(Fraction(amount, months))
    growth = (1 + monthly) ** months
    return _rounded(amount * monthly * growth / (growth - 1))


def _rounded(value: Fraction) -> int:
    """Half up, as amounts are rounded by hand."""
    return int(value + Fraction(1, 2))
