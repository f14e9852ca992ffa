"""What is asked of who registers for an event, and what happens with the answers."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import desk
from bot.chat import Button, Incoming, Outgoing
from bot.errors import UserError, Wrong
from bot.forms import Answers, Form, Kind, Question, Sentence
from bot.questions import Day, Many, Money, OneOf, Phone, Photos, Whole, Words
from bot.questions.codes import phones
from bot.questions.reading import Typed, typed
from bot.records import audit, cooperatives, events, notices, products, registrations
from bot.records.cooperatives import Cooperative
from bot.records.events import Event
from bot.records.registrations import Registration, Result
from bot.text import N_, Text, fold
from bot.turn import Turn
from handlers import event_words, privacy

#: The most that a cooperative takes where an event does not say (domain: fair registration).
MOST_BOOTHS, MOST_PEOPLE = 4, 10
#: Letters of a name board.
BOARD = 40
#: Without letters that look like figures, or like each other.
_LETTERS = "ACDEFGHJKLMNPQRTUVWXY"
_FIGURES = "3467"

_POWER = (
    ("none", N_("No electricity")),
    ("1kw", N_("Plain sockets, up to 1 kW")),
    ("3kw", N_("Up to 3 kW")),
    ("3phase", N_("Three-phase")),
)
_EXTRAS = (
    ("water", N_("Water")),
    ("tables", N_("More tables and chairs")),
    ("fridge", N_("A fridge")),
    ("truck", N_("Room in the Alliance's lorry")),
    ("rooms", N_("Rooms for the night")),
    ("tasting", N_("Tasting or livestream")),
    ("buyers", N_("Meeting buyers")),
    ("part", N_("Only some of the days")),
)


@dataclass(frozen=True)
class People(Typed):
    """Names with phones, one a line or parted by commas: a list of {"name", "phone"}; one phone at least."""

    least: int = 1
    most: int = MOST_PEOPLE

    def parse(self, said: Incoming, text: Text, today: date) -> list[dict[str, str]]:
        found: list[dict[str, str]] = []
        for part in re.split(r"[,;\n]", typed(said, longest=1000)):
            numbers = phones(part)
            name = " ".join(re.sub(r"[^\w\s.'’-]|[0-9_]", " ", part).split()).strip(" .-")
            if len(name) >= 2:
                found.append({"name": name[:60], "phone": numbers[0] if numbers else ""})
            elif numbers and found and not found[-1]["phone"]:
                found[-1]["phone"] = numbers[0]
        if not found or not any(one["phone"] for one in found):
            raise UserError(
                N_("Please write the name and a phone number, for example: Nguyễn Văn A 0912 345 678.")
            )
        if not self.least <= len(found) <= self.most:
            raise UserError(N_("At most {most} people, please."), {"most": self.most})
        return found

    def show(self, value: Any, text: Text) -> str:
        phone = Phone()
        return ", ".join(
            f"{one['name']} ({phone.show(one['phone'], text)})" if one["phone"] else one["name"]
            for one in value
        )


@dataclass(frozen=True)
class Goods:
    """Names of goods: tapped from those that are registered, or typed, parted by commas."""

    known: tuple[tuple[str, str], ...]  # (value, name)
    least: int = 1
    most: int = 20
    free = True

    def parse(self, said: Incoming, text: Text, today: date) -> list[str]:
        parts = [" ".join(part.split()) for part in re.split(r"[,;\n]", typed(said, longest=1000))]
        meant = {fold(name): value for value, name in self.known}
        meant |= {str(number): value for number, (value, _) in enumerate(self.known, 1)}
        found = [meant.get(fold(part), part) for part in parts if part]
        if not any(letter.isalpha() for name in found for letter in name):
            raise UserError(N_("Please name what you bring, parted by commas."))
        return list(dict.fromkeys(name[:120] for name in found))[: self.most]

    def gather(self, so_far: list[Any], said: Incoming, text: Text, today: date) -> list[Any] | None:
        """A button is added, or taken away where it was there; what is typed is a whole answer."""
        if said.kind != "text" or said.text not in dict(self.known):
            return None
        return [one for one in so_far if one != said.text] if said.text in so_far else [*so_far, said.text]

    def show(self, value: Any, text: Text) -> str:
        return ", ".join(self.named(value))

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        return self.known

    def named(self, value: Sequence[str]) -> list[str]:
        """The names behind what was tapped or typed."""
        names = dict(self.known)
        return [names.get(one, "…" if re.fullmatch("p[0-9]+", one) else one) for one in value]


def new_code() -> str:
    """A ticket's code: letters and figures that can be read aloud, figures among them so that it is no word."""
    pick = secrets.choice
    return (
        "T"
        + "".join(pick(_LETTERS) for _ in range(3))
        + pick(_FIGURES)
        + pick(_LETTERS + _FIGURES)
        + pick(_FIGURES)
    )


