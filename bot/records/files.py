"""Photos and files of chats: what people sent, noted with the message and fetched afterwards, and what was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    delete,
    false,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Incoming, Media
from bot.database import Instant, metadata
from bot.records.people import chats
from bot.records.sql import ROW_ID, ignoring_repetition

files = Table(
    "files",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("chat_id", ForeignKey("chats.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("channel", String(16), nullable=False),
    Column("reference", String(255), nullable=False),
    Column("name", String(255), nullable=False),
    Column("stored", String(80)),
    Column("failure", String(200)),
    Column("erased", Boolean, nullable=False, server_default=false()),
    Column("noted_at", Instant, nullable=False),
    UniqueConstraint("chat_id", "reference"),
)
Index(
    "ix_files_waiting",
    files.c.channel,
    files.c.id,
    sqlite_where=files.c.stored.is_(None) & files.c.failure.is_(None),
    postgresql_where=files.c.stored.is_(None) & files.c.failure.is_(None),
)

#: How large the pictures among them are, in pixels.
pictures = Table(
    "pictures",
    metadata,
    Column("file_id", ForeignKey("files.id", ondelete="CASCADE"), primary_key=True),
    Column("short_side", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that could not be had, with the chat it was sent in; `failure` is what was written of it."""

    id: int
    chat_id: int
    channel: str
    address: str
    reference: str
    name: str
    failure: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that is still with the channel."""

    id: int
    media: Media
    noted_at: datetime


async def note(connection: AsyncConnection, said: Sequence[tuple[int, Incoming]], at: datetime) -> None:
    """Notes what was sent, by the ids of the chats, in the transaction that takes the messages in."""
    rows = [
        {
            "chat_id": chat_id,
            "channel": one.channel,
            "reference": media.reference,
            "name": media.name[:255],
            "noted_at": at,
        }
        for chat_id, one in said
        for media in one.media
    ]
    if rows:
        await connection.execute(ignoring_repetition(connection, files), rows)


async def made(connection: AsyncConnection, chat_id: int, channel: str, media: Media, at: datetime) -> None:
    """Notes what was made for a chat, so that it is deleted with the rest of what was said there.

    What was deleted a moment ago and made again stays.
    """
    row = {
        "chat_id": chat_id,
        "channel": channel,
        "reference": media.reference,
        "name": media.name[:255],
        "stored": media.reference,
        "noted_at": at,
    }
    await connection.execute(
        update(files)
        .where(files.c.chat_id == chat_id, files.c.reference == media.reference, files.c.erased.is_(True))
        .values(erased=False, failure=None, name=row["name"], stored=media.reference)
    )
    await connection.execute(ignoring_repetition(connection, files), [row])


async def wanted(connection: AsyncConnection, channel: str, after: int = 0, limit: int = 20) -> list[Wanted]:
    """What is still with the channel, beyond the id `after`."""
    rows = await connection.execute(
        select(files)
        .where(
            files.c.channel == channel,
            files.c.stored.is_(None),
            files.c.failure.is_(None),
            files.c.id > after,
        )
        .order_by(files.c.id)
        .limit(limit)
    )
    return [Wanted(row.id, Media(row.reference, row.name), row.noted_at) for row in rows]


async def stored(
    connection: AsyncConnection, file: int, reference: str, size: tuple[int, int] | None = None
) -> None:
    """Notes what the media store calls a file, and of a picture its width and height."""
    await connection.execute(update(files).where(files.c.id == file).values(stored=reference))
    if size:
        row = {"file_id": file, "short_side": min(size)}
        await connection.execute(ignoring_repetition(connection, pictures), [row])


async def failed(connection: AsyncConnection, file: int, reason: str) -> Refused | None:
    """Notes that a file will not come; returns where it was sent, None where it was deleted meanwhile."""
    await connection.execute(
        update(files).where(files.c.id == file, files.c.erased.is_(False)).values(failure=reason[:200])
    )
    return next(iter(await _refused(connection, files.c.id == file)), None)


async def refused(connection: AsyncConnection, chat_id: int) -> list[Refused]:
    """What of a chat could not be had, the oldest first."""
    return await _refused(connection, files.c.chat_id == chat_id)


async def _refused(connection: AsyncConnection, where: ColumnElement[bool]) -> list[Refused]:
    rows = await connection.execute(
        select(
            files.c.id,
            files.c.chat_id,
            files.c.channel,
            chats.c.address,
            files.c.reference,
            files.c.name,
            files.c.failure,
        )
        .join(chats, chats.c.id == files.c.chat_id)
        .where(where, files.c.failure.is_not(None), files.c.erased.is_(False))
        .order_by(files.c.id)
    )
    return [Refused(*row) for row in rows]


async def forget(connection: AsyncConnection, chat_ids: Sequence[int]) -> None:
    """Marks the files of chats as erased; their bytes go with `to_erase`."""
    await connection.execute(
        update(files).where(files.c.chat_id.in_(chat_ids)).values(erased=True, name="", failure="erased")
    )


async def to_erase(connection: AsyncConnection, channel: str) -> list[tuple[int, str | None]]:
    """(id, reference in the media store) of erased files; None where nothing is stored or another chat has it."""
    others = files.alias()
    shared = (
        select(others.c.id)
        .where(others.c.stored == files.c.stored, others.c.erased.is_(False))
        .correlate(files)
        .exists()
    )
    rows = await connection.execute(
        select(files.c.id, files.c.stored, shared.label("shared")).where(
            files.c.channel == channel, files.c.erased.is_(True)
        )
    )
    return [(row.id, None if row.shared else row.stored) for row in rows]


async def erased(connection: AsyncConnection, file_ids: Sequence[int]) -> None:
    await connection.execute(delete(files).where(files.c.id.in_(file_ids)))


async def number_of(connection: AsyncConnection, chat_id: int, reference: str) -> int | None:
    """The number of what was sent in a chat."""
    found = await connection.execute(
        select(files.c.id).where(files.c.chat_id == chat_id, files.c.reference == reference)
    )
    return found.scalar()


async def is_of(connection: AsyncConnection, file: int, chat_id: int) -> bool:
    """Whether a file was sent in a chat."""
    found = await connection.execute(select(files.c.id).where(files.c.id == file, files.c.chat_id == chat_id))
    return found.first() is not None


async def awaited(connection: AsyncConnection, file: int) -> bool:
    """Whether a file is still on its way."""
    found = await connection.execute(
        select(files.c.id).where(files.c.id == file, files.c.stored.is_(None), files.c.failure.is_(None))
    )
    return found.first() is not None


async def kept(connection: AsyncConnection, file: int) -> tuple[str, str] | None:
    """(reference in the media store, name) of a file that is here."""
    found = await connection.execute(
        select(files.c.stored, files.c.name).where(
            files.c.id == file, files.c.stored.is_not(None), files.c.erased.is_(False)
        )
    )
    row = found.first()
    return (row[0], row[1]) if row else None
