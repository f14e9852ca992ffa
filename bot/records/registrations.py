"""Registrations for events: who has a place, who waits for one, and what came of it.

What is counted is counted under the lock of the event's row, so that places are never given twice however many
register at once. One cooperative has one live registration an event; a unique index stands behind that.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    and_,
    bindparam,
    false,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.records.contracts import Contract, contracts
from bot.records.contracts import get as get_contract
from bot.records.cooperatives import ACTING, IN_CHARGE, cooperatives
from bot.records.events import WITH_SALES, Event, events
from bot.records.sql import ROW_ID, ignoring_repetition

#: A place is held in these states.
HOLDING = ("asked", "confirmed", "offered")
#: A registration that goes on; the others are closed.
LIVE = (*HOLDING, "waiting")
#: How long a place that came free is kept for the one it is offered to.
OFFERED_FOR = timedelta(hours=24)

registrations = Table(
    "registrations",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("event_id", ForeignKey("events.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("cooperative_id", ForeignKey("cooperatives.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("person_id", ForeignKey("people.id", ondelete="SET NULL"), index=True),
    Column("code", String(8), nullable=False, unique=True),
    # asked, confirmed, waiting, offered; then withdrawn, declined, lapsed, called_off
    Column("state", String(12), nullable=False),
    Column("places", Integer, nullable=False),
    Column("people", Integer, nullable=False),
    Column("attendees", Text, nullable=False, server_default="[]"),
    Column("details", Text, nullable=False, server_default="{}"),
    Column("offer_ends_at", Instant),
    Column("reason", Text, nullable=False, server_default=""),
    Column("checked_in_at", Instant),
    Column("surveyed", Boolean, nullable=False, server_default=false()),
    Column("example", Boolean, nullable=False, server_default=false()),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)
_live = registrations.c.state.in_(LIVE)
Index(
    "uq_registrations_live",
    registrations.c.event_id,
    registrations.c.cooperative_id,
    unique=True,
    sqlite_where=_live,
    postgresql_where=_live,
)

event_results = Table(
    "event_results",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column(
        "registration_id", ForeignKey("registrations.id", ondelete="CASCADE"), nullable=False, unique=True
    ),
    Column("contracts", Integer, nullable=False),
    Column("value", BigInteger, nullable=False, server_default="0"),  # đồng
    Column("contacts", Integer, nullable=False, server_default="0"),
    Column("revenue", BigInteger, nullable=False, server_default="0"),  # đồng
    Column("photos", Text, nullable=False, server_default="[]"),
    Column("at", Instant, nullable=False),
)

#: Which contracts of the trade are among those that a result counts: each is of one result.
event_contracts = Table(
    "event_contracts",
    metadata,
    Column("contract_id", ForeignKey("contracts.id", ondelete="CASCADE"), primary_key=True),
    Column("registration_id", ForeignKey("registrations.id", ondelete="CASCADE"), nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class Registration:
    """`places` are booths or people, as the event counts; `attendees` have "name", "phone" and "role"."""

    id: int
    event_id: int
    cooperative_id: int
    cooperative: str
    person_id: int | None
    code: str
    state: str
    places: int
    people: int
    attendees: tuple[dict[str, str], ...]
    details: dict[str, Any]
    offer_ends_at: datetime | None
    reason: str
    checked_in_at: datetime | None
    created_at: datetime
    changed_at: datetime

    @property
    def live(self) -> bool:
        return self.state in LIVE


@dataclass(frozen=True, slots=True)
class Result:
    """How many contracts were told of, worth how many đồng together; and of those how many are recorded already."""

    contracts: int
    value: int
    recorded: int
    recorded_value: int

    @property
    def left(self) -> int:
        return max(0, self.contracts - self.recorded)


async def taken(connection: AsyncConnection, event: int) -> int:
    """The places of an event that are held: confirmed, offered, or asked for where officers decide."""
    held = await connection.execute(
        select(func.coalesce(func.sum(registrations.c.places), 0)).where(
            registrations.c.event_id == event, registrations.c.state.in_(HOLDING)
        )
    )
    return int(held.scalar_one())


async def left(connection: AsyncConnection, event: Event) -> int | None:
    """The places that are still free; None where there is no limit."""
    return None if event.capacity is None else max(0, event.capacity - await taken(connection, event.id))


async def register(
    connection: AsyncConnection,
    event: Event,
    at: datetime,
    *,
    cooperative: int,
    person: int | None,
    code: str,
    places: int,
    people: int,
    attendees: Sequence[Mapping[str, str]],
    details: Mapping[str, Any],
    example: bool = False,
) -> Registration:
    """Registers a cooperative for a locked event: with a place while there are enough, else on the waiting list.

    The caller has made sure that it has no live registration for it.
    """
    free = await left(connection, event)
    fits = free is None or places <= free
    made = await connection.execute(
        insert(registrations)
        .values(
            event_id=event.id,
            cooperative_id=cooperative,
            person_id=person,
            code=code,
            state=_with_a_place(event) if fits else "waiting",
            places=places,
            people=people,
            attendees=json.dumps([dict(one) for one in attendees], ensure_ascii=False),
            details=json.dumps(dict(details), ensure_ascii=False),
            example=example,
            created_at=at,
            changed_at=at,
        )
        .returning(registrations.c.id)
    )
    found = await get(connection, int(made.scalar_one()))
    assert found is not None
    return found


_get = (
    select(registrations, cooperatives.c.name.label("cooperative"))
    .join(cooperatives, cooperatives.c.id == registrations.c.cooperative_id)
    .where(registrations.c.id.in_(bindparam("rows", expanding=True)))
)


async def get(connection: AsyncConnection, registration: int) -> Registration | None:
    return (await get_all(connection, [registration])).get(registration)


async def get_all(connection: AsyncConnection, numbers: Collection[int]) -> dict[int, Registration]:
    """These registrations by their number, as far as they are there."""
    rows = await connection.execute(_get, {"rows": list(numbers)})
    return {row.id: _registration(row) for row in rows}


async def by_code(connection: AsyncConnection, code: str) -> Registration | None:
    found = await _found(connection, registrations.c.code == code)
    return found[0] if found else None


async def live_of(connection: AsyncConnection, event: int, cooperative: int) -> Registration | None:
    """The live registration of a cooperative for an event."""
    found = await _found(
        connection,
        registrations.c.event_id == event,
        registrations.c.cooperative_id == cooperative,
        registrations.c.state.in_(LIVE),
    )
    return found[0] if found else None


async def of_cooperative(connection: AsyncConnection, cooperative: int) -> list[Registration]:
    """All of a cooperative's, newest first."""
    found = await _found(connection, registrations.c.cooperative_id == cooperative)
    return found[::-1]


