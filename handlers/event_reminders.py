"""What people are reminded of around events: what to get ready, a place that is kept for them, how it went."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Button, Outgoing
from bot.hours import quiet, wakes
from bot.policy import REST
from bot.records import events, registrations, reminders
from bot.records.events import WITH_SALES, Event
from bot.records.registrations import Registration
from bot.records.reminders import Occurrence
from bot.reminding import Rule, day_of, midnight, morning
from bot.text import N_, TIMEZONE, Text
from bot.turn import Turn
from handlers import event_words, privacy

#: Days before an event on which those with a place are reminded.
DAYS = (7, 3, 1)
#: Days after its end on which it is asked how it went.
SURVEYED = 3
#: How long before its end an offered place is spoken of, and how much must be left of it in the morning.
OFFER, LEFT = timedelta(hours=4), timedelta(hours=1)
#: The time in the evening at which that is said where there would be no time in the morning.
EVENING = time(21, 0)

#: What to get ready with so many days left, or fewer: where goods are shown, and elsewhere.
_PACK = {
    True: (
        (
            1,
            (
                N_("Ticket code on the phone, identity card of who goes"),
                N_("Goods, price list, change, bags; the payment QR code"),
                N_("Name board, cloth, tape, scissors, water"),
            ),
        ),
        (
            3,
            (
                N_("Goods packed and counted, each with its label"),
                N_("Copies: OCOP and food-safety certificates"),
                N_("Sales book or invoices, name cards"),
                N_("Who drives, who stands at the booth, where you sleep"),
            ),
        ),
        (
            7,
            (
                N_("Goods and labels: what must still be made or printed?"),
                N_("Price list and an introduction of half a page"),
                N_("Certificates: still valid? Make copies"),
            ),
        ),
    ),
    False: (
        (1, (N_("Ticket code on the phone, identity card"), N_("Notebook, pen, your questions on paper"))),
        (
            3,
            (
                N_("Who goes is still free that day"),
                N_("Your questions, and figures of your cooperative that you may need"),
            ),
        ),
        (
            7,
            (
                N_("Keep the day free; tell us if someone else comes"),
                N_("Travel and, from afar, a room for the night"),
            ),
        ),
    ),
}


async def _before(
    connection: AsyncConnection, first: date, last: date, whom: Collection[int] | None
) -> list[Occurrence]:
    spans = [
        (midnight(first + timedelta(days=days)), midnight(last + timedelta(days=days + 1))) for days in DAYS
    ]
    return [
        Occurrence(one.registration, one.person, morning(day), start - timedelta(days=1), one.title)
        for one in await registrations.starting(connection, spans, whom)
        for start in [day_of(one.starts_at)]
        for days in DAYS
        if first <= (day := start - timedelta(days=days)) <= last
    ]


async def _look_up(
    connection: AsyncConnection, some: Sequence[Occurrence]
) -> list[tuple[Registration, Event]]:
    """The registration of each, and its event: what is planned has both."""
    places = await registrations.get_all(connection, {one.subject for one in some})
    there = await events.get_all(connection, {place.event_id for place in places.values()})
    return [(place, there[place.event_id]) for one in some for place in [places[one.subject]]]


async def _say_before(turn: Turn, one: Occurrence) -> Sequence[Outgoing]:
    registration, event = one.about
    t = turn.text
    days = (day_of(event.starts_at) - turn.today).days
    lines = [
        *_headline(event, days, t),
        event_words.taking(event, registration, t),
        *_prepared(registration.details, t),
        t(N_("Ticket code: {code}"), code=registration.code),
        "",
        t(N_("To get ready:")),
        *(f"• {t(thing)}" for thing in packing(event, registration, days)),
    ]
    turn.chat.state["looked"] = event.id
    return [Outgoing("\n".join(lines), _ways(event, registration, t))]


def _headline(event: Event, days: int, t: Text) -> list[str]:
    """How many days are left, when and where; when booths are set up and cleared."""
    lead = (
        t(N_("Tomorrow: {title}"), title=event.title)
        if days == 1
        else t.plural("In {count} day: {title}", "In {count} days: {title}", days, title=event.title)
    )
    when = t(N_("When: {when}"), when=event_words.when(event, t))
    return [lead, when, *event_words.around(event, t), *event_words.where(event, t)]


def _prepared(details: dict[str, Any], t: Text) -> list[str]:
    """What the registration says of the booth."""
    lines = []
    if "booth" in details:
        lines.append(
            t(N_("{what}: {value}"), what=t(N_("Booth")), value=t(event_words.BOOTHS[details["booth"]]))
        )
    if details.get("board"):
        lines.append(t(N_("{what}: {value}"), what=t(N_("Name board")), value=details["board"]))
    if details.get("products"):
        lines.append(t(N_("{what}: {value}"), what=t(N_("Goods")), value=", ".join(details["products"])))
    return lines


def packing(event: Event, registration: Registration, days: int) -> list[str]:
    """What to get ready, as msgids: by the kind of event, the days that are left and what was registered."""
    goods = event.kind in WITH_SALES
    lists = _PACK[goods]
    things = list(next((some for until, some in lists if days <= until), lists[-1][1]))
    details, extras = registration.details, registration.details.get("extras") or ()
    if days <= 3 and details.get("power", "none") != "none":
        things.append(N_("Extension lead and lamps for the socket you asked for"))
    if days <= 7 and "tasting" in extras:
        things.append(N_("For tasting: food-safety papers, small cups, gloves"))
    if "truck" in extras:
        things.append(N_("Goods for the Alliance's lorry: ask the officer for the hour of loading"))
    return things


def _ways(event: Event, registration: Registration, t: Text) -> tuple[Button, ...]:
    return (
        Button(t(N_("Ticket")), data=f"event:ticket:{registration.id}"),
        Button(t(N_("My registration")), data=f"event:mine:{registration.id}"),
        *event_words.maps(event, t),
        Button(t(N_("The event")), data=f"event:show:{event.id}"),
    )


async def _after(
    connection: AsyncConnection, first: date, last: date, whom: Collection[int] | None
) -> list[Occurrence]:
    ago = timedelta(days=SURVEYED)
    told = await registrations.to_survey(
        connection, midnight(first - ago), midnight(last - ago + timedelta(days=1)), whom
    )
    return [
        Occurrence(one.registration, one.person, morning(day), day + timedelta(days=30), one.title)
        for one in told
        for day in [day_of(one.ends_at) + ago]
    ]


async def _say_after(turn: Turn, one: Occurrence) -> Sequence[Outgoing]:
    t = turn.text
    asked = t(N_("How did {title} go for you? A few numbers are enough."), title=one.what)
    return [Outgoing(asked, (Button(t(N_("Tell how it went")), data=f"event:survey:{one.subject}"),))]


async def _offered(
    connection: AsyncConnection, first: date, last: date, whom: Collection[int] | None
) -> list[Occurrence]:
    told = await registrations.offers_ending(
        connection, midnight(first), midnight(last + timedelta(days=2)), whom
    )
    return [
        Occurrence(one.registration, one.person, at, day_of(one.offer_ends_at), one.title)
        for one in told
        if one.offer_ends_at and (at := in_time(one.offer_ends_at, one.changed_at))
    ]


def in_time(ends: datetime, since: datetime) -> datetime | None:
    """When to speak of an offer that stands since a moment and ends at another: some hours before, but by day.

    None where there is no such moment.
    """
    at = (ends - OFFER).astimezone(TIMEZONE).replace(second=0, microsecond=0)
    if quiet(at):
        evening = datetime.combine(at.date() - timedelta(days=at.time() < REST[0]), EVENING, TIMEZONE)
        at = wakes(at) if ends - wakes(at) >= LEFT else evening
    return at if at > since else None


async def _say_offered(turn: Turn, one: Occurrence) -> Sequence[Outgoing]:
    found = await registrations.get(await turn.records(), one.subject)
    if found is None or found.offer_ends_at is None or found.offer_ends_at <= turn.now:
        return []
    t = turn.text
    said = t(
        N_("The place at {title} is kept for you until {moment}. Do you take it?"),
        title=one.what,
        moment=t.moment(found.offer_ends_at),
    )
    return [
        Outgoing(
            said,
            (
                Button(t(N_("Take the place")), data=f"event:accept:{found.id}"),
                Button(t(N_("Leave it to others")), data=f"event:refuse:{found.id}"),
            ),
        )
    ]


async def _wished(
    connection: AsyncConnection, first: date, last: date, whom: Collection[int] | None
) -> list[Occurrence]:
    """What people asked for themselves, where they are not reminded of it at that moment anyway."""
    found = [
        Occurrence(event, who, morning(day), day_of(starts_at) - timedelta(days=1), title)
        for event, who, days, starts_at, title in await reminders.wishes(connection, midnight(first), whom)
        if first <= (day := day_of(starts_at) - timedelta(days=days)) <= last
    ]
    if not found:
        return []
    spans = [(midnight(first), midnight(last + timedelta(days=max(DAYS) + 1)))]
    anyway = {
        (one.event, one.person, morning(day_of(one.starts_at) - timedelta(days=days)))
        for one in await registrations.starting(connection, spans, whom)
        for days in DAYS
    }
    return [one for one in found if (one.subject, one.person, one.at) not in anyway]


async def _say_wished(turn: Turn, one: Occurrence) -> Sequence[Outgoing]:
    event = await events.get(await turn.records(), one.subject)
    if event is None:
        return []
    t = turn.text
    turn.chat.state["looked"] = event.id
    lines = [
        t(N_("You asked me to remind you.")),
        *_headline(event, (day_of(event.starts_at) - turn.today).days, t),
    ]
    return [
        Outgoing(
            "\n".join(lines),
            (Button(t(N_("The event")), data=f"event:show:{event.id}"), privacy.back(turn)),
        )
    ]


RULES = (
    Rule("event", N_("Event"), "events", _before, _say_before, _look_up, catch_up=timedelta(days=1)),
    Rule("survey", N_("How the event went"), "events", _after, _say_after, catch_up=timedelta(days=4)),
    Rule("offer", N_("A place that is kept for you"), "", _offered, _say_offered, catch_up=OFFER),
    Rule("wish", N_("Event, as you asked"), "", _wished, _say_wished, catch_up=timedelta(days=1)),
)
