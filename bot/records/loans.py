"""Loan requests: a pre-check, the papers of its file, its way through the Fund, and when it is paid back."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    false,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Media
from bot.database import Instant, metadata
from bot.records.cooperatives import ACTING, IN_CHARGE, cooperatives
from bot.records.files import files
from bot.records.people import chats
from bot.records.programmes import Programme
from bot.records.sql import ROW_ID

loan_requests = Table(
    "loan_requests",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("programme_id", ForeignKey("programmes.id"), nullable=False),
    Column("cooperative_id", ForeignKey("cooperatives.id", ondelete="CASCADE"), nullable=False),
    Column("person_id", ForeignKey("people.id", ondelete="SET NULL")),
    Column("borrower", String(12), nullable=False),
    Column("category", String(12), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("own", BigInteger, nullable=False),
    Column("owed", BigInteger, nullable=False),
    Column("term", Integer, nullable=False),
    Column("repaid_from", Text, nullable=False),
    Column("repaid_every", String(12), nullable=False),
    Column("collateral", String(12), nullable=False),
    Column("collateral_value", BigInteger, nullable=False),
    Column("history", String(12), nullable=False),
    Column("state", String(12), nullable=False, server_default="checked"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("example", Boolean, nullable=False, server_default=false()),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)
_ENDED = ("declined", "closed", "withdrawn")
Index(
    "uq_loan_requests_open",
    loan_requests.c.cooperative_id,
    loan_requests.c.programme_id,
    unique=True,
    sqlite_where=loan_requests.c.state.not_in(_ENDED),
    postgresql_where=loan_requests.c.state.not_in(_ENDED),
)

loan_papers = Table(
    "loan_papers",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("request_id", ForeignKey("loan_requests.id", ondelete="CASCADE"), nullable=False),
    Column("key", String(24), nullable=False),
    Column("state", String(12), nullable=False),  # received, refused
    Column("reason", Text, nullable=False, server_default=""),
    Column("chat_id", ForeignKey("chats.id", ondelete="SET NULL")),
    Column("files", Text, nullable=False, server_default="[]"),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("request_id", "key"),
)

loan_instalments = Table(
    "loan_instalments",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("request_id", ForeignKey("loan_requests.id", ondelete="CASCADE"), nullable=False),
    Column("due", Date, nullable=False, index=True),
    Column("amount", BigInteger, nullable=False),
    UniqueConstraint("request_id", "due"),
)

#: What may be done with a request: the states from which, and the state it leads to.
STEPS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "send": (("checked",), "sent"),
    "take": (("sent",), "taken"),
    "ask": (("sent", "taken", "papers", "assessing"), "papers"),
    "assess": (("taken", "papers"), "assessing"),
    "approve": (("assessing",), "approved"),
    "decline": (("sent", "taken", "papers", "assessing"), "declined"),
    "disburse": (("approved",), "disbursed"),
    "close": (("disbursed",), "closed"),
    "withdraw": (("checked", "sent", "taken", "papers", "assessing"), "withdrawn"),
}
#: Keys of the answers that a request keeps.
ANSWERS = (
    "borrower",
    "category",
    "purpose",
    "amount",
    "total",
    "own",
    "owed",
    "term",
    "repaid_from",
    "repaid_every",
    "collateral",
    "collateral_value",
    "history",
)


@dataclass(frozen=True, slots=True)
class Request:
    """Amounts are đồng, `term` months. `state`: checked (only the pre-check), sent, taken, papers (some are
    missing), assessing, approved, disbursed, closed, declined, withdrawn; `reason` is the officer's last.
    """

    id: int
    programme_id: int
    cooperative_id: int
    person_id: int | None
    borrower: str
    category: str
    purpose: str
    amount: int
    total: int
    own: int
    owed: int
    term: int
    repaid_from: str
    repaid_every: str
    collateral: str
    collateral_value: int
    history: str
    state: str
    reason: str
    changed_at: datetime

    @property
    def ended(self) -> bool:
        return self.state in _ENDED

    def may(self, verb: str) -> bool:
        return self.state in STEPS[verb][0]


@dataclass(frozen=True, slots=True)
class Condition:
    """`met` is None where only the lender can tell; `article` is the id of what stands behind it, or ""."""

    key: str
    met: bool | None
    article: str


def conditions(programme: Programme, request: Request) -> list[Condition]:
    """What a programme asks for, beside what a request says. Nothing here is a decision."""
    secured = request.collateral != "none"
    found: dict[str, bool | None] = {"borrower": request.borrower in programme.borrowers, "plan": None}
    if programme.own_share is not None:
        found["own"] = request.own * 100 >= programme.own_share * request.total
    found["debts"] = None if request.category == "refinance" else True
    ceiling = programme.ceiling(request.borrower)
    if programme.loan_share is not None and request.amount * 100 > programme.loan_share * request.total:
        found["ceiling"] = False
    elif ceiling is None or (programme.kind == "bank" and secured and request.amount > ceiling):
        found["ceiling"] = None
    else:
        found["ceiling"] = request.amount <= ceiling
    found["term"] = None if programme.longest is None else request.term <= programme.longest
    found["collateral"] = True if secured else None
    found["history"] = True if request.history == "reports" else None
    return [Condition(key, met, programme.articles.get(key, "")) for key, met in found.items()]


@dataclass(frozen=True, slots=True)
class Filed:
    """A paper that came: `files` are in the media store, as far as they have been fetched."""

    key: str
    state: str
    reason: str
    files: tuple[Media, ...]


async def check(
    connection: AsyncConnection,
    cooperative: int,
    programme: int,
    person: int | None,
    answers: Mapping[str, Any],
    at: datetime,
) -> Request | None:
    """Notes a pre-check; one that was only checked is replaced. None where a request is under way already."""
    await connection.execute(
        select(cooperatives.c.id).where(cooperatives.c.id == cooperative).with_for_update()
    )
    open_one = await under_way(connection, cooperative, programme)
    if open_one and open_one.state != "checked":
        return None
    values = {key: answers[key] for key in ANSWERS} | {"person_id": person, "changed_at": at}
    if open_one:
        await connection.execute(
            update(loan_requests).where(loan_requests.c.id == open_one.id).values(values)
        )
        return await get(connection, open_one.id)
    made = await connection.execute(
        insert(loan_requests)
        .values(**values, programme_id=programme, cooperative_id=cooperative, created_at=at)
        .returning(loan_requests.c.id)
    )
    return await get(connection, int(made.scalar_one()))


async def get(connection: AsyncConnection, request: int) -> Request | None:
    row = (await connection.execute(select(loan_requests).where(loan_requests.c.id == request))).first()
    return _request(row) if row else None


async def under_way(connection: AsyncConnection, cooperative: int, programme: int) -> Request | None:
    """The request of a cooperative to a programme that has not ended."""
    found = await connection.execute(
        select(loan_requests).where(
            loan_requests.c.cooperative_id == cooperative,
            loan_requests.c.programme_id == programme,
            loan_requests.c.state.not_in(_ENDED),
        )
    )
    row = found.first()
    return _request(row) if row else None


async def of_cooperative(connection: AsyncConnection, cooperative: int, limit: int = 20) -> list[Request]:
    """Newest first."""
    rows = await connection.execute(
        select(loan_requests)
        .where(loan_requests.c.cooperative_id == cooperative)
        .order_by(loan_requests.c.id.desc())
        .limit(limit)
    )
    return [_request(row) for row in rows]


async def step(connection: AsyncConnection, request: int, verb: str, at: datetime, reason: str = "") -> bool:
    """Leads a request one step on; False where it does not stand there any more."""
    before, after = STEPS[verb]
    found = await connection.execute(
        update(loan_requests)
        .where(loan_requests.c.id == request, loan_requests.c.state.in_(before))
        .values(state=after, reason=reason, changed_at=at)
    )
    return bool(found.rowcount)


async def file(
    connection: AsyncConnection,
    request: int,
    key: str,
    sent: Sequence[Mapping[str, str]],
    chat: int,
    at: datetime,
) -> None:
    """Notes a paper that came, in place of the one before: `sent` are references in the chat and names."""
    await _replace(
        connection,
        request,
        key,
        {
            "state": "received",
            "reason": "",
            "chat_id": chat,
            "files": json.dumps(list(sent)),
            "changed_at": at,
        },
    )


async def refuse(connection: AsyncConnection, request: int, key: str, reason: str, at: datetime) -> bool:
    """Sends a paper that came back with the reason; False where there is none."""
    found = await connection.execute(
        update(loan_papers)
        .where(loan_papers.c.request_id == request, loan_papers.c.key == key)
        .values(state="refused", reason=reason, changed_at=at)
    )
    return bool(found.rowcount)


async def accept_at_office(connection: AsyncConnection, request: int, key: str, at: datetime) -> None:
    """Notes a paper that was brought to the office."""
    await _replace(connection, request, key, {"state": "received", "reason": "", "changed_at": at})


async def filed(connection: AsyncConnection, request: int) -> dict[str, Filed]:
    """What came of a request's papers, by key."""
    rows = (
        await connection.execute(
            select(loan_papers).where(loan_papers.c.request_id == request).order_by(loan_papers.c.id)
        )
    ).all()
    sent = {(row.chat_id, one["ref"]) for row in rows for one in json.loads(row.files)}
    stored = await connection.execute(
        select(files.c.chat_id, files.c.reference, files.c.stored).where(
            files.c.chat_id.in_({chat for chat, _ in sent}),
            files.c.reference.in_({reference for _, reference in sent}),
            files.c.stored.is_not(None),
            files.c.erased.is_(False),
        )
    )
    kept = {(row.chat_id, row.reference): row.stored for row in stored}
    return {
        row.key: Filed(
            row.key,
            row.state,
            row.reason,
            tuple(
                Media(kept[row.chat_id, one["ref"]], one["name"])
                for one in json.loads(row.files)
                if (row.chat_id, one["ref"]) in kept
            ),
        )
        for row in rows
    }


