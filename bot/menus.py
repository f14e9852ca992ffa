"""Buttons for those who have none: what has a number is chosen by typing it, all else by its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from bot.chat import Button, Outgoing
from bot.questions.words import place
from bot.text import LANGUAGES, N_, fold_words, text

#: What two numbers always mean, as on a telephone.
MENU, MORE = 0, 9
#: The button of the main menu.
MENU_DATA = "start:menu"
#: Letters of what is looked at as a number or the beginning of a label; what is longer is a sentence.
LONGEST = 40


def numbers(message: Outgoing) -> list[int | None]:
    """The number of each button, in their order; None for what is chosen by its words, or opens a page."""
    found: list[int | None] = []
    left = [number for number in range(1, len(message.buttons) + 2) if number != MORE]
    room = len(message.buttons) if message.numbers is None else message.numbers
    for at, button in enumerate(message.buttons):
        if not button.data or at >= room:
            found.append(None)
        elif button.data == MENU_DATA:
            found.append(MENU)
        elif button.label in _more():
            found.append(MORE)
        else:
            found.append(left.pop(0))
    return found


def numbered(message: Outgoing) -> str:
    """The text with its buttons as lines: “1. Fairs”, then what is typed in words, then the links."""
    placed = list(zip(numbers(message), message.buttons, strict=True))
    lines = [f"{number}. {button.label}" for number, button in placed if number]
    lines += [f"{number}. {button.label}" for number, button in placed if number == MENU]
    words = [button.label for number, button in placed if number is None and button.data]
    lines += [f"✍️ {' · '.join(words)}"] if words else []
    lines += [f"{button.label}: {button.url}" for button in message.buttons if button.url]
    return "\n\n".join(part for part in (message.text, "\n".join(lines)) if part)


def number_of(typed: str) -> int | None:
    """The number in “1”, “số 1”, “so 1 di”, “một”; None where something else was typed.

    A nought is one in figures alone: in Vietnamese its word is “no” as well.
    """
    number = place(typed) if len(typed) <= LONGEST else None
    return None if number == MENU and "0" not in typed else number


def numbers_of(typed: str) -> list[int]:
    """The numbers of “1, 3” or “1 và 3”; [] where it is not a list of numbers alone."""
    if len(typed) > LONGEST or not re.fullmatch(
        r"[0-9]{1,2}(?:(?:[ ,;+&.]|và|va|et|and)+[0-9]{1,2})+", typed
    ):
        return []
    return [int(number) for number in re.findall("[0-9]+", typed)]


def beginning(typed: str, buttons: Sequence[Button]) -> Button | None:
    """The only button whose label begins with the words that were typed, with accents or without."""
    words = fold_words(typed)
    if not 2 <= len(words) <= LONGEST:
        return None
    found = [one for one in buttons if one.data and f"{fold_words(one.label)} ".startswith(f"{words} ")]
    return found[0] if len({one.data for one in found}) == 1 else None


@cache
def _more() -> frozenset[str]:
    return frozenset(text(language)(N_("More…")) for language in LANGUAGES)
