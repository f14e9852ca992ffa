"""Zalo's events, as raw JSON, to `Incoming`. What is unknown is nobody's word, and is dropped."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from bot.channels.zalo_oa.outgoing import PAYLOAD
from bot.chat import DATA_BYTES, Incoming, Kind, Media
from bot.text import clean

CHANNEL = "zalo_oa"

#: Characters of a text, of a name, of an identity and of an address that are kept; a person types at most some 2000.
TEXT, NAME, KEY, ADDRESS = 4096, 256, 100, 255
#: What a text is that a tap on a button sent: our own data, after `PAYLOAD`.
_TAP = re.compile(rf"{PAYLOAD}([a-z_]+:[^\n]+)")
#: Unverified: the message that one replies to.
QUOTED = "quote_msg_id"

_SENT = "user_send_"
_KINDS: Mapping[str, Kind] = {
    "text": "text",
    "link": "text",
    "location": "text",
    "business_card": "text",
    "image": "photo",
    "file": "file",
    "sticker": "sticker",
    "audio": "voice",
    "video": "other",
    "gif": "other",
}
_MEMBERSHIP: Mapping[str, Kind] = {"follow": "joined", "unfollow": "left"}


class UnreadableError(Exception):
    """An event that is not as Zalo describes it; its text holds nothing of what it said."""


def timestamp(event: Mapping[str, Any]) -> str:
    """The moment of an event as it stands there, in milliseconds, which is signed. "" where there is none."""
    given = event.get("timestamp")
    return str(given) if type(given) is int or isinstance(given, str) else ""


def read(event: Mapping[str, Any]) -> Incoming | None:
    """What a person did, or None for what is not theirs: what was seen or received, what staff wrote, groups.

    Raises `UnreadableError` for what has another shape than Zalo describes.
    """
    name = event.get("event_name")
    try:
        if name in _MEMBERSHIP:
            return _membership(event, str(name))
        if isinstance(name, str) and name.removeprefix(_SENT) in _KINDS and name.startswith(_SENT):
            return _message(event, name.removeprefix(_SENT))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise UnreadableError(f"{name}: {type(error).__name__}") from None
    return None


def _membership(event: Mapping[str, Any], name: str) -> Incoming:
    """Zalo gives it no identity: who, what and when is one."""
    user, moment = _identity(event["follower"]["id"]), _moment(event)
    return Incoming(
        CHANNEL, f"{name}:{user}:{moment}", user, kind=_MEMBERSHIP[name], sender=user, position=moment
    )


def _message(event: Mapping[str, Any], name: str) -> Incoming:
    message, user = event["message"], _identity(event["sender"]["id"])
    kind, text, media = _content(name, message)
    tap = _TAP.fullmatch(text.strip()) if name == "text" else None
    quoted = message.get(QUOTED, "")
    known: dict[str, Any] = {
        "channel": CHANNEL,
        "key": _identity(message["msg_id"]),
        "chat": user,
        "sender": user,
        "position": _moment(event),
    }
    if tap and len(tap[1].encode()) <= DATA_BYTES:
        return Incoming(**known, kind="tap", data=tap[1])
    replies_to = quoted[:KEY] if isinstance(quoted, str) else ""
    return Incoming(**known, kind=kind, text=text, media=media, replies_to=replies_to)


def _content(name: str, message: Mapping[str, Any]) -> tuple[Kind, str, tuple[Media, ...]]:
    kind, text = _KINDS[name], _words(message.get("text", ""), TEXT)
    payloads = [one["payload"] for one in message.get("attachments", ())]
    if name in ("image", "file"):
        media = tuple(one for one in map(_media, payloads) if one)
        return (kind if media else "other"), text, media
    if name == "link":
        address = _words(payloads[0].get("url", ""), TEXT) if payloads else ""
        text = text if address in text else f"{text} {address}".strip()
    elif name == "location":
        place = payloads[0]["coordinates"]
        text = f"{float(place['latitude']):.5f}, {float(place['longitude']):.5f}"
    elif name == "business_card":
        text = _phone(payloads) or text
    return ("other" if kind == "text" and not text.strip() else kind), text, ()


def _media(payload: Mapping[str, Any]) -> Media | None:
    """By its address; one that is longer than we keep is none. Whose it is, is looked at when it is fetched."""
    address = _words(payload.get("url") or "", ADDRESS + 1)
    if not address or len(address) > ADDRESS:
        return None
    given = str(payload.get("size", ""))
    size = int(given) if re.fullmatch(r"\d{1,12}", given) else 0
    return Media(address, name=_words(payload.get("name") or "", NAME - 1), size=size)


def _phone(payloads: list[Mapping[str, Any]]) -> str:
    """The number on a business card, which is JSON inside of JSON."""
    try:
        card = json.loads(payloads[0]["description"])
        return _words(str(card["phone"]), NAME)
    except (ValueError, KeyError, TypeError, IndexError):
        return ""


def _moment(event: Mapping[str, Any]) -> int:
    given = timestamp(event)
    if not re.fullmatch(r"\d{1,18}", given):
        raise ValueError
    return int(given)


def _identity(given: Any) -> str:
    """An identity that fits a column, and nothing that a database would refuse."""
    if not isinstance(given, str) or not 1 <= len(given) <= KEY or given != clean(given) or not given.strip():
        raise ValueError
    return given


def _words(value: Any, longest: int) -> str:
    if not isinstance(value, str):
        raise TypeError
    return clean(value[: longest * 2])[:longest]
