"""Sentence vectors of wordings and of whole articles; those that are not computed yet are simply not there.

E5 packs all texts into a narrow cone, so vectors are compared after the mean of the knowledge base is taken
away. Three views: the nearest wording, the article's own text, and a linear discriminant, which is the mean
of an article's vectors seen through the inverse covariance of all of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.articles import Article
from bot.knowledge.embedder import Embedder, Vector, vector_key
from bot.knowledge.folding import clean
from bot.knowledge.lexical import Floats

ENOUGH = 0.9  # of the articles need vectors; with fewer, words alone are the fairer judge
_FEW = 5  # so few vectors make no mean
_PASSAGE_WEIGHT = 3.0  # an article's text counts like so many wordings
_MANY = 8_000  # wordings
_CANDIDATES = 300  # articles
_SAMPLE = 10_000
_SHRINKAGE = 10.0  # times the mean variance, added to the covariance


def wordings(article: Article) -> list[str]:
    """What people may ask to get this article: its title and its questions."""
    return [text for text in (article.title, *article.questions) if text.strip()]


def passage(article: Article) -> str:
    return clean(f"{article.title}\n{article.body}".replace("*", "")).strip()


def texts(article: Article) -> Iterator[tuple[bool, str]]:
    """(is_query, text) of everything of an article that is embedded."""
    for wording in wordings(article):
        yield True, clean(wording)
    yield False, passage(article)


def wanted(articles: Iterable[Article], embedder: Embedder) -> dict[str, tuple[bool, str]]:
    return {
        vector_key(embedder, text, query): (query, text)
        for article in articles
        for query, text in texts(article)
    }


class Dense:
    """Compares a question's vector with those of every article."""

    def __init__(self, articles: Sequence[Article], embedder: Embedder, kept: Mapping[str, Vector]) -> None:
        rows: dict[bool, list[Vector]] = {True: [], False: []}
        owners: dict[bool, list[int]] = {True: [], False: []}
        for number, article in enumerate(articles):
            for is_query, text in texts(article):
                vector = kept.get(vector_key(embedder, text, is_query))
                if vector is not None and len(vector) == embedder.dim:
                    rows[is_query].append(vector)
                    owners[is_query].append(number)
        questions, passages = _matrix(rows[True], embedder.dim), _matrix(rows[False], embedder.dim)
        self._question_owner = np.array(owners[True], dtype=np.int32)
        self._passage_owner = np.array(owners[False], dtype=np.int32)
        self._count = len(articles)
        covered = len(set(owners[True]) | set(owners[False]))
        self.ready = bool(articles) and covered >= ENOUGH * len(articles)
        passage_mean = passages.mean(axis=0) if len(passages) >= _FEW else np.zeros(embedder.dim, np.float32)
        self._mean: Vector = questions.mean(axis=0) if len(questions) >= _FEW else passage_mean
        _centre(questions, self._mean)
        _centre(passages, passage_mean)
        self._discriminant = self._learn(questions, passages) if self.ready else passages[:0]
        self._passages = _unit(passages)
        self._questions = _unit(questions).astype(
            np.float16
        )  # by far the most: half the memory, the same order

    def scores(self, vector: Vector) -> dict[str, Floats]:
        """The three views, one number an article. An article without vectors gets the mean of the others."""
        centred = vector - self._mean
        centred /= max(float(np.linalg.norm(centred)), 1e-9)
        passage = _best(self._passages @ centred, self._passage_owner, self._count)
        discriminant = self._discriminant @ centred
        if len(self._questions) <= _MANY:
            nearest = _best(self._questions.astype(np.float32) @ centred, self._question_owner, self._count)
        else:
            nearest = self._nearest_of_few(centred, passage + discriminant)
        return {"nearest": nearest, "passage": passage, "discriminant": discriminant}

    def _nearest_of_few(self, centred: Vector, promise: Floats) -> Floats:
        """Reading all wordings costs most of the time, so only those of promising articles are read."""
        few = np.zeros(self._count, bool)
        few[np.argsort(-promise)[:_CANDIDATES]] = True
        rows = np.flatnonzero(few[self._question_owner])
        found = _best(
            self._questions[rows].astype(np.float32) @ centred, self._question_owner[rows], self._count
        )
        seen = np.zeros(self._count, bool)
        seen[self._question_owner[rows]] = True
        found[~seen] = found[seen].min() if seen.any() else 0.0
        return found

    def _learn(self, questions: Vector, passages: Vector) -> Vector:
        weights = np.full(self._count, 1e-9)
        weights += np.bincount(self._question_owner, minlength=self._count)
        weights += _PASSAGE_WEIGHT * np.bincount(self._passage_owner, minlength=self._count)
        sums = _sums(questions, self._question_owner, self._count)
        sums += _PASSAGE_WEIGHT * _sums(passages, self._passage_owner, self._count)
        means = sums / weights[:, None].astype(np.float32)
        step = max(1, len(questions) // _SAMPLE)  # so many vectors tell the covariance
        some = questions[::step]
        scatter = (some.T @ some * np.float32(step) + passages.T @ passages) / max(
            len(questions) + len(passages), 1
        )
        variance = max(float(np.trace(scatter)) / len(scatter), 1e-9)
        scatter += _SHRINKAGE * variance * np.eye(len(scatter), dtype=np.float32)
        seen: NDArray[np.float32] = np.linalg.solve(scatter, means.T).T.astype(np.float32)
        lengths = np.sqrt(np.maximum((means * seen).sum(axis=1), 1e-9))
        return np.ascontiguousarray(seen / lengths[:, None])


def _matrix(rows: list[Vector], dim: int) -> Vector:
    return (
        np.concatenate(rows).astype(np.float32).reshape(-1, dim) if rows else np.zeros((0, dim), np.float32)
    )


def _centre(matrix: Vector, mean: Vector) -> None:
    matrix -= mean


def _sums(matrix: Vector, owner: NDArray[np.int32], count: int) -> Vector:
    sums = np.zeros((count, matrix.shape[1]), np.float32)
    borders = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1], True]) if len(owner) else owner
    for start, end in itertools.pairwise(borders):
        sums[owner[start]] = matrix[start:end].sum(axis=0)  # ten times as fast as reduceat over rows
    return sums


def _unit(matrix: Vector) -> Vector:
    lengths = np.sqrt(np.einsum("ij,ij->i", matrix, matrix))
    matrix /= np.maximum(lengths, 1e-9)[:, None]
    return matrix


def _best(cosines: Floats, owner: NDArray[np.int32], count: int) -> Floats:
    if not len(owner):
        return np.zeros(count, np.float32)
    starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])  # the rows of an article stand together
    found = np.maximum.reduceat(cosines, starts)
    best = np.full(count, found.mean(), np.float32)
    best[owner[starts]] = found
    return best
