"""Fits how sure one may be of the best article: logistic regression, with and without sentence vectors.

    python -m benchmarks.calibrate --qa FOLDER --vectors FILE [--write]

Every set of questions is asked whole, and again with a fifth of the articles taken out in turn, so that the
right article is missing; to this come questions of other domains and our own unanswerable ones.
`--write` puts the coefficients into bot/knowledge/coefficients.py: the only thing that is shipped of it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.noise import noisy
from benchmarks.sets import FOLDS, Asked, Trial, everything
from benchmarks.unanswerable import UNANSWERABLE
from benchmarks.vectors import Remembering
from bot.knowledge.calibration import sigmoid
from bot.knowledge.features import DENSE, LEXICAL, features
from bot.knowledge.folding import fold
from bot.knowledge.shelf import Shelf

_TARGET = Path("bot/knowledge/coefficients.py")
_MOST = 450  # questions a set and kind: the rest says the same
_SHARES = {"asked": 0.65, "removed": 0.15, "foreign": 0.07, "unanswerable": 0.13}


@dataclass(frozen=True, slots=True)
class Example:
    set: str
    kind: str  # asked, removed, foreign, unanswerable
    values: dict[str, float]
    right: bool
    odd: bool  # half of the questions, to judge on


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--qa", type=Path, required=True)
    parser.add_argument("--locales", type=Path, default=Path("locales"))
    parser.add_argument("--vectors", type=Path, default=Path("/tmp/coopbot-vectors.sqlite"))
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    embedder = Remembering(options.vectors)
    trials = list(everything(options.qa, options.locales))
    lines = ['"""Written by benchmarks/calibrate.py: feature → weight, and the constant under “bias”."""', ""]
    for name, columns, used in (("WITH_VECTORS", DENSE, embedder), ("WITHOUT_VECTORS", LEXICAL, None)):
        examples = list(collect(trials, used))
        _judge(name, columns, examples)
        weights = fit(columns, examples)
        lines += [f"{name} = {{", *(f'    "{key}": {value:.4f},' for key, value in weights.items()), "}", ""]
    if options.write:
        _TARGET.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")


def collect(trials: Sequence[Trial], embedder: Remembering | None) -> Iterator[Example]:
    for trial in trials:
        shelf = _shelf(trial, embedder)
        few = len(trials) if trial.name.startswith("own") else 1  # own sets come in five parts
        most = _MOST // (FOLDS if few > 1 else 1)
        yield from _ask(shelf, trial.name, "asked", _some(trial.questions, most))
        foreign = [
            a for t in trials if t.lang == trial.lang and _domain(t) != _domain(trial) for a in t.questions
        ]
        if trial.lang != "vi":
            foreign = [
                a
                for t in trials
                if t.lang == trial.lang and _domain(t) != _domain(trial)
                for a in t.questions
            ]
        yield from _ask(shelf, trial.name, "foreign", _some(foreign, most // 4))
        yield from _ask(shelf, trial.name, "unanswerable", list(_unanswerable(trial.lang)))
        if trial.name.startswith("own"):
            number = sum(1 for t in trials[: trials.index(trial)] if t.name == trial.name)
            yield from _removed(trial, embedder, most, (number,))
        else:
            yield from _removed(trial, embedder, most // FOLDS, range(FOLDS))


def _removed(
    trial: Trial, embedder: Remembering | None, most: int, folds: Sequence[int] | range
) -> Iterator[Example]:
    for fold_number in folds:
        out = {article.id for article in trial.articles[fold_number::FOLDS]}
        rest = [article for article in trial.articles if article.id not in out]
        shelf = _shelf(Trial(trial.name, trial.lang, rest, ()), embedder)
        yield from _ask(
            shelf, trial.name, "removed", _some([a for a in trial.questions if a.gold in out], most)
        )


def _ask(shelf: Shelf, name: str, kind: str, questions: Sequence[Asked]) -> Iterator[Example]:
    for number, asked in enumerate(questions):
        evidence = shelf.rank(asked.text)
        best = int(evidence.total.argmax())
        right = shelf.articles[best].id == asked.gold
        yield Example(name, kind, features(shelf, evidence, best), right, number // 3 % 2 == 1)


def fit(columns: Sequence[str], examples: Sequence[Example], strength: float = 1e-3) -> dict[str, float]:
    """Newton's method on the weighted log loss; the columns are standardised while fitting."""
    x = np.array([[e.values[c] for c in columns] for e in examples])
    y = np.array([e.right for e in examples], dtype=float)
    mean, spread = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-6)
    z = np.c_[(x - mean) / spread, np.ones(len(x))]
    share = _sample_weights(examples)
    ridge = strength * np.eye(z.shape[1])
    ridge[-1, -1] = 0.0
    w = np.zeros(z.shape[1])
    for _ in range(30):
        p = sigmoid(z @ w)
        gradient = z.T @ (share * (p - y)) + ridge @ w
        hessian = (z * (share * p * (1 - p))[:, None]).T @ z + ridge
        w -= np.linalg.solve(hessian, gradient)
    raw = w[:-1] / spread
    return {**dict(zip(columns, raw.tolist(), strict=True)), "bias": float(w[-1] - (raw * mean).sum())}


