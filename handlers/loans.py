"""Loans: a wish is checked, sent with its papers, and led through the Fund step by step.

Nothing here decides or promises: each result says who does.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat import Button, Outgoing
from bot.desk import Card
from bot.records import audit, loans, programmes, tasks
from bot.records.cooperatives import Cooperative
from bot.records.loans import Request
from bot.router import Feature, Mine
from bot.text import N_, Text
from bot.turn import Turn
from handlers import cooperative, goods, loan_check, loan_desk, loan_papers, loan_reminders, privacy
from handlers.loan_check import PRELIMINARY
from handlers.loan_form import ASKS, leads
from handlers.loan_requests import STATES, label, own, put

NOTICE = {
    "taken": N_("An officer has taken up your loan request no. {number}."),
    "papers": N_("Papers are missing for your loan request no. {number}."),
    "assessing": N_("Your loan request no. {number} is now under assessment at the lender."),
    "approved": N_("The lender has approved your loan request no. {number}."),
    "declined": N_("The lender has declined your loan request no. {number}."),
    "disbursed": N_("The loan of your request no. {number} has been paid out."),
    "closed": N_("Your loan request no. {number} is closed. Thank you."),
}


async def handle(turn: Turn) -> Sequence[Outgoing]:
    match turn.command:
        case "apply" | "check" | "loan" | "vay":
            return await loan_check.check(turn)
        case "status":
            return await status(turn)
        case "refuse" | "brought" | "look":
            return await loan_desk.handle(turn)
    found = await own(turn)
    if not isinstance(found, Request):
        return found
    match turn.command:
        case "send":
            return await send(turn, found)
        case "papers":
            return await loan_papers.papers(turn, found)
        case "paper":
            return await loan_papers.ask(turn, found)
        case "withdraw":
            asked = turn.text(N_("Withdraw loan request no. {number}?"), number=found.id)
            yes = Button(turn.text(N_("Yes, withdraw")), data=f"loan:withdrawn:{found.id}")
            return [Outgoing(asked, (yes, privacy.back(turn)))]
        case "withdrawn":
            return await withdraw(turn, found)
        case "news":
            return [await _shown(turn, found, _news(turn.text, found))]
        case "returned":
            lead = turn.text(
                N_("An officer has looked at your papers of loan request no. {number}."), number=found.id
            )
            return await loan_papers.papers(turn, found, lead)
        case _:
            return [await _shown(turn, found)]


async def send(turn: Turn, request: Request) -> list[Outgoing]:
    connection, t = await turn.records(), turn.text
    if not await loans.step(connection, request.id, "send", turn.now):
        return [await _shown(turn, request, t(N_("This was sent already; nothing is done twice.")))]
    await put(turn, request)
    await audit.note(connection, "loan", request.id, "send", turn.now)
    sent = await loans.get(connection, request.id)
    assert sent is not None
    lead = t(N_("Sent. An officer looks at it in office hours; each step is told to you right here."))
    return [await _shown(turn, sent, lead)]


async def withdraw(turn: Turn, request: Request) -> list[Outgoing]:
    connection, t = await turn.records(), turn.text
    if not await loans.step(connection, request.id, "withdraw", turn.now):
        return [
            await _shown(
                turn, request, t(N_("This cannot be withdrawn any more; please talk to an officer."))
            )
        ]
    await tasks.close(connection, "loan", request.id, turn.now)
    await audit.note(connection, "loan", request.id, "withdraw", turn.now)
    done = t(N_("Loan request no. {number} is withdrawn."), number=request.id)
    return [Outgoing(done, (privacy.back(turn),))]


async def status(turn: Turn) -> Sequence[Outgoing]:
    """How the loan requests of the cooperative stand."""
    found = await cooperative.needed(turn, "loan:status")
    if not isinstance(found, Cooperative):
        return found
    requests = await loans.of_cooperative(await turn.records(), found.id)
    t = turn.text
    if not requests:
        none = t(N_("Your cooperative has no loan request yet."))
        return [Outgoing(none, (Button(t(N_("Check a loan")), data="loan:apply"), privacy.back(turn)))]
    if len(requests) == 1:
        return [await _shown(turn, requests[0])]
    shown = requests[:6]
    lines = [f"• {label(one, t)} – {t(STATES[one.state])}" for one in shown]
    buttons = [Button(label(one, t), data=f"loan:request:{one.id}") for one in shown]
    return [Outgoing("\n".join([t(N_("Your loan requests:")), *lines]), (*buttons, privacy.back(turn)))]


def _news(t: Text, request: Request) -> str:
    return t(NOTICE.get(request.state, N_("How loan request no. {number} stands:")), number=request.id)


async def _shown(turn: Turn, request: Request, lead: str = "") -> Outgoing:
    """A request as its member reads it: where it stands, why, what is paid back when, and what can be done."""
    t, connection = turn.text, await turn.records()
    programme = await programmes.get(connection, request.programme_id)
    assert programme is not None
    lines = [lead] if lead else []
    lines += [
        t(N_("{what} ({programme})"), what=label(request, t), programme=t(programme.name)),
        t(N_("State: {state}, {day}."), state=t(STATES[request.state]), day=t.moment(request.changed_at)),
    ]
    if request.reason:
        lines.append(t(N_("The officer wrote: {words}"), words=request.reason))
    lines += [
        t(N_("To be paid back on {day}: {amount}"), day=t.day(day), amount=t.money(dong))
        for day, dong in await loans.repayment(connection, request.id)
        if day >= turn.today
    ][:3]
    if request.state == "checked":
        lines.append(t(PRELIMINARY[programme.kind]))
    buttons = []
    if request.may("send"):
        buttons.append(Button(t(N_("Send to the officer")), data=f"loan:send:{request.id}"))
        buttons.append(Button(t(N_("Check again")), data=f"loan:check:{programme.id}"))
    if not request.ended and request.state not in ("approved", "disbursed"):
        buttons.append(Button(t(N_("Papers of the file")), data=f"loan:papers:{request.id}"))
    buttons.append(Button(t(N_("Repayment calculator")), data=f"calc:amount:{request.amount}:{request.term}"))
    if request.may("withdraw"):
        buttons.append(Button(t(N_("Withdraw the request")), data=f"loan:withdraw:{request.id}"))
    buttons += [Button(t(N_("Talk to an officer")), data="person:ask"), privacy.back(turn)]
    return Outgoing("\n".join(lines), tuple(buttons))


async def mine(turn: Turn) -> Sequence[Mine]:
    acting = await goods.acting_for(turn)
    if acting is None:
        return ()
    t = turn.text
    return [
        Mine(label(one, t), t(STATES[one.state]), f"loan:request:{one.id}")
        for one in await loans.of_cooperative(await turn.records(), acting.id)
    ]


async def forget(turn: Turn) -> None:
    """A person's own pre-checks and the files they sent; what was sent to the lender is the cooperative's."""
    if turn.person.id is not None:
        await loans.forget(await turn.records(), turn.person.id)


feature = Feature(
    "loan",
    handle,
    commands={"loan": N_("Check a loan"), "vay": ""},
    words={"apply": N_("words: check a loan"), "status": N_("words: my loan file")},
    phrases={"status": N_("phrases: my loan file"), "apply": ASKS},
    forms=(loan_check.form, loan_papers.form, loan_desk.refusal_form, loan_desk.dates_form),
    dialogs={"apply": "loan", "loan": "loan", "vay": "loan", "status": "status"},
    mine=mine,
    cards=(Card("loan", N_("Loan request"), loan_desk.show_card, loan_desk.decide),),
    forget=forget,
    leads=leads,
    reminders=loan_reminders.RULES,
)
