"""Repayments worked out with a rate that the person typed: an example, never an offer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from bot.chat import Button, Incoming, Made, Outgoing
from bot.errors import Unsure, UserError
from bot.forms import Answers, Form, Question
from bot.instalments import METHODS, Instalment, Method, Rate, schedule
from bot.papers.values import Period, ScheduleChart, ScheduleSheet
from bot.questions import Money, OneOf, Term, money_in, money_short, months_term_in
from bot.questions.reading import FIGURE, Typed, any_of, compact, plain, readings, typed, vocabulary
from bot.router import Feature, open_form
from bot.text import N_, Text, clean, fold, text
from bot.turn import Turn
from handlers import privacy

PERCENT = N_("words: percent")
#: Percent a year that are certainly a slip.
STEEPEST = 60
#: Months of grace, and of a loan, that the calculator takes.
LONGEST_GRACE, LONGEST = 60, 360
#: Repayments that stand in the message; all of them are in the workbook.
SHOWN = 3

LABELS: dict[Method, str] = {
    "principal": N_("Equal principal"),
    "annuity": N_("Equal payments"),
    "end": N_("Principal at the end"),
}


@dataclass(frozen=True)
class Interest(Typed):
    """A rate with its period: “6%/năm”, “0,57%/tháng”; kept as {"percent": "0.57", "per": "month"}."""

    def parse(self, said: Incoming, text: Text, today: date) -> dict[str, str]:
        found = _rates(plain(typed(said)), text, whole=True)
        sane = [rate for rate in found if 0 <= rate.yearly <= STEEPEST]
        if found and not sane:
            raise UserError(
                N_("This is above {most}% a year. Please check, and type it like 6%/year."),
                {"most": STEEPEST},
            )
        if not sane:
            raise UserError(N_("I could not read this rate. Please type it like 6%/year or 0.57%/month."))
        if len(sane) > 1:
            choices = [(f"{compact(rate.percent)}%/{rate.per[0]}", shown_rate(rate, text)) for rate in sane]
            raise Unsure(N_("Per year or per month?"), choices=choices)
        return {"percent": str(sane[0].percent), "per": sane[0].per}

    def show(self, value: Any, text: Text) -> str:
        return shown_rate(Rate(Decimal(value["percent"]), value["per"]), text)


def shown_rate(rate: Rate, text: Text) -> str:
    """6%/năm; a monthly one also for the year, since that is how rates are compared."""
    percent = text.number(float(rate.percent))
    if rate.per == "year":
        return text(N_("{percent}%/year"), percent=percent)
    return text(
        N_("{percent}%/month ({yearly}%/year)"), percent=percent, yearly=text.number(float(rate.yearly))
    )


def wanted_in(sentence: str, t: Text) -> tuple[int | None, int | None, Rate | None]:
    """The amount, the months and the rate with its period that a sentence names: “vay 500tr 24 tháng lãi 6%/năm”."""
    said = " ".join(clean(sentence)[:400].split())
    flat = "".join(bare if len(bare := fold(letter)) == 1 else letter for letter in said)
    sane = {rate for rate in _rates(flat, t, whole=False) if 0 <= rate.yearly <= STEEPEST}
    rest, at = "", 0
    for found in _pattern().finditer(flat):  # “a year” of the rate is no term
        if found["percent"]:
            rest, at = f"{rest}{said[at : found.start()]} . ", found.end()
    rest += said[at:]
    months = months_term_in(rest, t)
    return (
        money_in(rest, t),
        months if months and months <= LONGEST else None,
        sane.pop() if len(sane) == 1 else None,
    )


def _rates(words: str, text: Text, *, whole: bool) -> list[Rate]:
    """The rates that words name; where no period was said, both of them, and only if it is the `whole` answer."""
    pattern = _pattern()
    match = pattern.fullmatch(words) if whole else None
    matches = ([match] if match else []) if whole else list(pattern.finditer(words))
    found: list[Rate] = []
    for one in matches:
        numbers = [n for n in readings(one["figure"], text.language, strict=True) if n <= 1000]
        number = numbers[-1] if numbers else None
        if number is None or not (whole or one["percent"]):
            continue
        if one["year"]:
            found.append(Rate(number, "year"))
        elif one["month"]:
            found.append(Rate(number, "month"))
        elif whole:
            found += [Rate(number, "year"), Rate(number, "month")]
    return found


@cache
def _pattern() -> re.Pattern[str]:
    percent = any_of({"%", *vocabulary({PERCENT: True})})
    year = any_of({"y", *vocabulary({N_("words: a year, after a rate"): True})})
    month = any_of({"m", *vocabulary({N_("words: a month, after a rate"): True})})
    each = any_of(vocabulary({N_("words: per, before a year or month"): True}))
    lead = any_of(vocabulary({N_("words: interest, before a rate"): True}))
    return re.compile(
        rf"(?:{lead} )?(?P<figure>{FIGURE}) ?(?P<percent>{percent})?"
        rf"(?: ?(?:/|{each})? ?(?:(?P<year>{year})|(?P<month>{month}))(?![a-z]))?"
    )


@dataclass(frozen=True)
class Wanted:
    """A calculation; `code` is how a button carries it."""

    amount: int
    months: int
    rate: Rate
    method: Method
    grace: int = 0

    @property
    def code(self) -> str:
        rate = f"{self.rate.percent.normalize():f}{self.rate.per[0]}"
        return f"{self.amount}:{self.months}:{rate}:{self.method}:{self.grace}"

    @classmethod
    def of(cls, code: str) -> Wanted | None:
        """None for what no button of ours carried."""
        figures = r"([1-9][0-9]{0,12}):([1-9][0-9]{0,2}):([0-9]{1,3}(?:\.[0-9]{1,6})?)([my])"
        found = re.fullmatch(rf"{figures}:({'|'.join(METHODS)}):([0-9]{{1,2}})", code)
        if not found:
            return None
        amount, months, percent, per, method, grace = found.groups()
        one = cls(
            int(amount),
            int(months),
            Rate(Decimal(percent), "month" if per == "m" else "year"),
            next(known for known in METHODS if known == method),
            int(grace),
        )
        return one if one.months <= LONGEST and one.grace < one.months else None

    @property
    def answers(self) -> dict[str, Any]:
        return {
            "amount": self.amount,
            "term": self.months,
            "rate": {"percent": str(self.rate.percent), "per": self.rate.per},
            "method": self.method,
            "grace": self.grace or None,
        }

    def rows(self) -> tuple[Instalment, ...]:
        return schedule(self.amount, self.months, self.rate, self.method, self.grace)


async def handle(turn: Turn) -> Sequence[Outgoing]:
    if turn.said.kind == "text":
        return await begin(turn)
    wanted = Wanted.of(turn.argument)
    match turn.command:
        case "show" if wanted:
            return [result(turn, wanted)]
        case "change" if wanted:
            return await open_form(turn, calculator, wanted.answers)
        case "sheet" if wanted:
            return [
                Outgoing(
                    turn.text(N_("The whole schedule as an Excel file:")), made=_sheet(turn.text, wanted)
                )
            ]
        case "chart" if wanted:
            return [Outgoing(turn.text(N_("The schedule as a picture:")), made=_chart(turn.text, wanted))]
        case "amount" if re.fullmatch("[1-9][0-9]{5,12}:[1-9][0-9]{0,2}", turn.argument):
            amount, months = turn.argument.split(":")
            return await open_form(turn, calculator, {"amount": int(amount), "term": int(months)})
        case _:
            return await open_form(turn, calculator, {})


async def begin(turn: Turn) -> list[Outgoing]:
    """Works it out at once where the sentence says all of it, else asks for what it leaves open."""
    amount, months, rate = wanted_in(turn.said.text, turn.text)
    if amount and months and rate:
        return [result(turn, Wanted(amount, months, rate, "principal"))]
    known: dict[str, Any] = {}
    if amount:
        known["amount"] = amount
    if months:
        known["term"] = months
    if rate:
        known["rate"] = {"percent": str(rate.percent), "per": rate.per}
    return await open_form(turn, calculator, known)


def leads(said: str) -> str | None:
    """A sentence that holds an amount, a term and a rate, and nothing is left to ask."""
    if not any(mark in fold(said) for mark in ("%", *vocabulary({PERCENT: True}))):
        return None
    return "begin" if all(wanted_in(said, text("vi"))) else None


async def submit(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    rate = Rate(Decimal(answers["rate"]["percent"]), answers["rate"]["per"])
    grace = min(answers.get("grace") or 0, answers["term"] - 1)
    return [result(turn, Wanted(answers["amount"], answers["term"], rate, answers["method"], grace))]


def result(turn: Turn, wanted: Wanted) -> Outgoing:
    t, rows = turn.text, wanted.rows()
    lines = [_about(t, wanted), ""]
    lines += [_line(t, row) for row in rows[:SHOWN]]
    if len(rows) > SHOWN + 1:
        lines.append("…")
    if len(rows) > SHOWN:
        lines.append(_line(t, rows[-1]))
    interest = sum(row.interest for row in rows)
    lines += [
        "",
        t(N_("Interest in all: {amount}."), amount=t.money(interest)),
        t(N_("To be paid in all: {amount}."), amount=t.money(wanted.amount + interest)),
        t(NOTE),
    ]
    others = [
        method for method in METHODS if method != wanted.method and not (method == "end" and wanted.grace)
    ]
    code = wanted.code
    buttons = [
        Button(t(N_("Excel file")), data=f"calc:sheet:{code}"),
        Button(t(N_("Chart")), data=f"calc:chart:{code}"),
        *(
            Button(
                t(LABELS[method]),
                data=f"calc:show:{Wanted(wanted.amount, wanted.months, wanted.rate, method, wanted.grace).code}",
            )
            for method in others
        ),
        Button(t(N_("Change the numbers")), data=f"calc:change:{code}"),
        Button(t(N_("Check a loan")), data="loan:apply"),
        privacy.back(turn),
    ]
    return Outgoing("\n".join(lines), tuple(buttons))


NOTE = N_(
    "This is only an example with the rate you typed, each month as a twelfth of a year; amounts are rounded to "
    "a đồng. The lender decides the real rate and dates."
)


def _about(t: Text, wanted: Wanted) -> str:
    about = t(
        N_("Example: {amount}, {term}, interest {rate}, {method}."),
        amount=money_short(wanted.amount, t),
        term=Term(1, LONGEST).show(wanted.months, t),
        rate=shown_rate(wanted.rate, t),
        method=_lower(t(LABELS[wanted.method])),
    )
    if not wanted.grace:
        return about
    first = t(N_("The first {term} only interest."), term=Term().show(wanted.grace, t))
    return f"{about} {first}"


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]


def _line(t: Text, row: Instalment) -> str:
    return t(
        N_("Month {number}: {payment} (principal {principal}, interest {interest}); still owed {balance}"),
        number=row.number,
        payment=t.money(row.payment),
        principal=t.number(row.principal),
        interest=t.number(row.interest),
        balance=t.number(row.balance),
    )


def _periods(t: Text, wanted: Wanted) -> list[Period]:
    return [
        {
            "label": t(N_("Month {number}"), number=row.number),
            "principal": row.principal,
            "interest": row.interest,
            "balance": row.balance,
        }
        for row in wanted.rows()
    ]


def _sheet(t: Text, wanted: Wanted) -> Made:
    values: ScheduleSheet = {
        "title": t(N_("Repayment schedule (example)")),
        "sheet": t(N_("Schedule")),
        "about": [
            (t(N_("Amount")), t.money(wanted.amount)),
            (t(N_("Term")), Term(1, LONGEST).show(wanted.months, t)),
            (t(N_("Rate")), shown_rate(wanted.rate, t)),
            (t(N_("Way of repaying")), t(LABELS[wanted.method])),
        ],
        "columns": (
            t(N_("Instalment no.")),
            t(N_("Day")),
            t(N_("Principal")),
            t(N_("Interest")),
            t(N_("Payment")),
            t(N_("Still owed")),
        ),
        "periods": _periods(t, wanted),
        "total": t(N_("Total")),
        "note": t(NOTE),
    }
    return Made("schedule_sheet", t(N_("repayment.xlsx")), dict(values))


def _chart(t: Text, wanted: Wanted) -> Made:
    values: ScheduleChart = {
        "title": t(N_("Repayment schedule (example)")),
        "about": _about(t, wanted),
        "periods": _periods(t, wanted),
        "principal": t(N_("Principal")),
        "interest": t(N_("Interest")),
        "balance": t(N_("Still owed")),
        "unit": t(N_("million đồng")),
        "unit_size": 1_000_000,
        "language": t.language,
        "note": t(NOTE),
    }
    return Made("schedule_chart", t(N_("repayment.png")), dict(values))


def _grace(known: Answers) -> Term:
    return Term(1, min(known["term"] - 1, LONGEST_GRACE))


calculator = Form(
    "calc",
    N_("Repayment calculator"),
    (
        Question(
            "amount",
            N_("How much is borrowed? For example: 500 million"),
            N_("Amount"),
            Money(least=1_000_000, most=10**12),
        ),
        Question("term", N_("For how long? For example: 24 months or 3 years"), N_("Term"), Term(1, LONGEST)),
        Question(
            "rate",
            N_("At which rate? Type the one you were told, for example: 6%/year or 0.57%/month"),
            N_("Rate"),
            Interest(),
        ),
        Question(
            "method",
            N_("How is it repaid?"),
            N_("Way of repaying"),
            OneOf(tuple((method, LABELS[method]) for method in METHODS)),
        ),
        Question(
            "grace",
            N_("Are there months at the beginning with interest only? For example: 3 months. If none, skip."),
            N_("Grace"),
            _grace,
            when=lambda known: known.get("method") != "end" and known.get("term") != 1,
            optional=True,
        ),
    ),
    submit,
    personal=False,
)

feature = Feature(
    "calc",
    handle,
    commands={"calculate": N_("Repayment calculator"), "tinhlai": ""},
    words={"begin": N_("words: repayment calculator")},
    phrases={"begin": N_("phrases: repayment calculator")},
    forms=(calculator,),
    leads=leads,
    dialogs={"begin": "calculator", "calculate": "calculator", "tinhlai": "calculator"},
)
