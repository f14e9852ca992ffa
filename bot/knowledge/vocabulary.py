"""The words that were seen, how often, and after which: learned from the knowledge base's own text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.corpus import BREAK, Corpus
from bot.knowledge.folding import fold

START = BREAK  # the id of the beginning of a text
_UNKNOWN = 0.01  # an unknown word weighs like this part of one sighting
_DISCOUNT = 0.75

Ints = NDArray[np.int64]


class Vocabulary:
    """Accented words with an id each, and a bigram model with absolute discounting."""

    def __init__(self, corpus: Corpus, everyday: Iterable[Sequence[str]] = ()) -> None:
        self.ids = dict(corpus.numbers)
        more = [START]
        for text in everyday:
            more += [self.ids.setdefault(word, len(self.ids)) for word in text]
            more.append(START)
        flat = np.concatenate(
            [np.zeros(1, np.int64), corpus.ids.astype(np.int64), np.array(more, dtype=np.int64)]
        )
        self.size = size = len(self.ids)
        self.words = list(self.ids)
        counts = np.bincount(flat, minlength=size)
        pairs = (flat[:-1] * size + flat[1:])[flat[1:] != START]
        self._pairs, times = np.unique(pairs, return_counts=True)
        before = self._pairs // size
        self._pair_chance = (np.maximum(times - _DISCOUNT, 0) / np.maximum(counts[before], 1)).astype(
            np.float32
        )
        followers = np.bincount(before, minlength=size)
        backoff = np.where(followers > 0, _DISCOUNT * followers / np.maximum(counts, 1), 1.0)
        self._backoff = np.maximum(backoff, 1e-4).astype(np.float32)
        total = counts[1:].sum() + size
        self._one = ((counts + 0.5) / total).astype(np.float32)
        self._unknown = _UNKNOWN / total
        self.by_fold: dict[str, list[int]] = {}
        for word, number in self.ids.items():
            if number != START:
                self.by_fold.setdefault(fold(word), []).append(number)

    def log_after(self, before: Ints, word: Ints) -> NDArray[np.float32]:
        """log P(word | before) for every pair, shape (len(before), len(word)); ids ≥ size are unknown words."""
        known_before, known = before < self.size, word < self.size
        one = np.where(known, self._one[np.where(known, word, 0)], self._unknown)
        back = np.where(known_before, self._backoff[np.where(known_before, before, 0)], 1.0)
        keys = before[:, None] * self.size + word[None, :]
        keys[~known_before, :] = -1
        keys[:, ~known] = -1
        chance = back[:, None] * one[None, :]
        if len(self._pairs):
            at = np.minimum(np.searchsorted(self._pairs, keys), len(self._pairs) - 1)
            chance = chance + np.where(self._pairs[at] == keys, self._pair_chance[at], 0.0)
        return np.asarray(np.log(chance), dtype=np.float32)
