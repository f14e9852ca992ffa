"""All articles of one language with their indexes: one question gives one row of evidence an article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.knowledge.articles import Article
from bot.knowledge.characters import Characters
from bot.knowledge.corpus import BREAK, Corpus, Ids, spell_out
from bot.knowledge.dense import Dense, wordings
from bot.knowledge.embedder import Embedder, Vector
from bot.knowledge.everyday import EVERYDAY
from bot.knowledge.folding import clean, fold, is_vietnamese, words
from bot.knowledge.lexical import Bm25, Floats
from bot.knowledge.normaliser import Normaliser, Reading
from bot.knowledge.stems import stem

# How much each ranker says in the sum; fitted on halves of the public sets and on wordings held out
# (benchmarks/weights.py). Vietnamese is analytic, so words tell more there.
WEIGHTS: dict[tuple[bool, bool], dict[str, float]] = {  # (Vietnamese, with sentence vectors)
    (True, True): {
        "words": 1.3, "accents": 2.0, "body": 1.2, "characters": 1.4,
        "nearest": 0.9, "passage": 2.0, "discriminant": 3.1,
    },
    (False, True): {
        "words": 1.1, "body": 0.3, "characters": 2.1,
        "nearest": 1.0, "passage": 1.2, "discriminant": 5.2,
    },
    (True, False): {"words": 0.5, "accents": 3.4, "body": 2.4, "wordings": 1.3, "characters": 3.5},
    (False, False): {"words": 1.4, "body": 0.5, "wordings": 0.6, "characters": 5.0},
}  # fmt: skip


_TRUST = 0.7  # in accents that were typed
_TITLE, _ASKED, _BODY = 0, 1, 2  # parts of an article


@dataclass(frozen=True, slots=True)
class Evidence:
    """Raw scores of every ranker, one number an article, and their weighted sum (0..1)."""

    reading: Reading
    terms: tuple[str, ...]  # folded, stemmed
    parts: Mapping[str, Floats]
    total: Floats


class Shelf:
    """Articles of one language. `rank` only reads, so threads may share it."""

    def __init__(
        self, lang: str, articles: Sequence[Article], embedder: Embedder | None, kept: Mapping[str, Vector]
    ) -> None:
        self.lang, self.articles, self.embedder = lang, articles, embedder
        self.numbers = {article.id: number for number, article in enumerate(articles)}
        vietnamese, count = lang == "vi", len(articles)
        asked = [wordings(article) for article in articles]
        corpus = Corpus(
            [
                (n, _TITLE if text == article.title else _ASKED, text)
                for n, article in enumerate(articles)
                for text in asked[n]
            ]
            + [(n, _BODY, line) for n, article in enumerate(articles) for line in article.body.split("\n")]
        )
        self.normaliser = Normaliser(corpus, EVERYDAY.get(lang, ()), vietnamese)
        dense = Dense(articles, embedder, kept) if embedder and kept else None
        self.dense = dense if dense and dense.ready else None
        self.weights = WEIGHTS[vietnamese, self.dense is not None]
        ids, numbers = corpus.mapped(self._term)
        self.words = Bm25(ids, corpus.owner, numbers, count)
        self._accents = Bm25(corpus.ids, corpus.owner, corpus.numbers, count) if vietnamese else None
        self._body = Bm25(np.where(corpus.part == _ASKED, BREAK, ids), corpus.owner, numbers, count)
        self._wordings = None if self.dense else _Wordings(corpus, ids, numbers, count)
        self._characters = Characters(corpus.ids, list(corpus.numbers), corpus.owner, count)

    def _term(self, word: str) -> str:
        return stem(fold(word), self.lang)

    def _spelled_out(self, text: str) -> list[str]:
        return words(spell_out(text, self.normaliser.initials))

    def terms(self, understood: Sequence[str]) -> list[str]:
        """Words as the indexes have them: short forms in full, without accents and endings."""
        return [self._term(word) for word in self._spelled_out(" ".join(understood))]

    def rank(self, question: str, context: str = "") -> Evidence:
        """Evidence for a question; `context` is text that it silently refers to."""
        reading = self.normaliser.read(question)
        understood = self._spelled_out(f"{clean(context)} {reading.text}")
        terms = [self._term(word) for word in understood]
        parts = {
            "words": self.words.scores(terms),
            "body": self._body.scores(terms),
            "characters": self._characters.scores(fold(" ".join(understood))),
        }
        if self._wordings:
            parts["wordings"] = self._wordings.scores(terms)
        if self._accents:
            parts["accents"] = self._accents.scores(understood)
        if self.dense and self.embedder:
            typed = clean(question).strip() if is_vietnamese(question) else reading.text
            parts |= self.dense.scores(self.embedder.queries([f"{clean(context)} {typed}".strip()])[0])
        return Evidence(reading, tuple(terms), parts, self._fuse(parts, reading.accented))

    def _fuse(self, parts: Mapping[str, Floats], accented: bool) -> Floats:
        """The weighted sum of the rankers, each stretched to 0..1 over all articles."""
        total = np.zeros(len(self.articles), np.float32)
        weights = dict(self.weights)
        if accented and self._accents:  # má is not mã: what looks alike without accents counts little
            for name in ("words", "body"):
                weights["accents"] += weights[name] * _TRUST
                weights[name] *= 1 - _TRUST
        for name, scores in parts.items():
            total += np.float32(weights[name]) * stretched(scores)
        return total / np.float32(sum(weights.values()))


class _Wordings:
    """The best single wording of an article; sentence vectors do this better where there are any."""

    def __init__(self, corpus: Corpus, ids: Ids, numbers: Mapping[str, int], count: int) -> None:
        lines = int(np.count_nonzero(corpus.parts != _BODY))
        inside = (corpus.part != _BODY) & (corpus.line < lines)
        self._bm25 = Bm25(ids[inside], corpus.line[inside].astype(np.int32), numbers, lines)
        owners = corpus.owners[:lines]  # wordings stand before all bodies, those of an article together
        self._starts = (
            np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]]) if lines else np.zeros(0, np.int64)
        )
        self._owners, self._count = owners[self._starts], count

    def scores(self, terms: Sequence[str]) -> Floats:
        best = np.zeros(self._count, np.float32)
        if len(self._starts):
            best[self._owners] = np.maximum.reduceat(self._bm25.scores(terms), self._starts)
        return best


def stretched(scores: Floats) -> Floats:
    low, high = scores.min(), scores.max()
    if high > low:
        return np.asarray((scores - low) / (high - low), dtype=np.float32)
    return np.full(len(scores), min(max(float(high), 0.0), 1.0), np.float32)
