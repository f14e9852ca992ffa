"""This bot as it is deployed, with the benchmark's form as one more feature: SQLite, WAL, synchronous=FULL."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Sequence

import handlers
from benchmarks.dialog.script import COMMAND, QUESTIONS, THANKS, TITLE
from bot import memory, settings
from bot.assistant import Assistant, serve
from bot.chat import Outgoing
from bot.forms import Answers, Form
from bot.records import conversations
from bot.router import Feature, open_form
from bot.turn import Turn


async def submit(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    """The order goes to staff, in the database, in the turn's own transaction."""
    order = json.dumps(dict(answers), ensure_ascii=False)
    await conversations.tell_staff(await turn.records(), turn.chat.id, order, (), turn.now)
    return [Outgoing(turn.text(THANKS, name=answers["name"]))]


FORM = Form(COMMAND, TITLE, QUESTIONS, submit, personal=False)


async def handle(turn: Turn) -> Sequence[Outgoing]:
    return await open_form(turn, FORM, {})


async def main() -> None:
    memory.be_frugal()
    assistant = Assistant(
        settings.load(), handlers.router(extra=(Feature("bench", handle, {COMMAND: ""}, forms=(FORM,)),))
    )
    await assistant.open()
    memory.settle()
    serving = asyncio.create_task(serve(assistant))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
    await asyncio.gather(serving, return_exceptions=True)
    await assistant.close()


if __name__ == "__main__":
    asyncio.run(main())
