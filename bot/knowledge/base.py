"""The knowledge base: published articles, and how sure it is which of them answers a question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot import memory
from bot.knowledge.articles import Article
from bot.knowledge.calibration import THRESHOLD, THRESHOLD_BY_WORDS, probability
from bot.knowledge.dense import wanted as wanted_vectors
from bot.knowledge.embedder import Embedder, Vector
from bot.knowledge.everyday import EVERYDAY
from bot.knowledge.features import features
from bot.knowledge.followups import Ellipsis, ellipsis, telling
from bot.knowledge.language import Languages
from bot.knowledge.lexical import Floats
from bot.knowledge.shelf import Evidence, Shelf

_RANKED = 5
_CHOICES = 3
_SURE = 0.8  # so sure of a question by itself, that it is a new one whatever it begins with
_KEPT_TOPIC = {Ellipsis.SOME: 0.2, Ellipsis.ALL: 0.3}  # what belonging to the last article adds to the sum
_NEAR = 0.08  # below this chance nothing is worth offering,
_COVERED = 0.6  # unless so much of what was asked stands there (“hội chợ” alone)
_CLOSE = 0.45  # of the best sum: what falls behind it is not near


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found. `score` is the chance (0..1) that `ranking[0]` is right; `choices` are ids to offer."""

    lang: str
    normalised: str
    ranking: tuple[tuple[str, float], ...]
    score: float
    answered: bool
    choices: tuple[str, ...]


class KnowledgeBase:
    """Built once, then only read: `find` may run in several threads."""

    def __init__(self, shelves: Mapping[str, Shelf], languages: Languages) -> None:
        self._shelves = shelves
        self._detector = languages
        self.languages = tuple(shelves)

    @staticmethod
    def wanted(articles: Sequence[Article], embedder: Embedder) -> dict[str, tuple[bool, str]]:
        """Key of a vector → (whether it is of a query, text to embed)."""
        return wanted_vectors(articles, embedder)

    @classmethod
    def build(
        cls,
        articles: Sequence[Article],
        embedder: Embedder | None = None,
        vectors: Mapping[str, Vector] | None = None,
    ) -> KnowledgeBase:
        """Never embeds: what has no vector in `vectors` is found by its words alone."""
        by_lang: dict[str, list[Article]] = defaultdict(list)
        for article in articles:
            by_lang[article.lang].append(article)
        order = sorted(by_lang, key=lambda lang: (lang != "vi", lang))
        kept = vectors or {}
        shelves = {lang: Shelf(lang, by_lang[lang], embedder if kept else None, kept) for lang in order}
        texts = {
            lang: [*EVERYDAY.get(lang, ()), *(w for a in by_lang[lang] for w in (a.title, *a.questions))]
            for lang in {**EVERYDAY, **by_lang}
        }
        base = cls(shelves, Languages(texts))
        memory.give_back()
        return base

    def get(self, id: str, lang: str) -> Article | None:
        """The article in `lang`, or else in any language, Vietnamese first."""
        for name in (lang, *self._shelves):
            shelf = self._shelves.get(name)
            if shelf and id in shelf.numbers:
                return shelf.articles[shelf.numbers[id]]
        return None

    def detect(self, text: str, prior: str | None = None) -> str | None:
        return self._detector.detect(text, prior)

    def find(
        self, question: str, lang: str | None = None, prior: str | None = None, previous: str | None = None
    ) -> Finding:
        """The articles nearest to a question. `previous` is the id of the article last answered."""
        lang = lang or self._detector.detect(question, prior) or prior or "vi"
        shelf = self._shelves.get(lang) or next(iter(self._shelves.values()), None)
        if shelf is None:
            return Finding(lang, question.strip().lower(), (), 0.0, False, ())
        evidence = shelf.rank(question)
        alone = self._finding(lang, shelf, evidence, evidence.total)
        number = shelf.numbers.get(previous or "")
        if number is None:
            return alone
        return self._continued(alone, shelf, question, evidence, number)

    def _continued(
        self, alone: Finding, shelf: Shelf, question: str, evidence: Evidence, number: int
    ) -> Finding:
        """What is found when the article at place `number` was the last answer."""
        left_out = ellipsis(evidence.reading.words, shelf.lang)
        if left_out is Ellipsis.NONE or (
            left_out is Ellipsis.SOME and _is_new(alone, shelf, evidence, number)
        ):
            return alone
        composed = shelf.rank(question, context=shelf.articles[number].title)
        own_share = 0.3 if left_out is Ellipsis.ALL else 0.5
        nearness = _KEPT_TOPIC[left_out] * _nearness(shelf.articles, number)
        total = own_share * evidence.total + (1 - own_share) * composed.total + nearness
        found = self._finding(alone.lang, shelf, composed, total)
        # The context speaks for its own article, so what the person named has to stand there as well.
        named = shelf.terms(telling(evidence.reading.words, shelf.lang))
        held = (
            shelf.words.coverage(named, shelf.numbers[found.ranking[0][0]])
            if named and found.ranking
            else 1.0
        )
        score = round(found.score * (0.45 + 0.5 * held), 4)
        return replace(found, normalised=alone.normalised, score=score, answered=score >= _threshold(shelf))

    def _finding(self, lang: str, shelf: Shelf, evidence: Evidence, total: Floats) -> Finding:
        if not evidence.terms or not float(total.max()):
            return Finding(lang, evidence.reading.text, (), 0.0, False, ())
        best = [int(i) for i in np.argsort(-total, kind="stable")[:_RANKED]]
        score = probability(features(shelf, evidence, best[0]))
        ranking = tuple((shelf.articles[i].id, round(float(total[i]), 4)) for i in best)
        near = score >= _NEAR or shelf.words.coverage(evidence.terms, best[0]) >= _COVERED
        choices = [id for id, value in ranking[:_CHOICES] if near and value >= _CLOSE * ranking[0][1]]
        return Finding(
            lang, evidence.reading.text, ranking, round(score, 4), score >= _threshold(shelf), tuple(choices)
        )


def _threshold(shelf: Shelf) -> float:
    return THRESHOLD if shelf.dense else THRESHOLD_BY_WORDS


def _is_new(alone: Finding, shelf: Shelf, evidence: Evidence, number: int) -> bool:
    """Whether a question is a new one, although it begins like one that goes on."""
    if alone.score >= _SURE or not alone.answered:
        return alone.answered
    named = shelf.terms(telling(evidence.reading.words, shelf.lang))
    family = np.flatnonzero(_nearness(shelf.articles, number))
    kept = max(shelf.words.coverage(named, int(place)) for place in family)
    return kept < 0.5 and shelf.words.coverage(named, int(evidence.total.argmax())) > 0.9


def _nearness(articles: Sequence[Article], number: int) -> Floats:
    """1 for the last article itself, less for those it names as related and for its topic."""
    last = articles[number]
    near = [
        1.0 if a.id == last.id else 0.7 if a.id in last.related else 0.4 * (a.topic == last.topic != "")
        for a in articles
    ]
    return np.asarray(near, dtype=np.float32)
