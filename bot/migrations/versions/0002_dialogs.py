"""The second shape: cooperatives and what they register, request and trade; events, loans; officers and their desk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "cooperatives",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("trade_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("tax_code", sa.String(length=14), nullable=True),
        sa.Column("registration", sa.String(length=30), server_default="", nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("representative", sa.String(length=60), server_default="", nullable=False),
        sa.Column("position", sa.String(length=40), server_default="", nullable=False),
        sa.Column("phone", sa.String(length=20), server_default="", nullable=False),
        sa.Column("phone2", sa.String(length=20), server_default="", nullable=False),
        sa.Column("email", sa.String(length=120), server_default="", nullable=False),
        sa.Column("province", sa.String(length=8), server_default="", nullable=False),
        sa.Column("commune", sa.String(length=8), server_default="", nullable=False),
        sa.Column("hamlet", sa.String(length=120), server_default="", nullable=False),
        sa.Column("sector", sa.String(length=16), server_default="", nullable=False),
        sa.Column("activity", sa.String(length=200), server_default="", nullable=False),
        sa.Column("members", sa.Integer(), nullable=True),
        sa.Column("women", sa.Integer(), nullable=True),
        sa.Column("minority", sa.Integer(), nullable=True),
        sa.Column("workers", sa.Integer(), nullable=True),
        sa.Column("insured", sa.Integer(), nullable=True),
        sa.Column("capital", sa.BigInteger(), nullable=True),
        sa.Column("flags", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=12), server_default="waiting", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("example", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cooperatives")),
        sa.UniqueConstraint("tax_code", name=op.f("uq_cooperatives_tax_code")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cooperatives_commune", "cooperatives", ["commune"], unique=False)
    op.create_table(
        "events",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("setup_on", sa.Date(), nullable=True),
        sa.Column("cleared_on", sa.Date(), nullable=True),
        sa.Column("opens_at", sa.BigInteger(), nullable=True),
        sa.Column("closes_at", sa.BigInteger(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.Column("booths", sa.Text(), server_default="", nullable=False),
        sa.Column("audience", sa.Text(), server_default="", nullable=False),
        sa.Column("terms", sa.Text(), server_default="", nullable=False),
        sa.Column("organiser", sa.String(length=200), server_default="", nullable=False),
        sa.Column("programme", sa.Text(), server_default="", nullable=False),
        sa.Column("approval", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("state", sa.String(length=12), server_default="draft", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("example", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_state_starts_at", "events", ["state", "starts_at"], unique=False)
    op.create_table(
        "label_series",
        sa.Column("id", ID, nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_series")),
        sa.UniqueConstraint("type", "prefix", name=op.f("uq_label_series_type_prefix")),
    )
    op.create_table(
        "programmes",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("borrowers", sa.String(length=80), nullable=False),
        sa.Column("ceilings", sa.Text(), server_default="{}", nullable=False),
        sa.Column("ceiling_rule", sa.Text(), server_default="", nullable=False),
        sa.Column("loan_share", sa.Integer(), nullable=True),
        sa.Column("own_share", sa.Integer(), nullable=True),
        sa.Column("longest", sa.Integer(), nullable=True),
        sa.Column("rate", sa.String(length=200), server_default="", nullable=False),
        sa.Column("rate_on", sa.Date(), nullable=True),
        sa.Column("rate_source", sa.String(length=200), server_default="", nullable=False),
        sa.Column("collateral", sa.Text(), server_default="", nullable=False),
        sa.Column("papers", sa.Text(), server_default="[]", nullable=False),
        sa.Column("articles", sa.Text(), server_default="{}", nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("topic", sa.String(length=16), server_default="loans", nullable=False),
        sa.Column("example", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programmes")),
        sa.UniqueConstraint("code", name=op.f("uq_programmes_code")),
    )
    op.create_table(
        "publication",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_publication")),
    )
    op.create_table(
        "sales_channels",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), server_default="draft", nullable=False),
        sa.Column("url", sa.String(length=200), server_default="", nullable=False),
        sa.Column("requirements", sa.JSON(), nullable=False),
        sa.Column("example", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_channels")),
        sa.UniqueConstraint("code", name=op.f("uq_sales_channels_code")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "cooperative_changes",
        sa.Column("id", ID, nullable=False),
        sa.Column("cooperative_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("tax_code", sa.String(length=14), server_default="", nullable=False),
        sa.Column("state", sa.String(length=12), server_default="waiting", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"],
            ["cooperatives.id"],
            name=op.f("fk_cooperative_changes_cooperative_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_cooperative_changes_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cooperative_changes")),
    )
    op.create_index(
        "uq_cooperative_changes_waiting",
        "cooperative_changes",
        ["cooperative_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "demands",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("cooperative_id", ID, nullable=True),
        sa.Column("buyer", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("product", sa.String(length=150), nullable=False),
        sa.Column("product_key", sa.String(length=150), nullable=False),
        sa.Column("volume", sa.JSON(), nullable=False),
        sa.Column("spec", sa.Text(), server_default="", nullable=False),
        sa.Column("certificate", sa.String(length=16), server_default="", nullable=False),
        sa.Column("lowest", sa.BigInteger(), nullable=True),
        sa.Column("highest", sa.BigInteger(), nullable=True),
        sa.Column("regular", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("province", sa.String(length=8), server_default="", nullable=False),
        sa.Column("commune", sa.String(length=8), server_default="", nullable=False),
        sa.Column("place", sa.String(length=200), server_default="", nullable=False),
        sa.Column("state", sa.String(length=12), server_default="waiting", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("example", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"],
            ["cooperatives.id"],
            name=op.f("fk_demands_cooperative_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_demands_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demands")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_demands_state_ends_on", "demands", ["state", "ends_on"], unique=False)
    op.create_index(
        "uq_demands_live",
        "demands",
        ["person_id", "product_key"],
        unique=True,
        sqlite_where=sa.text("state IN ('waiting', 'more', 'open')"),
        postgresql_where=sa.text("state IN ('waiting', 'more', 'open')"),
    )
    op.create_table(
        "event_materials",
        sa.Column("id", ID, nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_event_materials_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_materials")),
    )
    op.create_index(op.f("ix_event_materials_event_id"), "event_materials", ["event_id"], unique=False)
    op.create_table(
        "event_places",
        sa.Column("id", ID, nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("map_url", sa.String(length=500), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_event_places_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_places")),
    )
    op.create_index(op.f("ix_event_places_event_id"), "event_places", ["event_id"], unique=False)
    op.create_table(
        "loan_requests",
        sa.Column("id", ID, nullable=False),
        sa.Column("programme_id", ID, nullable=False),
        sa.Column("cooperative_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("borrower", sa.String(length=12), nullable=False),
        sa.Column("category", sa.String(length=12), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("own", sa.BigInteger(), nullable=False),
        sa.Column("owed", sa.BigInteger(), nullable=False),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("repaid_from", sa.Text(), nullable=False),
        sa.Column("repaid_every", sa.String(length=12), nullable=False),
        sa.Column("collateral", sa.String(length=12), nullable=False),
        sa.Column("collateral_value", sa.BigInteger(), nullable=False),
        sa.Column("history", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), server_default="checked", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("example", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"],
            ["cooperatives.id"],
            name=op.f("fk_loan_requests_cooperative_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_loan_requests_person_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_loan_requests_programme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_requests")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_loan_requests_open",
        "loan_requests",
        ["cooperative_id", "programme_id"],
        unique=True,
        sqlite_where=sa.text("(state NOT IN ('declined', 'closed', 'withdrawn'))"),
        postgresql_where=sa.text("(state NOT IN ('declined', 'closed', 'withdrawn'))"),
    )
    op.create_table(
        "memberships",
        sa.Column("id", ID, nullable=False),
        sa.Column("cooperative_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), server_default="waiting", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"],
            ["cooperatives.id"],
            name=op.f("fk_memberships_cooperative_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_memberships_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint(
            "cooperative_id", "person_id", name=op.f("uq_memberships_cooperative_id_person_id")
        ),
    )
    op.create_index(op.f("ix_memberships_person_id"), "memberships", ["person_id"], unique=False)
    op.create_table(
        "officers",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("topics", sa.Text(), server_default="", nullable=False),
        sa.Column("communes", sa.Text(), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("absent_until", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_officers_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officers")),
        sa.UniqueConstraint("person_id", name=op.f("uq_officers_person_id")),
    )
    op.create_table(
        "products",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("cooperative_id", ID, nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("folded", sa.String(length=150), nullable=False),
        sa.Column("category", sa.String(length=12), nullable=False),
        sa.Column("stars", sa.Integer(), server_default="0", nullable=False),
        sa.Column("volume", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("wholesale", sa.BigInteger(), nullable=True),
        sa.Column("priced_on", sa.Date(), nullable=True),
        sa.Column("stock", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("stock_on", sa.Date(), nullable=True),
        sa.Column("moq", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("pack", sa.String(length=200), server_default="", nullable=False),
        sa.Column("origin", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("shelf", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("ingredients", sa.Text(), server_default="", nullable=False),
        sa.Column("season", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("gtin", sa.String(length=14), server_default="", nullable=False),
        sa.Column("trace", sa.String(length=200), server_default="", nullable=False),
        sa.Column("story", sa.Text(), server_default="", nullable=False),
        sa.Column("tags", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("channels", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("variants", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("contact", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("pending", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("example", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cooperative_id"],
            ["cooperatives.id"],
            name=op.f("fk_products_cooperative_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("code", name=op.f("uq_products_code")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_products_state", "products", ["state"], unique=False)
    op.create_index(
        "uq_products_name",
        "products",
        ["cooperative_id", "folded"],
        unique=True,
        sqlite_where=sa.text("state != 'hidden'"),
        postgresql_where=sa.text("state != 'hidden'"),
    )
    op.create_table(
        "registrations",
        sa.Column("id", ID, nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("cooperative_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("attendees", sa.Text(), server_default="[]", nullable=False),
        sa.Column("details", sa.Text(), server_default="{}", nullable=False),
        sa.Column("offer_ends_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("checked_in_at", sa.BigInteger(), nullable=True),
        sa.Column("surveyed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("example", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"],
            ["cooperatives.id"],
            name=op.f("fk_registrations_cooperative_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_registrations_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_registrations_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
        sa.UniqueConstraint("code", name=op.f("uq_registrations_code")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_registrations_cooperative_id"), "registrations", ["cooperative_id"], unique=False
    )
    op.create_index(op.f("ix_registrations_person_id"), "registrations", ["person_id"], unique=False)
    op.create_index(
        "uq_registrations_live",
        "registrations",
        ["event_id", "cooperative_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('asked', 'confirmed', 'offered', 'waiting')"),
        postgresql_where=sa.text("state IN ('asked', 'confirmed', 'offered', 'waiting')"),
    )
    op.create_table(
        "yearly",
        sa.Column("id", ID, nullable=False),
        sa.Column("cooperative_id", ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("turnover", sa.BigInteger(), nullable=False),
        sa.Column("profit", sa.BigInteger(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("workers", sa.Integer(), nullable=False),
        sa.Column("insured", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperatives.id"], name=op.f("fk_yearly_cooperative_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yearly")),
        sa.UniqueConstraint("cooperative_id", "year", name=op.f("uq_yearly_cooperative_id_year")),
    )
    op.create_table(
        "audit",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("officer_id", ID, nullable=True),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("verb", sa.String(length=24), nullable=False),
        sa.Column("label", sa.String(length=80), server_default="", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_audit_officer_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_subject_subject_id", "audit", ["subject", "subject_id"], unique=False)
    op.create_table(
        "certificates",
        sa.Column("id", ID, nullable=False),
        sa.Column("cooperative_id", ID, nullable=False),
        sa.Column("product_id", ID, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("number", sa.String(length=60), server_default="", nullable=False),
        sa.Column("body", sa.String(length=120), server_default="", nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=12), server_default="waiting", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("example", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"],
            ["cooperatives.id"],
            name=op.f("fk_certificates_cooperative_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_certificates_product_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_certificates_cooperative_id"), "certificates", ["cooperative_id"], unique=False)
    op.create_index(op.f("ix_certificates_product_id"), "certificates", ["product_id"], unique=False)
    op.create_index("ix_certificates_state_expires_on", "certificates", ["state", "expires_on"], unique=False)
    op.create_index(
        "uq_certificates_number",
        "certificates",
        ["cooperative_id", "product_id", "kind", "number"],
        unique=True,
        sqlite_where=sa.text("state != 'declined'"),
        postgresql_where=sa.text("state != 'declined'"),
    )
    op.create_table(
        "event_results",
        sa.Column("id", ID, nullable=False),
        sa.Column("registration_id", ID, nullable=False),
        sa.Column("contracts", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("contacts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("revenue", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("photos", sa.Text(), server_default="[]", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_event_results_registration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_results")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_event_results_registration_id")),
    )
    op.create_table(
        "label_stock",
        sa.Column("id", ID, nullable=False),
        sa.Column("series_id", ID, nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("officer_id", ID, nullable=True),
        sa.Column("example", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_label_stock_officer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["label_series.id"], name=op.f("fk_label_stock_series_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_stock")),
        sa.UniqueConstraint("series_id", "first", name=op.f("uq_label_stock_series_id_first")),
    )
    op.create_table(
        "loan_instalments",
        sa.Column("id", ID, nullable=False),
        sa.Column("request_id", ID, nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["loan_requests.id"],
            name=op.f("fk_loan_instalments_request_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_instalments")),
        sa.UniqueConstraint("request_id", "due", name=op.f("uq_loan_instalments_request_id_due")),
    )
    op.create_index(op.f("ix_loan_instalments_due"), "loan_instalments", ["due"], unique=False)
    op.create_table(
        "loan_papers",
        sa.Column("id", ID, nullable=False),
        sa.Column("request_id", ID, nullable=False),
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("chat_id", ID, nullable=True),
        sa.Column("files", sa.Text(), server_default="[]", nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_loan_papers_chat_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["loan_requests.id"], name=op.f("fk_loan_papers_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_papers")),
        sa.UniqueConstraint("request_id", "key", name=op.f("uq_loan_papers_request_id_key")),
    )
    op.create_table(
        "needs",
        sa.Column("id", ID, nullable=False),
        sa.Column("cooperative_id", ID, nullable=True),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("chat_id", ID, nullable=True),
        sa.Column("source", ID, nullable=True),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("forward", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("photos", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=12), server_default="received", nullable=False),
        sa.Column("agency", sa.Text(), server_default="", nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("example", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_needs_chat_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperatives.id"], name=op.f("fk_needs_cooperative_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_needs_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_needs")),
        sa.UniqueConstraint("chat_id", "source", name=op.f("uq_needs_chat_id_source")),
    )
    op.create_index("ix_needs_created_at", "needs", ["created_at"], unique=False)
    op.create_index(op.f("ix_needs_person_id"), "needs", ["person_id"], unique=False)
    op.create_table(
        "offers",
        sa.Column("id", ID, nullable=False),
        sa.Column("cooperative_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("product_id", ID, nullable=True),
        sa.Column("product", sa.String(length=150), nullable=False),
        sa.Column("product_key", sa.String(length=150), nullable=False),
        sa.Column("category", sa.String(length=12), server_default="", nullable=False),
        sa.Column("volume", sa.JSON(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("months", sa.JSON(), nullable=False),
        sa.Column("certificates", sa.JSON(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), server_default="open", nullable=False),
        sa.Column("example", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperatives.id"], name=op.f("fk_offers_cooperative_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_offers_person_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_offers_product_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_offers_state_ends_on", "offers", ["state", "ends_on"], unique=False)
    op.create_index(
        "uq_offers_open",
        "offers",
        ["cooperative_id", "product_key"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "officer_codes",
        sa.Column("id", ID, nullable=False),
        sa.Column("officer_id", ID, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_officer_codes_officer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_codes")),
        sa.UniqueConstraint("hash", name=op.f("uq_officer_codes_hash")),
    )
    op.create_index(op.f("ix_officer_codes_officer_id"), "officer_codes", ["officer_id"], unique=False)
    op.create_table(
        "product_prices",
        sa.Column("id", ID, nullable=False),
        sa.Column("product_id", ID, nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("wholesale", sa.BigInteger(), nullable=True),
        sa.Column("priced_on", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_product_prices_product_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_prices")),
    )
    op.create_index(op.f("ix_product_prices_product_id"), "product_prices", ["product_id"], unique=False)
    op.create_table(
        "requests",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("about", sa.String(length=32), server_default="", nullable=False),
        sa.Column("cooperative_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("product_id", ID, nullable=True),
        sa.Column("product", sa.String(length=150), nullable=False),
        sa.Column("product_key", sa.String(length=150), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), server_default="received", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("example", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"],
            ["cooperatives.id"],
            name=op.f("fk_requests_cooperative_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_requests_person_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_requests_product_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_requests_open",
        "requests",
        ["cooperative_id", "kind", "about", "product_key"],
        unique=True,
        sqlite_where=sa.text("state IN ('received', 'checking', 'more', 'working', 'ready')"),
        postgresql_where=sa.text("state IN ('received', 'checking', 'more', 'working', 'ready')"),
    )
    op.create_table(
        "tasks",
        sa.Column("id", ID, nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("topic", sa.String(length=16), nullable=False),
        sa.Column("commune", sa.String(length=8), server_default="", nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("officer_id", ID, nullable=True),
        sa.Column("state", sa.String(length=8), server_default="open", nullable=False),
        sa.Column("urgent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("overdue", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("had", sa.Text(), server_default=",", nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("assigned_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_tasks_officer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_tasks_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index("ix_tasks_state_officer_id", "tasks", ["state", "officer_id"], unique=False)
    op.create_index(
        "uq_tasks_open",
        "tasks",
        ["subject", "subject_id"],
        unique=True,
        sqlite_where=sa.text("state != 'closed'"),
        postgresql_where=sa.text("state != 'closed'"),
    )
    op.create_table(
        "forwards",
        sa.Column("id", ID, nullable=False),
        sa.Column("file_id", ID, nullable=False),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("notice", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_forwards_chat_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name=op.f("fk_forwards_file_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forwards")),
        sa.UniqueConstraint("file_id", "chat_id", name=op.f("uq_forwards_file_id_chat_id")),
    )
    op.create_table(
        "label_issues",
        sa.Column("id", ID, nullable=False),
        sa.Column("series_id", ID, nullable=False),
        sa.Column("request_id", ID, nullable=True),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("officer_id", ID, nullable=True),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_label_issues_officer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_label_issues_request_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["label_series.id"], name=op.f("fk_label_issues_series_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_issues")),
        sa.UniqueConstraint("series_id", "first", name=op.f("uq_label_issues_series_id_first")),
    )
    op.create_index("ix_label_issues_request_id", "label_issues", ["request_id"], unique=False)
    op.create_table(
        "matches",
        sa.Column("id", ID, nullable=False),
        sa.Column("demand_id", ID, nullable=False),
        sa.Column("offer_id", ID, nullable=False),
        sa.Column("buyer", sa.String(length=4), server_default="", nullable=False),
        sa.Column("seller", sa.String(length=4), server_default="", nullable=False),
        sa.Column("state", sa.String(length=12), server_default="open", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["demands.id"], name=op.f("fk_matches_demand_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offers.id"], name=op.f("fk_matches_offer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matches")),
        sa.UniqueConstraint("demand_id", "offer_id", name=op.f("uq_matches_demand_id_offer_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_matches_offer_id"), "matches", ["offer_id"], unique=False)
    op.create_table(
        "pictures",
        sa.Column("file_id", ID, nullable=False),
        sa.Column("short_side", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name=op.f("fk_pictures_file_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_pictures")),
    )
    op.create_table(
        "product_photos",
        sa.Column("id", ID, nullable=False),
        sa.Column("product_id", ID, nullable=True),
        sa.Column("certificate_id", ID, nullable=True),
        sa.Column("chat_id", ID, nullable=True),
        sa.Column("reference", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), server_default="", nullable=False),
        sa.Column("waits", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates.id"],
            name=op.f("fk_product_photos_certificate_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_product_photos_chat_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_product_photos_product_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_photos")),
    )
    op.create_index(
        op.f("ix_product_photos_certificate_id"), "product_photos", ["certificate_id"], unique=False
    )
    op.create_index(
        "ix_product_photos_chat_id_reference", "product_photos", ["chat_id", "reference"], unique=False
    )
    op.create_index(op.f("ix_product_photos_product_id"), "product_photos", ["product_id"], unique=False)
    op.create_table(
        "replies",
        sa.Column("id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("officer_id", ID, nullable=True),
        sa.Column("chat_id", ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["chats.id"], name=op.f("fk_replies_chat_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_replies_officer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name=op.f("fk_replies_task_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
    )
    op.create_index(op.f("ix_replies_chat_id"), "replies", ["chat_id"], unique=False)
    op.create_index(op.f("ix_replies_task_id"), "replies", ["task_id"], unique=False)
    op.create_table(
        "contracts",
        sa.Column("id", ID, nullable=False),
        sa.Column("match_id", ID, nullable=True),
        sa.Column("cooperative_id", ID, nullable=True),
        sa.Column("seller", sa.String(length=200), nullable=False),
        sa.Column("buyer", sa.String(length=200), nullable=False),
        sa.Column("parties_key", sa.String(length=450), nullable=False),
        sa.Column("product", sa.String(length=150), nullable=False),
        sa.Column("volume", sa.JSON(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("event", sa.String(length=200), server_default="", nullable=False),
        sa.Column("state", sa.String(length=12), server_default="signed", nullable=False),
        sa.Column("example", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"],
            ["cooperatives.id"],
            name=op.f("fk_contracts_cooperative_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["match_id"], ["matches.id"], name=op.f("fk_contracts_match_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts")),
    )
    op.create_index("uq_contracts_parties_key", "contracts", ["parties_key", "starts_on"], unique=True)
