"""Officers on the command line: who they are, what they are in charge of, and the codes with which they join."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Database, now
from bot.errors import CoopbotError
from bot.records import notices, staff
from bot.records.staff import TOPICS, Officer
from bot.settings import Settings
from bot.text import TIMEZONE


def arguments(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`coopbot staff add|list|remove|code`."""
    verbs = commands.add_parser("staff", help="officers: who decides and answers").add_subparsers(
        required=True, metavar="VERB"
    )
    one = verbs.add_parser("add", help="a new officer, with a code to join the chat")
    one.add_argument("name", metavar="NAME")
    one.add_argument("--topics", default="", help=f"parted by commas; none means all: {', '.join(TOPICS)}")
    one.add_argument("--communes", default="", help="codes of communes, parted by commas; none means all")
    one.set_defaults(command=add)
    one = verbs.add_parser("list", help="who they are")
    one.set_defaults(command=show)
    one = verbs.add_parser("remove", help="an officer who left; what waited for them goes to others")
    one.add_argument("name", metavar="NAME", help="or the number")
    one.set_defaults(command=remove)
    one = verbs.add_parser("code", help="a new one-time code, for a new phone too")
    one.add_argument("name", metavar="NAME", help="or the number")
    one.set_defaults(command=code)


async def add(chosen: Settings, options: argparse.Namespace) -> int:
    name, topics, communes = options.name.strip(), _parts(options.topics), _parts(options.communes)
    if not 2 <= len(name) <= 60 or name.isdecimal():
        raise CoopbotError("NAME is 2 to 60 letters")
    if unknown := sorted(set(topics) - set(TOPICS)):
        raise CoopbotError(f"--topics: {', '.join(unknown)} is none of {', '.join(TOPICS)}")

    async def work(connection: AsyncConnection) -> str:
        if await staff.named(connection, name):
            raise CoopbotError(f"there is an officer {name} already; give a name that tells them apart")
        officer = await staff.add(connection, name, topics, communes, now())
        return _code_said(name, await staff.new_code(connection, officer, now()))

    return await _write(chosen, work)


async def show(chosen: Settings, options: argparse.Namespace) -> int:
    async def work(connection: AsyncConnection) -> str:
        return "".join(_line(officer) for officer in await staff.everyone(connection)) or "no officers yet\n"

    return await _write(chosen, work)


async def remove(chosen: Settings, options: argparse.Namespace) -> int:
    async def work(connection: AsyncConnection) -> str:
        officer = await _named(connection, options.name)
        if officer.person_id is not None:
            key = f"removed:{officer.id}"
            await notices.put(connection, officer.person_id, "staff:removed", key=key, at=now())
        freed = await staff.remove(connection, officer.id, now())
        return f"{officer.name} is no officer any more; {freed} open tasks go to others\n"

    return await _write(chosen, work)


async def code(chosen: Settings, options: argparse.Namespace) -> int:
    async def work(connection: AsyncConnection) -> str:
        officer = await _named(connection, options.name)
        return _code_said(officer.name, await staff.new_code(connection, officer.id, now()))

    return await _write(chosen, work)


async def _write(chosen: Settings, work: Callable[[AsyncConnection], Awaitable[str]]) -> int:
    database = Database(chosen.database_url)
    await database.open()
    try:
        sys.stdout.write(await database.write(work))
    finally:
        await database.close()
    return 0


async def _named(connection: AsyncConnection, name: str) -> Officer:
    officer = await staff.named(connection, name.strip())
    if officer is None:
        raise CoopbotError(f"there is no officer {name}; `coopbot staff list` shows them")
    return officer


def _code_said(name: str, given: str) -> str:
    shown = f"{given[:4]}-{given[4:]}".upper()
    return (
        f"{shown}\n{name} writes this code to the assistant in a private chat, once, "
        f"within {staff.CODE_LIVES.days} days.\n"
    )


def _line(officer: Officer) -> str:
    away = officer.absent_until and officer.absent_until > now()
    parts = [
        str(officer.id),
        officer.name,
        f"topics: {', '.join(officer.topics) or 'all'}",
        f"communes: {', '.join(officer.communes) or 'all'}",
        "in the chat" if officer.person_id is not None else "has not joined yet",
    ]
    if away and officer.absent_until:
        parts.append(f"away until {officer.absent_until.astimezone(TIMEZONE):%d/%m/%Y}")
    return "  ".join(parts) + "\n"


def _parts(joined: str) -> list[str]:
    return [part.strip() for part in joined.split(",") if part.strip()]
