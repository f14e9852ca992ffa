"""A union to try: made-up cooperatives, products, events, channels, demands and labels, each marked as an example.

What it holds is `locales/vi/sample.yaml`. Nothing of it belongs to a person, and nobody is told of it.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import yaml
from sqlalchemy import Table, delete, exists, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Incoming
from bot.database import metadata
from bot.errors import UserError
from bot.questions import Province, province_name
from bot.records import channels, events, labels, products, registrations, tables, trade
from bot.records.channels import channels as sales_channels
from bot.records.cooperatives import cooperatives
from bot.records.events import Event, Place
from bot.records.loans import loan_requests
from bot.records.requests import requests
from bot.records.tasks import tasks
from bot.settings import Settings
from bot.text import LOCALES, N_, TIMEZONE, fold
from bot.text import text as text_in

#: Tables with examples, of those that the whole shape has.
EXAMPLES = tuple(table for table in metadata.sorted_tables if "example" in table.c and tables)
#: What a union has of its own once it works with the bot.
_OWN = (cooperatives, events.events, products.products)
#: What an officer may still have to decide on, by the subject of its task.
_SUBJECTS: Mapping[str, Table] = {
    "cooperative": cooperatives,
    "product": products.products,
    "certificate": products.certificates,
    "registration": registrations.registrations,
    "demand": trade.demands,
    "request": requests,
    "loan": loan_requests,
}


async def begin(connection: AsyncConnection, settings: Settings, now: datetime) -> bool:
    """Loads the sample into a database in which nothing was done yet; whether it did."""
    if connection.dialect.name == "postgresql":  # replicas that start together load it once
        await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('sample'))"))
    for table in _OWN:
        if (await connection.execute(select(exists(select(table.c.id))))).scalar():
            return False
    return await load(connection, settings, now)


async def load(connection: AsyncConnection, settings: Settings, now: datetime) -> bool:
    """Loads the sample, with days that count from now; False where there are examples already."""
    if await count(connection):
        return False
    await _Sample(connection, settings, now).load()
    return True


async def count(connection: AsyncConnection, *, real: bool = False) -> int:
    """How many cooperatives, events and products are examples, or (`real`) are none."""
    found = 0
    for table in _OWN:
        query = select(func.count()).select_from(table).where(table.c.example.is_not(real))
        found += (await connection.execute(query)).scalar_one()
    return found


async def remove(connection: AsyncConnection) -> bool:
    """Deletes the examples and what hangs on them, such as members' registrations for an example event.

    Nobody is told. False where there were none.
    """
    waiting = await _open_tasks(connection)
    ours = select(sales_channels.c.code).where(sales_channels.c.example.is_(True))
    await connection.execute(delete(requests).where(requests.c.kind == "channel", requests.c.about.in_(ours)))
    rolls = await connection.execute(select(labels.stock).where(labels.stock.c.example.is_(True)))
    for roll in rolls.all():
        await labels.take_back(connection, roll.series_id, roll.first, roll.last)
    deleted = 0
    for table in reversed(EXAMPLES):
        deleted += (await connection.execute(delete(table).where(table.c.example.is_(True)))).rowcount
    gone = waiting - await _open_tasks(connection)
    await connection.execute(delete(tasks).where(tasks.c.id.in_(gone)))
    return deleted > 0


async def _open_tasks(connection: AsyncConnection) -> set[int]:
    """The tasks of which there still is what they are about."""
    found: set[int] = set()
    for subject, table in _SUBJECTS.items():
        rows = await connection.execute(
            select(tasks.c.id).where(
                tasks.c.subject == subject,
                tasks.c.state != "closed",
                tasks.c.subject_id.in_(select(table.c.id)),
            )
        )
        found.update(rows.scalars())
    return found


class _Sample:
    """The file of the sample, written into a database: `load` once."""

    def __init__(self, connection: AsyncConnection, settings: Settings, now: datetime) -> None:
        self._connection = connection
        self._now = now
        self._today = now.astimezone(TIMEZONE).date()
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._file: dict[str, Any] = yaml.load((LOCALES / "vi" / "sample.yaml").read_text("utf-8"), loader)  # noqa: S506  a safe one
        self._home: int = self._file["province"]
        self._province = _province(settings) or self._home
        place = province_name(self._province)
        union = settings.union_name or text_in("vi")(
            N_("the Cooperative Alliance of {province}"), province=place
        )
        self._names = {"province": place, "union": union}
        self._cooperatives: dict[str, int] = {}
        self._tickets = itertools.count(100)

    async def load(self) -> None:
        for one in self._file["cooperatives"]:
            self._cooperatives[one["id"]] = await self._cooperative(one)
        for one in self._file["products"]:
            await self._product(one)
        for one in self._file["events"]:
            await self._event(one)
        for one in self._file["channels"]:
            await channels.add(
                self._connection,
                f"vidu-{one['id']}",
                self._marked(one["name"]),
                one["kind"],
                self._now,
                requirements=one["requires"],
                state="live",
                example=True,
            )
        for one in self._file["demands"]:
            await self._demand(one)
        for one in self._file["labels"]:
            await labels.receive(self._connection, **one, at=self._now, example=True)

    def _marked(self, name: str) -> str:
        mark = self._file["mark"]
        return name if fold(mark) in fold(name) else f"{name} {mark}"

    async def _cooperative(self, one: Mapping[str, Any]) -> int:
        values = {name: value for name, value in one.items() if name != "id"} | {
            "province": f"{self._province:02d}",
            "commune": one["commune"] if self._province == self._home else "",
            "state": "verified",
            "example": True,
            "created_at": self._now,
        }
        made = await self._connection.execute(
            insert(cooperatives).values(values).returning(cooperatives.c.id)
        )
        return int(made.scalar_one())

    async def _product(self, one: Mapping[str, Any]) -> None:
        cooperative = self._cooperatives[one["cooperative"]]
        values = {name: one[name] for name in products.FIELDS if name in one}
        values |= {"name": self._marked(one["name"]), "priced_on": self._today}
        number = await products.add(
            self._connection, cooperative, values, self._now, state="approved", code=one["code"], example=True
        )
        for held in one.get("certificates", ()):
            await products.certify(
                self._connection,
                cooperative,
                number,
                held["kind"],
                self._now,
                number=held["number"],
                body=self._marked(held["body"]),
                issued_on=self._today + timedelta(days=held["issued"]),
                expires_on=self._today + timedelta(days=held["expires"]),
                state="approved",
                example=True,
            )
        if "offer" in one:
            offered = {
                "product_id": number,
                "product": values["name"],
                "category": one["category"],
                "volume": one["volume"],
                "price": one["price"],
                "months": one.get("season", []),
                "certificates": sorted(held["kind"] for held in one.get("certificates", ())),
                "ends_on": self._today + timedelta(days=90),
                "example": True,
            }
            await trade.offer(self._connection, cooperative, offered, self._now)

    async def _event(self, one: Mapping[str, Any]) -> None:
        first = self._today + timedelta(days=one["in_days"])
        last = first + timedelta(days=one.get("days", 1) - 1)
        starts = datetime.combine(first, time.fromisoformat(one["starts"]), TIMEZONE)
        values = {
            "kind": one["kind"],
            "title": self._marked(one["title"]),
            "starts_at": starts,
            "ends_at": datetime.combine(last, time.fromisoformat(one["ends"]), TIMEZONE),
            "closes_at": starts - timedelta(days=one["closes_before"]),
            "capacity": one["capacity"],
            "quota": one["quota"],
            "booths": one.get("booths", ""),
            "audience": one["audience"],
            "terms": one["terms"],
            "programme": one.get("programme", ""),
            "organiser": self._names["union"],
            "approval": one.get("approval", False),
            "state": "open",
            "example": True,
        }
        places = [Place(name.format(**self._names)) for name in one["places"]]
        event = await events.get(
            self._connection, await events.add(self._connection, values, places, self._now), lock=True
        )
        assert event is not None
        for cooperative, taken in one.get("taken", {}).items():
            await self._registration(event, self._cooperatives[cooperative], taken)

    async def _registration(self, event: Event, cooperative: int, taken: int) -> None:
        await registrations.register(
            self._connection,
            event,
            self._now,
            cooperative=cooperative,
            person=None,
            code=f"TVDU{next(self._tickets)}",
            places=taken,
            people=taken,
            attendees=(),
            details={"booth": "standard"} if event.counts_booths else {},
            example=True,
        )

    async def _demand(self, one: Mapping[str, Any]) -> None:
        wanted = {
            "buyer": self._file["buyer"],
            "phone": self._file["buyer_phone"],
            "product": self._marked(one["product"]),
            "volume": one["volume"],
            "spec": one["spec"],
            "certificate": one.get("certificate", ""),
            "lowest": one["highest"],
            "highest": one["highest"],
            "regular": one.get("regular", False),
            "starts_on": self._today,
            "ends_on": self._today + timedelta(days=one["until"]),
            "province": f"{self._province:02d}",
            "state": "open",
            "example": True,
        }
        number = await trade.demand(self._connection, None, wanted, self._now)
        found = await trade.get_demand(self._connection, number)
        assert found is not None
        await trade.match_demand(self._connection, found, self._now)


def _province(settings: Settings) -> int | None:
    """The code of the union's province, where its name is one."""
    try:
        return Province().parse(Incoming("", "", "", text=settings.union_province), text_in("vi"), date.min)
    except UserError:
        return None
