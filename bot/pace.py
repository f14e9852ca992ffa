"""How fast a channel is written to: evenly, never faster than allowed, and slower for a while once it was too fast."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from bot.policy import Rate

#: What is left of the rate after the server has said that it was too fast, and what it wins back a message.
SLOWER, FASTER = 0.8, 1.01
#: A part of the time in which at most so many may come that is left free, for what no answer tells of; how much more
#: after each time that was not enough, up to what, and what part of it stays a message later.
SPARE, MORE_SPARE, MOST_SPARE, LESS_SPARE = 0.015, 0.005, 0.04, 0.9998
#: Seconds by which a message may seem to have come later than others: it may be the answer that is slow.
LATEST = 0.25


@dataclass(slots=True)
class Going:
    """A message on its way: when it was sent, and when the server counts it as far as is known."""

    sent: float
    comes: float


class Pace:
    """A virtual scheduling of cells (ITU-T I.371, the token bucket without a timer): `wait`, then `take`.

    All moments are seconds of `clock`, which never goes back. Where the rate says how many there may be at `most`, that
    holds for the moments at which the server counts them: tell by `answered` when it has.
    """

    def __init__(self, rate: Rate, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._clock = clock
        self._share = 1.0
        self._next = 0.0
        self._spare = SPARE
        self._recent: deque[Going] = deque(maxlen=2 * rate.most if rate.most else 0)
        self._took: deque[float] = deque(maxlen=self._recent.maxlen)

    def wait(self) -> float:
        """Seconds until the next message may go; 0 where it may go now."""
        free = self._next - self._tolerance
        if self._rate.most and len(self._recent) >= self._rate.most:
            first = sorted(one.comes for one in self._recent)[-self._rate.most]
            free = max(free, first + self._rate.seconds * (1 + self._spare))
        return max(0.0, free - self._clock())

    def take(self) -> Going:
        """One message goes."""
        now = self._clock()
        self._next = max(self._next, now) + self._interval
        self._share = min(1.0, self._share * FASTER)
        self._spare = max(SPARE, self._spare * LESS_SPARE)
        going = Going(now, now)
        self._recent.append(going)
        return going

    def answered(self, going: Going) -> None:
        """The server has counted a message: where its answer was slower than most, perhaps so much later."""
        if not self._rate.most:
            return
        took = self._clock() - going.sent
        self._took.append(took)
        late = min(max(0.0, took - median(self._took)), LATEST)
        going.comes = going.sent + late

    def pause(self, seconds: float) -> None:
        """The server wants nothing for so long; afterwards it goes on more slowly, and grows."""
        free = max(self._next - self._tolerance, self._clock() + seconds)
        self._share = max(0.05, self._share * SLOWER)
        self._spare = min(MOST_SPARE, self._spare + MORE_SPARE)
        self._next = free + self._tolerance  # which has grown: a pause before this one is not cut short

    @property
    def idle(self) -> bool:
        """Whether nothing of the past counts any more."""
        return self._next <= self._clock()

    @property
    def _interval(self) -> float:
        return self._rate.interval / self._share

    @property
    def _tolerance(self) -> float:
        return (self._rate.burst - 1) * self._interval
