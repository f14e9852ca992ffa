"""Consent, and the way back from it (Law 91/2025/QH15 on personal data).

Questions are answered without any personal data. A name or a phone is kept only after an explicit yes, and
"delete my data" empties what was kept and said, after asking once.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat import Button, Outgoing
from bot.records import conversations, files, messages, people, questions
from bot.router import Feature
from bot.text import N_, TIMEZONE
from bot.turn import Turn
from handlers import topics

ERASE = N_(
    "This deletes your name, phone, questions and everything written in this chat, takes back what you "
    "registered or asked for in your own name, and withdraws your consent. It cannot be undone. Delete?"
)


def feature(others: Sequence[Feature]) -> Feature:
    """Consent and erasing, over what these features keep of a person."""

    async def handle(turn: Turn) -> Sequence[Outgoing]:
        t = turn.text
        if turn.person.id is None:
            return [Outgoing(t(N_("Please write to me in a private chat for this.")))]
        match turn.command:
            case "yes":
                turn.then = turn.chat.state.pop("then", "")
                return [Outgoing(await agree(turn), () if turn.then else (back(turn),))]
            case "no":
                return [Outgoing(await refuse(turn), (back(turn),))]
            case "erase" | "xoadulieu" | "delete":
                yes = Button(t(N_("Yes, delete")), data="privacy:erased")
                return [Outgoing(t(ERASE), (yes, back(turn)))]
            case "erased":
                for other in others:
                    if other.forget:
                        await other.forget(turn)
                await erase(turn)
                gone = t(N_("Done. Your data is deleted and your consent withdrawn."))
                return [Outgoing(gone, (back(turn),))]
            case _:
                return [shown(turn)]

    return Feature(
        "privacy",
        handle,
        commands={"delete": "", "xoadulieu": "", "mydata": N_("My data")},
        phrases={"erase": N_("phrases: delete my data")},
    )


def question(turn: Turn, then: str = "") -> Outgoing:
    """Asks for consent: what, what for, who sees it, and the right to take it back.

    `then` is the data of the button that needs it: a yes goes on there in the same turn.
    """
    t = turn.text
    if then:
        turn.chat.state["then"] = then
    asked = t(
        N_(
            "May I keep your name, phone number, messages and what you register here, so that officers can help "
            "you? Only officers of {union} see them. You can withdraw at any time: write “delete my data”. "
            "(Law 91/2025/QH15)"
        ),
        union=topics.union(t, turn.settings),
    )
    return Outgoing(
        asked,
        (Button(t(N_("I agree")), data="privacy:yes"), Button(t(N_("I do not agree")), data="privacy:no")),
    )


async def agree(turn: Turn) -> str:
    """Records the yes, and returns the sentence that says so."""
    await people.consent(await turn.records(), turn.person, True, turn.now)
    day = turn.text.day(turn.now.astimezone(TIMEZONE).date())
    return turn.text(N_("Thank you. I noted your consent today, {day}."), day=day)


async def refuse(turn: Turn) -> str:
    await people.consent(await turn.records(), turn.person, False, turn.now)
    return turn.text(N_("All right, nothing is kept about you. You can still ask me anything."))


def shown(turn: Turn) -> Outgoing:
    t, person = turn.text, turn.person
    kept = [part for part in (person.name, person.phone) if part]
    lines = [
        t(N_("Consent: given.")) if person.agreed else t(N_("Consent: not given.")),
        t(N_("Kept: {what}."), what=", ".join(kept)) if kept else t(N_("No name or phone is kept.")),
    ]
    buttons = [Button(t(N_("Delete my data")), data="privacy:erase"), back(turn)]
    if not person.agreed:
        buttons.insert(0, Button(t(N_("I agree")), data="privacy:yes"))
    return Outgoing("\n".join(lines), tuple(buttons))


async def erase(turn: Turn) -> None:
    """Empties what is kept of a person and what was said in their chats; the empty chat goes on."""
    connection = await turn.records()
    assert turn.person.id is not None
    chats = await people.chats_of(connection, turn.person.id)
    await questions.forget(connection, chats)
    await conversations.forget(connection, chats)
    await files.forget(connection, chats)
    await messages.forget(connection, chats, keep=turn.row)
    await people.forget(connection, turn.person, turn.chat.id)
    turn.chat.state = {"met": True}


def back(turn: Turn) -> Button:
    return Button(turn.text(N_("Main menu")), data="start:menu")
