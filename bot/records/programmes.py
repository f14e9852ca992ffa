"""Programmes that lend or support: their rules as data, each with its source and its days.

What is known for the whole country is put in at the first start (`begin`); what a province's Fund decides itself
is left open until its officers enter it. Names and rules are msgids where they are ours, and an officer's own words
otherwise: both are shown through `Text`, which leaves alone what it does not know.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Integer,
    String,
    Table,
    Text,
    false,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.records.sql import ROW_ID, ignoring_repetition
from bot.text import N_

programmes = Table(
    "programmes",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("code", String(24), nullable=False, unique=True),
    Column("kind", String(8), nullable=False),  # fund, bank, support
    Column("name", String(200), nullable=False),
    Column("borrowers", String(80), nullable=False),
    Column("ceilings", Text, nullable=False, server_default="{}"),
    Column("ceiling_rule", Text, nullable=False, server_default=""),
    Column("loan_share", Integer),
    Column("own_share", Integer),
    Column("longest", Integer),
    Column("rate", String(200), nullable=False, server_default=""),
    Column("rate_on", Date),
    Column("rate_source", String(200), nullable=False, server_default=""),
    Column("collateral", Text, nullable=False, server_default=""),
    Column("papers", Text, nullable=False, server_default="[]"),
    Column("articles", Text, nullable=False, server_default="{}"),
    Column("source", Text, nullable=False),
    Column("source_on", Date, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("topic", String(16), nullable=False, server_default="loans"),
    Column("example", Boolean, nullable=False, server_default=false()),
    Column("changed_at", Instant, nullable=False),
)

#: Who may borrow; a member is a person who belongs to a cooperative or a group, or any person or household.
BORROWERS = ("coop", "union", "member", "group", "business", "farm")
#: The key of a ceiling that holds for every borrower.
EVERYONE = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """One thing of a file: `needed` says for whom (always, coop, member, collateral).

    `office`: it shows a citizen's identity and is brought to the office, never sent in a chat (Law 91/2025).
    """

    key: str
    label: str
    needed: str = "always"
    office: bool = False


@dataclass(frozen=True, slots=True)
class Programme:
    """`ceilings` are đồng by borrower, `loan_share` the most of a project's cost in percent, `own_share` the least
    own capital in percent, `longest` months. A `rate` is only there with the day and the source of its publication.
    `articles` are the ids behind each condition. A bank's ceiling is that without collateral.
    """

    code: str
    kind: str
    name: str
    borrowers: tuple[str, ...]
    source: str
    source_on: date
    ceilings: Mapping[str, int] = field(default_factory=dict)
    ceiling_rule: str = ""
    loan_share: int | None = None
    own_share: int | None = None
    longest: int | None = None
    rate: str = ""
    rate_on: date | None = None
    rate_source: str = ""
    collateral: str = ""
    papers: tuple[Paper, ...] = ()
    articles: Mapping[str, str] = field(default_factory=dict)
    valid_from: date | None = None
    valid_to: date | None = None
    topic: str = "loans"
    example: bool = False
    id: int = 0

    def ceiling(self, borrower: str) -> int | None:
        return self.ceilings.get(borrower, self.ceilings.get(EVERYONE))

    def over(self, day: date) -> bool:
        """Whether it had ended by this day."""
        return self.valid_to is not None and self.valid_to < day

    def lends(self, day: date) -> bool:
        begun = self.valid_from is None or self.valid_from <= day
        return self.kind != "support" and begun and not self.over(day)

    def wanted(self, borrower: str, collateral: str) -> list[Paper]:
        """The papers that this borrower needs."""
        legal = borrower in ("coop", "union")
        holds = {"always": True, "coop": legal, "member": not legal, "collateral": collateral != "none"}
        return [paper for paper in self.papers if holds[paper.needed]]


async def begin(connection: AsyncConnection, at: datetime) -> None:
    """Puts the programmes of the whole country in where there are none yet."""
    if (await connection.execute(select(func.count()).select_from(programmes))).scalar_one():
        return
    rows = [{**_columns(programme), "changed_at": at} for programme in NATIONAL]
    await connection.execute(ignoring_repetition(connection, programmes), rows)


async def everything(connection: AsyncConnection) -> list[Programme]:
    """All programmes in the order they were added, also those that ended."""
    rows = await connection.execute(select(programmes).order_by(programmes.c.id))
    return [_programme(row) for row in rows]


async def get(connection: AsyncConnection, number: int) -> Programme | None:
    row = (await connection.execute(select(programmes).where(programmes.c.id == number))).first()
    return _programme(row) if row else None


async def coded(connection: AsyncConnection, code: str) -> Programme | None:
    row = (await connection.execute(select(programmes).where(programmes.c.code == code))).first()
    return _programme(row) if row else None


async def put(connection: AsyncConnection, programme: Programme, at: datetime) -> int:
    """Adds a programme, or writes the one with its code anew; returns its number."""
    values = {**_columns(programme), "changed_at": at}
    there = await coded(connection, programme.code)
    if there:
        await connection.execute(update(programmes).where(programmes.c.id == there.id).values(values))
        return there.id
    made = await connection.execute(insert(programmes).values(values).returning(programmes.c.id))
    return int(made.scalar_one())


async def end(connection: AsyncConnection, number: int, last: date, at: datetime) -> bool:
    """Ends a programme with a day; False where it had ended by then."""
    found = await connection.execute(
        update(programmes)
        .where(programmes.c.id == number, programmes.c.valid_to.is_(None) | (programmes.c.valid_to > last))
        .values(valid_to=last, changed_at=at)
    )
    return bool(found.rowcount)


async def free_code(connection: AsyncConnection) -> str:
    """A code for a programme that an officer adds."""
    count = (await connection.execute(select(func.max(programmes.c.id)))).scalar_one()
    return f"own-{(count or 0) + 1}"


def _columns(programme: Programme) -> dict[str, Any]:
    names = [column.name for column in programmes.columns if column.name not in ("id", "changed_at")]
    columns = {name: getattr(programme, name) for name in names}
    return columns | {
        "borrowers": ",".join(programme.borrowers),
        "ceilings": json.dumps(dict(programme.ceilings)),
        "papers": json.dumps([asdict(paper) for paper in programme.papers], ensure_ascii=False),
        "articles": json.dumps(dict(programme.articles)),
    }


def _programme(row: Row[Any]) -> Programme:
    values = dict(row._mapping)
    del values["changed_at"]
    return Programme(
        **values
        | {
            "borrowers": tuple(values["borrowers"].split(",")),
            "ceilings": json.loads(values["ceilings"]),
            "papers": tuple(Paper(**paper) for paper in json.loads(values["papers"])),
            "articles": json.loads(values["articles"]),
        }
    )


#: What a Fund's file usually holds; each Fund has its own list (Decree 45/2021, Article 31).
PAPERS: Sequence[Paper] = (
    Paper("request", N_("Loan request")),
    Paper("registration", N_("Registration certificate with tax code"), "coop"),
    Paper("charter", N_("Charter"), "coop"),
    Paper("resolution", N_("Minutes of the members' meeting that agrees to borrow and to mortgage"), "coop"),
    Paper("reports", N_("Financial reports of two years"), "coop"),
    Paper("plan", N_("Project or business plan")),
    Paper("quotes", N_("Contracts and quotations")),
    Paper("own", N_("Proof of own capital")),
    Paper("membership", N_("Confirmation of membership"), "member"),
    Paper("identity", N_("Identity card of the representative or borrower"), office=True),
    Paper("collateral", N_("Papers of the collateral"), "collateral", office=True),
)

_FUND = {
    "borrower": "quy-htpt-ai-duoc-vay",
    "plan": "quy-htpt-dieu-kien-vay",
    "own": "quy-htpt-dieu-kien-vay",
    "debts": "quy-htpt-dieu-kien-vay",
    "ceiling": "quy-htpt-muc-vay-toi-da",
    "term": "quy-htpt-lai-suat-thoi-han",
    "collateral": "quy-htpt-tai-san-bao-dam",
    "papers": "quy-htpt-ho-so-vay",
}
_BANK = dict.fromkeys(("borrower", "ceiling", "collateral"), "ngan-hang-vay-khong-the-chap")
_DECREE_45 = N_("Decree 45/2021/NĐ-CP, Articles 15 to 31, amended by Decree 253/2025/NĐ-CP")
_FUND_CEILING = N_(
    "at most 15% of the Fund's actual charter capital for one borrower, 25% with related persons "
    "(Decree 45/2021/NĐ-CP, Article 23); the Fund says the amount"
)
_FUND_COLLATERAL = N_(
    "with or without collateral, as agreed with the Fund (Decree 45/2021/NĐ-CP, Article 26)"
)

NATIONAL: Sequence[Programme] = (
    Programme(
        "fund-local",
        "fund",
        N_("Cooperative Development Support Fund of the province"),
        ("coop", "union", "member"),
        _DECREE_45,
        date(2025, 9, 26),
        ceiling_rule=_FUND_CEILING,
        own_share=20,
        collateral=_FUND_COLLATERAL,
        papers=tuple(PAPERS),
        articles=_FUND,
        valid_from=date(2021, 5, 15),
    ),
    Programme(
        "fund-central",
        "fund",
        N_("Cooperative Development Support Fund, central"),
        ("coop", "union", "member"),
        _DECREE_45,
        date(2025, 9, 26),
        ceiling_rule=_FUND_CEILING,
        own_share=20,
        collateral=_FUND_COLLATERAL,
        papers=tuple(PAPERS),
        articles=_FUND,
        valid_from=date(2021, 5, 15),
    ),
    Programme(
        "bank-unsecured",
        "bank",
        N_("Bank loan for agriculture without collateral"),
        BORROWERS,
        N_("Decree 55/2015/NĐ-CP, amended by Decrees 116/2018/NĐ-CP and 156/2025/NĐ-CP"),
        date(2025, 6, 16),
        ceilings={
            "coop": 5_000_000_000,
            "union": 5_000_000_000,
            "farm": 3_000_000_000,
            "group": 500_000_000,
            "business": 500_000_000,
            "member": 300_000_000,
        },
        ceiling_rule=N_("a ceiling that the bank may grant, not a right"),
        articles=_BANK,
        valid_from=date(2025, 7, 1),
    ),
    Programme(
        "bank-organic",
        "bank",
        N_("Bank loan for an organic or circular project"),
        BORROWERS,
        N_("Decree 156/2025/NĐ-CP, Article 15a of Decree 55/2015/NĐ-CP"),
        date(2025, 6, 16),
        loan_share=70,
        ceiling_rule=N_("up to 70% of the project's value, as the bank decides"),
        articles=_BANK,
        valid_from=date(2025, 7, 1),
    ),
    Programme(
        "support-1804",
        "support",
        N_("Support for cooperatives 2021–2025 (Decision 1804/QĐ-TTg)"),
        ("coop", "union", "group"),
        N_("Decision 1804/QĐ-TTg, Circular 124/2021/TT-BTC"),
        date(2020, 11, 13),
        articles={"borrower": "chinh-sach-1804-het-han"},
        valid_from=date(2020, 11, 13),
        valid_to=date(2025, 12, 31),
    ),
)


async def changed_since(connection: AsyncConnection, at: datetime, today: date) -> list[tuple[int, str]]:
    """(number, name as a msgid) of programmes that came or changed since a moment and are not over."""
    rows = await connection.execute(
        select(programmes.c.id, programmes.c.name)
        .where(
            programmes.c.changed_at > at,
            programmes.c.valid_to.is_(None) | (programmes.c.valid_to >= today),
        )
        .order_by(programmes.c.id)
    )
    return [(row[0], row[1]) for row in rows]
