"""What requests and trade share: naming goods, saying how much, and reading both out of a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from bot.chat import Incoming
from bot.errors import Unsure, UserError
from bot.questions import PERIODS, Quantity, Words
from bot.records import cooperatives, products
from bot.records.cooperatives import Cooperative
from bot.records.products import Product
from bot.text import LANGUAGES, N_, Text, clean, fold, text
from bot.turn import Turn

#: Seconds for which what was said before a consent or a profile is filled in afterwards.
REMEMBERED = 3600
#: Words that a quantity takes at most, and a product's name that is read out of a sentence.
_QUANTITY, _NAME = 6, 6


@dataclass(frozen=True)
class Goods:
    """One of the cooperative's products or, in words, anything else: {"id": number or None, "name": …}."""

    products: tuple[tuple[int, str], ...] = ()
    free = True

    def parse(self, said: Incoming, text: Text, today: date) -> dict[str, Any]:
        typed = Words(2, 150, contacts=False).parse(said, text, today)
        for product, name in self.products:
            if typed == f"#{product}" or fold(typed) == fold(name):
                return {"id": product, "name": name}
        if not any(letter.isalpha() for letter in typed):
            raise UserError(N_("Please write what the product is called, for example: dried glass noodles."))
        return {"id": None, "name": typed}

    def show(self, value: Any, text: Text) -> str:
        return str(value["name"])

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        return [(f"#{product}", name) for product, name in self.products]


@dataclass(frozen=True)
class Amount:
    """How much, once or in each period: “5 tấn”, “300 kg một tháng”; the value is `Quantity`'s."""

    free = False

    def parse(self, said: Incoming, text: Text, today: date) -> dict[str, Any]:
        try:
            return Quantity().parse(said, text, today)
        except Unsure:
            raise
        except UserError:
            return Quantity(periods=tuple(PERIODS)).parse(said, text, today)

    def show(self, value: Any, text: Text) -> str:
        return Quantity().show(value, text)

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        return ()


async def acting_for(turn: Turn) -> Cooperative | None:
    """The cooperative that a person acts for, without asking for one."""
    return await cooperatives.of_person(await turn.records(), turn.person.id) if turn.person.id else None


async def shown_by(turn: Turn, cooperative: Cooperative | None) -> dict[int, Product]:
    """The products of a cooperative that it has not hidden, by number."""
    if cooperative is None:
        return {}
    found = await products.of_cooperative(await turn.records(), cooperative.id)
    return {one.id: one for one in found if one.state != "hidden"}


def named(found: Mapping[int, Product]) -> tuple[tuple[int, str], ...]:
    """Products as `Goods` offers them."""
    return tuple((one.id, one.name) for one in found.values())


def choice(name: str, found: Mapping[int, Product]) -> dict[str, Any]:
    """A product that was named in a sentence, as the answer of `Goods`: the registered one, if it is one."""
    same = next((one for one in found.values() if fold(one.name) == fold(name)), None)
    return {"id": same.id, "name": same.name} if same else {"id": None, "name": name}


def wanted(turn: Turn, feature: str) -> dict[str, Any]:
    """What the message says of goods ("product" by name, "volume"), or what one before a consent did."""
    if turn.said.kind == "text" and not turn.said.text.startswith("/"):
        found = in_sentence(turn.said.text, turn.text, turn.today)
        turn.chat.state["wanted"] = {"of": feature, "at": int(turn.now.timestamp()), **found}
        return found
    kept = turn.chat.state.pop("wanted", {})
    fresh = kept.get("of") == feature and turn.now.timestamp() - kept["at"] < REMEMBERED
    return {key: kept[key] for key in ("product", "volume") if key in kept} if fresh else {}


def in_sentence(sentence: str, text: Text, today: date) -> dict[str, Any]:
    """The goods and the quantity that a sentence names: “có đơn vị nào mua 5 tấn miến dong không”."""
    words = clean(sentence)[:400].split()
    at, size, volume = _quantity(words, text, today)
    if volume is None:
        name = _trimmed(words, both=True)
    else:
        after = _trimmed(words[at + size :], both=False).split()
        after = after[1:] if after and fold(after[0]) in _joining() else after
        volume, after = _with_period(volume, words[at : at + size], after, text, today)
        name = " ".join(after) or _trimmed(words[:at], both=True)
    found: dict[str, Any] = {"volume": volume} if volume else {}
    if 1 < len(name) <= 150 and len(name.split()) <= _NAME:
        found["product"] = name
    return found


def has_quantity(typed: str) -> bool:
    """Whether a text holds an amount with its unit."""
    return _quantity(typed[:400].split(), text("vi"), date.min)[2] is not None


def _read(words: Sequence[str], text: Text, today: date) -> dict[str, Any] | None:
    run = " ".join(words).strip(".,;:!?")
    try:
        return Amount().parse(Incoming("", "", "", text=run), text, today)
    except UserError:
        return None


def _quantity(words: Sequence[str], text: Text, today: date) -> tuple[int, int, dict[str, Any] | None]:
    """(where it begins, how many words, the quantity) of the first run that is one.

    `Quantity` passes over words that follow it, so the run is the shortest that means as much as a longer one.
    """
    for at in range(len(words)):
        runs = [_read(words[at : at + size], text, today) for size in range(1, _QUANTITY + 1)]
        if meant := [one for one in runs if one is not None]:
            return at, runs.index(meant[-1]) + 1, meant[-1]
    return 0, 0, None


def _with_period(
    volume: dict[str, Any], said: Sequence[str], after: list[str], text: Text, today: date
) -> tuple[dict[str, Any], list[str]]:
    """A period that stands behind the product belongs to the quantity: “300 kg trứng gà mỗi tháng”."""
    for size in (2, 1):
        if "per" not in volume and len(after) > size:
            each = _read([*said, *after[-size:]], text, today)
            if each and "per" in each:
                return each, after[:-size]
    return volume, after


def _trimmed(words: Sequence[str], *, both: bool) -> str:
    """Words without what is only said around a product, at the end or on both ends."""
    kept = [word.strip(".,;:!?") for word in words]
    accented = any(not word.isascii() for word in kept)
    around = _around(accented)
    longest = max(len(phrase) for phrase in around)
    changed = True
    while kept and changed:
        changed = False
        for size in range(min(longest, len(kept)), 0, -1):
            if _plain(kept[-size:], accented) in around:
                kept, changed = kept[:-size], True
                break
            if both and _plain(kept[:size], accented) in around:
                kept, changed = kept[size:], True
                break
    return " ".join(kept)


def _plain(words: Sequence[str], accented: bool) -> tuple[str, ...]:
    return tuple(word.casefold() if accented else fold(word) for word in words)


@cache
def _joining() -> frozenset[str]:
    """What joins an amount and a product: 2 tonnes of honey, 1.000 tem cho trứng gà."""
    return frozenset(
        word
        for language in LANGUAGES
        for word in text(language).typed(N_("words: between an amount and a product"))
    )


@cache
def _around(accented: bool) -> frozenset[tuple[str, ...]]:
    """What is said around a product in any language: with its accents where the person types them."""
    phrases = (
        phrase
        for language in LANGUAGES
        for phrase in text(language).words(N_("words: around what is bought or sold"))
    )
    return frozenset(_plain(phrase.split(), accented) for phrase in phrases)
