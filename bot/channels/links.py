"""Pictures and files as links on our own server, for channels that take an address where others take bytes.

A link is signed, names one file of the media store and ends; whoever has it may open it until then.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from aiohttp import hdrs, web
from itsdangerous import BadSignature, URLSafeSerializer

from bot.chat import Media
from bot.errors import MediaError
from bot.media import TYPES, MediaStore

PATH = "/m/"
#: How long the address of a file opens: a person may tap it days later.
FILE_LIVES = timedelta(days=7)
#: Why a message that names a picture or file is refused which is not there.
NOT_KEPT = "the picture or file is not in the media store"


class MediaLinks:
    """`address` is the server's from outside, without a path; `clock` gives seconds since 1970."""

    def __init__(
        self, address: str, secret: str, media: MediaStore, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._address = address
        self._media = media
        self._clock = clock
        self._seal = URLSafeSerializer(secret, salt="media links", signer_kwargs={"digest_method": sha256})

    def link(self, media: Media, lives: timedelta) -> str:
        """An address that opens a file of the store for so long; "" where we have none from outside."""
        if not self._address:
            return ""
        until = int(self._clock() + lives.total_seconds())
        # The file's ending comes last: programs that look at an address for its kind find it there.
        ending = PurePosixPath(media.reference).suffix
        token = self._seal.dumps([media.reference, media.name, until])
        return f"{self._address}{PATH}{token}{ending}"

    def listed(self, text: str, files: Iterable[Media]) -> str:
        """The text with a line for each file; one that has no address from outside is left out."""
        lines = [
            f"{media.name or media.reference}: {address}"
            for media in files
            if (address := self.link(media, FILE_LIVES))
        ]
        return "\n".join([text.strip(), *lines]).strip()

    def has(self, media: Media) -> bool:
        """Whether the store holds it."""
        return self._media.get(media.reference) is not None

    def routes(self) -> list[web.RouteDef]:
        return [web.get(PATH + "{token:[^/]{1,2000}}", self._file)]

    async def _file(self, request: web.Request) -> web.StreamResponse:
        token = request.match_info["token"].rpartition(".")[0]
        try:
            reference, name, until = self._seal.loads(token)
            path = self._media.path(reference)
        except (BadSignature, UnicodeError, MediaError):
            return web.Response(status=404)
        if self._clock() >= until:
            return web.Response(status=410)
        if not await asyncio.to_thread(path.is_file):
            return web.Response(status=404)
        return given_out(path, name, TYPES[path.suffix.removeprefix(".")], "private, no-store")


def given_out(path: Path, name: str, kind: str, cache: str) -> web.FileResponse:
    """A file that a browser shows or saves and never runs: a picture in place, anything else under its name.

    The name gets the ending of what it is, whatever its sender called it. `cache` is the header's value.
    """
    shown = "inline" if kind.startswith("image/") else "attachment"
    named = name if name.lower().endswith((path.suffix, ".jpeg")) else f"{name}{path.suffix}"
    return web.FileResponse(
        path,
        headers={
            hdrs.CONTENT_TYPE: kind,
            hdrs.CONTENT_DISPOSITION: f"{shown}; filename*=UTF-8''{quote(named, safe='')}",
            hdrs.CACHE_CONTROL: cache,
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
        },
    )
