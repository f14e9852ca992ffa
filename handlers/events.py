"""Fairs, forums, trainings and their like: what is coming, registering, the ticket, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Button, Incoming, Media, Outgoing
from bot.errors import UserError
from bot.forms import ROOM
from bot.knowledge.syllables import decode, is_syllable
from bot.questions import Province, count_in
from bot.records import audit, cooperatives, events, registrations, staff, tasks
from bot.records.cooperatives import Cooperative
from bot.records.events import WITH_SALES, Event
from bot.records.registrations import Registration
from bot.router import Feature, Mine, open_form
from bot.text import LANGUAGES, N_, TIMEZONE, fold, text
from bot.turn import Turn
from handlers import cooperative, event_forms, event_reminders, event_words, privacy
from handlers.event_forms import NOT_YOURS, offer, own, tell

#: Events on one page of a list; each has a button.
PAGE = 5
#: Words of a message that can still be a request; longer ones tell a story.
LONGEST_REQUEST = 24

#: What people call each kind of event, and which kinds that is.
_CALLED = {
    "week": N_("words: a supermarket week, in a sentence"),
    "fair": N_("words: a fair, in a sentence"),
    "training": N_("words: a training, in a sentence"),
    "visit": N_("words: a study visit, in a sentence"),
    "forum": N_("words: a forum, in a sentence"),
    "conference": N_("words: a conference, in a sentence"),
    "": N_("words: an event, in a sentence"),
}
_KINDS = {"fair": ("fair", "week"), "": tuple(event_words.KINDS)}
_WITHDRAWS = N_("words: to withdraw from an event, in a sentence")
_REGISTERS = N_("words: to register for an event, in a sentence")
_LOOKS = N_("words: whether and when there is an event, in a sentence")
_LEARNS = N_("words: rules and costs of events, in a sentence")
_MONTHS = {
    0: N_("words: this month, in a sentence"),
    1: N_("words: next month, in a sentence"),
}
_WEEKS = {
    0: N_("words: this week, in a sentence"),
    1: N_("words: next week, in a sentence"),
}
_MONTH = N_("words: month before its number")
_IN = N_("words: in, before the name of a place")

#: A ticket's code as it is typed.
_CODE = re.compile(r"(?:ve |ticket |billet |ma )?(t[a-z]{3}[0-9][a-z0-9][0-9])")


@dataclass(frozen=True)
class Wanted:
    """What a list is to show: a kind ("" is all), from and to a day, a province's code (0 is all)."""

    kind: str = ""
    first: date | None = None
    last: date | None = None
    province: int = 0
    page: int = 0

    def data(self) -> str:
        """As the argument of a button."""
        days = f"{self.first:%Y%m%d}-{self.last:%Y%m%d}" if self.first and self.last else ""
        return f"event:list:{self.kind}.{days}.{self.province}.{self.page}"

    @classmethod
    def of(cls, argument: str) -> Wanted:
        found = re.fullmatch(r"([a-z]{0,10})\.(?:(\d{8})-(\d{8}))?\.(\d{1,3})\.(\d{1,3})", argument)
        if not found or found[1] not in _CALLED:
            return cls()
        try:
            first, last = (
                datetime.strptime(day, "%Y%m%d").replace(tzinfo=TIMEZONE).date() if day else None
                for day in found.group(2, 3)
            )
        except ValueError:
            return cls()
        return cls(found[1], first, last, int(found[4]), int(found[5]))


def leads(typed: str) -> str | None:
    """The command that a sentence about an event asks for; None where it asks how things are done."""
    said = _said(typed)
    if _CODE.fullmatch(said):
        return "code"
    kind = _kind(said)
    if kind is None or len(said.split()) > LONGEST_REQUEST or _has(_LEARNS, said):
        return None
    if _has(_WITHDRAWS, said):
        return "cancel"
    if _has(_LOOKS, said) or _has(_REGISTERS, said) or _period(said, date(2000, 1, 1)):
        return {"fair": "fair", "week": "fair", "training": "training"}.get(kind, "find")
    return None


