"""Supply and demand: what buyers look for, what cooperatives offer, and the matches of the two.

Both sides of a match say yes before either learns who the other is. What is withdrawn or sold out ends its
matches, and the other side is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    select,
    update,
)
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.records import products
from bot.records.cooperatives import cooperatives
from bot.records.matching import Fit, Side, fit, months_between
from bot.records.sql import ROW_ID, ignoring_repetition
from bot.text import fold

#: States in which a demand is not settled.
LIVE = ("waiting", "more", "open")
#: Matches that are proposed at a time, the best first.
PROPOSED = 5

demands = Table(
    "demands",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("person_id", ForeignKey("people.id", ondelete="SET NULL")),
    Column("cooperative_id", ForeignKey("cooperatives.id", ondelete="SET NULL")),
    Column("buyer", String(200), nullable=False),
    Column("phone", String(20), nullable=False),
    Column("product", String(150), nullable=False),
    Column("product_key", String(150), nullable=False),
    Column("volume", JSON, nullable=False),
    Column("spec", Text, nullable=False, server_default=""),
    Column("certificate", String(16), nullable=False, server_default=""),
    Column("lowest", BigInteger),
    Column("highest", BigInteger),
    Column("regular", Boolean, nullable=False, server_default=false()),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("province", String(8), nullable=False, server_default=""),
    Column("commune", String(8), nullable=False, server_default=""),
    Column("place", String(200), nullable=False, server_default=""),
    Column("state", String(12), nullable=False, server_default="waiting"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("example", Boolean, nullable=False, server_default=false()),
    Column("created_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)
Index(
    "uq_demands_live",
    demands.c.person_id,
    demands.c.product_key,
    unique=True,
    sqlite_where=demands.c.state.in_(LIVE),
    postgresql_where=demands.c.state.in_(LIVE),
)
Index("ix_demands_state_ends_on", demands.c.state, demands.c.ends_on)

offers = Table(
    "offers",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("cooperative_id", ForeignKey("cooperatives.id", ondelete="CASCADE"), nullable=False),
    Column("person_id", ForeignKey("people.id", ondelete="SET NULL")),
    Column("product_id", ForeignKey("products.id", ondelete="SET NULL")),
    Column("product", String(150), nullable=False),
    Column("product_key", String(150), nullable=False),
    Column("category", String(12), nullable=False, server_default=""),
    Column("volume", JSON, nullable=False),
    Column("price", BigInteger),
    Column("months", JSON, nullable=False),
    Column("certificates", JSON, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("state", String(12), nullable=False, server_default="open"),  # open, sold, withdrawn, expired
    Column("example", Boolean, nullable=False, server_default=false()),
    Column("created_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)
Index(
    "uq_offers_open",
    offers.c.cooperative_id,
    offers.c.product_key,
    unique=True,
    sqlite_where=offers.c.state == "open",
    postgresql_where=offers.c.state == "open",
)
Index("ix_offers_state_ends_on", offers.c.state, offers.c.ends_on)

matches = Table(
    "matches",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("demand_id", ForeignKey("demands.id", ondelete="CASCADE"), nullable=False),
    Column("offer_id", ForeignKey("offers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("buyer", String(4), nullable=False, server_default=""),  # "", yes, no
    Column("seller", String(4), nullable=False, server_default=""),
    Column("state", String(12), nullable=False, server_default="open"),  # open, agreed, declined, gone
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("demand_id", "offer_id"),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class Demand:
    """What a buyer looks for. `state`: waiting (for staff), more, open, bought, withdrawn, declined, expired.

    `volume` is a quantity of `bot.questions`; `lowest` and `highest` are đồng a unit; `certificate` is the kind
    that is asked for, "" where none is; `regular` asks for a long-term contract.
    """

    id: int
    person_id: int | None
    cooperative_id: int | None
    buyer: str
    phone: str
    product: str
    volume: Mapping[str, Any]
    spec: str
    certificate: str
    lowest: int | None
    highest: int | None
    regular: bool
    starts_on: date
    ends_on: date
    province: str
    commune: str
    place: str
    state: str
    reason: str

    def side(self) -> Side:
        return Side(
            self.product,
            volume=self.volume,
            price=self.highest,
            months=months_between(self.starts_on, self.ends_on if self.regular else None),
            certificates=(self.certificate,) if self.certificate else (),
            province=self.province,
            commune=self.commune,
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """What a cooperative offers, with the cooperative's name, phone and place. `state`: open, sold, withdrawn,
    expired; `months` those in which there is some, none: all year.
    """

    id: int
    cooperative_id: int
    product_id: int | None
    product: str
    category: str
    volume: Mapping[str, Any]
    price: int | None
    months: tuple[int, ...]
    certificates: tuple[str, ...]
    ends_on: date
    state: str
    cooperative: str
    phone: str
    province: str
    commune: str

    def side(self) -> Side:
        return Side(
            self.product,
            category=self.category,
            volume=self.volume,
            price=self.price,
            months=self.months,
            certificates=self.certificates,
            province=self.province,
            commune=self.commune,
        )


@dataclass(frozen=True, slots=True)
class Match:
    """A demand and an offer that fit, and what either side says of it: "", yes or no.

    `state`: open, agreed (both said yes), declined, gone (one of the two is no more).
    """

    id: int
    demand: Demand
    offer: Offer
    buyer: str
    seller: str
    state: str

    @property
    def fit(self) -> Fit:
        return fit(self.demand.side(), self.offer.side()) or Fit(0, ())


async def demand(
    connection: AsyncConnection, person: int | None, values: Mapping[str, Any], at: datetime
) -> int:
    """Notes a demand, which waits for staff; one of that person for that product is written anew.

    `values` by the columns of `demands`.
    """
    row = {**values, "person_id": person, "product_key": fold(values["product"])[:150]}
    made = await connection.execute(
        ignoring_repetition(connection, demands).values(**row, created_at=at).returning(demands.c.id)
    )
    number = made.scalar()
    if number is None:
        written = await connection.execute(
            update(demands)
            .where(
                demands.c.person_id == person,
                demands.c.product_key == row["product_key"],
                demands.c.state.in_(LIVE),
            )
            .values(**row, state="waiting", reason="")
            .returning(demands.c.id)
        )
        number = written.scalar_one()
    return int(number)


async def offer(
    connection: AsyncConnection, cooperative: int, values: Mapping[str, Any], at: datetime
) -> int:
    """Notes an offer; one of that cooperative for that product that is open is written anew.

    `values` by the columns of `offers`.
    """
    row = {**values, "cooperative_id": cooperative, "product_key": fold(values["product"])[:150]}
    made = await connection.execute(
        ignoring_repetition(connection, offers).values(**row, created_at=at).returning(offers.c.id)
    )
    number = made.scalar()
    if number is None:
        written = await connection.execute(
            update(offers)
            .where(
                offers.c.cooperative_id == cooperative,
                offers.c.product_key == row["product_key"],
                offers.c.state == "open",
            )
            .values(**row)
            .returning(offers.c.id)
        )
        number = written.scalar_one()
    return int(number)


async def get_demand(connection: AsyncConnection, number: int) -> Demand | None:
    row = (await connection.execute(select(demands).where(demands.c.id == number))).first()
    return _demand(row) if row else None


async def get_offer(connection: AsyncConnection, number: int) -> Offer | None:
    row = (await connection.execute(_offers().where(offers.c.id == number))).first()
    return _offer(row) if row else None


async def open_demands(connection: AsyncConnection, limit: int = 200) -> list[Demand]:
    """What buyers look for now, the newest first."""
    rows = await connection.execute(
        select(demands).where(demands.c.state == "open").order_by(demands.c.id.desc()).limit(limit)
    )
    return [_demand(row) for row in rows]


async def wanted(connection: AsyncConnection, product: str) -> list[Demand]:
    """The open demands for a product."""
    looked_for = Side(product)
    found = await open_demands(connection, limit=2000)
    return [one for one in found if fit(Side(one.product), looked_for)]


async def demands_of(connection: AsyncConnection, person: int, limit: int = 20) -> list[Demand]:
    rows = await connection.execute(
        select(demands).where(demands.c.person_id == person).order_by(demands.c.id.desc()).limit(limit)
    )
    return [_demand(row) for row in rows]


async def offers_of(connection: AsyncConnection, cooperative: int, limit: int = 20) -> list[Offer]:
    rows = await connection.execute(
        _offers().where(offers.c.cooperative_id == cooperative).order_by(offers.c.id.desc()).limit(limit)
    )
    return [_offer(row) for row in rows]


async def decide(connection: AsyncConnection, number: int, state: str, reason: str = "") -> bool:
    """Takes a demand that waits to open, more or declined; False where it does not wait."""
    done = await connection.execute(
        update(demands)
        .where(demands.c.id == number, demands.c.state.in_(("waiting", "more")))
        .values(state=state, reason=reason)
    )
    return done.rowcount == 1


async def supplement(connection: AsyncConnection, number: int, words: str) -> bool:
    """Adds to the specification what a buyer wrote after being asked for more; the demand waits anew."""
    found = await get_demand(connection, number)
    if found is None or found.state != "more":
        return False
    spec = "\n".join(part for part in (found.spec, words) if part)
    await connection.execute(
        update(demands).where(demands.c.id == number).values(spec=spec, state="waiting", reason="")
    )
    return True


async def end_demand(connection: AsyncConnection, number: int, state: str) -> list[Match] | None:
    """Ends a demand as bought, withdrawn or expired; returns the matches that end with it, None where it was over."""
    done = await connection.execute(
        update(demands).where(demands.c.id == number, demands.c.state.in_(LIVE)).values(state=state)
    )
    return await _end(connection, matches.c.demand_id == number) if done.rowcount else None


async def end_doubles(connection: AsyncConnection, kept: int, other: int) -> None:
    """Withdraws the demands of one person that another, who is the same, has live as well."""
    same = demands.alias()
    found = await connection.execute(
        select(demands.c.id)
        .join(same, same.c.product_key == demands.c.product_key)
        .where(
            demands.c.person_id == other,
            demands.c.state.in_(LIVE),
            same.c.person_id == kept,
            same.c.state.in_(LIVE),
        )
    )
    for number in found.scalars().all():
        await end_demand(connection, number, "withdrawn")


async def end_offer(connection: AsyncConnection, number: int, state: str) -> list[Match] | None:
    """Ends an offer as sold, withdrawn or expired; returns the matches that end with it, None where it was over."""
    done = await connection.execute(
        update(offers).where(offers.c.id == number, offers.c.state == "open").values(state=state)
    )
    return await _end(connection, matches.c.offer_id == number) if done.rowcount else None


async def match_demand(connection: AsyncConnection, found: Demand, at: datetime) -> list[Match]:
    """Proposes the offers that fit a demand best; returns those that are proposed for the first time."""
    rows = await connection.execute(_offers().where(offers.c.state == "open"))
    there = [_offer(row) for row in rows]
    pairs = [(found, one) for one in there if one.cooperative_id != found.cooperative_id]
    return await _propose(connection, pairs, at)


async def match_offer(connection: AsyncConnection, found: Offer, at: datetime) -> list[Match]:
    """Proposes the demands that an offer fits best; returns those that are proposed for the first time."""
    pairs = [
        (one, found)
        for one in await open_demands(connection, limit=2000)
        if one.cooperative_id != found.cooperative_id
    ]
    return await _propose(connection, pairs, at)


async def get_match(connection: AsyncConnection, number: int) -> Match | None:
    found = await _matches(connection, matches.c.id == number)
    return found[0] if found else None


async def matches_of_demand(connection: AsyncConnection, number: int) -> list[Match]:
    """What is proposed for a demand or agreed on, the best first."""
    return await _matches(connection, matches.c.demand_id == number, matches.c.state.in_(("open", "agreed")))


async def matches_of_offer(connection: AsyncConnection, number: int) -> list[Match]:
    return await _matches(connection, matches.c.offer_id == number, matches.c.state.in_(("open", "agreed")))


async def answer(connection: AsyncConnection, number: int, side: str, says: str) -> Match | None:
    """Notes what a side (`buyer` or `seller`) says of an open match; None where it is not open any more.

    The match's row is locked, so that of two who say yes at the same time one sees that both did.
    """
    held = await connection.execute(
        select(matches.c.buyer, matches.c.seller, matches.c.state)
        .where(matches.c.id == number)
        .with_for_update()
    )
    row = held.first()
    if row is None or row.state != "open":
        return None
    said = {"buyer": row.buyer, "seller": row.seller, side: says}
    state = "declined" if says == "no" else "agreed" if set(said.values()) == {"yes"} else "open"
    await connection.execute(update(matches).where(matches.c.id == number).values(**said, state=state))
    return await get_match(connection, number)


async def over(connection: AsyncConnection, today: date) -> tuple[list[Demand], list[Offer]]:
    """What is live and ended before today, or whose product its cooperative no longer shows."""
    old_demands = await connection.execute(
        select(demands).where(demands.c.state.in_(LIVE), demands.c.ends_on < today).order_by(demands.c.id)
    )
    old_offers = await connection.execute(
        _offers().where(offers.c.state == "open", offers.c.ends_on < today).order_by(offers.c.id)
    )
    return [_demand(row) for row in old_demands], [_offer(row) for row in old_offers]


async def withdrawn_products(connection: AsyncConnection) -> list[Offer]:
    """Open offers of a registered product that was hidden or is sold out."""
    rows = await connection.execute(
        _offers()
        .add_columns(products.products.c.state.label("shown"), products.products.c.stock)
        .join(products.products, products.products.c.id == offers.c.product_id)
        .where(offers.c.state == "open")
        .order_by(offers.c.id)
    )
    return [
        _offer(row)
        for row in rows
        if row.shown == "hidden" or (row.stock is not None and not row.stock["amount"])
    ]


async def forget(connection: AsyncConnection, person: int) -> None:
    """Empties who a buyer is; demands that were live are withdrawn."""
    rows = await connection.execute(
        select(demands.c.id).where(demands.c.person_id == person, demands.c.state.in_(LIVE))
    )
    for number in rows.scalars().all():
        await end_demand(connection, number, "withdrawn")
    await connection.execute(
        update(demands).where(demands.c.person_id == person).values(buyer="", phone="", place="", spec="")
    )


def _offers() -> Select[Any]:
    return select(
        offers,
        cooperatives.c.name.label("cooperative"),
        cooperatives.c.phone,
        cooperatives.c.province,
        cooperatives.c.commune,
    ).join(cooperatives, cooperatives.c.id == offers.c.cooperative_id)


async def _propose(
    connection: AsyncConnection, pairs: Sequence[tuple[Demand, Offer]], at: datetime
) -> list[Match]:
    fits = [(found, pair) for pair in pairs if (found := fit(pair[0].side(), pair[1].side()))]
    fits.sort(key=lambda one: (-one[0].score, one[1][0].id, one[1][1].id))
    new = []
    for _, (wanted, offered) in fits[:PROPOSED]:
        made = await connection.execute(
            ignoring_repetition(connection, matches)
            .values(demand_id=wanted.id, offer_id=offered.id, created_at=at)
            .returning(matches.c.id)
        )
        if (number := made.scalar()) is not None:
            new.append(Match(int(number), wanted, offered, "", "", "open"))
    return new


async def _end(connection: AsyncConnection, which: Any) -> list[Match]:
    found = await _matches(connection, which, matches.c.state == "open")
    await connection.execute(update(matches).where(which, matches.c.state == "open").values(state="gone"))
    return found


async def _matches(connection: AsyncConnection, *which: Any) -> list[Match]:
    """Matches with both their sides, the best first."""
    rows = await connection.execute(select(matches).where(*which).order_by(matches.c.id))
    found = []
    for row in rows.all():
        wanted = await get_demand(connection, row.demand_id)
        offered = await get_offer(connection, row.offer_id)
        assert wanted is not None
        assert offered is not None
        found.append(Match(row.id, wanted, offered, row.buyer, row.seller, row.state))
    return sorted(found, key=lambda one: (-one.fit.score, one.id))


def _demand(row: Row[Any]) -> Demand:
    return Demand(**{name: getattr(row, name) for name in Demand.__dataclass_fields__})


def _offer(row: Row[Any]) -> Offer:
    values = {name: getattr(row, name) for name in Offer.__dataclass_fields__}
    return Offer(**values | {"months": tuple(row.months), "certificates": tuple(row.certificates)})
