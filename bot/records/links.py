"""One person, several channels: codes that join two chats, and what is then one person's.

A code is shown in one chat and typed in another within minutes. Joining gives all that was kept for the second person
to the first; the second's row stays empty, so that nothing that points to it breaks.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.records import trade
from bot.records.broadcasts import recipients
from bot.records.cooperatives import memberships
from bot.records.people import chats, people
from bot.records.sql import ROW_ID
from bot.records.staff import officers

CODE_DIGITS = 6
CODE_LIVES = timedelta(minutes=5)
#: Wrong codes that one chat may type before it has to wait, and how long they count.
TRIES, TRIES_LAST = 5, timedelta(minutes=15)
#: Wrong codes of all chats in the life of a code, after which none is taken for a while: chats are free, codes few.
TRIES_OF_ALL = 30

link_codes = Table(
    "link_codes",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("chat_id", ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("expires_at", Instant, nullable=False),
)

link_tries = Table(
    "link_tries",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
)
Index("ix_link_tries_at", link_tries.c.at)


@dataclass(frozen=True, slots=True)
class Code:
    """A code that holds: whose it is, and the chat in which it was shown."""

    id: int
    person: int
    chat: int
    channel: str


@dataclass(frozen=True, slots=True)
class Place:
    """A chat in which a person can be written to; `prefers`: they want it to be this channel."""

    chat: int
    channel: str
    reachable: bool
    prefers: bool


async def new_code(connection: AsyncConnection, person: int, chat: int, at: datetime) -> str:
    """Six digits for this person alone; those they were given before end, and so do all whose time is over."""
    await connection.execute(
        delete(link_codes).where((link_codes.c.person_id == person) | (link_codes.c.expires_at <= at))
    )
    taken = set((await connection.execute(select(link_codes.c.hash))).scalars())
    code = ""
    while not code or _hashed(code) in taken:
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    await connection.execute(
        insert(link_codes).values(
            person_id=person, chat_id=chat, hash=_hashed(code), expires_at=at + CODE_LIVES
        )
    )
    return code


async def code_of(connection: AsyncConnection, typed: str, at: datetime) -> Code | None:
    """What a code that was typed stands for, while it holds."""
    found = await connection.execute(
        select(link_codes.c.id, link_codes.c.person_id, link_codes.c.chat_id, chats.c.channel)
        .join(chats, chats.c.id == link_codes.c.chat_id)
        .where(link_codes.c.hash == _hashed(typed), link_codes.c.expires_at > at)
    )
    row = found.first()
    return Code(*row) if row else None


async def use(connection: AsyncConnection, code: Code) -> bool:
    """Ends a code; False where another was faster."""
    used = await connection.execute(delete(link_codes).where(link_codes.c.id == code.id))
    return bool(used.rowcount)


async def may_try(connection: AsyncConnection, chat: int, at: datetime) -> bool:
    """Whether a code may be typed in a chat: not after too many wrong ones, there or in all."""
    mine = (
        select(func.count())
        .select_from(link_tries)
        .where(link_tries.c.chat_id == chat, link_tries.c.at > at - TRIES_LAST)
    )
    all_of_them = select(func.count()).select_from(link_tries).where(link_tries.c.at > at - CODE_LIVES)
    return (
        int((await connection.execute(mine)).scalar_one()) < TRIES
        and int((await connection.execute(all_of_them)).scalar_one()) < TRIES_OF_ALL
    )


async def tried(connection: AsyncConnection, chat: int, at: datetime) -> None:
    """Notes a wrong code, and forgets those that no longer count."""
    await connection.execute(delete(link_tries).where(link_tries.c.at <= at - TRIES_LAST))
    await connection.execute(insert(link_tries).values(chat_id=chat, at=at))


async def places(connection: AsyncConnection, person: int) -> list[Place]:
    """The chats of a person, the oldest first."""
    rows = await connection.execute(
        select(chats.c.id, chats.c.channel, chats.c.reachable, people.c.prefers)
        .join(people, people.c.id == chats.c.person_id)
        .where(chats.c.person_id == person, chats.c.in_group.is_(False))
        .order_by(chats.c.id)
    )
    return [Place(row.id, row.channel, row.reachable, row.prefers == row.channel) for row in rows]


async def prefer(connection: AsyncConnection, person: int, channel: str) -> None:
    """What is said without being asked goes through this channel, as long as it reaches them; "": any."""
    await connection.execute(update(people).where(people.c.id == person).values(prefers=channel))


async def both_officers(connection: AsyncConnection, one: int, other: int) -> bool:
    """Two officers cannot be one person: each has work of their own in hand."""
    found = await connection.execute(
        select(func.count()).where(officers.c.person_id.in_((one, other)), officers.c.active)
    )
    return int(found.scalar_one()) > 1


async def join(connection: AsyncConnection, kept: int, joined: int, at: datetime) -> None:
    """Gives everything of `joined` to `kept`, each thing once; what one of them left open the other fills in."""
    await _settle_doubles(connection, kept, joined, at)
    for table, column in _owned():
        for others in _unique_with(table, column):
            await _drop_doubles(connection, table, column, others, kept, joined)
        await connection.execute(update(table).where(column == joined).values({column.name: kept}))
    await _fill_in(connection, kept, joined)


async def part(connection: AsyncConnection, chat: int, at: datetime) -> None:
    """A chat is somebody else's from now on, of whom nothing is known but the language."""
    language = (
        select(people.c.language)
        .join(chats, chats.c.person_id == people.c.id)
        .where(chats.c.id == chat)
        .scalar_subquery()
    )
    made = await connection.execute(
        insert(people)
        .from_select(
            ["language", "created_at"],
            select(func.coalesce(language, ""), literal(at, people.c.created_at.type)),
        )
        .returning(people.c.id)
    )
    await connection.execute(
        update(chats).where(chats.c.id == chat).values(person_id=made.scalar_one(), state="{}")
    )