async def facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    """What the questions have to know of the events that are open, and of the chosen one."""
    connection = await turn.records()
    chosen = str(answers.get("event", ""))
    event = await events.get(connection, int(chosen)) if chosen.isdecimal() else None
    booths = event.counts_booths if event else False
    alike = [
        one
        for one in await events.coming(connection, turn.now)
        if one.open_at(turn.now) and one.counts_booths == booths
    ]
    titles = {str(one.id): one.title for one in alike}
    if chosen:
        titles.setdefault(chosen, event.title if event else N_("an event that is gone"))
    first, last = event.days() if event else (turn.today, turn.today)
    return {
        "titles": tuple(titles.items()),
        "booth_kinds": event.booths if event else (),
        "quota": event.quota if event else None,
        "left": await registrations.left(connection, event) if event else None,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "goods": await _goods(turn) if booths else (),
    }


async def _goods(turn: Turn) -> tuple[tuple[str, str], ...]:
    """What the cooperative has registered, as (value, name)."""
    connection = await turn.records()
    cooperative = await cooperatives.of_person(connection, turn.person.id or 0)
    if cooperative is None:
        return ()
    found = await products.of_cooperative(connection, cooperative.id)
    return tuple((f"p{one.id}", one.name) for one in found if one.state != "hidden")


def _event(known: Answers) -> Kind:
    return OneOf(known["titles"])


def _booth(known: Answers) -> str:
    kinds = known["booth_kinds"]
    return str(known.get("booth") or (kinds[0] if kinds else "standard"))


def _has_booth(known: Answers) -> bool:
    return _booth(known) not in event_words.WITHOUT_BOOTH


def _most(known: Answers, usual: int) -> int:
    return int(known["quota"] or usual)


def _wanted(known: Answers) -> int:
    """The places that the answers ask for."""
    if "attendees" in known:
        return len(known["attendees"])
    return int(known.get("booths", 0)) if _has_booth(known) else 0


def _too_many(known: Answers) -> bool:
    return known["left"] is not None and _wanted(known) > known["left"]


def _wants(extra: str) -> Any:
    return lambda known: extra in (known.get("extras") or ())


def _extras_check(known: Answers, value: Any) -> Sentence | None:
    if "tasting" in (value or ()):
        return N_("For tasting, please bring the food-safety papers of what is tasted."), {}
    return None


def _day(known: Answers) -> Kind:
    first = date.fromisoformat(known.get("arrives") or known["first"])
    return Day(first, date.fromisoformat(known["last"]))


_WAITING = Question(
    "waiting",
    N_("There are not enough places. Shall I put you on the waiting list? You are told when one comes free."),
    N_("Waiting list"),
    OneOf((("yes", N_("Yes, join the waiting list")),)),
    when=_too_many,
)


