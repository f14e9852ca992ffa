"""What members ask of the union: labels, packaging, VietGAP, a trademark, traceability, a place on a channel.

One that is open stands once for a cooperative, its kind, what it is about and the product. Each step is told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    false,
    func,
    select,
    update,
)
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.records.cooperatives import ACTING, IN_CHARGE
from bot.records.sql import ROW_ID, ignoring_repetition
from bot.text import fold

KINDS = ("label", "design", "vietgap", "trademark", "trace", "channel")
#: The states in which something is still to come.
OPEN = ("received", "checking", "more", "working", "ready")
#: From which states each state can be reached.
_FROM: Mapping[str, tuple[str, ...]] = {
    "received": ("more",),
    "checking": ("received",),
    "more": ("received", "checking", "working"),
    "working": ("received", "checking"),
    "ready": ("working",),
    "handed": ("ready",),
    "declined": ("received", "checking", "more", "working"),
    "withdrawn": ("received", "checking", "more"),
}

requests = Table(
    "requests",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("about", String(32), nullable=False, server_default=""),
    Column("cooperative_id", ForeignKey("cooperatives.id", ondelete="CASCADE"), nullable=False),
    Column("person_id", ForeignKey("people.id", ondelete="SET NULL")),
    Column("product_id", ForeignKey("products.id", ondelete="SET NULL")),
    Column("product", String(150), nullable=False),
    Column("product_key", String(150), nullable=False),
    Column("details", JSON, nullable=False),
    Column("state", String(12), nullable=False, server_default="received"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("example", Boolean, nullable=False, server_default=false()),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)
Index(
    "uq_requests_open",
    requests.c.cooperative_id,
    requests.c.kind,
    requests.c.about,
    requests.c.product_key,
    unique=True,
    sqlite_where=requests.c.state.in_(OPEN),
    postgresql_where=requests.c.state.in_(OPEN),
)


@dataclass(frozen=True, slots=True)
class Request:
    """`about` is the type of label or the code of the channel; `details` what else was said, by question."""

    id: int
    kind: str
    about: str
    cooperative_id: int
    person_id: int | None
    product_id: int | None
    product: str
    details: Mapping[str, Any]
    state: str
    reason: str
    created_at: datetime


async def add(
    connection: AsyncConnection,
    kind: str,
    about: str,
    cooperative: int,
    person: int | None,
    product: str,
    details: Mapping[str, Any],
    at: datetime,
    *,
    product_id: int | None = None,
    example: bool = False,
) -> tuple[int, bool]:
    """The number of the request, and whether it is new: one like it that is open stays as it is."""
    key = fold(product)[:150]
    made = await connection.execute(
        ignoring_repetition(connection, requests)
        .values(
            kind=kind,
            about=about,
            cooperative_id=cooperative,
            person_id=person,
            product_id=product_id,
            product=product,
            product_key=key,
            details=dict(details),
            example=example,
            created_at=at,
            changed_at=at,
        )
        .returning(requests.c.id)
    )
    number = made.scalar()
    if number is not None:
        return int(number), True
    there = await connection.execute(
        select(requests.c.id).where(
            requests.c.cooperative_id == cooperative,
            requests.c.kind == kind,
            requests.c.about == about,
            requests.c.product_key == key,
            requests.c.state.in_(OPEN),
        )
    )
    return int(there.scalar_one()), False


async def get(connection: AsyncConnection, request: int) -> Request | None:
    row = (await connection.execute(select(requests).where(requests.c.id == request))).first()
    return _request(row) if row else None


async def of_cooperative(connection: AsyncConnection, cooperative: int, limit: int = 20) -> list[Request]:
    """What a cooperative asked for, the newest first."""
    rows = await connection.execute(
        select(requests)
        .where(requests.c.cooperative_id == cooperative)
        .order_by(requests.c.id.desc())
        .limit(limit)
    )
    return [_request(row) for row in rows]


async def channels_of(connection: AsyncConnection, product: int) -> set[str]:
    """The codes of the channels for which a product was asked, whatever came of it; not what was withdrawn."""
    found = await connection.execute(
        select(requests.c.about).where(
            requests.c.kind == "channel",
            requests.c.product_id == product,
            requests.c.state != "withdrawn",
        )
    )
    return set(found.scalars())


async def move(
    connection: AsyncConnection, request: int, state: str, at: datetime, *, reason: str = ""
) -> bool:
    """Takes a request a step on; False where it does not stand where that step begins."""
    done = await connection.execute(
        update(requests)
        .where(requests.c.id == request, requests.c.state.in_(_FROM[state]))
        .values(state=state, reason=reason, changed_at=at)
    )
    return done.rowcount == 1


async def supplement(connection: AsyncConnection, request: Request, words: str, at: datetime) -> bool:
    """Adds what a member wrote after being asked for more; the request is received anew."""
    details = {**request.details, "more": [*request.details.get("more", []), words]}
    done = await connection.execute(
        update(requests)
        .where(requests.c.id == request.id, requests.c.state == "more")
        .values(state="received", reason="", details=details, changed_at=at)
    )
    return done.rowcount == 1


async def forget(connection: AsyncConnection, person: int) -> None:
    """Forgets who it was that asked; the requests are the cooperative's."""
    await connection.execute(update(requests).where(requests.c.person_id == person).values(person_id=None))


async def waiting_for_member(
    connection: AsyncConnection, since: datetime, until: datetime, whom: Collection[int] | None = None
) -> list[tuple[int, int, datetime, str]]:
    """(request, person in charge, since when, product) of what an officer asked more about in between."""
    query = (
        select(requests.c.id, ACTING.c.person_id, requests.c.changed_at, requests.c.product)
        .join(ACTING, ACTING.c.cooperative_id == requests.c.cooperative_id)
        .where(
            requests.c.state == "more",
            requests.c.changed_at >= since,
            requests.c.changed_at < until,
            ACTING.c.role.in_(IN_CHARGE),
        )
        .order_by(requests.c.id)
    )
    if whom is not None:
        query = query.where(ACTING.c.person_id.in_(whom))
    return [(row.id, row.person_id, row.changed_at, row.product) for row in await connection.execute(query)]


async def counts(connection: AsyncConnection) -> dict[tuple[str, str], int]:
    """How many requests there are by kind and state, without the examples."""
    rows = await connection.execute(
        select(requests.c.kind, requests.c.state, func.count())
        .where(requests.c.example.is_(False))
        .group_by(requests.c.kind, requests.c.state)
    )
    return {(row[0], row[1]): row[2] for row in rows}


def _request(row: Row[Any]) -> Request:
    return Request(
        row.id,
        row.kind,
        row.about,
        row.cooperative_id,
        row.person_id,
        row.product_id,
        row.product,
        row.details,
        row.state,
        row.reason,
        row.created_at,
    )