async def handle(turn: Turn) -> Sequence[Outgoing]:
    match turn.command:
        case "list" | "events":
            return await listed(turn, Wanted.of(turn.argument))
        case "fair" | "training" | "find":
            return await asked(turn)
        case "show":
            return await show(turn)
        case "join":
            return await join(turn)
        case "ics" | "maps" | "programme" | "files" as what:
            return await papers(turn, what)
        case "code":
            found = _CODE.fullmatch(_said(turn.said.text))
            return await scanned(turn, found[1] if found else turn.argument)
        case "scan":
            return await scanned(turn, turn.argument)
        case "cancel":
            return await withdraw_in_words(turn)
        case "accept" | "refuse" if not turn.argument:
            return await answered_in_words(turn)
        case _:
            return await of_mine(turn)


async def listed(turn: Turn, wanted: Wanted) -> list[Outgoing]:
    """What is coming, as it was asked for; honest where there is nothing."""
    t = turn.text
    found = await _found(turn, wanted)
    if not found:
        text = t(N_("No such event is published at the moment. I can show you everything that is coming."))
        if not await _found(turn, Wanted()):
            text = t(N_("No event is published at the moment. An officer can tell you what is planned."))
        everything = Button(t(N_("All events")), data=Wanted().data())
        officer = Button(t(N_("Talk to an officer")), data="person:ask")
        return [Outgoing(text, (everything, officer, privacy.back(turn)))]
    shown = found[wanted.page * PAGE : (wanted.page + 1) * PAGE] or found[:PAGE]
    lines = [await _line(turn, event) for event in shown]
    buttons = [Button(event.title, data=f"event:show:{event.id}") for event in shown]
    if len(found) > (wanted.page + 1) * PAGE:
        buttons.append(Button(t(N_("More…")), data=replace(wanted, page=wanted.page + 1).data()))
    if wanted != Wanted(page=wanted.page):
        buttons.append(Button(t(N_("All events")), data=Wanted().data()))
    buttons.append(privacy.back(turn))
    return [Outgoing("\n\n".join([t(N_("Coming events:")), *lines]), tuple(buttons))]


async def asked(turn: Turn) -> list[Outgoing]:
    """A sentence: registers where that is what it says, else shows what is coming."""
    said = _said(turn.said.text)
    first, last = _period(said, turn.today) or (None, None)
    wanted = Wanted(_kind(said) or "", first, last, _province(said))
    if _has(_LOOKS, said) or not _has(_REGISTERS, said):
        return await listed(turn, wanted)
    found = [event for event in await _found(turn, wanted) if event.open_at(turn.now)]
    named = _named(said, found)
    answers = {
        "booths": count_in(turn.said.text, _typed(N_("words: booths after a number"))),
        "people": count_in(turn.said.text, _typed(N_("words: people after a number"))),
    }
    turn.chat.state["wanted"] = {key: value for key, value in answers.items() if value}
    if len(named) == 1:
        turn.then = f"event:join:{named[0].id}"
        return []
    if not named:
        return await listed(turn, wanted)
    buttons = [Button(event.title, data=f"event:join:{event.id}") for event in named[: PAGE + 1]]
    which = turn.text(N_("Which event shall I register you for?"))
    return [Outgoing(which, (*buttons, privacy.back(turn)))]


async def show(turn: Turn) -> list[Outgoing]:
    t = turn.text
    event = await _event(turn, turn.argument)
    if event is None:
        return _gone(turn)
    turn.chat.state["looked"] = event.id
    buttons = []
    known = await _registration(turn, event)
    if known:
        buttons.append(Button(t(N_("My registration")), data=f"event:mine:{known.id}"))
    elif event.open_at(turn.now):
        buttons.append(Button(t(N_("Register")), data=f"event:join:{event.id}"))
    buttons += event_words.maps(event, t)
    buttons.append(Button(t(N_("Add to calendar")), data=f"event:ics:{event.id}"))
    if event.programme:
        buttons.append(Button(t(N_("Programme")), data=f"event:programme:{event.id}"))
    if await events.materials(await turn.records(), event.id):
        buttons.append(Button(t(N_("Documents")), data=f"event:files:{event.id}"))
    buttons += [Button(t(N_("All events")), data=Wanted().data()), privacy.back(turn)]
    return [Outgoing(await event_words.details(event, turn), tuple(buttons))]


