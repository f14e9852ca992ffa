"""A question finds its article, or nothing; with sentence vectors or without."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge import Article, Finding, KnowledgeBase, embed, read_articles
from tests.knowledge.fakes import Counting, small_base

LOCALES = Path(__file__).parents[2] / "locales"
SMALL = KnowledgeBase.build(small_base())


@pytest.fixture(scope="module")
def ours() -> KnowledgeBase:
    return KnowledgeBase.build(read_articles(LOCALES))


def first(finding: Finding) -> str | None:
    return finding.ranking[0][0] if finding.ranking else None


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("Làm mã vạch hết mấy tiền?", "ma-vach"),
        ("lam ma vach het may tien", "ma-vach"),
        ("dk gian hang hc ntn", "hoi-cho"),
        ("doi giam doc bao o dau", "giam-doc"),
        ("rau muon co vietgap", "vietgap"),
    ],
)
def test_without_an_embedder_words_find_the_article(question: str, article: str) -> None:
    found = SMALL.find(question)
    assert first(found) == article
    assert found.lang == "vi"


def test_accents_that_were_typed_are_honoured() -> None:
    assert first(SMALL.find("má đào")) == "nuoi-ong"
    assert first(SMALL.find("mã vạch")) == "ma-vach"
    bee, code = "nuoi-ong", "ma-vach"
    ma, mã = dict(SMALL.find("má", "vi").ranking), dict(SMALL.find("mã", "vi").ranking)
    assert ma.get(bee, 0) > ma.get(code, 0)
    assert mã.get(code, 0) > mã.get(bee, 0)


def test_short_forms_of_the_knowledge_base_and_their_words_are_the_same() -> None:
    short, full = SMALL.find("HTX tạm nghỉ"), SMALL.find("hợp tác xã tạm nghỉ")
    assert first(short) == first(full) == "tam-ngung"


def test_the_ranking_has_at_most_five_and_the_choices_three(ours: KnowledgeBase) -> None:
    found = ours.find("hồ sơ đăng ký")
    assert len(found.ranking) == 5
    assert len(found.choices) <= 3
    assert set(found.choices) <= {id for id, _ in found.ranking}
    assert [s for _, s in found.ranking] == sorted((s for _, s in found.ranking), reverse=True)


@pytest.mark.parametrize(
    "question",
    [
        "Giá dầu thô thế giới tuần qua?", "mua ve xem ca nhac o dau", "Comment réparer mon lave-linge ?",
        "Who painted the Mona Lisa?", "bị muỗi đốt sưng to", "cach lam banh bong lan",
    ],
)  # fmt: skip
def test_what_no_article_answers_is_not_answered(ours: KnowledgeBase, question: str) -> None:
    assert not ours.find(question).answered


@pytest.mark.parametrize("nothing", ["", "   ", "?!", "😀", "\0", "123"])
def test_nothing_said_finds_nothing(ours: KnowledgeBase, nothing: str) -> None:
    found = ours.find(nothing)
    assert not found.answered
    assert found.score < 0.5


def test_known_wordings_find_their_articles_even_without_accents(ours: KnowledgeBase) -> None:
    own = [a for a in read_articles(LOCALES) if a.lang == "vi"]
    hits = [first(ours.find(a.questions[3], "vi")) == a.id for a in own]
    assert sum(hits) >= 0.95 * len(hits)


def test_an_empty_knowledge_base_answers_nothing() -> None:
    found = KnowledgeBase.build([]).find("vay vốn")
    assert (found.ranking, found.answered, found.choices) == ((), False, ())


def test_one_article_alone_can_be_asked() -> None:
    assert first(KnowledgeBase.build(small_base()[:1], None).find("vay vốn quỹ")) == "vay-von"


def test_a_language_without_articles_falls_back_to_one_that_has_some() -> None:
    assert first(SMALL.find("VietGAP", lang="fr")) == "vietgap"


def test_an_article_is_given_in_another_language_if_need_be() -> None:
    base = KnowledgeBase.build([*small_base(), replace(small_base()[0], lang="fr", title="Conditions")])
    wanted = base.get("vay-von", "fr")
    other = base.get("ocop", "fr")
    assert wanted is not None
    assert wanted.title == "Conditions"
    assert other is not None
    assert other.lang == "vi"
    assert base.get("nothing", "vi") is None


def test_vectors_are_kept_by_content_and_nothing_is_embedded_twice() -> None:
    embedder, articles = Counting(), small_base()
    kept = embed(KnowledgeBase.wanted(articles, embedder), embedder)
    embedder.texts.clear()
    changed = [replace(articles[0], questions=(*articles[0].questions, "Vay được mấy đồng?")), *articles[1:]]
    missing = {k: v for k, v in KnowledgeBase.wanted(changed, embedder).items() if k not in kept}
    assert list(missing.values()) == [(True, "vay được mấy đồng?")]
    base = KnowledgeBase.build(articles, embedder, kept)
    assert embedder.texts == []
    base.find("vay tiền quỹ")
    assert embedder.texts == ["vay tiền quỹ"]


def test_with_vectors_the_words_that_were_meant_are_embedded() -> None:
    embedder, articles = Counting(), small_base()
    base = KnowledgeBase.build(articles, embedder, embed(KnowledgeBase.wanted(articles, embedder), embedder))
    embedder.texts.clear()
    assert first(base.find("lam ma vach")) == "ma-vach"
    assert embedder.texts == ["làm mã vạch"]


def test_while_most_vectors_are_missing_words_decide() -> None:
    embedder, articles = Counting(), small_base()
    some = embed(KnowledgeBase.wanted(articles[:2], embedder), embedder)
    embedder.texts.clear()
    assert first(KnowledgeBase.build(articles, embedder, some).find("gian hàng hội chợ")) == "hoi-cho"
    assert embedder.texts == []


def test_articles_of_a_body_alone_can_be_asked() -> None:
    embedder = Counting()
    bare = [replace(article, title="", questions=()) for article in small_base()]
    base = KnowledgeBase.build(bare, embedder, embed(KnowledgeBase.wanted(bare, embedder), embedder))
    assert first(base.find("cap ma so ma vach")) == "ma-vach"
    assert first(KnowledgeBase.build(bare).find("cap ma so ma vach")) == "ma-vach"


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=300),
    st.sampled_from([None, "vi", "fr", "en", "xx"]),
    st.sampled_from([None, "vay-von", "?"]),
)
def test_find_never_raises(text: str, lang: str | None, previous: str | None) -> None:
    found = SMALL.find(text, lang, prior=lang, previous=previous)
    assert 0 <= found.score <= 1


@pytest.mark.parametrize("text", ["vay " * 5000, "a" * 20000, "ôcóp" * 3000, "ko dc j " * 2000])
def test_a_very_long_text_is_read_within_a_second(text: str) -> None:
    started = time.process_time()
    SMALL.find(text)
    assert time.process_time() - started < 1


def test_the_score_is_a_chance(ours: KnowledgeBase) -> None:
    own: list[Article] = [a for a in read_articles(LOCALES) if a.lang == "vi"]
    clear = [ours.find(a.questions[0], "vi").score for a in own]
    assert sum(clear) / len(clear) > 0.8


def test_a_topic_alone_offers_its_articles(ours: KnowledgeBase) -> None:
    found = ours.find("hội chợ")
    assert found.choices[0].startswith("hoi-cho")
    assert not ours.find("bitcoin ethereum").choices
