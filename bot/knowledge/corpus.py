"""The text of a shelf as arrays: every word is looked at once, however many indexes are made of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.folding import clean, fold

_TOKEN = re.compile(r"[^\W_]+|\n")
_PIECE = 20_000  # letters

BREAK = 0  # the id of the border between two texts
_ENOUGH = 1_000_000  # letters tell what is usual
_OFTEN = 5  # so often a short form must be seen spelled out, if never in brackets

Ids = NDArray[np.int32]


class Corpus:
    """Texts of articles, with their short forms spelled out.

    `ids` are word numbers with BREAK between texts; `owner`, `part` and `line` stand beside each. Texts are
    given as (article number, part, text); a part is any small number, such as 0 for wordings, 1 for bodies.
    """

    def __init__(self, texts: Sequence[tuple[int, int, str]]) -> None:
        # One long text, so that cleaning and cutting run in C; a line is a text.
        joined = "\n".join(text.replace("\n", " ") for _, _, text in texts)
        self.initials = initialisms(joined)
        ids, numbers = _numbered(clean(joined))
        spelled = [
            [numbers.setdefault(part, len(numbers)) for part in self.initials.get(word, (word,))]
            for word in list(numbers)
        ]
        self.numbers = numbers
        self.ids: Ids = spread(ids, spelled)
        self.owners = np.array([article for article, _, _ in texts] or [0], dtype=np.int32)  # a line
        self.parts = np.array([part for _, part, _ in texts] or [0], dtype=np.int32)  # a line
        self.line = np.cumsum(self.ids == BREAK)
        self.owner, self.part = self.owners[self.line], self.parts[self.line]

    def mapped(self, change: Callable[[str], str]) -> tuple[Ids, dict[str, int]]:
        """The ids after a change of every word (folding, stemming), and the numbers of the changed words."""
        changed: dict[str, int] = {"\n": BREAK}
        table = [
            changed.setdefault(change(word) if word != "\n" else word, len(changed)) for word in self.numbers
        ]
        return np.array(table, dtype=np.int32)[self.ids], changed


class _Numbers(dict[str, int]):
    """Gives each new word the next number."""

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self)
        return number


def _numbered(text: str) -> tuple[Ids, dict[str, int]]:
    """The words and line breaks of a text as numbers, and the number of each; BREAK is that of a line break."""
    numbers = _Numbers({"\n": BREAK})
    pieces = [np.fromiter(map(numbers.__getitem__, found), np.int32, len(found)) for found in _tokens(text)]
    return np.concatenate([np.zeros(0, np.int32), *pieces]), dict(numbers)


def _tokens(text: str) -> Iterator[list[str]]:
    """Words and line breaks, some thousand at a time: all at once, those that are kept would hold the rest's memory."""
    at = 0
    while at < len(text):
        end = text.find("\n", at + _PIECE) + 1 or len(text)
        yield _TOKEN.findall(text, at, end)
        at = end


def spread(ids: Ids, table: Sequence[Sequence[int]], kind: type[Any] = np.int32) -> NDArray[Any]:
    """Each id replaced by its row of the table, one after the other."""
    lengths = np.array([len(row) for row in table], dtype=np.int32)
    flat = np.array([value for row in table for value in row], dtype=kind)
    starts = np.cumsum(lengths, dtype=np.int32) - lengths
    times = lengths[ids]
    ends = np.cumsum(times, dtype=np.int32)
    places = np.repeat(starts[ids] - (ends - times), times)
    places += np.arange(len(places), dtype=np.int32)
    return np.asarray(flat[places])


def spell_out(cleaned: str, initials: dict[str, tuple[str, ...]]) -> str:
    """A text with the short forms in full (“htx” → “hợp tác xã”)."""
    if not initials:
        return cleaned
    pattern = rf"\b(?:{'|'.join(map(re.escape, initials))})\b"
    return re.sub(pattern, lambda m: " ".join(initials[m[0]]), cleaned)


def initialisms(text: str) -> dict[str, tuple[str, ...]]:
    """Short forms that a text spells out itself: in brackets (“tổ hợp tác (THT)”) or often enough.

    The result is folded short form → words.
    """
    result: dict[str, tuple[str, ...]] = {}
    for match in re.finditer(r"\(([^\W\d_]{2,5})\)", text):
        short = fold(match[1])
        before = re.findall(r"[^\W_]+", text[max(0, match.start() - 60) : match.start()].lower())[
            -len(short) :
        ]
        if match[1].isupper() and _initials(before) == short:
            result.setdefault(short, tuple(words_of(before)))
    text = text[:_ENOUGH]
    seen = {fold(match[0]) for match in re.finditer(r"\b[^\W\d_]{3,5}\b", text) if match[0].isupper()}
    wanted = [short for short in sorted(seen - set(result)) if short.isascii()]
    if not wanted:
        return result
    ids, numbers = _numbered(text.lower())
    firsts = np.array([ord(fold(word)[:1] or " ") & 0xFF for word in numbers], dtype=np.uint8)[ids]
    names = list(numbers)
    for short in wanted:
        best = _most_spelled(short, ids, firsts)
        if best is not None:
            result[short] = tuple(words_of(names[i] for i in best))
    return result


def _most_spelled(short: str, ids: Ids, firsts: NDArray[np.uint8]) -> list[int] | None:
    """The words that nearly always stand where the initials occur, if they stand there often."""
    n = len(short)
    count = len(ids) - n + 1
    if count <= 0:
        return None
    fits = np.ones(count, bool)
    for place, letter in enumerate(short):
        fits &= firsts[place : place + count] == ord(letter)
    starts = np.flatnonzero(fits)
    if len(starts) < _OFTEN:
        return None
    runs = np.stack([ids[starts + place] for place in range(n)], axis=1)
    spelled, times = np.unique(runs, axis=0, return_counts=True)
    top = int(times.argmax())
    return spelled[top].tolist() if times[top] >= max(_OFTEN, 0.6 * len(starts)) else None


def words_of(parts: Iterable[str]) -> list[str]:
    return [clean(part) for part in parts]


def _initials(parts: Sequence[str]) -> str:
    return "".join(fold(part)[:1] for part in parts)