async def of_event(
    connection: AsyncConnection, event: int, states: Sequence[str] = LIVE
) -> list[Registration]:
    """Those of an event in these states, in order of arrival."""
    return await _found(connection, registrations.c.event_id == event, registrations.c.state.in_(states))


async def ahead_of(connection: AsyncConnection, one: Registration) -> int:
    """How many wait for the same event and came before."""
    counted = await connection.execute(
        select(func.count()).where(
            registrations.c.event_id == one.event_id,
            registrations.c.state == "waiting",
            registrations.c.id < one.id,
        )
    )
    return int(counted.scalar_one())


async def move(
    connection: AsyncConnection,
    registration: int,
    old: Sequence[str],
    new: str,
    at: datetime,
    reason: str = "",
) -> bool:
    """Moves a registration from one of the old states to a new one; False where it is in none of them."""
    moved = await connection.execute(
        update(registrations)
        .where(registrations.c.id == registration, registrations.c.state.in_(old))
        .values(state=new, reason=reason, offer_ends_at=None, changed_at=at)
    )
    return moved.rowcount == 1


async def accept(connection: AsyncConnection, event: Event, registration: int, at: datetime) -> bool:
    """Takes the place that is offered; False where it is no longer."""
    return await move(connection, registration, ("offered",), _with_a_place(event), at)


async def give_place(connection: AsyncConnection, event: Event, registration: int, at: datetime) -> bool:
    """Confirms one from the waiting list by hand; False where it does not wait, or there are too few places."""
    one = await get(connection, registration)
    free = await left(connection, event)
    if one is None or (free is not None and one.places > free):
        return False
    return await move(connection, registration, ("waiting",), "confirmed", at)


async def resize(
    connection: AsyncConnection,
    registration: int,
    at: datetime,
    *,
    places: int,
    people: int,
    attendees: Sequence[Mapping[str, str]],
) -> bool:
    """Changes how many places a live registration has; whether they are there is for the caller to count."""
    changed = await connection.execute(
        update(registrations)
        .where(registrations.c.id == registration, registrations.c.state.in_(LIVE))
        .values(
            places=places,
            people=people,
            attendees=json.dumps([dict(one) for one in attendees], ensure_ascii=False),
            changed_at=at,
        )
    )
    return changed.rowcount == 1


