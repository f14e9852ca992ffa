"""Fits the weights of the rankers: softmax over articles on one half of the questions, judged on the other.

    python -m benchmarks.weights --qa FOLDER --vectors FILE

Prints the weights for bot/knowledge/shelf.py; they are rounded and written there by hand.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.sets import STYLES, everything
from benchmarks.vectors import Remembering
from bot.knowledge.shelf import WEIGHTS, Shelf, stretched

Half = list[tuple[str, NDArray[np.float32], int]]  # style, ranker × article, place of the right one


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--qa", type=Path, required=True)
    parser.add_argument("--locales", type=Path, default=Path("locales"))
    parser.add_argument("--vectors", type=Path, default=Path("/tmp/coopbot-vectors.sqlite"))
    options = parser.parse_args()
    halves = collect(options.qa, options.locales, Remembering(options.vectors))
    for vietnamese in (True, False):
        for dense in (True, False):
            names = list(WEIGHTS[vietnamese, dense])
            columns = [list(WEIGHTS[vietnamese, True]).index(name) for name in names]
            sets = {
                name: tuple([(s, x[columns], g) for s, x, g in half] for half in pair)
                for name, pair in halves.items()
                if (name.endswith("vi")) is vietnamese
            }
            weights = fit([pair[0] for pair in sets.values()], len(names))
            now = np.array([WEIGHTS[vietnamese, dense][name] for name in names])
            print(
                f"Vietnamese {vietnamese}, vectors {dense}: ",
                dict(zip(names, weights.round(2).tolist(), strict=True)),
            )
            for name, (_, other) in sets.items():
                print(f"  {name:12} fitted {accuracy(other, weights)}   shipped {accuracy(other, now)}")


def collect(qa: Path, locales: Path, embedder: Remembering) -> dict[str, tuple[Half, Half]]:
    halves: dict[str, tuple[Half, Half]] = defaultdict(lambda: ([], []))
    for trial in everything(qa, locales):
        shelf = Shelf(trial.lang, trial.articles, embedder, embedder.kept(trial.articles))
        names = WEIGHTS[trial.lang == "vi", True]
        for number, asked in enumerate(trial.questions):
            parts = shelf.rank(asked.text).parts
            empty = np.zeros(len(trial.articles), np.float32)
            rows = np.stack([stretched(parts.get(name, empty)) for name in names])
            halves[trial.name][number // len(STYLES) % 2].append(
                (asked.style, rows, shelf.numbers[asked.gold])
            )
    return halves


def fit(sets: list[Half], count: int, steps: int = 300, batch: int = 150) -> NDArray[np.float64]:
    """Adam on the cross entropy; every set counts the same; no weight is negative."""
    rng = np.random.default_rng(0)
    weights, first, second = np.full(count, 2.0), np.zeros(count), np.zeros(count)
    for step in range(1, steps + 1):
        gradient = 1e-3 * weights
        for half in sets:
            chosen = [half[i] for i in rng.choice(len(half), min(batch, len(half)), replace=False)]
            sizes = max(x.shape[1] for _, x, _ in chosen)
            x = np.zeros((len(chosen), count, sizes))
            for row, (_, rows, _) in enumerate(chosen):
                x[row, :, : rows.shape[1]] = rows
            gold = np.array([g for _, _, g in chosen])
            logits = np.einsum("qcn,c->qn", x, weights)
            chance = np.exp(logits - logits.max(axis=1, keepdims=True))
            chance /= chance.sum(axis=1, keepdims=True)
            expected = np.einsum("qn,qcn->c", chance, x) - x[np.arange(len(chosen)), :, gold].sum(axis=0)
            gradient = gradient + expected / len(chosen) / len(sets)
        first, second = 0.9 * first + 0.1 * gradient, 0.99 * second + 0.01 * gradient**2
        move = first / (1 - 0.9**step) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
        weights = np.maximum(weights - 0.1 * move, 0.0)
    return weights


def accuracy(half: Half, weights: NDArray[np.float64]) -> str:
    hits: dict[str, list[bool]] = {style: [] for style in STYLES}
    for style, rows, gold in half:
        hits[style].append(bool((weights @ rows).argmax() == gold))
    return " / ".join(f"{100 * np.mean(hits[style]):.1f}" for style in STYLES)


if __name__ == "__main__":
    main()
