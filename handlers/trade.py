"""Supply and demand: a buyer's demand, a cooperative's offer, and what staff check before it is published."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import desk
from bot.chat import Button, Outgoing
from bot.desk import Card, Decision, Shown
from bot.errors import UserError, Wrong
from bot.forms import Answers, Form, Question
from bot.questions import (
    Phone,
    Quantity,
    Words,
)
from bot.records import audit, cooperatives, notices, products, tasks, trade
from bot.records.cooperatives import Cooperative
from bot.records.matching import Side, meets
from bot.records.products import Product
from bot.records.trade import Demand, Offer
from bot.router import LONGEST_REQUEST, Feature, Mine, open_form
from bot.text import N_, TIMEZONE, Text, fold_words
from bot.turn import Turn
from handlers import cooperative, goods, matches, privacy, trade_form
from handlers.trade_form import all_words

DEMAND_STATES = {
    "waiting": N_("waiting for an officer"),
    "more": N_("needs more from you"),
    "open": N_("published"),
    "bought": N_("found what was needed"),
    "withdrawn": N_("withdrawn"),
    "declined": N_("not accepted"),
    "expired": N_("over"),
}
OFFER_STATES = {
    "open": N_("offered"),
    "sold": N_("sold out"),
    "withdrawn": N_("withdrawn"),
    "expired": N_("over"),
}
#: An offer stands this long, and a long-term demand that names no last day this long.
OFFER_STANDS, DEMAND_STANDS = timedelta(days=90), timedelta(days=365)
#: Demands on a page of the list, and those that are told with an offer that is begun.
PAGE, NEAR = 5, 3
#: Cooperatives with a fitting product and no offer that are asked to offer it.
INVITED = 5

#: Words of a wish that names a product and no quantity.
SHORT = 8

_BUYING = N_("words: wanting to buy")
_SELLING = N_("words: looking for a buyer")
_OTHER = N_("words: of support and loans")


async def handle(turn: Turn) -> Sequence[Outgoing]:
    match turn.command:
        case "list":
            return await listed(turn)
        case "want":
            return await show_wanted(turn)
        case "offer" | "supply":
            return await begin_offer(turn)
        case "demand":
            return await begin_demand(turn)
        case "mydemand" | "bought" | "stop" | "more":
            return await own_demand(turn)
        case "myoffer" | "sold" | "drop":
            return await own_offer(turn)
        case _:
            return [menu(turn)]


def menu(turn: Turn) -> Outgoing:
    t = turn.text
    return Outgoing(
        t(N_("Buying and selling with the Alliance's help: what would you like?")),
        (
            Button(t(N_("Offer goods")), data="trade:offer"),
            Button(t(N_("Buy goods")), data="trade:demand"),
            Button(t(N_("Who is buying now")), data="trade:list"),
            privacy.back(turn),
        ),
    )


async def listed(turn: Turn) -> list[Outgoing]:
    """What buyers look for now, without who they are."""
    t = turn.text
    found = await trade.open_demands(await turn.records())
    page = int(turn.argument) if re.fullmatch("[0-9]{1,3}", turn.argument) else 0
    shown = found[page * PAGE : (page + 1) * PAGE]
    if not shown:
        none = t(N_("No buyer has a demand here right now. Offer your goods, and I tell you when one comes."))
        return [Outgoing(none, (Button(t(N_("Offer goods")), data="trade:offer"), privacy.back(turn)))]
    buttons = [Button(_brief(t, one), data=f"trade:want:{one.id}") for one in shown]
    if len(found) > (page + 1) * PAGE:
        buttons.append(Button(t(N_("More…")), data=f"trade:list:{page + 1}"))
    lines = [t(N_("Buyers look for:")), *(f"• {_brief(t, one)}" for one in shown)]
    return [Outgoing("\n".join(lines), (*buttons, privacy.back(turn)))]


def _brief(t: Text, one: Demand | Offer) -> str:
    return t(N_("{product}, {volume}"), product=one.product, volume=Quantity().show(one.volume, t))


async def show_wanted(turn: Turn) -> list[Outgoing]:
    """An open demand, to everyone, without its buyer; also how a cooperative is invited to offer."""
    t = turn.text
    found = await _demand(turn, turn.argument)
    if found is None or found.state != "open":
        gone = t(N_("This demand is closed. See who else is buying."))
        return [Outgoing(gone, (Button(t(N_("Who is buying now")), data="trade:list"), privacy.back(turn)))]
    lines = [t(N_("A buyer looks for {product}:"), product=found.product), *matches.sought(t, found)]
    supply = Button(t(N_("I can supply")), data=f"trade:supply:{found.id}")
    return [Outgoing("\n".join(lines), (supply, privacy.back(turn)))]


async def begin_offer(turn: Turn) -> list[Outgoing]:
    """Opens an offer with what was said filled in; who is buying that now is told at once."""
    t, connection = turn.text, await turn.records()
    said = goods.wanted(turn, "offer")
    demand = await _demand(turn, turn.argument) if turn.argument else None
    if demand and demand.state == "open":
        said = {"product": demand.product}
    near = []
    if turn.said.kind == "text" and "product" in said:
        wanted = await trade.wanted(connection, said["product"])
        if wanted:
            lines = [t(N_("Buyers look for this now:")), *(f"• {_brief(t, one)}" for one in wanted[:NEAR])]
            near = ["\n".join(lines)]
        else:
            near = [t(N_("No buyer looks for {product} right now; your offer waits for one."), **said)]
    argument = f":{turn.argument}" if turn.argument else ""
    acting = await cooperative.needed(turn, f"trade:offer{argument}")
    if not isinstance(acting, Cooperative):
        return [*(Outgoing(one) for one in near), *acting]
    turn.chat.state.pop("wanted", None)
    answers: dict[str, Any] = {}
    if "product" in said:
        answers["product"] = goods.choice(said["product"], await goods.shown_by(turn, acting))
    if "volume" in said:
        answers["volume"] = said["volume"]
    return await open_form(turn, offer, answers, before=near[0] if near else "")


async def begin_demand(turn: Turn) -> list[Outgoing]:
    """Opens a demand, for whoever agreed that their name is kept; a cooperative's own name is filled in."""
    if turn.person.id is None:
        return [Outgoing(turn.text(N_("Please write to me in a private chat for this.")))]
    said = goods.wanted(turn, "demand")
    if not turn.person.agreed:
        return [privacy.question(turn, then="trade:demand")]
    turn.chat.state.pop("wanted", None)
    answers: dict[str, Any] = dict(said)
    acting = await goods.acting_for(turn)
    buyer = acting.name if acting else turn.person.name
    phone = turn.person.phone or (acting.phone if acting else "")
    answers |= {key: value for key, value in (("buyer", buyer), ("phone", phone)) if value}
    return await open_form(turn, demand, answers)


