"""Spreadsheets that were sent in a chat: read outside of any transaction, before the turn that needs them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import TYPE_CHECKING

from bot.database import Database
from bot.errors import UserError
from bot.media import MediaStore
from bot.records import files

if TYPE_CHECKING:
    from bot.papers.reading import Table

#: Tables that are remembered: one of 5,000 rows is some 10 MB.
REMEMBERED = 4


class Tables:
    """`read` in good time, `get` in the turn."""

    def __init__(self, database: Database, media: MediaStore) -> None:
        self._database = database
        self._media = media
        self._read: OrderedDict[int, Table | UserError] = OrderedDict()

    async def read(self, file: int) -> None:
        """Reads a file of `bot.records.files` by its number, where it is here already."""
        if file in self._read:
            return
        async with self._database.read() as connection:
            kept = await files.kept(connection, file)
        if kept is None:
            return
        reference, name = kept
        try:
            from bot.papers.reading import read_table  # reading workbooks costs 20 MB: only where one came

            data = await asyncio.to_thread(self._media.read, reference)
            found: Table | UserError = await asyncio.to_thread(read_table, data, name)
        except UserError as error:
            found = error
        self._read[file] = found
        while len(self._read) > REMEMBERED:
            self._read.popitem(last=False)

    def get(self, file: int) -> Table | None:
        """What was read; None where the file is not here yet. Raises `UserError` for what is no table."""
        found = self._read.get(file)
        if isinstance(found, UserError):
            raise found
        return found
