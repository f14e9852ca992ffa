"""The database: one writer with group commit, many readers, and a shape that migrations bring up to date.

Everything that is written goes through `Database.write`. What waits to be written together is committed
together, so that durability (SQLite's WAL with synchronous=FULL: one fsync a commit) is paid once for many.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import random
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO, Any, TypeVar

from sqlalchemy import BigInteger, Connection, Dialect, MetaData, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.types import TypeDecorator

from bot.errors import DatabaseError, where
from bot.sqlite import NearConnection

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]
Clock = Callable[[], datetime]

log = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).parent / "migrations"

#: The channel of PostgreSQL's LISTEN/NOTIFY on which replicas wake each other.
WAKE = "coopbot"

#: What is raised where a database is away: worth another try, unlike a fault of ours.
TROUBLE = (DBAPIError, OSError, PoolTimeout)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """A moment, kept as milliseconds since 1970 in UTC: the same in every database, and sortable."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value.timestamp() * 1000)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value / 1000, UTC)


def now() -> datetime:
    return datetime.now(UTC)


class Database:
    """An open database. `shared` is True where other processes may work on it too (PostgreSQL)."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.shared = not url.startswith("sqlite")
        self._writer: AsyncEngine = _engine(url, writes=True)
        self._readers: AsyncEngine = _engine(url, writes=False)
        self._far: AsyncEngine = self._readers if self.shared else _engine(url, writes=False, near=False)
        self._waiting: asyncio.Queue[tuple[Work[Any], asyncio.Future[Any]]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Brings the shape up to date and starts the writer.

        Raises `DatabaseError` where the database cannot be reached, or belongs to a newer program.
        """
        try:
            if not self.shared and (file := make_url(self.url).database) not in (None, "", ":memory:"):
                Path(str(file)).parent.mkdir(parents=True, exist_ok=True)
            await self._migrate()
        except TROUBLE as error:
            raise DatabaseError(
                f"DATABASE_URL: the database cannot be opened: {str(error).splitlines()[0]}"
            ) from error
        self._task = asyncio.create_task(self._write_on(), name="database writer")

    async def close(self) -> None:
        if self._task:
            await self._waiting.join()
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._writer.dispose()
        await self._readers.dispose()
        await self._far.dispose()

    @asynccontextmanager
    async def read(self, *, much: bool = False) -> AsyncIterator[AsyncConnection]:
        """A connection for reading. `much` is for what takes long: SQLite then reads in a thread."""
        async with (self._far if much else self._readers).connect() as connection:
            yield connection

    async def write(self, work: Work[T]) -> T:
        """Runs `work` in a transaction and returns its value once that is durable.

        The transaction may be shared with other work. If any of it fails, all of it is rolled back and each
        piece is run again alone, so `work` must touch nothing but the connection.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait((work, done))
        return await done

    async def _write_on(self) -> None:
        while True:
            jobs = [await self._waiting.get()]
            while not self._waiting.empty():
                jobs.append(self._waiting.get_nowait())
            try:
                if len(jobs) == 1 or not await self._together(jobs):
                    for job in jobs:
                        await self._alone(*job)
            finally:
                for _, done in jobs:
                    if not done.done():
                        done.cancel()
                    self._waiting.task_done()

    async def _together(self, jobs: list[tuple[Work[Any], asyncio.Future[Any]]]) -> bool:
        try:
            async with self._writer.begin() as connection:
                results = [await work(connection) for work, _ in jobs]
        except asyncio.CancelledError:
            if _cancelled():
                raise
            return False
        except Exception as error:  # whoever is at fault hears of it when run alone
            log.debug("a group of %d writes failed, each is run alone: %s", len(jobs), where(error))
            return False
        for (_, done), result in zip(jobs, results, strict=True):
            if not done.done():
                done.set_result(result)
        return True

    async def _alone(self, work: Work[Any], done: asyncio.Future[Any]) -> None:
        try:
            async with self._writer.begin() as connection:
                result = await work(connection)
        except asyncio.CancelledError:
            if _cancelled():
                raise
            done.cancel()  # the work gave up by itself; the writer goes on
            return
        except Exception as error:  # the one who waits for it raises it
            if not done.done():
                done.set_exception(error)
            return
        if not done.done():
            done.set_result(result)

    async def alive(self) -> bool:
        try:
            async with self.read() as connection:
                await connection.execute(text("SELECT 1"))
        except TROUBLE:
            return False
        return True

    async def while_leased(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Runs `work` while this process holds a name that only one at a time may hold; waits until it is free.

        PostgreSQL gives the name back when the holder's connection ends, however it ends: then `work` is
        cancelled, and begun again once the name is held again. SQLite has one process.
        """
        if not self.shared:
            return await work()
        while True:
            try:
                return await self._hold(name, work)
            except TROUBLE as error:
                log.warning("the lease “%s” is lost: %s", name, type(error).__name__)
            await asyncio.sleep(1)

    async def _hold(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        key = {"name": name}
        async with self._readers.connect() as connection:
            connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
            take = text("SELECT pg_try_advisory_lock(hashtext(:name))")
            while not (await connection.execute(take, key)).scalar():  # noqa: ASYNC110  no event tells
                await asyncio.sleep(1 + random.random())  # noqa: S311  spread, not secret
            tasks = [asyncio.create_task(work()), asyncio.create_task(_held(connection))]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                if not connection.invalidated:
                    with suppress(*TROUBLE):
                        await connection.execute(text("SELECT pg_advisory_unlock(hashtext(:name))"), key)
            for task in tasks:
                if not task.cancelled():
                    task.result()

    @asynccontextmanager
    async def alone(self, name: str) -> AsyncIterator[None]:
        """Waits until no other process holds a name, and holds it for what is short.

        It comes free however the holder ends: PostgreSQL frees it with the connection, the system a lock on a file
        beside SQLite's. A database in memory has nobody to share with.
        """
        if self.shared:
            async with self._readers.connect() as connection:
                connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
                await connection.execute(text("SELECT pg_advisory_lock(hashtext(:name))"), {"name": name})
                try:
                    yield
                finally:
                    await (
                        connection.invalidate()
                    )  # with the connection goes the lock, also where it is half broken
        elif (file := make_url(self.url).database) in (None, "", ":memory:"):
            yield
        else:
            place = Path(f"{file}.{name.replace(' ', '-')}.lock")
            with place.open("w") as lock:  # noqa: ASYNC230  an empty file
                while not _locked(lock):  # noqa: ASYNC110  no event tells
                    await asyncio.sleep(0.05)
                yield

    async def listen(self, wake: Callable[[], None]) -> None:
        """Calls `wake` whenever another process has written something (`tell_others`), until cancelled."""
        if not self.shared:
            await asyncio.Event().wait()
        while True:
            try:
                await self._hear(wake)
            except TROUBLE as error:
                log.warning("other processes cannot be heard: %s", type(error).__name__)
            await asyncio.sleep(1)

    async def _hear(self, wake: Callable[[], None]) -> None:
        async with self._readers.connect() as connection:
            raw = await connection.get_raw_connection()
            driver: Any = raw.driver_connection
            lost = asyncio.Event()
            driver.add_termination_listener(lambda _: lost.set())
            await driver.add_listener(WAKE, lambda *_: wake())
            await lost.wait()
            await connection.invalidate()

    @asynccontextmanager
    async def _alone_in_migrating(self) -> AsyncIterator[None]:
        """Replicas that start together bring the shape up to date one after another."""
        if not self.shared:
            yield
            return
        async with self._writer.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('migrations'))"))
            yield

    @asynccontextmanager
    async def _migrator(self) -> AsyncIterator[AsyncConnection]:
        """For SQLite a connection of its own, in a thread: whoever else starts now has locked the whole file."""
        engine = self._writer if self.shared else _engine(self.url, writes=True, near=False)
        try:
            async with engine.connect() as connection:
                yield connection
        finally:
            if engine is not self._writer:
                await engine.dispose()

    async def _migrate(self) -> None:
        newest = max(path.stem[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
        async with self._migrator() as connection, self._alone_in_migrating():
            try:
                found = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar()
            except (OperationalError, ProgrammingError):
                found = None  # an empty database
            if self.shared:  # PostgreSQL goes on only so; SQLite keeps its lock, and so is alone in migrating
                await connection.rollback()
            if found == newest:
                return
            if found is not None and found > newest:
                raise DatabaseError(
                    f"The database has the shape {found}, this program knows {newest}: start a newer program."
                )
            await connection.run_sync(_upgrade)
            await connection.commit()


async def tell_others(connection: AsyncConnection) -> None:
    """Wakes the other processes that share the database, once this transaction is committed."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text(f"SELECT pg_notify('{WAKE}', '')"))


def _locked(file: IO[str]) -> bool:
    """Whether this process has the lock of an open file now; it is given back when the file is closed."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _cancelled() -> bool:
    """Whether this task is asked to end, as opposed to work in it that gave up by itself."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _held(connection: AsyncConnection) -> None:
    """Returns never; raises one of `TROUBLE` soon after a connection has ended."""
    while True:
        await asyncio.sleep(1)
        await connection.execute(text("SELECT 1"))


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _engine(url: str, *, writes: bool, near: bool = True) -> AsyncEngine:
    if not url.startswith("sqlite"):
        return create_async_engine(
            url, pool_size=2 if writes else 5, pool_pre_ping=True, hide_parameters=True
        )
    file = make_url(url).database or ":memory:"
    driver = {"async_creator": partial(NearConnection, file)} if near else {}
    engine = create_async_engine(url, pool_size=1 if writes else 4, hide_parameters=True, **driver)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    # The driver's own BEGIN comes too late for savepoints and takes no lock for writing (docs.sqlalchemy.org,
    # dialects/sqlite, "Serializable isolation / Savepoints / Transactional DDL").
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"
    event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _prepare_sqlite(driver: Any, _: object) -> None:
    driver.isolation_level = None
    cursor = driver.cursor()
    _use_wal(cursor)
    for pragma in (
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "secure_delete=ON",  # what a person asked to delete is overwritten, not only unlinked
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _use_wal(cursor: Any) -> None:
    """Who opens a new file just as another turns it into a WAL waits for the old kind of lock, which never
    comes free; looking again shows the WAL."""
    cursor.execute("PRAGMA busy_timeout=100")
    for left in reversed(range(50)):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if not left:
                raise
        else:
            return
