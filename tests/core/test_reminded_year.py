"""A year of reminders, small: each is said once, through a stop of days and a change of dates."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.records import registrations
from bot.records.registrations import Registration
from tests.year import CHANGE, STOP, STOPPED, Year

#: Days in which an event begins, is over, and all has been said before it.
ONE_EVENT = 14


async def test_in_a_year_each_reminder_is_said_once_or_is_missed_in_a_stop(tmp_path: Path) -> None:
    year = Year(tmp_path, members=120, gatherings=120)
    await year.passes()
    said, missed = year.expected()
    assert year.said == said
    assert set(said.values()) == {1}
    assert year.states["missed"] == missed > 0
    assert year.states["sent"] == len(said)
    assert year.unfinished == 0
    back = (STOP + STOPPED).date()
    assert any(day == back for _, _, day in said), "nothing was caught up with after the stop"
    assert not any(STOP.date() <= day < back for _, _, day in year.said)
    assert any(len(one.starts) > 1 and one.starts[0][1] > CHANGE for one in year.gatherings)


async def test_what_many_are_reminded_of_in_a_morning_is_read_once_for_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    get_all = registrations.get_all

    async def counts(connection: AsyncConnection, numbers: Collection[int]) -> dict[int, Registration]:
        read.append(len(numbers))
        return await get_all(connection, numbers)

    monkeypatch.setattr(registrations, "get_all", counts)
    year = Year(tmp_path, members=20, gatherings=1)
    await year.passes(ONE_EVENT)
    assert year.said == year.expected()[0]
    assert read == [20, 20, 20]


async def test_what_cannot_be_read_of_one_costs_the_others_beside_it_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = registrations._registration

    def fails_for_the_third(row: Any) -> Registration:
        if row.id == 3:
            raise ValueError("not to be read")
        return make(row)

    monkeypatch.setattr(registrations, "_registration", fails_for_the_third)
    year = Year(tmp_path, members=6, gatherings=1)
    await year.passes(ONE_EVENT)
    expected, _ = year.expected()
    assert year.said == {one: times for one, times in expected.items() if one[0] != "3"}
    assert year.states == {"sent": 15, "broken": 3}
    assert year.unfinished == 0
