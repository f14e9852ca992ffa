"""`coopbot run` as a process: started on the same data again and again, and killed."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

from tests.fakes.bot_api import FakeBotApi
from tests.fakes.zalo_bot_api import FakeZaloBot

#: Seconds in which a start, or the whole of an answer, must come about on a busy machine.
PATIENCE = 60.0


class BotProcess:
    """One bot on one data directory, through all of its lives, on the channel whose servers it is given.

    `mode` is polling or webhook.

    `settings` are further variables of its environment.
    """

    def __init__(self, api: FakeBotApi | FakeZaloBot, folder: Path, mode: str, **settings: str) -> None:
        self.api = api
        self.database = folder / "coopbot.db"
        self.log = folder / "coopbot.log"
        self.ready_call = "setWebhook" if mode == "webhook" else "getUpdates"
        self.starts = 0
        port = free_port()
        telegram = isinstance(api, FakeBotApi)
        channel, secret = (
            ("TELEGRAM", "TELEGRAM_WEBHOOK_SECRET") if telegram else ("ZALO_BOT", "ZALO_BOT_SECRET")
        )
        self._environment = {
            **{
                name: value for name, value in os.environ.items() if not name.startswith(("TELEGRAM", "ZALO"))
            },
            "DATABASE_URL": f"sqlite:///{self.database}",
            "DATA_DIR": str(folder),
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            f"{channel}_TOKEN": api.token,
            f"{channel}_API_URL": api.url,
            f"{channel}_MODE": mode,
            secret: "a-secret_of-the-webhook",
            "EMBEDDINGS": "false",
            "SAMPLE": "false",
            "LOG_LEVEL": "WARNING",
            **settings,
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Returns once it listens."""
        self.starts += 1
        before = self.api.calls[self.ready_call]
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", env=self._environment, stdout=log, stderr=log
            )
        ready = asyncio.create_task(
            self.api.until(
                lambda: self.api.calls[self.ready_call] > before, f"no {self.ready_call}", PATIENCE
            )
        )
        ended = asyncio.create_task(self._process.wait())
        await asyncio.wait((ready, ended), return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        if not ready.done():
            ready.cancel()
            raise AssertionError(f"it did not start:\n{self.log.read_text()[-2000:]}")
        await ready

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


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port
