"""The cooperative of a person: who it is, who acts for it, and what it reports each year."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat import Outgoing
from bot.forms import Answers, Form, Question
from bot.questions import Phone, Words
from bot.records import cooperatives
from bot.records.cooperatives import Cooperative
from bot.router import Feature, open_form
from bot.text import N_
from bot.turn import Turn
from handlers import privacy


async def needed(turn: Turn, then: str) -> Cooperative | list[Outgoing]:
    """The cooperative that a person acts for, or what is to be said first: consent, then the profile.

    `then` is the data of the button that needs it: it is gone on with once both are there.
    """
    if turn.person.id is None:
        return [Outgoing(turn.text(N_("Please write to me in a private chat for this.")))]
    if not turn.person.agreed:
        return [privacy.question(turn, then=then)]
    found = await cooperatives.of_person(await turn.records(), turn.person.id)
    if found:
        return found
    turn.chat.state["then"] = then
    return await claim(turn)


async def claim(turn: Turn) -> list[Outgoing]:
    lead = turn.text(N_("First I need to know your cooperative; this is asked only once."))
    return await open_form(turn, profile, {}, before=lead)


async def handle(turn: Turn) -> Sequence[Outgoing]:
    found = await needed(turn, "coop:show")
    return [Outgoing(found.name)] if isinstance(found, Cooperative) else found


async def submit(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    assert turn.person.id is not None
    await cooperatives.found(
        await turn.records(), turn.person.id, answers["name"], answers["phone"], turn.now
    )
    turn.then = turn.chat.state.pop("then", "")
    return [Outgoing(turn.text(N_("Thank you, {name} is noted."), name=answers["name"]))]


profile = Form(
    "coop",
    N_("Your cooperative"),
    (
        Question("name", N_("What is your cooperative called?"), N_("Name"), Words(5, 200)),
        Question("phone", N_("Which number may we call? For example: 0912 345 678"), N_("Phone"), Phone()),
    ),
    submit,
)

feature = Feature("coop", handle, forms=(profile,), dialogs={"show": "profile"})
