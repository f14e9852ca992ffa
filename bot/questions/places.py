"""Provinces and communes as they are since 1 July 2025, with the names from before understood.

Names, codes and what went into what are the data of vietnamadminunits, after the official tables. They are read
when a place is first asked for; the package itself, which would load much more, is never imported.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from heapq import nsmallest
from importlib.util import find_spec
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any

from bot.chat import Incoming
from bot.errors import Unsure, UserError
from bot.questions.reading import OFFERED, Typed, any_of, typed, vocabulary
from bot.text import N_, Text, fold

#: The kinds of communes, as the data's keys begin with them.
_KINDS = re.compile("^(?:xa|phuong|thitran|dackhu)")


_DISTRICT_KINDS = N_("words: kinds of districts")

#: Degrees north and east.
Position = tuple[float, float]
#: Kilometres from a position to the middle of the nearest commune, beyond which it lies in none: on the mainland
#: the middles of neighbours are up to 22 km apart.
NEAR = 30
#: Communes that are offered for a position.
_NEAREST = 3
#: The earth's mean radius in kilometres (IUGG).
_EARTH = 6371.0
_WHICH_AROUND = N_("In which of these is it? If it is none of them, please type its name.")
#: Degrees as a channel types a location that was shared, or as they are copied from a map.
_DEGREES = re.compile(r"(-?[0-9]{1,3}[.,][0-9]{1,15})°?(?: ?[,;] ?| )(-?[0-9]{1,3}[.,][0-9]{1,15})°?")


@dataclass(frozen=True)
class Place:
    """A province, or a commune of one, with its official code and where it lies (degrees north and east)."""

    code: int
    name: str
    province: int
    north: float
    east: float


@dataclass(frozen=True)
class Province(Typed):
    """One of the 34 provinces and cities; the value is its code. An old name gives the province it went into.

    A position is read by the communes around it.
    """

    def parse(self, said: Incoming, text: Text, today: date) -> int:
        words = fold(typed(said))
        if where := _degrees(words):
            near = list(dict.fromkeys(_communes()[code].province for code in _around(where)))
            if len(near) > 1:
                raise Unsure(_WHICH_AROUND, choices=[(f"#{code}", province_name(code)) for code in near])
            return near[0]
        found = _by_code(words, _provinces()) or _province_index().get(_bare(words))
        if found is None:
            raise UserError(N_("I do not know this province. Please type its name, for example Nghệ An."))
        return found

    def show(self, value: Any, text: Text) -> str:
        return province_name(value)


@dataclass(frozen=True)
class Commune(Typed):
    """A commune, ward or special zone, within a province where its code is given.

    The value is {"province": code, "commune": code}. A name that several have, or that is from before 1 July
    2025, is asked with the names of today; a position, with the communes nearest to it.
    """

    province: int | None = None

    def parse(self, said: Incoming, text: Text, today: date) -> dict[str, int]:
        words = fold(typed(said))
        if (code := _by_code(words, _communes())) is not None:
            return _value(code)
        if where := _degrees(words):
            raise Unsure(
                _WHICH_AROUND,
                choices=[(f"#{code}", _label(code)) for code in _around(where, self.province)],
            )
        found, sure = _named(words, self.province)
        if not found and _bare(words.split(",")[0]) in _districts():
            raise UserError(N_("That was a district, until July 2025. Which commune is it now?"))
        if not found:
            raise UserError(
                N_("I do not know this commune. Please type its name and province: Đan Điền, Huế.")
            )
        if len(found) > 1 or not sure or _district_pattern().match(words):
            raise Unsure(
                N_("Which one do you mean? If it is none of these, please add the province."),
                choices=[(f"#{code}", _label(code)) for code in found[:OFFERED]],
            )
        return _value(found[0])

    def show(self, value: Any, text: Text) -> str:
        return place_name(value)


def place_name(value: Mapping[str, int]) -> str:
    """The names of a commune and its province: Xã Tân Tiến, Đắk Lắk."""
    return _label(value["commune"])


def province_name(code: int) -> str:
    return _provinces()[code].name


def position(value: Mapping[str, int]) -> Position | None:
    """Where the middle of a commune lies, or of its province where no commune is given; None for unknown codes."""
    place = _communes().get(value.get("commune", 0)) or _provinces().get(value.get("province", 0))
    return (place.north, place.east) if place else None


def distance(one: Position, other: Position) -> float:
    """Kilometres between two positions as the crow flies, by the haversine formula."""
    north, east, other_north, other_east = map(radians, (*one, *other))
    half = sin((other_north - north) / 2) ** 2
    half += cos(north) * cos(other_north) * sin((other_east - east) / 2) ** 2
    return 2 * _EARTH * asin(sqrt(min(half, 1.0)))


def _degrees(words: str) -> Position | None:
    """“10.50000, 106.41235” as degrees north and east; None where it is something else."""
    found = _DEGREES.fullmatch(words)
    if not found:
        return None
    north, east = (float(degrees.replace(",", ".")) for degrees in found.groups())
    return (north, east) if abs(north) <= 90 and abs(east) <= 180 else None


def _around(where: Position, province: int | None = None) -> list[int]:
    """The communes nearest to a position, the nearest first. Raises `UserError` where none is near."""
    away = (
        (distance(where, (one.north, one.east)), code)
        for code, one in _communes().items()
        if province in (None, one.province)
    )
    nearest = nsmallest(_NEAREST, away)
    if nearest[0][0] > NEAR:
        raise UserError(
            N_("I find no commune near this position. Please type its name and province: Đan Điền, Huế.")
        )
    return [code for _, code in nearest]


def _named(words: str, province: int | None) -> tuple[list[int], bool]:
    """The communes that folded words may name, the likeliest first; whether it is surely the name of today."""
    for name, around in _splits(words):
        within = {_province_index()[one] for one in around if one in _province_index()}
        if province is not None:
            within.add(province)
        if len(within) > 1 or any(one not in _province_index() and one not in _districts() for one in around):
            continue
        district = next((one for one in around if one in _districts() and one not in _province_index()), None)
        now = (
            [] if district else _only_in(_today().get(_key(name)) or _today().get(_bare(name)) or (), within)
        )
        old = _before().get(_key(name)) or _before().get(_bare(name)) or ()
        before = _only_in((code for of, codes in old if district in (None, of) for code in codes), within)
        if now or before:
            return list(dict.fromkeys([*now, *before])), bool(now) and set(before) <= set(now)
    return [], False


def _splits(words: str) -> Iterable[tuple[str, Sequence[str]]]:
    """The name of a commune, and the keys of what it is said to lie in: parted by commas, or by a province's name."""
    name, *around = [part.strip() for part in re.split(r"[,;\n]| - ", words)[:4]]
    yield name, [_bare(part) for part in around if part]
    pieces = words.split(" ")
    for at in range(len(pieces) - 1, max(0, len(pieces) - 6), -1):
        if not around and (last := _bare(" ".join(pieces[at:]))) in _province_index():
            yield " ".join(pieces[:at]), [last]


