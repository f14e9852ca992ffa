"""`Outgoing` to calls of the platform: plain text, pictures by address, files as a line with a link.

There are no buttons: `bot.menus` makes numbered lines of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from bot import menus
from bot.channels.links import MediaLinks
from bot.channels.texts import split, unbold, units
from bot.chat import Media, Outgoing

#: Characters of a text and of a caption (bot.zaloplatforms.com/docs). Whether Zalo counts an emoji as one or as two is
#: not said, so it is counted as two.
TEXT = 2000
CAPTION = 2000
#: Pictures that Zalo shows, by their endings; others go as a link. Not documented.
PICTURES = (".jpg", ".png")
#: How long the address of a picture opens, which Zalo fetches at once.
PICTURE_LIVES = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    parameters: dict[str, Any]


def calls(chat: str, message: Outgoing, links: MediaLinks, *, pictures: bool = True) -> list[Call]:
    """The calls that say a message, in order. Empty where there is nothing to say.

    Without `pictures` a picture is a line with a link, as a file is.
    """
    photo = message.photo if pictures and message.photo and _shown(message.photo) else None
    address = links.link(photo, PICTURE_LIVES) if photo else ""
    linked = [media for media in (message.photo, message.file) if media and not (media is photo and address)]
    text = menus.numbered(replace(message, text=unbold(links.listed(message.text, linked))))
    said: list[Call] = []
    if address:
        caption = {"caption": text} if text and units(text) <= CAPTION else {}
        said.append(Call("sendPhoto", {"chat_id": chat, "photo": address, **caption}))
        text = "" if caption else text
    return said + [Call("sendMessage", {"chat_id": chat, "text": part}) for part in split(text, TEXT)]


def _shown(media: Media) -> bool:
    return PurePosixPath(media.reference).suffix in PICTURES
