"""Loans as officers lead them through the Fund: the card, its steps, the papers, the days of repayment."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.chat import Button, Incoming, Media, Outgoing
from bot.desk import Decision, Shown
from bot.errors import UserError
from bot.forms import Answers, Form, Question
from bot.questions import Day, Money, Phone, Words, money_short
from bot.questions.reading import Typed
from bot.records import audit, cooperatives, loans, programmes, tasks
from bot.router import open_form
from bot.text import N_, Text
from bot.turn import Turn
from handlers import cooperative, officers, privacy
from handlers.loan_check import condition_lines
from handlers.loan_form import CATEGORIES, EVERY, MOST, lower
from handlers.loan_papers import PAGE, checklist, facts, page_of
from handlers.loan_requests import STATES, label
from handlers.programmes import TOPIC

#: Files of one request that an officer is shown at once.
SHOWN_FILES = 20

_ASK = Decision("ask", N_("Papers missing"), reason=True, closes=False)
_DECLINE = Decision("decline", N_("Lender declined"), reason=True)
_LOOK = Decision("look", N_("Look at the papers"), closes=False)
DECISIONS: Mapping[str, tuple[Decision, ...]] = {
    "sent": (Decision("take", N_("Take it up"), closes=False), _LOOK, _ASK, _DECLINE),
    "taken": (_LOOK, _ASK, Decision("assess", N_("Under assessment"), closes=False), _DECLINE),
    "papers": (_LOOK, _ASK, Decision("assess", N_("Under assessment"), closes=False), _DECLINE),
    "assessing": (
        _LOOK,
        _ASK,
        Decision("approve", N_("Lender approved"), reason=True, closes=False),
        _DECLINE,
    ),
    "approved": (Decision("disburse", N_("Paid out"), closes=False),),
    "disbursed": (
        Decision("dates", N_("Enter repayment dates"), closes=False),
        Decision("close", N_("Close the request")),
    ),
}


async def show_card(turn: Turn, number: int) -> Shown | None:
    connection, t = await turn.records(), turn.text
    request = await loans.get(connection, number)
    if request is None or request.ended or request.state == "checked":
        return None
    programme = await programmes.get(connection, request.programme_id)
    own = await cooperatives.get(connection, request.cooperative_id)
    assert programme is not None
    assert own is not None
    listed = await checklist(turn, request)
    lines = [
        t(N_("{what} ({programme})"), what=label(request, t), programme=t(programme.name)),
        t(N_("{name}, phone {phone}"), name=own.name, phone=_phone(own.phone, t)),
        t(N_("State: {state}, {day}."), state=t(STATES[request.state]), day=t.moment(request.changed_at)),
        f"{t(CATEGORIES[request.category])}: {request.purpose}",
        t(
            N_("Total {total}, own {own}; repaid {every} from: {source}"),
            total=money_short(request.total, t),
            own=money_short(request.own, t),
            every=lower(t(EVERY[request.repaid_every])),
            source=request.repaid_from,
        ),
        *condition_lines(loans.conditions(programme, request), request, programme, t),
    ]
    if listed.asked:
        there = sum(listed.has(paper) for paper in listed.asked)
        lines.append(t(N_("Papers: {there} of {all} received."), there=there, all=len(listed.asked)))
    return Shown("\n".join(lines), DECISIONS[request.state])


def _phone(number: str, t: Text) -> str:
    return Phone().show(number, t) if number else "–"


async def decide(turn: Turn, number: int, verb: str, reason: str) -> Sequence[Outgoing]:
    connection, t = await turn.records(), turn.text
    if verb == "look":
        turn.argument = str(number)
        return await _look(turn)
    if verb == "dates":
        return await open_form(turn, dates_form, {"request": number})
    if not await loans.step(connection, number, verb, turn.now, reason):
        raise UserError(N_("This request has changed meanwhile. Please open its card again."))
    request = await loans.get(connection, number)
    assert request is not None
    await cooperative.tell(turn, request.cooperative_id, f"loan:news:{number}")
    noted = t(N_("Noted: {state}. The member is told."), state=t(STATES[request.state]))
    following = [
        Button(t(decision.label), data=f"staff:do:{task.id}:{decision.verb}")
        for task in [await tasks.of(connection, "loan", number)]
        if task
        for decision in DECISIONS.get(request.state, ())
    ]
    return [Outgoing(noted, (*following, privacy.back(turn)))]


async def handle(turn: Turn) -> Sequence[Outgoing]:
    """An officer looks at papers, sends one back, or notes one that was brought to the office."""
    t, connection = turn.text, await turn.records()
    officer = await officers.in_charge(turn, TOPIC)
    number, _, key = turn.argument.partition(".")
    request = await loans.get(connection, int(number)) if number.isdecimal() and len(number) < 16 else None
    if officer is None:
        return officers.turned_away(turn)
    if request is None or request.ended or request.state == "checked":
        return [Outgoing(t(N_("This is settled already; nothing waits here.")), (privacy.back(turn),))]
    paper = (await checklist(turn, request)).paper(key)
    if turn.command == "refuse" and paper:
        return await open_form(
            turn, refusal_form, {"request": request.id, "paper": key}, before=t(paper.label)
        )
    if turn.command == "brought" and paper and paper.office:
        await loans.accept_at_office(connection, request.id, key, turn.now)
        await audit.note(connection, "loan", request.id, "brought", turn.now, officer=officer.id, detail=key)
        return await _look(turn, attach=False)
    return await _look(turn)


async def _look(turn: Turn, *, attach: bool = True) -> list[Outgoing]:
    """The papers, with their files, and what an officer may do with each; the office's own first."""
    t, connection = turn.text, await turn.records()
    request = await loans.get(connection, int(turn.argument.partition(".")[0]))
    assert request is not None
    listed = await checklist(turn, request)
    sent = [
        _attached(t(paper.label), media)
        for paper in listed.asked
        if paper.key in listed.filed
        for media in listed.filed[paper.key].files
    ][:SHOWN_FILES]
    ways = [
        Button(t(N_("Brought: {paper}"), paper=t(paper.label)), data=f"loan:brought:{request.id}.{paper.key}")
        for paper in listed.asked
        if paper.office and not listed.has(paper)
    ] + [
        Button(
            t(N_("Send back: {paper}"), paper=t(paper.label)), data=f"loan:refuse:{request.id}.{paper.key}"
        )
        for paper in listed.asked
        if listed.has(paper)
    ]
    page = page_of(turn.argument) if turn.command == "look" else 0
    shown = ways[page * PAGE : (page + 1) * PAGE]
    if len(ways) > (page + 1) * PAGE:
        shown.append(Button(t(N_("More…")), data=f"loan:look:{request.id}.{page + 1}"))
    said = Outgoing("\n".join(listed.lines(request, t)), (*shown, privacy.back(turn)))
    return [*(sent if attach and not page else []), said]


