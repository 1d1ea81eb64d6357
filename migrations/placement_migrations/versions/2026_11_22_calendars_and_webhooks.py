"""Store the secret addresses of calendars, and the addresses to which partners have events sent."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "d5e07b3a42c8"
down_revision = "c4a81f5e90d7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("token_id", sa.String(length=128), nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "subject_type",
            sa.Enum(
                "student",
                "cohort",
                "unit",
                "supervisor",
                "provider",
                name="subject_type",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.String(length=128), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_calendar_id_length")),
        sa.CheckConstraint("length(secret_sha256) = 64", name=op.f("ck_calendar_secret_sha256_length")),
        sa.CheckConstraint("length(subject_id) BETWEEN 1 AND 128", name=op.f("ck_calendar_subject_id_length")),
        sa.ForeignKeyConstraint(
            ["token_id"],
            ["api_token.id"],
            name=op.f("fk_calendar_token_id_api_token"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_calendar_secret_sha256")),
    )
    op.create_index(op.f("ix_calendar_subject_id"), "calendar", ["subject_id"])
    op.create_index(op.f("ix_calendar_token_id"), "calendar", ["token_id"])
    op.create_table(
        "webhook",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("token_id", sa.String(length=128), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column(
            "kinds", sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"), nullable=False
        ),
        sa.Column("secret", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum("gone", "failing", name="reason", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason IS NULL OR NOT active", name=op.f("ck_webhook_reason_of_inactive")),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_webhook_id_length")),
        sa.CheckConstraint("length(secret) BETWEEN 1 AND 200", name=op.f("ck_webhook_secret_length")),
        sa.CheckConstraint("length(url) BETWEEN 1 AND 2000", name=op.f("ck_webhook_url_length")),
        sa.ForeignKeyConstraint(
            ["token_id"],
            ["api_token.id"],
            name=op.f("fk_webhook_token_id_api_token"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_index(op.f("ix_webhook_token_id"), "webhook", ["token_id"])
    op.create_table(
        "delivery",
        sa.Column("webhook_id", sa.String(length=128), nullable=False),
        sa.Column("cursor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("test_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(length=200), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.CheckConstraint("attempts BETWEEN 0 AND 100", name=op.f("ck_delivery_attempts_bounds")),
        sa.CheckConstraint("length(outcome) BETWEEN 1 AND 64", name=op.f("ck_delivery_outcome_length")),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["webhook.id"],
            name=op.f("fk_delivery_webhook_id_webhook"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("webhook_id", name=op.f("pk_delivery")),
    )
    op.create_index(op.f("ix_delivery_due_at"), "delivery", ["due_at"])


def downgrade() -> None:
    op.drop_table("delivery")
    op.drop_table("webhook")
    op.drop_table("calendar")
