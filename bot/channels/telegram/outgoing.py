"""`Outgoing` to calls of the Bot API: what fits where, and how buttons lie on a phone.

Plain text without a parse_mode, so that nothing a person wrote can become markup beyond the bold of articles;
no previews of links.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.channels.texts import BOLD, split, units
from bot.chat import Button, Media, Outgoing

#: UTF-16 code units of a text and of a caption (core.telegram.org/bots/api#sendmessage, #sendphoto).
TEXT = 4096
CAPTION = 1024

#: Two buttons of so many characters fit beside each other at a width of 360 points.
SHORT = 16


@dataclass(frozen=True, slots=True)
class Call:
    """A method with its parameters; `upload` is the file that goes as the parameter `part`."""

    method: str
    parameters: dict[str, Any]
    part: str = ""
    upload: Media | None = None


def calls(chat: int, message: Outgoing) -> list[Call]:
    """The calls that say a message, in order. Empty where there is nothing to say."""
    linked = tuple(button for button in message.buttons if not button.url or _opens(button.url))
    text = "\n".join(
        [message.text.strip(), *(f"{b.label}: {b.url}" for b in message.buttons if b not in linked)]
    ).strip()
    media = [("photo", message.photo), ("document", message.file)]
    uploads = [
        Call(f"send{part.title()}", {"chat_id": chat}, part, upload) for part, upload in media if upload
    ]
    if uploads and text and units(text) <= CAPTION:
        uploads[-1].parameters.update(_bold(text, "caption", "caption_entities"))
        text = ""
    texts = [
        Call(
            "sendMessage",
            {
                "chat_id": chat,
                "link_preview_options": {"is_disabled": True},
                **_bold(part, "text", "entities"),
            },
        )
        for part in split(text, TEXT)
    ]
    everything = uploads + texts
    if everything and linked:
        everything[-1].parameters["reply_markup"] = {"inline_keyboard": keyboard(linked)}
    return everything


def edits(chat: int, message_ids: Sequence[int], message: Outgoing) -> list[Call]:
    """The calls that change the words and buttons of what was said in these parts, each in its place.

    A picture or a file stays the one it was. Empty where the message would have another number of parts, or none.
    """
    said = calls(chat, message)
    return (
        [_edit(call, one) for call, one in zip(said, message_ids, strict=True)]
        if len(said) == len(message_ids)
        else []
    )


def _edit(call: Call, message_id: int) -> Call:
    if call.upload is None:
        return Call("editMessageText", {**call.parameters, "message_id": message_id})
    return Call("editMessageCaption", {"caption": "", **call.parameters, "message_id": message_id})


def _bold(text: str, name: str, entities: str) -> dict[str, Any]:
    """The text as the parameter `name`, and what the articles write as `**bold**` as entities beside it."""
    plain, spans, at = "", [], 0
    for found in BOLD.finditer(text):
        plain += text[at : found.start()]
        spans.append({"type": "bold", "offset": units(plain), "length": units(found[1])})
        plain += found[1]
        at = found.end()
    return {name: plain + text[at:], **({entities: spans} if spans else {})}


def keyboard(buttons: Sequence[Button]) -> list[list[dict[str, str]]]:
    """Rows: two short labels share one, a long label has its own."""
    rows: list[list[dict[str, str]]] = []
    open_row = False
    for button in buttons:
        key = {
            "text": button.label,
            **({"url": button.url} if button.url else {"callback_data": button.data}),
        }
        short = width(button.label) <= SHORT
        if short and open_row:
            rows[-1].append(key)
            open_row = False
        else:
            rows.append([key])
            open_row = short
    return rows


def width(label: str) -> int:
    """Columns: an emoji or an ideograph takes two, a combining mark none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in label
    )


def _opens(url: str) -> bool:
    """Whether Telegram takes it for a button: with `localhost` it refuses the whole message."""
    parts = urlsplit(url)
    return parts.scheme == "tg" or (
        parts.scheme in ("http", "https")
        and "." in (parts.hostname or "")
        and not (parts.hostname or "").startswith("127.")
    )
