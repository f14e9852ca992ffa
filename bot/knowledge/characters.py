"""Runs of letters, weighted by rarity: what is misspelled still shares most of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.corpus import BREAK, Ids, spread
from bot.knowledge.folding import fold
from bot.knowledge.lexical import Floats, Postings

_TABLE = np.zeros(256, dtype=np.uint8)
for _place, _letter in enumerate(b"abcdefghijklmnopqrstuvwxyz0123456789", 1):
    _TABLE[_letter] = _place
_SIZE = 37
_LARGE = 1_500_000  # letters; from here on one length is enough, and building stays quick


class Characters:
    """Cosine of TF-IDF vectors between a question and every document.

    `ids` are numbers of the words in `names`, `owner` says in which of `count` documents each stands.
    """

    def __init__(self, ids: Ids, names: Sequence[str], owner: NDArray[np.int32], count: int) -> None:
        spelled = [
            _codes(f"{fold(name)} ").tolist() if number != BREAK else [] for number, name in enumerate(names)
        ]
        codes = spread(ids, spelled, np.uint8)
        owner = np.repeat(owner, np.array([len(row) for row in spelled], dtype=np.int32)[ids])
        self._lengths = (4, 5) if len(codes) < _LARGE else (5,)
        keys, documents = [], []
        for n in self._lengths:
            runs = _runs(codes, n)
            first, last = owner[: len(runs)], owner[n - 1 :][: len(runs)]
            keys.append(runs[first == last])
            documents.append(first[first == last])
        self._postings = Postings(np.concatenate(keys), np.concatenate(documents), max(count, 1))
        df = self._postings.frequencies()
        self._idf = (np.log((1 + count) / (1 + df)) + 1).astype(np.float32)
        times = self._postings.times
        logs = np.log(np.arange(1, times.max(initial=0) + 1, dtype=np.float32))
        self._damped = np.r_[np.float32(0), 1 + logs]  # by how often a run stands in a document
        entries = self._worth(times) * np.repeat(self._idf, df)
        norms = np.sqrt(np.bincount(self._postings.documents, entries**2, minlength=max(count, 1)))
        self._norms = np.maximum(norms, 1e-9).astype(np.float32)
        self._unseen = float(np.log(1 + count) + 1)

    def _worth(self, times: NDArray[Any], _: object = None) -> Floats:
        return np.asarray(self._damped[times])

    def scores(self, folded: str) -> Floats:
        code = _codes(f" {folded} ")
        once, times = np.unique(np.concatenate([_runs(code, n) for n in self._lengths]), return_counts=True)
        places = self._postings.find(once)
        known = places >= 0
        idf = np.full(len(once), self._unseen, np.float32)
        idf[known] = self._idf[places[known]]
        weights = ((1 + np.log(times)) * idf).astype(np.float32)
        norm = np.float32(np.sqrt((weights**2).sum())) or np.float32(1)
        places, weights = places[known], weights[known] * self._idf[places[known]] / norm
        return self._postings.add_up(places, weights, self._worth) / self._norms


def _codes(folded: str) -> NDArray[np.uint8]:
    return _TABLE[np.frombuffer(folded.encode("ascii", "replace"), dtype=np.uint8)]


def _runs(codes: NDArray[np.uint8], n: int) -> NDArray[np.int32]:
    """The runs of n codes as numbers; runs of different lengths are never equal."""
    length = len(codes) - n + 1
    if length <= 0:
        return np.zeros(0, np.int32)
    runs = np.full(length, n - 4, dtype=np.int32)
    for k in range(n):
        runs *= _SIZE
        runs += codes[k : k + length]
    return runs
