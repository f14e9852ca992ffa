"""Top-1 on the public question sets, beside what was measured before the engine was written.

    python -m benchmarks.retrieval --qa FOLDER [--vectors FILE] [--without] [--own]

`--own` adds our own articles with a fifth of their wordings held out, and with none. Vectors are remembered in
FILE, so the first run takes minutes and the next ones seconds.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from benchmarks.sets import PUBLIC, STYLES, Trial, bare, held_out, public
from benchmarks.vectors import Remembering
from bot.knowledge import KnowledgeBase

# retrieval.md, its last row: original, noisy
_BEFORE = {"xquadr_vi": (94.9, 91.3), "covidfaq_fr": (69.6, 62.3), "covidfaq_en": (75.8, 71.4)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--qa", type=Path, required=True)
    parser.add_argument("--locales", type=Path, default=Path("locales"))
    parser.add_argument("--vectors", type=Path, default=Path("/tmp/coopbot-vectors.sqlite"))
    parser.add_argument("--without", action="store_true", help="no sentence vectors")
    parser.add_argument("--own", action="store_true")
    options = parser.parse_args()
    embedder = None if options.without else Remembering(options.vectors)
    trials = [public(options.qa, name) for name in PUBLIC]
    for lang in ("vi", "fr", "en") if options.own else ():
        trials += [*held_out(options.locales, lang), bare(options.locales, lang)]
    print(f"{'':14}{'original':>10}{'folded':>10}{'noisy':>10}   before: original, noisy")
    for name, shares in top1(trials, embedder).items():
        before = "   {:.1f}, {:.1f}".format(*_BEFORE[name]) if name in _BEFORE else ""
        print(
            f"{name:14}" + "".join(f"{100 * shares[style]:>10.1f}" for style in STYLES) + before, flush=True
        )


def top1(trials: Iterable[Trial], embedder: Remembering | None) -> dict[str, dict[str, float]]:
    hits: dict[str, dict[str, list[bool]]] = defaultdict(lambda: {style: [] for style in STYLES})
    for trial in trials:
        base = KnowledgeBase.build(
            trial.articles, embedder, embedder.kept(trial.articles) if embedder else None
        )
        for asked in trial.questions:
            found = base.find(asked.text, trial.lang)
            hits[trial.name][asked.style].append(bool(found.ranking) and found.ranking[0][0] == asked.gold)
    return {name: {style: sum(h) / len(h) for style, h in styles.items()} for name, styles in hits.items()}


if __name__ == "__main__":
    main()