async def submit(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    connection = await turn.records()
    assert turn.person.id is not None
    event = await events.get(connection, int(answers["event"]), lock=True)
    cooperative = await cooperatives.of_person(connection, turn.person.id)
    _still_open(turn, event)
    assert event is not None
    if cooperative is None:
        raise UserError(N_("Your cooperative is not noted any more. Please begin again from the event."))
    if await registrations.live_of(connection, event.id, cooperative.id):
        raise UserError(
            N_("{cooperative} is registered for {title} already; see “my things”."),
            {"cooperative": cooperative.name, "title": event.title},
        )
    count = _wanted(answers)
    _within_quota(turn, event, count)
    known = dict(answers.get("goods") or ())
    if any(re.fullmatch("p[0-9]+", one) and one not in known for one in answers.get("products") or ()):
        raise Wrong("products", N_("A product you chose is no longer among yours. Please choose anew."))
    free = await registrations.left(connection, event)
    if free is not None and count > free and answers.get("waiting") != "yes":
        raise Wrong("waiting", N_("{title} has filled up in the meantime."), {"title": event.title})
    one = await registrations.register(
        connection,
        event,
        turn.now,
        cooperative=cooperative.id,
        person=turn.person.id,
        code=new_code(),
        places=count,
        people=int(answers["people"]) if event.counts_booths else count,
        attendees=_attendees(event, answers),
        details=_details(answers),
    )
    await audit.note(connection, "registration", one.id, "register", turn.now, detail=one.state)
    if one.state == "asked":
        await desk.put(turn, "registration", one.id, topic="events", commune=cooperative.commune)
    return [await said_after(turn, event, one)]


def _still_open(turn: Turn, event: Event | None) -> None:
    t = turn.text
    if event is None or event.state == "draft":
        raise UserError(N_("This event is no longer there. Nothing was registered."))
    if event.state == "called_off":
        raise UserError(
            N_("{title} was called off: {reason} Nothing was registered."),
            {"title": event.title, "reason": event.reason},
        )
    if not event.open_at(turn.now):
        raise UserError(
            N_("{title}: registration closed at {moment}. Nothing was registered; an officer can help you."),
            {"title": event.title, "moment": t.moment(event.closes_at)},
        )


def _within_quota(turn: Turn, event: Event, count: int) -> None:
    if event.quota and count > event.quota:
        raise Wrong(
            "booths" if event.counts_booths else "attendees",
            N_("At most for one cooperative: {places}."),
            {"places": event_words.places(event, event.quota, turn.text)},
        )


def _attendees(event: Event, answers: Answers) -> list[dict[str, str]]:
    if event.counts_booths:
        return [{**answers["contact"][0], "role": "contact"}]
    return [{**one, "role": ""} for one in answers["attendees"]]


def _details(answers: Answers) -> dict[str, Any]:
    """What the organiser has to prepare, by the keys of the questions."""
    kept = ("power", "board", "extras", "load", "rooms", "buyers", "arrives", "leaves", "note")
    found = {key: answers[key] for key in kept if answers.get(key)}
    if answers.get("products"):
        found["products"] = Goods(tuple(answers["goods"])).named(answers["products"])
    if "contact" in answers:
        found["booth"] = _booth(answers)
    return found


async def said_after(turn: Turn, event: Event, one: Registration) -> Outgoing:
    """What a member reads once they are registered, or stand on the list."""
    t = turn.text
    show = Button(t(N_("My registration")), data=f"event:mine:{one.id}")
    match one.state:
        case "waiting":
            number = await registrations.ahead_of(await turn.records(), one) + 1
            text = t(
                N_(
                    "You are number {number} on the waiting list for {title}. I write as soon as a place is free."
                ),
                number=t.number(number),
                title=event.title,
            )
            return Outgoing(text, (show, privacy.back(turn)))
        case "asked":
            text = t(
                N_(
                    "Your registration for {title} is with the officers; I write as soon as they have decided."
                ),
                title=event.title,
            )
            return Outgoing(text, (show, privacy.back(turn)))
    text = t(
        N_("Registered: {title}, {what}. Your ticket code is {code}."),
        title=event.title,
        what=event_words.taking(event, one, t),
        code=one.code,
    )
    ics = Button(t(N_("Add to calendar")), data=f"event:ics:{event.id}")
    return Outgoing(text, (show, ics, privacy.back(turn)), made=event_words.ticket(event, one, turn))


fair = Form(
    "fair",
    N_("Registration for a fair"),
    (
        Question("event", N_("Which event is it for?"), N_("Event"), _event),
        Question(
            "contact",
            N_("Who is in charge there? Name and phone, for example: Nguyễn Văn A 0912 345 678"),
            N_("In charge"),
            People(1, 1),
        ),
        Question(
            "booth",
            N_("Which kind of booth would you like?"),
            N_("Booth"),
            lambda known: OneOf(tuple((kind, event_words.BOOTHS[kind]) for kind in known["booth_kinds"])),
            when=lambda known: len(known["booth_kinds"]) > 1,
        ),
        Question(
            "booths",
            N_("How many booths? For example: 1"),
            N_("Number of booths"),
            lambda known: Whole(1, _most(known, MOST_BOOTHS)),
            when=_has_booth,
        ),
        _WAITING,
        Question(
            "people",
            N_("How many people come along? For example: 3"),
            N_("People"),
            Whole(1, MOST_PEOPLE),
        ),
        Question(
            "products",
            N_("What do you bring? Parted by commas, for example: shiitake, honey"),
            N_("Goods"),
            lambda known: Goods(tuple(known["goods"])),
        ),
        Question("power", N_("Do you need electricity?"), N_("Electricity"), OneOf(_POWER)),
        Question(
            "board",
            N_("What shall the name board say? At most 40 letters, for example: HTX Nấm Hương"),
            N_("Name board"),
            Words(2, BOARD),
            when=_has_booth,
        ),
        Question(
            "extras",
            N_("Do you need anything else? Tap all that fits, then Done; or Skip."),
            N_("Also needed"),
            Many(_EXTRAS),
            optional=True,
            check=_extras_check,
        ),
        Question(
            "load",
            N_("How many kilograms shall the lorry take? For example: 200"),
            N_("Load (kg)"),
            Whole(1, 20_000),
            when=_wants("truck"),
        ),
        Question(
            "rooms",
            N_("How many rooms? For example: 1"),
            N_("Rooms"),
            Whole(1, MOST_PEOPLE),
            when=_wants("rooms"),
        ),
        Question(
            "buyers",
            N_("Which buyers would you like to meet? For example: supermarkets, hotels"),
            N_("Buyers"),
            Words(2, 200),
            when=_wants("buyers"),
        ),
        Question(
            "arrives",
            N_("From which day? For example: 20/12"),
            N_("From"),
            _day,
            when=_wants("part"),
        ),
        Question("leaves", N_("Until which day? For example: 22/12"), N_("Until"), _day, when=_wants("part")),
        Question(
            "pledge",
            N_(
                "Your goods have labels and are no imitations, and you tell us afterwards what you sold. Agreed?"
            ),
            N_("Commitment"),
            OneOf((("yes", N_("Agreed")),)),
        ),
    ),
    submit,
    facts=facts,
)

seats = Form(
    "seats",
    N_("Registration for an event"),
    (
        Question("event", N_("Which event is it for?"), N_("Event"), _event),
        Question(
            "attendees",
            N_("Who comes? Name and phone, one person a line, for example: Nguyễn Văn A 0912 345 678"),
            N_("Who comes"),
            lambda known: People(1, _most(known, MOST_PEOPLE)),
        ),
        _WAITING,
        Question(
            "note",
            N_("Is there anything the organiser should know? If not, tap Skip."),
            N_("Note"),
            Words(2, 300),
            optional=True,
        ),
    ),
    submit,
    facts=facts,
)


def form_for(event: Event) -> Form:
    return fair if event.counts_booths else seats


async def own(turn: Turn, number: str) -> tuple[Registration, Event, Cooperative] | None:
    """A registration of the person's own cooperative; None where it is someone else's, or there is none."""
    if turn.person.id is None or not number.isdecimal() or len(number) > 15:
        return None
    connection = await turn.records()
    one = await registrations.get(connection, int(number))
    cooperative = await cooperatives.of_person(connection, turn.person.id)
    if one is None or cooperative is None or one.cooperative_id != cooperative.id:
        return None
    event = await events.get(connection, one.event_id)
    assert event is not None
    return one, event, cooperative


async def _change_facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    found = await own(turn, str(answers.get("registration", "")))
    return {
        "registration": answers.get("registration"),
        "counts_booths": bool(found and found[1].counts_booths),
        "has_booth": bool(found and found[0].places),
        "quota": found[1].quota if found else None,
    }


async def _changed(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    """More only while there are places; fewer at once, and the next one is offered what came free."""
    found = await own(turn, str(answers["registration"]))
    if found is None:
        raise UserError(NOT_YOURS)
    connection = await turn.records()
    event = await events.get(connection, found[1].id, lock=True)
    one = await registrations.get(connection, found[0].id)
    assert event is not None
    assert one is not None
    if not one.live or event.state != "open" or event.starts_at <= turn.now:
        raise UserError(N_("This registration is closed and cannot be changed any more."))
    attendees = answers.get("attendees")
    count = len(attendees) if attendees else int(answers.get("booths", 0))
    key = "attendees" if attendees else "booths"
    _within_quota(turn, event, count)
    free = await registrations.left(connection, event)
    more = count - one.places
    if more > 0 and one.state in registrations.HOLDING and free is not None and more > free:
        raise Wrong(
            key,
            N_("So many are not free; you have {places}, and {more} more can be had."),
            {"places": event_words.places(event, one.places, turn.text), "more": turn.text.number(free)},
        )
    await registrations.resize(
        connection,
        one.id,
        turn.now,
        places=count,
        people=len(attendees) if attendees else int(answers["people"]),
        attendees=[{**person, "role": ""} for person in attendees] if attendees else one.attendees,
    )
    await audit.note(connection, "registration", one.id, "change", turn.now, detail=str(count))
    await offer(connection, event, turn.now)
    now_it_is = await registrations.get(connection, one.id)
    assert now_it_is is not None
    lead = turn.text(N_("Changed."))
    return [Outgoing(f"{lead}\n{event_words.registered(event, now_it_is, turn.text)}", (privacy.back(turn),))]


change = Form(
    "resize",
    N_("Change of a registration"),
    (
        Question(
            "booths",
            N_("How many booths shall it be? For example: 1"),
            N_("Number of booths"),
            lambda known: Whole(1, _most(known, MOST_BOOTHS)),
            when=lambda known: bool(known["has_booth"]) and bool(known["counts_booths"]),
        ),
        Question(
            "people",
            N_("How many people come along? For example: 3"),
            N_("People"),
            Whole(1, MOST_PEOPLE),
            when=lambda known: bool(known["counts_booths"]),
        ),
        Question(
            "attendees",
            N_("Who comes? Name and phone, one person a line, for example: Nguyễn Văn A 0912 345 678"),
            N_("Who comes"),
            lambda known: People(1, _most(known, MOST_PEOPLE)),
            when=lambda known: not known["counts_booths"],
        ),
    ),
    _changed,
    facts=_change_facts,
)

NOT_YOURS = N_("This registration is not yours. Yours are under “my things”.")


async def _survey_facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    return {"registration": answers.get("registration")}


async def _surveyed(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    found = await own(turn, str(answers["registration"]))
    if found is None:
        raise UserError(NOT_YOURS)
    values = {
        "contracts": answers["contracts"],
        "value": answers.get("value") or 0,
        "contacts": answers["contacts"],
        "revenue": answers.get("revenue") or 0,
        "photos": ",".join(one["ref"] for one in answers.get("photos") or ()),
    }
    connection = await turn.records()
    if not await registrations.note_result(connection, found[0].id, turn.now, values):
        raise UserError(N_("You told us already how it went. Thank you!"))
    thanks = turn.text(N_("Thank you! This helps the Alliance to choose the next events."))
    result = await registrations.result(connection, found[0].id)
    if result is None or not result.left:
        return [Outgoing(thanks, (privacy.back(turn),))]
    more = turn.text(
        N_("If you tell me buyer, product and volume, the contract is counted for you and for the Alliance.")
    )
    return [Outgoing(f"{thanks}\n{more}", (next_contract(found[0], result, turn.text), privacy.back(turn)))]


def next_contract(one: Registration, result: Result, t: Text) -> Button:
    """The way to record the next contract of those that a cooperative told of."""
    label = (
        t(N_("Record the contract"))
        if result.contracts == 1
        else t(N_("Record contract {number} of {count}"), number=result.recorded + 1, count=result.contracts)
    )
    return Button(label, data=f"contract:told:{one.id}")


survey = Form(
    "outcome",
    N_("How it went"),
    (
        Question(
            "contracts",
            N_("How many contracts did you sign there? 0 if none."),
            N_("Contracts"),
            Whole(0, 1000),
        ),
        Question(
            "value",
            N_("What are they worth together? For example: 500 triệu"),
            N_("Worth"),
            Money(1),
            when=lambda known: bool(known.get("contracts")),
        ),
        Question(
            "contacts",
            N_("How many new buyers did you meet? For example: 5"),
            N_("Buyers met"),
            Whole(0, 1000),
        ),
        Question(
            "revenue",
            N_("How much did you sell on the spot? For example: 12 triệu"),
            N_("Sold"),
            Money(0),
            optional=True,
        ),
        Question(
            "photos",
            N_("A photo of your booth, if you have one. If not, tap Skip."),
            N_("Photo"),
            Photos(1, 3),
            optional=True,
        ),
    ),
    _surveyed,
    facts=_survey_facts,
)


async def tell(connection: AsyncConnection, one: Registration, verb: str, at: datetime) -> None:
    """Tells those who act for a registration; the notice says what stands when it is read."""
    people = (
        [one.person_id] if one.person_id else await cooperatives.people_of(connection, one.cooperative_id)
    )
    for person in people:
        key = f"event:{verb}:{one.id}:{int(at.timestamp() * 1000)}"
        await notices.put(connection, person, f"event:{verb}:{one.id}", key=key, at=at)


async def offer(connection: AsyncConnection, event: Event, at: datetime) -> None:
    """Offers what came free in a locked event to the next ones, and tells them."""
    for one in await registrations.promote(connection, event, at):
        await tell(connection, one, "offer", at)
