"""Quantities with their unit and period, and areas, as they are measured in Vietnam."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from bot.chat import Incoming
from bot.errors import Unsure, UserError
from bot.questions.numbers import count_of, number_words, numbers_by_accents
from bot.questions.reading import (
    FIGURE,
    OFFERED,
    Typed,
    any_of,
    as_number,
    by_accents,
    compact,
    plain,
    plural,
    readings,
    typed,
    vocabulary,
    written,
)
from bot.text import N_, Text

#: The largest amount that is read.
_MOST = Decimal(10) ** 12


@dataclass(frozen=True)
class Unit:
    """`name` is a singular and a plural msgid, `words` a msgid of what people type; `factor` is in `base`."""

    name: tuple[str, str]
    words: str
    base: str = ""
    factor: Decimal = Decimal(1)


#: By code, as values keep them. Weights after the Vietnamese trade (domain: yến 10, tạ 100, tấn 1,000 kg).
UNITS: Mapping[str, Unit] = {
    "kg": Unit(plural("{amount} kg", "{amount} kg"), N_("words: kg"), "kg"),
    "g": Unit(plural("{amount} g", "{amount} g"), N_("words: gram"), "kg", Decimal("0.001")),
    "yen": Unit(plural("{amount} yến", "{amount} yến"), N_("words: yến (10 kg)"), "kg", Decimal(10)),
    "quintal": Unit(
        plural("{amount} quintal", "{amount} quintals"), N_("words: quintal"), "kg", Decimal(100)
    ),
    "tonne": Unit(plural("{amount} tonne", "{amount} tonnes"), N_("words: tonne"), "kg", Decimal(1000)),
    "l": Unit(plural("{amount} litre", "{amount} litres"), N_("words: litre"), "l"),
    "ml": Unit(plural("{amount} ml", "{amount} ml"), N_("words: millilitre"), "l", Decimal("0.001")),
    "fruit": Unit(plural("{amount} fruit or egg", "{amount} fruits or eggs"), N_("words: fruit or egg")),
    "head": Unit(plural("{amount} head", "{amount} heads"), N_("words: head of animals")),
    "bottle": Unit(plural("{amount} bottle", "{amount} bottles"), N_("words: bottle")),
    "box": Unit(plural("{amount} box", "{amount} boxes"), N_("words: box")),
    "packet": Unit(plural("{amount} packet", "{amount} packets"), N_("words: packet")),
    "bag": Unit(plural("{amount} bag", "{amount} bags"), N_("words: bag")),
    "sack": Unit(plural("{amount} sack", "{amount} sacks"), N_("words: sack")),
    "jar": Unit(plural("{amount} jar", "{amount} jars"), N_("words: jar")),
    "tin": Unit(plural("{amount} tin", "{amount} tins"), N_("words: tin")),
    "carton": Unit(plural("{amount} carton", "{amount} cartons"), N_("words: carton")),
    "piece": Unit(plural("{amount} piece", "{amount} pieces"), N_("words: piece")),
    "set": Unit(plural("{amount} set", "{amount} sets"), N_("words: set")),
    "serving": Unit(plural("{amount} serving", "{amount} servings"), N_("words: serving")),
    "guest": Unit(plural("{amount} guest", "{amount} guests"), N_("words: guest")),
    "label": Unit(plural("{amount} label", "{amount} labels"), N_("words: label")),
    "plant": Unit(plural("{amount} plant", "{amount} plants"), N_("words: plant")),
    "bunch": Unit(plural("{amount} bunch", "{amount} bunches"), N_("words: bunch")),
}

#: By code: (name after an amount, what people type, how many there are in a month where that is known).
PERIODS: Mapping[str, tuple[str, str, Decimal | None]] = {
    "day": (N_("a day"), N_("words: day"), Decimal(365) / 12),
    "week": (N_("a week"), N_("words: week"), Decimal(365) / 84),
    "month": (N_("a month"), N_("words: month"), Decimal(1)),
    "season": (N_("a season"), N_("words: season"), None),
    "year": (N_("a year"), N_("words: year"), Decimal(1) / 12),
}

Region = Literal["north", "centre", "south"]

#: Square metres of a unit by region; domain 3.6: sào 360 / 500, mẫu 3,600 / 5,000 / 10,000, công 1,000.
_FIELDS: Mapping[str, Mapping[str, int]] = {
    "sao": {"north": 360, "centre": 500},
    "mau": {"north": 3600, "centre": 5000, "south": 10_000},
    "cong": {"north": 1000, "centre": 1000, "south": 1000},
    "ha": {"north": 10_000, "centre": 10_000, "south": 10_000},
    "m2": {"north": 1, "centre": 1, "south": 1},
}

_REGIONS = {
    "north": N_("{area}, northern measure"),
    "centre": N_("{area}, central measure"),
    "south": N_("{area}, southern measure"),
}


@dataclass(frozen=True)
class Quantity(Typed):
    """A number with one of `units`, and one of `periods` where they are given; None takes every unit.

    The value is {"amount": 5, "unit": "tonne"}, with "base": 5000, "base_unit": "kg" beside what was said where
    the unit is a weight or a volume, and "per": "month" where periods are given.
    """

    units: tuple[str, ...] | None = None
    periods: tuple[str, ...] | None = None

    def parse(self, said: Incoming, text: Text, today: date) -> dict[str, Any]:
        words = units_by_accents(typed(said), text.language)
        found = quantities(plain(words), text) or quantities(
            _without_thing(plain(numbers_by_accents(words))), text
        )
        units = self.units or tuple(UNITS)
        fit = [one for one in found if one.unit in units]
        if found and not fit and all(one.unit for one in found):
            raise UserError(
                N_("Please type the quantity in one of these: {units}."),
                {"units": ", ".join(unit_name(unit, text) for unit in units)},
            )
        if not found or any(one.amount <= 0 or one.amount > _MOST for one in found):
            raise UserError(N_("Please type a number with its unit, for example: 500 kg, or 2 tonnes."))
        if not fit:
            fit = [Said(one.amount, unit, one.per) for one in found for unit in units]
        meant = [one for reading in fit for one in self._with_period(reading)]
        if len(meant) > 1:
            values = [value_of(one) for one in meant[:OFFERED]]
            raise Unsure(
                N_("Which quantity do you mean?"),
                choices=[
                    (one.canonical(), self.show(value, text))
                    for one, value in zip(meant, values, strict=False)
                ],
            )
        if not meant and self.periods:
            raise UserError(
                N_("For which time is it: {periods}?"),
                {"periods": ", ".join(text(PERIODS[period][0]) for period in self.periods)},
            )
        if not meant:
            raise UserError(N_("Please give the quantity alone, without a time."))
        return value_of(meant[0])

    def show(self, value: Any, text: Text) -> str:
        amount = Decimal(str(value["amount"]))
        singular, many = UNITS[value["unit"]].name
        shown = text.plural(singular, many, int(amount), amount=text.number(value["amount"]))
        if "base" in value and value["base_unit"] != value["unit"]:
            base = f"{text.number(value['base'])} {value['base_unit']}"
            shown = text(N_("{quantity} ({base})"), quantity=shown, base=base)
        if "per" in value:
            shown = text(N_("{quantity} {period}"), quantity=shown, period=text(PERIODS[value["per"]][0]))
        return shown

    def _with_period(self, one: Said) -> list[Said]:
        if self.periods is None:
            return [one] if not one.per else []
        if one.per:
            return [one] if one.per in self.periods else []
        return [Said(one.amount, one.unit, period) for period in self.periods]


@dataclass(frozen=True)
class Area(Typed):
    """An area in square metres. `region` settles the sào and the mẫu; without it they are asked."""

    region: Region | None = None

    def parse(self, said: Incoming, text: Text, today: date) -> int | float:
        words = plain(by_accents(typed(said).replace("m²", "m2"), _area_accents(), _area_words()))
        meant: dict[Decimal, str] = {}
        for amount, unit in _amounts(words, _area_words(), text):
            for region, metres in _FIELDS[unit].items():
                if self.region in (None, region):
                    meant.setdefault(amount * metres, region)
        meant = {area: region for area, region in meant.items() if 0 < area <= _MOST}
        if not meant:
            raise UserError(N_("Please type the area like 4 ha or 7500 m²."))
        if len(meant) > 1:
            several = len(set(meant.values())) > 1
            raise Unsure(
                N_("Which area do you mean? If it is none of these, please type it in m²."),
                choices=[
                    (
                        f"{compact(area)}m2",
                        text(_REGIONS[region], area=self.show(as_number(area), text))
                        if several
                        else self.show(as_number(area), text),
                    )
                    for area, region in meant.items()
                ][:OFFERED],
            )
        return as_number(next(iter(meant)))

    def show(self, value: Any, text: Text) -> str:
        metres = f"{text.number(value)} m²"
        return metres if value < 10_000 else f"{text.number(round(value / 10_000, 4))} ha ({metres})"


@dataclass(frozen=True)
class Said:
    """A quantity as it was said; `unit` and `per` are empty where they were not."""

    amount: Decimal
    unit: str = ""
    per: str = ""

    def canonical(self) -> str:
        return f"{compact(self.amount)} {self.unit}" + (f"/{self.per}" if self.per else "")


def per_month(value: Mapping[str, Any]) -> float | None:
    """What a quantity with a period comes to in a month, in kg, l or its own unit; None for a season."""
    share = PERIODS[value["per"]][2]
    amount = Decimal(str(value.get("base", value["amount"])))
    return None if share is None else round(float(amount * share), 3)


def unit_name(code: str, text: Text) -> str:
    """The unit alone, as it stands after an amount."""
    singular, many = UNITS[code].name
    return text.plural(singular, many, 2, amount="").strip()


def quantities(words: str, text: Text) -> list[Said]:
    """What folded words can mean as a quantity: nothing, one thing, or several to be asked."""
    words, per = _without_period(words)
    found = [Said(amount, unit, per) for amount, unit in _amounts(words, unit_words(text.language), text)]
    if found:
        return found
    numbers = readings(words, text.language) or _whole(count_of(words))
    return [Said(number, "", per) for number in numbers]


@cache
def unit_words(language: str) -> dict[str, tuple[str, ...]]:
    """What people type for a unit, folded, to its codes: “t” is a tonne or a quintal."""
    found = vocabulary({unit.words: (code,) for code, unit in UNITS.items()}, language)
    found |= {code: (code,) for code in UNITS}
    return found | vocabulary(
        {N_("words: tonne or quintal"): ("tonne", "quintal"), N_("words: set or bunch"): ("set", "bunch")}
    )


def units_by_accents(typed: str, language: str) -> str:
    """Units with their accents as their codes, since bó and bộ, or tá and tạ, are the same without them."""
    return by_accents(typed, _unit_accents(language), unit_words(language))


@cache
def _unit_accents(language: str) -> dict[str, str]:
    return written({unit.words: code for code, unit in UNITS.items()}, language)


@cache
def _area_accents() -> dict[str, str]:
    return written({message: codes[0] for message, codes in _area_messages().items()}, "vi")


@cache
def period_words() -> dict[str, str]:
    found = vocabulary({words: code for code, (_, words, _) in PERIODS.items()})
    return found | {code: code for code in PERIODS}


@cache
def _scales() -> dict[str, int]:
    return vocabulary({N_("words: thousand"): 10**3, N_("words: million"): 10**6})


def _without_thing(words: str) -> str:
    """Without what is measured: “500 kg nam”; words that could change the quantity stay."""
    meant: tuple[Container[str], ...] = (
        each_words(), period_words(), half_words(), unit_words("vi"), _scales(), number_words(), ("?",),
    )  # fmt: skip
    pieces = words.split(" ")
    kept = len(pieces)
    while kept > 2 and pieces[kept - 1].isalpha() and not any(pieces[kept - 1] in known for known in meant):
        kept -= 1
    return " ".join(pieces[:kept]) if len(pieces) - kept <= 4 else words


@cache
def half_words() -> frozenset[str]:
    return frozenset(vocabulary({N_("words: and a half"): True}))


@cache
def half_of_words() -> frozenset[str]:
    return frozenset(vocabulary({N_("words: half of"): True}))


@cache
def each_words() -> frozenset[str]:
    """What stands before a unit or a period that something is counted by: /, mỗi, một, per, par."""
    return frozenset(vocabulary({N_("words: each"): True}))


def _area_messages() -> dict[str, tuple[str, ...]]:
    return {
        N_("words: square metre"): ("m2",),
        N_("words: hectare"): ("ha",),
        N_("words: sào"): ("sao",),
        N_("words: mẫu"): ("mau",),
        N_("words: công"): ("cong",),
    }


@cache
def _area_words() -> dict[str, tuple[str, ...]]:
    return vocabulary(_area_messages())


@cache
def _period_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    each, period = any_of(each_words()), any_of(period_words())
    after = re.compile(rf"^(.+?)(?: ?/ ?(?:1 |{each} )?| (?:1|{each}) )({period})$")
    before = re.compile(rf"^(?:1|{each}) ({period}):? (.+)$")
    return after, before


def _without_period(words: str) -> tuple[str, str]:
    after, before = _period_patterns()
    if found := after.match(words):
        return found[1].strip(), period_words()[found[2]]
    if found := before.match(words):
        return found[2].strip(), period_words()[found[1]]
    return words, ""


@cache
def _amount_pattern(units: tuple[str, ...]) -> re.Pattern[str]:
    half, half_of = any_of(half_words()), any_of(half_of_words())
    return re.compile(
        rf"^(?:(?P<half>{half_of}) |(?P<figure>{FIGURE}) ?(?:(?P<scale>{any_of(_scales())}) )?"
        rf"|(?P<words>[a-z][a-z \-]{{0,80}}?) )"
        rf"(?P<unit>{any_of(units)})(?P<more> {half})?(?: (?P<rest>.+))?$"
    )


def _amounts(words: str, units: Mapping[str, tuple[str, ...]], text: Text) -> list[tuple[Decimal, str]]:
    """(amount, code of the unit) of what may be meant: “nửa tấn”, “2 tạ rưỡi”, “1 tấn 200 kg”, “ba con”."""
    found = _amount_pattern(tuple(units)).match(words)
    if not found:
        return []
    if found["half"]:
        numbers: Sequence[Decimal] = (Decimal("0.5"),)
    else:
        numbers = (
            readings(found["figure"], text.language, strict=bool(found["scale"]))
            if found["figure"]
            else _whole(count_of(found["words"]))
        )
        numbers = [number * _scales().get(found["scale"], 1) for number in numbers]
    if found["more"]:
        numbers = [
            number + Decimal("0.5") for number in numbers if number == int(number) and not found["half"]
        ]
    meant = [(number, unit) for number in numbers for unit in units[found["unit"]]]
    if not found["rest"]:
        return meant
    smaller = _amounts(found["rest"], units, text)
    if len(meant) != 1 or len(smaller) != 1 or found["more"]:
        return []
    return _together(meant[0], smaller[0])


def _together(large: tuple[Decimal, str], small: tuple[Decimal, str]) -> list[tuple[Decimal, str]]:
    """A larger unit and a smaller one, as an amount of the larger: 1 tấn 200 kg is 1,2 tấn."""
    (amount, unit), (rest, below) = large, small
    if (
        unit not in UNITS
        or below not in UNITS
        or not UNITS[unit].base
        or UNITS[unit].base != UNITS[below].base
    ):
        return []
    share = rest * UNITS[below].factor / UNITS[unit].factor
    return [(amount + share, unit)] if share < 1 and amount == int(amount) else []


def _whole(number: int | None) -> tuple[Decimal, ...]:
    return () if number is None else (Decimal(number),)


def value_of(one: Said) -> dict[str, Any]:
    """As it is kept; `unit` has to be known."""
    unit = UNITS[one.unit]
    value: dict[str, Any] = {"amount": as_number(one.amount), "unit": one.unit}
    if unit.base:
        value |= {"base": as_number(one.amount * unit.factor), "base_unit": unit.base}
    return value | ({"per": one.per} if one.per else {})
