"""Announcements in chat: what officers say to many, and what members do with what they got."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot import broadcasting
from bot.chat import Button, Outgoing
from bot.errors import UserError
from bot.records import broadcasts, optouts, staff
from bot.records.broadcasts import Broadcast
from bot.router import Feature, open_form
from bot.text import LANGUAGES, N_, fold, text
from bot.turn import Turn
from handlers import broadcast_clock, broadcast_desk, broadcast_form, broadcast_words, officers, privacy
from handlers.broadcast_desk import OPEN, OUT, speaker
from handlers.staff_reminders import TOPICS

#: What is typed before the number of an announcement; without a number it is the newest to which that can be done.
NUMBERED = {
    "show": (N_("words: how an announcement stands"), tuple(broadcast_words.STATES)),
    "preview": (N_("words: preview an announcement"), OPEN),
    "try": (N_("words: try an announcement"), OPEN),
    "change": (N_("words: change an announcement"), OPEN),
    "send": (N_("words: send an announcement"), OPEN),
    "pause": (N_("words: pause an announcement"), ("sending",)),
    "resume": (N_("words: resume an announcement"), ("paused",)),
    "end": (
        N_("words: stop an announcement"),
        (*OPEN, "asked", "scheduled", "sending", "paused", "rule"),
    ),
    "retry": (N_("words: retry an announcement"), ("done", "cancelled")),
    "correct": (N_("words: correct an announcement"), OUT),
    "recall": (N_("words: recall an announcement"), OUT),
    "nudge": (N_("words: remind of an announcement"), OUT),
    "open": (N_("words: who has not confirmed an announcement"), OUT),
    "confirmed": (N_("words: who has confirmed an announcement"), OUT),
}
#: Letters of a button's label.
LONGEST_LABEL = 60
_NUMBERED = re.compile(r"\s*([^\d]{3,60}?)\s*(?:số|so|no\.?|n°|#)?\s*([0-9]{1,9})?\s*[.!]?\s*")


async def handle(turn: Turn) -> Sequence[Outgoing]:
    if turn.person.id is None:
        return [Outgoing(turn.text(N_("Please write to me in a private chat for this.")))]
    match turn.command:
        case "ack" | "received":
            return await acknowledged(turn)
        case "stop" | "again" | "unwanted":
            return await unwanted(turn)
        case "typed":
            turn.then = turn.argument
            return []
    try:
        return await _officer(turn)
    except UserError as error:
        await turn.settle(keep=False)
        if turn.said.kind == "notice":
            return []
        every = Button(turn.text(N_("All announcements")), data="broadcasts:list")
        ways = (privacy.back(turn),) if error.message == officers.NOT_ONE else (every, privacy.back(turn))
        return [Outgoing(turn.text(error.message, **error.values), ways)]


async def _officer(turn: Turn) -> Sequence[Outgoing]:
    """What an officer wants."""
    connection, notice = await turn.records(), turn.said.kind == "notice"
    first, _, rest = turn.argument.partition(":")
    if notice and turn.command == "go":  # also of one who has left the office meanwhile
        due = await broadcasts.get(connection, _number(first), lock=True)
        return await broadcast_clock.due(turn, due) if due else []
    officer = await speaker(turn)
    match turn.command:
        case "new":
            return await open_form(turn, broadcast_form.form, {})
        case "thongbao" | "announcements" | "list":
            return await broadcast_desk.listed(turn, _number(first))
        case "read":
            one = await broadcasts.get(connection, _number(rest), lock=True)
            return await broadcast_desk.read(turn, one, _number(first)) if one else await _gone(turn)
    one = await _meant(turn, first)
    if one is None:
        return [] if notice else await _gone(turn)
    match turn.command:
        case "trial" if notice:
            return broadcast_desk.trial(turn, one)
        case "told" if notice:
            return await broadcast_desk.told(turn, one)
        case "ended" if notice:
            return broadcast_clock.ended(turn, one, await broadcasts.totals(connection, one.id))
        case "preview":
            return await broadcast_desk.preview(turn, one)
        case "try":
            return await broadcast_desk.try_out(turn, one)
        case "send" if turn.said.kind != "text" or turn.argument or re.search("[0-9]", turn.said.text):
            return await broadcast_desk.send(turn, officer, one, _number(rest) if rest else one.counted)
        case "change" if one.state in OPEN:
            return await open_form(turn, broadcast_form.form, broadcast_form.answers_of(one, turn.now))
        case "copy":
            return await open_form(
                turn, broadcast_form.form, broadcast_form.answers_of(one, turn.now) | {"id": None}
            )
        case "end" | "stopped":
            return await broadcast_desk.stop(turn, officer, one, sure=turn.command == "stopped")
        case "correct" if one.state in OUT:
            return await open_form(turn, broadcast_form.correction, {"id": one.id})
        case "recall" if one.state in OUT:
            return await broadcast_desk.recall(turn, one)
        case "pause" | "resume" | "retry" | "recalled" | "nudge":
            return await broadcast_desk.control(turn, officer, one, turn.command)
        case "open" | "confirmed":
            confirmed = turn.command == "confirmed"
            return await broadcast_desk.names(turn, one, confirmed=confirmed, page=_number(rest))
    return [await broadcast_desk.card(turn, one)]


async def _meant(turn: Turn, number: str) -> Broadcast | None:
    """The announcement of a button, of the number that was typed, or the newest that fits the words."""
    connection = await turn.records()
    if turn.said.kind == "text" and not number:
        found = _NUMBERED.fullmatch(turn.said.text)
        number = (found[2] or "") if found else ""
        if not number:
            _, states = NUMBERED.get(turn.command, ("", ()))
            newest = await broadcasts.listed(connection, states, limit=1)
            number = str(newest[0].id) if newest else ""
    return await broadcasts.get(connection, _number(number), lock=True)


async def _gone(turn: Turn) -> list[Outgoing]:
    t = turn.text
    every = Button(t(N_("All announcements")), data="broadcasts:list")
    return [Outgoing(t(N_("There is no such announcement.")), (every, privacy.back(turn)))]


def _number(digits: str) -> int:
    return int(digits) if re.fullmatch("[0-9]{1,15}", digits) else 0


def leads(said: str) -> str | None:
    """“tạm dừng thông báo 5”: the command, where such words are the whole message."""
    found = _NUMBERED.fullmatch(said) if len(said) <= 80 else None
    if found is None:
        return None
    typed = fold(found[1])
    verb = next((verb for verb, (words, _) in NUMBERED.items() if typed in _typed(words)), None)
    return None if verb == "show" and not found[2] else verb


def _typed(words: str) -> set[str]:
    return {word for language in LANGUAGES for word in text(language).typed(words)}


# members


async def acknowledged(turn: Turn) -> list[Outgoing]:
    """A person has read what they got: by its button, or in words for the newest that waits for it."""
    connection, t = await turn.records(), turn.text
    assert turn.person.id is not None
    number = _number(turn.argument)
    if turn.command == "received":
        number = await broadcasts.unacknowledged(connection, turn.person.id) or 0
        if not number:
            nothing = t(N_("Thank you. There is nothing of yours to be confirmed at the moment."))
            return [Outgoing(nothing, (privacy.back(turn),))]
    if await broadcasts.acknowledge(connection, number, turn.person.id, turn.now):
        return [Outgoing(t(N_("Thank you, I noted that you have received it.")), (privacy.back(turn),))]
    if await staff.officer_of(connection, turn.person.id):
        return [Outgoing(t(N_("This was only a trial; it is not counted.")), (privacy.back(turn),))]
    return [Outgoing(t(N_("This announcement was not for you.")), (privacy.back(turn),))]


async def unwanted(turn: Turn) -> list[Outgoing]:
    """A person wants no more of a topic, or wants it again."""
    connection, t, person = await turn.records(), turn.text, turn.person.id
    assert person is not None
    topic = turn.argument
    if turn.command == "unwanted":
        topic = await broadcasts.last_topic(connection, person) or ""
    every = Button(t(N_("Notices on and off")), data="remind:topics")
    if topic not in TOPICS:
        ask = t(N_("Which kind do you mean? Here you turn each off and on."))
        return [Outgoing(ask, (every, privacy.back(turn)))]
    if turn.command == "again":
        await optouts.resume(connection, person, [topic])
        said = t(N_("All right, I write to you again about: {topics}."), topics=t(TOPICS[topic]))
        return [Outgoing(said, (every, privacy.back(turn)))]
    await optouts.stop(connection, person, [topic], turn.now)
    said = t(
        N_("All right, I do not write to you unasked any more about: {topics}."), topics=t(TOPICS[topic])
    )
    back = Button(t(N_("Write to me about it again")), data=f"broadcasts:again:{topic}")
    return [Outgoing(said, (back, every, privacy.back(turn)))]


async def listens(turn: Turn, meant: str) -> str | None:
    """Where there are no buttons, what is typed can be the label of one under an announcement that came lately.

    An announcement is no turn of the chat, so its buttons are not among those that the chat has in mind.
    """
    policy = turn.policies.get(turn.chat.channel)
    if policy is None or policy.buttons or turn.person.id is None or "form" in turn.chat.state:
        return None
    if meant != "ask:":  # words that have a meaning of their own
        return None
    typed = fold(turn.said.text)
    if not 0 < len(typed) <= LONGEST_LABEL:
        return None
    for one in await broadcasts.lately(await turn.records(), turn.person.id):
        language = broadcasting.spoken(one, turn.language, turn.settings.default_language)
        for button in broadcasting.message(one, language).buttons:
            if button.data and fold(button.label) == typed:
                return f"typed:{button.data}"
    return None


async def _forget(turn: Turn) -> None:
    assert turn.person.id is not None
    await broadcasts.forget(await turn.records(), turn.person.id, turn.now)


def feature() -> Feature:
    """Announcements; each call watches by itself how far they are."""
    return Feature(
        "broadcasts",
        handle,
        commands={"thongbao": "", "announcements": ""},
        words={
            "new": N_("words: a new announcement"),
            "list": N_("words: announcements"),
            "received": N_("words: I have received it"),
            "unwanted": N_("words: no more of this kind"),
        },
        phrases={"new": N_("phrases: write an announcement")},
        forms=(broadcast_form.form, broadcast_form.correction),
        dialogs=dict.fromkeys(("new", "list", *NUMBERED), "staff"),
        cards=(broadcast_desk.CARD,),
        chores=(broadcast_clock.chore,),
        beats=(broadcast_clock.Watch().beat,),
        forget=_forget,
        leads=leads,
        listens=listens,
        reads=frozenset({"read"}),
    )
