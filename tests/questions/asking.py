"""How the tests ask a kind: what it reads, what it offers, what it refuses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.chat import Incoming
from bot.errors import Unsure, UserError
from bot.forms import Kind
from bot.questions import Money
from bot.text import text
from tests.wire import said

TODAY = date(2026, 11, 24)
VI, FR, EN = text("vi"), text("fr"), text("en")


def read(kind: Kind, typed: str | Incoming, language: str = "vi") -> Any:
    one = said(typed) if isinstance(typed, str) else typed
    return kind.parse(one, text(language), TODAY)


def asked(kind: Kind, typed: str, language: str = "vi") -> list[str]:
    """The labels that are offered; each of them, tapped, has to mean exactly what it shows."""
    with pytest.raises(Unsure) as told:
        read(kind, typed, language)
    t = text(language)
    for value, label in told.value.choices:
        assert len(value.encode()) <= 30
        assert kind.show(read(kind, value, language), t).split(" (")[0] in label
    assert len({value for value, _ in told.value.choices}) == len(told.value.choices)
    return [label for _, label in told.value.choices]


def refused(kind: Kind, typed: str | Incoming, language: str = "vi") -> str:
    """What is said to an answer that is none."""
    with pytest.raises(UserError) as told:
        read(kind, typed, language)
    assert not isinstance(told.value, Unsure)
    return text(language)(told.value.message, **told.value.values)


def meant(kind: Money, typed: str, language: str) -> list[str]:
    """What an amount can mean, as an offer types it: the one that was read, or those that are asked."""
    try:
        return [f"{read(kind, typed, language)}d"]
    except Unsure as error:
        return [value for value, _ in error.choices]
