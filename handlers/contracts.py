"""Contracts that came of a match, a forum or a fair: recorded by either side or an officer, and counted for reports."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.chat import Button, Outgoing
from bot.errors import UserError
from bot.forms import ROOM, SKIPPED, Answers, Form, Question, Sentence
from bot.questions import Day, Money, Quantity, Words, money_short
from bot.records import audit, contracts, cooperatives, notices, registrations, staff, trade
from bot.records.contracts import Contract
from bot.records.events import Event
from bot.records.registrations import Registration, Result
from bot.records.trade import Match
from bot.router import Feature, Mine, open_form
from bot.text import N_, TIMEZONE
from bot.turn import Turn
from handlers import event_forms, goods, privacy
from handlers.goods import Amount, Goods

STATES = {
    "signed": N_("running"),
    "done": N_("fulfilled"),
    "ended": N_("ended early"),
}
PERIODS = {"month": N_("This month"), "quarter": N_("This quarter"), "year": N_("This year")}
#: Contracts that are named one by one in a report.
NAMED = 10
#: Đồng of the smallest contract.
LEAST = 10_000
RECORDED = N_("This contract is recorded already as no. {number}; it is not counted twice.")
ALL_RECORDED = N_("All contracts that you told of are recorded. Thank you!")


async def handle(turn: Turn) -> Sequence[Outgoing]:
    match turn.command:
        case "new":
            return await new(turn)
        case "told":
            return await told(turn)
        case "show" | "done" | "ended":
            return await own(turn)
        case _:
            return await report(turn)


async def new(turn: Turn) -> list[Outgoing]:
    """Opens the form for an agreed match, or for any two parties where an officer asks."""
    t = turn.text
    if not turn.person.agreed:
        return [privacy.question(turn, then=f"contract:new:{turn.argument}".removesuffix(":"))]
    found = await _match(turn, turn.argument)
    if found:
        answers = {"match": found.id, "volume": dict(found.demand.volume)}
        return await open_form(turn, form, answers)
    if turn.argument or await _officer(turn) is None:
        return [Outgoing(t(N_("This match is not one of yours.")), (privacy.back(turn),))]
    return await open_form(turn, form, {})


@dataclass(frozen=True, slots=True)
class Told:
    """What a member told of an event: how many contracts, of which some are recorded and some are left."""

    registration: Registration
    event: Event
    result: Result


async def told(turn: Turn) -> list[Outgoing]:
    """Records the next contract of those that were told of after an event, or finds it among the recorded ones."""
    t, connection = turn.text, await turn.records()
    number, _, same = turn.argument.partition(".")
    found = await _told(turn, number)
    if found is None:
        return [Outgoing(t(event_forms.NOT_YOURS), (privacy.back(turn),))]
    if not found.result.left:
        return [Outgoing(t(ALL_RECORDED), (privacy.back(turn),))]
    if not turn.person.agreed:
        return [privacy.question(turn, then=f"contract:told:{turn.argument}")]
    cooperative = found.registration.cooperative_id
    there = await registrations.uncounted(connection, cooperative, found.event.starts_at)
    if same in {str(one.id) for one in there}:
        return [await _counted(turn, found, int(same))]
    if there and not same:
        asked = t(N_("These are recorded already. Is it one of them? Then it is not asked again."))
        buttons = [
            Button(
                t(
                    N_("No. {number}: {product}, {buyer}"),
                    number=one.id,
                    product=one.product,
                    buyer=one.buyer,
                ),
                data=f"contract:told:{number}.{one.id}",
            )
            for one in there[: ROOM - 2]
        ]
        other = Button(t(N_("No, another one")), data=f"contract:told:{number}.0")
        return [Outgoing(asked, (*buttons, other, privacy.back(turn)))]
    left = found.result.value - found.result.recorded_value
    answers = {
        "registration": found.registration.id,
        "starts": found.event.ends_at.astimezone(TIMEZONE).date().isoformat(),
        "ends": SKIPPED,
        "event": found.event.title,
    }
    if found.result.left == 1 and left >= LEAST:
        answers["value"] = left
    lead = event_forms.next_contract(found.registration, found.result, t).label
    return await open_form(turn, form, answers, lead)


async def _told(turn: Turn, registration: object) -> Told | None:
    """What the person's own cooperative told of an event, by the number of the registration."""
    found = await event_forms.own(turn, str(registration))
    result = await registrations.result(await turn.records(), found[0].id) if found else None
    return Told(found[0], found[1], result) if found and result else None


