"""The inbox and the outbox: what was said to the bot and what it says, as rows.

An inbox row is done when its turn is committed. An outbox row ends in one of `ENDS`, with a reason; before that it is
"waiting", or "sending" where it must not be sent twice even if this process dies now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Incoming, Outgoing
from bot.database import Instant, metadata
from bot.records.people import chats
from bot.records.sql import ROW_ID, ignoring_repetition

#: Lanes of the outbox: what goes out first.
REPLY, REMINDER, BROADCAST = 0, 1, 2

#: How an outbox row ends.
ENDS = ("sent", "failed", "blocked", "skipped", "unknown")
#: What is done with a message: said, said as one more about the same, or changed and taken back after it was said.
SEND, AGAIN, EDIT, DELETE = "send", "again", "edit", "delete"

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
    Column("native", String(64)),  # the channel's identity of it; of several parts, with spaces between
    Column("act", String(8), nullable=False, server_default=SEND),
    Column("target", BigInteger),
    Column("recipient_id", BigInteger),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
)
Index(
    "ix_outbox_sending",
    outbox.c.channel,
    sqlite_where=outbox.c.state == "sending",
    postgresql_where=outbox.c.state == "sending",
)
Index(
    "ix_outbox_recipient_id",
    outbox.c.recipient_id,
    sqlite_where=outbox.c.recipient_id.is_not(None),
    postgresql_where=outbox.c.recipient_id.is_not(None),
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
    """An outbox row that is still to be sent.

    `native` is the channel's identity of the message that is to be changed or taken back; `recipient` the row of
    `bot.records.broadcasts` that this is for. `group`: it goes to a group.
    """

    id: int
    channel: str
    address: str
    lane: int
    message: Outgoing
    created_at: datetime
    act: str = SEND
    native: str = ""
    recipient: int | None = None
    group: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """How an outbox row ended."""

    id: int
    state: str
    reason: str | None
    native: str | None
    at: datetime
    act: str = SEND
    recipient: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chat's history, in or out; `number` grows within a direction.

    `act` is `EDIT` or `DELETE` where it was changed or taken back since, and `changed` the outbox row that did so last.
    """

    incoming: Incoming | None
    outgoing: Outgoing | None
    number: int
    at: datetime
    act: str = SEND
    changed: int = 0


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


_target = outbox.alias("target")
_waiting = (
    select(
        outbox.c.id,
        outbox.c.channel,
        outbox.c.address,
        outbox.c.lane,
        outbox.c.payload,
        outbox.c.created_at,
        outbox.c.act,
        func.coalesce(_target.c.native, ""),
        outbox.c.recipient_id,
        chats.c.in_group,
    )
    .join(chats, chats.c.id == outbox.c.chat_id)
    .outerjoin(_target, _target.c.id == outbox.c.target)
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
    return [
        Waiting(
            row[0], row[1], row[2], row[3], Outgoing.from_json(row[4]), row[5], row[6], row[7], row[8], row[9]
        )
        for row in rows
    ]


async def claim(connection: AsyncConnection, rows: Sequence[int]) -> set[int]:
    """Marks waiting rows as on their way, durably before they are; returns those that waited still."""
    claimed = await connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(rows), outbox.c.state == "waiting")
        .values(state="sending")
        .returning(outbox.c.id)
    )
    return set(claimed.scalars())


async def release(connection: AsyncConnection, rows: Sequence[int]) -> None:
    """Lets rows wait again that certainly have not arrived."""
    await connection.execute(
        update(outbox).where(outbox.c.id.in_(rows), outbox.c.state == "sending").values(state="waiting")
    )


async def interrupted(connection: AsyncConnection, channel: str, at: datetime) -> list[Sent]:
    """Ends what was on its way when the process that sent it died: whether it arrived is unknown."""
    reason = "stopped while it was sent"
    rows = await connection.execute(
        update(outbox)
        .where(outbox.c.channel == channel, outbox.c.state == "sending")
        .values(state="unknown", reason=reason, ended_at=at)
        .returning(outbox.c.id, outbox.c.act, outbox.c.recipient_id)
    )
    return [Sent(row[0], "unknown", reason, None, at, row[1], row[2]) for row in rows]


async def change(
    connection: AsyncConnection, row: int, message: Outgoing, at: datetime, *, lane: int = REPLY
) -> bool:
    """Has a message that was sent changed to another; False where it was not sent, or not by this identity."""
    found = await connection.execute(select(outbox).where(outbox.c.id == row, outbox.c.state == "sent"))
    old = found.first()
    if old is None:
        return False
    await connection.execute(update(outbox).where(outbox.c.id == row).values(payload=message.to_json()))
    await connection.execute(
        insert(outbox).values(
            chat_id=old.chat_id,
            channel=old.channel,
            address=old.address,
            lane=lane,
            act=EDIT,
            target=row,
            payload=message.to_json(),
            created_at=at,
        )
    )
    return True


