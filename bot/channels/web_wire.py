"""What the web page and the server say to each other, apart from the socket that carries it.

A frame is one JSON object. From the page: `{"hello": {"in", "out"}}`, `{"id", "text"}`,
`{"id", "data", "label"}`, `{"id", "media", "text"?}`, `{"ping"}`. To the page: `{"entry"}`, `{"ready"}` (it
has everything), `{"ack"}`, `{"typing"}`, `{"pong"}`, `{"error", "id"?, "retry"?}`; `retry` is in seconds, and
without it the message will never be taken. An entry that was changed or taken back comes anew under its number, with
`change` and a higher `revision`, and replaces what stands there.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal, Protocol

from itsdangerous import BadSignature, Signer, URLSafeSerializer

from bot.chat import DATA_BYTES, Incoming, Kind, Media, Outgoing
from bot.errors import UserError
from bot.text import N_, clean

#: Bytes of a frame that is read; text of LONGEST_TEXT Vietnamese letters fits.
LARGEST_FRAME = 64 * 1024
#: Characters that are passed on. The bot keeps fewer and says so; this only keeps a book out of the inbox.
LONGEST_TEXT = 20_000
LONGEST_LABEL = 200

_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
#: The largest number a database column holds; a cursor beyond it is a forgery, not a place.
_LARGEST_NUMBER = 2**63 - 1


#: What has become of a message since: nothing, another wording, or that it was taken back.
Change = Literal["", "edited", "recalled"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a conversation as the page shows it.

    `number` is its identity and grows within a direction; `key` of an "in" is the page's own id of the message. An
    "out" that was changed or taken back says so by `change`, and `changed` is the number at which that was done.
    """

    direction: Literal["in", "out"]
    number: int
    at: datetime
    key: str = ""
    incoming: Incoming | None = None
    outgoing: Outgoing | None = None
    change: Change = ""
    changed: int = 0

    @property
    def revision(self) -> int:
        """Up to where who has this entry knows its direction."""
        return max(self.number, self.changed)


class History(Protocol):
    """What was said in a chat, both ways."""

    async def entries(self, channel: str, chat: str, after: tuple[int, int], limit: int) -> list[Entry]:
        """The newest `limit` entries beyond `after` (in, out), oldest first, after those up to there that were
        changed beyond it."""


@dataclass(frozen=True, slots=True)
class Hello:
    cursor: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Ping:
    pass


@dataclass(frozen=True, slots=True)
class Said:
    id: str
    kind: Kind
    text: str = ""
    data: str = ""
    media: tuple[Media, ...] = ()


class BadFrame(UserError):
    """A frame that says nothing we know; `id` is the message's, where it had one."""

    def __init__(self, message: str, id: str = "") -> None:
        super().__init__(message)
        self.id = id


class Seal:
    """Signs who a visitor is and which files a page may open, so that neither can be guessed."""

    def __init__(self, secret: str) -> None:
        self._visitors = Signer(secret, salt="web visitor", digest_method=sha256)
        self._media = URLSafeSerializer(secret, salt="web media", signer_kwargs={"digest_method": sha256})

    @staticmethod
    def new_visitor() -> str:
        return secrets.token_urlsafe(16)

    def cookie(self, visitor: str) -> str:
        return self._visitors.sign(visitor).decode()

    def visitor(self, cookie: str) -> str | None:
        try:
            return self._visitors.unsign(cookie.encode("utf-8", "replace")).decode()
        except BadSignature:
            return None

    def token(self, media: Media) -> str:
        return str(self._media.dumps([media.reference, media.name, media.type, media.size]))

    def media(self, token: str) -> Media | None:
        try:
            return Media(*self._media.loads(token))
        except (BadSignature, UnicodeError):
            return None


def read_frame(raw: str, media_of: Callable[[str], Media | None]) -> Hello | Ping | Said:
    """What a frame says. `media_of` opens the token of an uploaded file. Raises `BadFrame`."""
    try:
        frame = json.loads(raw)
    except (ValueError, RecursionError):
        frame = None
    if not isinstance(frame, dict):
        raise BadFrame(N_("This message could not be read."))
    if "ping" in frame:
        return Ping()
    if "hello" in frame:
        return Hello(_cursor(frame["hello"]))
    id = frame.get("id")
    if not isinstance(id, str) or not _ID.fullmatch(id):
        raise BadFrame(N_("This message could not be read."))
    if len(raw.encode("utf-8", "replace")) > LARGEST_FRAME:
        raise BadFrame(N_("This message is too long. Please send it in parts."), id)
    return _said(id, frame, media_of)


def _cursor(given: Any) -> tuple[int, int]:
    numbers = [given.get("in"), given.get("out")] if isinstance(given, dict) else []
    known = [n for n in numbers if type(n) is int and 0 <= n <= _LARGEST_NUMBER]
    if len(known) != 2:
        raise BadFrame(N_("This message could not be read."))
    return known[0], known[1]


def _said(id: str, frame: dict[str, Any], media_of: Callable[[str], Media | None]) -> Said:
    given = {key: frame[key] for key in ("text", "data", "label", "media") if key in frame}
    if not given or not all(isinstance(value, str) for value in given.values()):
        raise BadFrame(N_("This message could not be read."), id)
    text = clean(given.get("text", "")[:LONGEST_TEXT])
    if "media" in given:
        media = media_of(given["media"])
        if media is None:
            raise BadFrame(N_("This file is not here any more."), id)
        return Said(id, "photo" if media.type.startswith("image/") else "file", text, media=(media,))
    if "data" in given:
        data = given["data"]
        if not data or len(data.encode("utf-8", "replace")) > DATA_BYTES or data != clean(data):
            raise BadFrame(N_("This message could not be read."), id)
        return Said(id, "tap", clean(given.get("label", "")[:LONGEST_LABEL]), data)
    if "text" not in given:
        raise BadFrame(N_("This message could not be read."), id)
    return Said(id, "text", text)


def show(entry: Entry, visitor: str, seal: Seal) -> dict[str, Any]:
    """The entry as the page takes it: `at` in milliseconds since 1970, files as links."""
    shown: dict[str, Any] = {
        "direction": entry.direction,
        "number": entry.number,
        "revision": entry.revision,
        "at": entry.at.timestamp() * 1000,
    }
    media: tuple[Media | None, ...] = ()
    if entry.incoming:
        shown |= {"key": entry.key.removeprefix(f"{visitor}:"), "kind": entry.incoming.kind}
        shown["text"] = entry.incoming.text
        media = entry.incoming.media
    elif entry.outgoing:
        if entry.change:
            shown["change"] = entry.change
        shown["text"] = entry.outgoing.text
        shown["buttons"] = [
            {"label": button.label, **({"url": button.url} if button.url else {"data": button.data})}
            for button in entry.outgoing.buttons
        ]
        media = (entry.outgoing.photo, entry.outgoing.file)
    shown["media"] = [show_media(each, seal) for each in media if each]
    return shown


def show_media(media: Media, seal: Seal) -> dict[str, Any]:
    token = seal.token(media)
    return {
        "media": token,
        "url": f"/media/{token}",
        "name": media.name,
        "picture": media.type.startswith("image/"),
    }
