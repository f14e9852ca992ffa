"""Events for the tests: a fair of booths, a training of places, as staff would have published them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Database
from bot.records import events
from bot.records.events import Place
from bot.text import TIMEZONE

#: A Saturday in Vietnam, some weeks after the tests' Tuesday.
SATURDAY = datetime(2026, 12, 19, 8, 0, tzinfo=TIMEZONE)


async def publish(database: Database, at: datetime, place: str = "Nhà văn hóa tỉnh", **fields: Any) -> int:
    """An open event with these fields, a fair of three days unless they say otherwise; returns its number."""
    values: dict[str, Any] = {
        "kind": "fair",
        "title": "Hội chợ Xuân nông sản",
        "starts_at": SATURDAY,
        "ends_at": SATURDAY + timedelta(days=2, hours=9),
        "closes_at": SATURDAY - timedelta(days=9),
        "booths": "standard",
        "state": "open",
        "terms": "Liên minh hỗ trợ tiền gian, theo thông báo 12/TB ngày 01/11/2026.",
        **fields,
    }

    async def work(connection: AsyncConnection) -> int:
        return await events.add(connection, values, [Place(place, "https://maps.example.org/1")], at)

    return await database.write(work)


async def publish_training(database: Database, at: datetime, **fields: Any) -> int:
    """A training of one day."""
    values = {
        "kind": "training",
        "title": "Tập huấn kế toán hợp tác xã",
        "ends_at": SATURDAY + timedelta(hours=8),
        "booths": "",
        **fields,
    }
    return await publish(database, at, "Hội trường Liên minh, Vinh", **values)
