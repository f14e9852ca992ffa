"""Who an announcement is for: a filter over people, as a query; nothing is loaded to be counted."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Select,
    String,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import metadata
from bot.records.cooperatives import cooperatives, memberships
from bot.records.messages import inbox
from bot.records.optouts import optouts
from bot.records.people import chats, people
from bot.records.products import certificates, products
from bot.records.registrations import registrations
from bot.records.sql import ignoring_repetition
from bot.text import TIMEZONE

#: People on one uploaded list.
LONGEST_LIST = 20_000

tags = Table(
    "cooperative_tags",
    metadata,
    Column("cooperative_id", ForeignKey("cooperatives.id", ondelete="CASCADE"), primary_key=True),
    Column("tag", String(40), primary_key=True, index=True),
)


@dataclass(frozen=True, slots=True)
class Audience:
    """Everything that is given has to hold; of several values of one field, any. Empty, it is everybody.

    `members`: only who acts for a confirmed cooperative; any filter on cooperatives means that too. `stars` is the
    least number of OCOP stars of an approved product, `certificate_days` within how many days a certificate ends,
    `event` an event and `registered` the states of a registration for it. `listed` are people by number, from a list
    that was uploaded; `file` is the number of one that is still to be read.
    """

    members: bool = False
    provinces: tuple[str, ...] = ()
    communes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    stars: int = 0
    certificate_days: int = 0
    event: int | None = None
    registered: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    listed: tuple[int, ...] | None = None
    file: int = 0

    def to_json(self) -> str:
        default = Audience()
        given = {key: value for key, value in asdict(self).items() if value != getattr(default, key)}
        return json.dumps(given, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Audience:
        known = {one.name for one in fields(cls)}
        values: dict[str, Any] = {key: value for key, value in json.loads(text).items() if key in known}
        for key, value in values.items():
            if isinstance(value, list):
                values[key] = tuple(value)
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people an audience is, and how they can be reached now.

    `by_channel` counts who would be written to through each channel; with `opted_out` and `no_chat` it adds up to
    `all`. `languages` counts people by the language they chose ("" where they chose none).
    """

    all: int
    by_channel: dict[str, int]
    opted_out: int
    no_chat: int
    languages: dict[str, int]


def chosen(audience: Audience, at: datetime) -> Select[Any]:
    """The people of an audience, a row (`person_id`) each. People without any private chat are none."""
    has_chat = exists().where(chats.c.person_id == people.c.id, chats.c.in_group.is_(False))
    query = select(people.c.id.label("person_id")).where(has_chat)
    if audience.languages:
        query = query.where(people.c.language.in_(audience.languages))
    if audience.channels:
        query = query.where(
            exists().where(
                chats.c.person_id == people.c.id,
                chats.c.in_group.is_(False),
                chats.c.channel.in_(audience.channels),
            )
        )
    if audience.listed is not None:
        query = query.where(
            people.c.id.in_(bindparam("listed", audience.listed, expanding=True, literal_execute=True))
        )
    if conditions := _of_cooperatives(audience, at):
        query = query.where(
            exists()
            .where(
                memberships.c.person_id == people.c.id,
                memberships.c.state == "confirmed",
                memberships.c.cooperative_id == cooperatives.c.id,
                *conditions,
            )
            .correlate(people)
        )
    return query