async def _counted(turn: Turn, found: Told, number: int) -> Outgoing:
    """Notes that a contract which is recorded already is one of those that were told of."""
    t, connection = turn.text, await turn.records()
    if not await registrations.count_contract(connection, found.registration.id, number):
        raise UserError(RECORDED, {"number": number})
    await contracts.came_of(connection, number, found.event.title)
    await audit.note(connection, "contract", number, "counted", turn.now, detail=found.event.title)
    said = t(
        N_("Contract no. {number} was recorded already; it is noted for {event} and counted once."),
        number=number,
        event=found.event.title,
    )
    return Outgoing(said, await _ways(turn, found))


async def _ways(turn: Turn, found: Told | None) -> tuple[Button, ...]:
    """On to the next contract that was told of, if any is left."""
    result = await registrations.result(await turn.records(), found.registration.id) if found else None
    if found and result and result.left:
        return event_forms.next_contract(found.registration, result, turn.text), privacy.back(turn)
    return (privacy.back(turn),)


async def _match(turn: Turn, argument: object) -> Match | None:
    """An agreed match of the person's own."""
    if not re.fullmatch("[0-9]{1,15}", str(argument)):
        return None
    found = await trade.get_match(await turn.records(), int(str(argument)))
    if found is None or found.state != "agreed" or turn.person.id is None:
        return None
    acting = await goods.acting_for(turn)
    own = found.demand.person_id == turn.person.id or (acting and acting.id == found.offer.cooperative_id)
    return found if own else None


async def facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    found = await _told(turn, answers.get("registration", ""))
    return {
        "match": answers.get("match"),
        "agreed": await _match(turn, answers.get("match", "")),
        "registration": answers.get("registration"),
        "told": found,
        "goods": await _goods(turn, found) if found else (),
    }


async def _goods(turn: Turn, found: Told) -> tuple[tuple[int, str], ...]:
    """What may have been sold: what was brought along, then what else the cooperative has, each under a number."""
    has = await goods.shown_by(turn, await goods.acting_for(turn))
    brought = found.registration.details.get("products", ())
    return tuple(enumerate(dict.fromkeys((*brought, *(one.name for one in has.values()))), 1))


