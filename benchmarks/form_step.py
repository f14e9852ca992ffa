"""What one message to a dialog costs in the engine: from the inbox row to the committed reply, without the network.

    python -m benchmarks.form_step [--chats 50] [--postgres URL]

One message at a time, so that nothing is shared between turns (in the product many chats share a commit). The figure
is the median over all steps after the first, on SQLite with its fsync, or on PostgreSQL.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path

from sqlalchemy import select

import handlers
from bot import settings
from bot.assistant import Assistant, apologise
from bot.chat import Incoming
from bot.engine import Engine
from bot.records import people

#: A cooperative introduces itself, and registers a product: 19 messages, from the first word to the product's row.
STEPS = (
    "cho em đăng ký sản phẩm mới",
    "!privacy:yes",
    "!form:coop:answer:kind:coop",
    "{tax_code}",
    "Trường Hà",
    "HTX Nấm {chat}",
    "0912345678",
    "!form:coop:answer:sector:farming",
    "!form:coop:send",
    "nấm hương khô",
    "1",
    "chưa có sao",
    "3 tấn/tháng",
    "120k",
    "túi 500 g",
    "Trường Hà",
    "12 tháng",
    "nấm hương",
    "quay lại",
    "nấm hương",
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
                text="" if tap else step.format(chat=chat, tax_code=_tax_code(chat)),
                data=step[1:] if tap else "",
            )
            await assistant.inbox.accept([said])
            begun = time.perf_counter()
            assert await engine.step() == 1
            if number:
                spent.append(time.perf_counter() - begun)
        async with assistant.database.read() as connection:
            state = await connection.scalar(
                select(people.chats.c.state).where(people.chats.c.address == str(chat))
            )
        answers = json.loads(state or "{}")["form"]["answers"]
        assert len(answers) >= 9, f"the product was not filled in: {answers}"
    return spent


def _tax_code(number: int) -> str:
    """A tax code with its check digit; not every number has one."""
    digits = f"01{number * 11 + 10:07}"
    rest = (
        sum(
            weight * int(digit)
            for weight, digit in zip((31, 29, 23, 19, 17, 13, 7, 5, 3), digits, strict=True)
        )
        % 11
    )
    return f"{digits}{10 - rest}" if rest else _tax_code(number + 10_000)


if __name__ == "__main__":
    asyncio.run(main())
