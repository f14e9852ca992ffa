"""What a test waits for on a fake server: it looks again each time that something happened there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

DEADLINE = 10.0


class Watched:
    """Calls `_wake` after everything that somebody may wait for."""

    def __init__(self) -> None:
        self._watchers: set[asyncio.Future[None]] = set()

    async def until(
        self, true: Callable[[], bool], otherwise: str = "it never came true", timeout: float = DEADLINE
    ) -> None:
        """Waits for something to be so."""
        end = time.monotonic() + timeout
        while not true():
            watcher: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._watchers.add(watcher)
            try:
                await asyncio.wait_for(watcher, end - time.monotonic())
            except TimeoutError:
                raise AssertionError(f"{otherwise} within {timeout:g} s") from None
            finally:
                self._watchers.discard(watcher)

    def _wake(self) -> None:
        for watcher in self._watchers:
            if not watcher.done():
                watcher.set_result(None)
