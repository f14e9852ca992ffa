"""The description of the Bot API in the form that the fake checks against: types, requirements, limits.

`python -m tests.fakes.bot_api_spec SOURCE` makes `bot-api-10.1.json` from the full description (see
`bot-api.LICENSE`), which is six times as large, being mostly prose. The limits stand in that prose.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

COMPACT = Path(__file__).with_name("bot-api-10.1.json")


@dataclass(frozen=True, slots=True)
class Field:
    """`limit` is (least, most, unit) with the unit `characters`, `bytes`, `items` or `value`."""

    types: tuple[str, ...]
    required: bool
    limit: tuple[int, int, str] | None


@dataclass(frozen=True, slots=True)
class Spec:
    """`types` without fields take any object; `subtypes` are the alternatives of an abstract type."""

    methods: dict[str, dict[str, Field]]
    types: dict[str, dict[str, Field]]
    subtypes: dict[str, tuple[str, ...]]


@cache
def spec() -> Spec:
    raw = json.loads(COMPACT.read_text())
    return Spec(
        {name: _fields(fields) for name, fields in raw["methods"].items()},
        {name: _fields(fields) for name, fields in raw["types"].items()},
        {name: tuple(names) for name, names in raw["subtypes"].items()},
    )


def _fields(raw: dict[str, list[Any]]) -> dict[str, Field]:
    return {
        name: Field(
            tuple(types.split("|")), bool(required), (limit[0], limit[1], limit[2]) if limit else None
        )
        for name, (types, required, *limit) in raw.items()
    }


def compact(full: dict[str, Any]) -> str:
    """One line a method and a type, so that a new version of the API shows as a diff."""
    parts = [
        ("methods", {name: _compact(method) for name, method in full["methods"].items()}),
        ("types", {name: _compact(kind) for name, kind in full["types"].items() if "subtypes" not in kind}),
        ("subtypes", {name: kind["subtypes"] for name, kind in full["types"].items() if "subtypes" in kind}),
    ]
    blocks = []
    for title, entries in parts:
        lines = (
            f"{json.dumps(name)}:{json.dumps(entry, separators=(',', ':'))}"
            for name, entry in entries.items()
        )
        blocks.append(f"{json.dumps(title)}:{{\n" + ",\n".join(lines) + "\n}")
    version = json.dumps(full["version"])
    return f'{{"version":{version},\n' + ",\n".join(blocks) + "}\n"


def _compact(described: dict[str, Any]) -> dict[str, list[Any]]:
    return {
        field["name"]: ["|".join(field["types"]), int(field["required"]), *(_limit(field) or ())]
        for field in described.get("fields", ())
    }


def _limit(field: dict[str, Any]) -> tuple[int, int, str] | None:
    prose = field["description"]
    kind = field["types"][0]
    if kind == "String" and (found := re.search(r"(\d+)-(\d+) (characters|bytes)", prose, re.IGNORECASE)):
        return int(found[1]), int(found[2]), found[3].lower()
    if kind.startswith("Array"):
        if found := re.search(r"(?<!ISO )\b(\d+)-(\d+) ", prose):
            return int(found[1]), int(found[2]), "items"
        if found := re.search(r"(?:[Aa]t most|up to) (\d+) ", prose):
            return 0, int(found[1]), "items"
    if kind == "Integer" and (found := re.search(r"(?:between |[;,] )(\d+)-(\d+)\b", prose)):
        return int(found[1]), int(found[2]), "value"
    return None


if __name__ == "__main__":
    COMPACT.write_text(compact(json.loads(Path(sys.argv[1]).read_text())))
