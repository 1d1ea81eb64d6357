"""Store terms and access."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "66e3fc72d7be"
down_revision = "b46e8069ecab"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column(
            "sequence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_token", sa.String(length=128), nullable=True),
        sa.Column(
            "actor_role",
            sa.Enum(
                "coordinator",
                "institution",
                "provider",
                "unit",
                "supervisor",
                "student",
                "auditor",
                name="actor_role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("actor_organisation", sa.String(length=128), nullable=True),
        sa.Column(
            "action",
            sa.Enum(
                "created",
                "changed",
                "removed",
                name="action",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("object_type", sa.String(length=64), nullable=False),
        sa.Column("object_id", sa.String(length=512), nullable=False),
        sa.Column(
            "before",
            sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "after",
            sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.CheckConstraint("length(actor_token) BETWEEN 1 AND 128", name=op.f("ck_audit_entry_actor_token_length")),
        sa.CheckConstraint("length(object_id) BETWEEN 1 AND 512", name=op.f("ck_audit_entry_object_id_length")),
        sa.CheckConstraint("length(object_type) BETWEEN 1 AND 64", name=op.f("ck_audit_entry_object_type_length")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_object_type_object_id"), "audit_entry", ["object_type", "object_id"])

    op.create_table(
        "term",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("first_week", sa.String(length=8), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("requests_by", sa.Date(), nullable=False),
        sa.Column("answers_by", sa.Date(), nullable=False),
        sa.Column("outside_answers_by", sa.Date(), nullable=False),
        sa.Column("publish_by", sa.Date(), nullable=False),
        sa.Column("weight_unplaced", sa.Integer(), nullable=False),
        sa.Column("weight_travel", sa.Integer(), nullable=False),
        sa.Column("weight_long_travel", sa.Integer(), nullable=False),
        sa.Column("weight_preference", sa.Integer(), nullable=False),
        sa.Column("weight_agreement_floor", sa.Integer(), nullable=False),
        sa.Column("weight_change", sa.Integer(), nullable=False),
        sa.Column("travel_base_minutes", sa.Integer(), nullable=False),
        sa.Column("travel_minutes_per_km", sa.Float(), nullable=False),
        sa.Column("travel_max_minutes", sa.Integer(), nullable=True),
        sa.Column("travel_long_after", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "length(first_week) = 8 AND substr(first_week, 1, 4) BETWEEN '2000' AND '2199' AND substr(first_week, 5, 2) = '-W' AND substr(first_week, 7, 2) BETWEEN '01' AND '53'",  # noqa: E501
            name=op.f("ck_term_first_week_week"),
        ),
        sa.CheckConstraint("length(code) BETWEEN 1 AND 32", name=op.f("ck_term_code_length")),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_term_id_length")),
        sa.CheckConstraint(
            "requests_by <= answers_by AND answers_by <= outside_answers_by AND outside_answers_by <= publish_by",
            name=op.f("ck_term_round_in_order"),
        ),
        sa.CheckConstraint("travel_base_minutes BETWEEN 0 AND 1440", name=op.f("ck_term_travel_base_minutes_bounds")),
        sa.CheckConstraint("travel_long_after BETWEEN 0 AND 10000", name=op.f("ck_term_travel_long_after_bounds")),
        sa.CheckConstraint("travel_max_minutes BETWEEN 0 AND 10000", name=op.f("ck_term_travel_max_minutes_bounds")),
        sa.CheckConstraint(
            "travel_minutes_per_km BETWEEN 0 AND 1000", name=op.f("ck_term_travel_minutes_per_km_bounds")
        ),
        sa.CheckConstraint("weeks BETWEEN 1 AND 60", name=op.f("ck_term_weeks_bounds")),
        sa.CheckConstraint(
            "weight_agreement_floor BETWEEN 0 AND 1000000", name=op.f("ck_term_weight_agreement_floor_bounds")
        ),
        sa.CheckConstraint("weight_change BETWEEN 0 AND 1000000", name=op.f("ck_term_weight_change_bounds")),
        sa.CheckConstraint("weight_long_travel BETWEEN 0 AND 1000000", name=op.f("ck_term_weight_long_travel_bounds")),
        sa.CheckConstraint("weight_preference BETWEEN 0 AND 1000000", name=op.f("ck_term_weight_preference_bounds")),
        sa.CheckConstraint("weight_travel BETWEEN 0 AND 1000000", name=op.f("ck_term_weight_travel_bounds")),
        sa.CheckConstraint("weight_unplaced BETWEEN 0 AND 1000000", name=op.f("ck_term_weight_unplaced_bounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.UniqueConstraint("code", name=op.f("uq_term_code")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "coordinator",
                "institution",
                "provider",
                "unit",
                "supervisor",
                "student",
                "auditor",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.String(length=128), nullable=True),
        sa.Column("unit_id", sa.String(length=128), nullable=True),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(role IN ('institution', 'provider', 'student')) = (organisation_id IS NOT NULL)",
            name=op.f("ck_api_token_organisation_of_role"),
        ),
        sa.CheckConstraint(
            "(role IN ('unit', 'supervisor')) = (unit_id IS NOT NULL)", name=op.f("ck_api_token_unit_of_role")
        ),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_api_token_id_length")),
        sa.CheckConstraint("length(label) BETWEEN 1 AND 200", name=op.f("ck_api_token_label_length")),
        sa.CheckConstraint("length(secret_sha256) = 64", name=op.f("ck_api_token_secret_sha256_length")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_api_token_organisation_id_organisation"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
            name=op.f("fk_api_token_unit_id_unit"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
    )
    op.create_index(op.f("ix_api_token_organisation_id"), "api_token", ["organisation_id"])
    op.create_index(op.f("ix_api_token_unit_id"), "api_token", ["unit_id"])


def downgrade() -> None:
    op.drop_table("api_token")
    op.drop_table("term")
    op.drop_table("audit_entry")
