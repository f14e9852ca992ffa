"""Announcements: what staff say to many, and a row for each of those who are to hear it.

A broadcast's recipients are frozen when it is confirmed, one row a person. `wants` is what is still to be done for a
row, `doing` what is in the outbox for it. Each row ends in one of `messages.ENDS`, with a reason, and the totals are
counted from the rows, so they always add up.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Media, Outgoing
from bot.database import Instant, metadata
from bot.records import audiences, messages
from bot.records.audiences import Audience
from bot.records.cooperatives import cooperatives, memberships
from bot.records.messages import AGAIN, BROADCAST, DELETE, EDIT, SEND, Sent, inbox, outbox
from bot.records.optouts import optouts
from bot.records.people import chats, people
from bot.records.sql import ROW_ID

#: Where a broadcast stands. A "rule" is what repeats: each time it makes a broadcast of its own.
STATES = ("draft", "asked", "declined", "scheduled", "sending", "paused", "done", "cancelled", "rule")
#: What may be done for a recipient: the message; then its correction, a reminder of it, its recall.
WANTS = ("send", "edit", "nudge", "delete")

broadcasts = Table(
    "broadcasts",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("state", String(12), nullable=False, server_default="draft"),
    Column("topic", String(12), nullable=False),
    Column("texts", Text, nullable=False),  # {language: text}
    Column("buttons", Text, nullable=False, server_default="[]"),
    Column("photo", Text, nullable=False, server_default=""),
    Column("file", Text, nullable=False, server_default=""),
    Column("audience", Text, nullable=False, server_default="{}"),
    Column("urgent", Boolean, nullable=False, server_default=false()),
    Column("acknowledge", Boolean, nullable=False, server_default=false()),
    Column("digest", Boolean, nullable=False, server_default=false()),
    Column("send_at", Instant),
    Column("expires_at", Instant),
    Column("every", String(24), nullable=False, server_default=""),
    Column("rule_id", ForeignKey("broadcasts.id", ondelete="SET NULL")),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("counted", Integer, nullable=False, server_default="0"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("author_id", ForeignKey("officers.id", ondelete="SET NULL")),
    Column("approver_id", ForeignKey("officers.id", ondelete="SET NULL")),
    Column(
        "progress_id", BigInteger
    ),  # the inbox row whose answer shows how far it is; 0 where that cannot change
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    sqlite_autoincrement=True,
)
Index("ix_broadcasts_state", broadcasts.c.state)

recipients = Table(
    "recipients",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("broadcast_id", ForeignKey("broadcasts.id", ondelete="CASCADE"), nullable=False),
    Column(
        "person_id", BigInteger, nullable=False
    ),  # stays as a number where the person asks to be forgotten
    Column("chat_id", BigInteger),
    Column("channel", String(16), nullable=False, server_default=""),
    Column("language", String(8), nullable=False, server_default=""),
    Column("state", String(8), nullable=False, server_default="waiting"),  # waiting, queued, or one of ENDS
    Column("wants", String(8), nullable=False, server_default=""),
    Column("doing", String(8), nullable=False, server_default=""),
    Column("reason", String(200), nullable=False, server_default=""),
    Column("tried", String(200), nullable=False, server_default=""),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("carrier", BigInteger),  # the recipient whose message carried this one too
    Column("recalled", Boolean, nullable=False, server_default=false()),
    Column("note", String(200), nullable=False, server_default=""),
    Column("acknowledged_at", Instant),
    Column("ended_at", Instant),
    UniqueConstraint("broadcast_id", "person_id"),
)
# Written out, not as parameters: a query shares the condition of an index only where it is known when it is planned.
_nothing: ColumnElement[str] = literal_column("''")
_waits = recipients.c.wants != _nothing
Index(
    "ix_recipients_wants",
    recipients.c.broadcast_id,
    recipients.c.channel,
    recipients.c.id,
    sqlite_where=_waits,
    postgresql_where=_waits,
)
_in_hand = recipients.c.doing != _nothing
Index(
    "ix_recipients_doing",
    recipients.c.broadcast_id,
    sqlite_where=_in_hand,
    postgresql_where=_in_hand,
)
_carried = recipients.c.carrier.is_not(None)
Index("ix_recipients_carrier", recipients.c.carrier, sqlite_where=_carried, postgresql_where=_carried)
Index("ix_recipients_person_id", recipients.c.person_id)


@dataclass(frozen=True, slots=True)
class Link:
    """A button of an announcement, with its label by language: `data` of a feature, or a web address."""

    labels: Mapping[str, str]
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Broadcast:
    """An announcement. `texts` by language; `counted` is how many recipients staff were shown last.

    `every` is how often a rule repeats: "week:0 08:00" (Monday is 0) or "month:15 08:00", on Vietnam's clock.
    """

    id: int
    state: str
    topic: str
    texts: Mapping[str, str]
    buttons: tuple[Link, ...]
    photo: Media | None
    file: Media | None
    audience: Audience
    urgent: bool
    acknowledge: bool
    digest: bool
    send_at: datetime | None
    expires_at: datetime | None
    every: str
    rule_id: int | None
    revision: int
    counted: int
    reason: str
    author_id: int | None
    approver_id: int | None
    progress_id: int | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def content(self) -> Content:
        return Content(**{name: getattr(self, name) for name in Content.__dataclass_fields__})


@dataclass(frozen=True, slots=True)
class Content:
    """What staff write: everything of a broadcast that can be given."""

    topic: str
    texts: Mapping[str, str]
    audience: Audience
    buttons: tuple[Link, ...] = ()
    photo: Media | None = None
    file: Media | None = None
    urgent: bool = False
    acknowledge: bool = False
    digest: bool = False
    send_at: datetime | None = None
    expires_at: datetime | None = None
    every: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """How the recipients of a broadcast stand; `by_state` adds up to `all`.

    `reasons` are (state, reason, how many), the most first. `wanted` is what is still to be done for how many.
    """

    by_state: Mapping[str, int]
    acknowledged: int
    recalled: int
    corrected: int
    not_corrected: int
    wanted: Mapping[str, int]
    reasons: Sequence[tuple[str, str, int]] = field(default=())

    @property
    def all(self) -> int:
        return sum(self.by_state.values())

    @property
    def ended(self) -> int:
        return sum(self.by_state.get(state, 0) for state in messages.ENDS)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A row that something is to be done for, as the sender takes it."""

    id: int
    person_id: int
    chat_id: int
    address: str
    language: str
    wants: str
    name: str = ""
    cooperative: str = ""


