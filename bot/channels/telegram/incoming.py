"""Telegram's updates, as raw JSON, to `Incoming`.

No objects of python-telegram-bot are built: reading a dictionary costs a tenth of it, and a message of a kind
that did not exist when this was written still reads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.chat import DATA_BYTES, Incoming, Kind, Media
from bot.media import LARGEST
from bot.text import clean

#: What this module reads; Telegram is asked for nothing else.
UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")

#: Characters of a text, and of a name, that are kept: Telegram's own limits, which a forger need not keep.
TEXT = 4096
NAME = 256

_GROUPS = ("group", "supergroup")
_VOICES = ("voice", "audio", "video_note")
_GONE = ("kicked", "left")

#: Fields of a message that tell of the chat itself: nobody said anything, so nothing is answered.
_SERVICE = frozenset(
    """
    new_chat_members left_chat_member chat_owner_left chat_owner_changed new_chat_title new_chat_photo
    delete_chat_photo group_chat_created supergroup_chat_created channel_chat_created
    message_auto_delete_timer_changed migrate_to_chat_id migrate_from_chat_id pinned_message users_shared
    chat_shared gift unique_gift gift_upgrade_sent connected_website write_access_allowed
    proximity_alert_triggered boost_added chat_background_set checklist_tasks_done checklist_tasks_added
    direct_message_price_changed forum_topic_created forum_topic_edited forum_topic_closed
    forum_topic_reopened general_forum_topic_hidden general_forum_topic_unhidden giveaway_created
    giveaway_winners giveaway_completed managed_bot_created paid_message_price_changed poll_option_added
    poll_option_deleted suggested_post_approved suggested_post_approval_failed suggested_post_declined
    suggested_post_paid suggested_post_refunded video_chat_scheduled video_chat_started video_chat_ended
    video_chat_participants_invited
    """.split()  # noqa: SIM905  a list would be fifty lines
)


class UnreadableError(Exception):
    """An update that is not as the Bot API describes it; its text holds nothing of what it said."""


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself, as getMe tells it."""

    id: int
    username: str
    pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        name = re.escape(self.username)
        object.__setattr__(self, "pattern", re.compile(rf"(?<![\w@])@{name}(?!\w)", re.IGNORECASE))


def update_id(update: Any) -> int:
    """The number of an update. Raises `UnreadableError` where there is none that a database can keep."""
    number = update.get("update_id") if isinstance(update, dict) else None
    if type(number) is not int or not 0 <= number < 2**63:
        raise UnreadableError("no update_id")
    return number


def read(update: Mapping[str, Any], me: Me) -> Incoming | None:
    """What a person did, or None for what is not theirs or not for us.

    Raises `UnreadableError` for what has another shape than the Bot API describes.
    """
    number = update_id(update)
    try:
        if "message" in update:
            return _message(number, update["message"], me, edited=False)
        if "edited_message" in update:
            return _message(number, update["edited_message"], me, edited=True)
        if "callback_query" in update:
            return _tap(number, update["callback_query"])
        if "my_chat_member" in update:
            return _membership(number, update["my_chat_member"])
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise UnreadableError(f"update {number}: {type(error).__name__}") from None
    return None


def query_id(update: Mapping[str, Any]) -> str | None:
    """The identity of a tap, which wants an answer so that the button stops spinning."""
    query = update.get("callback_query")
    identity = query.get("id") if isinstance(query, dict) else None
    return identity if isinstance(identity, str) else None


def _message(number: int, message: Mapping[str, Any], me: Me, *, edited: bool) -> Incoming | None:
    sender = message.get("from")
    if sender is None or sender["is_bot"] or message["chat"]["type"] == "channel":
        return None
    if not _SERVICE.isdisjoint(message):
        return None
    kind, media = _content(message)
    if edited and (kind == "other" or "location" in message):
        # A shared live location is edited every few seconds; nobody types there.
        return None
    text = message.get("text", "") or message.get("caption", "") or _shared(message)
    group = message["chat"]["type"] in _GROUPS
    text, mentioned = _addressed(text, message, me, group=group)
    return Incoming(
        **_who(number, message["chat"], sender),
        kind=kind,
        text=_words(text, TEXT),
        media=media,
        mentioned=mentioned,
        edited=edited,
        replies_to=_replied(message),
    )


def _tap(number: int, query: Mapping[str, Any]) -> Incoming | None:
    if "message" not in query or "data" not in query or query["from"]["is_bot"]:
        return None
    data = _words(query["data"], DATA_BYTES)
    return Incoming(**_who(number, query["message"]["chat"], query["from"]), kind="tap", data=data)


