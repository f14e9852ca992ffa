"""One turn: a person said something in a chat, and a handler decides what is said back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import text as sql
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Incoming
from bot.library import Library
from bot.media import MediaStore
from bot.policy import Policy
from bot.records import notices
from bot.records.messages import REPLY
from bot.records.people import Chat, Person
from bot.settings import Settings
from bot.tables import Tables
from bot.text import LANGUAGES, TIMEZONE, Text, language_of, text

_SAVEPOINT, _UNDO, _RELEASE = (
    sql("SAVEPOINT turn"),
    sql("ROLLBACK TO SAVEPOINT turn"),
    sql("RELEASE SAVEPOINT turn"),
)
#: Letters of a message that its language is told by: enough, and done in a few milliseconds.
_HEARD = 500


#: Writes what several turns left.
Write = Callable[[AsyncConnection, Sequence[Any]], Awaitable[None]]


@dataclass(slots=True)
class Turn:
    """What a handler may know, and its way to the records.

    `command` and `argument` are filled by the router: the command or the tapped button's verb, and what came
    with it. `row` is the inbox row, for what must be traceable to the message that caused it. `then`, if a
    handler sets it, is the data of a button that is done next in the same turn, as if it had been tapped.
    `tables` has the spreadsheets that the command `reads`. `lane` is how urgent it is what the turn says
    (`bot.records.messages`). `policies` are those of the channels that run, by name; `media` is where pictures and
    files lie. `brief` is what the feature read at once for this notice and those like it beside it in the batch, None
    where it did not.
    """

    said: Incoming
    chat: Chat
    person: Person
    now: datetime
    library: Library
    settings: Settings
    row: int = 0
    command: str = ""
    argument: str = ""
    then: str = ""
    tables: Tables | None = None
    lane: int = REPLY
    policies: Mapping[str, Policy] = field(default_factory=dict)
    media: MediaStore | None = None
    brief: Any = None
    left: list[tuple[Write, Any]] = field(default_factory=list)
    _connection: AsyncConnection | None = None
    _begun: bool = False

    @property
    def language(self) -> str:
        """The person's own choice, then the channel's language, then the language they last wrote in."""
        return (
            self.person.language
            or language_of(self.said.language)
            or self.chat.state.get("language")
            or self.settings.default_language
        )

    def hear_language(self) -> None:
        """Goes over to the language a message is clearly in, where neither the person nor the channel told one."""
        if self.person.language or language_of(self.said.language):
            return
        heard = self.library.base.detect(self.said.text[:_HEARD], prior=self.language)
        if heard and heard != self.language:
            self.chat.state["language"] = heard

    @property
    def text(self) -> Text:
        return text(self.language if self.language in LANGUAGES else self.settings.default_language)

    @property
    def today(self) -> date:
        """The day in Vietnam."""
        return self.now.astimezone(TIMEZONE).date()

    async def tell(self, person: int, data: str, key: str = "") -> None:
        """Has something said to another person, in their own chat and language: see `records.notices`."""
        key = key or f"{self.row}:{data}"
        await notices.put(await self.records(), person, data, key=key, at=self.now)

    async def records(self) -> AsyncConnection:
        """The turn's transaction. What is written here stands or falls with the whole turn.

        The savepoint is opened at the first call: most turns of a form write nothing but the chat's state,
        which is saved for a whole batch at once.
        """
        if self._connection is None:
            raise RuntimeError("this turn has no database")
        if not self._begun:
            await self._connection.execute(_SAVEPOINT)
            self._begun = True
        return self._connection

    def leave(self, write: Write, row: Any) -> None:
        """Leaves something to be written once the turn is kept, together with that of others like it.

        What cannot be written costs the whole batch: it is for what always can.
        """
        self.left.append((write, row))

    async def settle(self, *, keep: bool) -> None:
        """Ends the turn's savepoint, if it has one.

        Where it cannot be kept, because a handler passed over an error of the database, it can still be undone.
        """
        if self._begun and self._connection is not None:
            if not keep:
                await self._connection.execute(_UNDO)
            await self._connection.execute(_RELEASE)
            self._begun = False


#: Reads for many turns at once what each of them finds as `Turn.brief`.
Brief = Callable[[AsyncConnection, Sequence[Turn]], Awaitable[Any]]
