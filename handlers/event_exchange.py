"""Events in from spreadsheets and out into them, and registrations out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import UserError
from bot.exchange import Column, Exchange
from bot.forms import Answers
from bot.records import registrations
from bot.records.events import events
from bot.text import N_, Text
from handlers import event_desk, event_words
from handlers.event_desk import BOOTHS, FIELDS, KIND

_NEEDED = ("title", "place", "starts_at", "ends_at")
_GIVEN = ("title", "place", "map", "starts_at", "ends_at", "closes_at", "capacity", "quota")
_MORE = ("audience", "terms", "organiser", "programme", "approval")


def check(row: Answers, at: datetime) -> None:
    """What one cell alone cannot tell. Raises `UserError`."""
    starts = datetime.fromisoformat(row["starts_at"])
    if starts <= at:
        raise UserError(N_("That moment has passed. Please give one that is still to come."))
    if datetime.fromisoformat(row["ends_at"]) <= starts:
        raise UserError(N_("The end has to be after the beginning."))
    if "closes_at" in row and datetime.fromisoformat(row["closes_at"]) > starts:
        raise UserError(N_("Registration has to end before the event begins."))


async def write(connection: AsyncConnection, rows: Sequence[Answers], at: datetime) -> int:
    """Drafts of those that are not there yet, by title and beginning; returns how many they were."""
    new = 0
    for row in rows:
        known = await connection.execute(
            select(events.c.id).where(
                events.c.title == row["title"],
                events.c.starts_at == datetime.fromisoformat(row["starts_at"]),
            )
        )
        if known.first() is None:
            await event_desk.add(connection, row, at)
            new += 1
    return new


async def registered(connection: AsyncConnection, t: Text) -> list[list[Any]]:
    """Every registration under its event's title."""
    rows = await connection.execute(select(events.c.id, events.c.title).order_by(events.c.starts_at))
    every = tuple(event_words.STATES)
    return [
        [title, *event_desk.row(one, number, t)]
        for event, title in rows.all()
        for number, one in enumerate(await registrations.of_event(connection, event, every), 1)
    ]


EVENTS = Exchange(
    "events",
    columns=(
        Column("kind", N_("Kind"), KIND, needed=True),
        *(Column(name, FIELDS[name].label, FIELDS[name].kind, name in _NEEDED) for name in _GIVEN),
        Column("booths", FIELDS["booths"].label, BOOTHS),
        *(Column(name, FIELDS[name].label, FIELDS[name].kind) for name in _MORE),
    ),
    check=check,
    write=write,
    topic="events",
    asked=N_("phrases: bring in events"),
)
REGISTRATIONS = Exchange(
    "registrations",
    headings=lambda t: [t(N_("Event")), *event_desk.columns(t)],
    rows=registered,
)
