"""The pauses of a channel whose servers cannot be reached."""

from __future__ import annotations

import random
from collections.abc import Iterator

#: Seconds of the longest.
LONGEST = 60.0


def pauses(first: float) -> Iterator[float]:
    """Seconds to wait: twice as long each time, up to a minute, and not in step with other replicas."""
    while True:
        yield first * random.uniform(0.5, 1)  # noqa: S311
        first = min(first * 2, LONGEST)
