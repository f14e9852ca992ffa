"""The pre-check of a loan: a wish beside a programme's conditions, each with its article; never a promise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat import Button, Outgoing
from bot.errors import UserError, Wrong
from bot.forms import Answers, Form
from bot.questions import Term, money_short
from bot.records import loans, programmes, staff
from bot.records.cooperatives import Cooperative
from bot.records.loans import Condition, Request
from bot.records.programmes import Programme
from bot.router import open_form
from bot.text import N_, Text
from bot.turn import Turn
from handlers import cooperative, goods, loan_form, person, privacy
from handlers.loan_form import COLLATERAL, HISTORY, REFINANCE, TOO_MUCH, lower, share, wanted
from handlers.programmes import BORROWERS, TOPIC

CONDITIONS = {
    "borrower": N_("Who borrows"),
    "plan": N_("A feasible project or plan: the lender assesses it"),
    "own": N_("Own capital"),
    "debts": N_("No bad debt"),
    "ceiling": N_("Amount"),
    "term": N_("Term"),
    "collateral": N_("Collateral"),
    "history": N_("Activity and financial reports"),
}
PRELIMINARY = {
    "fund": N_("This is a preliminary check; the Fund decides."),
    "bank": N_("This is a preliminary check; the bank decides."),
}


async def check(turn: Turn) -> Sequence[Outgoing]:
    """Opens the pre-check, with what was already said filled in."""
    said = wanted(turn.said.text, turn.text) if turn.said.kind == "text" else {}
    if turn.command == "check":  # what was said before consent and the cooperative were asked for
        said |= turn.chat.state.get("wanted", {})
    turn.chat.state.pop("wanted", None)
    number = turn.argument if turn.argument.isdecimal() and len(turn.argument) < 16 else ""
    found = await cooperative.needed(turn, f"loan:check:{number}")
    if not isinstance(found, Cooperative):
        turn.chat.state["wanted"] = said
        return found
    answers: dict[str, Any] = {}
    if number:
        programme = await programmes.get(await turn.records(), int(number))
        if programme and programme.lends(turn.today):
            answers["programme"] = number
    if found.kind in ("coop", "union"):
        answers["borrower"] = found.kind
    answers |= said
    lead = turn.text(N_("I check this beside the programme's conditions. It is no application yet."))
    return await open_form(turn, form, answers, before=lead)


async def submit(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    t, connection = turn.text, await turn.records()
    programme = loan_form.chosen(answers)
    if programme is None or not programme.lends(turn.today):
        raise Wrong("programme", N_("This programme has ended meanwhile. Please choose another one."))
    if answers["debts"] == "bad":
        return await _hand_over(turn, answers, programme)
    if answers["own"] + answers["amount"] > answers["total"]:
        raise Wrong("own", TOO_MUCH, loan_form.parts(answers, t))
    own = await goods.acting_for(turn)
    if own is None:
        raise UserError(N_("I do not know your cooperative yet. Write “my cooperative” to tell me."))
    kept = {"owed": 0, "collateral_value": 0, **answers}
    request = await loans.check(connection, own.id, programme.id, turn.person.id, kept, turn.now)
    if request is None:
        raise UserError(
            N_(
                "A request of yours to this programme is under way already. Write “my loan file” to see how it stands."
            )
        )
    return [await result(turn, request, programme)]


async def _hand_over(turn: Turn, answers: Answers, programme: Programme) -> list[Outgoing]:
    """With bad debt no lender may pay out: a person talks about it, nobody is turned away by a machine."""
    t = turn.text
    lead = t(
        N_(
            "With bad debt a loan cannot be paid out (Decree 45/2021/NĐ-CP, Article 22). "
            "An officer talks with you about what can be done."
        )
    )
    told = t(
        N_("Loan wish with bad debt: {programme}, {amount}, for: {purpose}"),
        programme=t(programme.name),
        amount=money_short(answers["amount"], t),
        purpose=answers["purpose"],
    )
    return [Outgoing(lead), *await person.pass_on(turn, told)]


async def result(turn: Turn, request: Request, programme: Programme) -> Outgoing:
    """What the pre-check found, with the article behind each condition."""
    t = turn.text
    met = loans.conditions(programme, request)
    missing = [one for one in met if one.met is False]
    open_ones = [one for one in met if one.met is None]
    lines = [
        t(N_("Pre-check of {day}: {name}"), day=t.day(turn.today), name=t(programme.name)),
        *condition_lines(met, request, programme, t),
        "",
    ]
    if missing:
        what = "; ".join(t(CONDITIONS[one.key]) for one in missing)
        lines.append(t(N_("Still missing: {what}."), what=lower(what)))
    else:
        lines.append(t(N_("By what you told me, the basic conditions are met.")))
    if open_ones:
        lines.append(t(N_("What has “?” only the lender can say.")))
    if request.category == "refinance":
        lines.append(t(REFINANCE))
    in_charge = await staff.fitting(await turn.records(), TOPIC)
    if in_charge:
        lines.append(t(N_("In charge: {officer}."), officer=in_charge[0].name))
    lines.append(t(PRELIMINARY[programme.kind]))
    buttons = [
        Button(t(N_("Send to the officer")), data=f"loan:send:{request.id}"),
        Button(t(N_("Papers of the file")), data=f"loan:papers:{request.id}"),
        *_articles(turn, met),
        privacy.back(turn),
    ]
    return Outgoing("\n".join(lines), tuple(buttons))


def _articles(turn: Turn, met: Sequence[Condition]) -> list[Button]:
    """The article behind each condition, those of what is missing first."""
    first = sorted(met, key=lambda one: (one.met is True, one.met is None))
    found = (
        turn.library.get(key, turn.language)
        for key in dict.fromkeys(one.article for one in first if one.article)
    )
    return [Button(article.title, data=f"topic:article:{article.id}") for article in found if article][:5]


def condition_lines(met: Sequence[Condition], request: Request, programme: Programme, t: Text) -> list[str]:
    marks = {True: "✓", False: "✗", None: "?"}
    return [f"{marks[one.met]} {_condition(one, request, programme, t)}" for one in met]


def _condition(one: Condition, request: Request, programme: Programme, t: Text) -> str:
    ceiling = programme.ceiling(request.borrower)
    match one.key:
        case "borrower":
            detail = t(BORROWERS[request.borrower])
        case "own":
            detail = t(
                N_("{share}% of the total, at least {least}% is needed"),
                share=share(request.own, request.total),
                least=programme.own_share,
            )
        case "debts":
            detail = money_short(request.owed, t) if request.owed else t(N_("no other loan"))
        case "ceiling":
            detail = money_short(request.amount, t)
            if ceiling is not None:
                detail = t(N_("{amount}, at most {most}"), amount=detail, most=money_short(ceiling, t))
            elif programme.ceiling_rule:
                detail = f"{detail}, {t(programme.ceiling_rule)}"
        case "term":
            detail = Term().show(request.term, t)
            if programme.longest is not None:
                detail = t(
                    N_("{amount}, at most {most}"),
                    amount=detail,
                    most=Term(1, 360).show(programme.longest, t),
                )
            else:
                detail = t(N_("{term}, the lender decides"), term=detail)
        case "collateral":
            detail = t(COLLATERAL[request.collateral])
            if request.collateral_value:
                detail = f"{detail}, {money_short(request.collateral_value, t)}"
        case "history":
            detail = t(HISTORY[request.history])
        case _:
            return t(CONDITIONS[one.key])
    return t(N_("{what}: {value}"), what=t(CONDITIONS[one.key]), value=detail)


async def _facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    found = await programmes.everything(await turn.records())
    return {"programmes": [one for one in found if one.lends(turn.today)]}


form = Form("loan", N_("Loan pre-check"), loan_form.QUESTIONS, submit, facts=_facts)
