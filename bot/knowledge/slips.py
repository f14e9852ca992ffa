"""Words one slip away, found by the words that remain when a letter is left out."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from rapidfuzz.distance import OSA

_LONG = 7  # from so many letters on, two slips are forgiven
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_PLACE = {
    c: (row + 0.0, column + row * 0.4)
    for row, letters in enumerate(_ROWS)
    for column, c in enumerate(letters)
}


class Slips:
    """An index over folded words; hashes of 8 bytes instead of strings keep it small."""

    def __init__(self, folded: Iterable[str]) -> None:
        self._words = [word for word in folded if len(word) >= 2 and not word.isdigit()]
        hashes: list[int] = []
        owners: list[int] = []
        for number, word in enumerate(self._words):
            for form in {word, *_without_one(word)}:
                hashes.append(hash(form))
                owners.append(number)
        order = np.argsort(np.asarray(hashes, dtype=np.int64), kind="stable")
        self._hashes = np.asarray(hashes, dtype=np.int64)[order]
        self._owners = np.asarray(owners, dtype=np.int32)[order]

    def near(self, word: str) -> list[tuple[str, float]]:
        """(another word, how unlikely the slip is: about 1 for a usual one, about 2 for two)."""
        if len(word) < 2 or len(word) > 30 or not len(self._hashes):
            return []
        forms = np.asarray([hash(form) for form in {word, *_without_one(word)}], dtype=np.int64)
        low, high = np.searchsorted(self._hashes, forms), np.searchsorted(self._hashes, forms, side="right")
        owners = {int(o) for a, b in zip(low, high, strict=True) for o in self._owners[a:b]}
        most = 2 if len(word) >= _LONG else 1
        found = []
        for owner in owners:
            other = self._words[owner]
            if other == word or min(len(word), len(other)) < 2:
                continue
            distance = OSA.distance(word, other, score_cutoff=most)
            if distance <= most:
                found.append((other, _cost(word, other) if distance == 1 else 1.9))
        return found


def _without_one(word: str) -> list[str]:
    return [word[:i] + word[i + 1 :] for i in range(len(word))]


def _cost(typed: str, meant: str) -> float:
    if len(typed) != len(meant):
        return 1.0 if len(typed) < len(meant) else 1.1
    places = [i for i, (a, b) in enumerate(zip(typed, meant, strict=True)) if a != b]
    if len(places) == 2:
        return 0.9  # two letters changed places
    a, b = _PLACE.get(typed[places[0]]), _PLACE.get(meant[places[0]])
    if a is None or b is None:
        return 1.4
    return 1.0 if abs(a[0] - b[0]) <= 1 and abs(a[1] - b[1]) <= 1.1 else 1.4
