"""What is said and heard, in words that no channel owns.

A channel turns its native payload into an `Incoming`, and an `Outgoing` into whatever it can show. Everything
between the two knows only this module, which imports nothing of ours but what a channel lets us do.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from bot.policy import Policy

Kind = Literal["text", "tap", "photo", "file", "sticker", "voice", "other", "joined", "left", "notice"]

#: Bytes of `Button.data`: the smallest limit of the channels we know (Telegram's callback_data).
DATA_BYTES = 64


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or a file, by reference: its bytes are fetched when they are needed.

    `reference` is the channel's own word for it when it comes in (Telegram's file_id), and the name in the
    media store (`<sha256>.<ext>`) when it goes out. `size` is in bytes, 0 where it is not known.
    """

    reference: str
    name: str = ""
    type: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing a person did in a chat.

    `key` is the channel's own identity of it: a second one with the same key is a repetition and is dropped.
    `position` orders what waits in one chat (Telegram's update_id; 0 where arrival is the order). `text` is
    what was typed, or the caption; `data` is the tapped button's; `language` the channel's guess (`vi`, `fr`,
    …); `mentioned` is True where the bot was addressed, which is always so in a private chat. `edited` marks
    a changed message; `replies_to` is the channel's identity of the message that was replied to, if any. A
    "notice" comes from no channel: it is what the assistant says without being asked (`bot.records.notices`),
    with `data` as a button's. A `/command` stays in `text` as typed, without the bot's name in a group.
    """

    channel: str
    key: str
    chat: str
    kind: Kind = "text"
    text: str = ""
    data: str = ""
    media: tuple[Media, ...] = ()
    sender: str = ""
    name: str = ""
    language: str = ""
    group: bool = False
    mentioned: bool = True
    edited: bool = False
    replies_to: str = ""
    position: int = 0

    def to_json(self) -> str:
        """Without the fields that still have their default, since most have."""
        values: dict[str, Any] = {}
        for key, default in _INCOMING_DEFAULTS.items():
            value = getattr(self, key)
            if value != default:
                values[key] = value
        if self.media:
            values["media"] = [_media_json(media) for media in self.media]
        return json.dumps(values, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Incoming:
        values = json.loads(text)
        values["media"] = tuple(Media(**media) for media in values.get("media", ()))
        return cls(**{key: value for key, value in values.items() if key in cls.__dataclass_fields__})


@dataclass(frozen=True, slots=True)
class Button:
    """One tap: either `data` comes back as an `Incoming` of kind "tap", or `url` opens."""

    label: str
    data: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        if bool(self.data) == bool(self.url):
            raise ValueError(f"a button has either data or a url: {self.label!r}")
        if len(self.data.encode()) > DATA_BYTES:
            raise ValueError(f"the data of a button is at most {DATA_BYTES} bytes: {self.data!r}")


@dataclass(frozen=True, slots=True)
class Made:
    """A picture or a file that is made from values just before it is sent, outside of any transaction.

    `maker` is one of `bot.papers.MAKERS`; `name` is the file's name as the person sees it, with its ending;
    `values` is what JSON can hold, in the shape that `bot.papers.values` gives for the maker. What is the same
    is made once.
    """

    maker: str
    name: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to a person: plain text (no markup of any channel), then buttons in reading order.

    `numbers` is how many of the buttons, from the first on, can be chosen by typing their number; None is all of
    them. Where a number may be an answer it is none.

    A handler gives `made` for what is yet to be drawn; the channels only ever see `photo` or `file` instead.
    `reminds` is of what, in a few words, where it is a reminder: a channel that takes only approved templates for who
    was silent for long puts it into one.
    """

    text: str = ""
    buttons: tuple[Button, ...] = ()
    photo: Media | None = None
    file: Media | None = None
    made: Made | None = None
    numbers: int | None = None
    reminds: str = ""

    def to_json(self) -> str:
        values: dict[str, Any] = {"text": self.text}
        if self.buttons:
            values["buttons"] = [
                {"label": button.label, **({"url": button.url} if button.url else {"data": button.data})}
                for button in self.buttons
            ]
        if self.photo:
            values["photo"] = _media_json(self.photo)
        if self.file:
            values["file"] = _media_json(self.file)
        if self.made:
            values["made"] = {"maker": self.made.maker, "name": self.made.name, "values": self.made.values}
        if self.numbers is not None:
            values["numbers"] = self.numbers
        if self.reminds:
            values["reminds"] = self.reminds
        return json.dumps(values, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Outgoing:
        values = json.loads(text)
        return cls(
            text=values["text"],
            buttons=tuple(Button(**button) for button in values.get("buttons", ())),
            photo=Media(**values["photo"]) if "photo" in values else None,
            file=Media(**values["file"]) if "file" in values else None,
            made=Made(**values["made"]) if "made" in values else None,
            numbers=values.get("numbers"),
            reminds=values.get("reminds", ""),
        )


#: Writes what was said to the inbox; returns once it is durable, and only then may a channel acknowledge.
Accept = Callable[[Sequence[Incoming]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the bot as a channel may list it: `name` without the slash, `about` by language."""

    name: str
    about: Mapping[str, str] = field(default_factory=dict)


class Channel(Protocol):
    """A way to reach people. It knows the network and nothing of what is talked about."""

    name: str
    policy: Policy

    async def run(self, accept: Accept) -> None:
        """Listens until cancelled; a channel that is only called (a webhook) just waits.

        A failure of the network is waited out inside; what comes out of here is a fault of ours.
        """

    async def send(self, chat: str, message: Outgoing) -> str:
        """Sends one message and returns the channel's identity of it ("" where it has none).

        Raises a `bot.errors.DeliveryError` that says what may be done next.
        """

    async def edit(self, chat: str, native: str, message: Outgoing) -> None:
        """Puts another message in the place of one that was sent. Raises `DeliveryError`.

        Only where the policy says that it `edits`.
        """

    async def delete(self, chat: str, native: str) -> None:
        """Takes back a message that was sent. Raises `DeliveryError`. Only where the policy says so."""

    async def fetch(self, media: Media) -> bytes:
        """The bytes of something that came in. Raises `DeliveryError`."""

    async def typing(self, chat: str) -> None:
        """Shows that an answer is on its way, where the channel can. A courtesy: where it fails nothing is lost."""


def _media_json(media: Media) -> dict[str, Any]:
    return {"reference": media.reference, "name": media.name, "type": media.type, "size": media.size}


_INCOMING_DEFAULTS: dict[str, Any] = {
    name: parameter.default for name, parameter in Incoming.__dataclass_fields__.items() if name != "media"
}
