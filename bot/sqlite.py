"""SQLite's driver: a statement runs where it is called, and only what waits for the disk or a lock in a thread.

aiosqlite sends each step of each statement (cursor, execute, fetch, close) to a thread and back. Here one
indexed row costs microseconds and such a journey fifty; a turn would spend more on travel than on all else.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar

import aiosqlite

T = TypeVar("T")

#: Statements that end in microseconds within a transaction that is open. All others take the thread: BEGIN
#: IMMEDIATE waits for the lock, COMMIT and a checkpoint for the disk, a PRAGMA for either.
_NEAR = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ", "SAVEPOINT ", "RELEASE ", "ROLLBACK")
_STATEMENTS = ("Cursor.execute", "Cursor.executemany")
_STEPS = (
    "Connection.cursor",
    "Connection.rollback",
    "Cursor.close",
    "Cursor.fetchall",
    "Cursor.fetchmany",
    "Cursor.fetchone",
)


class NearConnection(aiosqlite.Connection):
    """What SQLAlchemy takes as `async_creator`. It is in autocommit: BEGIN is a statement like others."""

    def __init__(self, file: str, **options: Any) -> None:
        options |= {"check_same_thread": False, "isolation_level": None}
        super().__init__(lambda: sqlite3.connect(file, **options), iter_chunk_size=64)
        self._thread.daemon = True

    async def _execute(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        if self._connection is not None and _is_near(fn.__qualname__, args):
            return fn(*args, **kwargs)
        done: T = await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]
        return done


def _is_near(step: str, arguments: tuple[Any, ...]) -> bool:
    if step in _STATEMENTS:
        statement: str = arguments[0]
        return statement == "BEGIN" or statement.startswith(_NEAR)
    return step in _STEPS
