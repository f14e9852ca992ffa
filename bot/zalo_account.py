"""The union's official account at Zalo: where its tokens are kept, and the command that connects it anew."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import datetime

from bot.database import TROUBLE, Database, now
from bot.errors import CoopbotError, DeliveryError, Unavailable
from bot.records import tokens
from bot.settings import Settings
from bot.text import TIMEZONE
from bot.tokens import Tokens

CHANNEL = "zalo_oa"


class StoredTokens:
    """The tokens of one channel, in the database; one process at a time renews them."""

    def __init__(self, database: Database, channel: str) -> None:
        self._database = database
        self._channel = channel

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as held:
            with _known_trouble():
                await held.enter_async_context(self._database.alone(f"tokens {self._channel}"))
            yield

    async def load(self) -> Tokens | None:
        with _known_trouble():
            async with self._database.read() as connection:
                return await tokens.load(connection, self._channel)

    async def save(self, kept: Tokens) -> None:
        with _known_trouble():
            await self._database.write(lambda connection: tokens.save(connection, self._channel, kept))


@contextmanager
def _known_trouble() -> Iterator[None]:
    try:
        yield
    except TROUBLE as error:
        raise Unavailable(f"the database is away ({type(error).__name__})") from None


def arguments(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`coopbot zalo token`."""
    verbs = commands.add_parser("zalo", help="the official account at Zalo").add_subparsers(
        required=True, metavar="VERB"
    )
    one = verbs.add_parser("token", help="connect it with a new refresh token, which is asked for or read")
    one.set_defaults(command=connect)


async def connect(chosen: Settings, options: argparse.Namespace) -> int:
    """Takes a refresh token from the input, never from the command line, which others can see."""
    from bot.channels.zalo_http import Http
    from bot.channels.zalo_oa.channel import keyring

    if not chosen.zalo_oa_app_id:
        raise CoopbotError("ZALO_OA_APP_ID is not set")
    token = (await asyncio.to_thread(_asked)).strip()
    if not token:
        raise CoopbotError("there is no token in the input")
    database, http = Database(chosen.database_url), Http()
    await database.open()
    try:
        until = await keyring(chosen, StoredTokens(database, CHANNEL), http, now).use(token)
    except DeliveryError as error:
        raise CoopbotError(error.reason) from None
    finally:
        await http.close()
        await database.close()
    sys.stdout.write(f"connected; the first renewal is due before {_shown(until)}\n")
    return 0


async def state(database: Database, chosen: Settings, at: datetime) -> tuple[str, bool]:
    """How the account stands, by what is kept, in a line, and whether it works."""
    kept = await StoredTokens(database, CHANNEL).load()
    if kept is not None and kept.access and kept.expires_at and kept.expires_at > at:
        lost = " but the answer to the last renewal is missing" if kept.asked_at else ""
        return f"zalo_oa: connected until {_shown(kept.expires_at)}, and renewed by itself{lost}", True
    if kept is not None and kept.asked_at is None:
        return "zalo_oa: to be renewed at the next start", True
    if kept is None and chosen.zalo_oa_refresh_token:
        return "zalo_oa: to be connected with ZALO_OA_REFRESH_TOKEN at the next start", True
    return "zalo_oa: not connected; give a new refresh token: coopbot zalo token", False


def _asked() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("refresh token: ")
    return sys.stdin.readline()


def _shown(at: datetime) -> str:
    return f"{at.astimezone(TIMEZONE):%d/%m/%Y %H:%M}"
