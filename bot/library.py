"""The knowledge base as the running assistant uses it: read at start, made better in the background.

A first start answers lexically within a second; the vectors of the texts are computed meanwhile, kept in the
database, and the index with them takes the place of the first one. Searching runs in threads of its own.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Database
from bot.knowledge import (
    Article,
    ArticleError,
    Embedder,
    Finding,
    KnowledgeBase,
    embed,
    load_embedder,
    read_articles,
)
from bot.records import articles as records

log = logging.getLogger(__name__)

_REMEMBERED = 2048
#: Texts that are embedded at a time: a second's work.
_AT_ONCE = 16


class Library:
    """What can be asked. `find` gives the same answer as `KnowledgeBase.find`, off the event loop."""

    def __init__(self, published: Sequence[Article] = ()) -> None:
        self.published = tuple(published)
        self._base: KnowledgeBase | None = None
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="library")
        self._found: OrderedDict[tuple[str | None, ...], Finding] = OrderedDict()

    @property
    def base(self) -> KnowledgeBase:
        if self._base is None:
            self._base = KnowledgeBase.build(self.published)
        return self._base

    async def find(
        self, question: str, lang: str | None = None, prior: str | None = None, previous: str | None = None
    ) -> Finding:
        key = (question, lang, prior, previous)
        found = self._found.get(key)
        if found is None:
            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(self._threads, self.base.find, question, lang, prior, previous)
            self._found[key] = found
            if len(self._found) > _REMEMBERED:
                self._found.popitem(last=False)
        return found

    def get(self, article: str, lang: str) -> Article | None:
        return self.base.get(article, lang)

    def on(self, topic: str, lang: str) -> list[Article]:
        """The articles on a topic in a language, in the order of their ids."""
        return [article for article in self.published if article.topic == topic and article.lang == lang]

    def use(self, published: Sequence[Article], base: KnowledgeBase) -> None:
        self.published, self._base = tuple(published), base
        self._found.clear()

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


async def publish(database: Database, locales: Path) -> list[str]:
    """Brings the article files into the database, all or none; returns what is wrong with them, by line.

    Files that have not changed since they were last brought in are not read again: it would take a second.
    """
    digest = await asyncio.to_thread(_digest, locales)
    async with database.read() as connection:
        if await records.read_from(connection) == digest:
            return []
    try:
        found = await asyncio.to_thread(read_articles, locales)
    except ArticleError as error:
        return list(error.problems)

    async def work(connection: AsyncConnection) -> None:
        await records.replace(connection, found)
        await records.note_digest(connection, digest)

    async with database.alone("articles"):  # replicas that start together would each bring in the same rows
        await database.write(work)
    return []


def _digest(locales: Path) -> str:
    """Of the article files and of what an article consists of, since that may grow without them."""
    digest = hashlib.sha256(repr([field.name for field in fields(Article)]).encode())
    for path in sorted(locales.glob("*/articles/*.md")):
        digest.update(f"\0{path.relative_to(locales)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


async def load(database: Database, embedder: Embedder | None = None) -> tuple[list[Article], KnowledgeBase]:
    """What is published in the database, and its index with the vectors that are already kept."""
    async with database.read(much=True) as connection:
        found = await records.published(connection)
        kept: dict[str, NDArray[np.float32]] = {}
        if embedder:
            kept = await records.kept_vectors(connection, KnowledgeBase.wanted(found, embedder))
    return found, await asyncio.to_thread(KnowledgeBase.build, found, embedder, kept)


async def complete(database: Database, embedder: Embedder) -> bool:
    """Computes and keeps the vectors that are missing; True if there were any.

    It takes its time, in a thread, and goes by some at a time: so little is lost where it is stopped, and a
    stop need not wait long.
    """
    async with database.read(much=True) as connection:
        found = await records.published(connection)
        wanted = KnowledgeBase.wanted(found, embedder)
        kept = await records.kept_vectors(connection, wanted)
    missing = {key: value for key, value in wanted.items() if key not in kept}
    if not missing:
        return False
    log.info("computing %d vectors of the knowledge base", len(missing))
    keys = sorted(missing, key=lambda key: len(missing[key][1]))  # a batch costs what its longest text costs
    for start in range(0, len(keys), _AT_ONCE):
        some = {key: missing[key] for key in keys[start : start + _AT_ONCE]}
        made = await asyncio.to_thread(embed, some, embedder)
        await database.write(partial(records.keep_vectors, made=made))
    await database.write(lambda connection: records.drop_vectors_except(connection, wanted))
    return True


async def keep_current(library: Library, database: Database, *, embeddings: bool) -> None:
    """Makes the library as good as it can be: loads the model, computes what is missing, swaps the index."""
    embedder = await asyncio.to_thread(load_embedder) if embeddings else None
    if embedder:
        await complete(database, embedder)
        library.use(*await load(database, embedder))
        log.info("the knowledge base answers with embeddings (%s)", embedder.name)
