"""Vietnamese letters decide, otherwise runs of letters; a person's own language is given up only for known words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import KnowledgeBase, detect_language, read_articles
from bot.knowledge.folding import fold

ARTICLES = read_articles(Path(__file__).parents[2] / "locales")
ASKED = [(a.lang, q) for a in ARTICLES for q in (a.title, *a.questions)]
BASE = KnowledgeBase.build(ARTICLES)
LANGUAGES = ("vi", "fr", "en")


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
    assert sum(detect_language(fold(text)) == lang for lang, text in ASKED) >= 0.96 * len(ASKED)
    assert BASE.find("what papers are needed for a loan").lang == "en"


@pytest.mark.parametrize("prior", LANGUAGES)
@pytest.mark.parametrize(
    "text",
    [
        "zq102wv1",
        "SP-00123",
        "GTIN 8934563138165",
        "0912 345 678",
        "hang@vidu.example",
        "ok",
        "honey",
        "bonjour",
        "được",
        "HTX Ví Dụ",
        "HTX Dâu tằm Ví Dụ",
        "HTX VI DU",
        "Nguyễn Văn A",
        "Tran Thi Binh",
        "Hà Nội",
        "Hello Kitty",
        "Organic Green Tea Premium",
        "Confiture de Mûres",
        "café Arabica",
        "organic honey",
        "123",
        "",
    ],
)
def test_codes_names_numbers_and_single_words_leave_the_language_as_it_is(text: str, prior: str) -> None:
    assert BASE.detect(text, prior) == prior


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("bonjour, quelles sont les aides pour les coopératives ?", "fr"),
        ("QUELS PAPIERS FAUT-IL ?", "fr"),
        ("I would like to register", "en"),
        ("BAO NHIEU TIEN VAY", "vi"),
        ("Which rules apply in Đà Lạt?", "en"),
        ("bao nhieu tien vay", "vi"),
        ("hooij chowj owr ddaau", "vi"),
        ("Dạ vâng ạ", "vi"),
    ],
)
def test_a_few_known_words_are_enough_to_change_the_language(text: str, lang: str) -> None:
    assert {BASE.detect(text, prior) for prior in LANGUAGES} == {lang}


@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789", max_size=12), st.sampled_from(LANGUAGES))
def test_no_single_token_changes_the_language(token: str, prior: str) -> None:
    assert BASE.detect(token, prior) == prior


def test_vietnamese_without_accents_is_never_taken_for_another_language() -> None:
    vietnamese = [fold(text) for lang, text in ASKED if lang == "vi"]
    pieces = {
        " ".join(typed[start : start + 3])
        for typed in map(str.split, vietnamese)
        for start in range(len(typed))
    }
    assert not [text for text in {*vietnamese, *pieces} if BASE.detect(text, "vi") != "vi"]


@pytest.mark.parametrize("prior", LANGUAGES)
def test_questions_are_recognised_whatever_was_spoken_before(prior: str) -> None:
    missed = [text for lang, text in ASKED if BASE.detect(text, prior) != lang]
    assert len(missed) <= 0.01 * len(ASKED), missed
