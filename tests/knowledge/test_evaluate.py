"""The figures of an evaluation mean what they say."""

from __future__ import annotations

from typing import Any

from bot.knowledge import Finding
from bot.knowledge.evaluate import Row, evaluate

ROWS: list[dict[str, Any]] = [
    {"q": "first", "lang": "vi", "gold": ["a", "b"], "kind": "kb", "style": "typed"},
    {"q": "second", "lang": "vi", "gold": ["c"], "kind": "kb", "style": "typed"},
    {"q": "shy", "lang": "fr", "gold": ["b"], "kind": "kb", "style": "proper"},
    {"q": "unwritten", "lang": "vi", "gold": ["z", "a"], "kind": "kb", "style": "typed"},
    {"q": "far", "lang": "vi", "gold": [], "kind": "none", "style": "typed"},
    {"q": "shy far", "lang": "vi", "gold": [], "kind": "none", "style": "typed"},
    {"q": "dialog", "lang": "vi", "gold": [], "kind": "dialog", "dialog": "fair"},
]


def find(row: Row) -> Finding:
    return Finding("vi", row["q"], (("b", 0.9), ("c", 0.5)), 0.7, not row["q"].startswith("shy"), ())


def test_shares_by_kind_language_and_style() -> None:
    report = evaluate(ROWS, find, known=lambda id: id != "z")
    found = report.as_json()
    assert (found["n"], found["top1"], found["top3"], found["mrr5"]) == (5, 0.6667, 1.0, 0.8333)
    assert (found["false_answers"], found["missed"]) == (0.5, 0.3333)
    assert found["by"]["vi/typed"]["n"] == 4
    assert found["by"]["fr/proper"]["missed"] == 1.0
    assert report.total.skipped == 1
    assert "1 questions left out" in report.as_text()


def test_every_row_has_its_line() -> None:
    lines = evaluate(ROWS, find).lines
    assert len(lines) == len(ROWS)
    assert lines[0] == {
        "q": "first", "answered": True, "article": "b", "score": 0.7, "alternatives": ["c"], "led_to": None
    }  # fmt: skip
