"""Pictures and files on their way up: made to fit, uploaded once, and remembered for as long as Zalo keeps them."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Callable

import aiohttp
from PIL import Image

from bot.channels.links import NOT_KEPT
from bot.channels.zalo_oa.api import UPLOAD_FILE, UPLOAD_IMAGE, Api
from bot.chat import Media
from bot.errors import MediaError, Refused, Unavailable, Unknown
from bot.media import MediaStore

#: Bytes of a picture, which is a JPEG or PNG; bytes of a file, and what it may be.
LARGEST_PICTURE, LARGEST_FILE = 1024**2, 5 * 1024**2
PICTURES, FILES = frozenset({"jpg", "png"}), frozenset({"pdf", "doc", "docx"})
#: Uploads that are remembered, and for how many seconds: Zalo keeps them for 7 days.
REMEMBERED, KEPT = 500, 24 * 3600.0
#: Sides and qualities that are tried until a picture is small enough.
_SMALLER = ((2560, 85), (2048, 80), (1600, 80), (1280, 75), (960, 70), (640, 60))


class Uploads:
    def __init__(self, api: Api, media: MediaStore, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._media = media
        self._clock = clock
        self._known: dict[str, tuple[str, float]] = {}

    def takes(self, file: Media) -> bool:
        """Whether Zalo takes a file as one."""
        return _ending(file.reference) in FILES and file.size <= LARGEST_FILE

    def forget(self, media: Media) -> None:
        self._known.pop(media.reference, None)

    def knows(self, media: Media) -> bool:
        return media.reference in self._known

    async def picture(self, media: Media) -> str:
        """Zalo's word for a picture. Raises `DeliveryError` or `ZaloError`."""
        return await self._word(media, UPLOAD_IMAGE, "attachment_id")

    async def file(self, media: Media) -> str:
        return await self._word(media, UPLOAD_FILE, "token")

    async def _word(self, media: Media, path: str, answer: str) -> str:
        word, until = self._known.get(media.reference, ("", 0.0))
        if word and self._clock() < until:
            return word
        try:
            content = await asyncio.to_thread(self._media.read, media.reference)
        except MediaError:
            raise Refused(NOT_KEPT) from None
        name, kind = _named(media), media.type or "application/octet-stream"
        fits = len(content) <= LARGEST_PICTURE and _ending(media.reference) in PICTURES
        if path == UPLOAD_IMAGE and not fits:
            content = await asyncio.to_thread(_smaller, content)
            name, kind = "picture.jpg", "image/jpeg"

        def form() -> aiohttp.FormData:
            made = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
            made.add_field("file", io.BytesIO(content), filename=name, content_type=kind)
            return made

        try:
            data = await self._api.call(path, form)
        except Unknown as error:  # to upload twice harms nobody
            raise Unavailable(error.reason) from None
        given = data.get(answer)
        if not isinstance(given, str) or not given:
            raise Unavailable("Zalo: no identity of what was uploaded")
        while len(self._known) >= REMEMBERED:
            del self._known[next(iter(self._known))]
        self._known[media.reference] = (given, self._clock() + KEPT)
        return given


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _named(media: Media) -> str:
    """The name with the ending of what it is, since Zalo looks at it."""
    name, ending = " ".join(media.name.split()) or media.reference, _ending(media.reference)
    return name if _ending(name) == ending else f"{name}.{ending}"


def _smaller(content: bytes) -> bytes:
    """A picture as a JPEG that Zalo takes."""
    with Image.open(io.BytesIO(content)) as opened:
        picture = Image.new("RGB", opened.size, "white")
        layer = opened.convert("RGBA")
        picture.paste(layer, mask=layer)
    for side, quality in _SMALLER:
        picture.thumbnail((side, side))
        written = io.BytesIO()
        picture.save(written, "JPEG", quality=quality)
        if written.tell() <= LARGEST_PICTURE:
            return written.getvalue()
    raise Refused("the picture is too large for Zalo")
