"""What the engine takes next: the first waiting message of each chat, with all that its turn needs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Subquery, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Incoming
from bot.records.messages import inbox, outbox
from bot.records.people import Chat, Person, chats, people


@dataclass(frozen=True, slots=True)
class Waiting:
    """An inbox row with all that its turn needs. A turn may run twice, so chat and person are made anew."""

    row: int
    said: Incoming
    _found: Any

    def chat(self) -> Chat:
        found = self._found
        return Chat(
            found.chat_id,
            found.channel,
            found.address,
            found.in_group,
            found.reachable,
            json.loads(found.state),
            found.state,
        )

    def changes(self, chat: Chat) -> bool:
        """Whether a turn left the chat other than it found it."""
        return bool(chat.reachable != self._found.reachable or chat.saved != self._found.state)

    def person(self) -> Person:
        found = self._found
        if found.person_id is None:
            return Person()
        return Person(found.person_id, found.name, found.phone, found.language, found.consent)


# Joined to nothing, so that SQLite does not take the index of all keys that a channel ever had for the channel: what
# waits has an index of its own, and is little beside what was said in years.
_channel = inbox.c.channel.concat("")
_first = (
    select(
        inbox.c.chat_id, func.min(inbox.c.position).label("position"), func.min(inbox.c.id).label("oldest")
    )
    .where(inbox.c.done_at.is_(None), _channel.in_(bindparam("of", expanding=True)))
    .group_by(inbox.c.chat_id)
)


def _next(first: Subquery) -> Select[Any]:
    return (
        select(
            inbox.c.id,
            inbox.c.payload,
            chats.c.id.label("chat_id"),
            chats.c.channel,
            chats.c.address,
            chats.c.in_group,
            chats.c.reachable,
            chats.c.state,
            people.c.id.label("person_id"),
            people.c.name,
            people.c.phone,
            people.c.language,
            people.c.consent,
        )
        .join(first, (inbox.c.chat_id == first.c.chat_id) & (inbox.c.position == first.c.position))
        .join(chats, chats.c.id == inbox.c.chat_id)
        .outerjoin(people, people.c.id == chats.c.person_id)
        .where(inbox.c.done_at.is_(None))
        .order_by(inbox.c.id)
    )


_ahead = _next(_first.order_by(func.min(inbox.c.id)).limit(bindparam("most")).subquery())

_oldest = _first.subquery()
_claim = (
    select(chats.c.id)
    .join(_oldest, _oldest.c.chat_id == chats.c.id)
    .order_by(_oldest.c.oldest)
    .limit(bindparam("most"))
    .with_for_update(of=chats, key_share=True, skip_locked=True)
)
_claimed = _next(_first.where(inbox.c.chat_id.in_(bindparam("claimed", expanding=True))).subquery())


async def next_turns(
    connection: AsyncConnection, channels: Sequence[str], most: int, *, claim: bool
) -> list[Waiting]:
    """The first waiting message of each of up to `most` chats of these channels.

    With `claim`, only of chats that no other replica works on, and until the transaction ends none will. What
    waits there is read after the lock is held: what was read with it may have been done by its last holder.
    SQLite needs no locks, since a transaction that writes is alone.
    """
    wanted: dict[str, Any] = {"of": list(channels), "most": most}
    if claim and connection.dialect.name == "postgresql":
        claimed = list((await connection.execute(_claim, wanted)).scalars())
        rows = await connection.execute(_claimed, {"of": wanted["of"], "claimed": claimed})
    else:
        rows = await connection.execute(_ahead, wanted)
    first: dict[int, Waiting] = {}
    for row in rows:  # two messages of a chat can share a position: the one that came first counts
        if row.chat_id not in first:
            first[row.chat_id] = Waiting(row.id, Incoming.from_json(row.payload), row)
    return list(first.values())


async def waits(connection: AsyncConnection, channel: str, address: str) -> bool:
    """Whether anything waits in a chat, to be answered or to be sent."""
    inbound = await connection.execute(
        select(inbox.c.id)
        .join(chats, chats.c.id == inbox.c.chat_id)
        .where(chats.c.channel == channel, chats.c.address == address, inbox.c.done_at.is_(None))
        .limit(1)
    )
    outbound = await connection.execute(
        select(outbox.c.id)
        .where(outbox.c.channel == channel, outbox.c.address == address, outbox.c.state == "waiting")
        .limit(1)
    )
    return inbound.first() is not None or outbound.first() is not None
