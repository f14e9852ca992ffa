"""The real bot as a process of its own, on a port and a folder that outlive it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

#: Seconds until a bot that was started has to answer.
STARTED_IN = 30


class Bot:
    """`coopbot run` with SQLite in `folder`. It can be killed and started again."""

    def __init__(self, folder: Path, **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self._environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "DATABASE_URL": f"sqlite:///{folder}/bot.db",
            "DATA_DIR": str(folder),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "EMBEDDINGS": "false",
            "SAMPLE": "false",
            "UNION_NAME": "Liên minh Hợp tác xã tỉnh",
            **environment,
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env=self._environment, stdout=asyncio.subprocess.PIPE
        )
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), STARTED_IN)
        assert b"the web chat is at" in line, "the bot did not start"

    async def kill(self) -> None:
        """As a power cut does: nothing is said, nothing is flushed."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        await self._process.wait()
        self._process = None

    async def stop(self) -> int:
        """Asks it to stop and returns its exit code."""
        assert self._process is not None
        self._process.terminate()
        code = await asyncio.wait_for(self._process.wait(), STARTED_IN)
        self._process = None
        return code

    async def get(self, path: str) -> tuple[int, str]:
        async with aiohttp.ClientSession() as session, session.get(self.url + path.lstrip("/")) as answer:
            return answer.status, await answer.text()

    @property
    def runs(self) -> bool:
        return self._process is not None


@asynccontextmanager
async def running_bot(folder: Path, **environment: str) -> AsyncIterator[Bot]:
    bot = Bot(folder, **environment)
    await bot.start()
    try:
        yield bot
    finally:
        if bot.runs:
            await bot.kill()