async def facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    found = await goods.acting_for(turn)
    return {"cooperative": found, "products": await goods.shown_by(turn, found)}


async def submit_offer(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    t, connection = turn.text, await turn.records()
    acting: Cooperative | None = answers["cooperative"]
    if acting is None:
        raise UserError(N_("Please tell me first which cooperative you act for."))
    product, registered = answers["product"], trade_form.registered(answers)
    if product["id"] is not None and registered is None:
        raise Wrong("product", N_("This product is no longer shown. Please choose another one."))
    months = answers.get("months") or (registered.season if registered else None) or []
    held = await _held(turn, registered) if registered else answers.get("certificates") or []
    number = await trade.offer(
        connection,
        acting.id,
        {
            "person_id": turn.person.id,
            "product_id": product["id"],
            "product": product["name"],
            "category": registered.category if registered else "",
            "volume": answers["volume"],
            "price": answers.get("price") or (registered.price if registered else None),
            "months": [] if len(months) == 12 else months,
            "certificates": held,
            "ends_on": turn.today + OFFER_STANDS,
        },
        turn.now,
    )
    await audit.note(connection, "offer", number, "offered", turn.now)
    found = await trade.get_offer(connection, number)
    assert found is not None
    await matches.propose(
        connection, await trade.match_offer(connection, found, turn.now), "seller", turn.now
    )
    return [await _offer_card(turn, found, before=t(N_("Your goods are offered.")))]


async def _held(turn: Turn, product: Product) -> list[str]:
    """The kinds of certificates that hold for a product today."""
    found = await products.certificates_of(
        await turn.records(), product.cooperative_id, product.id, valid_on=turn.today
    )
    return sorted({one.kind for one in found} | ({"ocop"} if product.stars >= 3 else set()))


async def submit_demand(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    t, connection = turn.text, await turn.records()
    assert turn.person.id is not None
    acting = await goods.acting_for(turn)
    lowest, highest = answers.get("price") or (None, None)
    if answers["regular"]:
        first = date.fromisoformat(answers["starts"])
        last = date.fromisoformat(answers["until"]) if answers.get("until") else first + DEMAND_STANDS
    else:
        first, last = turn.today, date.fromisoformat(answers["needed"])
    if last < turn.today:
        raise Wrong(
            "until" if answers["regular"] else "needed", N_("This day has passed. Please give another.")
        )
    province = f"{answers['province']:02d}"
    home = acting is not None and _same(acting.province, province)
    number = await trade.demand(
        connection,
        turn.person.id,
        {
            "cooperative_id": acting.id if acting else None,
            "buyer": answers["buyer"],
            "phone": answers["phone"],
            "product": answers["product"],
            "volume": answers["volume"],
            "spec": answers.get("spec") or "",
            "certificate": "" if answers["certificate"] == "none" else answers["certificate"],
            "lowest": lowest,
            "highest": highest,
            "regular": answers["regular"],
            "starts_on": first,
            "ends_on": last,
            "province": province,
            "commune": acting.commune if acting and home else "",
            "place": answers.get("place") or "",
        },
        turn.now,
    )
    await audit.note(connection, "demand", number, "received", turn.now)
    await desk.put(turn, "demand", number, topic="trade")
    done = t(
        N_("Demand no. {number} has arrived. An officer checks it; then cooperatives that fit are asked."),
        number=number,
    )
    return [Outgoing(done, (privacy.back(turn),))]


def _same(one: str, other: str) -> bool:
    return bool(one) and one.lstrip("0") == other.lstrip("0")


async def own_demand(turn: Turn) -> Sequence[Outgoing]:
    """A buyer's demand: how it stands, what fits it, and ending it. Also what is said after a decision."""
    t, connection = turn.text, await turn.records()
    found = await _demand(turn, turn.argument)
    if found is None or turn.person.id is None or found.person_id != turn.person.id:
        return [Outgoing(t(N_("This demand is not one of yours.")), (privacy.back(turn),))]
    if turn.command == "more" and found.state == "more":
        return await open_form(turn, supplement, {"demand": found.id})
    if turn.command in ("bought", "stop"):
        state = "bought" if turn.command == "bought" else "withdrawn"
        ended = await trade.end_demand(connection, found.id, state)
        if ended is not None:
            await tasks.close(connection, "demand", found.id, turn.now)
            await audit.note(connection, "demand", found.id, state, turn.now)
            await matches.tell_gone(connection, ended, "buyer", turn.now)
        found = await trade.get_demand(connection, found.id)
        assert found is not None
    return [await _demand_card(turn, found)]


async def _demand_card(turn: Turn, found: Demand) -> Outgoing:
    t = turn.text
    state = t(DEMAND_STATES[found.state])
    lines = [
        t(
            N_("Demand no. {number}, {product}: {state}."),
            number=found.id,
            product=found.product,
            state=state,
        ),
        *matches.sought(t, found),
    ]
    if found.reason:
        lines.append(t(N_("The officer writes: {reason}"), reason=found.reason))
    buttons = []
    if found.state == "more":
        buttons.append(Button(t(N_("Answer")), data=f"trade:more:{found.id}"))
    if found.state == "open":
        fitting = await trade.matches_of_demand(await turn.records(), found.id)
        lines += _fitting(t, fitting, "buyer")
        buttons += matches.found_buttons(t, fitting)
        buttons.append(Button(t(N_("I have found it")), data=f"trade:bought:{found.id}"))
    if found.state in trade.LIVE:
        buttons.append(Button(t(N_("Withdraw it")), data=f"trade:stop:{found.id}"))
    return Outgoing("\n".join(lines), (*buttons, privacy.back(turn)))


def _fitting(t: Text, found: Sequence[trade.Match], side: str) -> list[str]:
    if not found:
        return [t(N_("Nothing fits yet. I tell you as soon as something does."))]
    return [t.plural("{count} match:", "{count} matches:", len(found)), *matches.found_lines(t, found, side)]


async def own_offer(turn: Turn) -> Sequence[Outgoing]:
    """A cooperative's offer: how it stands, what fits it, and ending it."""
    t, connection = turn.text, await turn.records()
    acting = await goods.acting_for(turn)
    found = None
    if re.fullmatch("[0-9]{1,15}", turn.argument):
        found = await trade.get_offer(connection, int(turn.argument))
    if found is None or acting is None or found.cooperative_id != acting.id:
        return [Outgoing(t(N_("This offer is not one of your cooperative's.")), (privacy.back(turn),))]
    if turn.command in ("sold", "drop"):
        state = "sold" if turn.command == "sold" else "withdrawn"
        ended = await trade.end_offer(connection, found.id, state)
        if ended is not None:
            await audit.note(connection, "offer", found.id, state, turn.now)
            await matches.tell_gone(connection, ended, "seller", turn.now)
        found = await trade.get_offer(connection, found.id)
        assert found is not None
    return [await _offer_card(turn, found)]


async def _offer_card(turn: Turn, found: Offer, before: str = "") -> Outgoing:
    t = turn.text
    state = t(OFFER_STATES[found.state])
    lines = [before] if before else []
    lines += [
        t(N_("Offer no. {number}, {product}: {state}."), number=found.id, product=found.product, state=state),
        *matches.offered(t, found),
    ]
    buttons = []
    if found.state == "open":
        fitting = await trade.matches_of_offer(await turn.records(), found.id)
        lines.append(t(N_("It stands until {day}."), day=t.day(found.ends_on)))
        lines += _fitting(t, fitting, "seller")
        buttons += matches.found_buttons(t, fitting)
        buttons.append(Button(t(N_("Sold out")), data=f"trade:sold:{found.id}"))
        buttons.append(Button(t(N_("Withdraw it")), data=f"trade:drop:{found.id}"))
    else:
        buttons.append(Button(t(N_("Offer goods")), data="trade:offer"))
    return Outgoing("\n".join(lines), (*buttons, privacy.back(turn)))


async def _demand(turn: Turn, argument: str) -> Demand | None:
    if not re.fullmatch("[0-9]{1,15}", argument):
        return None
    return await trade.get_demand(await turn.records(), int(argument))


offer = Form("offer", N_("Your offer"), trade_form.OFFER, submit_offer, facts=facts)
demand = Form("demand", N_("What you look for"), trade_form.DEMAND, submit_demand)


async def _supplement_facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    return {"demand": answers["demand"]}


async def supplemented(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    connection = await turn.records()
    found = await trade.get_demand(connection, int(answers["demand"]))
    if found is None or found.person_id != turn.person.id:
        raise UserError(N_("This demand is not one of yours."))
    if not await trade.supplement(connection, found.id, answers["text"]):
        raise UserError(N_("This demand does not wait for an answer any more."))
    await desk.put(turn, "demand", found.id, topic="trade")
    done = turn.text(N_("Thank you, I added it to demand no. {number}."), number=found.id)
    return [Outgoing(done, (privacy.back(turn),))]


supplement = Form(
    "demmore",
    N_("Your answer"),
    (
        Question(
            "text",
            N_("What shall I pass on? For example: packed in bags of 5 kg, delivered each week"),
            N_("Text"),
            Words(2, 1000),
        ),
    ),
    supplemented,
    facts=_supplement_facts,
)


async def card(turn: Turn, number: int) -> Shown | None:
    """A demand as staff read it, with its buyer."""
    t = turn.text
    found = await trade.get_demand(await turn.records(), number)
    if found is None or found.state not in ("waiting", "more"):
        return None
    lines = [
        found.product,
        *matches.sought(t, found),
        found.place,
        t(N_("{name}, {phone}"), name=found.buyer, phone=Phone().show(found.phone, t)),
    ]
    decisions = (
        Decision("open", N_("Publish")),
        Decision("more", N_("Ask for more"), reason=True),
        Decision("declined", N_("Decline"), reason=True),
    )
    return Shown("\n".join(line for line in lines if line), decisions)


async def decide(turn: Turn, number: int, verb: str, reason: str) -> Sequence[Outgoing]:
    """Publishes a demand and asks who fits it, or tells its buyer what is missing."""
    t, connection = turn.text, await turn.records()
    if not await trade.decide(connection, number, verb, reason):
        raise UserError(N_("This is settled already; nothing waits here."))
    found = await trade.get_demand(connection, number)
    assert found is not None
    fitting: list[trade.Match] = []
    if verb == "open":
        fitting = await trade.match_demand(connection, found, turn.now)
        await matches.propose(connection, fitting, "buyer", turn.now)
        await invite(turn, found, {one.offer.cooperative_id for one in fitting})
    if found.person_id is not None:
        await turn.tell(found.person_id, f"trade:mydemand:{number}")
    done = t(
        N_("Demand no. {number} is now: {state}. The buyer is told; {count} offers fit."),
        number=number,
        state=t(DEMAND_STATES[verb]),
        count=t.number(len(fitting)),
    )
    return [Outgoing(done, (privacy.back(turn),))]


async def invite(turn: Turn, found: Demand, asked: set[int]) -> None:
    """Tells cooperatives that have a fitting product and no offer of it that somebody is buying."""
    connection = await turn.records()
    side = found.side()
    for product, _ in await products.matching(connection, found.product):
        fits = meets(side, Side(product.name, category=product.category))
        if product.cooperative_id in asked or product.cooperative_id == found.cooperative_id or not fits:
            continue
        asked.add(product.cooperative_id)
        for person in await cooperatives.people_of(connection, product.cooperative_id):
            await turn.tell(person, f"trade:want:{found.id}")
        if len(asked) >= INVITED:
            return


async def end(connection: AsyncConnection, at: datetime) -> None:
    """Ends what is over, and offers of products that are hidden or sold out; both sides are told."""
    today = at.astimezone(TIMEZONE).date()
    old_demands, old_offers = await trade.over(connection, today)
    for demanded in old_demands:
        ended = await trade.end_demand(connection, demanded.id, "expired")
        await tasks.close(connection, "demand", demanded.id, at)
        await matches.tell_gone(connection, ended or (), "buyer", at)
        if demanded.person_id is not None:
            data = f"trade:mydemand:{demanded.id}"
            await notices.put(connection, demanded.person_id, data, key=f"over:{data}", at=at)
    gone = [(one, "expired") for one in old_offers]
    gone += [(one, "withdrawn") for one in await trade.withdrawn_products(connection)]
    for offered, state in gone:
        ended = await trade.end_offer(connection, offered.id, state)
        await matches.tell_gone(connection, ended or (), "seller", at)
        for person in await cooperatives.people_of(connection, offered.cooperative_id):
            data = f"trade:myoffer:{offered.id}"
            await notices.put(connection, person, data, key=f"over:{data}", at=at)


async def mine(turn: Turn) -> list[Mine]:
    if turn.person.id is None:
        return []
    t, connection = turn.text, await turn.records()
    found = [
        Mine(
            t(N_("Buying: {product}"), product=one.product),
            t(DEMAND_STATES[one.state]),
            f"trade:mydemand:{one.id}",
        )
        for one in await trade.demands_of(connection, turn.person.id)
    ]
    acting = await goods.acting_for(turn)
    offers = await trade.offers_of(connection, acting.id) if acting else []
    found += [
        Mine(
            t(N_("Offering: {product}"), product=one.product),
            t(OFFER_STATES[one.state]),
            f"trade:myoffer:{one.id}",
        )
        for one in offers
    ]
    return found


async def forget(turn: Turn) -> None:
    """Withdraws a buyer's demands and empties who they are; matches that end with them are told."""
    assert turn.person.id is not None
    connection = await turn.records()
    for one in await trade.demands_of(connection, turn.person.id, limit=1000):
        if one.state in trade.LIVE:
            ended = await trade.end_demand(connection, one.id, "withdrawn")
            await tasks.close(connection, "demand", one.id, turn.now)
            await matches.tell_gone(connection, ended or (), "buyer", turn.now)
    await trade.forget(connection, turn.person.id)


def leads(said: str) -> str | None:
    """A wish to buy or to sell: with a quantity in it (“cần mua 2 tấn nấm hương”), or that and a product alone."""
    around = f" {fold_words(said)} "
    if len(around.split()) > LONGEST_REQUEST or any(f" {word} " in around for word in all_words(_OTHER)):
        return None
    alone = len(around.split()) <= SHORT and not said.rstrip().endswith("?")
    for command, message in (("demand", _BUYING), ("offer", _SELLING)):
        wishes = [phrase for phrase in all_words(message) if f" {phrase} " in around]
        begun = alone and any(around.startswith(f" {phrase} ") for phrase in wishes)
        if wishes and (begun or goods.has_quantity(said)):
            return command
    return None


feature = Feature(
    "trade",
    handle,
    commands={"trade": N_("Buy and sell")},
    words={
        "menu": N_("words: trade"),
        "offer": N_("words: offer goods"),
        "demand": N_("words: buy goods"),
        "list": N_("words: who is buying"),
    },
    phrases={"offer": N_("phrases: looking for a buyer"), "demand": N_("phrases: looking for goods")},
    dialogs={"offer": "trade", "demand": "trade", "list": "trade"},
    forms=(offer, demand, supplement),
    mine=mine,
    cards=(Card("demand", N_("A buyer's demand"), card, decide),),
    chores=(end,),
    leads=leads,
    forget=forget,
)
