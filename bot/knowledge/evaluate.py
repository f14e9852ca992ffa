"""How good the answers are: rows of questions with the articles that should answer them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.knowledge.base import Finding

Row = Mapping[str, Any]  # {"q", "lang", "gold": [ids], "kind", "style"?, "dialog"?}


@dataclass(slots=True)
class Figures:
    """Counts over some rows, and the shares made of them.

    `n` counts the rows that are judged: kind `kb` whose first gold article exists, and kind `none`.
    top1, top3, mrr5 are over the kb rows, by the ranking alone, answered or not; any id of gold is a hit.
    false_answers is the share of the none rows that were answered. missed is the share of the kb rows that
    were not answered although the best article was right.
    """

    kb: int = 0
    none: int = 0
    skipped: int = 0
    first: int = 0
    third: int = 0
    reciprocal: float = 0.0
    false: int = 0
    missed: int = 0

    def as_json(self) -> dict[str, float | int]:
        return {
            "n": self.kb + self.none,
            "top1": _share(self.first, self.kb),
            "top3": _share(self.third, self.kb),
            "mrr5": _share(self.reciprocal, self.kb),
            "false_answers": _share(self.false, self.none),
            "missed": _share(self.missed, self.kb),
        }

    def add(self, row: Row, finding: Finding, known: bool) -> None:
        if row["kind"] == "none":
            self.none += 1
            self.false += finding.answered
        elif not known:
            self.skipped += 1
        else:
            ids = [id for id, _ in finding.ranking]
            place = next((n for n, id in enumerate(ids[:5], 1) if id in row["gold"]), 0)
            self.kb += 1
            self.first += place == 1
            self.third += 1 <= place <= 3
            self.reciprocal += 1 / place if place else 0.0
            self.missed += place == 1 and not finding.answered


@dataclass(slots=True)
class Report:
    """The figures of all rows and of each language and style."""

    total: Figures = field(default_factory=Figures)
    by: dict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))
    lines: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {**self.total.as_json(), "by": {name: f.as_json() for name, f in sorted(self.by.items())}}

    def as_text(self) -> str:
        head = f"{'':16}{'n':>6}{'top-1':>8}{'top-3':>8}{'MRR@5':>8}{'false':>8}{'missed':>8}"
        rows = [head, *(_line(name, f) for name, f in sorted(self.by.items())), _line("all", self.total)]
        if self.total.skipped:
            rows.append(f"{self.total.skipped} questions left out: their article is not written yet")
        return "\n".join(rows)


def evaluate(
    rows: Iterable[Row], find: Callable[[Row], Finding], known: Callable[[str], bool] = lambda id: True
) -> Report:
    """Asks every row with `find`; `known` says whether an article id is in the knowledge base.

    Rows that are neither kb nor none are asked as well, but only stand in `Report.lines`.
    """
    report = Report()
    for row in rows:
        finding = find(row)
        report.lines.append(each(row, finding))
        if row["kind"] not in ("kb", "none"):
            continue
        is_known = bool(row.get("gold")) and known(row["gold"][0])
        name = f"{row.get('lang', '')}/{row.get('style') or 'all'}"
        for figures in (report.total, report.by[name]):
            figures.add(row, finding, is_known)
    return report


def each(row: Row, finding: Finding, led_to: str | None = None) -> dict[str, Any]:
    """One question and what came of it; `article` is the best match, answered or not."""
    ids = [id for id, _ in finding.ranking]
    return {
        "q": row["q"],
        "answered": finding.answered,
        "article": ids[0] if ids else None,
        "score": finding.score,
        "alternatives": ids[1:],
        "led_to": led_to,
    }


def _share(part: float, of: int) -> float:
    return round(part / of, 4) if of else 0.0


def _line(name: str, figures: Figures) -> str:
    values = figures.as_json()
    shares = (values[k] for k in ("top1", "top3", "mrr5", "false_answers", "missed"))
    return f"{name:16}{values['n']:>6}" + "".join(f"{100 * share:>8.1f}" for share in shares)