def _membership(number: int, change: Mapping[str, Any]) -> Incoming | None:
    """The person blocked the bot or came back; a group took it in or put it out."""
    if change["chat"]["type"] == "channel":
        return None
    before, after = change["old_chat_member"]["status"], change["new_chat_member"]["status"]
    if (before in _GONE) == (after in _GONE):
        return None
    kind: Kind = "left" if after in _GONE else "joined"
    return Incoming(**_who(number, change["chat"], change["from"]), kind=kind)


def _who(number: int, chat: Mapping[str, Any], sender: Mapping[str, Any]) -> dict[str, Any]:
    name = f"{sender.get('first_name', '')} {sender.get('last_name', '')}"
    return {
        "channel": "telegram",
        "key": str(number),
        "position": number,
        "chat": str(_number(chat["id"])),
        "sender": str(_number(sender["id"])),
        "name": _words(name, NAME),
        "language": _words(sender.get("language_code", ""), 35),
        "group": chat["type"] in _GROUPS,
    }


def _content(message: Mapping[str, Any]) -> tuple[Kind, tuple[Media, ...]]:
    if "text" in message or _shared(message):
        return "text", ()
    if "photo" in message:
        return "photo", _photo(message["photo"])
    # An animation carries a document too, for programs older than it.
    if "document" in message and "animation" not in message:
        return "file", (_file(message["document"]),)
    if "sticker" in message:
        return "sticker", ()
    if any(voice in message for voice in _VOICES):
        return "voice", ()
    return "other", ()


def _shared(message: Mapping[str, Any]) -> str:
    """A contact or a place that was shared, as a person would have typed it: a number, or degrees north and east."""
    if "contact" in message:
        return str(message["contact"]["phone_number"])
    if "location" in message:
        place = message["location"]
        return f"{float(place['latitude']):.5f}, {float(place['longitude']):.5f}"
    return ""


def _photo(sizes: list[Mapping[str, Any]]) -> tuple[Media, ...]:
    """The largest of the sizes that we take."""
    best = max(
        (size for size in sizes if _number(size.get("file_size", 0)) <= LARGEST),
        key=lambda size: _number(size["width"]) * _number(size["height"]),
        default=sizes[0],
    )
    return (Media(_reference(best), type="image/jpeg", size=_number(best.get("file_size", 0))),)


def _file(document: Mapping[str, Any]) -> Media:
    return Media(
        _reference(document),
        name=_words(document.get("file_name", ""), NAME),
        type=_words(document.get("mime_type", ""), NAME),
        size=_number(document.get("file_size", 0)),
    )


def _addressed(text: str, message: Mapping[str, Any], me: Me, *, group: bool) -> tuple[str, bool]:
    """The text without the bot's name, and whether the bot is meant."""
    command, at, rest = text.partition("@")
    if at and re.fullmatch(r"/\w+", command):
        name = rest.split(maxsplit=1)[0] if rest and not rest[0].isspace() else ""
        if name.casefold() == me.username.casefold():
            return command + rest[len(name) :], True
        if group:
            return text, False
    if not group:
        return text, True
    stripped, mentions = me.pattern.subn("", text)
    if mentions:
        return re.sub(r"[ \t]{2,}", " ", stripped), True
    return text, _replies(message, me) or _points(message, me)


def _replies(message: Mapping[str, Any], me: Me) -> bool:
    answered = message.get("reply_to_message")
    return answered is not None and answered.get("from", {}).get("id") == me.id


def _replied(message: Mapping[str, Any]) -> str:
    """The number of the message that this one replies to."""
    answered = message.get("reply_to_message")
    return str(_number(answered["message_id"])) if answered else ""


def _points(message: Mapping[str, Any], me: Me) -> bool:
    """A mention by a link on any word, which needs no username."""
    entities = message.get("entities") or message.get("caption_entities") or ()
    return any(entity["type"] == "text_mention" and entity["user"]["id"] == me.id for entity in entities)


def _words(value: str, longest: int) -> str:
    """Cleaned even where no person typed it: a database refuses NUL and half of a surrogate pair."""
    if not isinstance(value, str):
        raise TypeError
    return clean(value[: longest * 2])[:longest]


def _number(value: int) -> int:
    if type(value) is not int or abs(value) >= 2**63:
        raise TypeError
    return value


def _reference(file: Mapping[str, Any]) -> str:
    return _words(file["file_id"], NAME)
