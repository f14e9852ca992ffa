"""What the clock does with announcements: sends what is due, makes the next of what repeats, shows how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import announcing
from bot.chat import Outgoing
from bot.database import Database, tell_others
from bot.errors import UserError
from bot.media import MediaStore
from bot.records import audit, broadcasts, events, messages, notices, people, programmes, staff
from bot.records.broadcasts import Broadcast, Content, Link
from bot.reminding import day_of
from bot.text import LANGUAGES, N_, Text, in_every_language, text
from bot.turn import Turn
from handlers import broadcast_desk, broadcast_words, event_words, privacy

#: Of what is new, so many of each are named.
NAMED = 5
#: Buttons of a digest.
LINKED = 4
#: After this long it is tried again to send what is due and has not gone out.
AGAIN = timedelta(minutes=10)


async def chore(connection: AsyncConnection, at: datetime) -> None:
    """What is due goes to its author's chat, where it is looked over once more; without an author it goes by itself."""
    for one in await broadcasts.due(connection, at):
        assert one.send_at is not None
        author = await staff.get(connection, one.author_id) if one.author_id else None
        key = f"broadcast:go:{one.id}:{one.send_at.timestamp():.0f}:{(at - one.send_at) // AGAIN}"
        data = f"broadcasts:go:{one.id}"
        person = author.person_id if author else None
        if person is not None and await notices.put(connection, person, data, key=key, at=at):
            continue
        try:
            await go(connection, one, None, at)
        except UserError as error:
            await broadcasts.cancel(connection, one.id, at)
            await audit.note(connection, "broadcast", one.id, "fault", at, detail=error.message)


async def due(turn: Turn, one: Broadcast) -> list[Outgoing]:
    """The turn in the author's chat in which it goes out; what is wrong now is said, and nothing goes."""
    connection, t = await turn.records(), turn.text
    if one.state not in ("scheduled", "rule") or one.send_at is None or one.send_at > turn.now:
        return []
    try:
        sent = await go(connection, one, turn.media, turn.now)
    except UserError as error:
        await turn.settle(keep=False)
        connection = await turn.records()
        await broadcasts.cancel(connection, one.id, turn.now)
        await audit.note(connection, "broadcast", one.id, "fault", turn.now, detail=error.message)
        lead = t(N_("Announcement no. {number} could not go out, nobody has received it:"), number=one.id)
        said = f"{lead} {t(error.message, **error.values)}"
        return [Outgoing(said, (broadcast_desk.again(turn, one.id), privacy.back(turn)))]
    if sent is None:
        return []
    return await broadcast_desk.live(turn, sent, t(N_("It is going out.")))


async def go(
    connection: AsyncConnection, one: Broadcast, media: MediaStore | None, at: datetime
) -> int | None:
    """Sets going what is due: itself, or the next of a rule. Returns its number; None where nothing goes out.

    Raises `UserError` for what is wrong with it now.
    """
    if one.expires_at and one.expires_at <= at:
        if one.every:
            await broadcasts.ran(connection, one.id, at, None)
            return None
        raise UserError(N_("the day until which it holds has passed."))
    await announcing.with_media(connection, one, media)
    if not one.every:
        return (
            one.id
            if await broadcasts.move(connection, one.id, ("scheduled",), "sending", started_at=at)
            else None
        )
    since = one.started_at or one.created_at
    await broadcasts.ran(connection, one.id, at, announcing.next_time(one.every, at))
    content = replace(one.content, every="", send_at=None, digest=False, expires_at=None)
    if one.digest:
        found = await digest(connection, content, since, at)
        if found is None:
            return None
        content = found
    number = await broadcasts.add(connection, content, one.author_id, at, rule=one.id)
    made = await broadcasts.get(connection, number)
    assert made is not None
    await announcing.confirm(connection, made, one.approver_id, at)
    return number


