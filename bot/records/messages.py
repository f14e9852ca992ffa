"""The inbox and the outbox: what was said to the bot and what it says, as rows.

An inbox row is done when its turn is committed. An outbox row ends in one of `ENDS`, with a reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Incoming, Outgoing
from bot.database import Instant, metadata
from bot.records.sql import ROW_ID, ignoring_repetition

#: Lanes of the outbox: what goes out first.
REPLY, REMINDER, BROADCAST = 0, 1, 2

#: How an outbox row ends; before that it is "waiting".
ENDS = ("sent", "failed", "blocked", "skipped", "unknown")

inbox = Table(
    "inbox",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("key", String(128), nullable=False),
    Column("chat_id", ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("payload", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("error", String(16)),
    UniqueConstraint("channel", "key"),
)
Index(
    "ix_inbox_waiting",
    inbox.c.chat_id,
    inbox.c.position,
    inbox.c.id,
    sqlite_where=inbox.c.done_at.is_(None),
    postgresql_where=inbox.c.done_at.is_(None),
)
Index("ix_inbox_chat_id_id", inbox.c.chat_id, inbox.c.id)

outbox = Table(
    "outbox",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("chat_id", ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("address", String(128), nullable=False),
    Column("lane", Integer, nullable=False),
    Column("cause", BigInteger),
    Column("payload", Text, nullable=False),
    Column("state", String(8), nullable=False, server_default="waiting"),
    Column("reason", String(200)),
    Column("native", String(64)),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
)
Index(
    "ix_outbox_waiting",
    outbox.c.channel,
    outbox.c.lane,
    outbox.c.id,
    sqlite_where=outbox.c.state == "waiting",
    postgresql_where=outbox.c.state == "waiting",
)
Index("ix_outbox_chat_id_id", outbox.c.chat_id, outbox.c.id)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An outbox row that is still to be sent."""

    id: int
    channel: str
    address: str
    lane: int
    message: Outgoing
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """How an outbox row ended."""

    id: int
    state: str
    reason: str | None
    native: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chat's history, in or out; `number` grows within a direction."""

    incoming: Incoming | None
    outgoing: Outgoing | None
    number: int
    at: datetime


async def receive(
    connection: AsyncConnection, messages: Sequence[tuple[int, Incoming]], at: datetime
) -> None:
    """Puts messages with the ids of their chats into the inbox; a key that is known is left alone."""
    if messages:
        await connection.execute(
            ignoring_repetition(connection, inbox),
            [
                {
                    "channel": said.channel,
                    "key": said.key,
                    "chat_id": chat_id,
                    "position": said.position,
                    "payload": said.to_json(),
                    "received_at": at,
                }
                for chat_id, said in messages
            ],
        )


_done = (
    update(inbox)
    .where(inbox.c.id == bindparam("row"))
    .values(done_at=bindparam("at"), error=bindparam("reference"))
)


async def finish(connection: AsyncConnection, rows: Sequence[tuple[int, str | None]], at: datetime) -> None:
    """Marks inbox rows done, with the reference of the error where their turn failed."""
    await connection.execute(
        _done, [{"row": row, "at": at, "reference": reference} for row, reference in rows]
    )


async def say(
    connection: AsyncConnection,
    messages: Sequence[tuple[int, str, str, int | None, Outgoing]],
    at: datetime,
    lane: int = REPLY,
) -> None:
    """Puts messages into the outbox: (chat id, channel, address, the inbox row that caused it, message)."""
    if messages:
        await connection.execute(
            insert(outbox),
            [
                {
                    "chat_id": chat_id,
                    "channel": channel,
                    "address": address,
                    "lane": lane,
                    "cause": cause,
                    "payload": message.to_json(),
                    "created_at": at,
                }
                for chat_id, channel, address, cause, message in messages
            ],
        )


_waiting = (
    select(
        outbox.c.id, outbox.c.channel, outbox.c.address, outbox.c.lane, outbox.c.payload, outbox.c.created_at
    )
    .where(
        outbox.c.channel == bindparam("of"),
        outbox.c.state == "waiting",
        outbox.c.lane == bindparam("in_lane"),
        outbox.c.id > bindparam("after"),
    )
    .order_by(outbox.c.id)
    .limit(bindparam("most"))
)


async def waiting(
    connection: AsyncConnection, channel: str, lane: int, after: int, most: int
) -> list[Waiting]:
    """What is to be sent next in a lane, oldest first, beyond the id `after`."""
    rows = await connection.execute(_waiting, {"of": channel, "in_lane": lane, "after": after, "most": most})
    return [Waiting(row[0], row[1], row[2], row[3], Outgoing.from_json(row[4]), row[5]) for row in rows]


