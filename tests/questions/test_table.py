"""What people write is understood as it is meant, or asked; nothing is understood wrongly."""

from __future__ import annotations

from benchmarks.written_forms import measure


def test_what_people_write_is_understood_as_meant_or_asked_and_never_wrongly() -> None:
    outcome = measure()
    assert outcome.wrong == []
    assert outcome.total >= 320
    assert len(outcome.needless) <= 0.01 * outcome.total, outcome.needless