async def papers(turn: Turn, what: str) -> list[Outgoing]:
    """What belongs to an event: its calendar entry, its maps, its programme, its files."""
    t = turn.text
    event = await _event(turn, turn.argument)
    if event is None:
        return _gone(turn)
    back = Button(t(N_("Back to the event")), data=f"event:show:{event.id}")
    if what == "ics":
        text = t(N_("Open this file to put the event into your calendar."))
        return [Outgoing(text, (back,), made=event_words.calendar(event, t))]
    if what == "maps":
        mapped = [place for place in event.places if place.map_url]
        buttons = [Button(place.name, url=place.map_url) for place in mapped[: ROOM - 1]]
        rest = [f"{place.name}: {place.map_url}" for place in mapped[ROOM - 1 :]]
        return [Outgoing("\n".join([event.title, *event_words.where(event, t), *rest]), (*buttons, back))]
    if what == "programme":
        return [Outgoing(event.programme or t(N_("There is no programme yet.")), (back,))]
    connection = await turn.records()
    found = [
        Outgoing(name, file=Media(stored, name))
        for stored, name in await events.materials(connection, event.id)
    ]
    if not found:
        return [Outgoing(t(N_("There are no documents yet.")), (back,))]
    return [*found[:10], Outgoing(t(N_("These are all documents.")), (back,))]


async def join(turn: Turn) -> list[Outgoing]:
    """Opens the registration, with what is known filled in."""
    t = turn.text
    event = await _event(turn, turn.argument)
    if event is None:
        return _gone(turn)
    if not event.open_at(turn.now):
        text = f"{event.title}: {event_words.registering(event, turn)}"
        everything = Button(t(N_("All events")), data=Wanted().data())
        return [Outgoing(text, (everything, Button(t(N_("Talk to an officer")), data="person:ask")))]
    found = await cooperative.needed(turn, f"event:join:{event.id}")
    if not isinstance(found, Cooperative):
        return found
    known = await registrations.live_of(await turn.records(), event.id, found.id)
    if known:
        return await _card(turn, event, known)
    wanted = turn.chat.state.pop("wanted", {})
    answers: dict[str, object] = {"event": str(event.id)}
    if event.counts_booths:
        answers |= {
            key: value
            for key, value in wanted.items()
            if (isinstance(value, int) and 1 <= value <= (event.quota or event_forms.MOST_BOOTHS))
            or (key == "people" and 1 <= value <= event_forms.MOST_PEOPLE)
        }
        if turn.person.name and turn.person.phone:
            answers["contact"] = [{"name": turn.person.name, "phone": turn.person.phone}]
    lines = (event.title, event_words.when(event, t), *event_words.where(event, t), event.terms)
    before = "\n".join(line for line in lines if line)
    return await open_form(turn, event_forms.form_for(event), answers, before)


