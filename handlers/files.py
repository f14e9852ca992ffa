"""What was sent and could not be taken: its sender hears which file and why, and everything else is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.chat import Button, Outgoing
from bot.media import LARGEST, NOT_TAKEN, TOO_LARGE
from bot.records import files, products
from bot.records.files import Refused
from bot.router import GO_ON, Feature
from bot.text import N_
from bot.turn import Turn
from handlers import privacy

#: Files that a message names.
NAMED = 5
#: Files of a chat of which is remembered that they were spoken of.
REMEMBERED = 100


async def handle(turn: Turn) -> Sequence[Outgoing]:
    """Speaks once of all files that could not be taken, however many notices came for them."""
    connection = await turn.records()
    told = turn.chat.state.get("refused", [])
    gone = [one for one in await files.refused(connection, turn.chat.id) if one.id not in told]
    if turn.argument not in {str(one.id) for one in gone}:
        return ()
    turn.chat.state["refused"] = [*told, *(one.id for one in gone)][-REMEMBERED:]
    products_short = []
    for one in gone:
        product = await products.drop_photo(connection, turn.chat.id, one.reference)
        if product and product.name not in products_short:
            products_short.append(product.name)
    in_form = _taken_out(turn.chat.state, {one.reference for one in gone})
    t = turn.text
    lines = [_named(turn, gone), *_reasons(turn, gone)]
    kept = N_("“{name}” keeps its other photos; add more under Edit.")
    lines += [t(kept, name=name) for name in products_short]
    buttons = [privacy.back(turn)]
    if in_form:
        lines.append(t(N_("The form you are filling in goes on without it.")))
        buttons.insert(0, Button(t(N_("Go on")), data=GO_ON))
    return [Outgoing("\n".join(lines), tuple(buttons))]


def _named(turn: Turn, gone: Sequence[Refused]) -> str:
    names = [one.name for one in gone if one.name][:NAMED]
    count = turn.text.plural(
        "{count} file you sent could not be taken",
        "{count} files you sent could not be taken",
        len(gone),
    )
    return f"{count}: {', '.join(names)}." if names else f"{count}."


def _reasons(turn: Turn, gone: Sequence[Refused]) -> list[str]:
    """Each reason once; what went wrong on the way is not spelt out."""
    lost = N_("It did not arrive. Please send it once more.")
    found = dict.fromkeys(one.failure if one.failure in (TOO_LARGE, NOT_TAKEN) else lost for one in gone)
    return [turn.text(reason, megabytes=LARGEST // 1024**2) for reason in found]


def _taken_out(state: dict[str, Any], references: set[str]) -> bool:
    """Takes files out of the chat's forms; whether the one that is open had any of them."""
    changed = False
    open_one = state.get("form")
    for draft in [one for one in (open_one, *state.get("saved", {}).values()) if one]:
        for held in (draft["answers"], draft.get("partial", {})):
            for key, value in list(held.items()):
                if not (isinstance(value, list) and value and isinstance(value[0], dict)):
                    continue
                kept = [one for one in value if one.get("ref") not in references]
                if len(kept) == len(value):
                    continue
                changed |= draft is open_one
                if kept:
                    held[key] = kept
                else:
                    del held[key]
    return changed


feature = Feature("files", handle)
