"""Fairs, forums, supermarket weeks, trainings, study visits and conferences that the union publishes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    delete,
    false,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.records.files import files
from bot.records.sql import ROW_ID
from bot.text import TIMEZONE

#: Those that are registered for by booths; for the others, people are counted.
WITH_BOOTHS = ("fair", "week")
#: Those after which it is asked what was sold and signed.
WITH_SALES = ("fair", "week", "forum")

events = Table(
    "events",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("kind", String(12), nullable=False),  # fair, forum, week, training, visit, conference
    Column("title", String(200), nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("setup_on", Date),
    Column("cleared_on", Date),
    Column("opens_at", Instant),
    Column("closes_at", Instant, nullable=False),
    Column("capacity", Integer),
    Column("quota", Integer),
    Column("booths", Text, nullable=False, server_default=""),
    Column("audience", Text, nullable=False, server_default=""),
    Column("terms", Text, nullable=False, server_default=""),
    Column("organiser", String(200), nullable=False, server_default=""),
    Column("programme", Text, nullable=False, server_default=""),
    Column("approval", Boolean, nullable=False, server_default=false()),
    Column("state", String(12), nullable=False, server_default="draft"),  # draft, open, called_off, over
    Column("reason", Text, nullable=False, server_default=""),
    Column("sequence", Integer, nullable=False, server_default="0"),
    Column("example", Boolean, nullable=False, server_default=false()),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_events_state_starts_at", events.c.state, events.c.starts_at)

event_places = Table(
    "event_places",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("event_id", ForeignKey("events.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", String(300), nullable=False),
    Column("map_url", String(500), nullable=False, server_default=""),
)

event_materials = Table(
    "event_materials",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("event_id", ForeignKey("events.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("reference", String(255), nullable=False),  # the channel's, until the file is here
    Column("name", String(255), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Place:
    """`name` with the address, as it is read; `map_url` "" where none was given."""

    name: str
    map_url: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """`capacity` and `quota` (of one cooperative) count booths or people, None where there is no limit."""

    id: int
    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime
    setup_on: date | None
    cleared_on: date | None
    opens_at: datetime | None
    closes_at: datetime
    capacity: int | None
    quota: int | None
    booths: tuple[str, ...]
    audience: str
    terms: str
    organiser: str
    programme: str
    approval: bool
    state: str
    reason: str
    sequence: int
    example: bool
    changed_at: datetime
    places: tuple[Place, ...] = ()

    @property
    def counts_booths(self) -> bool:
        return self.kind in WITH_BOOTHS

    @property
    def place(self) -> str:
        return "; ".join(place.name for place in self.places)

    def open_at(self, at: datetime) -> bool:
        """Whether cooperatives may register at a moment."""
        begun = self.opens_at is None or self.opens_at <= at
        return self.state == "open" and begun and at < min(self.closes_at, self.starts_at)

    def days(self) -> tuple[date, date]:
        """The first and the last day on which somebody may be there, in Vietnam."""
        first = self.starts_at.astimezone(TIMEZONE).date()
        last = self.ends_at.astimezone(TIMEZONE).date()
        return min(self.setup_on or first, first), max(self.cleared_on or last, last)


_get = select(events).where(events.c.id == bindparam("row"))
_get_locked = _get.with_for_update()


async def get(connection: AsyncConnection, event: int, *, lock: bool = False) -> Event | None:
    """An event; with `lock` it stays as it is until the transaction ends, and so does what is counted by it."""
    row = (await connection.execute(_get_locked if lock else _get, {"row": event})).first()
    return (await _events(connection, [row]))[0] if row else None


_get_all = select(events).where(events.c.id.in_(bindparam("rows", expanding=True)))


async def get_all(connection: AsyncConnection, numbers: Collection[int]) -> dict[int, Event]:
    """These events by their number, as far as they are there."""
    rows = (await connection.execute(_get_all, {"rows": list(numbers)})).all()
    return {event.id: event for event in await _events(connection, rows)}


async def coming(
    connection: AsyncConnection,
    at: datetime,
    *,
    kinds: Sequence[str] = (),
    between: tuple[datetime, datetime] | None = None,
) -> list[Event]:
    """What is published and not over, soonest first; of these kinds, where any are given."""
    query = select(events).where(events.c.state == "open", events.c.ends_at > at)
    if kinds:
        query = query.where(events.c.kind.in_(kinds))
    if between:
        query = query.where(events.c.starts_at < between[1], events.c.ends_at >= between[0])
    rows = await connection.execute(query.order_by(events.c.starts_at, events.c.id))
    return await _events(connection, rows.all())


async def of_staff(connection: AsyncConnection, since: datetime) -> list[Event]:
    """What officers look after: drafts, what is published, what ended after `since`; newest first."""
    rows = await connection.execute(
        select(events).where(events.c.ends_at > since).order_by(events.c.starts_at.desc(), events.c.id.desc())
    )
    return await _events(connection, rows.all())


async def add(
    connection: AsyncConnection, values: Mapping[str, Any], places: Sequence[Place], at: datetime
) -> int:
    """Notes a new event, a draft unless `values` say otherwise, and returns its number."""
    made = await connection.execute(
        insert(events).values({**values, "created_at": at, "changed_at": at}).returning(events.c.id)
    )
    number = int(made.scalar_one())
    await set_places(connection, number, places)
    return number


async def set_places(connection: AsyncConnection, event: int, places: Sequence[Place]) -> None:
    await connection.execute(delete(event_places).where(event_places.c.event_id == event))
    if places:
        rows = [{"event_id": event, "name": place.name, "map_url": place.map_url} for place in places]
        await connection.execute(insert(event_places), rows)


async def change(connection: AsyncConnection, event: int, at: datetime, **values: Any) -> None:
    """Changes columns of an event; calendars see by the sequence that it is newer."""
    await connection.execute(
        update(events)
        .where(events.c.id == event)
        .values({**values, "changed_at": at, "sequence": events.c.sequence + 1})
    )


async def move_state(
    connection: AsyncConnection, event: int, old: Sequence[str], new: str, at: datetime, reason: str = ""
) -> bool:
    """Moves an event from one of the old states to a new one; False where it is in none of them."""
    moved = await connection.execute(
        update(events)
        .where(events.c.id == event, events.c.state.in_(old))
        .values(state=new, reason=reason, changed_at=at, sequence=events.c.sequence + 1)
    )
    return moved.rowcount == 1


async def ended(connection: AsyncConnection, at: datetime) -> list[int]:
    """Published events whose end has passed and that are not noted as over."""
    rows = await connection.execute(
        select(events.c.id).where(events.c.state == "open", events.c.ends_at <= at).order_by(events.c.id)
    )
    return list(rows.scalars())


async def add_material(connection: AsyncConnection, event: int, reference: str, name: str) -> None:
    await connection.execute(
        insert(event_materials).values(event_id=event, reference=reference[:255], name=name[:255])
    )


async def materials(connection: AsyncConnection, event: int) -> list[tuple[str, str]]:
    """(reference in the media store, name) of an event's files that are here, in the order they were added."""
    rows = await connection.execute(
        select(files.c.stored, event_materials.c.name)
        .join(files, files.c.reference == event_materials.c.reference)
        .where(event_materials.c.event_id == event, files.c.stored.is_not(None), files.c.erased.is_(False))
        .order_by(event_materials.c.id)
    )
    return [(row[0], row[1]) for row in rows]


_places = (
    select(event_places)
    .where(event_places.c.event_id.in_(bindparam("of", expanding=True)))
    .order_by(event_places.c.id)
)


async def _events(connection: AsyncConnection, rows: Sequence[Row[Any]]) -> list[Event]:
    numbers = [row.id for row in rows]
    placed: dict[int, list[Place]] = {number: [] for number in numbers}
    if numbers:
        found = await connection.execute(_places, {"of": numbers})
        for place in found:
            placed[place.event_id].append(Place(place.name, place.map_url))
    return [_event(row, tuple(placed[row.id])) for row in rows]


def _event(row: Row[Any], places: tuple[Place, ...]) -> Event:
    values = {
        name: getattr(row, name) for name in Event.__dataclass_fields__ if name not in ("booths", "places")
    }
    booths = tuple(part for part in row.booths.split(",") if part)
    return Event(**values, booths=booths, places=places)
