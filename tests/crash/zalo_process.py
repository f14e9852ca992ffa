"""`coopbot run` with a Zalo Official Account as a process."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.channels.zalo_oa_bot import HOOK, variables
from tests.crash.process import PATIENCE, Process
from tests.fakes.zalo_oa_api import FakeZaloOa


class ZaloProcess(Process):
    def __init__(
        self, zalo: FakeZaloOa, folder: Path, url: str = "", name: str = "bot", **settings: str
    ) -> None:
        self.zalo = zalo
        self.database = folder / "coopbot.db"
        self.url = url or f"sqlite+aiosqlite:///{self.database}"
        given = {key.upper(): str(value) for key, value in variables(zalo).items()}
        super().__init__(folder, name, **given | {"DATABASE_URL": self.url} | settings)
        self.hook = f"http://127.0.0.1:{self.port}{HOOK}"

    async def start(self) -> None:
        self.zalo.webhook = self.hook
        process = await self._run(asyncio.subprocess.PIPE)
        assert process.stdout
        line = await asyncio.wait_for(process.stdout.readline(), PATIENCE)
        assert b"the web chat is at" in line, self.log.read_text()[-2000:]

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
