"""A pace is even, never faster than allowed, silent when told so, and loses nothing to a caller who is late."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.pace import Going, Pace
from bot.policy import Rate

#: What floating point may take from a comparison of moments, in seconds.
SLACK = 1e-6
RATES = st.builds(
    Rate,
    st.sampled_from((1, 15, 20, 29.5, 30, 300)),
    st.sampled_from((1.0, 60.0)),
    st.sampled_from((1.0, 1.4, 2.0, 5.0)),
)
PAUSES = st.floats(0, 40)


class Caller:
    """Asks a pace on a clock of its own; `moments` are those at which messages went."""

    def __init__(self, rate: Rate) -> None:
        self.now = 0.0
        self.moments: list[float] = []
        self.pace = Pace(rate, lambda: self.now)

    def goes(self, late: float = 0.0) -> None:
        """Sends one message, so many seconds later than it may."""
        self.now += self.pace.wait() + late
        self.pace.take()
        self.moments.append(self.now)

    @property
    def gaps(self) -> list[float]:
        return [after - before for before, after in pairwise(self.moments)]


@given(RATES, st.lists(st.tuples(st.integers(1, 80), st.floats(0, 90), st.none() | PAUSES), max_size=12))
def test_no_window_has_more_than_the_count_and_a_burst(
    rate: Rate, steps: list[tuple[int, float, float | None]]
) -> None:
    caller = Caller(rate)
    for many, idle, pause in steps:
        for _ in range(many):
            caller.goes()
        if pause is not None:
            caller.pace.pause(pause)
        caller.now += idle
    first = 0
    for last, moment in enumerate(caller.moments):
        while caller.moments[first] <= moment - rate.seconds + SLACK:
            first += 1
        assert last - first + 1 <= rate.count + rate.burst


@given(RATES, st.integers(0, 50), st.lists(st.tuples(PAUSES, st.floats(0, 10)), min_size=1, max_size=5))
def test_nothing_goes_before_every_pause_is_over(
    rate: Rate, before: int, pauses: list[tuple[float, float]]
) -> None:
    caller = Caller(rate)
    for _ in range(before):
        caller.goes()
    over = 0.0
    for seconds, meanwhile in pauses:
        caller.pace.pause(seconds)
        over = max(over, caller.now + seconds)
        caller.now += min(meanwhile, caller.pace.wait())
    caller.goes()
    assert caller.now >= over - SLACK


@given(st.sampled_from((Rate(29.5, burst=1.4), Rate(30, burst=2))), st.lists(st.floats(0, 1), min_size=30))
def test_a_caller_who_is_a_little_late_each_time_reaches_the_rate(rate: Rate, late: list[float]) -> None:
    caller = Caller(rate)
    most = (rate.burst - 1) * rate.interval
    for share in late:
        caller.goes(share * most)
    assert caller.now <= len(late) * rate.interval + SLACK


@given(RATES, st.integers(1, 5))
def test_after_too_fast_it_goes_on_more_slowly_and_is_as_fast_as_before_in_the_end(
    rate: Rate, pauses: int
) -> None:
    caller = Caller(rate)
    for _ in range(pauses):
        caller.pace.pause(1.0)
    for _ in range(int(rate.burst) + 2):
        caller.goes()
    assert caller.gaps[-1] > rate.interval * 1.1
    for _ in range(23 * pauses):  # 0.8 × 1.01²³ ≥ 1
        caller.goes()
    assert abs(caller.gaps[-1] - rate.interval) < SLACK


@given(st.lists(st.floats(0, 0.2), max_size=30), st.integers(0, 200), st.randoms(use_true_random=False))
def test_the_server_never_counts_more_than_the_most_though_some_come_late(
    late: list[float], idle: int, random: Random
) -> None:
    """Each answer comes 50 ms after the server has counted its message, which a few reach late."""
    rate = Rate(29.5, burst=4, most=30)
    caller = Caller(rate)
    delays = [0.0] * (300 - len(late)) + late
    random.shuffle(delays)
    counted: list[float] = []
    answers: list[tuple[float, int, Going]] = []
    for number, delay in enumerate([0.0] * 60 + delays):
        free = caller.now + (2.0 if number == 60 + idle else 0.0)
        while answers and answers[0][0] <= free:  # what is answered meanwhile
            caller.now, _, going = heappop(answers)
            caller.pace.answered(going)
        caller.now = free
        while (pause := caller.pace.wait()) > 0:
            until = caller.now + pause
            if answers and answers[0][0] <= until:
                caller.now, _, going = heappop(answers)
                caller.pace.answered(going)
            else:
                caller.now = until
        going = caller.pace.take()
        counted.append(caller.now + delay)
        heappush(answers, (caller.now + delay + 0.05, number, going))
    counted.sort()
    assert all(after - before >= 1 for before, after in zip(counted, counted[30:], strict=False))
    assert len(counted) / (counted[-1] - 2 - counted[0] + 1 / 29.5) > 0.9 * 29.5


@given(RATES, st.floats(0, 1000))
def test_who_was_silent_may_send_a_burst_and_no_more(rate: Rate, silent: float) -> None:
    caller = Caller(rate)
    caller.now = silent
    for _ in range(int(rate.burst) + 1):
        caller.goes()
    assert caller.moments[int(rate.burst) - 1] - silent <= SLACK
    assert caller.moments[-1] > silent
