"""Zalo's updates, as raw JSON, to `Incoming`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.chat import Incoming, Kind, Media
from bot.text import clean

#: Characters of a text, a name, an identity and an address that are kept.
TEXT = 20_000
NAME = 256
IDENTITY = 100
#: A longer address cannot be noted; Zalo's are about 150 characters.
ADDRESS = 255

#: What this module reads. A link is a text with the address in it; what is "unsupported" has no content at all.
KINDS: Mapping[str, Kind] = {
    "message.text.received": "text",
    "message.link.received": "text",
    "message.image.received": "photo",
    "message.sticker.received": "sticker",
    "message.voice.received": "voice",
    "message.unsupported.received": "other",
}
#: Where the address of an image is: as captured, and as documented.
PHOTOS = ("photo_url", "photo")
GROUP = "GROUP"


class UnreadableError(Exception):
    """An update that is not as Zalo describes it; its text holds nothing of what it said."""


def update_of(body: Any) -> Mapping[str, Any]:
    """The update itself: documented as the `result` of an envelope, and captured bare.

    Raises `UnreadableError` for what is neither.
    """
    inner = body.get("result") if isinstance(body, dict) and "result" in body else body
    if not isinstance(inner, dict) or not ("event_name" in inner or "message" in inner):
        raise UnreadableError("no update")
    return inner


def read(update: Any, names: Iterable[str] = ()) -> Incoming | None:
    """What a person did, or None for what is nobody's message. `names` are what the bot is called in a group.

    Raises `UnreadableError` for what has another shape than Zalo describes.
    """
    try:
        event, message = update.get("event_name"), update.get("message")
        if message is None or (event is not None and event not in KINDS):
            return None
        return _message(event, message, names)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableError(f"{type(error).__name__} in an update") from None


def _message(event: str | None, message: Mapping[str, Any], names: Iterable[str]) -> Incoming | None:
    sender, chat = message["from"], message["chat"]
    if sender.get("is_bot"):
        return None
    photo = next((message[key] for key in PHOTOS if message.get(key)), "")
    kind = KINDS[event] if event is not None else _kind_of(message, photo)
    text = _words(message.get("text") or message.get("caption") or "", TEXT)
    media: tuple[Media, ...] = ()
    if kind == "photo":
        media = (_photo(photo),) if photo else ()
        kind = "photo" if media else "other"
    if kind == "text" and not text:
        kind = "other"
    group = chat.get("chat_type") == GROUP
    return Incoming(
        "zalo_bot",
        key=_identity(message["message_id"]),
        position=_date(message.get("date", 0)),
        chat=_identity(chat["id"]),
        sender=_identity(sender["id"]),
        name=_words(sender.get("display_name") or "", NAME),
        group=group,
        kind=kind,
        # A group's update always is a mention or a reply: Zalo sends no others.
        text=_without(text, names) if group else text,
        media=media,
    )


def _kind_of(message: Mapping[str, Any], photo: str) -> Kind:
    """Polling is documented without the event's name."""
    if photo:
        return "photo"
    return "text" if message.get("text") else "other"


def _photo(address: str) -> Media:
    if not isinstance(address, str):
        raise TypeError
    # One that is too long stays a picture that was sent and cannot be had, of which its sender is told.
    return Media(address if len(address) <= ADDRESS else f"too long: {address[:100]}", type="image/jpeg")


def _without(text: str, names: Iterable[str]) -> str:
    """The text without the bot's name, by which it was called."""
    for name in names:
        text = re.sub(rf"(?<!\w)@{re.escape(name)}(?!\w)[ \t]*", "", text, flags=re.IGNORECASE)
    return text.strip()


def _words(value: str, longest: int) -> str:
    """Cleaned even where no person typed it: a database refuses NUL and half of a surrogate pair."""
    if not isinstance(value, str):
        raise TypeError
    return clean(value[: longest * 2])[:longest]


def _identity(value: str) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= IDENTITY or value != clean(value):
        raise TypeError
    return value


def _date(value: int) -> int:
    """Milliseconds since 1970: within a chat what was said first comes first."""
    if type(value) is not int or not 0 <= value < 2**63:
        raise TypeError
    return value