async def forget(connection: AsyncConnection, person: int) -> None:
    """Deletes the pre-checks that a person made and did not send, and what points to files of their chats."""
    await connection.execute(
        delete(loan_requests).where(loan_requests.c.person_id == person, loan_requests.c.state == "checked")
    )
    own = select(chats.c.id).where(chats.c.person_id == person)
    await connection.execute(
        update(loan_papers).where(loan_papers.c.chat_id.in_(own)).values(files="[]", chat_id=None)
    )


async def plan_repayment(connection: AsyncConnection, request: int, dues: Sequence[tuple[date, int]]) -> None:
    """Writes down when how much is to be paid back, as the Fund gave it, in place of what was there."""
    await connection.execute(delete(loan_instalments).where(loan_instalments.c.request_id == request))
    await connection.execute(
        insert(loan_instalments), [{"request_id": request, "due": due, "amount": dong} for due, dong in dues]
    )


async def repayment(connection: AsyncConnection, request: int) -> list[tuple[date, int]]:
    """(day, đồng) of what is to be paid back, in order."""
    rows = await connection.execute(
        select(loan_instalments.c.due, loan_instalments.c.amount)
        .where(loan_instalments.c.request_id == request)
        .order_by(loan_instalments.c.due)
    )
    return [(row.due, row.amount) for row in rows]


