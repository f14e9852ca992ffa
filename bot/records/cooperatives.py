"""Cooperatives and groups, who acts for them, and what they report each year (Circular 09/2024)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Subquery,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    false,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.records.people import people
from bot.records.sql import ROW_ID, ignoring_repetition
from bot.text import fold

cooperatives = Table(
    "cooperatives",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("kind", String(16), nullable=False),  # coop, union, group, linked, village, company
    Column("name", String(200), nullable=False),
    Column("trade_name", String(200), nullable=False, server_default=""),
    Column("tax_code", String(14), unique=True),
    Column("registration", String(30), nullable=False, server_default=""),
    Column("registered_on", Date),
    Column("representative", String(60), nullable=False, server_default=""),
    Column("position", String(40), nullable=False, server_default=""),
    Column("phone", String(20), nullable=False, server_default=""),
    Column("phone2", String(20), nullable=False, server_default=""),
    Column("email", String(120), nullable=False, server_default=""),
    Column("province", String(8), nullable=False, server_default=""),
    Column("commune", String(8), nullable=False, server_default=""),
    Column("hamlet", String(120), nullable=False, server_default=""),
    Column("sector", String(16), nullable=False, server_default=""),
    Column("activity", String(200), nullable=False, server_default=""),
    Column("members", Integer),
    Column("women", Integer),
    Column("minority", Integer),
    Column("workers", Integer),
    Column("insured", Integer),
    Column("capital", BigInteger),
    Column("flags", Text, nullable=False, server_default=""),
    Column(
        "state", String(12), nullable=False, server_default="waiting"
    ),  # waiting, more, verified, declined
    Column("reason", Text, nullable=False, server_default=""),
    Column("example", Boolean, nullable=False, server_default=false()),
    Column("created_at", Instant, nullable=False),
    Index("ix_cooperatives_commune", "commune"),
    sqlite_autoincrement=True,
)

memberships = Table(
    "memberships",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("cooperative_id", ForeignKey("cooperatives.id", ondelete="CASCADE"), nullable=False),
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("role", String(12), nullable=False),  # director, accountant, member
    Column("state", String(12), nullable=False, server_default="waiting"),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("cooperative_id", "person_id"),
)

changes = Table(
    "cooperative_changes",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("cooperative_id", ForeignKey("cooperatives.id", ondelete="CASCADE"), nullable=False),
    Column("person_id", ForeignKey("people.id", ondelete="SET NULL")),
    Column("kind", String(16), nullable=False, server_default=""),
    Column("name", String(200), nullable=False, server_default=""),
    Column("tax_code", String(14), nullable=False, server_default=""),
    Column("state", String(12), nullable=False, server_default="waiting"),  # waiting, applied, declined
    Column("reason", Text, nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False),
)
Index(
    "uq_cooperative_changes_waiting",
    changes.c.cooperative_id,
    unique=True,
    sqlite_where=changes.c.state == "waiting",
    postgresql_where=changes.c.state == "waiting",
)

#: What staff have to agree to, once they confirmed a profile.
CONFIRMED = ("kind", "name", "tax_code")
#: Sizes in agriculture, the largest first: members, and turnover or capital in đồng (Decree 113/2024, Art. 5).
_SIZES = (
    ("large", 300, 50 * 10**9, 10 * 10**9),
    ("medium", 200, 10 * 10**9, 5 * 10**9),
    ("small", 50, 2 * 10**9, 10**9),
)


@dataclass(frozen=True, slots=True)
class Cooperative:
    """What other subjects need to know of a cooperative; `verified` once staff have confirmed it.

    `province` and `commune` are the official codes, as text ("04", "01290"). `role` is the asking person's, ""
    where it was not asked for a person.
    """

    id: int
    kind: str
    name: str
    tax_code: str
    phone: str
    province: str
    commune: str
    sector: str
    verified: bool
    role: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A person who acts for a cooperative, or wants to.

    `state`: waiting (for a director or an officer), confirmed, declined, removed. `name` and `phone` are empty
    where the person left none.
    """

    id: int
    cooperative_id: int
    person_id: int
    role: str
    state: str
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a verified cooperative wants to be, its new name or tax code ("" where it stays), until staff agree."""

    id: int
    cooperative_id: int
    kind: str
    name: str
    tax_code: str
    state: str
    reason: str


def size(sector: str, members: int | None, turnover: int | None, capital: int | None) -> str:
    """large, medium, small or micro (Decree 113/2024, Art. 5: agriculture); "" where it cannot be told."""
    if sector != "farming" or members is None:
        return ""
    for name, people_needed, turnover_needed, capital_needed in _SIZES:
        if members < people_needed:
            continue
        if (turnover or 0) >= turnover_needed or (capital or 0) >= capital_needed:
            return name
        if turnover is None or capital is None:
            return ""
    return "micro"


#: Built once: it is asked at nearly every step of a dialog.
_of_person = (
    select(cooperatives, memberships.c.role)
    .join(memberships, memberships.c.cooperative_id == cooperatives.c.id)
    .where(
        memberships.c.person_id == bindparam("person"),
        memberships.c.state == "confirmed",
        cooperatives.c.state != "declined",
    )
    .order_by(memberships.c.id.desc())
    .limit(1)
)


#: Who answers for a cooperative's dates and papers.
IN_CHARGE = ("director", "accountant")


def _acting() -> Subquery:
    newer, its = memberships.alias("newer"), cooperatives.alias("its")
    joined_later = (
        select(newer.c.id)
        .join(its, its.c.id == newer.c.cooperative_id)
        .where(
            newer.c.person_id == memberships.c.person_id,
            newer.c.id > memberships.c.id,
            newer.c.state == "confirmed",
            its.c.state != "declined",
        )
    )
    return (
        select(memberships.c.cooperative_id, memberships.c.person_id, memberships.c.role)
        .join(cooperatives, cooperatives.c.id == memberships.c.cooperative_id)
        .where(memberships.c.state == "confirmed", cooperatives.c.state != "declined", ~joined_later.exists())
        .subquery("acting")
    )


#: (cooperative_id, person_id, role) of those who act for a cooperative now, as `of_person` finds it.
ACTING = _acting()


async def of_person(connection: AsyncConnection, person_id: int) -> Cooperative | None:
    """The cooperative that a person acts for: of those that confirmed them, the one they joined last."""
    row = (await connection.execute(_of_person, {"person": person_id})).first()
    return _cooperative(row, row.role) if row else None


async def found(
    connection: AsyncConnection, person_id: int, values: Mapping[str, Any], at: datetime
) -> int | None:
    """Notes a new cooperative (columns of its table) with the person as its director.

    None where its tax code was noted meanwhile.
    """
    made = await connection.execute(
        ignoring_repetition(connection, cooperatives)
        .values(**values, created_at=at)
        .returning(cooperatives.c.id)
    )
    number: int | None = made.scalar()
    if number is not None:
        await connection.execute(
            insert(memberships).values(
                cooperative_id=number, person_id=person_id, role="director", state="confirmed", created_at=at
            )
        )
    return number


async def get(connection: AsyncConnection, cooperative: int) -> Cooperative | None:
    row = (await connection.execute(select(cooperatives).where(cooperatives.c.id == cooperative))).first()
    return _cooperative(row) if row else None


async def profile(connection: AsyncConnection, cooperative: int) -> dict[str, Any]:
    """All that is known of a cooperative, by column; {} where there is none."""
    row = (await connection.execute(select(cooperatives).where(cooperatives.c.id == cooperative))).first()
    return dict(row._mapping) if row else {}


async def with_tax_code(connection: AsyncConnection, tax_code: str) -> int | None:
    found = await connection.execute(select(cooperatives.c.id).where(cooperatives.c.tax_code == tax_code))
    number: int | None = found.scalar()
    return number


async def named(connection: AsyncConnection, wanted: str, limit: int) -> list[tuple[int, str]]:
    """(number, name) of cooperatives by their tax code, or by a part of their name as people type it."""
    rows = (
        await connection.execute(
            select(cooperatives.c.id, cooperatives.c.name, cooperatives.c.tax_code)
            .where(cooperatives.c.state != "declined")
            .order_by(cooperatives.c.name)
        )
    ).all()
    digits = wanted.replace(" ", "").replace("-", "").replace(".", "")
    if digits.isdecimal():
        rows = [row for row in rows if (row.tax_code or "").replace("-", "") == digits]
    else:
        rows = [row for row in rows if fold(wanted) in fold(row.name)]
    return [(row.id, row.name) for row in rows[:limit]]


async def names_in(connection: AsyncConnection, commune: str, but: int = 0) -> list[str]:
    """The names of the cooperatives of a commune, without the one `but`."""
    found = await connection.execute(
        select(cooperatives.c.name).where(
            cooperatives.c.commune == commune, cooperatives.c.state != "declined", cooperatives.c.id != but
        )
    )
    return list(found.scalars())


async def change(connection: AsyncConnection, cooperative: int, values: Mapping[str, Any]) -> None:
    """Changes what may be changed at once; one that is not verified waits for staff again."""
    if values:
        await connection.execute(
            update(cooperatives).where(cooperatives.c.id == cooperative).values(**values)
        )
    await connection.execute(
        update(cooperatives)
        .where(cooperatives.c.id == cooperative, cooperatives.c.state == "more")
        .values(state="waiting", reason="")
    )


async def decide(connection: AsyncConnection, cooperative: int, state: str, reason: str = "") -> bool:
    """verified, more or declined, of a profile that waits; False where it does not wait any more.

    One that is declined gives its tax code back, so that it can be claimed by whose it is.
    """
    values: dict[str, Any] = {"state": state, "reason": reason}
    if state == "declined":
        values["tax_code"] = None
    changed = await connection.execute(
        update(cooperatives)
        .where(cooperatives.c.id == cooperative, cooperatives.c.state.in_(("waiting", "more")))
        .values(**values)
    )
    return bool(changed.rowcount)


async def ask_change(
    connection: AsyncConnection, cooperative: int, person_id: int, wanted: Mapping[str, str], at: datetime
) -> int:
    """Notes a new kind, name or tax code (by column) for staff to agree to; returns its number.

    It takes the place of what waited, of which it keeps what is not wanted anew.
    """
    before = await waiting_change(connection, cooperative)
    kept = {key: getattr(before, key) for key in CONFIRMED} if before else {}
    await connection.execute(
        delete(changes).where(changes.c.cooperative_id == cooperative, changes.c.state == "waiting")
    )
    made = await connection.execute(
        insert(changes)
        .values(**{**kept, **wanted}, cooperative_id=cooperative, person_id=person_id, created_at=at)
        .returning(changes.c.id)
    )
    return int(made.scalar_one())


async def waiting_change(connection: AsyncConnection, cooperative: int) -> Change | None:
    found = await connection.execute(
        select(changes).where(changes.c.cooperative_id == cooperative, changes.c.state == "waiting")
    )
    row = found.first()
    return _change(row) if row else None


async def change_of(connection: AsyncConnection, number: int) -> Change | None:
    row = (await connection.execute(select(changes).where(changes.c.id == number))).first()
    return _change(row) if row else None


async def decide_change(connection: AsyncConnection, wanted: Change, state: str, reason: str = "") -> bool:
    """applied or declined; False where it does not wait any more, or another has the tax code meanwhile."""
    if state == "applied" and wanted.tax_code:
        other = await with_tax_code(connection, wanted.tax_code)
        if other not in (None, wanted.cooperative_id):
            return False
    changed = await connection.execute(
        update(changes)
        .where(changes.c.id == wanted.id, changes.c.state == "waiting")
        .values(state=state, reason=reason)
    )
    if changed.rowcount and state == "applied":
        new = {key: value for key in CONFIRMED if (value := getattr(wanted, key))}
        await connection.execute(
            update(cooperatives).where(cooperatives.c.id == wanted.cooperative_id).values(**new)
        )
    return bool(changed.rowcount)


async def people_of(connection: AsyncConnection, cooperative: int) -> list[int]:
    """The people who act for a cooperative, the first to join first: whom a decision is told to."""
    return [one.person_id for one in await members(connection, cooperative) if one.state == "confirmed"]


async def members(connection: AsyncConnection, cooperative: int) -> list[Member]:
    """Who acts for a cooperative or waits to, the first to join first."""
    rows = await connection.execute(
        _members()
        .where(memberships.c.cooperative_id == cooperative, memberships.c.state.in_(("confirmed", "waiting")))
        .order_by(memberships.c.id)
    )
    return [_member(row) for row in rows]


async def member(connection: AsyncConnection, membership: int) -> Member | None:
    row = (await connection.execute(_members().where(memberships.c.id == membership))).first()
    return _member(row) if row else None


async def memberships_of(connection: AsyncConnection, person_id: int) -> list[Member]:
    """All of a person's, also what was declined, the newest first."""
    rows = await connection.execute(
        _members().where(memberships.c.person_id == person_id).order_by(memberships.c.id.desc())
    )
    return [_member(row) for row in rows]


