"""Events as officers look after them: made, published, changed, called off; who comes, and who is let in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Button, Incoming, Made, Outgoing
from bot.desk import Card, Decision, Shown
from bot.errors import UserError, Wrong
from bot.forms import Answers, Form, Kind, Question, Sentence
from bot.questions import Day, Document, Many, OneOf, Whole, Words, YesNo
from bot.questions.reading import Typed, any_of, plain, typed, vocabulary
from bot.records import audit, events, registrations, staff, tasks
from bot.records.events import WITH_BOOTHS, Event, Place
from bot.records.registrations import Registration
from bot.records.staff import Officer
from bot.router import Feature, open_form
from bot.text import N_, TIMEZONE, Text, fold
from bot.turn import Turn
from handlers import event_words, privacy
from handlers.event_forms import offer, tell

#: Events and registrations that are listed at a time.
PAGE, ROWS = 5, 12
#: Events that ended longer ago are no longer listed for officers.
LISTED_FOR = timedelta(days=60)


@dataclass(frozen=True)
class Moment(Typed):
    """A day with its time in Vietnam's clock, kept as ISO 8601 with the offset: “8h30 ngày 20/12”."""

    def parse(self, said: Incoming, text: Text, today: date) -> str:
        words = plain(typed(said))
        parts = _parts_of_day()
        found = re.search(
            rf"\b(\d{{1,2}})(?: ?(?:gio|h|g)|(?=:))(?:[:h]?(\d{{2}}))?\b(?: ?({any_of(parts)})\b)?", words
        )
        if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
            raise UserError(N_("Please give the day and the time, for example: 8:00 20/12/2026."))
        rest = f"{words[: found.start()]} {words[found.end() :]}".split()
        while rest and rest[0].strip(",") in _around_a_day():
            rest.pop(0)
        while rest and rest[-1].strip(",") in _around_a_day():
            rest.pop()
        day = Day().parse(replace(said, text=" ".join(rest).strip(" ,")), text, today)
        hour = int(found[1])
        if parts.get(found[3] or "") and hour < 12:
            hour += 12
        moment = datetime.fromisoformat(day).replace(hour=hour, minute=int(found[2] or 0), tzinfo=TIMEZONE)
        return moment.isoformat()

    def show(self, value: Any, text: Text) -> str:
        return text.moment(datetime.fromisoformat(value))


@dataclass(frozen=True)
class Places(Typed):
    """Names and addresses, one a line or parted by “;”, each with the link of its map behind or below it.

    A list of {"name", "map"}, "map" "" where there is none; it comes in one message or one after another.
    """

    least: int = 1
    most: int = 10
    free = True

    def parse(self, said: Incoming, text: Text, today: date) -> list[Any]:
        return self._with([], said, text, today)

    def gather(self, so_far: list[Any], said: Incoming, text: Text, today: date) -> list[Any] | None:
        return self._with(so_far, said, text, today) if said.kind == "text" else None

    def show(self, value: Any, text: Text) -> str:
        return "; ".join(f"{one['name']} {one['map']}".strip() for one in value)

    def _with(self, so_far: list[Any], said: Incoming, text: Text, today: date) -> list[Any]:
        found = {fold(one["name"]): one for one in so_far}
        for line in re.split(r"[\n;]", typed(said, longest=3000)):
            link = re.search(r"https?://[^\s<>\"']{4,480}", line)
            name = (line.replace(link[0], " ") if link else line).strip(" ,.-–•()")
            if name:
                name = Words(3, 300).parse(replace(said, text=" ".join(name.split())), text, today)
                found.setdefault(fold(name), {"name": name, "map": ""})
            if link and not found:
                raise UserError(N_("Please write the name of the place before the link of its map."))
            if link:
                at = fold(name) if name else list(found)[-1]
                found[at] = {**found[at], "map": link[0]}
        if not found:
            raise UserError(N_("Please write where it is, with the province at the end."))
        if len(found) > self.most:
            raise UserError(N_("At most {most} places, please."), {"most": self.most})
        return list(found.values())


@cache
def _parts_of_day() -> dict[str, bool]:
    """Words after a time, and whether they make it one of the afternoon."""
    return vocabulary(
        {N_("words: morning, after a time"): False, N_("words: afternoon or evening, after a time"): True}
    )


