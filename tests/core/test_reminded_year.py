"""A year of reminders, small: each is said once, through a stop of days and a change of dates."""

from __future__ import annotations

from pathlib import Path

from tests.year import CHANGE, STOP, STOPPED, Year


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
