"""A loan request as every side needs it: whose it is, what it is called, and before whom it is put."""

from __future__ import annotations

from bot import desk
from bot.chat import Outgoing
from bot.questions import money_short
from bot.records import cooperatives, loans
from bot.records.loans import Request
from bot.text import N_, Text
from bot.turn import Turn
from handlers import goods, privacy
from handlers.programmes import TOPIC

STATES = {
    "checked": N_("pre-check only, not sent"),
    "sent": N_("sent, waiting for an officer"),
    "taken": N_("an officer has taken it up"),
    "papers": N_("papers are missing"),
    "assessing": N_("under assessment at the lender"),
    "approved": N_("the lender has approved it"),
    "disbursed": N_("paid out"),
    "closed": N_("closed, all done"),
    "declined": N_("the lender has declined it"),
    "withdrawn": N_("withdrawn"),
}


def label(request: Request, t: Text) -> str:
    return t(N_("Loan no. {number}: {amount}"), number=request.id, amount=money_short(request.amount, t))


async def own(turn: Turn) -> Request | list[Outgoing]:
    """The request that a button names, if it is of the person's own cooperative."""
    number = turn.argument.split(".")[0]
    request = await of_own(turn, int(number)) if number.isdecimal() and len(number) < 16 else None
    if request is None:
        other = turn.text(N_("This loan request is not your cooperative's; you can only see your own."))
        return [Outgoing(other, (privacy.back(turn),))]
    return request


async def of_own(turn: Turn, number: int) -> Request | None:
    """A request by its number, if it is of the person's own cooperative."""
    request = await loans.get(await turn.records(), number)
    acting = await goods.acting_for(turn)
    return request if request and acting and request.cooperative_id == acting.id else None


async def put(turn: Turn, request: Request) -> None:
    """Puts a request before the officer in charge of the cooperative's commune."""
    found = await cooperatives.get(await turn.records(), request.cooperative_id)
    await desk.put(turn, "loan", request.id, topic=TOPIC, commune=found.commune if found else "")
