"""Loans: what is to be paid back soon, as the lender gave the dates, and papers that are still missing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Button, Outgoing
from bot.records import loans, programmes
from bot.records.reminders import Occurrence
from bot.reminding import Rule, day_of, midnight, morning
from bot.text import N_
from bot.turn import Turn
from handlers import privacy
from handlers.loan_requests import of_own

#: Days before an instalment, and after an officer asked for papers.
BEFORE, LACKING = (7, 1), (3, 7)
#: How long after the last reminder papers may still be put off.
PUT_OFF = timedelta(days=30)
#: What to do where it cannot be paid in time.
DELAY = "quy-htpt-gian-no"


async def _instalments(
    connection: AsyncConnection, first: date, last: date, whom: Collection[int] | None
) -> list[Occurrence]:
    length = (last - first).days + 1
    days = {first + timedelta(days=step + before) for step in range(length) for before in BEFORE}
    return [
        Occurrence(request, who, morning(day), due, str(request))
        for request, who, due in await loans.repayments_on(connection, sorted(days), whom)
        for before in BEFORE
        if first <= (day := due - timedelta(days=before)) <= last
    ]


async def _say_instalments(turn: Turn, one: Occurrence) -> Sequence[Outgoing]:
    request = await of_own(turn, one.subject)
    if request is None:
        return []
    t, connection = turn.text, await turn.records()
    soon = [
        (due, dong)
        for due, dong in await loans.repayment(connection, request.id)
        if turn.today <= due <= turn.today + timedelta(days=max(BEFORE))
    ]
    if not soon:
        return []
    lines = [
        t(N_("Loan no. {number}: an instalment falls due."), number=request.id),
        *(
            t(N_("To be paid back on {day}: {amount}"), day=t.day(due), amount=t.money(dong))
            for due, dong in soon
        ),
        t(N_("The lender gave the dates and amounts. If you have paid already, this is settled.")),
    ]
    buttons = [Button(t(N_("The request")), data=f"loan:request:{request.id}")]
    programme = await programmes.get(connection, request.programme_id)
    article = turn.library.get(DELAY, turn.language)
    if article and programme and programme.kind == "fund":
        buttons.append(Button(article.title, data=f"topic:article:{article.id}"))
    buttons += [Button(t(N_("Talk to an officer")), data="person:ask"), privacy.back(turn)]
    return [Outgoing("\n".join(lines), tuple(buttons))]


async def _lacking(
    connection: AsyncConnection, first: date, last: date, whom: Collection[int] | None
) -> list[Occurrence]:
    since, until = midnight(first - timedelta(days=max(LACKING))), midnight(last)
    return [
        Occurrence(request, who, morning(day), day + PUT_OFF, str(request))
        for request, who, asked in await loans.lacking_papers(connection, since, until, whom)
        for days in LACKING
        if first <= (day := day_of(asked) + timedelta(days=days)) <= last
    ]


async def _say_lacking(turn: Turn, one: Occurrence) -> Sequence[Outgoing]:
    request = await of_own(turn, one.subject)
    if request is None:
        return []
    t, connection = turn.text, await turn.records()
    programme = await programmes.get(connection, request.programme_id)
    filed = await loans.filed(connection, request.id)
    asked = programme.wanted(request.borrower, request.collateral) if programme else ()
    lacking = [paper for paper in asked if paper.key not in filed or filed[paper.key].state != "received"]
    if asked and not lacking:
        return []
    lines = [t(N_("Loan no. {number} goes on as soon as the missing papers are here."), number=request.id)]
    if request.reason:
        lines.append(t(N_("The officer wrote: {words}"), words=request.reason))
    lines += [f"• {t(paper.label)}" for paper in lacking]
    send = Button(t(N_("Send papers")), data=f"loan:papers:{request.id}")
    return [
        Outgoing(
            "\n".join(lines),
            (send, Button(t(N_("Talk to an officer")), data="person:ask"), privacy.back(turn)),
        )
    ]


RULES = (
    Rule(
        "instalment",
        N_("Instalment of a loan"),
        "loans",
        _instalments,
        _say_instalments,
        catch_up=timedelta(days=1),
    ),
    Rule("papers", N_("Papers for a loan"), "", _lacking, _say_lacking, office_days=True),
)
