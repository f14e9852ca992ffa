"""Questions with known answers: the public sets, and our own articles with some of their wordings held out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.noise import noisy
from bot.knowledge.articles import Article, read_articles
from bot.knowledge.folding import fold

PUBLIC = {"xquadr_vi": "vi", "covidfaq_fr": "fr", "covidfaq_en": "en"}
STYLES = ("original", "folded", "noisy")
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Asked:
    style: str
    text: str
    gold: str  # id of an article


@dataclass(frozen=True, slots=True)
class Trial:
    """Articles of one language and questions about them that were not used to write them down."""

    name: str
    lang: str
    articles: Sequence[Article]
    questions: Sequence[Asked]


def public(folder: Path, name: str) -> Trial:
    lang = PUBLIC[name]
    articles = [
        Article(id=row["id"], lang=lang, title=row["title"], body=row["body"])
        for row in _rows(folder / f"{name}.articles.jsonl")
    ]
    asked = [
        Asked(row["style"], row["q"], row["gold"][0]) for row in _rows(folder / f"{name}.questions.jsonl")
    ]
    return Trial(name, lang, articles, asked)


def held_out(locales: Path, lang: str) -> Iterator[Trial]:
    """Our articles five times, each time without a fifth of their wordings, which are then asked."""
    own = [article for article in read_articles(locales) if article.lang == lang]
    for fold_number in range(FOLDS):
        known = [replace(a, questions=_without(a.questions, fold_number)) for a in own]
        asked = [
            asked
            for a in own
            for text in a.questions[fold_number::FOLDS]
            for asked in typed(text, a.id, lang)
        ]
        yield Trial(f"own_{lang}", lang, known, asked)


def bare(locales: Path, lang: str) -> Trial:
    """Our articles with titles and texts alone; every wording is asked."""
    own = [article for article in read_articles(locales) if article.lang == lang]
    asked = [asked for a in own for text in a.questions for asked in typed(text, a.id, lang)]
    return Trial(f"bare_{lang}", lang, [replace(a, questions=()) for a in own], asked)


def typed(text: str, gold: str, lang: str) -> Iterator[Asked]:
    yield Asked("original", text, gold)
    yield Asked("folded", fold(text), gold)
    yield Asked("noisy", noisy(text, 1, lang), gold)


def everything(folder: Path, locales: Path) -> Iterator[Trial]:
    for name in PUBLIC:
        yield public(folder, name)
    for lang in ("vi", "fr", "en"):
        yield from held_out(locales, lang)
        yield bare(locales, lang)


def _without(questions: tuple[str, ...], fold_number: int) -> tuple[str, ...]:
    return tuple(text for place, text in enumerate(questions) if place % FOLDS != fold_number)


def _rows(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
