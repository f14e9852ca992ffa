"""One writer for many, a shape that migrations build, and clear words where a database cannot be used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import Database, metadata
from bot.errors import DatabaseError
from bot.records import tables
from bot.records.people import people
from tests.postgres import Postgres
from tests.talk import Clock
from tests.wire import DEADLINE, until


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    await database.open()
    yield database
    await database.close()


async def _count(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.execute(select(func.count()).select_from(people))).scalar_one())


async def _add(connection: AsyncConnection) -> int:
    made = await connection.execute(people.insert().values(created_at=Clock()()).returning(people.c.id))
    return int(made.scalar_one())


async def _fail(connection: AsyncConnection) -> int:
    await _add(connection)
    raise LookupError("mine alone")


async def _wrong(connection: AsyncConnection) -> int:
    await _add(connection)
    await connection.execute(text("SELECT * FROM there_is_no_such_table"))
    return 0


async def test_a_piece_that_fails_in_a_group_costs_only_itself(database: Database) -> None:
    works = [_add, _fail, _add, _wrong, _add]
    done = await asyncio.gather(*(database.write(work) for work in works), return_exceptions=True)
    assert [isinstance(one, int) for one in done] == [True, False, True, False, True]
    assert isinstance(done[1], LookupError)
    assert await _count(database) == 3


async def test_pieces_of_a_group_are_committed_together(database: Database) -> None:
    seen: list[int] = []

    async def look(connection: AsyncConnection) -> None:
        seen.append(await _count(database))

    await asyncio.gather(*(database.write(work) for work in (_add, look, _add, look)))
    assert seen == [0, 0]
    assert await _count(database) == 2


async def test_work_that_gives_up_does_not_stop_the_writer(database: Database) -> None:
    async def gives_up(connection: AsyncConnection) -> None:
        raise asyncio.CancelledError

    for others in ([], [_add]):
        done = await asyncio.gather(
            *(database.write(work) for work in [gives_up, *others]), return_exceptions=True
        )
        assert isinstance(done[0], asyncio.CancelledError)
    async with asyncio.timeout(DEADLINE):
        await database.write(_add)
    assert await _count(database) == 2


async def test_what_was_asked_before_the_close_is_written(url: str) -> None:
    database = Database(url)
    await database.open()
    asked = [asyncio.create_task(database.write(_add)) for _ in range(20)]
    await asyncio.sleep(0)
    await database.close()
    assert len({await one for one in asked}) == 20
    await database.open()
    assert await _count(database) == 20
    await database.close()


async def test_the_one_who_asked_may_go_away(database: Database) -> None:
    asked = asyncio.create_task(database.write(_add))
    await asyncio.sleep(0)
    asked.cancel()
    await database.write(_add)
    assert await _count(database) == 2


async def test_the_migrations_build_exactly_the_tables_of_the_code(database: Database) -> None:
    assert tables.__all__

    def compare(connection: Connection) -> list[object]:
        compares = {"compare_type": True, "compare_server_default": connection.dialect.name == "postgresql"}
        context = MigrationContext.configure(connection, opts=compares)
        return list(compare_metadata(context, metadata))

    async with database.read() as connection:
        assert await connection.run_sync(compare) == []


async def test_an_announcement_on_its_way_outlives_the_next_shape(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade = command.upgrade
    with monkeypatch.context() as patch:
        patch.setattr(command, "upgrade", lambda config, _: upgrade(config, "0003"))
        before = Database(url)
        await before.open()
        await before.write(
            lambda connection: connection.execute(
                text("INSERT INTO broadcasts (topic, texts, created_at) VALUES ('news', '{}', 0)")
            )
        )
        await before.write(
            lambda connection: connection.execute(
                text(
                    "INSERT INTO recipients (broadcast_id, person_id, state) VALUES (1, 1, 'queued'), (1, 2, 'sent')"
                )
            )
        )
        await before.close()
    after = Database(url)
    await after.open()
    async with after.read() as connection:
        rows = await connection.execute(text("SELECT state, doing FROM recipients ORDER BY person_id"))
        assert [tuple(row) for row in rows] == [("queued", "send"), ("sent", "")]
    await after.close()


async def test_a_database_that_is_open_already_can_be_opened_again(database: Database, url: str) -> None:
    await database.write(_add)
    again = Database(url)
    await again.open()
    assert await _count(again) == 1
    await again.close()


async def test_programs_that_start_together_on_an_empty_database_all_start(url: str) -> None:
    databases = [Database(url) for _ in range(4)]
    await asyncio.gather(*(database.open() for database in databases))
    for database in databases:
        await database.write(_add)
    assert await _count(databases[0]) == 4
    for database in databases:
        await database.close()


async def test_a_database_of_a_newer_program_is_refused(database: Database, url: str) -> None:
    async def newer(connection: AsyncConnection) -> None:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    await database.write(newer)
    old = Database(url)
    with pytest.raises(DatabaseError, match=r"9999.*newer program"):
        await old.open()
    await old.close()


async def test_a_database_that_is_not_there_is_refused_in_words(postgres: Postgres, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "text.db").write_text("no database at all, but a long text " * 100)
    for url in (
        postgres.url("nowhere"),
        "postgresql+asyncpg://postgres@127.0.0.1:1/x",
        f"sqlite+aiosqlite:///{tmp_path}/file/x.db",
        f"sqlite+aiosqlite:///{tmp_path}/text.db",
    ):
        database = Database(url)
        with pytest.raises(DatabaseError, match="DATABASE_URL"):
            await database.open()
        assert not await database.alive()
        await database.close()


async def test_sqlite_is_durable_and_checks_references(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await database.open()
    found: dict[str, object] = {}

    async def look(connection: AsyncConnection) -> None:
        for pragma in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete"):
            found[pragma] = (await connection.execute(text(f"PRAGMA {pragma}"))).scalar()

    await database.write(look)
    await database.close()
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10000,
        "secure_delete": 1,
    }


async def test_two_programs_may_write_to_one_sqlite_file(sqlite_url: str) -> None:
    databases = [Database(sqlite_url), Database(sqlite_url)]
    for database in databases:
        await database.open()
    await asyncio.gather(*(databases[n % 2].write(_add) for n in range(100)))
    assert await _count(databases[0]) == 100
    for database in databases:
        await database.close()


async def test_what_is_short_is_done_alone_among_processes_and_freed_by_whoever_fails(url: str) -> None:
    one, two = Database(url), Database(url)
    await one.open()
    await two.open()
    inside: list[str] = []

    async def alone(database: Database, who: str) -> None:
        async with database.alone("a name"):
            inside.append(who)
            await database.alive()
            assert inside[-1:] == [who]
            inside.append("out")
            raise LookupError(who)

    try:
        done = await asyncio.gather(
            *(alone(database, f"{n}") for n, database in enumerate((one, two) * 4)), return_exceptions=True
        )
    finally:
        await one.close()
        await two.close()
    assert [type(error) for error in done] == [LookupError] * 8
    assert inside[1::2] == ["out"] * 8


async def test_a_name_is_held_by_one_at_a_time_and_taken_over_when_its_holder_is_gone(
    postgres: Postgres, shared_url: str
) -> None:
    one, two = Database(shared_url), Database(shared_url)
    holding: list[str] = []

    async def hold(who: str) -> None:
        holding.append(who)
        try:
            await asyncio.Event().wait()
        finally:
            holding.remove(who)

    await one.open()
    await two.open()
    first = asyncio.create_task(one.while_leased("x", lambda: hold("one")))
    await until(lambda: holding == ["one"])
    second = asyncio.create_task(two.while_leased("x", lambda: hold("two")))
    other = asyncio.create_task(two.while_leased("y", lambda: hold("other")))
    await until(lambda: "other" in holding)
    assert holding == ["one", "other"]
    other.cancel()
    first.cancel()
    await until(lambda: holding == ["two"])
    name = shared_url.partition("@/")[2].partition("?")[0]
    postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'", name)
    await until(lambda: holding == [], "the holder did not notice that the name was lost")
    await until(lambda: holding == ["two"], "the name was not taken again")
    second.cancel()
    await asyncio.gather(first, second, other, return_exceptions=True)
    await one.close()
    await two.close()
