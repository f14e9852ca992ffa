"""What tells a right best article from a wrong one: a few numbers about the evidence for a question."""

from __future__ import annotations

import math

import numpy as np

from bot.knowledge.shelf import Evidence, Shelf

LEXICAL = (
    "total", "margin", "characters", "characters_margin", "coverage", "unknown", "self", "agreement",
    "share", "known", "length",
)  # fmt: skip
DENSE = (*LEXICAL, "nearest", "passage", "passage_margin", "discriminant", "discriminant_margin")


def features(shelf: Shelf, evidence: Evidence, best: int) -> dict[str, float]:
    """By name, for the article at place `best`; those of DENSE only where there are sentence vectors."""
    parts, terms, total = evidence.parts, evidence.terms, evidence.total
    found = {
        "total": float(total[best]),
        "margin": _margin(total, best),
        "characters": float(parts["characters"][best]),
        "characters_margin": _margin(parts["characters"], best),
        "coverage": shelf.words.coverage(terms, best),
        "unknown": shelf.words.unknown(terms),
        "self": float(parts["words"][best]) / shelf.words.ceiling(terms),
        "agreement": float(np.mean([scores.argmax() == best for scores in parts.values()])),
        "share": evidence.reading.share,
        "known": evidence.reading.known,
        "length": math.log1p(len(terms)),
    }
    if "discriminant" in parts:
        found |= {
            "nearest": float(parts["nearest"][best]),
            "passage": float(parts["passage"][best]),
            "passage_margin": _margin(parts["passage"], best),
            "discriminant": float(parts["discriminant"][best]),
            "discriminant_margin": _margin(parts["discriminant"], best),
        }
    return found


def _margin(scores: np.ndarray, best: int) -> float:
    """How far the article stands above the best other one; negative where it is not the best."""
    others = np.delete(scores, best)
    return float(scores[best] - others.max()) if len(others) else float(scores[best])
