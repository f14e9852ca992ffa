"""Vietnamese letters decide; otherwise runs of letters; “ok” says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.knowledge import KnowledgeBase, detect_language, read_articles
from bot.knowledge.folding import fold


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Làm sao để vay vốn?", "vi"),
        ("lam sao de vay von", "vi"),
        ("nop giay to o dau", "vi"),
        ("bao nhieu", "vi"),
        ("hooij chowj", "vi"),
        ("the61 chap61 nha2", "vi"),
        ("Combien coûte un stand ?", "fr"),
        ("quels papiers faut-il", "fr"),
        ("How much is a booth?", "en"),
        ("Is there a flight to Đà Lạt on Friday?", "en"),
        ("Quel temps à Huế demain matin ?", "fr"),
        ("ok", None),
        ("123", None),
        ("", None),
        ("😀", None),
    ],
)
def test_the_language_of_a_message(text: str, lang: str | None) -> None:
    assert detect_language(text) == lang


def test_the_persons_language_decides_what_is_open() -> None:
    assert detect_language("ok", prior="fr") == "fr"
    assert detect_language("How much is a booth?", prior="vi") == "en"


def test_wordings_of_articles_are_told_apart_without_accents() -> None:
    articles = read_articles(Path(__file__).parents[2] / "locales")
    asked = [(a.lang, q) for a in articles for q in a.questions]
    assert sum(detect_language(fold(text)) == lang for lang, text in asked) >= 0.96 * len(asked)
    assert KnowledgeBase.build(articles).find("what papers are needed for a loan").lang == "en"
