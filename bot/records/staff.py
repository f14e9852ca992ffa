"""The union's officers: people of the chat who may see what waits and decide on it, and how one becomes one."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Boolean, Column, ForeignKey, String, Table, Text, delete, insert, select, true, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.records import conversations, notices, tasks
from bot.records.sql import ROW_ID

#: What an officer can be in charge of.
TOPICS = (
    "cooperatives",
    "products",
    "events",
    "loans",
    "requests",
    "trade",
    "needs",
    "questions",
    "person",
)

#: Letters and digits that are not taken for one another on paper or over the phone.
_EASY = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_LENGTH = 8
CODE_LIVES = timedelta(days=7)

officers = Table(
    "officers",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("person_id", ForeignKey("people.id", ondelete="SET NULL"), unique=True),
    Column("name", String(120), nullable=False),
    Column("topics", Text, nullable=False, server_default=""),
    Column("communes", Text, nullable=False, server_default=""),
    Column("active", Boolean, nullable=False, server_default=true()),
    Column("absent_until", Instant),
    Column("created_at", Instant, nullable=False),
)

officer_codes = Table(
    "officer_codes",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("officer_id", ForeignKey("officers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)


@dataclass(frozen=True, slots=True)
class Officer:
    """`topics` and `communes` (codes) are what comes to this officer; none means all."""

    id: int
    person_id: int | None
    name: str
    topics: tuple[str, ...]
    communes: tuple[str, ...]
    absent_until: datetime | None = None

    def fits(self, topic: str, commune: str) -> bool:
        return (not self.topics or topic in self.topics) and (
            not self.communes or not commune or commune in self.communes
        )


@dataclass(frozen=True, slots=True)
class Code:
    """A one-time code that was given out, by its hash."""

    id: int
    officer_id: int
    expires_at: datetime
    used_at: datetime | None


async def officer_of(connection: AsyncConnection, person_id: int | None) -> Officer | None:
    """The officer that a person is, if they are one."""
    if person_id is None:
        return None
    found = await connection.execute(
        select(officers).where(officers.c.person_id == person_id, officers.c.active)
    )
    row = found.first()
    return _officer(row) if row else None


async def get(connection: AsyncConnection, officer: int) -> Officer | None:
    found = await connection.execute(select(officers).where(officers.c.id == officer, officers.c.active))
    row = found.first()
    return _officer(row) if row else None


async def named(connection: AsyncConnection, name: str) -> Officer | None:
    """The officer of a name, or of a number."""
    for officer in await everyone(connection):
        if name in (officer.name, str(officer.id)):
            return officer
    return None


async def everyone(connection: AsyncConnection) -> list[Officer]:
    """All officers, also those who did not join the chat yet, in the order they were added."""
    rows = await connection.execute(select(officers).where(officers.c.active).order_by(officers.c.id))
    return [_officer(row) for row in rows]


async def fitting(
    connection: AsyncConnection, topic: str, commune: str = "", at: datetime | None = None
) -> list[Officer]:
    """Who is in charge of a topic in a commune and can be written to; with `at`, who is not absent then."""
    return [
        officer
        for officer in await everyone(connection)
        if officer.person_id is not None
        and officer.fits(topic, commune)
        and not (at and officer.absent_until and officer.absent_until > at)
    ]


async def add(
    connection: AsyncConnection, name: str, topics: Sequence[str], communes: Sequence[str], at: datetime
) -> int:
    """A new officer, whom nobody in the chat is yet."""
    made = await connection.execute(
        insert(officers)
        .values(name=name, topics=",".join(topics), communes=",".join(communes), created_at=at)
        .returning(officers.c.id)
    )
    return int(made.scalar_one())


async def remove(connection: AsyncConnection, officer: int, at: datetime, *, erased: bool = False) -> int:
    """An officer is none any more; what waited for them is free for others. Returns how much that was.

    `erased`: their name goes too, since they asked for their data to be deleted.
    """
    freed = await tasks.release(connection, officer)
    for task in freed:
        if task.subject == "person" and await conversations.wait_again(connection, task.subject_id):
            chat = await conversations.chat_of(connection, task.subject_id)
            if chat is not None:
                await notices.to_chat(
                    connection,
                    chat,
                    f"person:waits:{task.subject_id}",
                    key=f"waits:{task.id}:{officer}",
                    at=at,
                )
    await connection.execute(delete(officer_codes).where(officer_codes.c.officer_id == officer))
    values: dict[str, object] = {"active": False, "person_id": None}
    if erased:
        values["name"] = f"#{officer}"
    await connection.execute(update(officers).where(officers.c.id == officer).values(values))
    return len(freed)


async def new_code(connection: AsyncConnection, officer: int, at: datetime) -> str:
    """A code with which one person becomes the officer; the one before it, if it was not used, ends."""
    await connection.execute(
        delete(officer_codes).where(officer_codes.c.officer_id == officer, officer_codes.c.used_at.is_(None))
    )
    code = ""
    while not looks_like_code(code):
        code = "".join(secrets.choice(_EASY) for _ in range(CODE_LENGTH))
    await connection.execute(
        insert(officer_codes).values(officer_id=officer, hash=hashed(code), expires_at=at + CODE_LIVES)
    )
    return code


def plain_code(typed: str) -> str:
    """A code without what people put between its letters."""
    return "".join(typed.split()).replace("-", "").lower()


def looks_like_code(typed: str) -> bool:
    """Whether something typed can be a code: a word of letters alone, or a number, is none."""
    code = plain_code(typed)
    return (
        len(code) == CODE_LENGTH and set(code) <= set(_EASY) and not code.isalpha() and not code.isdecimal()
    )


def hashed(code: str) -> str:
    """What is kept of a code: slow to compute, so that a stolen database does not give the codes away."""
    return hashlib.scrypt(
        plain_code(code).encode(), salt=b"coopbot officer", n=4096, r=8, p=1, dklen=32
    ).hex()


async def code_of(connection: AsyncConnection, code_hash: str) -> Code | None:
    """What is known of a code that was given out."""
    found = await connection.execute(select(officer_codes).where(officer_codes.c.hash == code_hash))
    row = found.first()
    return Code(row.id, row.officer_id, row.expires_at, row.used_at) if row else None


async def join(connection: AsyncConnection, code: Code, person: int, at: datetime) -> bool:
    """Makes a person the officer of a code, unless somebody used it just now; who it was before is it no more."""
    used = await connection.execute(
        update(officer_codes)
        .where(officer_codes.c.id == code.id, officer_codes.c.used_at.is_(None))
        .values(used_at=at)
    )
    if not used.rowcount:
        return False
    await connection.execute(update(officers).where(officers.c.person_id == person).values(person_id=None))
    await connection.execute(
        update(officers).where(officers.c.id == code.officer_id).values(person_id=person)
    )
    return True


async def away(connection: AsyncConnection, officer: int, until: datetime | None) -> None:
    """Nothing new comes to an officer until then; None: they are back."""
    await connection.execute(update(officers).where(officers.c.id == officer).values(absent_until=until))


def _officer(row: Row[tuple[object, ...]]) -> Officer:
    return Officer(
        row.id, row.person_id, row.name, _listed(row.topics), _listed(row.communes), row.absent_until
    )


def _listed(joined: str) -> tuple[str, ...]:
    return tuple(part for part in joined.split(",") if part)
