"""A conversation with the whole assistant, as a test reads it: what is said, what is heard.

Everything between the two is real: the inbox, the engine, the database, the delivery.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import scheduler
from bot.assistant import Assistant
from bot.chat import Button, Incoming, Kind, Media, Outgoing
from bot.records import cooperatives, files, people, staff
from bot.records.people import Person
from tests.wire import DEADLINE, Wire, eventually, said


class Clock:
    """The time, as a test sets it: 9 in the morning of a Tuesday in Vietnam, until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def moves(self, **by: float) -> None:
        """`clock.moves(days=8)`."""
        self.now += timedelta(**by)


class Running:
    """An assistant that listens to channels until it is stopped; what breaks in it is raised by `settled`."""

    def __init__(self, assistant: Assistant, *wires: Wire) -> None:
        self.assistant = assistant
        self.wires = wires
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self.assistant.open()
        for wire in self.wires:
            wire.meets(self.assistant)
        self._task = asyncio.create_task(self.assistant.run(self.wires))

    async def settled(self, channel: str, chat: str) -> None:
        """Returns once nothing waits in a chat, in either direction."""
        assert self._task is not None
        waiting = asyncio.create_task(self.assistant.settled(channel, chat))
        await asyncio.wait((waiting, self._task), timeout=DEADLINE, return_when=asyncio.FIRST_COMPLETED)
        if self._task.done():
            self._task.result()
        if not waiting.done():
            waiting.cancel()
            raise AssertionError(f"the chat {chat} did not settle in {DEADLINE:g} s")
        waiting.result()

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
            await self.assistant.close()


