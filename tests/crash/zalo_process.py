"""`coopbot run` with a Zalo Official Account as a process: started on the same data again and again, and killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from tests.channels.zalo_oa_bot import HOOK, variables
from tests.crash.process import PATIENCE, free_port
from tests.fakes.zalo_oa_api import FakeZaloOa


class ZaloProcess:
    """One bot through all of its lives; `name` parts the files of several on one folder.

    `settings` are further variables of its environment.
    """

    def __init__(
        self, zalo: FakeZaloOa, folder: Path, url: str = "", name: str = "bot", **settings: str
    ) -> None:
        self.zalo = zalo
        self.url = url or f"sqlite+aiosqlite:///{folder / 'coopbot.db'}"
        self.log = folder / f"{name}.log"
        self.port = free_port()
        self.hook = f"http://127.0.0.1:{self.port}{HOOK}"
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("TELEGRAM", "ZALO"))}
        given = {key.upper(): str(value) for key, value in variables(zalo).items()}
        self.environment = {
            **kept,
            **given,
            "DATABASE_URL": self.url,
            "DATA_DIR": str(folder),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "EMBEDDINGS": "false",
            "SAMPLE": "false",
            "LOG_LEVEL": "WARNING",
            **settings,
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Returns once its web server listens."""
        self.zalo.webhook = self.hook
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "run",
                env=self.environment,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        assert self._process.stdout
        line = await asyncio.wait_for(self._process.stdout.readline(), PATIENCE)
        assert b"the web chat is at" in line, self.log.read_text()[-2000:]

    def kill(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGKILL)

    async def dead(self) -> int:
        """Waits for the end and returns the status; a signal is a negative number."""
        assert self._process
        return await asyncio.wait_for(self._process.wait(), PATIENCE)

    async def stop(self) -> int:
        assert self._process
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        return await self.dead()

    async def ensure_dead(self) -> None:
        if self._process and self._process.returncode is None:
            self.kill()
            await self.dead()

    async def connects(self, token: str) -> str:
        """What `coopbot zalo token` says, beside the running bot."""
        command = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "zalo",
            "token",
            env=self.environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await asyncio.wait_for(command.communicate(f"{token}\n".encode()), PATIENCE)
        return said.decode()
