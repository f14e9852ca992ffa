"""How sure one may be that the best article is the right one, as a chance that means what it says."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.coefficients import WITH_VECTORS, WITHOUT_VECTORS

THRESHOLD = 0.45
THRESHOLD_BY_WORDS = 0.6  # words alone are fooled more easily


def probability(found: Mapping[str, float]) -> float:
    """The chance (0..1) for the features of bot.knowledge.features."""
    weights = WITH_VECTORS if "discriminant" in found else WITHOUT_VECTORS
    logit = weights["bias"] + sum(weight * found[name] for name, weight in weights.items() if name != "bias")
    return float(sigmoid(np.array([logit]))[0])


def sigmoid(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -40, 40))))
