"""The fourth shape: reminders and their rules, contracts of an event, what is in hand for a recipient."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reminder_plans",
        sa.Column("rule", sa.String(length=24), nullable=False),
        sa.Column("planned_at", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.String(length=200), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("rule", name=op.f("pk_reminder_plans")),
    )
    op.create_table(
        "reminder_wishes",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_reminder_wishes_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_reminder_wishes_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "event_id", "days", name=op.f("pk_reminder_wishes")),
    )
    op.create_table(
        "reminders",
        sa.Column("id", ID, nullable=False),
        sa.Column("rule", sa.String(length=24), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("occurs_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=8), server_default="waiting", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_reminders_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint(
            "rule",
            "occurs_at",
            "subject_id",
            "person_id",
            name=op.f("uq_reminders_rule_occurs_at_subject_id_person_id"),
        ),
    )
    op.create_index(
        "ix_reminders_failed",
        "reminders",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('missed', 'broken')"),
        postgresql_where=sa.text("state IN ('missed', 'broken')"),
    )
    op.create_index("ix_reminders_person_id", "reminders", ["person_id", "rule", "subject_id"], unique=False)
    op.create_index(
        "ix_reminders_stopped",
        "reminders",
        ["rule"],
        unique=False,
        sqlite_where=sa.text("state = 'stopped'"),
        postgresql_where=sa.text("state = 'stopped'"),
    )
    op.create_index(
        "ix_reminders_waiting",
        "reminders",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "reminder_rules",
        sa.Column("id", ID, nullable=False),
        sa.Column("base", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=16), server_default="", nullable=False),
        sa.Column("days", sa.Integer(), server_default="0", nullable=False),
        sa.Column("on_day", sa.Date(), nullable=True),
        sa.Column("yearly", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("topic", sa.String(length=12), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), server_default="active", nullable=False),
        sa.Column("officer_id", ID, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_reminder_rules_officer_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_rules")),
        sqlite_autoincrement=True,
    )
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
    op.create_index(op.f("ix_chats_person_id"), "chats", ["person_id"], unique=False)
    op.add_column(
        "cooperative_changes", sa.Column("kind", sa.String(length=16), server_default="", nullable=False)
    )
    op.add_column("recipients", sa.Column("doing", sa.String(length=8), server_default="", nullable=False))
    op.execute("UPDATE recipients SET doing = 'send' WHERE state = 'queued'")
    op.drop_index(
        op.f("ix_recipients_queued"), table_name="recipients", sqlite_where=sa.text("state = 'queued'")
    )
    op.create_index(
        "ix_recipients_doing",
        "recipients",
        ["broadcast_id"],
        unique=False,
        sqlite_where=sa.text("doing != ''"),
        postgresql_where=sa.text("doing != ''"),
    )
    op.create_index(op.f("ix_registrations_event_id"), "registrations", ["event_id"], unique=False)
