"""Where members may sell with the union's help: marketplaces, supermarket shelves, display and online points.

The list is the union's data: names and addresses change, and so does what a channel asks for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, String, Table, false, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.records.sql import ROW_ID

KINDS = ("marketplace", "provincial", "supermarket", "display", "online")
STATES = ("draft", "pending", "approved", "live")
#: The states in which members see a channel and may ask to join it.
OFFERED = ("approved", "live")
#: What a channel may ask for before it takes a product.
REQUIREMENTS = ("barcode", "label", "invoice", "certificate", "volume", "photos")
#: The kind of channel that a wish of a product is for (`products.channels`); any other wish is for one by its name.
_WISHED = {"supermarket": "supermarket", "provincial": "provincial", "ocop_point": "display"}

channels = Table(
    "sales_channels",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("code", String(32), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("state", String(12), nullable=False, server_default="draft"),
    Column("url", String(200), nullable=False, server_default=""),
    Column("requirements", JSON, nullable=False),
    Column("example", Boolean, nullable=False, server_default=false()),
    Column("created_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class Channel:
    """`kind`, `state` and `requirements` are of `KINDS`, `STATES` and `REQUIREMENTS`.

    `code` is the name as it was at first, in small letters without accents, parted by hyphens.
    """

    id: int
    code: str
    name: str
    kind: str
    state: str
    url: str
    requirements: tuple[str, ...]


async def add(
    connection: AsyncConnection,
    code: str,
    name: str,
    kind: str,
    at: datetime,
    *,
    requirements: Sequence[str],
    state: str = "draft",
    url: str = "",
    example: bool = False,
) -> int:
    """Notes a channel. Raises `IntegrityError` where the code is taken."""
    made = await connection.execute(
        insert(channels)
        .values(
            code=code,
            name=name,
            kind=kind,
            state=state,
            url=url,
            requirements=list(requirements),
            example=example,
            created_at=at,
        )
        .returning(channels.c.id)
    )
    return int(made.scalar_one())


async def get(connection: AsyncConnection, channel: int) -> Channel | None:
    row = (await connection.execute(select(channels).where(channels.c.id == channel))).first()
    return _channel(row) if row else None


async def listed(connection: AsyncConnection, states: Collection[str] = OFFERED) -> list[Channel]:
    rows = await connection.execute(
        select(channels).where(channels.c.state.in_(states)).order_by(channels.c.name, channels.c.id)
    )
    return [_channel(row) for row in rows]


def serves(channel: Channel, wish: str) -> bool:
    """Whether a channel is one that a product's wish is for: “supermarket” any, “postmart” that of the name."""
    return channel.kind == _WISHED.get(wish) or wish in channel.code.split("-")


async def change(
    connection: AsyncConnection,
    channel: int,
    *,
    name: str,
    kind: str,
    state: str,
    url: str,
    requirements: Sequence[str],
) -> bool:
    """Writes a channel anew; False where it is gone."""
    done = await connection.execute(
        update(channels)
        .where(channels.c.id == channel)
        .values(name=name, kind=kind, state=state, url=url, requirements=list(requirements))
    )
    return done.rowcount == 1


def _channel(row: Row[Any]) -> Channel:
    return Channel(row.id, row.code, row.name, row.kind, row.state, row.url, tuple(row.requirements))