@cache
def _around_a_day() -> dict[str, bool]:
    return vocabulary({N_("words: before a day or after a time"): True})


KIND: Kind = OneOf(tuple(event_words.KINDS.items()))
BOOTHS: Kind = Many(tuple(event_words.BOOTHS.items()))


@dataclass(frozen=True)
class Field:
    """What an officer may change of an event; `told` where those who registered have to know."""

    label: str
    kind: Kind
    told: bool = False


FIELDS = {
    "title": Field(N_("Title"), Words(5, 200), told=True),
    "place": Field(N_("Place and address"), Places(), told=True),
    "starts_at": Field(N_("Begins"), Moment(), told=True),
    "ends_at": Field(N_("Ends"), Moment(), told=True),
    "closes_at": Field(N_("Register until"), Moment()),
    "opens_at": Field(N_("Registration opens"), Moment()),
    "capacity": Field(N_("Places or booths"), Whole(0, 100_000)),
    "quota": Field(N_("Most for one cooperative"), Whole(1, 1000)),
    "booths": Field(N_("Kinds of booths"), BOOTHS),
    "audience": Field(N_("For whom"), Words(2, 500)),
    "terms": Field(N_("Costs and support"), Words(2, 1000)),
    "organiser": Field(N_("Organiser"), Words(2, 200)),
    "programme": Field(N_("Programme"), Words(2, 3000)),
    "setup_on": Field(N_("Set up from"), Day()),
    "cleared_on": Field(N_("Cleared until"), Day()),
    "approval": Field(N_("Officers approve each registration"), YesNo()),
}
_MOMENTS = ("starts_at", "ends_at", "closes_at", "opens_at")
_DAYS = ("setup_on", "cleared_on")


async def officer_in_charge(turn: Turn) -> Officer | None:
    """The officer that is speaking, if they are in charge of events."""
    officer = await staff.officer_of(await turn.records(), turn.person.id)
    return officer if officer and officer.fits("events", "") else None


async def handle(turn: Turn) -> Sequence[Outgoing]:
    officer = await officer_in_charge(turn)
    if officer is None:
        return [Outgoing(turn.text(N_("This is for officers of the Alliance.")), (privacy.back(turn),))]
    number, _, more = turn.argument.partition(":")
    if turn.command == "new":
        return await open_form(turn, new, {})
    if turn.command == "list":
        return await listed(turn, int(number) if number.isdecimal() and len(number) < 4 else 0)
    if turn.command == "give":
        return await give(turn, officer, number)
    event = (
        await events.get(await turn.records(), int(number))
        if number.isdecimal() and len(number) <= 15
        else None
    )
    if event is None:
        return await listed(turn, 0)
    match turn.command:
        case "publish":
            return await publish(turn, officer, event)
        case "close":
            return await close(turn, officer, event)
        case "off" if event.state in ("draft", "open"):
            return await open_form(turn, calling_off, {"event": event.id}, event.title)
        case "fields":
            return fields(turn, event, int(more) if more.isdecimal() and len(more) < 3 else 0)
        case "edit" if more in FIELDS and event.state in ("draft", "open"):
            return await open_form(
                turn, editing, {"event": event.id, "field": more}, _now(event, more, turn.text)
            )
        case "add":
            return await open_form(turn, adding, {"event": event.id}, event.title)
        case "people":
            return await registered(turn, event, int(more) if more.isdecimal() and len(more) < 4 else 0)
        case "sheet":
            return [Outgoing(event.title, made=await sheet(turn, event))]
    return [await card(turn, event)]


async def listed(turn: Turn, page: int) -> list[Outgoing]:
    t = turn.text
    found = await events.of_staff(await turn.records(), turn.now - LISTED_FOR)
    shown = found[page * PAGE : (page + 1) * PAGE]
    lines = [f"• {event.title} – {event_words.when(event, t)} – {_state(event, turn)}" for event in shown]
    buttons = [Button(t(N_("New event")), data="events:new")]
    buttons += [Button(event.title, data=f"events:show:{event.id}") for event in shown]
    if len(found) > (page + 1) * PAGE:
        buttons.append(Button(t(N_("More…")), data=f"events:list:{page + 1}"))
    buttons.append(privacy.back(turn))
    lead = t(N_("The Alliance's events:")) if shown else t(N_("There is no event yet."))
    return [Outgoing("\n".join([lead, *lines]), tuple(buttons))]


