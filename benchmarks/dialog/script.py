"""The dialog that everybody holds: what a person says, and what must be answered, to the letter.

An order for a stall at a fair: a command opens it, eight answers follow, a tap on "Send" closes it. The texts
and the kinds of question are shared, so that what differs between the contestants is only the framework.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.chat import Incoming
from bot.forms import Question
from bot.questions import OneOf, Phone, Whole, Words
from bot.text import text

ENGLISH = text("en")
COMMAND = "stall"
TITLE = "A stall at the fair"
THANKS = "Thank you, {name}. Your order for a stall was noted."

QUESTIONS = (
    Question("name", "What is your cooperative called? For example: An Phú", "Cooperative", Words()),
    Question("phone", "Which number can we call? For example: 0912 345 678", "Phone", Phone()),
    Question(
        "kind",
        "What do you sell?",
        "Goods",
        OneOf((("food", "Food"), ("crafts", "Crafts"), ("plants", "Plants and seeds"))),
    ),
    Question("people", "How many people will come? For example: 4", "People", Whole(1, 50)),
    Question("product", "What is your best product? For example: forest honey", "Product", Words()),
    Question(
        "days",
        "On which days?",
        "Days",
        OneOf((("first", "The first day"), ("second", "The second day"), ("both", "Both days"))),
    ),
    Question("area", "How many square metres do you need? For example: 9", "Area", Whole(1, 100)),
    Question("note", "What else should we know? For example: we need a fridge", "Note", Words()),
)


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a person, and the reply that it must have: `labels` are its buttons in reading order.

    A tap names the label of a button in the reply before it.
    """

    text: str = ""
    tap: str = ""
    reply: str = ""
    labels: tuple[str, ...] = ()


def dialog(number: int) -> list[Said]:
    """The ten messages of the chat with that number."""
    name, phone = f"Cooperative {number}", f"0912 {number % 1000:03} 678"
    people, area = str(1 + number % 40), str(4 + number % 60)
    typed = (name, phone, "2", people, "forest honey", "Both days", area, f"a socket near stall {number}")
    values = (
        name,
        f"+84912{number % 1000:03}678",
        "crafts",
        int(people),
        "forest honey",
        "both",
        int(area),
        typed[-1],
    )
    answers: dict[str, Any] = {}
    lines = [Said(f"/{COMMAND}", reply=prompt(0), labels=labels(0))]
    for at, question in enumerate(QUESTIONS):
        answers[question.key] = values[at]
        last = at + 1 == len(QUESTIONS)
        reply = card(answers) if last else prompt(at + 1)
        offered = CARD_LABELS if last else labels(at + 1)
        tapped = question.key == "days"
        lines.append(Said("" if tapped else typed[at], typed[at] if tapped else "", reply, offered))
    lines.append(Said(tap="Send", reply=thanks(answers)))
    return lines


# -- what the peers say; this bot's own texts come out the same


def prompt(at: int) -> str:
    return f"({at + 1}/{len(QUESTIONS)}) {QUESTIONS[at].prompt}"


def labels(at: int) -> tuple[str, ...]:
    offered = tuple(label for _, label in QUESTIONS[at].kind_for({}).choices(ENGLISH))
    return (*offered, "Back", "Cancel") if at else (*offered, "Cancel")


def card(answers: Mapping[str, Any]) -> str:
    lines = [f"• {q.label}: {q.kind_for({}).show(answers[q.key], ENGLISH)}" for q in QUESTIONS]
    return "\n".join([TITLE, *lines, "", "Is this right?"])


CARD_LABELS = ("Send", "Edit an answer", "Save for later", "Cancel")


def thanks(answers: Mapping[str, Any]) -> str:
    return THANKS.format(name=answers["name"])


def parse(at: int, typed: str) -> Any:
    """The value of an answer. Raises `bot.errors.UserError`."""
    return QUESTIONS[at].kind_for({}).parse(Incoming("", "", "", text=typed), ENGLISH, date(2026, 11, 24))


def rows(at: int) -> list[list[tuple[str, str]]]:
    """The keyboard of a question, or of the card after the last: rows of (label, data), two beside each other."""
    shown = [(label, label) for label in (labels(at) if at < len(QUESTIONS) else CARD_LABELS)]
    return [shown[i : i + 2] for i in range(0, len(shown), 2)]