async def of_mine(turn: Turn) -> Sequence[Outgoing]:
    """All that is about one registration of the person's own, whether they tapped or are told."""
    found = await own(turn, turn.argument)
    if found is None:
        if turn.said.kind == "notice":
            return []
        return [Outgoing(turn.text(NOT_YOURS), (privacy.back(turn),))]
    one, event, _ = found
    turn.chat.state["looked"] = event.id
    t = turn.text
    match turn.command:
        case "ticket":
            return [
                Outgoing(event_words.registered(event, one, t), made=event_words.ticket(event, one, turn))
            ]
        case "change" if one.live:
            before = event_words.registered(event, one, t)
            return await open_form(turn, event_forms.change, {"registration": one.id}, before)
        case "withdraw" if one.live:
            sure = t(
                N_("Withdraw from {title}? The place goes to the next one, and cannot be taken back."),
                title=event.title,
            )
            yes = Button(t(N_("Yes, withdraw")), data=f"event:withdrawn:{one.id}")
            return [Outgoing(sure, (yes, Button(t(N_("No, keep it")), data=f"event:mine:{one.id}")))]
        case "withdrawn" if one.live:
            return await withdraw(turn, event, one)
        case "accept" | "refuse" if one.state == "offered" or turn.said.kind == "tap":
            return await answer_offer(turn, event, one)
        case "survey" if _to_tell(turn, event, one):
            asked_for = t(N_("How did {title} go for you? A few numbers are enough."), title=event.title)
            return await open_form(turn, event_forms.survey, {"registration": one.id}, asked_for)
        case "offer" if turn.said.kind == "notice" and one.state != "offered":
            return []  # it was taken, or left, before it was told
        case "offer" | "granted" | "declined" | "lapsed" | "changed" | "off" if turn.said.kind == "notice":
            return await _told(turn, event, one)
    return await _card(turn, event, one)


async def _card(turn: Turn, event: Event, one: Registration) -> list[Outgoing]:
    t = turn.text
    buttons = []
    ahead = event.state == "open" and event.starts_at > turn.now
    if one.state == "offered":
        buttons.append(Button(t(N_("Take the place")), data=f"event:accept:{one.id}"))
        buttons.append(Button(t(N_("Leave it to others")), data=f"event:refuse:{one.id}"))
    if one.state == "confirmed":
        buttons.append(Button(t(N_("Ticket")), data=f"event:ticket:{one.id}"))
    if _to_tell(turn, event, one):
        result = await registrations.result(await turn.records(), one.id)
        if result is None:
            buttons.append(Button(t(N_("Tell how it went")), data=f"event:survey:{one.id}"))
        elif result.left:
            buttons.append(event_forms.next_contract(one, result, t))
    if one.live and ahead:
        buttons.append(Button(t(N_("Change")), data=f"event:change:{one.id}"))
        buttons.append(Button(t(N_("Withdraw")), data=f"event:withdraw:{one.id}"))
    buttons += [Button(t(N_("The event")), data=f"event:show:{event.id}"), privacy.back(turn)]
    return [Outgoing(event_words.registered(event, one, t), tuple(buttons))]


def _to_tell(turn: Turn, event: Event, one: Registration) -> bool:
    """Whether there is something to tell of what was sold and signed."""
    return one.state == "confirmed" and event.ends_at <= turn.now and event.kind in WITH_SALES


async def _told(turn: Turn, event: Event, one: Registration) -> list[Outgoing]:
    """What is said without being asked: what happened, and how it stands now."""
    t = turn.text
    lead = {
        "offer": N_("A place has come free for you. Please take it in time, or it goes to the next one."),
        "granted": N_("You have a place."),
        "declined": N_("The organiser could not give you a place."),
        "lapsed": N_("The offered place was not taken in time and went to the next one."),
        "changed": N_("This event has changed. Please look at the times and the place again."),
        "off": N_("This event was called off; your registration is closed. You need not do anything."),
    }[turn.command]
    shown = (await _card(turn, event, one))[0]
    if turn.command == "off":
        reason = t(N_("Reason: {reason}"), reason=event.reason)
        shown = replace(shown, text=f"{event.title}, {event_words.when(event, t)}\n{reason}")
    made = None
    if turn.command in ("changed", "off"):
        made = event_words.calendar(event, t)
    elif turn.command == "granted" and one.state == "confirmed":
        made = event_words.ticket(event, one, turn)
    return [replace(shown, text=f"{t(lead)}\n{shown.text}", made=made)]


async def withdraw(turn: Turn, event: Event, one: Registration) -> list[Outgoing]:
    connection = await turn.records()
    locked = await events.get(connection, event.id, lock=True)
    assert locked is not None
    if await registrations.move(connection, one.id, registrations.LIVE, "withdrawn", turn.now):
        await audit.note(connection, "registration", one.id, "withdraw", turn.now)
        await tasks.close(connection, "registration", one.id, turn.now)
        await offer(connection, locked, turn.now)
    done = turn.text(N_("You are withdrawn from {title}. Thank you for telling in time."), title=event.title)
    return [Outgoing(done, (privacy.back(turn),))]


