"""From an announcement to what each of its recipients reads, a few at a time, as the channel lets us."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Button, Outgoing
from bot.policy import Policy
from bot.records import broadcasts
from bot.records.broadcasts import Broadcast, Queued, Recipient
from bot.records.messages import AGAIN, DELETE, EDIT, SEND
from bot.text import LANGUAGES, N_, TIMEZONE, Text, text

#: What an announcement may address people by, in braces.
FIELDS = ("name", "cooperative")
_FIELD = re.compile(r"\{([^{}]*)\}")

#: Where a channel gathers announcements: Friday, from eight until four.
GATHERED = (4, 8, 16)


def languages(one: Broadcast) -> list[str]:
    """Those in which it is written."""
    return [language for language in LANGUAGES if one.texts.get(language)]


def spoken(one: Broadcast, language: str, default: str) -> str:
    """The language in which somebody reads it, who wants `language`: that, the default one, or what there is."""
    written = languages(one)
    return next((code for code in (language, default, *written) if code in written), default)


def message(one: Broadcast, language: str, *, name: str = "", cooperative: str = "") -> Outgoing:
    """What a recipient reads; `language` is one in which it is written."""
    t = text(language)
    buttons = [_button(link.labels, language, link.data, link.url) for link in one.buttons]
    if one.acknowledge:
        buttons.insert(0, Button(t(N_("Received")), data=f"broadcasts:ack:{one.id}"))
    if not one.urgent:
        buttons.append(Button(t(N_("No more of this kind")), data=f"broadcasts:stop:{one.topic}"))
    said = filled(one.texts.get(language, ""), name=name, cooperative=cooperative, t=t)
    # A number that is typed next belongs to the conversation into which this comes.
    return Outgoing(said, tuple(buttons), one.photo, one.file, numbers=0)


def filled(written: str, *, name: str, cooperative: str, t: Text) -> str:
    """A text with its fields; who left no name is addressed politely without it."""
    values = {"name": name or t(N_("you")), "cooperative": cooperative or t(N_("your cooperative"))}
    return _FIELD.sub(lambda found: values.get(found[1], found[0]), written)


def faults(written: str) -> list[str]:
    """The parts of a text that are no field: “{tên}”, a brace that is alone; [] where it can be sent."""
    unknown = [found[0] for found in _FIELD.finditer(written) if found[1] not in FIELDS]
    return unknown + re.findall(r"[{}]", _FIELD.sub("", written))


def _button(labels: Mapping[str, str], language: str, data: str, url: str) -> Button:
    label = labels.get(language) or next(iter(labels.values()))
    return Button(label, url=url) if url else Button(label, data=data)


class Feeder:
    """Puts recipients' messages into the outbox of a channel; `default` is the language of who chose none."""

    def __init__(self, default: str) -> None:
        self._default = default

    async def feed(
        self, connection: AsyncConnection, channel: str, policy: Policy, room: int, at: datetime
    ) -> int:
        """Queues what is to go out next, at most `room` messages; returns how many."""
        queued = 0
        gathered: list[tuple[Broadcast, Recipient]] = []
        for one in await broadcasts.active(connection):
            if one.expires_at and one.expires_at <= at:
                await broadcasts.skip_all(connection, one.id, "expired", at)
            elif queued < room and not policy.rests(at.astimezone(TIMEZONE), urgent=one.urgent):
                together = policy.gathers and not one.urgent
                found = await broadcasts.next_of(connection, one.id, channel, room - queued, later=together)
                queued += await self._queue(connection, channel, policy, one, found, at)
                if together and gathers(at):
                    found = await broadcasts.next_of(connection, one.id, channel, room - queued)
                    gathered += [
                        (one, row) for row in await self._willing(connection, one, found, policy, at)
                    ]
        if gathered:
            queued += await self._queue_together(connection, channel, gathered, at)
        await broadcasts.finish(connection, at)
        return queued

    async def _willing(
        self,
        connection: AsyncConnection,
        one: Broadcast,
        found: Sequence[Recipient],
        policy: Policy,
        at: datetime,
    ) -> list[Recipient]:
        """Without those who have opted out since, and whom the channel does not let us write to now."""
        first = [row for row in found if row.wants == "send"]
        unwilling = await broadcasts.unwilling(connection, one.topic, [row.person_id for row in first])
        out = [row.id for row in first if row.person_id in unwilling]
        await broadcasts.skip(connection, out, "opted out", at)
        closed: set[int] = set()
        if policy.window is not None:
            chats = {row.chat_id for row in found}
            silent = await broadcasts.silent(connection, chats, at - policy.window)
            closed = {row.id for row in found if row.chat_id in silent}
            await broadcasts.skip(connection, closed & {row.id for row in first}, "no open window", at)
            await broadcasts.pass_over(connection, closed - {row.id for row in first}, "no open window")
        return [row for row in found if row.id not in closed and row.id not in out]

    async def _queue(
        self,
        connection: AsyncConnection,
        channel: str,
        policy: Policy,
        one: Broadcast,
        found: Sequence[Recipient],
        at: datetime,
    ) -> int:
        willing = await self._willing(connection, one, found, policy, at)
        if any(_FIELD.search(written) for written in one.texts.values()):
            willing = await broadcasts.named(connection, willing)
        later = [row.id for row in willing if row.wants in ("edit", "delete")]
        targets = await broadcasts.sent_messages(connection, later) if later else {}
        made: dict[tuple[str, str, str], Outgoing] = {}

        def said(row: Recipient) -> Outgoing:
            key = (row.language, row.name, row.cooperative)
            if key not in made:
                language = spoken(one, row.language, self._default)
                made[key] = message(one, language, name=row.name, cooperative=row.cooperative)
            return made[key]

        queue = []
        for row in willing:
            if row.wants == "delete" and policy.deletes:
                queue.append(Queued(row, DELETE, Outgoing(""), targets.get(row.id)))
            elif row.wants == "delete":
                queue.append(Queued(row, AGAIN, self._taken_back(one, row)))
            elif row.wants == "edit" and policy.edits:
                queue.append(Queued(row, EDIT, said(row), targets.get(row.id)))
            elif row.wants == "edit":
                queue.append(
                    Queued(
                        row, AGAIN, self._led(N_("Correction of an earlier message:"), one, row, said(row))
                    )
                )
            elif row.wants == "nudge":
                again = said(row)
                queue.append(
                    Queued(row, AGAIN, self._led(N_("A reminder of this message:"), one, row, again))
                )
            else:
                queue.append(Queued(row, SEND, said(row)))
        await broadcasts.queue(connection, channel, one.revision, queue, at)
        return len(queue)

    async def _queue_together(
        self,
        connection: AsyncConnection,
        channel: str,
        gathered: Sequence[tuple[Broadcast, Recipient]],
        at: datetime,
    ) -> int:
        """One message a chat with all that waits for it, in order."""
        by_chat: dict[int, list[tuple[Broadcast, Recipient]]] = {}
        for one, row in gathered:
            by_chat.setdefault(row.chat_id, []).append((one, row))
        queue = []
        for together in by_chat.values():
            parts = [message(one, spoken(one, row.language, self._default)) for one, row in together]
            first = together[0][1]
            joined = replace(
                parts[0],
                text="\n\n———\n\n".join(part.text for part in parts),
                buttons=tuple({b.data or b.url: b for part in parts for b in part.buttons}.values())[:8],
            )
            queue.append(Queued(first, SEND, joined, carries=tuple(row.id for _, row in together[1:])))
        await broadcasts.queue(connection, channel, 1, queue, at)
        return len(queue)

    def _text(self, one: Broadcast, row: Recipient) -> Text:
        return text(spoken(one, row.language, self._default))

    def _led(self, lead: str, one: Broadcast, row: Recipient, said: Outgoing) -> Outgoing:
        return replace(said, text=f"{self._text(one, row)(lead)}\n\n{said.text}", photo=None, file=None)

    def _taken_back(self, one: Broadcast, row: Recipient) -> Outgoing:
        """Where nothing can be taken back: that it does not hold, with its beginning."""
        t = self._text(one, row)
        begun = one.texts.get(spoken(one, row.language, self._default), "").strip()[:80]
        return Outgoing(t(N_("This message no longer holds; please disregard it: “{begun}…”"), begun=begun))


def gathers(at: datetime) -> bool:
    """Whether it is the time at which announcements go out together."""
    weekday, begins, ends = GATHERED
    local = at.astimezone(TIMEZONE)
    return local.weekday() == weekday and begins <= local.hour < ends