async def card(turn: Turn, event: Event, lead: str = "") -> Outgoing:
    """An event as officers see it: what members read, how many come, and what may be done."""
    t = turn.text
    found = await registrations.of_event(await turn.records(), event.id)
    counts = Counter(one.state for one in found)
    places: Counter[str] = Counter()
    for one in found:
        places[one.state] += one.places
    lines = [lead, t(N_("State: {state}"), state=_state(event, turn)), await event_words.details(event, turn)]
    lines += [
        f"{t(event_words.STATES[state])}: {counts[state]} ({event_words.places(event, places[state], t)})"
        for state in registrations.LIVE
        if counts[state]
    ]
    if here := sum(one.checked_in_at is not None for one in found):
        lines.append(t(N_("Checked in: {count}"), count=t.number(here)))
    buttons = []
    if event.state == "draft":
        buttons.append(Button(t(N_("Publish")), data=f"events:publish:{event.id}"))
    if event.open_at(turn.now):
        buttons.append(Button(t(N_("Close registration")), data=f"events:close:{event.id}"))
    if found:
        buttons.append(Button(t(N_("Registrations")), data=f"events:people:{event.id}"))
    if event.state in ("draft", "open"):
        buttons.append(Button(t(N_("Change")), data=f"events:fields:{event.id}"))
        buttons.append(Button(t(N_("Add a document")), data=f"events:add:{event.id}"))
        buttons.append(Button(t(N_("Call off")), data=f"events:off:{event.id}"))
    buttons.append(Button(t(N_("All events")), data="events:list"))
    return Outgoing("\n".join(line for line in lines if line), tuple(buttons))


def _state(event: Event, turn: Turn) -> str:
    t = turn.text
    if event.state == "draft":
        return t(N_("draft, not yet shown to members"))
    return event_words.registering(event, turn)


async def publish(turn: Turn, officer: Officer, event: Event) -> list[Outgoing]:
    connection = await turn.records()
    lead = ""
    if await events.move_state(connection, event.id, ("draft",), "open", turn.now):
        await audit.note(connection, "event", event.id, "publish", turn.now, officer=officer.id)
        lead = turn.text(N_("Published; members can register."))
        if event.opens_at and event.opens_at > turn.now:
            moment = turn.text.moment(event.opens_at)
            lead = turn.text(N_("Published; members can register from {moment} on."), moment=moment)
    return await _again(turn, event.id, lead)


async def close(turn: Turn, officer: Officer, event: Event) -> list[Outgoing]:
    """Ends the registration now; who waits goes on waiting for what comes free."""
    connection = await turn.records()
    if event.open_at(turn.now):
        await events.change(connection, event.id, turn.now, closes_at=turn.now)
        await audit.note(connection, "event", event.id, "close", turn.now, officer=officer.id)
    return await _again(turn, event.id, turn.text(N_("Registration is closed.")))


async def _again(turn: Turn, number: int, lead: str) -> list[Outgoing]:
    event = await events.get(await turn.records(), number)
    assert event is not None
    return [await card(turn, event, lead)]


def fields(turn: Turn, event: Event, page: int) -> list[Outgoing]:
    t = turn.text
    names = [name for name in FIELDS if name != "booths" or event.counts_booths]
    shown = names[page * PAGE : (page + 1) * PAGE]
    buttons = [Button(t(FIELDS[name].label), data=f"events:edit:{event.id}:{name}") for name in shown]
    if len(names) > (page + 1) * PAGE:
        buttons.append(Button(t(N_("More…")), data=f"events:fields:{event.id}:{page + 1}"))
    buttons.append(Button(t(N_("Back to the event")), data=f"events:show:{event.id}"))
    return [Outgoing(t(N_("What shall be changed?")), tuple(buttons))]