_end = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), outbox.c.state == "waiting")
    .values(
        state=bindparam("as"), reason=bindparam("why"), native=bindparam("named"), ended_at=bindparam("at")
    )
)


async def end(connection: AsyncConnection, ends: Sequence[Sent]) -> None:
    """Writes how messages ended."""
    if ends:
        await connection.execute(
            _end,
            [
                {
                    "row": e.id,
                    "as": e.state,
                    "why": e.reason[:200] if e.reason else None,
                    "named": e.native[:64] if e.native else None,
                    "at": e.at,
                }
                for e in ends
            ],
        )


async def made(connection: AsyncConnection, row: int, message: Outgoing) -> int | None:
    """Writes a waiting message anew, with what was made for it; returns its chat.

    None where it waits no more: what was said in its chat has been deleted meanwhile, and stays so.
    """
    written = await connection.execute(
        update(outbox)
        .where(outbox.c.id == row, outbox.c.state == "waiting")
        .values(payload=message.to_json())
        .returning(outbox.c.chat_id)
    )
    found = written.first()
    return None if found is None else int(found[0])


async def history(
    connection: AsyncConnection, chat_id: int, after: tuple[int, int], limit: int
) -> list[Line]:
    """The newest `limit` lines of a chat beyond (inbox id, outbox id), oldest first.

    Lines of the same moment stand as they were caused: what was said before its answer. What is still to be
    made is not there, and nothing that was said to the person behind it: a reader who goes on from the last
    line would miss it.
    """
    said = await connection.execute(
        select(inbox.c.id, inbox.c.received_at, inbox.c.payload)
        .where(inbox.c.chat_id == chat_id, inbox.c.id > after[0])
        .order_by(inbox.c.id.desc())
        .limit(limit)
    )
    answered = await connection.execute(
        select(outbox.c.id, outbox.c.created_at, outbox.c.payload, outbox.c.state)
        .where(outbox.c.chat_id == chat_id, outbox.c.id > after[1])
        .order_by(outbox.c.id.desc())
        .limit(limit)
    )
    lines = [Line(Incoming.from_json(row[2]), None, row[0], row[1]) for row in said]
    for row in reversed(answered.all()):
        message = Outgoing.from_json(row[2])
        if message.made and row[3] == "waiting":
            break
        lines.append(Line(None, message, row[0], row[1]))
    lines = [line for line in lines if not _hidden(line)]
    lines.sort(key=lambda line: (line.at, line.incoming is None, line.number))
    return lines[-limit:]


def _hidden(line: Line) -> bool:
    if line.incoming:
        return not line.incoming.channel or line.incoming.kind == "notice"
    return line.outgoing == Outgoing("")


async def backlog(connection: AsyncConnection) -> tuple[int, datetime | None, int]:
    """For staff and the readiness check: inbox rows waiting, since when, and outbox rows waiting."""
    inbound = (
        await connection.execute(
            select(func.count(), func.min(inbox.c.received_at)).where(inbox.c.done_at.is_(None))
        )
    ).one()
    outbound = await connection.execute(
        select(func.count()).select_from(outbox).where(outbox.c.state == "waiting")
    )
    return inbound[0], inbound[1], outbound.scalar_one()


async def said_with(connection: AsyncConnection, chat_id: int, native: str) -> list[Outgoing]:
    """All that one turn said in a chat, by the channel's identity of any of its messages."""
    cause = (
        select(outbox.c.cause)
        .where(outbox.c.chat_id == chat_id, outbox.c.native == native)
        .order_by(outbox.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = await connection.execute(
        select(outbox.c.payload).where(outbox.c.chat_id == chat_id, outbox.c.cause == cause)
    )
    return [Outgoing.from_json(payload) for payload in rows.scalars()]


async def forget_offers(connection: AsyncConnection, data: str) -> None:
    """Empties every message, in whichever chat, that offered a button with this data."""
    await connection.execute(
        update(outbox)
        .where(outbox.c.payload.contains(f'"{data}"', autoescape=True))
        .values(payload=Outgoing("").to_json())
    )


async def forget(connection: AsyncConnection, chat_ids: Sequence[int], keep: int) -> None:
    """Empties what was said in chats, except the inbox row `keep` whose turn is running."""
    await connection.execute(
        update(inbox)
        .where(inbox.c.chat_id.in_(chat_ids), inbox.c.id != keep, inbox.c.done_at.is_not(None))
        .values(payload=Incoming("", "", "", "other").to_json())
    )
    await connection.execute(
        update(outbox).where(outbox.c.chat_id.in_(chat_ids)).values(payload=Outgoing("").to_json())
    )
    await connection.execute(
        update(outbox)
        .where(outbox.c.chat_id.in_(chat_ids), outbox.c.state == "waiting")
        .values(state="skipped", reason="erased")
    )
