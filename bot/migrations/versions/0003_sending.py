"""The third shape: what goes out unasked: reminders, announcements, and who does not want them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column(
        "cooperative_changes", sa.Column("kind", sa.String(length=16), server_default="", nullable=False)
    )