def _only_in(codes: Iterable[int], provinces: set[int]) -> list[int]:
    return [code for code in dict.fromkeys(codes) if not provinces or _communes()[code].province in provinces]


def _by_code(words: str, known: Mapping[int, Place]) -> int | None:
    """“#12345”, as a button types it."""
    found = re.fullmatch("#([0-9]{1,5})", words)
    return int(found[1]) if found and int(found[1]) in known else None


def _value(code: int) -> dict[str, int]:
    return {"province": _communes()[code].province, "commune": code}


def _label(code: int) -> str:
    commune = _communes()[code]
    return f"{commune.name}, {province_name(commune.province)}"


def _key(name: str) -> str:
    """Letters and figures alone, and y as i: Ea H'leo, Bà Rịa - Vũng Tàu, Vỹ Dạ and Vĩ Dạ."""
    return re.sub("[^a-z0-9]", "", fold(name)).replace("y", "i")


def _bare(name: str) -> str:
    """The key without the kind of place before it."""
    return _key(_kind_pattern().sub("", fold(name), count=1)) or _key(name)


@cache
def _kind_pattern() -> re.Pattern[str]:
    words = vocabulary({N_("words: kinds of places"): True})
    return re.compile(rf"^{any_of(words)}[. ]+(?=.)")


