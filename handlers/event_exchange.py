"""Events in from spreadsheets and out into them, and registrations out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import exchange
from bot.errors import UserError
from bot.exchange import Column, Exchange
from bot.forms import Answers, Kind
from bot.questions import OneOf
from bot.records import events as records
from bot.records import registrations
from bot.records.events import Event, events
from bot.text import N_, Text
from handlers import event_desk, event_words
from handlers.event_desk import BOOTHS, FIELDS, KIND

_NEEDED = ("title", "place", "starts_at", "ends_at")
_GIVEN = (
    "title", "place", "starts_at", "ends_at", "closes_at", "opens_at", "setup_on", "cleared_on", "capacity", "quota",
)  # fmt: skip
_MORE = ("audience", "terms", "organiser", "programme", "approval")


def check(row: Answers, at: datetime) -> None:
    """What one cell alone cannot tell; what says its state was taken out here, and may be over. Raises `UserError`."""
    if "state" not in row and datetime.fromisoformat(row["starts_at"]) <= at:
        raise UserError(N_("That moment has passed. Please give one that is still to come."))
    if wrong := event_desk.out_of_order(row):
        raise UserError(wrong[1])


async def write(connection: AsyncConnection, rows: Sequence[Answers], at: datetime) -> int:
    """Those that are not there yet, by title and beginning; returns how many they were.

    What was over or called off stays so; all else is a draft until an officer publishes it.
    """
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


async def taken_out(connection: AsyncConnection, t: Text) -> list[list[Any]]:
    """Every event as a row that can be brought in again."""
    numbers = await connection.execute(select(events.c.id).order_by(events.c.starts_at, events.c.id))
    found = [await records.get(connection, number) for number in numbers.scalars().all()]
    return [
        [exchange.cell(column.kind, _value(event, column.key), t) for column in COLUMNS]
        for event in found
        if event is not None
    ]


def _value(event: Event, name: str) -> Any:
    """What stands in a column, as its kind of question keeps it; what moved past the beginning ends with it."""
    match name:
        case "place":
            return event_desk.given(event.places)
        case "booths":
            return list(event.booths)
        case "closes_at" if event.closes_at > event.starts_at:
            return event_desk.iso(event, "starts_at")
        case "opens_at" if event.opens_at and event.opens_at > min(event.closes_at, event.starts_at):
            return None
        case "setup_on" if event.setup_on:
            return event.days()[0].isoformat()
        case "cleared_on" if event.cleared_on:
            return event.days()[1].isoformat()
    value = getattr(event, name)
    return event_desk.iso(event, name) if isinstance(value, (date, datetime)) else value


async def registered(connection: AsyncConnection, t: Text) -> list[list[Any]]:
    """Every registration under its event's title."""
    rows = await connection.execute(select(events.c.id, events.c.title).order_by(events.c.starts_at))
    every = tuple(event_words.STATES)
    return [
        [title, *event_desk.row(one, number, t)]
        for event, title in rows.all()
        for number, one in enumerate(await registrations.of_event(connection, event, every), 1)
    ]


_STATES: Kind = OneOf(
    (
        ("draft", N_("draft")),
        ("open", N_("published")),
        ("called_off", N_("called off")),
        ("over", N_("took place")),
    )
)
COLUMNS = (
    Column("kind", N_("Kind"), KIND, needed=True),
    *(Column(name, FIELDS[name].label, FIELDS[name].kind, name in _NEEDED) for name in _GIVEN),
    Column("booths", FIELDS["booths"].label, BOOTHS),
    *(Column(name, FIELDS[name].label, FIELDS[name].kind) for name in _MORE),
    Column("state", N_("State"), _STATES),
)
EVENTS = Exchange(
    "events",
    columns=COLUMNS,
    check=check,
    write=write,
    headings=lambda t: [t(column.heading) for column in COLUMNS],
    rows=taken_out,
    topic="events",
    asked=N_("phrases: bring in events"),
)
REGISTRATIONS = Exchange(
    "registrations",
    headings=lambda t: [t(N_("Event")), *event_desk.columns(t)],
    rows=registered,
)
