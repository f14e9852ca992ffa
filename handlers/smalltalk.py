"""What is no question: thanks, stickers, a voice message, anger. Short, kind, and with a way on."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat import Button, Outgoing
from bot.router import Feature
from bot.text import N_
from bot.turn import Turn
from handlers import person, privacy

SORRY = N_("I am sorry for the trouble.")

ANSWERS = {
    "thanks": N_("You are welcome. I am here whenever you need me."),
    "bye": N_("Goodbye, and good business!"),
    "sticker": N_("Thank you! If you have a question, just write it here."),
    "voice": N_("I cannot listen to voice messages yet. Please type it, or talk to an officer."),
    "other": N_("I cannot read this kind of message. Please type it, or talk to an officer."),
    "angry": N_(
        "I am sorry for the trouble. I can pass this on to an officer right away, so that you get an answer."
    ),
}


async def handle(turn: Turn) -> Sequence[Outgoing]:
    t = turn.text
    if turn.command == "angry":
        turn.chat.state["asked"] = turn.said.text[:500]
        if (
            turn.chat.state.get("with staff") and turn.person.id is not None
        ):  # they know of it: it is added there
            return [Outgoing(t(SORRY)), *await person.pass_on(turn, turn.said.text)]
    buttons = [privacy.back(turn)]
    if turn.command in ("voice", "other", "angry"):
        buttons.insert(0, Button(t(N_("Talk to an officer")), data="person:ask"))
    return [Outgoing(t(ANSWERS.get(turn.command, ANSWERS["other"])), tuple(buttons))]


feature = Feature(
    "smalltalk",
    handle,
    words={"thanks": N_("words: thanks"), "bye": N_("words: goodbye")},
    phrases={"angry": N_("phrases: angry")},
    kinds={"sticker": "sticker", "voice": "voice", "other": "other"},
)
