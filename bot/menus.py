"""Choices for a channel without buttons."""

from __future__ import annotations

from bot.chat import Outgoing


def numbered(message: Outgoing) -> str:
    """The text with its choices as a numbered menu, and the addresses that buttons would open."""
    taps = [button.label for button in message.buttons if button.data]
    lines = [message.text.strip(), ""] if message.text.strip() else []
    lines += [f"{button.label}: {button.url}" for button in message.buttons if button.url]
    lines += [f"{number}. {label}" for number, label in enumerate(taps, 1)]
    return "\n".join(lines).strip()
