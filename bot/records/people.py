"""People and the chats they write from.

A chat is an address on a channel; the person behind it is known by what they agreed to, no more. A group has
no person. `state` of a chat holds what a conversation needs to go on: an open form, what was offered last.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    insert,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Instant, metadata
from bot.records.sql import ROW_ID, ignoring_repetition

#: The wording of the consent that is asked for; a new wording asks again.
CONSENT = 2

people = Table(
    "people",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("name", String(120), nullable=False, server_default=""),
    Column("phone", String(20), nullable=False, server_default=""),
    Column("language", String(8), nullable=False, server_default=""),
    Column(
        "prefers", String(16), nullable=False, server_default=""
    ),  # the channel they want to be written to
    Column("consent", Integer),
    Column("consent_at", Instant),
    Column("created_at", Instant, nullable=False),
)

chats = Table(
    "chats",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("address", String(128), nullable=False),
    Column("in_group", Boolean, nullable=False),
    Column("person_id", ForeignKey("people.id", ondelete="SET NULL"), index=True),
    Column("state", Text, nullable=False, server_default="{}"),
    Column("reachable", Boolean, nullable=False, server_default=true()),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("channel", "address"),
)


@dataclass(slots=True)
class Person:
    """Who is spoken with. `id` is None in a group, where nobody's data is kept.

    `language` is the person's own choice ("" where none was made); `consent` the version they agreed to, 0
    where they refused, None where they were not asked or have not answered.
    """

    id: int | None = None
    name: str = ""
    phone: str = ""
    language: str = ""
    consent: int | None = None

    @property
    def agreed(self) -> bool:
        return self.consent == CONSENT


@dataclass(slots=True)
class Chat:
    """Where they are spoken with, and what the conversation has to remember; `saved` is that as it is kept."""

    id: int
    channel: str
    address: str
    group: bool = False
    reachable: bool = True
    state: dict[str, Any] = field(default_factory=dict)
    saved: str = "{}"


def dump(state: dict[str, Any]) -> str:
    """A chat's state as it is kept."""
    return json.dumps(state, ensure_ascii=False)


async def ensure_chats(
    connection: AsyncConnection, addresses: Iterable[tuple[str, str, bool]], at: datetime
) -> dict[tuple[str, str], int]:
    """The ids of chats by (channel, address), made where they are new, each with a person of its own."""
    wanted = {(channel, address): group for channel, address, group in addresses}
    known = await _chat_ids(connection, wanted)
    new = sorted(key for key in wanted if key not in known)  # in one order, so that replicas cannot lock up
    if not new:
        return known
    for key in new:
        person = None
        if not wanted[key]:
            made = await connection.execute(insert(people).values(created_at=at).returning(people.c.id))
            person = made.scalar_one()
        await connection.execute(
            ignoring_repetition(connection, chats),
            {
                "channel": key[0],
                "address": key[1],
                "in_group": wanted[key],
                "person_id": person,
                "created_at": at,
            },
        )
    return await _chat_ids(connection, wanted)


async def chat_id(connection: AsyncConnection, channel: str, address: str) -> int | None:
    return (await _chat_ids(connection, [(channel, address)])).get((channel, address))


