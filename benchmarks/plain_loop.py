"""python-telegram-bot with its AIORateLimiter, in the loop that its users write: no rows, no state.

python -m benchmarks.plain_loop loop|gather COUNT RETRIES
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys

from telegram.error import TelegramError
from telegram.ext import AIORateLimiter, ExtBot

from benchmarks.recipients import FIRST, NEWS
from tests.fakes.bot_api_limits import A_SECOND

#: What leaves some room below the 30 a second that are allowed.
RATE = 29.4


async def main(way: str, count: int, retries: int, burst: int) -> None:
    logging.disable()
    bot: ExtBot[int] = ExtBot(
        os.environ["TELEGRAM_TOKEN"],
        base_url=f"{os.environ['TELEGRAM_API_URL']}/bot",
        rate_limiter=AIORateLimiter(burst, burst / RATE if burst < A_SECOND else 1, max_retries=retries),
    )

    async def send(chat: int) -> None:
        try:
            await bot.send_message(chat, NEWS)
        except TelegramError as error:
            print(f"{chat}: {error}", file=sys.stderr)

    async with bot:
        chats = range(FIRST, FIRST + count)
        if way == "gather":
            await asyncio.gather(*map(send, chats))
        else:
            for chat in chats:
                await send(chat)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
