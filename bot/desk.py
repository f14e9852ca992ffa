"""The staff's desk: how a feature puts something before an officer, and what the officer may do with it.

A feature declares a `Card` for each thing of its own that waits for staff and calls `put` when there is one. The
feature in `handlers/staff.py` shows cards, asks for reasons, keeps the audit log and closes what is decided.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.chat import Media, Outgoing
from bot.records import staff, tasks
from bot.turn import Turn


@dataclass(frozen=True)
class Decision:
    """One thing an officer may do: `label` is a msgid; with `reason`, words are asked for that go to the member.

    `closes`: nothing waits after it.
    """

    verb: str
    label: str
    reason: bool = False
    closes: bool = True


@dataclass(frozen=True)
class Shown:
    """A thing as an officer reads it, in the officer's language, and what may be done with it now."""

    text: str
    decisions: tuple[Decision, ...]
    photos: tuple[Media, ...] = ()


@dataclass(frozen=True)
class Card:
    """A kind of thing that waits for staff.

    `show` is None for what is gone. `decide` is given (turn of the officer, the thing's id, the verb, the reason);
    it changes the thing, tells the member (`turn.tell`), and returns what the officer reads. It raises
    `UserError` where the thing has changed meanwhile.
    """

    subject: str
    title: str
    show: Callable[[Turn, int], Awaitable[Shown | None]]
    decide: Callable[[Turn, int, str, str], Awaitable[Sequence[Outgoing]]]


async def put(turn: Turn, subject: str, subject_id: int, *, topic: str, commune: str = "") -> int:
    """Puts a thing before the officer in charge who has least to do; returns the number it waits under.

    What waits already is shown to its officer again, since it has changed. Where nobody is in charge it waits
    until somebody looks at what is open.
    """
    connection = await turn.records()
    number, new = await tasks.begin(
        connection,
        subject,
        subject_id,
        topic=topic,
        commune=commune,
        person_id=turn.person.id,
        at=turn.now,
    )
    in_charge = await staff.fitting(connection, topic, commune)
    if new and in_charge:
        load = await tasks.load(connection)
        chosen = min(in_charge, key=lambda officer: (load.get(officer.id, 0), officer.id))
        await tasks.assign(connection, number, chosen.id, turn.now)
    else:
        task = await tasks.get(connection, number)
        found = [officer for officer in in_charge if task and officer.id == task.officer_id]
        if not found:
            return number
        chosen = found[0]
    if chosen.person_id is not None:
        await turn.tell(chosen.person_id, f"staff:card:{number}")
    return number
