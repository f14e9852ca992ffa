"""How long a large knowledge base takes to build, to answer, and how much memory it keeps.

    python -m benchmarks.index_speed [--articles 5000] [--without]

Articles are made of our own sentences with words exchanged. Their vectors are random: what is measured is the
index from kept vectors, and a question with its real embedding. Build and questions are timed in one process,
memory is what the process holds more than before.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import psutil

from benchmarks.noise import noisy
from bot.knowledge import Article, KnowledgeBase, load_embedder, read_articles

T = TypeVar("T")
_QUESTIONS = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--locales", type=Path, default=Path("locales"))
    parser.add_argument("--without", action="store_true", help="no sentence vectors")
    options = parser.parse_args()
    articles = synthetic([a for a in read_articles(options.locales) if a.lang == "vi"], options.articles)
    embedder = None if options.without else load_embedder()
    vectors = {}
    if embedder:
        keys = list(KnowledgeBase.wanted(articles, embedder))
        table = np.random.default_rng(0).standard_normal((len(keys), embedder.dim), dtype=np.float32)
        table /= np.linalg.norm(table, axis=1, keepdims=True)
        vectors = dict(zip(keys, table, strict=True))
    before = _memory()
    base, seconds = _timed(lambda: KnowledgeBase.build(articles, embedder, vectors))
    print(f"{len(articles)} articles, {'with' if embedder else 'without'} sentence vectors ({len(vectors)})")
    print(f"built in {seconds:.2f} s; {_memory() - before:.0f} MB more, {_memory():.0f} MB in all")
    rng = random.Random(1)
    questions = [noisy(rng.choice(rng.choice(articles).questions), 2) for _ in range(_QUESTIONS)]
    times = [1000 * _timed(lambda text=text: base.find(text))[1] for text in questions]  # type: ignore[misc]
    times.sort()
    if embedder:
        texts = [base.find(text).normalised for text in questions[:50]]
        alone = [1000 * _timed(lambda text=text: embedder.queries([text]))[1] for text in texts]  # type: ignore[misc]
        print(f"the sentence vector of a question alone: median {statistics.median(alone):.1f} ms")
    print(
        f"a question: median {statistics.median(times):.1f} ms, 95 % within {times[len(times) * 95 // 100]:.1f} ms"
    )


def synthetic(own: list[Article], count: int) -> list[Article]:
    """`count` articles like ours: 14 wordings and six lines each."""
    rng = random.Random(0)
    lines = [line for a in own for line in a.body.split("\n")]
    asked = [question for a in own for question in a.questions]
    words = sorted({word for line in lines + asked for word in line.split()})

    def varied(text: str) -> str:
        return " ".join(rng.choice(words) if rng.random() < 0.25 else word for word in text.split())

    return [
        Article(
            id=f"a{number}",
            lang="vi",
            title=varied(rng.choice(asked)),
            body="\n".join(varied(rng.choice(lines)) for _ in range(6)),
            questions=tuple(varied(rng.choice(asked)) for _ in range(14)),
        )
        for number in range(count)
    ]


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    """The result and the seconds: other programs on the machine do not count."""
    started = time.perf_counter()
    return work(), time.perf_counter() - started


def _memory() -> float:
    return psutil.Process().memory_info().rss / 1e6


if __name__ == "__main__":
    main()