# ---- what staff write


async def add(
    connection: AsyncConnection,
    content: Content,
    author: int | None,
    at: datetime,
    *,
    rule: int | None = None,
) -> int:
    """A new draft; returns its number."""
    made = await connection.execute(
        insert(broadcasts)
        .values(**_values(content), author_id=author, rule_id=rule, created_at=at)
        .returning(broadcasts.c.id)
    )
    return int(made.scalar_one())


async def rewrite(connection: AsyncConnection, number: int, content: Content) -> bool:
    """Changes a draft; False where it is none any more."""
    written = await connection.execute(
        update(broadcasts)
        .where(broadcasts.c.id == number, broadcasts.c.state.in_(("draft", "declined")))
        .values(**_values(content), state="draft")
    )
    return bool(written.rowcount)


async def get(connection: AsyncConnection, number: int, *, lock: bool = False) -> Broadcast | None:
    wanted = select(broadcasts).where(broadcasts.c.id == number)
    row = (await connection.execute(wanted.with_for_update() if lock else wanted)).first()
    return _broadcast(row) if row else None


async def listed(
    connection: AsyncConnection, states: Collection[str], *, limit: int = 20, offset: int = 0
) -> list[Broadcast]:
    """Broadcasts in these states, the newest first."""
    rows = await connection.execute(
        select(broadcasts)
        .where(broadcasts.c.state.in_(states))
        .order_by(broadcasts.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [_broadcast(row) for row in rows]


async def move(
    connection: AsyncConnection, number: int, states: Collection[str], to: str, **values: Any
) -> bool:
    """Moves a broadcast on, where it is in one of `states`; False where another was faster."""
    moved = await connection.execute(
        update(broadcasts)
        .where(broadcasts.c.id == number, broadcasts.c.state.in_(states))
        .values(state=to, **values)
    )
    return bool(moved.rowcount)


async def counted(connection: AsyncConnection, number: int, count: int) -> None:
    """Notes how many recipients staff have been shown."""
    await connection.execute(update(broadcasts).where(broadcasts.c.id == number).values(counted=count))


async def shown_in(connection: AsyncConnection, number: int, row: int | None) -> None:
    """What shows staff how far it is: the answer to an inbox row; 0: only its end is told; None: nothing."""
    await connection.execute(update(broadcasts).where(broadcasts.c.id == number).values(progress_id=row))


async def shown(connection: AsyncConnection) -> list[Broadcast]:
    """Those of which somebody is shown how far they are."""
    rows = await connection.execute(
        select(broadcasts).where(broadcasts.c.progress_id.is_not(None)).order_by(broadcasts.c.id)
    )
    return [_broadcast(row) for row in rows]


async def ran(connection: AsyncConnection, number: int, at: datetime, next_at: datetime | None) -> None:
    """Notes that a rule made its announcement, and when it does so again; None: never, it is over."""
    values = {"send_at": next_at, "started_at": at, "state": "rule" if next_at else "done"}
    await connection.execute(update(broadcasts).where(broadcasts.c.id == number).values(**values))


# ---- whom it is for


async def prepare(
    connection: AsyncConnection, one: Broadcast, languages: Collection[str], at: datetime
) -> int:
    """Freezes the recipients, a row a person; who is not to hear it has a row too, with the reason. Returns how many.

    A second call adds nobody. Each is written to once, in the chat of the channel they prefer, else where they wrote
    last; people who gave the same phone number are one.
    """
    there = await connection.execute(
        select(recipients.c.id).where(recipients.c.broadcast_id == one.id).limit(1)
    )
    if there.first() is not None:
        return 0
    frozen = await connection.execute(
        insert(recipients).from_select(
            ["broadcast_id", "person_id", "chat_id", "channel", "language", "state", "wants", "reason"],
            _frozen(one, languages, at),
            include_defaults=False,
        )
    )
    return frozen.rowcount


def _frozen(one: Broadcast, languages: Collection[str], at: datetime) -> Any:
    chosen = audiences.chosen(one.audience, at).subquery("chosen")
    last = select(func.max(inbox.c.id)).where(inbox.c.chat_id == chats.c.id).scalar_subquery()
    reach = (
        select(
            chosen.c.person_id,
            chats.c.id.label("chat_id"),
            chats.c.channel,
            func.row_number()
            .over(
                partition_by=chosen.c.person_id,
                order_by=(
                    case((chats.c.channel == people.c.prefers, 0), else_=1),
                    func.coalesce(last, 0).desc(),
                    chats.c.id.desc(),
                ),
            )
            .label("place"),
        )
        .select_from(chosen)
        .join(people, people.c.id == chosen.c.person_id)
        .join(
            chats,
            and_(chats.c.person_id == chosen.c.person_id, chats.c.reachable, chats.c.in_group.is_(False)),
        )
        .subquery("reach")
    )
    same = (
        func.row_number()
        .over(
            partition_by=func.coalesce(func.nullif(people.c.phone, ""), cast(people.c.id, String)),
            order_by=(case((reach.c.chat_id.is_(None), 1), else_=0), people.c.id),
        )
        .label("same")
    )
    opted = exists().where(optouts.c.person_id == people.c.id, optouts.c.topic == one.topic)
    everyone = (
        select(
            people.c.id.label("person_id"),
            reach.c.chat_id,
            reach.c.channel,
            people.c.language,
            same,
            opted.label("opted"),
        )
        .select_from(chosen)
        .join(people, people.c.id == chosen.c.person_id)
        .outerjoin(reach, and_(reach.c.person_id == people.c.id, reach.c.place == 1))
        .subquery("everyone")
    )
    reason = case(
        (everyone.c.opted, "opted out"),
        (everyone.c.chat_id.is_(None), "no chat"),
        (everyone.c.same > 1, "duplicate person"),
        else_="",
    )
    return select(
        literal(one.id),
        everyone.c.person_id,
        everyone.c.chat_id,
        func.coalesce(everyone.c.channel, ""),
        case((everyone.c.language.in_(languages), everyone.c.language), else_=""),
        case((reason == "", "waiting"), else_="skipped"),
        case((reason == "", "send"), else_=""),
        reason,
    ).order_by(everyone.c.person_id)


# ---- the sender's side


async def active(connection: AsyncConnection) -> list[Broadcast]:
    """What is being sent, the urgent first."""
    rows = await connection.execute(
        select(broadcasts)
        .where(broadcasts.c.state == "sending")
        .order_by(broadcasts.c.urgent.desc(), broadcasts.c.id)
    )
    return [_broadcast(row) for row in rows]


# The channel as a span of one, and in the order: else PostgreSQL may walk the primary key, which gives the ids in the
# same order, past all who have it already. So only the index of those who wait does.
_next = (
    select(
        recipients.c.id,
        recipients.c.person_id,
        recipients.c.chat_id,
        chats.c.address,
        recipients.c.language,
        recipients.c.wants,
    )
    .join(chats, chats.c.id == recipients.c.chat_id)
    .where(
        recipients.c.broadcast_id == bindparam("of"),
        recipients.c.channel.between(bindparam("through"), bindparam("through")),
        _waits,
    )
    .order_by(recipients.c.channel, recipients.c.id)
    .limit(bindparam("most"))
)
_next_later = _next.where(recipients.c.wants != "send")


async def next_of(
    connection: AsyncConnection, number: int, channel: str, most: int, *, later: bool = False
) -> list[Recipient]:
    """For whom something is to be done next through a channel; it costs the same however many wait behind.

    `later`: only what comes after the message itself.
    """
    query = _next_later if later else _next
    rows = await connection.execute(query, {"of": number, "through": channel, "most": most})
    return [Recipient(*row) for row in rows]


async def named(connection: AsyncConnection, found: Sequence[Recipient]) -> list[Recipient]:
    """The same with the names that an announcement may address people by."""
    rows = await connection.execute(
        select(people.c.id, people.c.name, func.max(cooperatives.c.name))
        .outerjoin(
            memberships, and_(memberships.c.person_id == people.c.id, memberships.c.state == "confirmed")
        )
        .outerjoin(cooperatives, cooperatives.c.id == memberships.c.cooperative_id)
        .where(people.c.id.in_([one.person_id for one in found]))
        .group_by(people.c.id, people.c.name)
    )
    names = {row[0]: (row[1] or "", row[2] or "") for row in rows}
    return [
        replace(
            one,
            name=names.get(one.person_id, ("", ""))[0],
            cooperative=names.get(one.person_id, ("", ""))[1],
        )
        for one in found
    ]


async def unwilling(connection: AsyncConnection, topic: str, persons: Collection[int]) -> set[int]:
    """Those of some people who have opted out of a topic meanwhile."""
    rows = await connection.execute(
        select(optouts.c.person_id).where(optouts.c.topic == topic, optouts.c.person_id.in_(persons))
    )
    return set(rows.scalars())


async def silent(connection: AsyncConnection, found: Collection[int], since: datetime) -> set[int]:
    """Those of some chats in which nobody has written since a moment."""
    spoke = await connection.execute(
        select(inbox.c.chat_id)
        .where(inbox.c.chat_id.in_(found), inbox.c.received_at >= since, inbox.c.key.not_like("notice:%"))
        .distinct()
    )
    return set(found) - set(spoke.scalars())


async def sent_messages(connection: AsyncConnection, found: Collection[int]) -> dict[int, int]:
    """The outbox row that brought the message, for recipients that have it."""
    rows = await connection.execute(
        select(outbox.c.recipient_id, func.max(outbox.c.id))
        .where(outbox.c.recipient_id.in_(found), outbox.c.act == SEND, outbox.c.state == "sent")
        .group_by(outbox.c.recipient_id)
    )
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class Queued:
    """What is put into the outbox for a recipient; `carries` are others whom the same message serves."""

    recipient: Recipient
    act: str
    message: Outgoing
    target: int | None = None
    carries: tuple[int, ...] = ()


async def queue(
    connection: AsyncConnection, channel: str, revision: int, found: Sequence[Queued], at: datetime
) -> None:
    """Puts messages into the outbox, and notes it at their recipients."""
    if not found:
        return
    payloads = {one.message: one.message.to_json() for one in found}
    await connection.execute(
        insert(outbox),
        [
            {
                "chat_id": one.recipient.chat_id,
                "channel": channel,
                "address": one.recipient.address,
                "lane": BROADCAST,
                "act": one.act,
                "target": one.target,
                "recipient_id": one.recipient.id,
                "payload": payloads[one.message],
                "created_at": at,
            }
            for one in found
        ],
    )
    if targets := [
        {"row": one.target, "now": payloads[one.message]} for one in found if one.target is not None
    ]:
        await connection.execute(_changed, targets)
    await connection.execute(
        update(recipients)
        .where(recipients.c.id.in_([one.recipient.id for one in found]))
        .values(
            state=case((recipients.c.wants == "send", "queued"), else_=recipients.c.state),
            doing=recipients.c.wants,
            wants="",
            revision=revision,
        )
    )
    carried = [{"row": other, "by": one.recipient.id} for one in found for other in one.carries]
    if carried:
        await connection.execute(_carry, carried)


_changed = update(outbox).where(outbox.c.id == bindparam("row")).values(payload=bindparam("now"))
_carry = (
    update(recipients)
    .where(recipients.c.id == bindparam("row"))
    .values(wants="", doing="send", state="queued", carrier=bindparam("by"))
)


async def skip(connection: AsyncConnection, found: Collection[int], reason: str, at: datetime) -> None:
    """Ends recipients who are not to be written to."""
    if found:
        await connection.execute(
            update(recipients)
            .where(recipients.c.id.in_(found))
            .values(state="skipped", wants="", reason=reason, ended_at=at)
        )


async def pass_over(connection: AsyncConnection, found: Collection[int], note: str) -> None:
    """Lets go of what else was wanted for recipients who have the message."""
    if found:
        await connection.execute(
            update(recipients).where(recipients.c.id.in_(found)).values(wants="", note=note)
        )


async def skip_all(connection: AsyncConnection, number: int, reason: str, at: datetime) -> None:
    """Ends all of a broadcast who still wait for the message, and lets go of what else was wanted."""
    await connection.execute(
        update(recipients)
        .where(recipients.c.broadcast_id == number, recipients.c.wants == "send")
        .values(state="skipped", wants="", reason=reason, ended_at=at)
    )


_ended = (
    update(recipients)
    .where(or_(recipients.c.id == bindparam("row"), recipients.c.carrier == bindparam("row")))
    .where(recipients.c.state == "queued")
    .values(state=bindparam("as"), doing="", reason=bindparam("why"), ended_at=bindparam("at"))
)


async def ended(connection: AsyncConnection, ends: Sequence[Sent], at: datetime) -> None:
    """Notes at the recipients how what was sent for them ended.

    Who could not be reached is written to where else they have a chat. What was corrected or taken back while it was
    on its way is put right after it.
    """
    first = [one for one in ends if one.recipient is not None and one.act == SEND]
    if first:
        await connection.execute(
            _ended,
            [
                {"row": one.recipient, "as": one.state, "why": (one.reason or "")[:200], "at": one.at}
                for one in first
            ],
        )
        lost = [one.recipient for one in first if one.state in ("blocked", "failed")]
        if lost:
            await _fall_back(connection, [number for number in lost if number is not None])
    for one in ends:
        if one.recipient is not None and one.act in (EDIT, DELETE, AGAIN):
            note = "" if one.state == "sent" else f"{one.act}: {one.reason}"[:200]
            values: dict[str, Any] = {"doing": "", "note": note}
            if one.act == DELETE and one.state == "sent":
                values["recalled"] = True
            await connection.execute(
                update(recipients).where(recipients.c.id == one.recipient).values(**values)
            )
    await _put_right(
        connection, [one.recipient for one in ends if one.act in (SEND, EDIT) and one.state == "sent"]
    )
    await finish(connection, at)


async def _put_right(connection: AsyncConnection, found: Sequence[int | None]) -> None:
    """What changed while a message was on its way: the newest text, or that it is taken back."""
    if not found:
        return
    of = select(broadcasts.c.revision).where(broadcasts.c.id == recipients.c.broadcast_id).scalar_subquery()
    await connection.execute(
        update(recipients)
        .where(recipients.c.id.in_(found), recipients.c.revision < of)
        .values(wants=case((recipients.c.recalled, "delete"), else_="edit"))
    )


async def _fall_back(connection: AsyncConnection, found: Sequence[int]) -> None:
    """Another chat for those who could not be reached in theirs, where they have one that was not tried."""
    rows = await connection.execute(
        select(
            recipients.c.id,
            recipients.c.chat_id,
            recipients.c.tried,
            chats.c.id.label("other"),
            chats.c.channel,
        )
        .join(chats, chats.c.person_id == recipients.c.person_id)
        .where(
            recipients.c.id.in_(found),
            recipients.c.carrier.is_(None),
            chats.c.reachable,
            chats.c.in_group.is_(False),
            chats.c.id != recipients.c.chat_id,
        )
        .order_by(recipients.c.id, chats.c.id)
    )
    moved: set[int] = set()
    for row in rows.all():
        tried = [*row.tried.split(), str(row.chat_id)]
        if row.id in moved or str(row.other) in tried:
            continue
        moved.add(row.id)
        await connection.execute(
            update(recipients)
            .where(recipients.c.id == row.id)
            .values(
                chat_id=row.other,
                channel=row.channel,
                tried=" ".join(tried)[-200:],
                state="waiting",
                wants="send",
                reason="",
                ended_at=None,
            )
        )


async def finish(connection: AsyncConnection, at: datetime) -> list[int]:
    """Closes what is being sent and has nothing left to do; returns what that was."""
    # The order is that of the index of those who wait: SQLite would else look through all who have it already.
    waits = (
        select(recipients.c.id)
        .where(recipients.c.broadcast_id == broadcasts.c.id, _waits)
        .order_by(recipients.c.channel, recipients.c.id)
        .limit(1)
        .scalar_subquery()
    )
    on_its_way = exists().where(recipients.c.broadcast_id == broadcasts.c.id, _in_hand)
    closed = await connection.execute(
        update(broadcasts)
        .where(broadcasts.c.state == "sending", waits.is_(None), ~on_its_way)
        .values(state="done", ended_at=at)
        .returning(broadcasts.c.id)
    )
    return list(closed.scalars())


# ---- what staff do with one that is on its way


async def withdraw(connection: AsyncConnection, number: int) -> None:
    """Takes what is in the outbox and not on its way back to its recipients: they wait again."""
    rows = await connection.execute(
        select(outbox.c.id, outbox.c.recipient_id)
        .join(recipients, recipients.c.id == outbox.c.recipient_id)
        .where(outbox.c.state == "waiting", outbox.c.lane == BROADCAST, recipients.c.broadcast_id == number)
    )
    found = rows.all()
    back = await connection.execute(
        update(outbox)
        .where(outbox.c.id.in_([row.id for row in found]), outbox.c.state == "waiting")
        .values(state="skipped", reason="withdrawn", payload=Outgoing("").to_json())
        .returning(outbox.c.id)
    )
    gone = set(back.scalars())
    first = [row.recipient_id for row in found if row.id in gone]
    again = or_(recipients.c.id.in_(first), recipients.c.carrier.in_(first))
    await connection.execute(
        update(recipients)
        .where(again, _in_hand)
        .values(
            state=case((recipients.c.doing == "send", "waiting"), else_=recipients.c.state),
            wants=recipients.c.doing,
            doing="",
            carrier=None,
        )
    )


async def pause(connection: AsyncConnection, number: int) -> bool:
    """Stops after what is on its way; False where it is not being sent."""
    if not await move(connection, number, ("sending",), "paused"):
        return False
    await withdraw(connection, number)
    return True


async def resume(connection: AsyncConnection, number: int) -> bool:
    return await move(connection, number, ("paused",), "sending")


async def cancel(connection: AsyncConnection, number: int, at: datetime) -> bool:
    """Stops for good: who has not got it is skipped. False where there is nothing to stop."""
    stopped = ("asked", "scheduled", "sending", "paused", "rule")
    if not await move(connection, number, stopped, "cancelled", ended_at=at):
        return False
    await withdraw(connection, number)
    await skip_all(connection, number, "cancelled", at)
    return True


async def retry(connection: AsyncConnection, number: int, states: Collection[str]) -> int:
    """Sends again to those whose row ended as one of `states` (failed, blocked, unknown); returns how many."""
    again = await connection.execute(
        update(recipients)
        .where(
            recipients.c.broadcast_id == number,
            recipients.c.state.in_(states),
            recipients.c.chat_id.is_not(None),
        )
        .values(state="waiting", wants="send", reason="", tried="", ended_at=None)
    )
    return await _go_on(connection, number, again.rowcount)


async def correct(connection: AsyncConnection, number: int, texts: Mapping[str, str]) -> int:
    """Another text for all: who has it gets it changed, who waits gets the new one. Returns how many have it."""
    await connection.execute(
        update(broadcasts)
        .where(broadcasts.c.id == number)
        .values(texts=json.dumps(dict(texts), ensure_ascii=False), revision=broadcasts.c.revision + 1)
    )
    await withdraw(connection, number)
    have = await connection.execute(
        update(recipients)
        .where(
            recipients.c.broadcast_id == number,
            recipients.c.state == "sent",
            recipients.c.recalled.is_(False),
        )
        .values(wants="edit")
    )
    return await _go_on(connection, number, have.rowcount)


async def recall(connection: AsyncConnection, number: int, at: datetime) -> int:
    """Takes it back from all who have it, and stops the rest. Returns how many have it."""
    await connection.execute(
        update(broadcasts).where(broadcasts.c.id == number).values(revision=broadcasts.c.revision + 1)
    )
    await withdraw(connection, number)
    await skip_all(connection, number, "recalled", at)
    await connection.execute(
        update(recipients)
        .where(recipients.c.broadcast_id == number, recipients.c.doing == "send")
        .values(recalled=True)
    )
    have = await connection.execute(
        update(recipients)
        .where(recipients.c.broadcast_id == number, recipients.c.state == "sent")
        .values(wants="delete")
    )
    return await _go_on(connection, number, have.rowcount)


async def nudge(connection: AsyncConnection, number: int, *, unseen: bool = False) -> int:
    """Reminds those who have not confirmed it; `unseen`: of these, who has not written since either.

    Returns how many.
    """
    wanted = and_(
        recipients.c.broadcast_id == number,
        recipients.c.state == "sent",
        recipients.c.acknowledged_at.is_(None),
        recipients.c.recalled.is_(False),
    )
    if unseen:
        wrote = exists().where(
            inbox.c.chat_id == chats.c.id,
            chats.c.person_id == recipients.c.person_id,
            inbox.c.received_at > recipients.c.ended_at,
            inbox.c.key.not_like("notice:%"),
        )
        wanted = and_(wanted, ~wrote)
    again = await connection.execute(update(recipients).where(wanted).values(wants="nudge"))
    return await _go_on(connection, number, again.rowcount)


async def _go_on(connection: AsyncConnection, number: int, count: int) -> int:
    """Has something done for recipients of a broadcast that may have been closed."""
    if count:
        await move(connection, number, ("done", "cancelled", "sending"), "sending", ended_at=None)
    return count


async def acknowledge(connection: AsyncConnection, number: int, person: int, at: datetime) -> bool:
    """A person confirms an announcement; False where it is none of theirs. A second time changes nothing."""
    noted = await connection.execute(
        update(recipients)
        .where(recipients.c.broadcast_id == number, recipients.c.person_id == person)
        .values(acknowledged_at=func.coalesce(recipients.c.acknowledged_at, int(at.timestamp() * 1000)))
    )
    return bool(noted.rowcount)


async def unacknowledged(connection: AsyncConnection, person: int) -> int | None:
    """The newest announcement that a person has and was asked to confirm, and has not."""
    found = await connection.execute(
        select(broadcasts.c.id)
        .join(recipients, recipients.c.broadcast_id == broadcasts.c.id)
        .where(
            recipients.c.person_id == person,
            recipients.c.state == "sent",
            recipients.c.acknowledged_at.is_(None),
            recipients.c.recalled.is_(False),
            broadcasts.c.acknowledge,
        )
        .order_by(broadcasts.c.id.desc())
        .limit(1)
    )
    return found.scalar()


async def lately(connection: AsyncConnection, person: int, most: int = 3) -> list[Broadcast]:
    """The announcements that a person got last, the newest first."""
    rows = await connection.execute(
        select(broadcasts)
        .join(recipients, recipients.c.broadcast_id == broadcasts.c.id)
        .where(recipients.c.person_id == person, recipients.c.state == "sent")
        .order_by(broadcasts.c.id.desc())
        .limit(most)
    )
    return [_broadcast(row) for row in rows]


async def last_topic(connection: AsyncConnection, person: int) -> str | None:
    """What the newest announcement that a person has is about."""
    found = await connection.execute(
        select(broadcasts.c.topic)
        .join(recipients, recipients.c.broadcast_id == broadcasts.c.id)
        .where(recipients.c.person_id == person, recipients.c.state == "sent")
        .order_by(recipients.c.id.desc())
        .limit(1)
    )
    return found.scalar()


# ---- how it stands


async def totals(connection: AsyncConnection, number: int) -> Totals:
    """Counted from the rows; of a great announcement read it with `Database.read(much=True)`."""
    mine = recipients.c.broadcast_id == number
    states = await connection.execute(
        select(recipients.c.state, func.count()).where(mine).group_by(recipients.c.state)
    )
    by_state = {row[0]: int(row[1]) for row in states}
    revision = select(broadcasts.c.revision).where(broadcasts.c.id == number).scalar_subquery()
    has = and_(mine, recipients.c.state == "sent")
    counts = (
        await connection.execute(
            select(
                func.count().filter(recipients.c.acknowledged_at.is_not(None)),
                func.count().filter(recipients.c.recalled, recipients.c.note == "", ~_waits, ~_in_hand),
                func.count().filter(recipients.c.revision == revision, revision > 1, recipients.c.note == ""),
                func.count().filter(recipients.c.note.like("edit:%")),
            ).where(has)
        )
    ).one()
    wants = await connection.execute(
        select(recipients.c.wants, func.count()).where(mine, _waits).group_by(recipients.c.wants)
    )
    reasons = await connection.execute(
        select(recipients.c.state, recipients.c.reason, func.count().label("many"))
        .where(mine, recipients.c.reason != "")
        .group_by(recipients.c.state, recipients.c.reason)
        .order_by(func.count().desc(), recipients.c.reason)
        .limit(10)
    )
    return Totals(
        by_state,
        int(counts[0]),
        int(counts[1]),
        int(counts[2]),
        int(counts[3]),
        {row[0]: int(row[1]) for row in wants},
        [(row[0], row[1], int(row[2])) for row in reasons],
    )


async def people_of(
    connection: AsyncConnection,
    number: int,
    *,
    acknowledged: bool | None = None,
    state: str = "",
    limit: int = 20,
    offset: int = 0,
) -> list[int]:
    """Some of the people of a broadcast: who has confirmed it, who has not, or whose row ended in a state."""
    wanted = select(recipients.c.person_id).where(recipients.c.broadcast_id == number)
    if acknowledged is not None:
        has = recipients.c.acknowledged_at.is_not(None)
        wanted = wanted.where(recipients.c.state == "sent", has if acknowledged else ~has)
    if state:
        wanted = wanted.where(recipients.c.state == state)
    rows = await connection.execute(wanted.order_by(recipients.c.id).limit(limit).offset(offset))
    return list(rows.scalars())


async def due(connection: AsyncConnection, at: datetime) -> list[Broadcast]:
    """What is scheduled and whose time has come."""
    rows = await connection.execute(
        select(broadcasts)
        .where(broadcasts.c.state.in_(("scheduled", "rule")), broadcasts.c.send_at <= at)
        .order_by(broadcasts.c.id)
    )
    return [_broadcast(row) for row in rows]


async def forget(connection: AsyncConnection, person: int, at: datetime) -> None:
    """What waits for a person who asked to be forgotten is not sent; their rows go on to count."""
    await connection.execute(
        update(recipients)
        .where(recipients.c.person_id == person, _waits)
        .values(
            state=case((recipients.c.wants == "send", "skipped"), else_=recipients.c.state),
            reason=case((recipients.c.wants == "send", "erased"), else_=recipients.c.reason),
            wants="",
            ended_at=at,
        )
    )


def _values(content: Content) -> dict[str, Any]:
    return {
        "topic": content.topic,
        "texts": json.dumps(dict(content.texts), ensure_ascii=False),
        "buttons": json.dumps(
            [{"labels": dict(one.labels), "data": one.data, "url": one.url} for one in content.buttons],
            ensure_ascii=False,
        ),
        "photo": _media(content.photo),
        "file": _media(content.file),
        "audience": content.audience.to_json(),
        "urgent": content.urgent,
        "acknowledge": content.acknowledge,
        "digest": content.digest,
        "send_at": content.send_at,
        "expires_at": content.expires_at,
        "every": content.every,
    }


def _media(one: Media | None) -> str:
    if one is None:
        return ""
    values = {"reference": one.reference, "name": one.name, "type": one.type, "size": one.size}
    return json.dumps(values, ensure_ascii=False)


def _broadcast(row: Row[Any]) -> Broadcast:
    values = row._asdict()
    values["texts"] = json.loads(row.texts)
    values["buttons"] = tuple(Link(**one) for one in json.loads(row.buttons))
    values["photo"] = Media(**json.loads(row.photo)) if row.photo else None
    values["file"] = Media(**json.loads(row.file)) if row.file else None
    values["audience"] = Audience.from_json(row.audience)
    return Broadcast(**values)