@cache
def _district_pattern() -> re.Pattern[str]:
    return re.compile(rf"^{any_of(vocabulary({_DISTRICT_KINDS: True}))}[. ]")


@cache
def _data(name: str) -> Any:
    package = find_spec("vietnamadminunits")
    if package is None or package.origin is None:
        raise RuntimeError("vietnamadminunits is not installed")
    return json.loads((Path(package.origin).parent / "data" / name).read_text("utf-8"))


@cache
def _provinces() -> dict[int, Place]:
    return {one.code: one for one in _province_keys().values()}


@cache
def _province_keys() -> dict[str, Place]:
    """The provinces of today by the data's own keys."""
    return {
        key: Place(
            int(one["provinceCode"]),
            one["province"].removeprefix("Tỉnh "),
            0,
            one["provinceLat"],
            one["provinceLon"],
        )
        for key, one in _data("parser_from_2025.json")["DICT_PROVINCE"].items()
    }


@cache
def _communes() -> dict[int, Place]:
    return {one.code: one for communes in _commune_keys().values() for one in communes}


@cache
def _commune_keys() -> dict[tuple[str, str], list[Place]]:
    """The communes of today by the data's keys of province and commune; a few keys stand for two."""
    found: dict[tuple[str, str], list[Place]] = defaultdict(list)
    data = _data("parser_from_2025.json")
    for part in ("DICT_PROVINCE_WARD_NO_ACCENTED", "DICT_PROVINCE_WARD_ACCENTED"):
        for province, communes in data[part].items():
            for one in communes.values():
                code = int(one["wardCode"])
                place = Place(
                    code, one["ward"], _province_keys()[province].code, one["wardLat"], one["wardLon"]
                )
                found[province, _key(one["ward"])].append(place)
    return dict(found)


@cache
def _province_index() -> dict[str, int]:
    """Provinces by their name of today, of before, and what people call them."""
    today = {_bare(one.name): one.code for one in _provinces().values()}
    before = {
        re.sub("^(?:tinh|thanhpho)", "", _key(old)): _province_keys()[new].code
        for new, olds in _data("converter_2025.json")["DICT_PROVINCE"].items()
        for old in olds
    }
    called = vocabulary(
        {
            N_("words: short names of Hồ Chí Minh City"): "Hồ Chí Minh",
            N_("words: short names of Hà Nội"): "Hà Nội",
            N_("words: short names of Huế"): "Huế",
        }
    )
    return before | {_key(word): today[_bare(name)] for word, name in called.items()} | today


@cache
def _today() -> dict[str, list[int]]:
    """Communes of today by their full key and by that of the name alone."""
    found: dict[str, list[int]] = defaultdict(list)
    for one in _communes().values():
        for key in {_key(one.name), _bare(one.name)}:
            found[key].append(one.code)
    return dict(found)


@cache
def _before() -> dict[str, list[tuple[str, list[int]]]]:
    """Communes of before by full key and by the name alone: their district, and what they went into."""
    found: dict[str, list[tuple[str, list[int]]]] = defaultdict(list)
    for old, codes in _went_into().items():
        _, district, commune = (_key(part) for part in old.split("_"))
        for key in {commune, _KINDS.sub("", commune) or commune}:
            found[key].append((_district_name(district), codes))
    return dict(found)


@cache
def _districts() -> frozenset[str]:
    return frozenset(_district_name(_key(old.split("_")[1])) for old in _went_into())


def _district_name(key: str) -> str:
    return re.sub("^(?:huien|quan|thixa|thanhpho)", "", key)


@cache
def _went_into() -> dict[str, list[int]]:
    """Each commune of before, by the data's key, and the codes of those of today that it is part of."""
    data = _data("converter_2025.json")
    found: dict[str, list[int]] = defaultdict(list)
    for province, communes in data["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for commune, olds in communes.items():
            for old in olds:
                found[old] += [one.code for one in _commune_keys().get((province, _key(commune)), ())]
    for province, divided in data["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, parts in divided.items():
            for part in sorted(parts, key=lambda part: not part["isDefaultNewWard"]):
                found[old] += [
                    one.code for one in _commune_keys().get((province, _key(part["newWardKey"])), ())
                ]
    return {old: list(dict.fromkeys(codes)) for old, codes in found.items() if old.count("_") == 2}
