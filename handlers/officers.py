"""How a person becomes an officer, by a one-time code, and how an officer says that they are away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from bot.chat import Button, Outgoing
from bot.errors import UserError
from bot.records import people, staff, tasks
from bot.records.staff import Officer
from bot.router import TALKING
from bot.text import N_, TIMEZONE
from bot.turn import Turn
from handlers import privacy

#: Wrong codes of one chat before it has to wait, and for how long they count.
TRIES, WITHIN = 5, timedelta(hours=1)
#: Days of absence that are offered.
ABSENCES = (1, 3, 7, 14)
LONGEST_ABSENCE = 90

AWAY = N_("words: I am away")

NOT_ONE = N_("This is for officers of the Alliance.")


async def in_charge(turn: Turn, topic: str) -> Officer | None:
    """The officer that a person is, if a topic is theirs."""
    officer = await staff.officer_of(await turn.records(), turn.person.id)
    return officer if officer and officer.fits(topic, "") else None


async def still_in_charge(turn: Turn, topic: str) -> Officer:
    """The officer who sends a form. Raises `UserError` where the topic is not theirs any more."""
    officer = await in_charge(turn, topic)
    if officer is None:
        raise UserError(NOT_ONE)
    return officer


def turned_away(turn: Turn) -> list[Outgoing]:
    """What one who is no officer hears."""
    return [Outgoing(turn.text(NOT_ONE), (privacy.back(turn),))]


async def joins(turn: Turn) -> Sequence[Outgoing]:
    """A code that was typed makes the person the officer, after their consent."""
    t, state = turn.text, turn.chat.state
    if turn.person.id is None:
        return [Outgoing(t(N_("Please write to me in a private chat for this.")))]
    if turn.command == "join":
        return await _join(turn, str(state.get("officer code", "")))
    now = turn.now.timestamp()
    wrong = [at for at in state.get("wrong codes", ()) if now - at < WITHIN.total_seconds()]
    if len(wrong) >= TRIES:
        wait = t(N_("That was wrong too often. Please try again in an hour, or ask for a new code."))
        return [Outgoing(wait, (privacy.back(turn),))]
    typed = turn.argument or ""
    if not typed:
        ask = t(N_("Please write the code that the Alliance gave you, for example: /staff K7PM-2X9D"))
        return [Outgoing(ask, (privacy.back(turn),))]
    if not staff.looks_like_code(typed) or not await staff.code_of(
        await turn.records(), code := staff.hashed(typed)
    ):
        state["wrong codes"] = [*wrong, now]
        left = t(N_("This code is not right. Please look again: it has 8 letters and digits."))
        return [Outgoing(left, (privacy.back(turn),))]
    return await _join(turn, code)


async def _join(turn: Turn, code_hash: str) -> list[Outgoing]:
    t, connection = turn.text, await turn.records()
    assert turn.person.id is not None
    code = await staff.code_of(connection, code_hash)
    if code is None:
        return [Outgoing(t(N_("Please write the code once more.")), (privacy.back(turn),))]
    if code.used_at or code.expires_at <= turn.now:
        said = N_("This code was used already.") if code.used_at else N_("This code has expired.")
        ask = t(N_("Please ask the Alliance for a new one."))
        return [Outgoing(f"{t(said)} {ask}", (privacy.back(turn),))]
    if not turn.person.agreed:
        turn.chat.state["officer code"] = code_hash
        return [privacy.question(turn, then="staff:join")]
    officer = await staff.get(connection, code.officer_id)
    if officer is None or not await staff.join(connection, code, turn.person.id, turn.now):
        return [Outgoing(t(N_("This code was used already.")), (privacy.back(turn),))]
    for kept in ("officer code", "wrong codes"):
        turn.chat.state.pop(kept, None)
    await people.keep_contact(connection, turn.person, officer.name, turn.person.phone)
    welcome = t(
        N_(
            "Welcome, {name}: you are an officer here now. What waits for you comes to this chat as a card; reply "
            "to a card to answer its member. Write “tasks” to see what is open, “away” before a holiday."
        ),
        name=officer.name,
    )
    open_ones = Button(t(N_("What is open")), data="staff:list")
    return [Outgoing(welcome, (open_ones, privacy.back(turn)))]


def removed(turn: Turn) -> list[Outgoing]:
    """Somebody took them off the list of officers."""
    turn.chat.state.pop(TALKING, None)
    said = turn.text(N_("You are no longer an officer here. Thank you for your work."))
    return [Outgoing(said, (privacy.back(turn),))]


async def away(turn: Turn, officer: Officer) -> list[Outgoing]:
    """Nothing new comes to an officer until a day; what they did not take goes to others."""
    t, connection = turn.text, await turn.records()
    days = turn.argument.strip()
    back = Button(t(N_("I am back")), data="staff:away:0")
    if not re.fullmatch("[0-9]{1,2}", days) or int(days) > LONGEST_ABSENCE:
        buttons = [
            Button(t.plural("{count} day", "{count} days", count), data=f"staff:away:{count}")
            for count in ABSENCES
        ]
        asked = N_("How long are you away, today included? Write for example: /vangmat 5")
        if officer.absent_until and officer.absent_until > turn.now:
            buttons.append(back)
        return [Outgoing(t(asked), (*buttons, privacy.back(turn)))]
    if int(days) == 0:
        await staff.away(connection, officer.id, None)
        return [Outgoing(t(N_("Welcome back. New things come to you again.")), (privacy.back(turn),))]
    last = turn.today + timedelta(days=int(days) - 1)
    until = datetime.combine(last + timedelta(days=1), time(), TIMEZONE)
    await staff.away(connection, officer.id, until)
    freed = await tasks.release(connection, officer.id, taken=False)
    said = t(N_("You are away through {day}: nothing new comes to you."), day=t.day(last))
    if freed:
        said += " " + t.plural(
            "{count} thing you had not taken goes to others.",
            "{count} things you had not taken go to others.",
            len(freed),
        )
    return [Outgoing(said, (back, privacy.back(turn)))]
