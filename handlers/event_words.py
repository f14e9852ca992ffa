"""Events in words and as papers: what members and officers read of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.chat import Button, Made
from bot.records import registrations
from bot.records.events import Event
from bot.records.registrations import Registration
from bot.text import N_, TIMEZONE, Text
from bot.turn import Turn

KINDS = {
    "fair": N_("Fair"),
    "week": N_("Supermarket week"),
    "forum": N_("Forum"),
    "training": N_("Training"),
    "visit": N_("Study visit"),
    "conference": N_("Conference"),
}
BOOTHS = {
    "standard": N_("Standard booth, 3×3 m"),
    "half": N_("Half a booth"),
    "land": N_("Open ground"),
    "shared": N_("Goods at the Alliance's shared booth"),
    "display": N_("Goods for display only"),
}
#: These take no booth of their own.
WITHOUT_BOOTH = ("shared", "display")
STATES = {
    "asked": N_("waits for an officer"),
    "confirmed": N_("confirmed"),
    "offered": N_("a place is offered to you"),
    "waiting": N_("on the waiting list"),
    "withdrawn": N_("withdrawn"),
    "declined": N_("declined"),
    "lapsed": N_("closed without a place"),
    "called_off": N_("the event was called off"),
}


def when(event: Event, t: Text) -> str:
    """From when to when, in Vietnam's clock."""
    start, end = event.starts_at.astimezone(TIMEZONE), event.ends_at.astimezone(TIMEZONE)
    if start.date() == end.date():
        return f"{start:%H:%M}–{end:%H:%M} {t.day(start.date())}"
    return f"{t.moment(start)} – {t.moment(end)}"


def places(event: Event, count: int, t: Text) -> str:
    """“2 booths”, “3 people”."""
    if event.counts_booths:
        return t.plural("{count} booth", "{count} booths", count)
    return t.plural("{count} person", "{count} people", count)


def where(event: Event, t: Text) -> list[str]:
    """Lines that say where it is: one, or one a place under their number."""
    if len(event.places) == 1:
        return [t(N_("Where: {place}"), place=event.places[0].name)]
    lead = t.plural("In {count} place:", "In {count} places:", len(event.places))
    return [lead, *(f"• {place.name}" for place in event.places)] if event.places else []


def first_place(event: Event, t: Text) -> str:
    """The place for a line of a list, and how many there are beside it."""
    more = len(event.places) - 1
    if more < 1:
        return event.place
    first = event.places[0].name
    return t.plural("{place} and {count} more place", "{place} and {count} more places", more, place=first)


def maps(event: Event, t: Text) -> tuple[Button, ...]:
    """The way to the map; to a list, where several places have one."""
    links = [place.map_url for place in event.places if place.map_url]
    if len(links) > 1:
        return (Button(t(N_("Maps")), data=f"event:maps:{event.id}"),)
    return tuple(Button(t(N_("Map")), url=link) for link in links)


def around(event: Event, t: Text) -> list[str]:
    """Lines that say from when to when booths are set up and cleared."""
    lines = []
    if event.setup_on:
        lines.append(t(N_("Setting up: from {day}"), day=t.day(event.setup_on)))
    if event.cleared_on:
        lines.append(t(N_("To be cleared by: {day}"), day=t.day(event.cleared_on)))
    return lines


def registering(event: Event, turn: Turn) -> str:
    """Until when one may register, or why one may not."""
    t, at = turn.text, turn.now
    if event.state == "called_off":
        return t(N_("Called off: {reason}"), reason=event.reason)
    if event.ends_at <= at:
        return t(N_("It is over."))
    if event.opens_at and at < event.opens_at:
        return t(N_("Registration opens at {moment}."), moment=t.moment(event.opens_at))
    if not event.open_at(at):
        return t(N_("Registration closed at {moment}."), moment=t.moment(event.closes_at))
    return t(N_("Register by {moment}."), moment=t.moment(event.closes_at))