async def answer_to(connection: AsyncConnection, row: int) -> int | None:
    """The last message that answers an inbox row, where it is sent."""
    chat = select(inbox.c.chat_id).where(inbox.c.id == row).scalar_subquery()
    found = await connection.execute(
        select(outbox.c.id)
        .where(outbox.c.chat_id == chat, outbox.c.cause == row, outbox.c.state == "sent")
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    return found.scalar()


async def said_in(connection: AsyncConnection, row: int) -> Outgoing | None:
    """A message of the outbox, as it is now."""
    found = await connection.execute(select(outbox.c.payload).where(outbox.c.id == row))
    payload = found.scalar()
    return None if payload is None else Outgoing.from_json(payload)


_end = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), or_(outbox.c.state == "waiting", outbox.c.state == "sending"))
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
    """The newest `limit` lines of a chat beyond (inbox id, outbox id), oldest first; before them those up to there
    that were changed or taken back beyond it. Who has them goes on from the highest `number` or `changed`.

    Lines of the same moment stand as they were caused: what was said before its answer. What is still to be
    made is not there, and nothing that was said or changed behind it: a reader who goes on from the last
    line would miss it.
    """
    said = await connection.execute(
        select(inbox.c.id, inbox.c.received_at, inbox.c.payload)
        .where(inbox.c.chat_id == chat_id, inbox.c.id > after[0])
        .order_by(inbox.c.id.desc())
        .limit(limit)
    )
    answered = await connection.execute(
        _lines.where(outbox.c.chat_id == chat_id, outbox.c.id > after[1], outbox.c.act.in_((SEND, AGAIN)))
        .order_by(outbox.c.id.desc())
        .limit(limit)
    )
    rows = [*reversed(answered.all())]
    # What is changed was said before: a reader who has nothing yet needs no older change.
    changes = await _changes(connection, chat_id, after[1] or (rows[0].id if rows else 0))
    unmade = min((row.id for row in (*rows, *changes) if _unmade(row)), default=None)
    if unmade is not None:
        rows = [row for row in rows if row.id < unmade]
        changes = [row for row in changes if row.id < unmade]
    newest = {row.target: row for row in changes}
    old = [number for number in newest if number <= after[1]][-limit:]
    before = [_line(row, newest[row.id]) for row in await _rows_of(connection, chat_id, old)]
    lines = [Line(Incoming.from_json(row[2]), None, row[0], row[1]) for row in said]
    lines += [_line(row, newest.get(row.id)) for row in rows]
    lines = [line for line in lines if not _hidden(line)]
    lines.sort(key=lambda line: (line.at, line.incoming is None, line.number))
    return [line for line in before if not _hidden(line)] + lines[-limit:]


_lines: Select[Any] = select(
    outbox.c.id, outbox.c.created_at, outbox.c.payload, outbox.c.state, outbox.c.act, outbox.c.target
)


async def _changes(connection: AsyncConnection, chat_id: int, since: int) -> Sequence[Row[Any]]:
    """The rows beyond an outbox id that change or take back something of a chat, oldest first."""
    rows = await connection.execute(
        _lines.where(
            outbox.c.chat_id == chat_id,
            outbox.c.id > since,
            outbox.c.act.in_((EDIT, DELETE)),
            outbox.c.target.is_not(None),
            outbox.c.state != "skipped",
        ).order_by(outbox.c.id)
    )
    return list(rows)


async def _rows_of(connection: AsyncConnection, chat_id: int, numbers: Sequence[int]) -> Sequence[Row[Any]]:
    if not numbers:
        return ()
    rows = await connection.execute(
        _lines.where(outbox.c.chat_id == chat_id, outbox.c.id.in_(numbers)).order_by(outbox.c.id)
    )
    return list(rows)


def _unmade(row: Row[Any]) -> bool:
    return row.state == "waiting" and Outgoing.from_json(row.payload).made is not None


def _line(row: Row[Any], change: Row[Any] | None) -> Line:
    """What was said, as its last change leaves it."""
    if change is None:
        return Line(None, Outgoing.from_json(row.payload), row.id, row.created_at)
    message = Outgoing.from_json(change.payload)
    return Line(None, message, row.id, row.created_at, change.act, change.id)


def _hidden(line: Line) -> bool:
    if line.incoming:
        return not line.incoming.channel or line.incoming.kind == "notice"
    return line.outgoing == Outgoing("") and line.act != DELETE


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
    """All that one turn said in a chat, by the channel's identity of any of its messages, or of a part of one."""
    cause = (
        select(outbox.c.cause)
        .where(
            outbox.c.chat_id == chat_id,
            (" " + outbox.c.native + " ").contains(f" {native} ", autoescape=True),
        )
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
    # Without its target a change is no longer one: nothing is left to be shown as taken back either.
    await connection.execute(
        update(outbox)
        .where(outbox.c.chat_id.in_(chat_ids))
        .values(payload=Outgoing("").to_json(), target=None)
    )
    await connection.execute(
        update(outbox)
        .where(outbox.c.chat_id.in_(chat_ids), outbox.c.state == "waiting")
        .values(state="skipped", reason="erased")
    )
