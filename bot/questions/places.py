"""Provinces and communes as they are since 1 July 2025, with the names from before understood.

The list is that of vietnam-provinces; the names before the merger, and what they went into, are read from the
data of vn-address-converter. Both are loaded when a place is first asked for.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from bot.chat import Incoming
from bot.errors import Unsure, UserError
from bot.questions.reading import OFFERED, Typed, any_of, typed, vocabulary
from bot.text import N_, Text, fold


@dataclass(frozen=True)
class Place:
    """A commune (of a province) or a province (of none), with its official code."""

    code: int
    name: str
    province: int = 0


@dataclass(frozen=True)
class Province(Typed):
    """One of the 34 provinces and cities; the value is its code. An old name gives the province it went into."""

    def parse(self, said: Incoming, text: Text, today: date) -> int:
        words = fold(typed(said))
        found = _by_code(words, _provinces()) or provinces_named(words)
        if not found:
            raise UserError(N_("I do not know this province. Please type its name, for example Nghệ An."))
        if len(found) > 1:
            raise Unsure(
                N_("Which one do you mean?"), choices=[(f"#{p}", province_name(p)) for p in found][:OFFERED]
            )
        return found[0]

    def show(self, value: Any, text: Text) -> str:
        return province_name(value)


@dataclass(frozen=True)
class Commune(Typed):
    """A commune, ward or special zone, within a province where one is given.

    The value is {"province": code, "commune": code}. A name that several have, or from before 1 July 2025, is
    asked with the names of today.
    """

    province: int | None = None

    def parse(self, said: Incoming, text: Text, today: date) -> dict[str, int]:
        words = fold(typed(said))
        if exact := _by_code(words, _communes()):
            return _value(exact[0])
        found, sure = communes_named(words, self.province)
        if not found:
            raise UserError(
                N_("I do not know this commune. Please type its name and province: Đan Điền, Huế.")
            )
        if len(found) > 1 or not sure:
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


def provinces_named(words: str) -> list[int]:
    """The codes of the provinces that folded words name, by their name of today or one from before."""
    return _province_index().get(_without_kind(words)) or _province_index().get(_key(words)) or []


def communes_named(words: str, province: int | None = None) -> tuple[list[int], bool]:
    """The codes of communes that folded words may name, the likeliest first; whether it is their own name today."""
    parts = [part.strip() for part in re.split(r"[,;\n]| - ", words) if part.strip()]
    if len(parts) > 1 and (named := provinces_named(parts[-1])):
        found, sure = communes_named(parts[0], named[0])
        return _only_in(found, province), sure
    if province is None and len(parts) == 1:
        found, sure = _named(words, None)
        return (found, sure) if found else _with_province_after(words)
    return _named(parts[0] if parts else "", province)


def _with_province_after(words: str) -> tuple[list[int], bool]:
    """“tan tien dak lak”: a name and a province without a comma."""
    pieces = words.split(" ")
    for at in range(len(pieces) - 1, max(0, len(pieces) - 6), -1):
        if named := provinces_named(" ".join(pieces[at:])):
            found, sure = _named(" ".join(pieces[:at]), named[0])
            if found:
                return found, sure
    return [], False


def _named(words: str, province: int | None) -> tuple[list[int], bool]:
    full, bare = _commune_index()
    short = _without_kind(words)
    now = _only_in(full.get(_key(words)) or bare.get(short) or (), province)
    before = _only_in(_old_index().get(_key(words)) or _old_index().get(short) or (), province)
    return list(dict.fromkeys([*now, *before])), bool(now) and set(before) <= set(now)


def _only_in(codes: Iterable[int], province: int | None) -> list[int]:
    return [code for code in codes if province in (None, _communes()[code].province)]


def _by_code(words: str, known: Mapping[int, Place]) -> list[int]:
    """“#12345”, as a button types it."""
    found = re.fullmatch("#([0-9]{1,5})", words)
    return [int(found[1])] if found and int(found[1]) in known else []


def _value(code: int) -> dict[str, int]:
    return {"province": _communes()[code].province, "commune": code}