async def join(
    connection: AsyncConnection, cooperative: int, person_id: int, role: str, at: datetime
) -> int | None:
    """Asks to act for a cooperative; returns the membership's number, None for who acts for it already."""
    await connection.execute(
        ignoring_repetition(connection, memberships).values(
            cooperative_id=cooperative, person_id=person_id, role=role, created_at=at
        )
    )
    asked = await connection.execute(
        update(memberships)
        .where(
            memberships.c.cooperative_id == cooperative,
            memberships.c.person_id == person_id,
            memberships.c.state != "confirmed",
        )
        .values(role=role, state="waiting")
        .returning(memberships.c.id)
    )
    number: int | None = asked.scalar()
    return number


async def settle(connection: AsyncConnection, membership: int, state: str, was: str = "waiting") -> bool:
    """confirmed, declined or removed; False where the membership's state is not `was` any more."""
    changed = await connection.execute(
        update(memberships)
        .where(memberships.c.id == membership, memberships.c.state == was)
        .values(state=state)
    )
    return bool(changed.rowcount)


async def make_director(connection: AsyncConnection, membership: int) -> bool:
    changed = await connection.execute(
        update(memberships)
        .where(
            memberships.c.id == membership,
            memberships.c.state == "confirmed",
            memberships.c.role != "director",
        )
        .values(role="director")
    )
    return bool(changed.rowcount)


