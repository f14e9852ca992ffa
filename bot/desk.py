"""The staff's desk: how a feature puts something before an officer, and what the officer may do with it.

A feature declares a `Card` for each thing of its own that waits for staff and calls `put` when there is one. The
feature in `handlers/staff.py` shows cards, asks for reasons, keeps the audit log and closes what is decided.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Media, Outgoing
from bot.errors import UserError
from bot.questions import Phone
from bot.records import audit, cooperatives, forwards, notices, people, replies, staff, tasks
from bot.records.staff import Officer
from bot.records.tasks import Task
from bot.text import N_, Text
from bot.turn import Turn


@dataclass(frozen=True)
class Decision:
    """One thing an officer may do: `label` is a msgid; with `reason`, words are asked for that go to the member.

    `closes`: nothing waits after it. The verb "answer" is what a reply to the card does.
    """

    verb: str
    label: str
    reason: bool = False
    closes: bool = True


@dataclass(frozen=True)
class Shown:
    """A thing as an officer reads it, in the officer's language, and what may be done with it now (at most five)."""

    text: str
    decisions: tuple[Decision, ...]
    photos: tuple[Media, ...] = ()


@dataclass(frozen=True)
class Card:
    """A kind of thing that waits for staff.

    `show` is None for what is gone. `decide` is given (turn of the officer, the thing's id, the verb, the reason);
    it changes the thing, tells the member (`turn.tell`), and returns what the officer reads. It raises
    `UserError` where the thing has changed meanwhile. `chat` gives the chat that answers go to, where that is not
    the one in which the member wrote last. `taken` makes it a conversation: it is called when an officer takes it,
    and from then on what the officer writes goes to its member.
    """

    subject: str
    title: str
    show: Callable[[Turn, int], Awaitable[Shown | None]]
    decide: Callable[[Turn, int, str, str], Awaitable[Sequence[Outgoing]]]
    chat: Callable[[AsyncConnection, int], Awaitable[int | None]] | None = None
    taken: Callable[[Turn, int], Awaitable[None]] | None = None


async def put(
    turn: Turn,
    subject: str,
    subject_id: int,
    *,
    topic: str,
    commune: str = "",
    urgent: bool = False,
    officer: int | None = None,
) -> int:
    """Puts a thing before the officer in charge who has least to do; returns the number it waits under.

    What waits already is shown to its officer again, since it has changed. Where nobody is in charge it waits
    until somebody looks at what is open. `urgent` stands above all else; `officer` is who gets it if they can.
    """
    return await begin(
        await turn.records(),
        subject,
        subject_id,
        topic=topic,
        commune=commune,
        person_id=turn.person.id,
        at=turn.now,
        key=str(turn.row),
        urgent=urgent,
        officer=officer,
    )


async def begin(
    connection: AsyncConnection,
    subject: str,
    subject_id: int,
    *,
    topic: str,
    commune: str,
    person_id: int | None,
    at: datetime,
    key: str,
    urgent: bool = False,
    officer: int | None = None,
) -> int:
    """The same outside of a turn, for `person_id`; `key` parts what is told from what was told before."""
    number, new = await tasks.begin(
        connection,
        subject,
        subject_id,
        topic=topic,
        commune=commune,
        person_id=person_id,
        at=at,
        urgent=urgent,
    )
    if not new:
        task = await tasks.get(connection, number)
        chosen = await staff.get(connection, task.officer_id) if task and task.officer_id else None
    elif chosen := await _least_busy(connection, topic, commune, at, officer):
        await tasks.assign(connection, number, chosen.id, at)
    if chosen:
        await show_to(connection, chosen, number, at, key)
    return number


async def show_to(
    connection: AsyncConnection, officer: Officer, task: int, at: datetime, key: str, verb: str = "card"
) -> None:
    """Has a card shown to an officer in their chat; `verb` is how it is said."""
    if officer.person_id is not None:
        data = f"staff:{verb}:{task}"
        await notices.put(connection, officer.person_id, data, key=f"{data}:{key}", at=at)


async def pass_on(connection: AsyncConnection, task: Task, at: datetime) -> None:
    """Gives what nobody took to the next in charge who has not had it; with nobody left, all see it as overdue."""
    chosen = await _least_busy(connection, task.topic, task.commune, at, without=task.had)
    before = await staff.get(connection, task.officer_id) if task.officer_id else None
    key = f"{at.timestamp():.0f}"
    if chosen is None:
        if task.had:
            await tasks.overdue(connection, task.id)
        if before:
            await show_to(connection, before, task.id, at, key, "overdue")
        return
    await tasks.assign(connection, task.id, chosen.id, at)
    await audit.note(
        connection, task.subject, task.subject_id, "passed", at, detail=chosen.name, label=N_("passed on to")
    )
    await show_to(connection, chosen, task.id, at, key)
    if before:
        await show_to(connection, before, task.id, at, key, "passed")


async def _least_busy(
    connection: AsyncConnection,
    topic: str,
    commune: str,
    at: datetime,
    wanted: int | None = None,
    without: Sequence[int] = (),
) -> Officer | None:
    in_charge = await staff.fitting(connection, topic, commune, at)
    if wanted and (officer := await staff.get(connection, wanted)) and officer.person_id is not None:
        return officer
    load = await tasks.load(connection)
    return min(
        (officer for officer in in_charge if officer.id not in without),
        key=lambda officer: (load.get(officer.id, 0), officer.id),
        default=None,
    )


async def answer(
    turn: Turn, task: Task, officer: Officer, chat: int, text: str, media: Sequence[Media] = ()
) -> None:
    """Sends an officer's words and photos to the chat of a task's member, and keeps them; the log is for the caller."""
    connection = await turn.records()
    number = await replies.write(connection, task.id, officer.id, chat, text, turn.now)
    await notices.to_chat(connection, chat, f"person:reply:{number}", key=f"reply:{number}", at=turn.now)
    await forwards.send_on(connection, turn.chat.id, media, chat, "person:file", turn.now)
    if task.state == "open":
        await tasks.assign(connection, task.id, officer.id, turn.now, taken=True)


async def chat_for(connection: AsyncConnection, card: Card, task: Task) -> int:
    """The chat to which an answer goes. Raises `UserError` where the member cannot be reached."""
    if card.chat:
        chat = await card.chat(connection, task.subject_id)
    else:
        chat = await notices.chat_of(connection, task.person_id) if task.person_id else None
    if chat is None:
        raise UserError(N_("This member cannot be reached in chat any more. Please call instead."))
    return chat


async def known_as(connection: AsyncConnection, person_id: int | None, text: Text) -> str:
    """How a member is named to officers: the cooperative, the name and the phone, as far as they are known."""
    person = await people.get(connection, person_id) if person_id else None
    if person is None:
        return text(N_("a visitor"))
    cooperative = await cooperatives.of_person(connection, person.id) if person.id else None
    phone = person.phone or (cooperative.phone if cooperative else "")
    parts = [
        cooperative.name if cooperative else "",
        person.name,
        Phone().show(phone, text) if phone else "",
    ]
    return " – ".join(part for part in parts if part) or text(N_("a visitor"))
