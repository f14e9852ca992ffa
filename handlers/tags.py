"""Tags that officers put on cooperatives, to write to some of them together: a word or two, as the office likes."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Button, Outgoing
from bot.errors import UserError
from bot.exchange import Column, Exchange
from bot.forms import Answers, Form, Kind, Question, Sentence
from bot.questions import OneOf, Words
from bot.records import audiences, audit, cooperatives, staff
from bot.router import Feature, open_form
from bot.text import N_, Text, clean
from bot.turn import Turn
from handlers import officers, privacy
from handlers.taxcode import AnyTaxCode

#: Letters of a tag, tags that are given at a time, and that are listed.
LONGEST, MOST, LISTED = 40, 10, 30
#: Cooperatives of a name that are offered, and tags that can be taken away by a button.
FOUND, REMOVED = 6, 4


def in_words(written: str) -> list[str]:
    """The tags of an answer: “rau sạch, VietGAP”. Raises `UserError` for none, too many, or one that is too long."""
    found = [" ".join(part.split()) for part in re.split(r"[,;\n]", clean(written))]
    found = list(dict.fromkeys(part for part in found if part))
    if not found or len(found) > MOST or any(len(part) > LONGEST for part in found):
        raise UserError(
            N_("One to {most} tags, please, parted by commas, each of at most {letters} letters."),
            {"most": MOST, "letters": LONGEST},
        )
    return found


async def handle(turn: Turn) -> Sequence[Outgoing]:
    officer = await staff.officer_of(await turn.records(), turn.person.id)
    if officer is None:
        return officers.turned_away(turn)
    number, _, mark = turn.argument.partition(":")
    match turn.command:
        case "new":
            return await open_form(turn, form, {})
        case "show" | "untag" if re.fullmatch("[0-9]{1,15}", number):
            connection = await turn.records()
            if turn.command == "untag":
                for tag in await audiences.tags_of(connection, int(number)):
                    if _mark(tag) == mark:
                        await audiences.untag(connection, int(number), tag)
                        await _note(turn, int(number), "untag", tag, officer.id)
            return await _card(turn, int(number))
    return await _list(turn)


async def _list(turn: Turn) -> list[Outgoing]:
    t = turn.text
    found = await audiences.all_tags(await turn.records())
    lines = [f"• {tag}: {t.number(count)}" for tag, count in found[:LISTED]]
    lead = t(N_("Tags, and how many cooperatives have each:")) if found else t(N_("There is no tag yet."))
    put = Button(t(N_("Tag a cooperative")), data="tags:new")
    return [Outgoing("\n".join([lead, *lines]), (put, privacy.back(turn)))]


async def _card(turn: Turn, number: int, lead: str = "") -> list[Outgoing]:
    """The tags of a cooperative, each to be taken away."""
    t, connection = turn.text, await turn.records()
    one = await cooperatives.get(connection, number)
    if one is None:
        return await _list(turn)
    found = await audiences.tags_of(connection, number)
    line = t(N_("Tags of {name}: {tags}"), name=one.name, tags=", ".join(found) or t(N_("none")))
    buttons = [
        Button(t(N_("Take away: {tag}"), tag=tag), data=f"tags:untag:{number}:{_mark(tag)}")
        for tag in found[:REMOVED]
    ]
    more = Button(t(N_("Tag a cooperative")), data="tags:new")
    every = Button(t(N_("All tags")), data="tags:list")
    text = "\n".join(part for part in (lead, line) if part)
    return [Outgoing(text, (*buttons, more, every, privacy.back(turn)))]


def _mark(tag: str) -> str:
    """A tag as the data of a button holds it, which is too short for the tag itself."""
    return f"{zlib.crc32(tag.encode()):08x}"


async def _note(turn: Turn, number: int, verb: str, detail: str, officer: int) -> None:
    connection = await turn.records()
    await audit.note(connection, "cooperative", number, verb, turn.now, officer=officer, detail=detail)


# the dialog


async def _facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    """The cooperatives that were meant: (number, name)."""
    connection, wanted, number = await turn.records(), answers.get("coop"), answers.get("id")
    if number and (one := await cooperatives.get(connection, number)):
        found = [(one.id, one.name)]
    else:
        found = await cooperatives.named(connection, wanted, FOUND) if wanted else []
    return {"id": number, "sought": wanted, "found": found}


def _somebody(known: Answers, value: str) -> Sentence | None:
    if known.get("sought") == value and not known["found"]:
        raise UserError(
            N_("I know no cooperative of this name or tax code. Please write a part of its name.")
        )
    return None


def _which(known: Answers) -> Kind:
    return OneOf(tuple((str(number), name) for number, name in known["found"]))


async def begin(turn: Turn, number: int) -> Sequence[Outgoing]:
    """Opens the dialog for one cooperative."""
    one = await cooperatives.get(await turn.records(), number)
    return await open_form(turn, form, {"id": number, "coop": one.name} if one else {})


async def _submit(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    t, connection = turn.text, await turn.records()
    officer = await staff.officer_of(connection, turn.person.id)
    if officer is None:
        raise UserError(officers.NOT_ONE)
    found = answers["found"]
    number = int(answers["which"]) if answers.get("which") else (found[0][0] if found else 0)
    await put(turn, number, answers["tags"], officer.id)
    return await _card(turn, number, t(N_("Noted.")))


async def put(turn: Turn, number: int, written: str, officer: int) -> None:
    """Puts the tags of an answer on a cooperative."""
    found = in_words(written)
    await audiences.tag(await turn.records(), number, found)
    await _note(turn, number, "tag", ", ".join(found), officer)


def _tags(known: Answers, value: str) -> Sentence | None:
    in_words(value)
    return None


form = Form(
    "tag",
    N_("Tags of a cooperative"),
    (
        Question(
            "coop",
            N_("Which cooperative? Its tax code, or a part of its name, for example: Nấm Hương"),
            N_("Cooperative"),
            Words(2, 200),
            check=_somebody,
        ),
        Question(
            "which",
            N_("Which of these?"),
            N_("Chosen"),
            _which,
            when=lambda known: len(known.get("found") or ()) > 1,
        ),
        Question(
            "tags",
            N_("Which tags? Parted by commas, for example: rau sạch, VietGAP"),
            N_("Tags"),
            Words(2, 500),
            check=_tags,
        ),
    ),
    _submit,
    personal=False,
    facts=_facts,
    interruptible=False,
)


# in and out


async def write(connection: AsyncConnection, rows: Sequence[Answers], at: datetime) -> int:
    """Tags the cooperatives of these tax codes; returns how many of them are known here."""
    known = 0
    for row in rows:
        number = await cooperatives.with_tax_code(connection, row["tax_code"])
        if number is not None:
            await audiences.tag(connection, number, in_words(row["tags"]))
            known += 1
    return known


def _check(row: Answers, at: datetime) -> None:
    in_words(row["tags"])


async def taken_out(connection: AsyncConnection, t: Text) -> list[list[Any]]:
    return [[code, name, ", ".join(tags)] for code, name, tags in await audiences.tagged(connection)]


COLUMNS = (
    Column("tax_code", N_("Tax code"), AnyTaxCode(), needed=True),
    Column("tags", N_("Tags"), Words(2, 500), needed=True),
)
EXCHANGE = Exchange(
    "tags",
    columns=COLUMNS,
    check=_check,
    write=write,
    headings=lambda t: [t(N_("Tax code")), t(N_("Its name")), t(N_("Tags"))],
    rows=taken_out,
    topic="cooperatives",
    asked=N_("phrases: bring in tags"),
)

feature = Feature(
    "tags",
    handle,
    words={"list": N_("words: tags of cooperatives"), "new": N_("words: tag a cooperative")},
    forms=(form,),
    dialogs={"list": "staff", "new": "staff"},
)