async def directors_of(connection: AsyncConnection, cooperative: int) -> list[int]:
    """The people who may confirm others, by their ids."""
    everyone = await members(connection, cooperative)
    return [one.person_id for one in everyone if one.state == "confirmed" and one.role == "director"]


async def leave(connection: AsyncConnection, cooperative: int, person_id: int) -> bool:
    """A person no longer acts for a cooperative, nor waits to.

    A profile that staff did not confirm and nobody is left for is only what that person said: it is emptied, and
    True returned.
    """
    await connection.execute(
        delete(memberships).where(
            memberships.c.cooperative_id == cooperative, memberships.c.person_id == person_id
        )
    )
    left = await connection.execute(
        select(func.count()).select_from(memberships).where(memberships.c.cooperative_id == cooperative)
    )
    if left.scalar_one():
        return False
    emptied = await connection.execute(
        update(cooperatives)
        .where(cooperatives.c.id == cooperative, cooperatives.c.state.in_(("waiting", "more")))
        .values(state="declined", tax_code=None, representative="", phone="", phone2="", email="", hamlet="")
    )
    return bool(emptied.rowcount)


def _members() -> Select[Any]:
    return select(
        memberships.c.id,
        memberships.c.cooperative_id,
        memberships.c.person_id,
        memberships.c.role,
        memberships.c.state,
        people.c.name,
        people.c.phone,
    ).join(people, people.c.id == memberships.c.person_id)


def _member(row: Row[Any]) -> Member:
    return Member(row.id, row.cooperative_id, row.person_id, row.role, row.state, row.name, row.phone)


def _change(row: Row[tuple[object, ...]]) -> Change:
    return Change(row.id, row.cooperative_id, row.kind, row.name, row.tax_code, row.state, row.reason)


def _cooperative(row: Row[tuple[object, ...]], role: str = "") -> Cooperative:
    return Cooperative(
        row.id,
        row.kind,
        row.name,
        row.tax_code or "",
        row.phone,
        row.province,
        row.commune,
        row.sector,
        row.state == "verified",
        role,
    )