async def registered(turn: Turn, event: Event, page: int) -> list[Outgoing]:
    """Who comes and who waits, in order of arrival; with a place to give by hand."""
    t = turn.text
    found = await registrations.of_event(await turn.records(), event.id)
    shown = found[page * ROWS : (page + 1) * ROWS]
    lines = [
        f"{number}. {one.cooperative} – {event_words.taking(event, one, t)} – {event_words.state(one, t)}"
        + (" ✓" if one.checked_in_at else "")
        for number, one in enumerate(shown, page * ROWS + 1)
    ]
    buttons = [Button(t(N_("Excel file")), data=f"events:sheet:{event.id}")]
    for one in [one for one in shown if one.state == "waiting"][:4]:
        label = t(N_("Give a place: {cooperative}"), cooperative=one.cooperative)
        buttons.append(Button(label, data=f"events:give:{one.id}"))
    if len(found) > (page + 1) * ROWS:
        buttons.append(Button(t(N_("More…")), data=f"events:people:{event.id}:{page + 1}"))
    buttons.append(Button(t(N_("Back to the event")), data=f"events:show:{event.id}"))
    return [Outgoing("\n".join([event.title, *lines]), tuple(buttons))]


async def give(turn: Turn, officer: Officer, number: str) -> list[Outgoing]:
    """Gives one that waits a place, out of turn; only where there are enough."""
    t = turn.text
    connection = await turn.records()
    one = (
        await registrations.get(connection, int(number)) if number.isdecimal() and len(number) <= 15 else None
    )
    event = await events.get(connection, one.event_id, lock=True) if one else None
    if one is None or event is None:
        return await listed(turn, 0)
    if await registrations.give_place(connection, event, one.id, turn.now):
        await audit.note(connection, "registration", one.id, "give", turn.now, officer=officer.id)
        await tell(connection, one, "granted", turn.now)
        lead = t(N_("{cooperative} has a place and is told so."), cooperative=one.cooperative)
    else:
        lead = t(N_("That was not possible: it no longer waits, or there are too few places."))
    shown = (await registered(turn, event, 0))[0]
    return [replace(shown, text=f"{lead}\n{shown.text}")]


_COLUMNS: tuple[tuple[str, str], ...] = (
    (N_("No."), "number"),
    (N_("Cooperative"), "text"),
    (N_("State"), "text"),
    (N_("Booths or places"), "number"),
    (N_("People"), "number"),
    (N_("Names"), "text"),
    (N_("Booth"), "text"),
    (N_("Goods"), "text"),
    (N_("Electricity"), "text"),
    (N_("Name board"), "text"),
    (N_("Also needed"), "text"),
    (N_("Ticket code"), "text"),
    (N_("Registered on"), "moment"),
    (N_("Checked in on"), "moment"),
)


async def sheet(turn: Turn, event: Event) -> Made:
    """Everybody who registered, as a workbook."""
    t = turn.text
    every = (*registrations.LIVE, "withdrawn", "declined", "lapsed", "called_off")
    found = await registrations.of_event(await turn.records(), event.id, every)
    return Made(
        "sheet",
        f"event-{event.id}.xlsx",
        {
            "title": event.title,
            "sheet": t(N_("Registrations")),
            "columns": [{"label": t(label), "kind": kind} for label, kind in _COLUMNS],
            "rows": [row(one, number, t) for number, one in enumerate(found, 1)],
        },
    )


def columns(t: Text) -> list[str]:
    return [t(label) for label, _ in _COLUMNS]


def row(one: Registration, number: int, t: Text) -> list[str | int | None]:
    """A registration as a row under `columns`."""
    details = one.details
    names = ", ".join(" ".join(part for part in (p["name"], p["phone"]) if part) for p in one.attendees)
    booth = details.get("booth")
    return [
        number,
        one.cooperative,
        t(event_words.STATES[one.state]),
        one.places,
        one.people,
        names,
        t(event_words.BOOTHS[booth]) if booth else "",
        ", ".join(details.get("products", ())),
        details.get("power", ""),
        details.get("board", ""),
        ", ".join(details.get("extras", ())) + (f" ({details['load']} kg)" if "load" in details else ""),
        one.code,
        one.created_at.isoformat(),
        one.checked_in_at.isoformat() if one.checked_in_at else None,
    ]


async def _facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    """What came with the tap that opened the form, and the moment."""
    return {**{key: answers.get(key) for key in ("event", "field")}, "now": turn.now.isoformat()}


