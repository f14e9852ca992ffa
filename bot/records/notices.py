"""What the assistant says without being asked: an inbox row of its own in the chat of whom it concerns.

The engine handles it as a turn of that chat, in its order, in the person's language, exactly once: `data` is what a
button's would be (`feature:command:argument`), and the feature says what there is to say at that moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Incoming
from bot.records import messages
from bot.records.messages import inbox
from bot.records.people import chats, people

#: 1 for the channel in which a person wants to be written to.
_preferred = case((chats.c.channel == people.c.prefers, 1), else_=0)


async def put(connection: AsyncConnection, person: int, data: str, *, key: str, at: datetime) -> bool:
    """Notes that a person is to be told; a key that was used for them is left alone.

    It goes to the chat that can be reached, of the channel they prefer, else where they wrote last; False where
    there is none.
    """
    return bool(await put_all(connection, [(person, data, key)], at))


async def chat_of(connection: AsyncConnection, person: int) -> int | None:
    """The private chat that can be reached: of the channel a person prefers, else where they wrote last."""
    last = select(func.max(inbox.c.id)).where(inbox.c.chat_id == chats.c.id).scalar_subquery()
    found = await connection.execute(
        select(chats.c.id)
        .join(people, people.c.id == chats.c.person_id)
        .where(chats.c.person_id == person, chats.c.reachable, chats.c.in_group.is_(False))
        .order_by(_preferred.desc(), func.coalesce(last, 0).desc(), chats.c.id.desc())
        .limit(1)
    )
    return found.scalar()


async def put_all(
    connection: AsyncConnection, told: Sequence[tuple[int, str, str]], at: datetime
) -> set[int]:
    """The same for many: (person, data, key) each. Returns those who could be reached."""
    last = select(func.max(inbox.c.id)).where(inbox.c.chat_id == chats.c.id).scalar_subquery()
    found = await connection.execute(
        select(chats.c.person_id, chats.c.id, chats.c.channel, chats.c.address)
        .join(people, people.c.id == chats.c.person_id)
        .where(
            chats.c.person_id.in_({person for person, _, _ in told}),
            chats.c.reachable,
            chats.c.in_group.is_(False),
        )
        .order_by(_preferred, func.coalesce(last, 0), chats.c.id)
    )
    chat = {row.person_id: row for row in found}  # the one they prefer, or where they wrote last, stands last
    await messages.receive(
        connection,
        [
            (chat[person].id, _notice(chat[person].channel, chat[person].address, data, f"{person}:{key}"))
            for person, data, key in told
            if person in chat
        ],
        at,
    )
    return set(chat)


async def to_chat(connection: AsyncConnection, chat: int, data: str, *, key: str, at: datetime) -> None:
    """The same for one chat, wherever its person wrote last."""
    found = await connection.execute(select(chats.c.channel, chats.c.address).where(chats.c.id == chat))
    row = found.one()
    await put_in_chat(connection, chat, row.channel, row.address, data, key=key, at=at)


async def put_in_chat(
    connection: AsyncConnection,
    chat_id: int,
    channel: str,
    address: str,
    data: str,
    *,
    key: str,
    at: datetime,
) -> None:
    """The same where the chat's address is known."""
    await messages.receive(connection, [(chat_id, _notice(channel, address, data, key))], at)


def _notice(channel: str, address: str, data: str, key: str) -> Incoming:
    return Incoming(channel, f"notice:{key}"[:128], address, kind="notice", data=data)