class Talk:
    """One person's chat.

    `heard` is what the last turn said. `make` opens an assistant on the same database each time it is called.
    Fields of `Incoming` that stay for the whole talk (`language`, `group`) are in `speaks`.
    """

    def __init__(
        self,
        make: Callable[[], Assistant],
        clock: Clock,
        chat: str = "an",
        beside: Talk | None = None,
        wire: Wire | None = None,
    ) -> None:
        self.clock = clock
        self.wire: Wire = wire or (beside.wire if beside else Wire())
        self.chat = self.wire.address(chat)
        self.heard: list[Outgoing] = []
        self.speaks: dict[str, Any] = {}
        self._make = make
        self._host = beside or self
        self._seen = 0
        if not beside:
            self._running = Running(make(), self.wire)

    def beside(self, chat: str) -> Talk:
        """Another person's chat with the same assistant."""
        return Talk(self._make, self.clock, chat, beside=self._host, wire=self.wire)

    async def elsewhere(self, channel: str, chat: str = "an") -> Talk:
        """A chat on another channel of the same assistant, which starts anew to listen to it."""
        host, wire = self._host, Wire(channel)
        await host._running.stop()
        host._running = Running(self._make(), *host._running.wires, wire)
        await host._running.start()
        return Talk(self._make, self.clock, chat, beside=host, wire=wire)

    @property
    def assistant(self) -> Assistant:
        return self._host._running.assistant

    async def start(self) -> None:
        await self._host._running.start()

    async def stop(self) -> None:
        await self._host._running.stop()

    async def restart(self) -> None:
        """Stops the assistant and starts a new one on the same database."""
        host = self._host
        await host._running.stop()
        host._running = Running(self._make(), *host._running.wires)
        await host._running.start()

    async def knows_person(self, name: str = "Nguyễn Văn A", phone: str = "+84912345678") -> int:
        """The person behind this chat as one who has agreed, with a name and a phone; returns their id."""

        async def work(connection: AsyncConnection) -> int:
            key = (self.wire.name, self.chat)
            chat = (await people.ensure_chats(connection, [(*key, False)], self.clock()))[key]
            found = await connection.execute(
                select(people.chats.c.person_id).where(people.chats.c.id == chat)
            )
            person = Person(found.scalar_one())
            await people.consent(connection, person, True, self.clock())
            await people.keep_contact(connection, person, name, phone)
            assert person.id is not None
            return person.id

        return await self.assistant.database.write(work)

    async def belongs_to(self, cooperative: str = "HTX Dâu tằm Ví Dụ", **fields: Any) -> int:
        """Makes the person one who agreed and is director of a verified cooperative; returns its id."""
        person = await self.knows_person()
        values = {
            "kind": "coop",
            "name": cooperative,
            "tax_code": None,
            "phone": "+84912345678",
            "province": "04",
            "commune": "",
            "sector": "farming",
            "state": "verified",
            "created_at": self.clock(),
        } | fields

        async def work(connection: AsyncConnection) -> int:
            made = await connection.execute(
                insert(cooperatives.cooperatives).values(values).returning(cooperatives.cooperatives.c.id)
            )
            number = int(made.scalar_one())
            await connection.execute(
                insert(cooperatives.memberships).values(
                    cooperative_id=number,
                    person_id=person,
                    role="director",
                    state="confirmed",
                    created_at=self.clock(),
                )
            )
            return number

        return await self.assistant.database.write(work)

    async def is_officer(self, name: str = "Cán bộ Một", topics: str = "", communes: str = "") -> int:
        """Makes the person an officer in charge of topics and communes (all, where none is given)."""
        person = await self.knows_person(name)

        async def work(connection: AsyncConnection) -> int:
            made = await connection.execute(
                insert(staff.officers)
                .values(
                    person_id=person, name=name, topics=topics, communes=communes, created_at=self.clock()
                )
                .returning(staff.officers.c.id)
            )
            return int(made.scalar_one())

        return await self.assistant.database.write(work)

    async def passes(self, **by: float) -> list[Outgoing]:
        """Moves the clock and does what is due then: upkeep, and the chores of the features."""
        self.clock.moves(**by)
        here = self.assistant
        await scheduler.upkeep(here.database, self.clock, here.wake)
        await scheduler.do(here.database, self.clock, here.router.chores, here.wake)
        return await self.is_told()

    async def is_told(self) -> list[Outgoing]:
        """What came to this chat without being asked since it was last looked at; kept in `heard`."""
        await self._host._running.settled(self.wire.name, self.chat)
        self.heard = self.wire.to(self.chat)[self._seen :]
        self._seen += len(self.heard)
        return self.heard

    def language(self, code: str) -> None:
        """The language that the channel tells from now on ("" where it tells none)."""
        self.speaks["language"] = code

    def as_group(self, *, mentioned: bool = True) -> None:
        """From now on the chat is a group, in which the bot is addressed or only overhears."""
        self.chat = self.wire.address("group")
        self.speaks |= {"group": True, "mentioned": mentioned}

    async def says(self, text: str, **fields: Any) -> list[Outgoing]:
        return await self.does(self._said(text, **fields))

    async def taps(self, button: str, **fields: Any) -> list[Outgoing]:
        """Taps a button by its label, the newest with it, or by its data (also one that was never offered)."""
        return await self.does(self._said("", kind="tap", data=self._data(button), **fields))

    async def sends(
        self, kind: Kind = "photo", media: bytes | Media | None = None, text: str = "", **fields: Any
    ) -> list[Outgoing]:
        """A photo, file, sticker, …; bytes are what the channel gives when it is fetched, which it then is."""
        one = self._said(text, kind=kind, **fields)
        if isinstance(media, bytes):
            self.wire.files[one.key] = media
            named = Media(one.key, "photo.jpg" if kind == "photo" else "file.pdf", size=len(media))
            heard = await self.does(replace(one, media=(named,)))
            await eventually(partial(self._fetched, one.key), "the file was not fetched")
            return heard
        return await self.does(replace(one, media=(media,) if media else ()))

    def _said(self, text: str, **fields: Any) -> Incoming:
        return said(text, self.chat, channel=self.wire.name, **self.speaks | fields)

    async def _fetched(self, reference: str) -> bool:
        async with self.assistant.database.read() as connection:
            known = self.wire.reference(reference)
            found = await connection.execute(select(files.files).where(files.files.c.reference == known))
            row = found.first()
        return row is None or row.stored is not None or row.failure is not None

    async def does(self, one: Incoming) -> list[Outgoing]:
        """One turn; returns, and keeps in `heard`, what was said back."""
        before = len(self.wire.to(self.chat))
        await self.wire.hears(one)
        await self._host._running.settled(one.channel, one.chat)
        self.heard = self.wire.to(self.chat)[before:]
        self._seen = len(self.wire.to(self.chat))
        return self.heard

    def hears(self, *fragments: str) -> None:
        """Every fragment is in what the last turn said."""
        for fragment in fragments:
            assert fragment in self.words, f"{fragment!r} is not in:\n{self.words or '(nothing)'}"

    def hears_not(self, *fragments: str) -> None:
        for fragment in fragments:
            assert fragment not in self.words, f"{fragment!r} is in:\n{self.words}"

    def hears_nothing(self) -> None:
        assert not self.heard, f"something was said:\n{self.words}"

    @property
    def words(self) -> str:
        return "\n".join(message.text for message in self.heard)

    @property
    def buttons(self) -> list[str]:
        """Labels of the last turn's buttons, in reading order."""
        return [button.label for button in self._offered(self.heard)]

    def _data(self, button: str) -> str:
        offered = self._offered(self.wire.to(self.chat))
        for one in reversed(offered):
            if one.data and button in (one.label, one.data):
                return one.data
        assert ":" in button, f"no button {button!r} was offered, but {[one.label for one in offered]}"
        return button

    @staticmethod
    def _offered(messages: list[Outgoing]) -> list[Button]:
        return [button for message in messages for button in message.buttons]
