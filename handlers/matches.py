"""Matches of supply and demand: both sides say yes before either learns who the other is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Button, Outgoing
from bot.questions import Months, Phone, Quantity, money_short, province_name
from bot.records import audit, cooperatives, notices, products, trade
from bot.records.trade import Demand, Match, Offer
from bot.router import Feature
from bot.text import N_, Text
from bot.turn import Turn
from handlers import goods, privacy

#: What speaks for and against a match, in words; `{certificate}` is the one that is asked for, `{km}` the distance.
REASONS: Mapping[str, str] = {
    "same": N_("the product you mean"),
    "near": N_("nearly the product you mean"),
    "category": N_("the group you mean"),
    "commune": N_("same commune"),
    "province": N_("same province"),
    "within": N_("same province, about {km} km away"),
    "away": N_("about {km} km away"),
    "enough": N_("enough volume"),
    "part": N_("part of the volume"),
    "season": N_("in season"),
    "certified": N_("has {certificate}"),
    "uncertified": N_("{certificate} not on record"),
    "affordable": N_("price within reach"),
    "dear": N_("price above what is paid"),
}


async def handle(turn: Turn) -> Sequence[Outgoing]:
    t = turn.text
    found = None
    if re.fullmatch("[0-9]{1,15}", turn.argument):
        found = await trade.get_match(await turn.records(), int(turn.argument))
    side = await _side(turn, found) if found else ""
    if found is None or not side:
        return [Outgoing(t(N_("This match is not one of yours.")), (privacy.back(turn),))]
    match turn.command:
        case "yes" | "no":
            return await answer(turn, found, side)
        case "agreed" if found.state == "agreed":
            return [contacts(turn, found, side)]
        case "notfit" if found.state == "declined":
            return [_not_now(turn, found)]
        case _:
            return [card(turn, found, side)]


async def _side(turn: Turn, found: Match) -> str:
    """“buyer” or “seller”, "" for someone else."""
    if turn.person.id is None:
        return ""
    if found.demand.person_id == turn.person.id:
        return "buyer"
    acting = await goods.acting_for(turn)
    return "seller" if acting and acting.id == found.offer.cooperative_id else ""


def card(turn: Turn, found: Match, side: str) -> Outgoing:
    """A match as one side sees it, without who the other is until both agreed."""
    t = turn.text
    if found.state == "agreed":
        return contacts(turn, found, side)
    if found.state == "declined":
        return _not_now(turn, found)
    if found.state == "gone":
        gone = t(
            N_("{product}: this is not available any more, so the match is closed."), product=_product(found)
        )
        return Outgoing(gone, (Button(t(N_("Who is buying now")), data="trade:list"), privacy.back(turn)))
    if side == "buyer":
        lines = [
            t(N_("A cooperative offers {product}:"), product=found.offer.product),
            *offered(t, found.offer),
        ]
        says = found.buyer
    else:
        lines = [
            t(N_("A buyer looks for {product}:"), product=found.demand.product),
            *sought(t, found.demand),
        ]
        says = found.seller
    lines.append(t(N_("Why it fits: {reasons}."), reasons=reasons(t, found)))
    if says == "yes":
        lines.append(t(N_("You said yes. As soon as the other side does, you both get name and phone.")))
        return Outgoing("\n".join(lines), (privacy.back(turn),))
    lines.append(t(N_("Shall we put you in touch? Name and phone are shown only when both say yes.")))
    buttons = (
        Button(t(N_("Yes, put us in touch")), data=f"match:yes:{found.id}"),
        Button(t(N_("Not now")), data=f"match:no:{found.id}"),
        privacy.back(turn),
    )
    return Outgoing("\n".join(lines), buttons)


async def answer(turn: Turn, found: Match, side: str) -> list[Outgoing]:
    """Notes a yes or a no; who is told what follows from what the other side said."""
    t, connection = turn.text, await turn.records()
    after = await trade.answer(connection, found.id, side, turn.command)
    if after is None:
        return [card(turn, found, side)]
    await audit.note(connection, "match", found.id, f"{side} {turn.command}", turn.now)
    other = "seller" if side == "buyer" else "buyer"
    if after.state == "agreed":
        await _tell(connection, after, other, "agreed", turn.now)
        return [contacts(turn, after, side)]
    if after.state == "declined":
        if "yes" in (after.buyer, after.seller):
            await _tell(connection, after, other, "notfit", turn.now)
        noted = t(N_("All right, it is left aside. The other side does not learn who you are."))
        return [Outgoing(noted, (privacy.back(turn),))]
    return [card(turn, after, side)]


def contacts(turn: Turn, found: Match, side: str) -> Outgoing:
    """Name and phone of the other side, once both agreed."""
    t = turn.text
    if side == "buyer":
        who, phone = found.offer.cooperative, found.offer.phone
    else:
        who, phone = found.demand.buyer, found.demand.phone
    lines = [
        t(N_("You both agreed on {product}. Please call each other:"), product=_product(found)),
        t(N_("{name}, {phone}"), name=who, phone=Phone().show(phone, t) if phone else "–"),
        t(N_("When a contract is signed, tell me, so that the Alliance can follow it.")),
    ]
    signed = Button(t(N_("We signed a contract")), data=f"contract:new:{found.id}")
    return Outgoing("\n".join(lines), (signed, privacy.back(turn)))


def _not_now(turn: Turn, found: Match) -> Outgoing:
    said = turn.text(
        N_("{product}: the other side finds it does not fit this time."), product=_product(found)
    )
    return Outgoing(said, (Button(turn.text(N_("Who is buying now")), data="trade:list"), privacy.back(turn)))


def _product(found: Match) -> str:
    return found.demand.product


def reasons(t: Text, found: Match) -> str:
    fits = found.fit
    certificate = certificate_name(t, found.demand.certificate)
    km = t.number(_roughly(fits.km or 0))
    return ", ".join(t(REASONS[reason], certificate=certificate, km=km) for reason in fits.reasons)


def _roughly(km: int) -> int:
    """As people say it, and not so closely that it tells which cooperative of the commune it is."""
    step = 5 if km < 100 else 10
    return max(round(km / step) * step, 5)


def certificate_name(t: Text, kind: str) -> str:
    return t(dict(products.CERTIFICATES)[kind]) if kind else ""


def sought(t: Text, demand: Demand) -> list[str]:
    """A demand without its buyer, a line each."""
    lines = [t(N_("• Volume: {volume}"), volume=Quantity().show(demand.volume, t))]
    if demand.spec:
        lines.append(t(N_("• Wanted: {spec}"), spec=demand.spec))
    if demand.certificate:
        lines.append(t(N_("• Certificate: {name}"), name=certificate_name(t, demand.certificate)))
    if demand.lowest and demand.highest:
        lines.append(t(N_("• Price: {price}"), price=price_range(t, demand.lowest, demand.highest)))
    if demand.regular:
        lines.append(
            t(
                N_("• Long-term purchase, {first} to {last}"),
                first=t.day(demand.starts_on),
                last=t.day(demand.ends_on),
            )
        )
    else:
        lines.append(t(N_("• Needed by {day}"), day=t.day(demand.ends_on)))
    if demand.province:
        lines.append(t(N_("• Delivered to: {place}"), place=province_name(int(demand.province))))
    return lines


def offered(t: Text, offer: Offer) -> list[str]:
    """An offer without its cooperative, a line each."""
    lines = [t(N_("• Volume: {volume}"), volume=Quantity().show(offer.volume, t))]
    if offer.price:
        lines.append(t(N_("• Price: {price}"), price=money_short(offer.price, t)))
    if offer.months:
        lines.append(t(N_("• Season: {months}"), months=Months().show(list(offer.months), t)))
    if offer.certificates:
        names = ", ".join(certificate_name(t, one) for one in offer.certificates)
        lines.append(t(N_("• Certificate: {name}"), name=names))
    if offer.province:
        lines.append(t(N_("• From: {place}"), place=province_name(int(offer.province))))
    return lines


def price_range(t: Text, lowest: int, highest: int) -> str:
    if lowest == highest:
        return money_short(highest, t)
    return t(N_("{lowest} to {highest}"), lowest=money_short(lowest, t), highest=money_short(highest, t))


def found_lines(t: Text, found: Sequence[Match], side: str) -> list[str]:
    """Matches as a short list, a line each."""
    return [
        t(
            N_("• {volume}: {reasons}"),
            volume=Quantity().show((one.offer if side == "buyer" else one.demand).volume, t),
            reasons=reasons(t, one),
        )
        for one in found
    ]


def found_buttons(t: Text, found: Sequence[Match]) -> list[Button]:
    return [
        Button(t(N_("See match {number}"), number=place), data=f"match:show:{one.id}")
        for place, one in enumerate(found, 1)
    ]


async def propose(connection: AsyncConnection, found: Sequence[Match], side: str, at: datetime) -> None:
    """Tells the other side of new matches, where `side` is the one that just came."""
    for one in found:
        await _tell(connection, one, "seller" if side == "buyer" else "buyer", "show", at)


async def tell_gone(connection: AsyncConnection, ended: Sequence[Match], side: str, at: datetime) -> None:
    """Tells the other side that what they had a match with is not there any more."""
    for one in ended:
        await _tell(connection, one, "seller" if side == "buyer" else "buyer", "gone", at)


async def _tell(connection: AsyncConnection, found: Match, side: str, command: str, at: datetime) -> None:
    if side == "buyer":
        whom = [found.demand.person_id] if found.demand.person_id is not None else []
    else:
        whom = await cooperatives.people_of(connection, found.offer.cooperative_id)
    for person in whom:
        data = f"match:{command}:{found.id}"
        await notices.put(connection, person, data, key=data, at=at)


feature = Feature("match", handle)