def _of_cooperatives(audience: Audience, at: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for column, values in (
        (cooperatives.c.province, audience.provinces),
        (cooperatives.c.commune, audience.communes),
        (cooperatives.c.kind, audience.kinds),
        (cooperatives.c.sector, audience.sectors),
    ):
        if values:
            found.append(column.in_(values))
    if audience.stars:
        found.append(
            exists().where(
                products.c.cooperative_id == cooperatives.c.id,
                products.c.state == "approved",
                products.c.stars >= audience.stars,
            )
        )
    if audience.certificate_days:
        today = at.astimezone(TIMEZONE).date()
        found.append(
            exists().where(
                certificates.c.cooperative_id == cooperatives.c.id,
                certificates.c.state == "approved",
                certificates.c.expires_on.between(today, today + timedelta(days=audience.certificate_days)),
            )
        )
    if audience.event is not None:
        found.append(
            exists().where(
                registrations.c.cooperative_id == cooperatives.c.id,
                registrations.c.event_id == audience.event,
                registrations.c.state.in_(audience.registered or ("confirmed",)),
            )
        )
    if audience.tags:
        found.append(
            exists().where(tags.c.cooperative_id == cooperatives.c.id, tags.c.tag.in_(audience.tags))
        )
    if audience.members or found:
        found.append(cooperatives.c.state == "verified")
    return found


async def reach(connection: AsyncConnection, audience: Audience, topic: str, at: datetime) -> Reach:
    """How many people an audience is now, and through which channel each would be written to."""
    of = chosen(audience, at).subquery("chosen")
    opted = exists().where(optouts.c.person_id == of.c.person_id, optouts.c.topic == topic)
    open_chat = and_(chats.c.person_id == of.c.person_id, chats.c.reachable, chats.c.in_group.is_(False))
    preferred = exists().where(
        chats.c.person_id == of.c.person_id,
        chats.c.channel == people.c.prefers,
        chats.c.reachable,
        chats.c.in_group.is_(False),
    )
    channel = func.coalesce(
        select(people.c.prefers).where(preferred).correlate(of, people).scalar_subquery(),
        select(chats.c.channel).where(open_chat).order_by(chats.c.id.desc()).limit(1).scalar_subquery(),
        "",
    ).label("channel")
    each = (
        select(people.c.language, opted.label("opted"), channel)
        .select_from(of)
        .join(people, people.c.id == of.c.person_id)
        .subquery("each")
    )
    rows = await connection.execute(
        select(each.c.language, each.c.opted, each.c.channel, func.count()).group_by(
            each.c.language, each.c.opted, each.c.channel
        )
    )
    by_channel: dict[str, int] = {}
    languages: dict[str, int] = {}
    opted_out = no_chat = total = 0
    for language, out, through, count in rows:
        total += count
        languages[language] = languages.get(language, 0) + count
        if out:
            opted_out += count
        elif not through:
            no_chat += count
        else:
            by_channel[through] = by_channel.get(through, 0) + count
    return Reach(total, by_channel, opted_out, no_chat, languages)


async def speaking(
    connection: AsyncConnection, audience: Audience, channel: str, since: datetime, at: datetime
) -> int:
    """How many of an audience have written through a channel since a moment."""
    of = chosen(audience, at).subquery("chosen")
    found = await connection.execute(
        select(func.count(func.distinct(of.c.person_id)))
        .select_from(of)
        .join(chats, and_(chats.c.person_id == of.c.person_id, chats.c.channel == channel, chats.c.reachable))
        .where(
            exists().where(
                inbox.c.chat_id == chats.c.id,
                inbox.c.received_at >= since,
                inbox.c.key.not_like("notice:%"),
            )
        )
    )
    return int(found.scalar_one())


async def some(connection: AsyncConnection, audience: Audience, at: datetime, limit: int = 5) -> list[str]:
    """A few of an audience by name, the cooperative's where there is one, so that staff see whom they meant."""
    of = chosen(audience, at).subquery("chosen")
    rows = await connection.execute(
        select(people.c.name, func.max(cooperatives.c.name))
        .select_from(of)
        .join(people, people.c.id == of.c.person_id)
        .outerjoin(
            memberships, and_(memberships.c.person_id == people.c.id, memberships.c.state == "confirmed")
        )
        .outerjoin(cooperatives, cooperatives.c.id == memberships.c.cooperative_id)
        .where(or_(people.c.name != "", cooperatives.c.name.is_not(None)))
        .group_by(people.c.id, people.c.name)
        .order_by(people.c.id)
        .limit(limit)
    )
    return [row[1] or row[0] for row in rows]


async def by_phone_or_code(
    connection: AsyncConnection, phones: Collection[str], codes: Collection[str]
) -> tuple[set[int], set[str], set[str]]:
    """People by their phone (E.164), or who act for a cooperative by its tax code; and what was found of each."""
    persons: set[int] = set()
    known_phones: set[str] = set()
    known_codes: set[str] = set()
    for part in _parts(sorted(phones)):
        for row in await connection.execute(
            select(people.c.id, people.c.phone).where(people.c.phone.in_(part))
        ):
            persons.add(row[0])
            known_phones.add(row[1])
        for row in await connection.execute(
            select(memberships.c.person_id, cooperatives.c.phone)
            .join(cooperatives, cooperatives.c.id == memberships.c.cooperative_id)
            .where(cooperatives.c.phone.in_(part), memberships.c.state == "confirmed")
        ):
            persons.add(row[0])
            known_phones.add(row[1])
    for part in _parts(sorted(codes)):
        for row in await connection.execute(
            select(memberships.c.person_id, cooperatives.c.tax_code)
            .join(cooperatives, cooperatives.c.id == memberships.c.cooperative_id)
            .where(cooperatives.c.tax_code.in_(part), memberships.c.state == "confirmed")
        ):
            persons.add(row[0])
            known_codes.add(row[1])
    return persons, known_phones, known_codes


def _parts(values: Sequence[str], size: int = 500) -> list[Sequence[str]]:
    return [values[at : at + size] for at in range(0, len(values), size)]


async def tag(connection: AsyncConnection, cooperative: int, words: Collection[str]) -> None:
    """Puts tags on a cooperative; those it has already stay."""
    if words:
        rows = [{"cooperative_id": cooperative, "tag": word[:40]} for word in sorted(words)]
        await connection.execute(ignoring_repetition(connection, tags), rows)


async def untag(connection: AsyncConnection, cooperative: int, word: str) -> None:
    await connection.execute(delete(tags).where(tags.c.cooperative_id == cooperative, tags.c.tag == word))


async def tags_of(connection: AsyncConnection, cooperative: int) -> list[str]:
    rows = await connection.execute(
        select(tags.c.tag).where(tags.c.cooperative_id == cooperative).order_by(tags.c.tag)
    )
    return list(rows.scalars())


async def tagged(connection: AsyncConnection) -> list[tuple[str, str, list[str]]]:
    """(tax code, name, tags) of each cooperative that has any."""
    rows = await connection.execute(
        select(cooperatives.c.id, cooperatives.c.tax_code, cooperatives.c.name, tags.c.tag)
        .join(tags, tags.c.cooperative_id == cooperatives.c.id)
        .order_by(cooperatives.c.name, cooperatives.c.id, tags.c.tag)
    )
    found: dict[int, tuple[str, str, list[str]]] = {}
    for row in rows:
        found.setdefault(row[0], (row[1] or "", row[2], []))[2].append(row[3])
    return list(found.values())


async def all_tags(connection: AsyncConnection) -> list[tuple[str, int]]:
    """Each tag that is in use, and how many cooperatives have it; the most used first."""
    rows = await connection.execute(
        select(tags.c.tag, func.count()).group_by(tags.c.tag).order_by(func.count().desc(), tags.c.tag)
    )
    return [(row[0], int(row[1])) for row in rows]