async def submit(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    t, connection = turn.text, await turn.records()
    agreed: Match | None = answers["agreed"]
    officer = await _officer(turn)
    found: Told | None = answers["told"]
    if found and not found.result.left:
        raise UserError(ALL_RECORDED)
    named = answers["match"] is not None or answers["registration"] is not None
    if agreed is None and found is None and (named or officer is None):
        raise UserError(N_("This match is not one of yours."))
    if agreed:
        parties = {
            "match_id": agreed.id,
            "cooperative_id": agreed.offer.cooperative_id,
            "seller": agreed.offer.cooperative,
            "buyer": agreed.demand.buyer,
            "product": agreed.demand.product,
        }
    else:
        parties = {"buyer": answers["buyer"], "product": answers["product"]["name"]}
        if found:
            parties["cooperative_id"] = found.registration.cooperative_id
            parties["seller"] = found.registration.cooperative
        else:
            parties["seller"] = answers["seller"]
    values = parties | {
        "volume": answers["volume"],
        "value": answers["value"],
        "starts_on": date.fromisoformat(answers["starts"]),
        "ends_on": date.fromisoformat(answers["ends"]) if answers.get("ends") else None,
        "event": answers.get("event") or "",
    }
    if found and (known := await contracts.alike(connection, values, found.event.starts_at)):
        return [await _counted(turn, found, known)]
    number, is_new = await contracts.record(connection, values, turn.now)
    if not is_new:
        if found:
            return [await _counted(turn, found, number)]
        raise UserError(RECORDED, {"number": number})
    if found:
        await registrations.count_contract(connection, found.registration.id, number)
    by = officer.id if officer else None
    await audit.note(connection, "contract", number, "recorded", turn.now, officer=by)
    if agreed:
        await _tell_other(turn, agreed, number)
    done = t(N_("Contract no. {number} is recorded. Congratulations to both sides!"), number=number)
    return [Outgoing(done, await _ways(turn, found))]


async def _tell_other(turn: Turn, agreed: Match, number: int) -> None:
    connection = await turn.records()
    whom = {agreed.demand.person_id, *await cooperatives.people_of(connection, agreed.offer.cooperative_id)}
    for person in whom - {None, turn.person.id}:
        assert person is not None
        data = f"contract:show:{number}"
        await notices.put(connection, person, data, key=data, at=turn.now)


async def own(turn: Turn) -> list[Outgoing]:
    """A contract to its two sides, and how it ended."""
    t, connection = turn.text, await turn.records()
    found = None
    if re.fullmatch("[0-9]{1,15}", turn.argument):
        found = await contracts.get(connection, int(turn.argument))
    if found is None or not await _may_see(turn, found):
        return [Outgoing(t(N_("This contract is not one of yours.")), (privacy.back(turn),))]
    if turn.command in ("done", "ended") and await contracts.end(connection, found.id, turn.command):
        await audit.note(connection, "contract", found.id, turn.command, turn.now)
        found = await contracts.get(connection, found.id)
        assert found is not None
    lines = [
        t(
            N_("Contract no. {number}, {product}: {state}."),
            number=found.id,
            product=found.product,
            state=t(STATES[found.state]),
        ),
        t(N_("{seller} sells to {buyer}."), seller=found.seller, buyer=found.buyer),
        t(N_("• Volume: {volume}"), volume=Quantity().show(found.volume, t)),
        t(N_("• Value: {value}"), value=money_short(found.value, t)),
        t(N_("• From {day}"), day=t.day(found.starts_on)),
    ]
    if found.ends_on:
        lines.append(t(N_("• Until {day}"), day=t.day(found.ends_on)))
    if found.event:
        lines.append(t(N_("• Signed at: {event}"), event=found.event))
    buttons = []
    if found.state == "signed":
        buttons = [
            Button(t(N_("Fulfilled")), data=f"contract:done:{found.id}"),
            Button(t(N_("Ended early")), data=f"contract:ended:{found.id}"),
        ]
    return [Outgoing("\n".join(lines), (*buttons, privacy.back(turn)))]


async def _may_see(turn: Turn, found: Contract) -> bool:
    acting = await goods.acting_for(turn)
    if acting and acting.id == found.cooperative_id:
        return True
    if found.match_id is not None:
        agreed = await trade.get_match(await turn.records(), found.match_id)
        if agreed and turn.person.id is not None and agreed.demand.person_id == turn.person.id:
            return True
    return await _officer(turn) is not None


async def report(turn: Turn) -> list[Outgoing]:
    """For officers: contracts of a period, how many and how much, by the event at which they were signed."""
    t = turn.text
    if await _officer(turn) is None:
        return [Outgoing(t(N_("This is for officers of the Alliance.")), (privacy.back(turn),))]
    period = turn.argument if turn.argument in PERIODS else "year"
    first = _first_day(turn.today, period)
    found = await contracts.between(await turn.records(), first, turn.today)
    value = money_short(sum(one.value for one in found), t)
    lines = [
        t.plural(
            "{count} contract from {first} to {last}, {value} in all.",
            "{count} contracts from {first} to {last}, {value} in all.",
            len(found),
            first=t.day(first),
            last=t.day(turn.today),
            value=value,
        )
    ]
    by_event: dict[str, list[Contract]] = defaultdict(list)
    for one in found:
        by_event[one.event].append(one)
    for event, signed in sorted(by_event.items(), key=lambda pair: -len(pair[1])):
        total = money_short(sum(one.value for one in signed), t)
        named = event or t(N_("outside events"))
        lines.append(
            t.plural(
                "• {event}: {count} contract, {value}",
                "• {event}: {count} contracts, {value}",
                len(signed),
                event=named,
                value=total,
            )
        )
    lines += [
        t(
            N_("{day}: {seller} to {buyer}, {product}, {value}"),
            day=t.day(one.starts_on),
            seller=one.seller,
            buyer=one.buyer,
            product=one.product,
            value=money_short(one.value, t),
        )
        for one in found[-NAMED:]
    ]
    buttons = [Button(t(label), data=f"contract:report:{code}") for code, label in PERIODS.items()]
    record = Button(t(N_("Record a contract")), data="contract:new")
    return [Outgoing("\n".join(lines), (*buttons, record, privacy.back(turn)))]


def _first_day(today: date, period: str) -> date:
    month = {"month": today.month, "quarter": (today.month - 1) // 3 * 3 + 1, "year": 1}[period]
    return date(today.year, month, 1)


async def _officer(turn: Turn) -> staff.Officer | None:
    officer = await staff.officer_of(await turn.records(), turn.person.id)
    return officer if officer and officer.fits("trade", "") else None


def _unmatched(known: Answers) -> bool:
    return known["match"] is None


def _unknown_seller(known: Answers) -> bool:
    return _unmatched(known) and known["registration"] is None


def _ends(known: Answers, value: Any) -> Sentence | None:
    if value is not None and value < known["starts"]:
        raise UserError(N_("The last day must not be before the first. Please give a later one."))
    return None


form = Form(
    "contract",
    N_("A signed contract"),
    (
        Question(
            "seller",
            N_("Who sells? For example: HTX Dâu tằm Ví Dụ"),
            N_("Seller"),
            Words(2, 200, contacts=False),
            when=_unknown_seller,
        ),
        Question(
            "buyer",
            N_("Who buys? For example: Công ty Ví Dụ"),
            N_("Buyer"),
            Words(2, 200, contacts=False),
            when=_unmatched,
        ),
        Question(
            "product",
            N_("Which product? For example: silk cocoons"),
            N_("Product"),
            lambda known: Goods(known["goods"]),
            when=_unmatched,
        ),
        Question("volume", N_("How much? For example: 5 tonnes, or 300 kg a month"), N_("Volume"), Amount()),
        Question(
            "value",
            N_("What is it worth in all? For example: 1.5 billion đồng"),
            N_("Value"),
            Money(LEAST, 10**13),
        ),
        Question(
            "starts",
            N_("From which day on does it hold? For example: 24/11/2026"),
            N_("From"),
            Day(least=-3650, most=730, toward="near"),
        ),
        Question(
            "ends",
            N_("Until which day? For example: 31/12"),
            N_("Until"),
            Day(least=-3650, most=7300, toward="ahead"),
            optional=True,
            check=_ends,
        ),
        Question(
            "event",
            N_("At which event was it signed? For example: the supply and demand forum of May"),
            N_("Event"),
            Words(2, 200),
            optional=True,
        ),
    ),
    submit,
    facts=facts,
)


async def mine(turn: Turn) -> list[Mine]:
    acting = await goods.acting_for(turn)
    if acting is None:
        return []
    return [
        Mine(
            turn.text(N_("Contract: {product}"), product=one.product),
            turn.text(STATES[one.state]),
            f"contract:show:{one.id}",
        )
        for one in await contracts.of_cooperative(await turn.records(), acting.id)
    ]


feature = Feature(
    "contract",
    handle,
    words={"report": N_("words: contracts signed"), "new": N_("words: record a contract")},
    forms=(form,),
    mine=mine,
)
