"""The second shape: cooperatives and all that they register, request and look up; officers and what waits for them."""

from __future__ import annotations

from alembic import op

from bot.database import metadata
from bot.records import tables

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    assert tables
    metadata.create_all(op.get_bind())