async def promote(connection: AsyncConnection, event: Event, at: datetime) -> list[Registration]:
    """Offers what is free in a locked event to those that wait: each time the first whom it suffices.

    An offer lasts a day and ends when the event begins. Returns those it is offered to.
    """
    until = min(at + OFFERED_FOR, event.starts_at)
    free = await left(connection, event)
    if event.state != "open" or until <= at:
        return []
    offered = []
    for one in await of_event(connection, event.id, ("waiting",)):
        if free is not None:
            if one.places > free:
                continue
            free -= one.places
        await connection.execute(
            update(registrations)
            .where(registrations.c.id == one.id)
            .values(state="offered", offer_ends_at=until, changed_at=at)
        )
        offered.append(one)
    return offered


async def expired_offers(connection: AsyncConnection, at: datetime) -> list[Registration]:
    """Offers whose time is up."""
    return await _found(connection, registrations.c.state == "offered", registrations.c.offer_ends_at <= at)


async def check_in(connection: AsyncConnection, registration: int, at: datetime) -> bool:
    """Notes that they are there; False where they were before, or have no confirmed place."""
    noted = await connection.execute(
        update(registrations)
        .where(
            registrations.c.id == registration,
            registrations.c.state == "confirmed",
            registrations.c.checked_in_at.is_(None),
        )
        .values(checked_in_at=at)
    )
    return noted.rowcount == 1


@dataclass(frozen=True, slots=True)
class Told:
    """A person who is to be told of a registration, with what of the event and the registration matters then."""

    registration: int
    event: int
    person: int
    title: str
    starts_at: datetime
    ends_at: datetime
    offer_ends_at: datetime | None
    changed_at: datetime


async def starting(
    connection: AsyncConnection,
    spans: Sequence[tuple[datetime, datetime]],
    whom: Collection[int] | None = None,
) -> list[Told]:
    """Whom to tell of confirmed places at published events that begin in one of these spans (end excluded)."""
    values: dict[str, Any] = {"whom": list(whom)} if whom is not None else {}
    for number, (first, last) in enumerate(spans):
        values |= {f"first{number}": first, f"last{number}": last}
    rows = await connection.execute(_starting(len(spans), whom is not None), values)
    return _who_is_told(rows, whom)


@lru_cache(maxsize=8)
def _starting(spans: int, of_some: bool) -> Select[Any]:
    """Built once, since it runs for each batch of reminders that are said."""
    begins = or_(
        *(
            and_(events.c.starts_at >= bindparam(f"first{n}"), events.c.starts_at < bindparam(f"last{n}"))
            for n in range(spans)
        )
    )
    return _places_told_of(of_some, begins, events.c.state == "open", _is("confirmed"))


async def to_survey(
    connection: AsyncConnection,
    ended_from: datetime,
    ended_before: datetime,
    whom: Collection[int] | None = None,
) -> list[Told]:
    """Whom to ask how it went: where things are sold, ended in between, and not told of yet."""
    return await _told(
        connection,
        whom,
        events.c.ends_at >= ended_from,
        events.c.ends_at < ended_before,
        events.c.state != "called_off",
        events.c.kind.in_(WITH_SALES),
        _is("confirmed"),
        registrations.c.surveyed.is_(False),
    )


async def offers_ending(
    connection: AsyncConnection, first: datetime, last: datetime, whom: Collection[int] | None = None
) -> list[Told]:
    """Whom to tell of offered places that are kept until a moment in between."""
    return await _told(
        connection,
        whom,
        registrations.c.offer_ends_at >= first,
        registrations.c.offer_ends_at < last,
        _is("offered"),
    )


async def after_or_before(
    connection: AsyncConnection,
    column: str,
    first: datetime,
    last: datetime,
    kind: str,
    whom: Collection[int] | None = None,
) -> list[Told]:
    """Whom to tell of confirmed places at events of a kind ("" is any) that begin ("starts_at") or end
    ("ends_at") in between.
    """
    moment = events.c[column]
    wanted = [moment >= first, moment < last, events.c.state.in_(("open", "over")), _is("confirmed")]
    if kind:
        wanted.append(events.c.kind == kind)
    return await _told(connection, whom, *wanted)


def _is(state: str) -> ColumnElement[bool]:
    return registrations.c.state == state


async def _told(
    connection: AsyncConnection, whom: Collection[int] | None, *where: ColumnElement[bool]
) -> list[Told]:
    """Who registered, while they act for the cooperative; else those in charge of it."""
    query = _places_told_of(whom is not None, *where)
    rows = await connection.execute(query, {"whom": list(whom)} if whom is not None else {})
    return _who_is_told(rows, whom)