async def withdraw_in_words(turn: Turn) -> list[Outgoing]:
    """“bỏ đăng ký hội chợ giúp em”: asks for a yes, or which one is meant."""
    kind = _kind(_said(turn.said.text)) or ""
    mine = [
        (one, event)
        for one, event in await _registered(turn)
        if one.live and event.ends_at > turn.now and event.kind in _KINDS.get(kind, (kind,))
    ]
    return await _one_of(
        turn,
        mine,
        "withdraw",
        N_("Which registration shall I withdraw?"),
        N_("You have no registration for this."),
    )


async def answered_in_words(turn: Turn) -> list[Outgoing]:
    mine = [(one, event) for one, event in await _registered(turn) if one.state == "offered"]
    return await _one_of(
        turn,
        mine,
        turn.command,
        N_("Which place do you mean?"),
        N_("No place is offered to you at the moment."),
    )


async def _one_of(
    turn: Turn, found: Sequence[tuple[Registration, Event]], command: str, which: str, none: str
) -> list[Outgoing]:
    t = turn.text
    if len(found) == 1:
        turn.then = f"event:{command}:{found[0][0].id}"
        return []
    if not found:
        everything = Button(t(N_("All events")), data=Wanted().data())
        return [Outgoing(t(none), (everything, privacy.back(turn)))]
    buttons = [Button(event.title, data=f"event:{command}:{one.id}") for one, event in found[: PAGE + 1]]
    return [Outgoing(t(which), (*buttons, privacy.back(turn)))]


async def answer_offer(turn: Turn, event: Event, one: Registration) -> list[Outgoing]:
    """Takes an offered place, or leaves it to the next one."""
    t = turn.text
    connection = await turn.records()
    locked = await events.get(connection, event.id, lock=True)
    assert locked is not None
    if turn.command == "refuse":
        if await registrations.move(connection, one.id, ("offered",), "withdrawn", turn.now):
            await audit.note(connection, "registration", one.id, "refuse", turn.now)
            await offer(connection, locked, turn.now)
            said = t(N_("All right, the place goes to the next one."))
            return [Outgoing(said, (privacy.back(turn),))]
    elif (
        one.offer_ends_at
        and one.offer_ends_at > turn.now
        and await registrations.accept(connection, locked, one.id, turn.now)
    ):
        await audit.note(connection, "registration", one.id, "accept", turn.now)
        taken = await registrations.get(connection, one.id)
        assert taken is not None
        return [await event_forms.said_after(turn, locked, taken)]
    late = Outgoing(t(N_("This offer is over.")))
    return [late, *await _card(turn, event, one)]


async def scanned(turn: Turn, code: str) -> list[Outgoing]:
    """A ticket's code: an officer checks it in, its owner sees it, nobody else learns anything."""
    t = turn.text
    connection = await turn.records()
    one = await registrations.by_code(connection, code.upper()) if len(code) <= 8 else None
    officer = await staff.officer_of(connection, turn.person.id)
    if one and not (officer and officer.fits("events", "")):
        turn.argument = str(one.id)
        found = await own(turn, turn.argument)
        if found:
            return await _card(turn, found[1], found[0])
        return [
            Outgoing(t(N_("This ticket is not yours. Yours are under “my things”.")), (privacy.back(turn),))
        ]
    event = await events.get(connection, one.event_id) if one else None
    if one is None or event is None:
        wrong = t(N_("I know no ticket with this code. Please look at it again."))
        return [Outgoing(wrong, (privacy.back(turn),))]
    assert officer is not None
    if one.state != "confirmed" or event.state == "called_off":
        lead = t(N_("No entry: {state}."), state=event_words.state(one, t))
    elif one.checked_in_at:
        lead = t(N_("Checked in already at {moment}."), moment=t.moment(one.checked_in_at))
    elif turn.today < event.days()[0]:
        lead = t(N_("Too early: it begins on {day}."), day=t.day(event.days()[0]))
    else:
        await registrations.check_in(connection, one.id, turn.now)
        await audit.note(connection, "registration", one.id, "check in", turn.now, officer=officer.id)
        lead = t(N_("Checked in."))
    names = ", ".join(person["name"] for person in one.attendees)
    return [
        Outgoing(
            "\n".join(part for part in (lead, event_words.registered(event, one, t), names) if part),
            (privacy.back(turn),),
        )
    ]


