"""The union's stock of labels, for officers: rolls that come in, serial ranges that go out for a request."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.chat import Button, Incoming, Outgoing
from bot.errors import UserError, Wrong
from bot.forms import Answers, Form, Kind, Question
from bot.questions import OneOf
from bot.records import audit, labels, requests
from bot.records.labels import Serials
from bot.records.requests import Request
from bot.router import Feature, open_form
from bot.text import N_, Text, fold
from bot.turn import Turn
from handlers import officers, privacy

TYPES = (
    ("certification", N_("Certification label")),
    ("trace", N_("Traceability QR label")),
    ("ocop", N_("OCOP label")),
    ("goods", N_("Goods label")),
)
#: The topic of officers who keep labels.
TOPIC = "requests"
#: Numbers in one range.
MOST = 1_000_000
#: Free ranges that are offered to give out.
OFFERED = 4


@dataclass(frozen=True)
class Range:
    """Serial numbers from–to, with the letters before them: {"prefix": "CB", "first": 1001, "last": 2000}."""

    offers: tuple[Serials, ...] = ()
    free = False

    def parse(self, said: Incoming, text: Text, today: date) -> dict[str, Any]:
        between = "|".join(sorted(map(re.escape, text.typed(N_("words: to, between two numbers")))))
        written = re.sub(r"[ .]", "", fold(said.text[:80]))
        found = re.fullmatch(
            rf"([a-z]{{0,12}}?)([0-9]{{1,12}})(?:[-–—]|{between})(?:\1)?([0-9]{{1,12}})", written
        )
        if said.kind != "text" or not found:
            raise UserError(N_("Please type the first and the last number, for example: CB 1001 - 2000."))
        first, last = int(found[2]), int(found[3])
        if not 0 < first <= last or last - first >= MOST:
            raise UserError(
                N_("The last number must not be below the first, and a range has at most 1,000,000.")
            )
        return {"prefix": found[1].upper(), "first": first, "last": last}

    def show(self, value: Any, text: Text) -> str:
        count = text.number(value["last"] - value["first"] + 1)
        shown = f"{value['prefix']}{value['first']}–{value['prefix']}{value['last']}"
        return text(N_("{range} ({count} labels)"), range=shown, count=count)

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        return [(f"{one.prefix}{one.first}-{one.last}", one.shown()) for one in self.offers]


async def handle(turn: Turn) -> Sequence[Outgoing]:
    if await officers.in_charge(turn, TOPIC) is None:
        return officers.turned_away(turn)
    if turn.command == "receive":
        return await open_form(turn, incoming, {})
    return [await in_stock(turn)]


async def in_stock(turn: Turn) -> Outgoing:
    """How many of each type came in, went out and are there."""
    t = turn.text
    counts = await labels.counts(await turn.records())
    lines = [
        t(
            N_("• {type}: {there} in stock, {given} of {received} given out"),
            type=t(label),
            there=t.number(counts[code][0] - counts[code][1]),
            given=t.number(counts[code][1]),
            received=t.number(counts[code][0]),
        )
        for code, label in TYPES
        if code in counts
    ]
    said = "\n".join([t(N_("Labels of the Alliance:")), *lines]) if lines else t(N_("No labels came in yet."))
    return Outgoing(said, (Button(t(N_("Labels came in")), data="labels:receive"), privacy.back(turn)))


async def received(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    connection = await turn.records()
    officer = (await officers.still_in_charge(turn, TOPIC)).id
    roll = answers["range"]
    overlapped = await labels.receive(
        connection, answers["type"], roll["prefix"], roll["first"], roll["last"], turn.now, officer=officer
    )
    if overlapped:
        raise Wrong(
            "range",
            N_("These numbers overlap {range}, which came in before. Please check the roll."),
            {"range": overlapped.shown()},
        )
    await audit.note(
        connection, "labels", 0, "received", turn.now, officer=officer, detail=Range().show(roll, turn.text)
    )
    return [await in_stock(turn)]


async def give_out(turn: Turn, request: Request) -> list[Outgoing]:
    """Opens the form in which an officer picks the serials for a request."""
    if not await labels.free(await turn.records(), request.about):
        none = turn.text(N_("There are no labels of this type in stock. Note what came in first."))
        return [Outgoing(none, (Button(turn.text(N_("Labels came in")), data="labels:receive"),))]
    return await open_form(turn, outgoing, {"request": request.id})


async def _facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    """The request, and the free ranges as long as it needs them."""
    connection = await turn.records()
    found = await requests.get(connection, int(answers["request"]))
    if found is None:
        return {"request": None, "free": ()}
    needed = int(found.details.get("quantity", {}).get("amount", 1))
    there = sorted(
        await labels.free(connection, found.about), key=lambda one: (one.count < needed, one.first)
    )
    fitted = [
        Serials(one.series, one.type, one.prefix, one.first, min(one.last, one.first + needed - 1))
        for one in there[:OFFERED]
    ]
    return {"request": found.id, "found": found, "free": tuple(fitted)}


async def given(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    connection = await turn.records()
    officer = (await officers.still_in_charge(turn, TOPIC)).id
    found: Request | None = answers.get("found")
    if found is None or found.state not in ("working", "ready"):
        raise UserError(N_("This is settled already; nothing waits here."))
    roll = answers["range"]
    if not await labels.issue(
        connection,
        found.about,
        roll["prefix"],
        roll["first"],
        roll["last"],
        turn.now,
        request=found.id,
        officer=officer,
    ):
        raise Wrong("range", N_("Not all of these numbers are free in one roll. Please choose others."))
    shown = Range().show(roll, turn.text)
    await audit.note(
        connection, "request", found.id, "serials given", turn.now, officer=officer, detail=shown
    )
    done = turn.text(N_("Noted for request no. {number}: {range}."), number=found.id, range=shown)
    return [Outgoing(done, (privacy.back(turn),))]


def _free(known: Answers) -> Kind:
    return Range(known["free"])


incoming = Form(
    "labelsin",
    N_("Labels that came in"),
    (
        Question("type", N_("Which type of label came in?"), N_("Labels"), OneOf(TYPES)),
        Question(
            "range",
            N_("Which serial numbers, from and to? For example: CB 1001 - 2000"),
            N_("Serial numbers"),
            Range(),
        ),
    ),
    received,
    personal=False,
)

outgoing = Form(
    "labelsout",
    N_("Labels that go out"),
    (
        Question(
            "range",
            N_("Which serial numbers go out? Choose, or type them, for example: CB 1001 - 2000"),
            N_("Serial numbers"),
            _free,
        ),
    ),
    given,
    personal=False,
    facts=_facts,
)

feature = Feature(
    "labels",
    handle,
    words={"stock": N_("words: stock of labels"), "receive": N_("words: labels came in")},
    forms=(incoming, outgoing),
)
