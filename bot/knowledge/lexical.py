"""BM25 over words and pairs of neighbouring words, as arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.corpus import BREAK, Ids

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
#: What entries are worth: how often each key stands in its document, and which documents these are.
Worth = Callable[[NDArray[Any], NDArray[Any]], Floats]

_K1 = 1.6
_B = 0.7
PAIR_WEIGHT = 0.6


class Postings:
    """Keys → (document, times), sorted arrays instead of dicts: 3 bytes an entry up to 65,536 documents.

    What an entry weighs follows from its key, its document and its `times`, so it is not kept.
    """

    def __init__(self, keys: NDArray[Any], documents: NDArray[np.int32], count: int) -> None:
        self.count = count
        merged = keys.astype(np.int64)
        merged *= count
        merged += documents
        merged.sort()
        new = _changes(merged)
        times = np.diff(new, append=len(merged))
        self.times = times.astype(np.min_scalar_type(times.max(initial=0)))
        merged = merged[new]
        key_of = merged // count
        merged -= key_of * count
        self.documents = merged.astype(np.min_scalar_type(count))
        starts = _changes(key_of)
        keys = key_of[starts]
        self.keys = keys.astype(np.min_scalar_type(keys.max(initial=0)))
        self.starts = np.append(starts, len(merged)).astype(np.int32)

    def frequencies(self) -> Ints:
        """In how many documents each key stands."""
        return np.diff(self.starts)

    def find(self, keys: Ints) -> Ints:
        """The place of each key, or −1."""
        if not len(self.keys):
            return np.full(len(keys), -1)
        keys = keys.astype(self.keys.dtype)  # else all of ours would be copied into the type of theirs
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, at, -1)

    def add_up(self, places: Ints, weights: Floats, worth: Worth) -> Floats:
        """Σ weight × worth of the entry, for every document."""
        if not len(places):
            return np.zeros(self.count, np.float32)
        spans = [slice(self.starts[p], self.starts[p + 1]) for p in places]
        documents = np.concatenate([self.documents[span] for span in spans])
        times = np.concatenate([self.times[span] for span in spans])
        values = worth(times, documents) * np.repeat(weights, [span.stop - span.start for span in spans])
        return np.bincount(documents, values, minlength=self.count).astype(np.float32)

    def has(self, place: int, document: int) -> bool:
        low, high = self.starts[place], self.starts[place + 1]
        at = low + int(np.searchsorted(self.documents[low:high], document))
        return bool(at < high and self.documents[at] == document)


def _changes(values: Ints) -> Ints:
    """The places where a sorted array has a new value."""
    return np.r_[0, np.flatnonzero(values[1:] != values[:-1]) + 1] if len(values) else np.zeros(0, np.int64)


class Bm25:
    """Scores `count` documents for the words of a question.

    `ids` are word numbers (of `numbers`) with BREAK between texts, `documents` says where each stands;
    a pair never reaches over a border.
    """

    def __init__(
        self, ids: Ids, documents: NDArray[np.int32], numbers: Mapping[str, int], count: int
    ) -> None:
        self._numbers = numbers
        word = ids != BREAK
        both = word[:-1] & word[1:]
        self._size = len(numbers) + 1
        keys = np.concatenate([ids[word].astype(np.int64), self._pair(ids[:-1][both], ids[1:][both])])
        places = np.concatenate([documents[word], documents[1:][both]])
        self._postings = Postings(keys, places, max(count, 1))
        df = self._postings.frequencies()
        self._idf = np.log(1 + (count - df + 0.5) / (df + 0.5)).astype(np.float32)
        self.rarest = float(np.log(1 + (count - 0.5) / 1.5)) if count > 1 else 1.0
        lengths = np.bincount(documents[word], minlength=max(count, 1)).astype(np.float32)
        self._share = (_K1 * (1 - _B + _B * lengths / max(float(lengths.mean()), 1.0))).astype(np.float32)

    def _worth(self, times: NDArray[Any], documents: NDArray[Any]) -> Floats:
        often = times.astype(np.float32)
        return np.asarray(often * np.float32(_K1 + 1) / (often + self._share[documents]))

    def scores(self, words: Sequence[str]) -> Floats:
        ids = np.array([self._numbers.get(word, BREAK) for word in words], dtype=np.int64)
        once = np.unique(ids[ids != BREAK])
        both = (ids[:-1] != BREAK) & (ids[1:] != BREAK)
        pairs = np.unique(self._pair(ids[:-1][both], ids[1:][both]))
        weights = np.r_[np.ones(len(once), np.float32), np.full(len(pairs), PAIR_WEIGHT, np.float32)]
        places = self._postings.find(np.concatenate([once, pairs]))
        places, weights = places[places >= 0], weights[places >= 0]
        return self._postings.add_up(places, weights * self._idf[places], self._worth)

    def _pair(self, first: NDArray[np.int32] | Ints, second: NDArray[np.int32] | Ints) -> Ints:
        return first.astype(np.int64) * self._size + second + self._size

    def _place(self, word: str) -> int:
        number = self._numbers.get(word, BREAK)
        return int(self._postings.find(np.array([number]))[0]) if number != BREAK else -1

    def weight(self, word: str) -> float:
        """How telling a word is: its idf; an unknown one counts as the rarest.

        An unknown figure tells nothing: an amount or a date of one's own is no other subject.
        """
        place = self._place(word)
        if place >= 0:
            return float(self._idf[place])
        return 0.0 if word.isdigit() else self.rarest

    def unknown(self, words: Sequence[str]) -> float:
        """The part of a question's telling weight that stands in no document, 0..1."""
        once = set(words)
        total = sum(self.weight(word) for word in once)
        return sum(self.weight(word) for word in once if self._place(word) < 0) / total if total else 0.0

    def ceiling(self, words: Sequence[str]) -> float:
        """Roughly the score of a document that is the question itself; never 0."""
        return sum(self.weight(word) for word in set(words)) * (1 + PAIR_WEIGHT) or 1.0

    def coverage(self, words: Sequence[str], document: int) -> float:
        """The part of a question's telling weight that stands in the document, 0..1."""
        total = held = 0.0
        for word in set(words):
            place, weight = self._place(word), self.weight(word)
            total += weight
            held += weight if place >= 0 and self._postings.has(place, document) else 0.0
        return held / total if total else 0.0
