"""`Outgoing` to messages of Zalo: what fits where. Plain text, since Zalo shows no markup."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from bot import menus
from bot.channels.texts import split, unbold
from bot.chat import Button, Media, Outgoing

#: Characters of a text, alone or beside a picture (-210 beyond).
TEXT = 2000
#: Buttons of one message, and characters of a title. Unverified, and so off by default (ZALO_OA_BUTTONS).
BUTTONS, TITLE = 5, 100
#: What stands before the data of a button, which comes back as a text.
PAYLOAD = "#"

#: Characters of what stands in a template. Unverified: each kind of value has its own limit.
TEMPLATE_TITLE, TEMPLATE_TEXT = 60, 200


@dataclass(frozen=True, slots=True)
class Piece:
    """One message of Zalo: a text, perhaps beside a picture or over buttons, or a file alone."""

    text: str = ""
    picture: Media | None = None
    file: Media | None = None
    buttons: tuple[Button, ...] = ()


def pieces(message: Outgoing, *, buttons: bool) -> list[Piece]:
    """The messages that say it, in order; empty where there is nothing to say. `buttons`: Zalo may show them."""
    shown = message.buttons if buttons and _fit(message.buttons) else ()
    texts = list(split(unbold(message.text if shown else menus.numbered(message)), TEXT))
    said = [Piece(text) for text in texts]
    if shown and said:
        said[-1] = replace(said[-1], buttons=shown)
    if message.photo and len(said) == 1 and not shown:
        said[0] = replace(said[0], picture=message.photo)
    elif message.photo:
        said.insert(0, Piece(picture=message.photo))
    if message.file:
        said.insert(0, Piece(file=message.file))
    return said


def body(user: str, piece: Piece, uploaded: str = "") -> dict[str, Any]:
    """What the call sends; `uploaded` is Zalo's word for the picture or the file."""
    message: dict[str, Any] = {"text": piece.text} if piece.text else {}
    if piece.picture:
        element = {"media_type": "image", "attachment_id": uploaded}
        message["attachment"] = _template({"template_type": "media", "elements": [element]})
    elif piece.file:
        message["attachment"] = {"type": "file", "payload": {"token": uploaded}}
    elif piece.buttons:
        message["attachment"] = _template({"buttons": [_button(button) for button in piece.buttons]})
    return {"recipient": {"user_id": user}, "message": message}


def template(user: str, identity: str, message: Outgoing) -> dict[str, Any]:
    """A reminder as a template of the account: what it is of, and its beginning, each in one line."""
    words = " ".join(unbold(message.text).split())
    data = {
        "title": next(split(" ".join(message.reminds.split()), TEMPLATE_TITLE)),
        "text": next(split(words, TEMPLATE_TEXT), "…"),
    }
    return {"user_id": user, "template_id": identity, "template_data": data}


def _template(payload: dict[str, Any]) -> dict[str, Any]:
    return {"type": "template", "payload": payload}


def _button(button: Button) -> dict[str, Any]:
    if button.url:
        return {"title": button.label, "type": "oa.open.url", "payload": {"url": button.url}}
    return {"title": button.label, "type": "oa.query.show", "payload": PAYLOAD + button.data}


def _fit(buttons: tuple[Button, ...]) -> bool:
    """Whether Zalo can show them all; else they are a menu, of which nothing is left out."""
    return 0 < len(buttons) <= BUTTONS and all(
        len(button.label) <= TITLE and (not button.url or urlsplit(button.url).scheme == "https")
        for button in buttons
    )
