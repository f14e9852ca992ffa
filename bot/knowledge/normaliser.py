"""Reads what was typed as the knowledge base would write it: a noisy channel over its own words.

Each word, or two that belong together, or a part of one, gives candidates with a cost (accents that were
left out, Telex and VNI, short forms, slips, glued and split words); the bigram model of the knowledge base
chooses the cheapest way through them. What cannot be explained stays as it was typed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.knowledge.corpus import Corpus
from bot.knowledge.folding import fold, words
from bot.knowledge.shorthand import SHORTHAND
from bot.knowledge.slips import Slips
from bot.knowledge.syllables import decode, hook_and_tilde, is_syllable, is_wellformed, sound
from bot.knowledge.vocabulary import START, Vocabulary

MAX_WORDS = 60  # what comes after is read as it stands: nobody asks one question in more words
_BEAM = 14

# Costs are −log of how often people do so.
_NO_ACCENTS = 0.1  # in a message without any
_SOME_MISSING = 3.0  # in a message that has them elsewhere
_WRONG_ACCENT = 4.0
_SHORT_FORM = 1.2
_SHORT_FORM_OF_KNOWN = 3.0
_LATER_MEANING = 0.7  # the table has the usual meaning first
_SLIP = 3.8
_SLIP_OF_KNOWN = 2.0  # more, if what was typed is a word
_SLIP_OF_SHORT = 1.5  # more, if what was typed is a short form
_GLUED = 1.2  # for each part
_SPLIT = 2.0
_DECODED = 0.7


_FIGURE = re.compile(r"^(\d+)([^\W\d_]+)$")

_Add = Callable[[tuple[str, ...], float, bool], None]  # takes a candidate: words, cost, whether changed
_State = tuple[
    float, int, tuple[int, int] | None, "_Edge | None"
]  # cost, last word, where from, by which edge


@dataclass(frozen=True, slots=True)
class Reading:
    """How a question was understood.

    `share` of the typed words was changed beyond accents, `known` of them were known as typed (both 0..1);
    `accented` says that the person types accents, so that a word without one is meant so.
    """

    words: tuple[str, ...]
    share: float
    known: float
    accented: bool

    @property
    def text(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class _Edge:
    end: int  # node
    words: tuple[str, ...]
    cost: float
    changed: bool


class Normaliser:
    """Trained on the texts of one language; safe to use from several threads."""

    def __init__(self, corpus: Corpus, everyday: Iterable[str], vietnamese: bool) -> None:
        self.vietnamese = vietnamese
        self.vocabulary = Vocabulary(corpus, (words(text) for text in everyday))
        self.initials = corpus.initials
        by_fold = self.vocabulary.by_fold
        self._slips = Slips(by_fold)
        self._sounds: dict[str, list[str]] = defaultdict(list)
        for folded in by_fold if vietnamese else ():
            if len(folded) >= 4 and folded.isalpha() and not is_syllable(folded):
                self._sounds[sound([folded])].append(folded)

    def read(self, text: str) -> Reading:
        """Never raises; what is not understood stays."""
        tokens = _apart(words(text))
        rest = tokens[MAX_WORDS:]
        tokens = tokens[:MAX_WORDS]
        if not tokens:
            return Reading(tuple(rest), 0.0, 0.0, False)
        by_fold = self.vocabulary.by_fold
        known = sum(fold(t) in by_fold or t in self.initials or t.isdigit() for t in tokens) / len(tokens)
        path = self._best_path(tokens)
        understood = tuple(word for edge in path for word in edge.words)
        share = sum(edge.changed for edge in path) / len(path)
        return Reading(understood + tuple(rest), share, known, self._accented(tokens))

    def _best_path(self, tokens: Sequence[str]) -> list[_Edge]:
        """Viterbi over nodes (a node is a place between words, or inside a glued one)."""
        lattice, last = self._lattice(tokens)
        extra: dict[str, int] = {}
        states: dict[int, list[_State]] = defaultdict(list)
        states[0] = [(0.0, START, None, None)]
        for node in sorted(lattice):
            if not states[node]:
                continue
            states[node] = self._prune(states[node])
            edges = lattice[node]
            before = np.array([s[1] for s in states[node]], dtype=np.int64)
            scores = np.array([s[0] for s in states[node]], dtype=np.float32)
            first = np.array([self._id(e.words[0], extra) for e in edges], dtype=np.int64)
            costs = np.array([e.cost for e in edges], dtype=np.float32)
            total = scores[:, None] - self.vocabulary.log_after(before, first) + costs[None, :]
            best = total.argmin(axis=0)
            for k, edge in enumerate(edges):
                ids = [self._id(w, extra) for w in edge.words]
                score = float(total[best[k], k]) + self._inside(ids)
                states[edge.end].append((score, ids[-1], (node, int(best[k])), edge))
        path: list[_Edge] = []
        state = min(states[last], key=lambda s: s[0])
        while state[2] is not None and state[3] is not None:
            path.append(state[3])
            node, place = state[2]
            state = states[node][place]
        return path[::-1]

    @staticmethod
    def _prune(states: list[_State]) -> list[_State]:
        best: dict[int, _State] = {}
        for state in sorted(states, key=lambda s: s[0]):
            best.setdefault(state[1], state)
        return list(best.values())[:_BEAM]

    def _inside(self, ids: list[int]) -> float:
        if len(ids) < 2:
            return 0.0
        pairs = self.vocabulary.log_after(np.array(ids[:-1]), np.array(ids[1:]))
        return -float(np.trace(pairs))

    def _id(self, word: str, extra: dict[str, int]) -> int:
        known = self.vocabulary.ids.get(word)
        return known if known is not None else extra.setdefault(word, self.vocabulary.size + len(extra))

    def _lattice(self, tokens: Sequence[str]) -> tuple[dict[int, list[_Edge]], int]:
        starts = [0]
        for token in tokens:
            starts.append(starts[-1] + len(token))
        honoured = self.vietnamese and self._accented(tokens)
        lattice: dict[int, list[_Edge]] = defaultdict(list)
        for i, token in enumerate(tokens):
            found = self._candidates(token, honoured)
            lattice[starts[i]] += [
                _Edge(starts[i + 1], w, cost, changed) for w, (cost, changed) in found.items()
            ]
            if self.vietnamese:
                self._glued(token, starts[i], honoured, lattice)
                self._split(tokens, i, starts, lattice)
        return lattice, starts[-1]

    @staticmethod
    def _accented(tokens: Sequence[str]) -> bool:
        could = sum(t.isalpha() and is_syllable(fold(t)) for t in tokens)
        return sum(not t.isascii() for t in tokens) * 3 >= max(could, 1)

    def _candidates(self, token: str, honoured: bool) -> dict[tuple[str, ...], tuple[float, bool]]:
        """Words → (cost, whether more than accents was changed)."""
        found: dict[tuple[str, ...], tuple[float, bool]] = {(token,): (0.0, False)}
        ids, vocabulary = self.vocabulary.ids, self.vocabulary
        folded = fold(token)
        plain = token == folded
        wellformed = not plain and (token in ids or not self.vietnamese or is_wellformed(token))

        def add(spelled: tuple[str, ...], cost: float, changed: bool) -> None:
            if spelled not in found or found[spelled][0] > cost:
                found[spelled] = (cost, changed)

        alike = hook_and_tilde(token)
        for number in vocabulary.by_fold.get(folded, ()):
            word = vocabulary.words[number]
            if word == token:
                continue
            if plain:
                add((word,), _SOME_MISSING if honoured else _NO_ACCENTS, False)
            elif (
                not self.vietnamese or not wellformed or (token not in ids and alike == hook_and_tilde(word))
            ):
                add((word,), _WRONG_ACCENT / 2, True)
        if self.vietnamese:
            self._short_forms(token, add)
        if plain and self.vietnamese:
            meant = decode(token)
            if meant is not None:
                for number in vocabulary.by_fold.get(fold(meant), ()):
                    word = vocabulary.words[number]
                    add((word,), _DECODED if word == meant else _DECODED + 3.0, True)
        if not token.isdigit() and (plain or not wellformed or (not self.vietnamese and token not in ids)):
            self._slipped(token, folded, add)
        return found

    def _short_forms(self, token: str, add: _Add) -> None:
        known = token in self.vocabulary.ids
        cost = _SHORT_FORM_OF_KNOWN if known else _SHORT_FORM
        for place, spelled in enumerate(SHORTHAND.get(token, ())):
            add(spelled, cost + place * _LATER_MEANING, True)
        if token in self.initials:
            add(self.initials[token], cost, True)

    def _slipped(self, token: str, folded: str, add: _Add) -> None:
        vocabulary = self.vocabulary
        more = _SLIP_OF_KNOWN if folded in vocabulary.by_fold else 0.0
        more += 0.0 if token == folded else 1.0
        more += _SLIP_OF_SHORT if self.vietnamese and token in SHORTHAND else 0.0
        for other, cost in self._slips.near(folded):
            for number in vocabulary.by_fold[other]:
                add((vocabulary.words[number],), _SLIP * cost + more, True)

    def _glued(self, token: str, start: int, honoured: bool, lattice: dict[int, list[_Edge]]) -> None:
        folded, by_fold = fold(token), self.vocabulary.by_fold
        if len(folded) != len(token) or len(token) < 4 or folded in by_fold or len(token) > 24:
            return
        own = [(a, b) for a in range(len(token)) for b in range(a + 1, len(token) + 1) if b - a < len(token)]
        parts = {(a, b) for a, b in own if folded[a:b] in by_fold and (b - a >= 2 or folded[a:b] in "oaeyu")}
        reach = {len(token)}
        for a in range(len(token) - 1, -1, -1):
            if any((a, b) in parts for b in reach):
                reach.add(a)
        if 0 not in reach:
            return
        for a, b in parts:
            if a in reach and b in reach:
                for number in by_fold[folded[a:b]]:
                    word = self.vocabulary.words[number]
                    cost = _GLUED + (0.0 if word == token[a:b] or token.isascii() else _WRONG_ACCENT)
                    lattice[start + a].append(_Edge(start + b, (word,), cost, True))

    def _split(
        self, tokens: Sequence[str], i: int, starts: list[int], lattice: dict[int, list[_Edge]]
    ) -> None:
        """Foreign words and short forms said syllable by syllable (“ô cóp”, “vê xê a mát”, “h t x”)."""
        for n in (2, 3, 4):
            said = tokens[i : i + n]
            if len(said) < n:
                return
            heard = self._sounds.get(sound(list(said)), ()) if len("".join(said)) >= 4 else ()
            for word in heard:
                spelled = [self.vocabulary.words[k] for k in self.vocabulary.by_fold[word]]
                for form in spelled:
                    lattice[starts[i]].append(_Edge(starts[i + n], (form,), _SPLIT, True))
            letters = fold("".join(said))
            if letters in self.initials and all(len(s) == 1 for s in said):
                lattice[starts[i]].append(_Edge(starts[i + n], self.initials[letters], _SPLIT, True))


def _apart(tokens: Sequence[str]) -> list[str]:
    """A figure and its unit typed as one word are two: 500tr, 250g, 4sao."""
    return [part for token in tokens for part in _FIGURE.sub(r"\1 \2", token).split()]
