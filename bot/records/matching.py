"""How well an offer fits a demand: by what it is, how much, when, with which certificate, and from where.

Pure: a demand and an offer in, a score and its reasons out. Reasons are codes; whoever shows them has the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from bot.questions import Position, distance, per_month, position
from bot.records.products import essential
from bot.text import LANGUAGES, N_, text

#: Words of a product's name that both sides have to share, of those of the shorter name.
SHARED = 0.6
#: What each reason is worth. What speaks against a match takes away, and is said too.
_WORTH: Mapping[str, int] = {
    "same": 50,
    "near": 40,
    "category": 15,
    "commune": 20,
    "province": 15,
    "within": 0,
    "away": 0,
    "enough": 15,
    "part": 5,
    "season": 10,
    "certified": 15,
    "uncertified": -10,
    "affordable": 5,
    "dear": -10,
}
#: What being near is worth, where the distance is known: as much as the same commune, less one each 20 km.
_NEARNESS, _STEP = 20, 20
#: What the goods of a category are called in general, as a buyer may who looks for any of them.
_GENERAL: Mapping[str, str] = {
    "food": N_("words: food in general"),
    "drink": N_("words: drinks in general"),
    "herbal": N_("words: herbal products in general"),
    "craft": N_("words: handicrafts in general"),
    "ornamental": N_("words: ornamental plants in general"),
    "tourism": N_("words: tourism in general"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """What a demand or an offer says. `volume` is a quantity of `bot.questions`; `price` is in đồng a unit: the
    most that is paid, or what is asked. `months` are those in which it is wanted or there is some, none: any.
    `certificates` are those asked for, or held.
    """

    product: str
    category: str = ""
    volume: Mapping[str, Any] | None = None
    price: int | None = None
    months: tuple[int, ...] = ()
    certificates: tuple[str, ...] = ()
    province: str = ""
    commune: str = ""


@dataclass(frozen=True, slots=True)
class Fit:
    """`score` orders matches, more is better; `reasons` are keys of what speaks for and against.

    With “within” (the same province) and “away” (another), `km` is how far apart the two are as the crow flies.
    """

    score: int
    reasons: tuple[str, ...]
    km: int | None = None


def fit(demand: Side, offer: Side) -> Fit | None:
    """How an offer fits a demand; None where it is another product, or there is none of it at that time."""
    product = meets(demand, offer)
    if not product or (demand.months and offer.months and not set(demand.months) & set(offer.months)):
        return None
    place, km = _of_place(demand, offer)
    reasons = [product, *place, *_of_volume(demand, offer)]
    if demand.months and offer.months:
        reasons.append("season")
    if demand.certificates:
        held = set(demand.certificates) <= set(offer.certificates)
        reasons.append("certified" if held else "uncertified")
    if demand.price and offer.price:
        reasons.append("affordable" if offer.price <= demand.price else "dear")
    nearness = 0 if km is None else max(_NEARNESS - km // _STEP, 0)
    return Fit(sum(_WORTH[reason] for reason in reasons) + nearness, tuple(reasons), km)


def meets(demand: Side, offer: Side) -> str:
    """“same” or “near” by the words of the product, “category” where any of one is wanted, "" for another thing.

    Vietnamese names the thing first: trứng gà is an egg and no chicken, so the first word has to be the same.
    """
    wanted, there = essential(demand.product).split(), essential(offer.product).split()
    if wanted and there and wanted[0] == there[0]:
        shared = len(set(wanted) & set(there)) / min(len(set(wanted)), len(set(there)))
        if shared >= SHARED:
            return "same" if set(wanted) == set(there) else "near"
    general = _general_words().get(" ".join(wanted))
    return "category" if general and general == offer.category else ""


def months_between(first: date, last: date | None) -> tuple[int, ...]:
    """The months from a day to another, each once."""
    if last is None or last < first:
        return (first.month,)
    count = min((last.year - first.year) * 12 + last.month - first.month, 11)
    return tuple(sorted((first.month - 1 + step) % 12 + 1 for step in range(count + 1)))


@cache
def _general_words() -> dict[str, str]:
    return {
        essential(word): category
        for category, message in _GENERAL.items()
        for language in LANGUAGES
        for word in text(language).words(message)
    }


def _of_place(demand: Side, offer: Side) -> tuple[tuple[str, ...], int | None]:
    """What is to be said of where the two are, and the kilometres between them where that is not said by a name.

    A commune that is not known lies in the middle of its province, which tells nothing within the province itself.
    """
    if demand.commune and demand.commune == offer.commune:
        return ("commune",), None
    same = bool(demand.province) and demand.province == offer.province
    if same and not (demand.commune and offer.commune):
        return ("province",), None
    here, there = _position(demand), _position(offer)
    if here is None or there is None:
        return ("province",) if same else (), None
    return ("within" if same else "away",), round(distance(here, there))


def _position(side: Side) -> Position | None:
    codes = {"province": side.province, "commune": side.commune}
    return position({key: int(code) for key, code in codes.items() if code.isdecimal()})


def _of_volume(demand: Side, offer: Side) -> Iterable[str]:
    """Whether there is enough; nothing is said where the two are counted in different things."""
    if demand.volume is None or offer.volume is None or _unit(demand.volume) != _unit(offer.volume):
        return ()
    months = len(demand.months) or 1
    wanted, there = _total(demand.volume, months), _total(offer.volume, months)
    if wanted is None or there is None:
        return ()
    return ("enough",) if there >= wanted else ("part",)


def _unit(volume: Mapping[str, Any]) -> str:
    return str(volume.get("base_unit", volume["unit"]))


def _total(volume: Mapping[str, Any], months: int) -> Decimal | None:
    """What comes together in so many months; None where a season has no length."""
    if "per" not in volume:
        return Decimal(str(volume.get("base", volume["amount"])))
    monthly = per_month(volume)
    return None if monthly is None else Decimal(str(monthly)) * months
