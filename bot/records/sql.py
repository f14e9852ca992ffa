"""What the tables of all subjects share, where SQLite and PostgreSQL differ."""

from __future__ import annotations

from functools import cache

from sqlalchemy import BigInteger, Insert, Integer, Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

#: The type of a row's own number; SQLite numbers rows by itself only for INTEGER.
ROW_ID = BigInteger().with_variant(Integer, "sqlite")


def ignoring_repetition(connection: AsyncConnection, table: Table) -> Insert:
    """An INSERT that leaves a row alone which is there already."""
    return _ignoring_repetition(connection.dialect.name, table)


@cache
def _ignoring_repetition(dialect: str, table: Table) -> Insert:
    build = postgresql_insert if dialect == "postgresql" else sqlite_insert
    return build(table).on_conflict_do_nothing()