async def forget(connection: AsyncConnection, person: int) -> None:
    await connection.execute(delete(link_codes).where(link_codes.c.person_id == person))


def _hashed(code: str) -> str:
    """What is kept of a code. It lives for minutes: this only keeps it out of a copy of the database."""
    return hashlib.sha256(f"coopbot link {code}".encode()).hexdigest()


def _owned() -> Sequence[tuple[Table, Column[int]]]:
    """Every column that says whose a row is."""
    return [
        (table, column)
        for table in metadata.sorted_tables
        for column in table.columns
        if any(key.column is people.c.id for key in column.foreign_keys)
    ] + [(recipients, recipients.c.person_id)]


def _unique_with(table: Table, column: Column[int]) -> list[Collection[Column[int]]]:
    """The other columns of each key of a table in which the owner stands."""
    keys = [key.columns for key in table.constraints if isinstance(key, UniqueConstraint)]
    return [
        [one for one in key if one is not column]
        for key in (table.primary_key.columns, *keys)
        if column in set(key)
    ]


async def _drop_doubles(
    connection: AsyncConnection,
    table: Table,
    column: Column[int],
    others: Collection[Column[int]],
    kept: int,
    joined: int,
) -> None:
    """What both have, the one who is kept has already."""
    there = table.alias()
    same = [there.c[one.name] == one for one in others]
    await connection.execute(
        delete(table).where(
            column == joined, select(there).where(there.c[column.name] == kept, *same).exists()
        )
    )


async def _settle_doubles(connection: AsyncConnection, kept: int, joined: int, at: datetime) -> None:
    """Where both have the same, what must not simply be dropped."""
    theirs = memberships.alias()
    weaker = and_(
        memberships.c.person_id == kept,
        memberships.c.state != "confirmed",
        select(theirs)
        .where(
            theirs.c.person_id == joined,
            theirs.c.cooperative_id == memberships.c.cooperative_id,
            theirs.c.state == "confirmed",
        )
        .exists(),
    )
    await connection.execute(delete(memberships).where(weaker))
    await trade.end_doubles(connection, kept, joined)
    other = recipients.alias()
    twice = (
        select(other)
        .where(other.c.person_id == kept, other.c.broadcast_id == recipients.c.broadcast_id)
        .exists()
    )
    first = recipients.c.wants == "send"
    skipped: Mapping[str, object] = {
        "state": case((first, "skipped"), else_=recipients.c.state),
        "reason": case((first, "duplicate person"), else_=recipients.c.reason),
        "wants": "",
        "person_id": -joined,  # the row goes on to count; nobody answers to it
        "ended_at": at,
    }
    await connection.execute(
        update(recipients).where(recipients.c.person_id == joined, twice).values(**skipped)
    )


async def _fill_in(connection: AsyncConnection, kept: int, joined: int) -> None:
    rows = (await connection.execute(select(people).where(people.c.id.in_((kept, joined))))).all()
    one = {row.id: row for row in rows}
    mine, theirs = one[kept], one[joined]
    values: dict[str, object] = {
        field: getattr(mine, field) or getattr(theirs, field)
        for field in ("name", "phone", "language", "prefers")
    }
    if not mine.consent and theirs.consent:
        values |= {"consent": theirs.consent, "consent_at": theirs.consent_at}
    await connection.execute(update(people).where(people.c.id == kept).values(values))
    await connection.execute(
        update(people)
        .where(people.c.id == joined)
        .values(name="", phone="", prefers="", consent=None, consent_at=None)
    )
