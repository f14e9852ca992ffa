"""The third shape: what goes out unasked: reminders, announcements, and who does not want them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "event_contracts",
        sa.Column("contract_id", ID, nullable=False),
        sa.Column("registration_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk_event_contracts_contract_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_event_contracts_registration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contract_id", name=op.f("pk_event_contracts")),
    )
    op.create_index(
        op.f("ix_event_contracts_registration_id"), "event_contracts", ["registration_id"], unique=False
    )