def _sample_weights(examples: Sequence[Example]) -> NDArray[np.float64]:
    """Every set counts the same; within a set every kind has its share. Our own articles count double."""
    counts: dict[tuple[str, str], int] = {}
    for e in examples:
        counts[e.set, e.kind] = counts.get((e.set, e.kind), 0) + 1
    weights = np.array(
        [_SHARES[e.kind] / counts[e.set, e.kind] * (2 if e.set.startswith("own") else 1) for e in examples]
    )
    return np.asarray(weights / weights.sum())


def _judge(name: str, columns: Sequence[str], examples: Sequence[Example]) -> None:
    """Fits on half of the questions and prints what holds on the other half."""
    weights = fit(columns, [e for e in examples if not e.odd])
    other = [e for e in examples if e.odd]
    print(f"{name}: on the half that was not fitted")
    print(
        f"  {'set':12}{'right':>7}{'AUROC':>7}{'ECE':>7}{'kept':>7}   let through: removed, foreign, unanswerable"
    )
    for set_name in dict.fromkeys(e.set for e in other):
        part = [e for e in other if e.set == set_name]
        p = sigmoid(
            np.array([weights["bias"] + sum(weights[c] * e.values[c] for c in columns) for e in part])
        )
        y = np.array([e.right for e in part])
        kind = np.array([e.kind for e in part])
        line = f"  {set_name:12}{100 * y[kind == 'asked'].mean():7.1f}{_auroc(p, y):7.3f}"
        line += f"{_ece(p, y, _sample_weights(part)):7.3f}"
        for threshold in (0.4, 0.5, 0.6):
            kept = (p[(kind == "asked") & y] >= threshold).mean()
            passed = [
                100 * (p[kind == k] >= threshold).mean() for k in ("removed", "foreign", "unanswerable")
            ]
            line += f"   ≥{threshold}: {100 * kept:5.1f} " + " ".join(f"{v:5.1f}" for v in passed)
        print(line)


def _auroc(p: NDArray[np.float64], y: NDArray[np.bool_]) -> float:
    ranks = np.empty(len(p))
    ranks[np.argsort(p)] = np.arange(1, len(p) + 1)
    positives = int(y.sum())
    negatives = len(y) - positives
    return float((ranks[y].sum() - positives * (positives + 1) / 2) / max(positives * negatives, 1))


def _ece(p: NDArray[np.float64], y: NDArray[np.bool_], weights: NDArray[np.float64]) -> float:
    bins = np.minimum((p * 10).astype(int), 9)
    return float(sum(abs((weights * (p - y))[bins == b].sum()) for b in range(10)) / weights.sum())


def _unanswerable(lang: str) -> Iterator[Asked]:
    for number, text in enumerate(UNANSWERABLE[lang]):
        yield from (
            Asked(style, t, "")
            for style, t in zip("ofn", (text, fold(text), noisy(text, number, lang)), strict=True)
        )


def _domain(trial: Trial) -> str:
    return "own" if trial.name.startswith(("own", "bare")) else trial.name


def _some(questions: Sequence[Asked], most: int) -> list[Asked]:
    """An even choice, whole questions with all their styles."""
    groups = len(questions) // 3
    step = max(1, -(-groups * 3 // max(most, 1)))
    return [asked for group in range(0, groups, step) for asked in questions[group * 3 : group * 3 + 3]]


def _shelf(trial: Trial, embedder: Remembering | None) -> Shelf:
    return Shelf(trial.lang, trial.articles, embedder, embedder.kept(trial.articles) if embedder else {})


if __name__ == "__main__":
    main()