def out_of_order(known: Mapping[str, Any]) -> tuple[str, str] | None:
    """Which moment of an event contradicts the others and why, of the ISO texts that are there; None if none does."""
    start, end = known.get("starts_at"), known.get("ends_at")
    closes, opens = known.get("closes_at"), known.get("opens_at")
    setup, cleared = known.get("setup_on"), known.get("cleared_on")
    if start and end and end <= start:
        return "ends_at", N_("The end has to be after the beginning.")
    if start and closes and closes > start:
        return "closes_at", N_("Registration has to end before the event begins.")
    if opens and (closes or start) and opens > (closes or start):
        return "opens_at", N_("Registration has to open before it ends.")
    if start and setup and setup > start[:10]:
        return "setup_on", N_("Setting up has to begin no later than the event.")
    if end and cleared and cleared < end[:10]:
        return "cleared_on", N_("Clearing cannot end before the event does.")
    return None


def _in_order(key: str) -> Callable[[Answers, Any], None]:
    """A check of a moment beside those that were given before it."""

    def check(known: Answers, value: Any) -> None:
        if wrong := out_of_order({**known, key: value}):
            raise UserError(wrong[1])

    return check


def _to_come(known: Answers, value: Any) -> Sentence | None:
    if datetime.fromisoformat(value) <= datetime.fromisoformat(known["now"]):
        raise UserError(N_("That moment has passed. Please give one that is still to come."))
    return None


