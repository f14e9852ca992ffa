"""The knowledge base as rows, and the vectors of its texts, kept by the hash of what was embedded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Column, LargeBinary, String, Table, Text, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import metadata
from bot.knowledge import Article
from bot.records.sql import ignoring_repetition

articles = Table(
    "articles",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("lang", String(8), primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("payload", Text, nullable=False),
)

#: What the articles were read from, so that files that have not changed need not be read again.
publication = Table("publication", metadata, Column("digest", String(64), primary_key=True))

vectors = Table(
    "vectors",
    metadata,
    Column("key", String(128), primary_key=True),
    Column("vector", LargeBinary, nullable=False),
)

_DATES = {field.name for field in fields(Article) if "date" in str(field.type)}


async def replace(connection: AsyncConnection, published: Sequence[Article]) -> bool:
    """Makes the knowledge base exactly these articles, all or none; True if that changed anything."""
    wanted = {}
    for article in published:
        payload = json.dumps(asdict(article), ensure_ascii=False, default=str, sort_keys=True)
        digest = hashlib.sha256(payload.encode()).hexdigest()
        wanted[article.id, article.lang] = (digest, payload)
    rows = await connection.execute(select(articles.c.id, articles.c.lang, articles.c.hash))
    known = {(row.id, row.lang): row.hash for row in rows}
    gone = [key for key in known if key not in wanted or wanted[key][0] != known[key]]
    for key in gone:
        await connection.execute(delete(articles).where(articles.c.id == key[0], articles.c.lang == key[1]))
    new = [
        {"id": key[0], "lang": key[1], "hash": digest, "payload": payload}
        for key, (digest, payload) in wanted.items()
        if known.get(key) != digest
    ]
    if new:
        await connection.execute(articles.insert(), new)
    return bool(gone or new)


async def read_from(connection: AsyncConnection) -> str:
    """The digest of the files that the articles were read from, "" where they were not."""
    return (await connection.execute(select(publication.c.digest))).scalar() or ""


async def note_digest(connection: AsyncConnection, digest: str) -> None:
    await connection.execute(delete(publication))
    await connection.execute(publication.insert().values(digest=digest))


async def published(connection: AsyncConnection) -> list[Article]:
    rows = await connection.execute(select(articles.c.payload).order_by(articles.c.id, articles.c.lang))
    return [_article(json.loads(payload)) for payload in rows.scalars()]


def _article(values: dict[str, Any]) -> Article:
    for name, value in values.items():
        if name in _DATES and value:
            values[name] = date.fromisoformat(value)
        elif isinstance(value, list):
            values[name] = tuple(value)
    return Article(**values)


async def kept_vectors(connection: AsyncConnection, keys: Iterable[str]) -> dict[str, NDArray[np.float32]]:
    """The vectors that are kept of these keys (`KnowledgeBase.wanted`)."""
    wanted = set(keys)
    rows = await connection.execute(select(vectors.c.key, vectors.c.vector))
    return {
        row.key: np.frombuffer(row.vector, np.float16).astype(np.float32) for row in rows if row.key in wanted
    }


async def keep_vectors(connection: AsyncConnection, made: Mapping[str, NDArray[np.float32]]) -> None:
    """Keeps vectors in half precision: 768 bytes each, and no ranking changes for it."""
    if made:
        await connection.execute(
            ignoring_repetition(connection, vectors),
            [{"key": key, "vector": vector.astype(np.float16).tobytes()} for key, vector in made.items()],
        )


async def drop_vectors_except(connection: AsyncConnection, keys: Iterable[str]) -> None:
    """Vectors of texts that are no longer published."""
    wanted = set(keys)
    stale = [key for key in (await connection.execute(select(vectors.c.key))).scalars() if key not in wanted]
    for start in range(0, len(stale), 500):
        await connection.execute(delete(vectors).where(vectors.c.key.in_(stale[start : start + 500])))