def _label(code: int) -> str:
    commune = _communes()[code]
    return f"{commune.name}, {province_name(commune.province)}"


def _key(name: str) -> str:
    """Folded, without what people write in several ways: Ea H'leo, Bà Rịa - Vũng Tàu, Vỹ Dạ and Vĩ Dạ."""
    return " ".join(re.sub(r"[-–'’`.]", " ", fold(name)).replace("y", "i").split())


def _without_kind(words: str) -> str:
    key = _key(words)
    return _kind_pattern().sub("", key, count=1) or key


@cache
def _kind_pattern() -> re.Pattern[str]:
    kinds = {_key(word) for word in vocabulary({N_("words: kinds of places"): True})}
    return re.compile(rf"^{any_of(kinds)}(?: |(?=[0-9]))")


@cache
def _provinces() -> dict[int, Place]:
    from vietnam_provinces import Province as Listed

    return {int(one.code): Place(int(one.code), " ".join(one.name.split())) for one in Listed.iter_all()}


@cache
def _communes() -> dict[int, Place]:
    from vietnam_provinces import Ward

    return {
        int(one.code): Place(int(one.code), " ".join(one.name.split()), int(one.province_code))
        for one in Ward.iter_all()
    }


@cache
def _province_index() -> dict[str, list[int]]:
    today = {_without_kind(one.name): [one.code] for one in _provinces().values()}
    found: dict[str, list[int]] = {}
    for old, communes in _before().items():
        went = sorted({_communes()[code].province for _, codes in communes for code in codes})
        found[_without_kind(old)] = went[:1] if len(went) == 1 else went
    aliases = {_key(word): today[_without_kind(name)] for name, word in _short_names()}
    return found | aliases | today


def _short_names() -> list[tuple[str, str]]:
    """“sài gòn, tphcm = Thành phố Hồ Chí Minh” in the catalog, as (name, word)."""
    listed = vocabulary({N_("words: short names of Hồ Chí Minh City"): "Thành phố Hồ Chí Minh"})
    listed |= vocabulary({N_("words: short names of Hà Nội"): "Thành phố Hà Nội"})
    listed |= vocabulary({N_("words: short names of Huế"): "Thành phố Huế"})
    return [(name, word) for word, name in listed.items()]


@cache
def _commune_index() -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Communes by full name (xã Tân Tiến) and by the name alone."""
    full: dict[str, list[int]] = defaultdict(list)
    bare: dict[str, list[int]] = defaultdict(list)
    for one in _communes().values():
        full[_key(one.name)].append(one.code)
        bare[_without_kind(one.name)].append(one.code)
    return dict(full), dict(bare)


@cache
def _old_index() -> dict[str, list[int]]:
    """Communes and districts from before, by full name and by the name alone, to the communes they went into."""
    found: dict[str, dict[int, None]] = defaultdict(dict)
    for communes in _before().values():
        for names, codes in communes:
            for name in names:
                for key in (_key(name), _without_kind(name)):
                    found[key] |= dict.fromkeys(codes)
    return {name: list(codes) for name, codes in found.items()}


@cache
def _before() -> dict[str, list[tuple[tuple[str, ...], list[int]]]]:
    """By province of before: the names that a commune had, and the codes of what it went into."""
    today: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in _communes().values():
        today[_without_kind(province_name(one.province)), _key(one.name)].append(one.code)
    listed = json.loads(files("vn_address_converter").joinpath("data/ward_mapping.json").read_text("utf-8"))
    found: dict[str, list[tuple[tuple[str, ...], list[int]]]] = {}
    for province, districts in listed.items():
        communes = found.setdefault(province, [])
        for district in districts.values():
            for name, went in district.items():
                if not isinstance(went, dict) or "new_ward_name" not in went:
                    continue
                codes = today[_without_kind(went["new_provine_name"]), _key(went["new_ward_name"])]
                communes.append(((name,), codes))
    return {province: communes for province, communes in found.items() if any(codes for _, codes in communes)}
