"""What people want to be reminded of in their own words: on a day, or so long before an event."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Button, Outgoing
from bot.errors import UserError
from bot.forms import Answers, Form, Question, Sentence
from bot.questions import Words
from bot.questions.moments import Mentioned, When, mentioned, shown_moment
from bot.questions.numbers import count_of
from bot.questions.reading import any_of, vocabulary
from bot.records import cooperatives, events, registrations, reminders
from bot.records.events import Event
from bot.records.reminders import OWN, Occurrence
from bot.reminding import Rule, day_of, midnight, morning
from bot.router import TALKING, Mine, open_form
from bot.text import LANGUAGES, N_, clean, fold_words, text
from bot.turn import Turn
from handlers import privacy

#: What is typed right after a reminder is about that one, for this long.
RECENT = timedelta(days=1)
#: Words that may stand before “remind me”.
LONGEST_LEAD = 6
#: The longest time before an event; events that are offered where it is not clear which is meant.
MOST_DAYS, OFFERED = 365, 5

REMIND = N_("words: remind me, at the beginning of a wish")
AGAIN = N_("words: remind me again")
_POLITE = N_("words: polite, before remind me")
_BEFORE = N_("words: before (an event), in a wish")
_FILLING = N_("words: that event, in a wish")


async def listens(turn: Turn, meant: str) -> str | None:
    """“Nhắc em …”: something to be remembered, or the reminder that was just said to be put off."""
    said, state = turn.said, turn.chat.state
    if said.kind != "text" or said.edited or turn.person.id is None or "form" in state or TALKING in state:
        return None
    if said.text.rstrip().endswith("?"):
        return None
    if (wish := beside(said.text, AGAIN, turn.today)) is not None and (number := recent(turn)):
        return f"later:{number}"
    wish = beside(said.text, REMIND, turn.today)
    if wish is None:
        return None
    number = recent(turn)
    found = mentioned(wish, turn.today)
    return f"later:{number}" if number and found.days and not found.rest else "asked"


def beside(said: str, phrases: str, today: date) -> str | None:
    """What a sentence says beside one of these phrases at its beginning; None where there is none.

    Before the phrase may stand courtesies, and a day.
    """
    words = clean(said[:400]).split()
    plain = [fold_words(word) for word in words]
    for start in range(min(LONGEST_LEAD, len(words)) + 1):
        for size in range(4, 0, -1):
            if " ".join(plain[start : start + size]) in _typed(phrases):
                lead = [word for word in words[:start] if fold_words(word) not in _typed(_POLITE)]
                if lead and mentioned(" ".join(lead), today).rest:
                    return None
                return " ".join([*lead, *words[start + size :]])
    return None


def recent(turn: Turn) -> int | None:
    """The reminder that was said last, where that was not long ago."""
    said = turn.chat.state.get("reminded")
    if not said or turn.now.timestamp() - said["at"] > RECENT.total_seconds():
        return None
    return int(said["id"])


def put_off_until(turn: Turn) -> datetime | None:
    """The moment to which a sentence puts a reminder off, where it names one."""
    for phrases in (AGAIN, REMIND):
        if (wish := beside(turn.said.text, phrases, turn.today)) is not None:
            found = mentioned(wish, turn.today).moments()
            return found[0] if len(found) == 1 and found[0] > turn.now else None
    return None


async def handle(turn: Turn) -> Sequence[Outgoing]:
    match turn.command:
        case "asked":
            return await _asked(turn, beside(turn.said.text, REMIND, turn.today) or "")
        case "wish" | "unwish":
            return await _wish(turn)
        case _:
            return await _begin(turn, turn.chat.state.pop("to remember", {}))


# on a day


async def _asked(turn: Turn, wish: str) -> Sequence[Outgoing]:
    """“thứ 6 gọi cho cán bộ”, “3 ngày trước hội chợ”: what is clear is taken, the rest asked for."""
    before = _before(wish)
    if before is not None:
        named = await _meant(turn, before[1])
        if named is not None:
            return await _which(turn, named, before[0])
    found = mentioned(wish, turn.today)
    return await _begin(turn, _answers(found, turn.now))


def _answers(found: Mentioned, now: datetime) -> dict[str, Any]:
    moments = found.moments()
    known: dict[str, Any] = {}
    words = found.rest
    if len(moments) == 1 and moments[0] > now:
        known["at"] = moments[0].isoformat()
    if len(words) >= 2 and any(letter.isalpha() for letter in words):
        known["text"] = words[:300]
    return known


async def _begin(turn: Turn, known: Mapping[str, Any]) -> list[Outgoing]:
    if not turn.person.agreed:
        turn.chat.state["to remember"] = dict(known)
        return [privacy.question(turn, then="remind:own")]
    return await open_form(turn, form, known)


async def _facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    return {"now": turn.now.isoformat()}


def _to_come(known: Answers, value: Any) -> Sentence | None:
    if datetime.fromisoformat(value) <= datetime.fromisoformat(known["now"]):
        raise UserError(N_("That moment has passed. Please give one that is still to come."))
    return None


async def _noted(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    connection, t = await turn.records(), turn.text
    assert turn.person.id is not None
    at = datetime.fromisoformat(answers["at"])
    await reminders.add_own(connection, turn.person.id, turn.row, answers["text"], at)
    said = t(N_("I remind you {moment}: {text}"), moment=shown_moment(at, t), text=answers["text"])
    drop = Button(t(N_("Do not remind me of it")), data=f"remind:halt:{OWN}:{turn.row}")
    return [Outgoing(said, (drop, _list_button(turn), privacy.back(turn)))]


form = Form(
    "remind",
    N_("A reminder"),
    (
        Question(
            "text",
            N_("What shall I remind you of? For example: call the office about the loan"),
            N_("Reminder"),
            Words(2, 300),
        ),
        Question(
            "at",
            N_("When? For example: friday, 9 am 20/12, in 3 days"),
            N_("When"),
            When(),
            check=_to_come,
        ),
    ),
    _noted,
    facts=_facts,
)


async def _plan(
    connection: AsyncConnection, first: date, last: date, whom: Collection[int] | None
) -> list[Occurrence]:
    return [
        Occurrence(
            one.subject_id,
            one.person_id,
            one.occurs_at,
            day_of(one.occurs_at) + timedelta(days=730),
            one.note,
        )
        for one in await reminders.own(connection, midnight(first), midnight(last + timedelta(days=1)), whom)
    ]


async def _say(turn: Turn, one: Occurrence) -> Sequence[Outgoing]:
    said = turn.text(N_("You asked me to remind you: {text}"), text=one.what)
    return [Outgoing(said, (privacy.back(turn),))]


#: At the moment that was asked for, be it at night.
rule = Rule(OWN, N_("Your own"), "", _plan, _say, catch_up=timedelta(days=3), urgent=True)


# before an event


def _before(wish: str) -> tuple[int, str] | None:
    """How many days before, and the folded words that are left to name what: “3 ngay truoc hoi cho”."""
    units = vocabulary({N_("words: day"): 1, N_("words: week"): 7, N_("words: month"): 30})
    count = rf"(?P<count>[0-9]{{1,3}}|[a-z]+) ?(?P<unit>{any_of(units)})"
    before = any_of(sorted(_typed(_BEFORE)))
    folded = fold_words(wish)
    for pattern in (rf"\b{count} {before}\b", rf"\b{before}\b(?P<what> .*?)? ?\b{count}\b"):
        found = re.search(pattern, folded)
        days = count_of(found["count"]) if found else None
        if found and days and days * units[found["unit"]] <= MOST_DAYS:
            left = f"{folded[: found.start()]} {found.groupdict().get('what') or ''} {folded[found.end() :]}"
            return days * units[found["unit"]], " ".join(left.split())
    return None


async def _meant(turn: Turn, words: str) -> list[Event] | None:
    """The events that are meant: those that are named, else the one looked at last, else the person's own, else all.

    None where the words name something else.
    """
    connection = await turn.records()
    coming = await events.coming(connection, turn.now)
    left = f" {words} "
    for filling in sorted(_typed(_FILLING) | _typed(_POLITE), key=len, reverse=True):
        left = left.replace(f" {filling} ", " ")
    named = set(left.split())
    if named:
        shared = {one.id: len(named & set(fold_words(one.title).split())) for one in coming}
        most = max(shared.values(), default=0)
        return [one for one in coming if shared[one.id] == most] if most else None
    looked = [one for one in coming if one.id == turn.chat.state.get("looked")]
    if looked or turn.person.id is None:
        return looked
    ours = await cooperatives.of_person(connection, turn.person.id)
    live = await registrations.of_cooperative(connection, ours.id) if ours else []
    joined = {one.event_id for one in live if one.live}
    return [one for one in coming if one.id in joined] or coming


async def _which(turn: Turn, meant: Sequence[Event], days: int) -> list[Outgoing]:
    t = turn.text
    if len(meant) == 1:
        turn.then = f"remind:wish:{meant[0].id}:{days}"
        return []
    every = Button(t(N_("All events")), data="event:list")
    if not meant:
        none = t(N_("I do not know which event you mean: none is published at the moment."))
        return [Outgoing(none, (every, privacy.back(turn)))]
    buttons = [Button(one.title, data=f"remind:wish:{one.id}:{days}") for one in meant[:OFFERED]]
    which = t.plural("{count} day before which event?", "{count} days before which event?", days)
    return [Outgoing(which, (*buttons, every, privacy.back(turn)))]


async def _wish(turn: Turn) -> list[Outgoing]:
    """Notes a wish for an event, or takes it back."""
    connection, t = await turn.records(), turn.text
    number, _, days = turn.argument.partition(":")
    found = re.fullmatch("[0-9]{1,15}", number)
    event = await events.get(connection, int(number)) if found else None
    assert turn.person.id is not None
    if event is None or event.state != "open" or event.starts_at <= turn.now:
        gone = t(N_("This event is no longer there."))
        return [Outgoing(gone, (Button(t(N_("All events")), data="event:list"), privacy.back(turn)))]
    if turn.command == "unwish":
        await reminders.unwish(connection, turn.person.id, event.id)
        done = t(N_("All right, I do not remind you of this any more."))
        return [Outgoing(done, (_list_button(turn), privacy.back(turn)))]
    before = int(days) if re.fullmatch("[0-9]{1,3}", days) else 1
    at = morning(day_of(event.starts_at) - timedelta(days=before))
    if at <= turn.now:
        late = t(
            N_("That day has passed already: {title} begins on {day}."),
            title=event.title,
            day=t.day(day_of(event.starts_at)),
        )
        return [
            Outgoing(late, (Button(t(N_("The event")), data=f"event:show:{event.id}"), privacy.back(turn)))
        ]
    await reminders.wish(connection, turn.person.id, event.id, before)
    await reminders.resume(connection, turn.person.id, "wish", event.id, turn.now)
    said = t.plural(
        "I remind you {count} day before {title}: {moment}. If the event is moved, so is this.",
        "I remind you {count} days before {title}: {moment}. If the event is moved, so is this.",
        before,
        title=event.title,
        moment=shown_moment(at, t),
    )
    drop = Button(t(N_("Do not remind me of it")), data=f"remind:unwish:{event.id}")
    return [Outgoing(said, (drop, _list_button(turn), privacy.back(turn)))]


# what is a person's own


async def mine(turn: Turn) -> Sequence[Mine]:
    assert turn.person.id is not None
    return [
        Mine(one.note, shown_moment(one.due_at, turn.text), f"remind:about:{OWN}:{one.subject_id}")
        for one in await reminders.waiting_of(await turn.records(), turn.person.id)
        if one.rule == OWN
    ]


async def forget(turn: Turn) -> None:
    assert turn.person.id is not None
    await reminders.forget(await turn.records(), turn.person.id)


def _list_button(turn: Turn) -> Button:
    return Button(turn.text(N_("My reminders")), data="remind:list")


@cache
def _typed(message: str) -> frozenset[str]:
    return frozenset(word for language in LANGUAGES for word in text(language).typed(message))