def _attached(label: str, media: Media) -> Outgoing:
    picture = media.reference.rpartition(".")[2] in ("jpg", "png")
    return Outgoing(label, photo=media) if picture else Outgoing(label, file=media)


async def _refused(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    connection, number, key = await turn.records(), int(answers["request"]), answers["paper"]
    officer = (await officers.still_in_charge(turn, TOPIC)).id
    request = await loans.get(connection, number)
    if (
        request is None
        or request.ended
        or not await loans.refuse(connection, number, key, answers["reason"], turn.now)
    ):
        raise UserError(N_("This request has changed meanwhile. Please open its card again."))
    await audit.note(
        connection, "loan", number, "refuse", turn.now, officer=officer, detail=f"{key}: {answers['reason']}"
    )
    await cooperative.tell(turn, request.cooperative_id, f"loan:returned:{number}")
    turn.argument = str(number)
    return await _look(turn, attach=False)


refusal_form = Form(
    "loan_refusal",
    N_("A paper goes back"),
    (
        Question(
            "reason",
            N_("What is wrong with it? The member reads this. For example: the second page is missing"),
            N_("Reason"),
            Words(3, 500),
        ),
    ),
    _refused,
    personal=False,
    facts=facts,
    interruptible=False,
)


WHICH_DATES = N_("Please type one repayment a line, a day and an amount, for example: 20/12/2026 25 million")


class Dues(Typed):
    """Days with amounts, one a line: “20/12/2026 25tr”; kept as [{"day": ISO 8601, "amount": đồng}] in order."""

    most = 120

    def parse(self, said: Incoming, text: Text, today: date) -> list[dict[str, Any]]:
        lines = [line for line in re.split(r"[\n;]", said.text[:8000]) if line.strip()]
        if said.kind != "text" or not lines or len(lines) > self.most:
            raise UserError(WHICH_DATES)
        found: dict[str, int] = {}
        for line in lines:
            try:
                day, dong = self._due(line.strip(), text, today)
            except UserError as error:
                raise UserError(N_("I cannot read this line: {line}"), {"line": line.strip()[:60]}) from error
            found[day] = found.get(day, 0) + dong
        return [{"day": day, "amount": found[day]} for day in sorted(found)]

    @staticmethod
    def _due(line: str, text: Text, today: date) -> tuple[str, int]:
        day, _, amount = line.replace(":", " ").partition(" ")
        due = Day(least=-3650, most=10_950, toward="near").parse(Incoming("", "", "", text=day), text, today)
        return due, Money(least=1, most=MOST).parse(Incoming("", "", "", text=amount), text, today)

    def show(self, value: Any, text: Text) -> str:
        first, total = value[0], sum(one["amount"] for one in value)
        return text(
            N_("{count} repayments from {day}, {amount} in all"),
            count=len(value),
            day=text.day(date.fromisoformat(first["day"])),
            amount=text.money(total),
        )


async def _dated(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    connection, number = await turn.records(), int(answers["request"])
    officer = (await officers.still_in_charge(turn, TOPIC)).id
    request = await loans.get(connection, number)
    if request is None or request.state != "disbursed":
        raise UserError(N_("This request has changed meanwhile. Please open its card again."))
    dues = [(date.fromisoformat(one["day"]), int(one["amount"])) for one in answers["dues"]]
    await loans.plan_repayment(connection, number, dues)
    await audit.note(connection, "loan", number, "dates", turn.now, officer=officer)
    await cooperative.tell(turn, request.cooperative_id, f"loan:news:{number}")
    return [
        Outgoing(turn.text(N_("The repayment dates are noted. The member is told.")), (privacy.back(turn),))
    ]


dates_form = Form(
    "loan_dates",
    N_("Repayment dates from the lender"),
    (Question("dues", WHICH_DATES, N_("Repayments"), Dues()),),
    _dated,
    personal=False,
    facts=facts,
)