def _places_told_of(of_some: bool, *where: ColumnElement[bool]) -> Select[Any]:
    """Registrations with everybody who acts for their cooperatives; `of_some`: only where one of `whom` does."""
    if of_some:
        theirs = select(ACTING.c.cooperative_id).where(
            ACTING.c.person_id.in_(bindparam("whom", expanding=True))
        )
        where = (*where, registrations.c.cooperative_id.in_(theirs))
    return (
        select(
            registrations.c.id,
            registrations.c.event_id,
            registrations.c.person_id.label("registered_by"),
            registrations.c.offer_ends_at,
            registrations.c.changed_at,
            events.c.title,
            events.c.starts_at,
            events.c.ends_at,
            ACTING.c.person_id,
            ACTING.c.role,
        )
        .join(events, events.c.id == registrations.c.event_id)
        .join(ACTING, ACTING.c.cooperative_id == registrations.c.cooperative_id)
        .where(*where)
        .order_by(registrations.c.id)
    )


def _who_is_told(rows: Iterable[Row[Any]], whom: Collection[int] | None) -> list[Told]:
    by_registration: dict[int, list[Any]] = {}
    for row in rows:
        by_registration.setdefault(row.id, []).append(row)
    return [
        Told(
            row.id,
            row.event_id,
            row.person_id,
            row.title,
            row.starts_at,
            row.ends_at,
            row.offer_ends_at,
            row.changed_at,
        )
        for some in by_registration.values()
        for row in _responsible(some)
        if whom is None or row.person_id in whom
    ]


def _responsible(acting: Sequence[Row[Any]]) -> list[Row[Any]]:
    registered = [row for row in acting if row.person_id == row.registered_by]
    return registered or [row for row in acting if row.role in IN_CHARGE]


async def note_result(
    connection: AsyncConnection, registration: int, at: datetime, values: Mapping[str, Any]
) -> bool:
    """Keeps what came of an event for a cooperative; False where that is kept already."""
    known = await connection.execute(
        select(event_results.c.id).where(event_results.c.registration_id == registration)
    )
    if known.first():
        return False
    await connection.execute(
        insert(event_results).values({**values, "registration_id": registration, "at": at})
    )
    await connection.execute(
        update(registrations).where(registrations.c.id == registration).values(surveyed=True)
    )
    return True


async def result(connection: AsyncConnection, registration: int) -> Result | None:
    """What came of an event, None until it was told."""
    told = await connection.execute(
        select(event_results.c.contracts, event_results.c.value).where(
            event_results.c.registration_id == registration
        )
    )
    row = told.first()
    if row is None:
        return None
    recorded = await connection.execute(
        select(func.count(), func.coalesce(func.sum(contracts.c.value), 0))
        .select_from(event_contracts.join(contracts, contracts.c.id == event_contracts.c.contract_id))
        .where(event_contracts.c.registration_id == registration)
    )
    count, value = recorded.one()
    return Result(row.contracts, row.value, int(count), int(value))


async def count_contract(connection: AsyncConnection, registration: int, contract: int) -> bool:
    """Notes that a recorded contract is one of those that were told of; False where it is one already."""
    noted = await connection.execute(
        ignoring_repetition(connection, event_contracts)
        .values(contract_id=contract, registration_id=registration)
        .returning(event_contracts.c.contract_id)
    )
    return noted.first() is not None


async def uncounted(connection: AsyncConnection, cooperative: int, since: datetime) -> list[Contract]:
    """The contracts of a cooperative that were recorded since a moment and are of no result yet."""
    rows = await connection.execute(
        select(contracts.c.id)
        .where(
            contracts.c.cooperative_id == cooperative,
            contracts.c.created_at >= since,
            contracts.c.id.not_in(select(event_contracts.c.contract_id)),
        )
        .order_by(contracts.c.id)
    )
    found = [await get_contract(connection, number) for number in rows.scalars().all()]
    return [one for one in found if one]


async def forget(connection: AsyncConnection, person: int) -> None:
    """Empties whom a person named in their registrations; the registration itself is the cooperative's."""
    await connection.execute(
        update(registrations)
        .where(registrations.c.person_id == person)
        .values(attendees="[]", person_id=None)
    )


def _with_a_place(event: Event) -> str:
    return "asked" if event.approval else "confirmed"


async def _found(connection: AsyncConnection, *where: ColumnElement[bool]) -> list[Registration]:
    rows = await connection.execute(
        select(registrations, cooperatives.c.name.label("cooperative"))
        .join(cooperatives, cooperatives.c.id == registrations.c.cooperative_id)
        .where(*where)
        .order_by(registrations.c.id)
    )
    return [_registration(row) for row in rows]


def _registration(row: Row[Any]) -> Registration:
    plain = {
        name: getattr(row, name)
        for name in Registration.__dataclass_fields__
        if name not in ("attendees", "details")
    }
    return Registration(**plain, attendees=tuple(json.loads(row.attendees)), details=json.loads(row.details))