async def details(event: Event, turn: Turn) -> str:
    """All that a member reads of an event."""
    t = turn.text
    free = await registrations.left(await turn.records(), event)
    lines = [
        f"{t(KINDS[event.kind])}: {event.title}",
        t(N_("When: {when}"), when=when(event, t)),
        *where(event, t),
        *around(event, t),
        registering(event, turn),
    ]
    if event.open_at(turn.now):
        if free == 0:
            lines.append(t(N_("It is full; you can join the waiting list.")))
        elif free is not None:
            lines.append(t(N_("Still free: {places}."), places=places(event, free, t)))
        if event.quota:
            lines.append(
                t(N_("At most for one cooperative: {places}."), places=places(event, event.quota, t))
            )
    if event.booths:
        lines.append(t(N_("Booths: {kinds}"), kinds=", ".join(t(BOOTHS[one]) for one in event.booths)))
    for label, value in (
        (N_("For whom: {text}"), event.audience),
        (N_("Costs and support: {text}"), event.terms),
        (N_("Organiser: {text}"), event.organiser),
    ):
        if value:
            lines.append(t(label, text=value))
    if event.example:
        lines.append(t(N_("(This is an example, not a real event.)")))
    return "\n".join(lines)


def state(one: Registration, t: Text) -> str:
    """How a registration stands."""
    if one.state == "offered" and one.offer_ends_at:
        return t(N_("a place is offered until {moment}"), moment=t.moment(one.offer_ends_at))
    return t(STATES[one.state])


def registered(event: Event, one: Registration, t: Text) -> str:
    """All that a member reads of their registration."""
    lines = [
        f"{t(KINDS[event.kind])}: {event.title}",
        t(N_("When: {when}"), when=when(event, t)),
        *where(event, t),
        *around(event, t),
        f"{one.cooperative}: {taking(event, one, t)}",
        t(N_("State: {state}"), state=state(one, t)),
        t(N_("Ticket code: {code}"), code=one.code),
    ]
    if one.reason:
        lines.append(t(N_("Reason: {reason}"), reason=one.reason))
    return "\n".join(lines)


def taking(event: Event, one: Registration, t: Text) -> str:
    """“2 booths, 3 people”, or the kind of booth where it takes none."""
    people = t.plural("{count} person", "{count} people", one.people)
    if not event.counts_booths:
        return people
    booth = places(event, one.places, t) if one.places else t(BOOTHS[one.details["booth"]])
    return f"{booth}, {people}"


def ticket(event: Event, one: Registration, turn: Turn) -> Made:
    """The ticket as a picture, with a code that leads officers to checking it in."""
    t = turn.text
    rows = [
        (t(N_("When")), when(event, t)),
        *where_on_paper(event, t),
        (t(N_("Cooperative")), one.cooperative),
        (t(N_("Registered")), taking(event, one, t)),
    ]
    base = turn.settings.address
    tone = "good" if one.state == "confirmed" else "waiting" if one.live else "off"
    values: dict[str, Any] = {
        "heading": t(N_("Ticket")),
        "event": event.title,
        "rows": [list(row) for row in rows],
        "number_label": t(N_("Ticket code")),
        "number": one.code,
        "state": state(one, t),
        "tone": tone,
        "url": f"{base.rstrip('/')}/t/{one.code}",
        "scan": t(N_("Show this at the entrance")),
    }
    if event.example:
        values["example"] = t(N_("Example"))
    return Made("ticket", f"{one.code}.png", values)


def where_on_paper(event: Event, t: Text) -> list[tuple[str, str]]:
    """A row a place, numbered where there are several."""
    if len(event.places) == 1:
        return [(t(N_("Where")), event.place)]
    return [
        (t(N_("Place {number}"), number=number), place.name) for number, place in enumerate(event.places, 1)
    ]


def calendar(event: Event, t: Text) -> Made:
    """The event for the calendar of a phone; called off, it is struck out there."""
    entry: dict[str, Any] = {
        "uid": f"event-{event.id}@coopbot",
        "title": event.title,
        "start": event.starts_at.isoformat(),
        "end": max(event.ends_at, event.starts_at + timedelta(minutes=1)).isoformat(),
        "place": event.place,
        "about": "\n".join([*_maps(event), *around(event, t), *([event.terms] if event.terms else [])]),
        "sequence": event.sequence,
        "cancelled": event.state == "called_off",
        "remind": [7 * 24 * 60, 24 * 60],
    }
    if url := next((place.map_url for place in event.places if place.map_url), ""):
        entry["url"] = url
    return Made(
        "calendar", f"event-{event.id}.ics", {"events": [entry], "stamp": event.changed_at.isoformat()}
    )


def _maps(event: Event) -> list[str]:
    """Where there are several places, each with its map: a calendar has room for one link."""
    return [
        f"{place.name}: {place.map_url}" for place in event.places if place.map_url and len(event.places) > 1
    ]
