"""My things: one place with everything of a person's own and how it stands."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat import Button, Outgoing
from bot.router import Feature, saved_forms
from bot.text import N_
from bot.turn import Turn
from handlers import privacy

#: Things that are listed at a time; each has a button.
PAGE = 6


def feature(others: Sequence[Feature]) -> Feature:
    """The list over what these features keep of a person."""

    async def handle(turn: Turn) -> Sequence[Outgoing]:
        t = turn.text
        if turn.person.id is None:
            return [Outgoing(t(N_("Please write to me in a private chat for this.")))]
        found = [one for other in others if other.mine for one in await other.mine(turn)]
        page = int(turn.argument) if turn.argument.isdecimal() and len(turn.argument) < 4 else 0
        shown = found[page * PAGE : (page + 1) * PAGE]
        drafts = await saved_forms(turn)
        if not shown:
            nothing = t(N_("There is nothing of yours here yet. Open the menu to begin something."))
            return drafts or [Outgoing(nothing, (privacy.back(turn),))]
        lines = [f"• {one.label} – {one.state}" if one.state else f"• {one.label}" for one in shown]
        buttons = [Button(one.label, data=one.data) for one in shown]
        if len(found) > (page + 1) * PAGE:
            buttons.append(Button(t(N_("More…")), data=f"mine:list:{page + 1}"))
        buttons.append(privacy.back(turn))
        return [*drafts, Outgoing("\n".join([t(N_("Yours:")), *lines]), tuple(buttons))]

    return Feature(
        "mine",
        handle,
        commands={"mine": N_("My things")},
        words={"list": N_("words: my things")},
        phrases={"list": N_("phrases: my things")},
        dialogs={"list": "status"},
    )