async def repayments_on(
    connection: AsyncConnection, days: Sequence[date], whom: Collection[int] | None = None
) -> list[tuple[int, int, date]]:
    """(request, person in charge, day) of what is to be paid back on one of these days for loans that run."""
    query = (
        select(loan_requests.c.id, ACTING.c.person_id, loan_instalments.c.due)
        .join(loan_instalments, loan_instalments.c.request_id == loan_requests.c.id)
        .join(ACTING, ACTING.c.cooperative_id == loan_requests.c.cooperative_id)
        .where(
            loan_requests.c.state == "disbursed",
            loan_instalments.c.due.in_(days),
            ACTING.c.role.in_(IN_CHARGE),
        )
        .order_by(loan_instalments.c.due, loan_requests.c.id)
    )
    if whom is not None:
        query = query.where(ACTING.c.person_id.in_(whom))
    return [(row.id, row.person_id, row.due) for row in await connection.execute(query)]


async def lacking_papers(
    connection: AsyncConnection, since: datetime, until: datetime, whom: Collection[int] | None = None
) -> list[tuple[int, int, datetime]]:
    """(request, person in charge, since when) of requests whose papers an officer asked for in between."""
    query = (
        select(loan_requests.c.id, ACTING.c.person_id, loan_requests.c.changed_at)
        .join(ACTING, ACTING.c.cooperative_id == loan_requests.c.cooperative_id)
        .where(
            loan_requests.c.state == "papers",
            loan_requests.c.changed_at >= since,
            loan_requests.c.changed_at < until,
            ACTING.c.role.in_(IN_CHARGE),
        )
        .order_by(loan_requests.c.id)
    )
    if whom is not None:
        query = query.where(ACTING.c.person_id.in_(whom))
    return [(row.id, row.person_id, row.changed_at) for row in await connection.execute(query)]


async def _replace(connection: AsyncConnection, request: int, key: str, values: Mapping[str, Any]) -> None:
    found = await connection.execute(
        update(loan_papers)
        .where(loan_papers.c.request_id == request, loan_papers.c.key == key)
        .values(values)
    )
    if not found.rowcount:
        await connection.execute(insert(loan_papers).values(request_id=request, key=key, **values))


def _request(row: Row[Any]) -> Request:
    return Request(**{name: row._mapping[name] for name in Request.__dataclass_fields__})
