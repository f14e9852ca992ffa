"""`coopbot run` as a process: started on the same data again and again, and killed."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path
from typing import IO

from tests.fakes.bot_api import FakeBotApi
from tests.fakes.zalo_bot_api import FakeZaloBot

#: Seconds in which a start, or the whole of an answer, must come about on a busy machine.
PATIENCE = 60.0


class Process:
    """One bot on one data directory, through all of its lives. `name` parts the files of several on one folder.

    `settings` are further variables of its environment.
    """

    def __init__(self, folder: Path, name: str, **settings: str) -> None:
        self.log = folder / f"{name}.log"
        self.port = free_port()
        self.starts = 0
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("TELEGRAM", "ZALO"))}
        self.environment = {
            **kept,
            "DATA_DIR": str(folder),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "EMBEDDINGS": "false",
            "SAMPLE": "false",
            "LOG_LEVEL": "WARNING",
            **settings,
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Returns once it listens."""
        raise NotImplementedError

    async def _run(self, stdout: IO[bytes] | int | None = None) -> asyncio.subprocess.Process:
        """A new life; without `stdout` what it prints goes into the log."""
        self.starts += 1
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", env=self.environment, stdout=stdout or log, stderr=log
            )
        return self._process

    def kill(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGKILL)

    async def dead(self) -> int:
        """Waits for the end and returns the status; a signal is a negative number."""
        assert self._process
        status = await asyncio.wait_for(self._process.wait(), PATIENCE)
        for _ in range(100):  # what it had sent is still in the sockets of the fake, which are read meanwhile
            await asyncio.sleep(0)
        return status

    async def stop(self) -> int:
        """Asks it to stop, as a host does."""
        assert self._process
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        return await self.dead()

    async def ensure_dead(self) -> None:
        if self._process and self._process.returncode is None:
            self.kill()
            await self.dead()

    @property
    def errors(self) -> list[str]:
        """What it logged as an error, in all of its lives."""
        lines = self.log.read_text().splitlines()
        return [line for line in lines if " ERROR " in line or line.startswith("Traceback")]


class BotProcess(Process):
    """On the channel whose servers it is given. `mode` is polling or webhook."""

    def __init__(self, api: FakeBotApi | FakeZaloBot, folder: Path, mode: str, **settings: str) -> None:
        self.api = api
        self.database = folder / "coopbot.db"
        self.ready_call = "setWebhook" if mode == "webhook" else "getUpdates"
        telegram = isinstance(api, FakeBotApi)
        channel, secret = (
            ("TELEGRAM", "TELEGRAM_WEBHOOK_SECRET") if telegram else ("ZALO_BOT", "ZALO_BOT_SECRET")
        )
        given = {
            "DATABASE_URL": f"sqlite:///{self.database}",
            f"{channel}_TOKEN": api.token,
            f"{channel}_API_URL": api.url,
            f"{channel}_MODE": mode,
            secret: "a-secret_of-the-webhook",
        }
        super().__init__(folder, "coopbot", **given | settings)

    async def start(self) -> None:
        before = self.api.calls[self.ready_call]
        process = await self._run()
        ready = asyncio.create_task(
            self.api.until(
                lambda: self.api.calls[self.ready_call] > before, f"no {self.ready_call}", PATIENCE
            )
        )
        ended = asyncio.create_task(process.wait())
        await asyncio.wait((ready, ended), return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        if not ready.done():
            ready.cancel()
            raise AssertionError(f"it did not start:\n{self.log.read_text()[-2000:]}")
        await ready


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port