async def digest(
    connection: AsyncConnection, content: Content, since: datetime, at: datetime
) -> Content | None:
    """The announcement with what is new since a moment, in each language; None where nothing is."""
    new = [one for one in await events.coming(connection, at) if one.changed_at > since and one.open_at(at)]
    lent = await programmes.changed_since(connection, since, day_of(at))
    if not new and not lent:
        return None

    def written(code: str) -> str:
        t = text(code)
        lead = content.texts.get(code) or (content.texts[LANGUAGES[0]] if code == LANGUAGES[0] else "")
        lines = [lead or t(N_("What is new:"))]
        lines += [f"• {one.title} – {event_words.when(one, t)}" for one in new[:NAMED]]
        lines += [f"• {t(name)}" for _, name in lent[:NAMED]]
        more = max(0, len(new) - NAMED) + max(0, len(lent) - NAMED)
        if more:
            lines.append(t(N_("… and {count} more."), count=t.number(more)))
        return "\n".join(lines)

    links = [Link(dict.fromkeys(LANGUAGES, one.title), data=f"event:show:{one.id}") for one in new]
    links += [Link(in_every_language(name), data=f"programme:show:{number}") for number, name in lent]
    texts = {code: written(code) for code in LANGUAGES}
    try:
        announcing.check_caption(texts.values())
    except UserError:  # so much is new that it does not fit under the photo
        content = replace(content, photo=None)
    return replace(content, texts=texts, buttons=(*content.buttons, *links)[:LINKED])


@dataclass(frozen=True)
class _Reader:
    """Who is shown how far it is."""

    text: Text
    now: datetime


class Watch:
    """Changes the message that shows how far an announcement is; it remembers how far each was, for the rate."""

    def __init__(self) -> None:
        self._before: dict[int, tuple[datetime, int]] = {}

    async def beat(self, database: Database, at: datetime) -> bool:
        """One look at all that somebody is shown. True where something was written."""
        async with database.read() as connection:
            shown = await broadcasts.shown(connection)
        self._before = {one.id: self._before[one.id] for one in shown if one.id in self._before}
        changed = False
        for one in shown:
            changed |= await self._show(database, one, at)
        return changed

    async def _show(self, database: Database, one: Broadcast, at: datetime) -> bool:
        async with database.read(much=True) as connection:
            totals = await broadcasts.totals(connection, one.id)
            reader = await _reader(connection, one, at)
        over = one.state in ("done", "cancelled")
        message = broadcast_desk.gone_out(one, totals, self._rate(one.id, totals.ended, at), reader)

        async def work(connection: AsyncConnection) -> bool:
            now = await broadcasts.get(connection, one.id)
            if now is None or now.state != one.state or now.progress_id != one.progress_id:
                return False  # it is looked at again in a moment
            changed = await _change(connection, one, message, at)
            if over:
                await broadcasts.shown_in(connection, one.id, None)
                await _tell(connection, one, at)
            if over or changed:
                await tell_others(connection)
            return over or changed

        return await database.write(work)

    def _rate(self, number: int, ended: int, at: datetime) -> float:
        """Recipients a second since the last look."""
        before, had = self._before.get(number, (at, ended))
        self._before[number] = (at, ended)
        seconds = (at - before).total_seconds()
        return (ended - had) / seconds if seconds > 0 else 0.0


async def _reader(connection: AsyncConnection, one: Broadcast, at: datetime) -> _Reader:
    author = await staff.get(connection, one.author_id) if one.author_id else None
    person = await people.get(connection, author.person_id) if author and author.person_id else None
    return _Reader(broadcast_words.spoken(person.language if person else ""), at)


async def _change(connection: AsyncConnection, one: Broadcast, message: Outgoing, at: datetime) -> bool:
    if not one.progress_id:
        return False
    row = await messages.answer_to(connection, one.progress_id)
    if row is None or await messages.said_in(connection, row) == message:
        return False
    return await messages.change(connection, row, message, at)


async def _tell(connection: AsyncConnection, one: Broadcast, at: datetime) -> None:
    """The end is told in a message of its own, once."""
    author = await staff.get(connection, one.author_id) if one.author_id else None
    if author and author.person_id is not None and one.ended_at:
        key = f"broadcast:ended:{one.id}:{one.ended_at.timestamp():.3f}"
        await notices.put(connection, author.person_id, f"broadcasts:ended:{one.id}", key=key, at=at)


def ended(turn: Turn, one: Broadcast, totals: broadcasts.Totals) -> Sequence[Outgoing]:
    """What the author reads at the end."""
    return [broadcast_desk.gone_out(one, totals, 0.0, turn, turn.text(N_("Done.")))]