async def _made(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    officer = await _still_officer(turn)
    if wrong := out_of_order(answers):  # what was given earlier may have been changed since
        raise Wrong(*wrong)
    connection = await turn.records()
    number = await add(connection, answers, turn.now)
    await audit.note(connection, "event", number, "create", turn.now, officer=officer.id)
    return await _again(turn, number, turn.text(N_("Noted as a draft. Publish it when it is right.")))


async def add(connection: AsyncConnection, answers: Mapping[str, Any], at: datetime) -> int:
    """A draft from the answers of the form, or from a row of a spreadsheet."""
    booths = answers.get("booths") or (["standard"] if answers["kind"] in WITH_BOOTHS else [])
    values: dict[str, Any] = {
        "kind": answers["kind"],
        "title": answers["title"],
        "capacity": answers.get("capacity"),
        "quota": answers.get("quota"),
        "booths": ",".join(booths),
        "approval": bool(answers.get("approval")),
        **{name: answers.get(name) or "" for name in ("audience", "terms", "organiser", "programme")},
        **{name: datetime.fromisoformat(answers[name]) for name in _MOMENTS if answers.get(name)},
        **{name: date.fromisoformat(answers[name]) for name in _DAYS if answers.get(name)},
    }
    values.setdefault("closes_at", values["starts_at"])
    if answers.get("state") in ("over", "called_off"):
        values["state"] = answers["state"]
    return await events.add(connection, values, _places(answers["place"]), at)


def _places(answer: Sequence[Mapping[str, str]], before: Sequence[Place] = ()) -> list[Place]:
    """Places as they were given; one that was there before keeps its map where none is given."""
    maps = {fold(place.name): place.map_url for place in before}
    return [Place(one["name"], one["map"] or maps.get(fold(one["name"]), "")) for one in answer]


def given(places: Sequence[Place]) -> list[dict[str, str]]:
    """Places as the answer of their question."""
    return [{"name": place.name, "map": place.map_url} for place in places]


new = Form(
    "eventnew",
    N_("A new event"),
    (
        Question("kind", N_("What is it?"), N_("Kind"), KIND),
        Question(
            "title",
            N_("What is it called? For example: Hội chợ OCOP Tết"),
            FIELDS["title"].label,
            FIELDS["title"].kind,
        ),
        Question(
            "place",
            N_(
                "Where? Name and address, with the province at the end, and the map's link if you have it. "
                "Several places: one a line, or one after another; then Done."
            ),
            FIELDS["place"].label,
            FIELDS["place"].kind,
        ),
        Question(
            "starts_at",
            N_("When does it begin? For example: 8:00 20/12"),
            FIELDS["starts_at"].label,
            Moment(),
            check=_to_come,
        ),
        Question(
            "ends_at",
            N_("When does it end? For example: 17:00 22/12"),
            FIELDS["ends_at"].label,
            Moment(),
            check=_in_order("ends_at"),
        ),
        Question(
            "closes_at",
            N_("Until when can members register? For example: 17:00 10/12"),
            FIELDS["closes_at"].label,
            Moment(),
            check=_in_order("closes_at"),
        ),
        Question(
            "opens_at",
            N_("From when can members register? For example: 8:00 01/12. If at once, tap Skip."),
            FIELDS["opens_at"].label,
            Moment(),
            optional=True,
            check=_in_order("opens_at"),
        ),
        Question(
            "setup_on",
            N_("From which day can booths be set up? For example: 19/12. If it is not settled, tap Skip."),
            FIELDS["setup_on"].label,
            Day(),
            when=lambda known: known.get("kind") in WITH_BOOTHS,
            optional=True,
            check=_in_order("setup_on"),
        ),
        Question(
            "capacity",
            N_("How many places or booths are there? If there is no limit, tap Skip."),
            FIELDS["capacity"].label,
            FIELDS["capacity"].kind,
            optional=True,
        ),
        Question(
            "quota",
            N_("How many at most for one cooperative? If there is no limit, tap Skip."),
            FIELDS["quota"].label,
            FIELDS["quota"].kind,
            optional=True,
        ),
        Question(
            "booths",
            N_("Which kinds of booths are there? Tap all, then Done."),
            FIELDS["booths"].label,
            BOOTHS,
            when=lambda known: known.get("kind") in WITH_BOOTHS,
        ),
        Question(
            "terms",
            N_(
                "Who pays what, and what is supported? With the decision it rests on. If that is open, tap Skip."
            ),
            FIELDS["terms"].label,
            FIELDS["terms"].kind,
            optional=True,
        ),
        Question(
            "approval",
            N_("Shall officers approve each registration?"),
            FIELDS["approval"].label,
            YesNo(),
        ),
    ),
    _made,
    personal=False,
    facts=_facts,
)


def _now(event: Event, name: str, t: Text) -> str:
    """A field with what stands there now."""
    value: Any = {
        "place": given(event.places),
        "booths": list(event.booths),
    }.get(name, getattr(event, name, ""))
    if value in (None, "", []):
        shown = t(N_("(nothing yet)"))
    elif name in (*_MOMENTS, *_DAYS):
        shown = FIELDS[name].kind.show(iso(event, name), t)
    else:
        shown = FIELDS[name].kind.show(value, t)
    return f"{t(FIELDS[name].label)}: {shown}"


async def _edited(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    officer = await _still_officer(turn)
    connection = await turn.records()
    event = await events.get(connection, int(answers["event"]), lock=True)
    if event is None or event.state not in ("draft", "open"):
        raise UserError(N_("This event can no longer be changed."))
    name, value = answers["field"], answers["value"]
    if name == "place":
        await events.set_places(connection, event.id, _places(value, event.places))
        await events.change(connection, event.id, turn.now)
    else:
        _fits(event, name, value)
        if name in _MOMENTS:
            value = datetime.fromisoformat(value)
        elif name in _DAYS:
            value = date.fromisoformat(value)
        elif name == "booths":
            value = ",".join(value)
        await events.change(connection, event.id, turn.now, **{name: value})
    await audit.note(
        connection,
        "event",
        event.id,
        "change",
        turn.now,
        officer=officer.id,
        detail=f"{name}: {FIELDS[name].kind.show(answers['value'], turn.text)}",
    )
    changed = await events.get(connection, event.id)
    assert changed is not None
    if FIELDS[name].told and event.state == "open":
        for one in await registrations.of_event(connection, event.id):
            await tell(connection, one, "changed", turn.now)
    if name == "capacity":
        await offer(connection, changed, turn.now)
    return [await card(turn, changed, turn.text(N_("Changed.")))]


def _fits(event: Event, name: str, value: Any) -> None:
    """Raises `Wrong` where a new moment contradicts one that stands; a beginning may move over all but the end."""
    beside = {
        "starts_at": ("ends_at",),
        "closes_at": ("starts_at", "opens_at"),
        "opens_at": ("starts_at", "closes_at"),
        "ends_at": ("starts_at",),
        "setup_on": ("starts_at",),
        "cleared_on": ("ends_at",),
    }.get(name, ())
    known = {one: found for one in beside if (found := iso(event, one))}
    if wrong := out_of_order({**known, name: value}):
        moved = N_("It would begin after its end. Please change the end first.")
        raise Wrong("value", moved if name == "starts_at" else wrong[1])


def iso(event: Event, name: str) -> str | None:
    """A moment or a day of an event as its kind of question keeps it, in Vietnam's clock; None where it has none."""
    value = getattr(event, name)
    if isinstance(value, datetime):
        value = value.astimezone(TIMEZONE)
    return value.isoformat() if value else None


editing = Form(
    "eventedit",
    N_("Change of an event"),
    (
        Question(
            "value",
            N_("What shall it be from now on?"),
            N_("New"),
            lambda known: FIELDS[known["field"]].kind,
        ),
    ),
    _edited,
    personal=False,
    facts=_facts,
)


async def _called_off(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    officer = await _still_officer(turn)
    connection = await turn.records()
    number = int(answers["event"])
    await events.get(connection, number, lock=True)
    if not await events.move_state(
        connection, number, ("draft", "open"), "called_off", turn.now, answers["reason"]
    ):
        raise UserError(N_("This event can no longer be changed."))
    await audit.note(
        connection, "event", number, "call off", turn.now, officer=officer.id, detail=answers["reason"]
    )
    found = await registrations.of_event(connection, number)
    for one in found:
        await registrations.move(connection, one.id, (one.state,), "called_off", turn.now)
        await tasks.close(connection, "registration", one.id, turn.now)
        await tell(connection, one, "off", turn.now)
    said = turn.text.plural(
        "Called off. {count} registration is closed, and who made it is told.",
        "Called off. {count} registrations are closed, and who made them is told.",
        len(found),
    )
    return await _again(turn, number, said)


calling_off = Form(
    "eventoff",
    N_("Calling off an event"),
    (
        Question(
            "reason",
            N_(
                "Why is it called off? All who registered read this. For example: Bão số 9, hoãn sang năm sau."
            ),
            N_("Reason"),
            Words(2, 500),
        ),
    ),
    _called_off,
    personal=False,
    facts=_facts,
)


async def _added(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    officer = await _still_officer(turn)
    connection = await turn.records()
    number = int(answers["event"])
    for one in answers["file"]:
        await events.add_material(connection, number, one["ref"], one["name"] or "file")
    await audit.note(connection, "event", number, "add file", turn.now, officer=officer.id)
    return await _again(turn, number, turn.text(N_("The document is added.")))


adding = Form(
    "eventfile",
    N_("A document of an event"),
    (
        Question(
            "file",
            N_("Please send the document: a PDF, Word or Excel file, or a photo."),
            N_("Document"),
            Document(),
        ),
    ),
    _added,
    personal=False,
    facts=_facts,
)


async def _still_officer(turn: Turn) -> Officer:
    officer = await officer_in_charge(turn)
    if officer is None:
        raise UserError(N_("This is for officers of the Alliance."))
    return officer


async def _shown(turn: Turn, number: int) -> Shown | None:
    connection = await turn.records()
    one = await registrations.get(connection, number)
    if one is None or one.state != "asked":
        return None
    event = await events.get(connection, one.event_id)
    assert event is not None
    t = turn.text
    names = ", ".join(f"{person['name']} {person['phone']}".strip() for person in one.attendees)
    goods = ", ".join(one.details.get("products", ()))
    text = "\n".join(part for part in (event_words.registered(event, one, t), names, goods) if part)
    decisions = (Decision("approve", N_("Approve")), Decision("decline", N_("Decline"), reason=True))
    return Shown(text, decisions)


async def _decide(turn: Turn, number: int, verb: str, reason: str) -> Sequence[Outgoing]:
    connection = await turn.records()
    one = await registrations.get(connection, number)
    event = await events.get(connection, one.event_id, lock=True) if one else None
    new_state = "confirmed" if verb == "approve" else "declined"
    if one is None or event is None:
        raise UserError(N_("This is settled already; nothing waits here."))
    if not await registrations.move(connection, number, ("asked",), new_state, turn.now, reason):
        raise UserError(N_("This is settled already; nothing waits here."))
    await tell(connection, one, "granted" if verb == "approve" else "declined", turn.now)
    await offer(connection, event, turn.now)
    said = (
        N_("{cooperative} has a place and is told so.")
        if verb == "approve"
        else N_("{cooperative} is told that it could not be.")
    )
    return [Outgoing(turn.text(said, cooperative=one.cooperative), (privacy.back(turn),))]


approving = Card("registration", N_("Registration for an event"), _shown, _decide)

feature = Feature(
    "events",
    handle,
    words={"list": N_("words: the events I look after"), "new": N_("words: a new event")},
    forms=(new, editing, calling_off, adding),
    dialogs={"list": "staff", "new": "staff"},
    cards=(approving,),
)
