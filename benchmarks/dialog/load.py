"""The load: the fake Bot API with people in it, each of whom says the next thing once they are answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.dialog.script import Said, dialog
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_check import Upload
from tests.fakes.bot_api_mail import Mail, Update

#: Seconds in which a pass must be over.
PATIENCE = 300


class WrongReplyError(Exception):
    """A contestant said something else than the dialog has it."""


@dataclass(slots=True)
class Person:
    chat: int
    lines: list[Said]
    at: int = 0
    asked: float = 0.0
    shown: dict[str, str] = field(default_factory=dict)


class Crowd(FakeBotApi):
    """Many people in their dialogs. `latencies` are seconds from handing an update out to its reply."""

    def __init__(self) -> None:
        super().__init__(check_every=0)
        self.mail = _TimedMail(self._called_back, self._wake, self._handed_out)
        self.latencies: list[float] = []
        self._people: dict[int, Person] = {}
        self._over: asyncio.Future[None] | None = None

    async def talk(self, chats: Iterable[int]) -> float:
        """Lets each of these chats hold one dialog, all at once; returns how many seconds that took."""
        self._people = {chat: Person(chat, dialog(chat)) for chat in chats}
        self._over = asyncio.get_running_loop().create_future()
        self.latencies.clear()
        self.sent.clear()
        self._unread.clear()
        left_before = self.calls["answerCallbackQuery"]
        taps = sum(bool(line.tap) for person in self._people.values() for line in person.lines)
        start = time.perf_counter()
        for person in list(self._people.values()):
            self._speak(person)
        async with asyncio.timeout(PATIENCE):
            await self._over
        taken = time.perf_counter() - start
        await self.until(
            lambda: self.calls["answerCallbackQuery"] - left_before == taps, "taps were not answered"
        )
        return taken

    def record(
        self, method: str, chat: int, parameters: dict[str, Any], uploads: dict[str, Upload]
    ) -> dict[str, Any]:
        made = super().record(method, chat, parameters, uploads)
        try:
            self._answered(self._people[chat], parameters["text"])
        except (WrongReplyError, KeyError) as error:
            if self._over and not self._over.done():
                self._over.set_exception(error)
        return made

    def _speak(self, person: Person) -> None:
        line = person.lines[person.at]
        if line.tap:
            self.tap(person.chat, person.shown[line.tap], forged=True, language="en")
        else:
            self.say(person.chat, line.text, language="en")

    def _answered(self, person: Person, said: str) -> None:
        self.latencies.append(time.perf_counter() - person.asked)
        line = person.lines[person.at]
        person.shown = self.sent[-1].buttons
        if said != line.reply or tuple(person.shown) != line.labels:
            raise WrongReplyError(f"{line} was answered by {said!r} with {tuple(person.shown)}")
        person.at += 1
        if person.at < len(person.lines):
            self._speak(person)
            return
        del self._people[person.chat]
        if not self._people and self._over and not self._over.done():
            self._over.set_result(None)

    def _handed_out(self, updates: list[Update]) -> None:
        now = time.perf_counter()
        for update in updates:
            message = update.get("message") or update["callback_query"]["message"]
            if person := self._people.get(message["chat"]["id"]):
                person.asked = now


class _TimedMail(Mail):
    def __init__(self, called: Any, changed: Any, handed_out: Any) -> None:
        super().__init__(called, changed)
        self._handed_out = handed_out

    async def get(self, offset: int, limit: int, timeout: float) -> list[Update]:
        updates = await super().get(offset, limit, timeout)
        self._handed_out(updates)
        return updates
