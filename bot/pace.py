"""How fast a channel is written to: evenly, never faster than allowed, and slower for a while once it was too fast."""

from __future__ import annotations

from collections.abc import Callable

from bot.policy import Rate

#: What is left of the rate after the server has said that it was too fast, and what it wins back a message.
SLOWER, FASTER = 0.8, 1.002


class Pace:
    """A virtual scheduling of cells (ITU-T I.371, the token bucket without a timer): `wait`, then `take`.

    All moments are seconds of `clock`, which never goes back.
    """

    def __init__(self, rate: Rate, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._clock = clock
        self._share = 1.0
        self._next = 0.0

    def wait(self) -> float:
        """Seconds until the next message may go; 0 where it may go now."""
        return max(0.0, self._next - self._tolerance - self._clock())

    def take(self) -> None:
        """One message goes."""
        self._next = max(self._next, self._clock()) + self._interval
        self._share = min(1.0, self._share * FASTER)

    def pause(self, seconds: float) -> None:
        """The server wants nothing for so long; afterwards it goes on more slowly, and grows."""
        free = max(self._next - self._tolerance, self._clock() + seconds)
        self._share = max(0.05, self._share * SLOWER)
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
