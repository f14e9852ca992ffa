"""An announcement before it goes out: looked over, confirmed and set going; never by halves."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.broadcasting import FIELDS, faults, filled
from bot.chat import Media
from bot.errors import UserError
from bot.media import MediaStore
from bot.records import audiences, broadcasts, files
from bot.records.audiences import Reach
from bot.records.broadcasts import Broadcast
from bot.text import LANGUAGES, N_, TIMEZONE, text

#: The reference of a photo or file before it is looked for in the media store: the number of `records.files`.
SENT = re.compile(r"file:([0-9]{1,15})")
#: Letters of a link, and of a text under a photo (Telegram: 1024, core.telegram.org/bots/api#sendphoto).
LONGEST_LINK, UNDER_A_PHOTO = 400, 1000
#: What the name of a person and of a cooperative may take of it.
NAMES = {"name": "x" * 60, "cooperative": "x" * 100}

GONE = N_(
    "The photo or file of this announcement is not here any more. Please send it again, or leave it out."
)


@dataclass(frozen=True, slots=True)
class Looked:
    """An announcement as it would go out now: `told` is how many would be written to."""

    one: Broadcast
    reach: Reach

    @property
    def told(self) -> int:
        return sum(self.reach.by_channel.values())


async def look(connection: AsyncConnection, one: Broadcast, at: datetime) -> Looked:
    return Looked(one, await audiences.reach(connection, one.audience, one.topic, at))


def link_fault(url: str) -> bool:
    """Whether a channel would refuse a web address: no http, no host, or a host without a dot."""
    if len(url) > LONGEST_LINK or re.search(r"[\s<>\"{}|\\^`]", url):
        return True
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return True
    host = parts.hostname or ""
    right = re.fullmatch(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}", host)
    return parts.scheme not in ("http", "https") or right is None or "@" in parts.netloc


def check_caption(texts: Iterable[str]) -> None:
    """Raises `UserError` where a text is too long to stand under a photo, once its fields are filled."""
    longest = max(len(filled(written, **NAMES, t=text(LANGUAGES[0]))) for written in texts)
    if longest > UNDER_A_PHOTO:
        raise UserError(
            N_(
                "The text has more than {most} letters, too many under a photo. Please skip it or shorten the text."
            ),
            {"most": UNDER_A_PHOTO},
        )


async def with_media(connection: AsyncConnection, one: Broadcast, media: MediaStore | None) -> Broadcast:
    """The announcement with what it carries as it lies in the media store, noted where it had to be looked for.

    Raises `UserError` where it is not here yet, or not any more.
    """
    photo, file = one.photo, one.file
    if media is None or not (photo or file):
        return one
    photo, file = await _here(connection, photo, media), await _here(connection, file, media)
    if file and not photo and file.type.startswith("image/"):
        photo, file = file, None
    if (photo, file) != (one.photo, one.file):
        found = replace(one, photo=photo, file=file)
        await broadcasts.rewrite(connection, one.id, found.content)
        return found
    return one


async def _here(connection: AsyncConnection, wanted: Media | None, media: MediaStore) -> Media | None:
    if wanted is None:
        return None
    if not (sent := SENT.fullmatch(wanted.reference)):
        if media.get(wanted.reference) is None:
            raise UserError(GONE)
        return wanted
    kept = await files.kept(connection, int(sent[1]))
    if kept is None:
        if await files.awaited(connection, int(sent[1])):
            raise UserError(N_("The photo or file is still on its way. Please tap once more in a moment."))
        raise UserError(GONE)
    found = media.get(kept[0], wanted.name or kept[1])
    if found is None:
        raise UserError(GONE)
    return found


async def checked(
    connection: AsyncConnection, one: Broadcast, media: MediaStore | None, at: datetime
) -> Looked:
    """The announcement as it can go out. Raises `UserError` with what is wrong, before anybody has it."""
    if one.audience.file:
        raise UserError(N_("The list of recipients is not read yet. Please tap “Read the list” first."))
    for written in one.texts.values():
        if wrong := faults(written):
            raise UserError(
                N_("I do not know what to put for {parts}. You may use {fields}, nothing else in braces."),
                {"parts": " ".join(wrong), "fields": ", ".join(f"{{{one}}}" for one in FIELDS)},
            )
    if not one.texts.get(LANGUAGES[0]):
        raise UserError(N_("The text in Vietnamese is missing."))
    if one.photo:
        check_caption(one.texts.values())
    for link in one.buttons:
        if link.url and link_fault(link.url):
            raise UserError(
                N_("This link does not work: {link}. It begins with https://."), {"link": link.url}
            )
    if one.send_at and not one.every and one.send_at <= at:
        raise UserError(N_("The time at which it should go out has passed. Please change it."))
    if one.expires_at and one.expires_at <= max(at, one.send_at or at):
        raise UserError(
            N_("It would have expired before it goes out. Please change the day until which it holds.")
        )
    one = await with_media(connection, one, media)
    looked = await look(connection, one, at)
    if not looked.told:
        raise UserError(
            N_("Nobody would get this: the audience is empty, or nobody of it can be written to.")
        )
    return looked


async def confirm(
    connection: AsyncConnection, one: Broadcast, approver: int | None, at: datetime
) -> str | None:
    """Freezes the recipients and sets it going, now, later or again and again; returns its state.

    None where another was faster.
    """
    before = ("draft", "declined", "asked")
    if one.every:
        first = next_time(one.every, at)
        done = await broadcasts.move(
            connection, one.id, before, "rule", approver_id=approver, send_at=first, started_at=at
        )
        return "rule" if done else None
    state = "scheduled" if one.send_at else "sending"
    values = {} if one.send_at else {"started_at": at}
    if not await broadcasts.move(connection, one.id, before, state, approver_id=approver, **values):
        return None
    await broadcasts.prepare(connection, one, LANGUAGES, at)
    return state


def next_time(every: str, after: datetime) -> datetime:
    """When a rule is due after a moment: "week:0 08:00" (Monday is 0), "month:31 08:00" (or its last day)."""
    base, _, rest = every.partition(":")
    day, _, clock = rest.partition(" ")
    at = time.fromisoformat(clock)
    local = after.astimezone(TIMEZONE)
    for step in range(63):
        date = local.date() + timedelta(days=step)
        last = calendar.monthrange(date.year, date.month)[1]
        right = date.weekday() == int(day) if base == "week" else date.day == min(int(day), last)
        moment = datetime.combine(date, at, TIMEZONE)
        if right and moment > after:
            return moment
    raise ValueError(f"no such rule: {every!r}")