async def mine(turn: Turn) -> list[Mine]:
    return [
        Mine(event.title, event_words.state(one, turn.text), f"event:mine:{one.id}")
        for one, event in (await _registered(turn))[:20]
    ]


async def forget(turn: Turn) -> None:
    """Withdraws what the person registered that is still to come, and empties whom they named."""
    connection = await turn.records()
    assert turn.person.id is not None
    for one, event in await _registered(turn):
        if one.live and one.person_id == turn.person.id and event.ends_at > turn.now:
            await withdraw(turn, event, one)
    await registrations.forget(connection, turn.person.id)


async def end_offers(connection: AsyncConnection, at: datetime) -> None:
    """Offers that nobody took in time go to the next one."""
    for one in await registrations.expired_offers(connection, at):
        event = await events.get(connection, one.event_id, lock=True)
        assert event is not None
        if await registrations.move(connection, one.id, ("offered",), "lapsed", at):
            await audit.note(connection, "registration", one.id, "lapse", at)
            await tell(connection, one, "lapsed", at)
            await offer(connection, event, at)


async def end_events(connection: AsyncConnection, at: datetime) -> None:
    """What has ended is over, and so is its waiting list."""
    for number in await events.ended(connection, at):
        if await events.move_state(connection, number, ("open",), "over", at):
            for one in await registrations.of_event(connection, number, ("waiting", "offered", "asked")):
                await registrations.move(connection, one.id, (one.state,), "lapsed", at)
                await tasks.close(connection, "registration", one.id, at)


async def _registered(turn: Turn) -> list[tuple[Registration, Event]]:
    """The registrations of the person's cooperative with their events, newest first."""
    if turn.person.id is None:
        return []
    connection = await turn.records()
    found = await cooperatives.of_person(connection, turn.person.id)
    if found is None:
        return []
    pairs = []
    for one in await registrations.of_cooperative(connection, found.id):
        event = await events.get(connection, one.event_id)
        assert event is not None
        pairs.append((one, event))
    return pairs


async def _registration(turn: Turn, event: Event) -> Registration | None:
    return next((one for one, of in await _registered(turn) if of.id == event.id and one.live), None)


async def _event(turn: Turn, number: str) -> Event | None:
    """A published event by its number; drafts are for officers."""
    if not number.isdecimal() or len(number) > 15:
        return None
    event = await events.get(await turn.records(), int(number))
    return event if event and event.state != "draft" else None


def _gone(turn: Turn) -> list[Outgoing]:
    t = turn.text
    gone = t(N_("This event is no longer there."))
    return [Outgoing(gone, (Button(t(N_("All events")), data=Wanted().data()), privacy.back(turn)))]


async def _found(turn: Turn, wanted: Wanted) -> list[Event]:
    between = None
    if wanted.first and wanted.last:
        day = timedelta(days=1)
        between = (
            datetime.combine(wanted.first, time(), TIMEZONE),
            datetime.combine(wanted.last, time(), TIMEZONE) + day,
        )
    kinds = _KINDS.get(wanted.kind, (wanted.kind,))
    found = await events.coming(await turn.records(), turn.now, kinds=kinds, between=between)
    return [event for event in found if not wanted.province or _is_in(event, wanted.province)]


def _is_in(event: Event, province: int) -> bool:
    names = [place.name for place in event.places]
    ends = (
        _province_of(_said(name.rpartition(",")[2])) for name in names
    )  # an address ends with its province
    return province in ends or any(_province(_said(f"o {name}")) == province for name in names)


