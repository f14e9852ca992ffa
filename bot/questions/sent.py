"""Answers that are sent: photos and documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.chat import Incoming, Media
from bot.errors import UserError
from bot.text import N_, Text


@dataclass(frozen=True)
class Photos:
    """`least` to `most` photos, one or several a message: a list of {"ref": reference, "name": name}."""

    least: int = 1
    most: int = 8
    free = False
    takes = ("photo",)

    def parse(self, said: Incoming, text: Text, today: date) -> list[dict[str, str]]:
        return self._counted([], said, whole=True)

    def gather(self, so_far: list[Any], said: Incoming, text: Text, today: date) -> list[Any] | None:
        return self._counted(so_far, said, whole=False)

    def show(self, value: Any, text: Text) -> str:
        return text.plural("{count} photo", "{count} photos", len(value))

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        return ()

    def _counted(self, so_far: list[Any], said: Incoming, *, whole: bool) -> list[dict[str, str]]:
        if said.kind != "photo" and not all(_is_picture(media) for media in said.media):
            raise UserError(N_("Please send it as a photo (JPEG or PNG)."))
        if not said.media:
            raise UserError(N_("Please send a photo here: tap the paper clip or the camera."))
        known = {one["ref"] for one in so_far}
        photos = [*so_far, *(one for one in map(_kept, said.media) if one["ref"] not in known)]
        if len(photos) > self.most:
            raise UserError(N_("At most {most} photos, please. I kept the first ones."), {"most": self.most})
        if whole and len(photos) < self.least:
            raise UserError(N_("Please send at least {least} photos."), {"least": self.least})
        return photos


@dataclass(frozen=True)
class Document:
    """One document, as a photo or a file: a list of one {"ref": reference, "name": name}."""

    free = False
    takes = ("photo", "file")

    def parse(self, said: Incoming, text: Text, today: date) -> list[dict[str, str]]:
        if not said.media:
            raise UserError(N_("Please send the document here, as a photo or a PDF file."))
        if len(said.media) > 1:
            raise UserError(N_("Please send one document only."))
        return [_kept(said.media[0])]

    def show(self, value: Any, text: Text) -> str:
        return value[0]["name"] or text(N_("a document"))

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        return ()


def _kept(media: Media) -> dict[str, str]:
    return {"ref": media.reference, "name": media.name}


def _is_picture(media: Media) -> bool:
    return media.type.startswith("image/") or media.name.lower().endswith((".jpg", ".jpeg", ".png"))
