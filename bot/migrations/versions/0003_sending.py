"""The third shape: what goes out unasked: reminders, announcements, and who does not want them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "cooperative_tags",
        sa.Column("cooperative_id", ID, nullable=False),
        sa.Column("tag", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"],
            ["cooperatives.id"],
            name=op.f("fk_cooperative_tags_cooperative_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("cooperative_id", "tag", name=op.f("pk_cooperative_tags")),
    )
    op.create_index(op.f("ix_cooperative_tags_tag"), "cooperative_tags", ["tag"], unique=False)
    op.create_table(
        "optouts",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("topic", sa.String(length=12), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_optouts_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "topic", name=op.f("pk_optouts")),
    )
    op.create_table(
        "broadcasts",
        sa.Column("id", ID, nullable=False),
        sa.Column("state", sa.String(length=12), server_default="draft", nullable=False),
        sa.Column("topic", sa.String(length=12), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.Column("buttons", sa.Text(), server_default="[]", nullable=False),
        sa.Column("photo", sa.Text(), server_default="", nullable=False),
        sa.Column("file", sa.Text(), server_default="", nullable=False),
        sa.Column("audience", sa.Text(), server_default="{}", nullable=False),
        sa.Column("urgent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("acknowledge", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("digest", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("send_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("every", sa.String(length=24), server_default="", nullable=False),
        sa.Column("rule_id", ID, nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("counted", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("author_id", ID, nullable=True),
        sa.Column("approver_id", ID, nullable=True),
        sa.Column("progress_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["approver_id"], ["officers.id"], name=op.f("fk_broadcasts_approver_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["officers.id"], name=op.f("fk_broadcasts_author_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["broadcasts.id"], name=op.f("fk_broadcasts_rule_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_broadcasts_state", "broadcasts", ["state"], unique=False)
    op.create_table(
        "recipients",
        sa.Column("id", ID, nullable=False),
        sa.Column("broadcast_id", ID, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=True),
        sa.Column("channel", sa.String(length=16), server_default="", nullable=False),
        sa.Column("language", sa.String(length=8), server_default="", nullable=False),
        sa.Column("state", sa.String(length=8), server_default="waiting", nullable=False),
        sa.Column("wants", sa.String(length=8), server_default="", nullable=False),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("tried", sa.String(length=200), server_default="", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("carrier", sa.BigInteger(), nullable=True),
        sa.Column("recalled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("acknowledged_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcasts.id"], name=op.f("fk_recipients_broadcast_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipients")),
        sa.UniqueConstraint("broadcast_id", "person_id", name=op.f("uq_recipients_broadcast_id_person_id")),
    )
    op.create_index(
        "ix_recipients_carrier",
        "recipients",
        ["carrier"],
        unique=False,
        sqlite_where=sa.text("carrier IS NOT NULL"),
        postgresql_where=sa.text("carrier IS NOT NULL"),
    )
    op.create_index("ix_recipients_person_id", "recipients", ["person_id"], unique=False)
    op.create_index(
        "ix_recipients_queued",
        "recipients",
        ["broadcast_id"],
        unique=False,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "ix_recipients_wants",
        "recipients",
        ["broadcast_id", "channel", "id"],
        unique=False,
        sqlite_where=sa.text("wants != ''"),
        postgresql_where=sa.text("wants != ''"),
    )
    op.add_column("outbox", sa.Column("act", sa.String(length=8), server_default="send", nullable=False))
    op.add_column("outbox", sa.Column("target", sa.BigInteger(), nullable=True))
    op.add_column("outbox", sa.Column("recipient_id", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_outbox_recipient_id",
        "outbox",
        ["recipient_id"],
        unique=False,
        sqlite_where=sa.text("recipient_id IS NOT NULL"),
        postgresql_where=sa.text("recipient_id IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_sending",
        "outbox",
        ["channel"],
        unique=False,
        sqlite_where=sa.text("state = 'sending'"),
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.add_column("people", sa.Column("prefers", sa.String(length=16), server_default="", nullable=False))