async def _line(turn: Turn, event: Event) -> str:
    t = turn.text
    free = await registrations.left(await turn.records(), event)
    parts = [
        event.title,
        f"{event_words.when(event, t)}, {event_words.first_place(event, t)}",
        event_words.registering(event, turn),
    ]
    if event.open_at(turn.now) and free is not None:
        parts[-1] += " " + (
            t(N_("Still free: {places}."), places=event_words.places(event, free, t))
            if free
            else t(N_("It is full; you can join the waiting list."))
        )
    return "• " + "\n".join(parts)


def _named(said: str, found: Sequence[Event]) -> list[Event]:
    """Those whose titles share most words with a message, beyond what any such event is called."""
    common = {word for message in _CALLED.values() for name in _typed(message) for word in name.split()}
    words = set(said.split()) - common
    shared = {event.id: len(words & (set(fold(event.title).split()) - common)) for event in found}
    most = max(shared.values(), default=0)
    return [event for event in found if shared[event.id] == most]


def _said(typed: str) -> str:
    """Folded and without punctuation; Telex and VNI are decoded where it names no event as it stands."""
    words = re.findall(r"[\w/]+", typed[:400])
    plain = " ".join(fold(word) for word in words)
    if _kind(plain) is not None:
        return plain
    return " ".join(fold(word if is_syllable(fold(word)) else decode(word.lower()) or word) for word in words)


@cache
def _typed(message: str) -> frozenset[str]:
    return frozenset(word for language in LANGUAGES for word in text(language).typed(message))


def _has(message: str, said: str) -> bool:
    return any(f" {word} " in f" {said} " for word in _typed(message))


def _kind(said: str) -> str | None:
    """The kind of event a sentence names, "" where it is any; None where it names none."""
    return next((kind for kind, message in _CALLED.items() if _has(message, said)), None)


def _period(said: str, today: date) -> tuple[date, date] | None:
    """The month or the week that a sentence names."""
    for ahead, message in _MONTHS.items():
        if _has(message, said):
            return _month(today.year + (today.month - 1 + ahead) // 12, (today.month - 1 + ahead) % 12 + 1)
    for ahead, message in _WEEKS.items():
        if _has(message, said):
            monday = today + timedelta(days=7 * ahead - today.weekday())
            return monday, monday + timedelta(days=6)
    around = "|".join(re.escape(word) for word in _typed(_MONTH))
    found = re.search(rf"\b(?:{around}) ?(1[0-2]|0?[1-9])\b", said)
    if not found:
        return None
    month = int(found[1])
    return _month(today.year + (month < today.month), month)


def _month(year: int, month: int) -> tuple[date, date]:
    first = date(year, month, 1)
    return first, date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _province(said: str) -> int:
    """The province that a sentence names, by its name of today or one from before; 0 where it names none."""
    words = said.split()
    prepositions = _typed(_IN)
    for size in (4, 3, 2, 1):
        for at in range(len(words) - size + 1):
            if size == 1 and (at == 0 or words[at - 1] not in prepositions):
                continue
            if found := _province_of(" ".join(words[at : at + size])):
                return found
    return 0


@lru_cache(maxsize=5000)
def _province_of(words: str) -> int:
    try:
        return Province().parse(Incoming("", "", "", text=words), text("vi"), date.min)
    except UserError:
        return 0


feature = Feature(
    "event",
    handle,
    commands={"events": N_("Fairs and events")},
    words={"list": N_("words: coming events")},
    phrases={"refuse": N_("phrases: I leave the place to others"), "accept": N_("phrases: I take the place")},
    forms=(event_forms.fair, event_forms.seats, event_forms.change, event_forms.survey),
    dialogs={"fair": "fair", "training": "training", "cancel": "cancel", "code": "ticket"},
    mine=mine,
    chores=(end_offers, end_events),
    forget=forget,
    reminders=event_reminders.RULES,
    leads=leads,
)
