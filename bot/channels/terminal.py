"""The chat in a terminal: a line typed is a message, a reply is printed; with JSON for tests and scripts.

`!DATA` taps the button with that data, `/file PATH` sends a photo or a file. With `as_json` each reply is one
line `{"text", "buttons": [{"label", "data"}], "photo"?, "file"?}`, the last two with the "path" where they lie,
and `{"end": true}` closes a turn.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from bot import menus
from bot.chat import Accept, Incoming, Kind, Media, Outgoing
from bot.errors import MediaError, Refused
from bot.media import MediaStore
from bot.policy import Policy
from bot.text import N_, text


class TerminalChannel:
    """One person at a terminal. `settled` returns once all that was said has been answered and printed."""

    name = "terminal"
    policy = Policy()

    def __init__(
        self,
        media: MediaStore,
        settled: Callable[[str], Awaitable[None]],
        *,
        person: str = "me",
        language: str = "",
        as_json: bool = False,
    ) -> None:
        self._media = media
        self._settled = settled
        self._person = person
        self._language = language
        self._as_json = as_json

    async def run(self, accept: Accept) -> None:
        """Reads lines until the input ends."""
        self._prompt()
        async for line in _lines():
            try:
                said = await self._read(line)
            except MediaError as error:
                self._print(Outgoing(text(self._language or "vi")(error.message, **error.values)))
            else:
                await accept([said])
                await self._settled(self._person)
            if self._as_json:
                self._write(json.dumps({"end": True}))
            self._prompt()

    async def send(self, chat: str, message: Outgoing) -> str:
        if chat == self._person:
            self._print(message)
        return ""

    async def edit(self, chat: str, native: str, message: Outgoing) -> None:
        raise Refused("what was printed stays")

    async def delete(self, chat: str, native: str) -> None:
        raise Refused("what was printed stays")

    async def fetch(self, media: Media) -> bytes:
        return self._media.read(media.reference)

    async def typing(self, chat: str) -> None:
        """Nothing: what is printed stays."""

    def _paths(self, message: Outgoing) -> dict[str, dict[str, Any]]:
        """Picture and file with the path where they can be looked at."""
        return {
            kind: {**asdict(media), "path": str(self._media.path(media.reference))}
            for kind, media in (("photo", message.photo), ("file", message.file))
            if media
        }

    async def _read(self, line: str) -> Incoming:
        said = Incoming(
            self.name, uuid.uuid4().hex, self._person, sender=self._person, language=self._language
        )
        if line.startswith("/file "):
            path = Path(line.removeprefix("/file ").strip())
            try:
                data = await asyncio.to_thread(path.read_bytes)
            except OSError:
                raise MediaError(N_("There is no file {path}."), {"path": str(path)}) from None
            media = await asyncio.to_thread(self._media.put, data, path.name)
            kind: Kind = "photo" if media.type.startswith("image/") else "file"
            return replace(said, kind=kind, media=(media,))
        if line.startswith("!"):
            return replace(said, kind="tap", data=line[1:].strip())
        return replace(said, text=line)

    def _print(self, message: Outgoing) -> None:
        paths = self._paths(message)
        if self._as_json:
            buttons = [
                {"label": button.label, "data": button.data or button.url} for button in message.buttons
            ]
            self._write(json.dumps({"text": message.text, "buttons": buttons, **paths}, ensure_ascii=False))
            return
        lines = [menus.numbered(message).replace("**", "")]  # bold, which a terminal may not have
        lines += [f"  [{media['name']}: {media['path']}]" for media in paths.values()]
        self._write("\n".join(lines) + "\n")

    def _prompt(self) -> None:
        if not self._as_json and sys.stdin.isatty():
            sys.stdout.write("> ")
            sys.stdout.flush()

    def _write(self, line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


async def _lines() -> AsyncIterator[str]:
    """Lines of the standard input, whatever it is: a terminal, a pipe or a file.

    They are read in a daemon thread, since a read from a terminal cannot be called off.
    """
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[bytes] = asyncio.Queue()

    def read() -> None:
        line = b" "
        while line:
            line = sys.stdin.buffer.readline()
            loop.call_soon_threadsafe(lines.put_nowait, line)

    threading.Thread(target=read, daemon=True, name="standard input").start()
    while line := await lines.get():
        yield line.decode("utf-8", "replace").rstrip("\r\n")