async def _chat_ids(
    connection: AsyncConnection, keys: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    rows = await connection.execute(
        select(chats.c.channel, chats.c.address, chats.c.id).where(
            tuple_(chats.c.channel, chats.c.address).in_(list(keys))
        )
    )
    return {(row[0], row[1]): row[2] for row in rows}


_save_chat = (
    update(chats)
    .where(chats.c.id == bindparam("chat"))
    .values(state=bindparam("new_state"), reachable=bindparam("new_reachable"))
)


async def save_chats(connection: AsyncConnection, changed: Sequence[Chat]) -> None:
    if changed:
        await connection.execute(
            _save_chat,
            [
                {
                    "chat": chat.id,
                    "new_state": chat.saved,
                    "new_reachable": chat.reachable,
                }
                for chat in changed
            ],
        )


async def choose_language(connection: AsyncConnection, person: Person, language: str) -> None:
    person.language = language
    await connection.execute(update(people).where(people.c.id == person.id).values(language=language))


async def consent(connection: AsyncConnection, person: Person, agreed: bool, at: datetime) -> None:
    """Records a yes with its wording's version, or a no (Law 91/2025/QH15: explicit, and kept as proof)."""
    person.consent = CONSENT if agreed else 0
    await connection.execute(
        update(people).where(people.c.id == person.id).values(consent=person.consent, consent_at=at)
    )


async def keep_contact(connection: AsyncConnection, person: Person, name: str, phone: str) -> None:
    """Keeps a name and a phone (E.164). Only for a person who agreed."""
    if not person.agreed:
        raise ValueError("a person's name is kept only after they agreed")
    person.name, person.phone = name, phone
    await connection.execute(update(people).where(people.c.id == person.id).values(name=name, phone=phone))


async def get(connection: AsyncConnection, person_id: int) -> Person | None:
    found = await connection.execute(select(people).where(people.c.id == person_id))
    row = found.first()
    return Person(row.id, row.name, row.phone, row.language, row.consent) if row else None


async def person_of(connection: AsyncConnection, chat_id: int) -> int | None:
    """Who writes in a chat; None for a group."""
    found = await connection.execute(select(chats.c.person_id).where(chats.c.id == chat_id))
    return found.scalar()


async def chats_of(connection: AsyncConnection, person_id: int) -> list[int]:
    rows = await connection.execute(select(chats.c.id).where(chats.c.person_id == person_id))
    return list(rows.scalars())


async def forget(connection: AsyncConnection, person: Person, chat: int) -> None:
    """Empties what is known of a person, and what their chats have in mind but this one, which is in its turn.

    The language stays, since the chats go on.
    """
    person.name = person.phone = ""
    person.consent = None
    await connection.execute(
        update(people)
        .where(people.c.id == person.id)
        .values(name="", phone="", consent=None, consent_at=None)
    )
    await connection.execute(
        update(chats)
        .where(chats.c.person_id == person.id, chats.c.id != chat)
        .values(state=dump({"met": True}))
    )


async def unreachable(connection: AsyncConnection, addresses: Sequence[tuple[str, str]]) -> None:
    """Notes chats that blocked the bot; a new message from them makes them reachable again."""
    await connection.execute(
        update(chats)
        .where(tuple_(chats.c.channel, chats.c.address).in_(list(addresses)))
        .values(reachable=False)
    )


async def drafts(
    connection: AsyncConnection, untouched_since: datetime
) -> list[tuple[int, str, str, dict[str, Any], list[dict[str, Any]]]]:
    """(chat, channel, address, state, the forms in it that were last touched before a moment), for upkeep.

    A form that is open stands in a chat's state under "form", those that were saved for later under "saved".
    """
    rows = await connection.execute(
        select(chats.c.id, chats.c.channel, chats.c.address, chats.c.state)
        .where(or_(chats.c.state.like('%"form": {%'), chats.c.state.like('%"saved": {"%')))
        .with_for_update(skip_locked=True)  # a chat that a replica works on is not left alone
    )
    found = []
    for row in rows:
        state = json.loads(row.state)
        kept = [state["form"]] if "form" in state else []
        old = [
            draft
            for draft in [*kept, *state.get("saved", {}).values()]
            if draft.get("at", 0) < untouched_since.timestamp()
        ]
        if old:
            found.append((row.id, row.channel, row.address, state, old))
    return found


async def drafts_elsewhere(
    connection: AsyncConnection, person: int, chat: int
) -> dict[str, tuple[int, dict[str, Any]]]:
    """The drafts in a person's other chats, by the form's name: (chat, draft), the one touched last of each."""
    rows = await connection.execute(
        select(chats.c.id, chats.c.state).where(
            chats.c.person_id == person, chats.c.id != chat, chats.c.in_group.is_(False)
        )
    )
    found: dict[str, tuple[int, dict[str, Any]]] = {}
    for row in rows:
        state = json.loads(row.state)
        kept = [state["form"]] if state.get("form", {}).get("answers") else []
        for draft in [*kept, *state.get("saved", {}).values()]:
            before = found.get(draft["form"])
            if before is None or before[1].get("at", 0) < draft.get("at", 0):
                found[draft["form"]] = (row.id, draft)
    return found


async def drop_drafts(connection: AsyncConnection, before: datetime) -> int:
    """Closes the forms that were last touched before a moment; returns how many."""
    dropped = 0
    for chat, _, _, state, old in await drafts(connection, before):
        if state.get("form") in old:
            del state["form"]
        state["saved"] = {name: draft for name, draft in state.get("saved", {}).items() if draft not in old}
        dropped += len(old)
        await connection.execute(update(chats).where(chats.c.id == chat).values(state=dump(state)))
    return dropped
