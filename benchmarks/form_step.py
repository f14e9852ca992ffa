"""What one message to a dialog costs in the engine: from the inbox row to the committed reply, without the network.

    python -m benchmarks.form_step [--chats 50] [--postgres URL]

Every chat fills in the contact form on a database of its own kind of disk, one message at a time, so that nothing is
shared between turns (in the product many chats share a commit). The figure is the median over all steps.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import handlers
from bot import settings
from bot.assistant import Assistant, apologise
from bot.chat import Incoming
from bot.engine import Engine

STEPS = (
    "/start",
    "!person:contact",
    "!privacy:yes",
    "Nguyễn Văn A",
    "0912 345 678",
    "!form:contact:edit:name",
    "Trần Thị B",
    "!form:contact:send",
)


async def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--chats", type=int, default=50)
    parser.add_argument("--postgres", default="", metavar="URL")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=".") as folder:
        where = options.postgres or f"sqlite:///{folder}/step.db"
        chosen = settings.load(database_url=where, data_dir=Path(folder), embeddings=False)
        assistant = Assistant(chosen, handlers.router())
        await assistant.open()
        try:
            spent = await _steps(assistant, options.chats)
        finally:
            await assistant.close()
    spent.sort()
    print(
        f"{len(spent)} steps: median {statistics.median(spent) * 1000:.2f} ms, "
        f"p95 {spent[int(len(spent) * 0.95)] * 1000:.2f} ms, most {spent[-1] * 1000:.2f} ms"
    )


async def _steps(assistant: Assistant, chats: int) -> list[float]:
    engine = Engine(
        assistant.database,
        ["bench"],
        assistant.turn,
        assistant.router.respond,
        apologise,
        assistant.clock,
        prepare=assistant.prepare,
    )
    spent = []
    for chat in range(chats):
        for number, step in enumerate(STEPS):
            tap = step.startswith("!")
            said = Incoming(
                "bench",
                f"{chat}-{number}",
                str(chat),
                kind="tap" if tap else "text",
                text="" if tap else step,
                data=step[1:] if tap else "",
            )
            await assistant.inbox.accept([said])
            begun = time.perf_counter()
            assert await engine.step() == 1
            if number > 1:
                spent.append(time.perf_counter() - begun)
    return spent


if __name__ == "__main__":
    asyncio.run(main())
