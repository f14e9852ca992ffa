"""Buttons as text, for channels that have none."""

from __future__ import annotations

from bot.chat import Outgoing


def numbered(message: Outgoing) -> str:
    """The text with a line for each button: "1. Label" for one to choose, "Label: url" for one that opens."""
    choices = [button.label for button in message.buttons if button.data]
    lines = [f"{number}. {label}" for number, label in enumerate(choices, 1)]
    lines += [f"{button.label}: {button.url}" for button in message.buttons if button.url]
    return "\n\n".join(part for part in (message.text.strip(), "\n".join(lines)) if part)
