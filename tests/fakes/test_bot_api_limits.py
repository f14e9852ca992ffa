"""The fake is as impatient as it says: too fast is answered 429, and longer for whoever does not wait."""

from __future__ import annotations

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.bot_api import TOKEN, FakeBotApi, running_bot_api
from tests.fakes.bot_api_limits import A_SECOND, BURST, Limits
from tests.fakes.bot_api_mail import ApiError


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def refused(limits: Limits, chat: int, method: str = "sendMessage") -> int:
    """The seconds that a call is told to wait; 0 where it was let through."""
    try:
        limits.take(method, chat)
    except ApiError as error:
        return error.parameters["retry_after"]
    return 0


@given(st.lists(st.floats(0, 0.2), max_size=300))
def test_in_no_second_more_than_thirty_are_let_through(pauses: list[float]) -> None:
    clock = Clock()
    limits = Limits(clock=clock)
    through = []
    for chat, pause in enumerate(pauses):
        clock.now += pause
        if not refused(limits, chat + 1):
            through.append(clock.now)
    for first, beyond in zip(through, through[A_SECOND:], strict=False):
        assert beyond - first >= 1


@given(st.integers(1, 60), st.floats(0.01, 100))
def test_thirty_at_once_are_let_through_and_who_waits_as_told_goes_on(beyond: int, speed: float) -> None:
    clock = Clock()
    limits = Limits(speed, clock)
    assert [refused(limits, chat) for chat in range(1, A_SECOND + 1)] == [0] * A_SECOND
    waits = [refused(limits, 100) for _ in range(beyond)]
    assert waits[0] == 1
    assert waits == sorted(waits), "who does not wait is told to wait longer"
    assert waits[-1] == beyond
    clock.now += (waits[-1] - 0.01) / speed
    assert refused(limits, 100)
    clock.now += (waits[-1] + 2) / speed
    assert not refused(limits, 100)


def test_a_chat_takes_a_burst_and_then_one_a_second_and_others_are_not_held_up() -> None:
    clock = Clock()
    limits = Limits(clock=clock)
    assert [refused(limits, 7) for _ in range(BURST + 1)] == [0] * BURST + [1]
    assert not refused(limits, 8)
    clock.now += 1.01
    assert [refused(limits, 7), refused(limits, 7)] == [0, 1]
    clock.now += 1.01
    for _ in range(20):
        assert not refused(limits, 7)
        clock.now += 1
    assert limits.report()["refused"] == {"chat": 2}


def test_a_group_takes_twenty_a_minute_with_changes_and_what_is_taken_back_counts_for_all_alone() -> None:
    clock = Clock()
    limits = Limits(clock=clock)
    for number in range(20):
        assert not refused(limits, -5, "editMessageText" if number % 2 else "sendPhoto")
        clock.now += 1
    assert refused(limits, -5) == 40
    assert not refused(limits, -5, "sendChatAction")
    assert not refused(limits, -6)
    clock.now += 40
    assert not refused(limits, -5)
    clock.now += 10
    assert not any(refused(limits, chat, "deleteMessage") for chat in range(A_SECOND))
    assert refused(limits, 9, "deleteMessage") == 1


def test_it_counts_what_it_let_through_by_its_own_seconds() -> None:
    clock = Clock()
    limits = Limits(10, clock)
    for chat in range(1, 41):
        assert not refused(limits, chat)
        clock.now += 0.005
    report = limits.report()
    assert (report["allowed"], report["seconds"], report["refused"]) == (40, [20, 20], {})
    assert report["lasted"] == pytest.approx(1.95)


async def test_a_call_that_came_too_fast_is_answered_as_telegram_does_and_not_done() -> None:
    clock = Clock()
    async with (
        running_bot_api(FakeBotApi(limits=Limits(clock=clock))) as api,
        aiohttp.ClientSession() as session,
    ):
        api.meet(7)
        for number in range(BURST + 1):
            async with session.post(
                f"{api.url}/bot{TOKEN}/sendMessage", json={"chat_id": 7, "text": str(number)}
            ) as response:
                answer = await response.json()
        assert response.status == 429
        assert answer == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 1",
            "parameters": {"retry_after": 1},
        }
        assert len(api.sent) == BURST
