"""A year of reminders on a clock of its own: how long it takes, and that each is said once.

    python -m benchmarks.reminded_year [--members 10000] [--events 200]

In it nothing runs for three days, and the dates of some events change (`tests/year.py`).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from pathlib import Path

from bot import memory
from tests.year import Year


async def main(members: int, events: int) -> None:
    with tempfile.TemporaryDirectory(prefix="year-") as folder:
        year = Year(Path(folder), members, events)
        memory.settle()  # as the program does when it starts
        started, worked = time.perf_counter(), time.process_time()
        await year.passes()
        took, worked = time.perf_counter() - started, time.process_time() - worked
    said, missed = year.expected()
    print(f"{members:,} members, {events} events: {took:.1f} s, of which {worked:.1f} s of CPU; ", end="")
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"said {year.said.total():,} of {said.total():,}; missed {year.states['missed']} of {missed}")
    print(f"too much: {(year.said - said).total()}, too little: {(said - year.said).total()}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser("benchmarks.reminded_year", description=__doc__)
    parser.add_argument("--members", type=int, default=10_000)
    parser.add_argument("--events", type=int, default=200)
    given = parser.parse_args()
    asyncio.run(main(given.members, given.events))
