"""Store capacity and supervisors."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "c2bf14d05e91"
down_revision = "66e3fc72d7be"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "capacity_offer",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("term_id", sa.String(length=128), nullable=False),
        sa.Column("unit_id", sa.String(length=128), nullable=False),
        sa.Column(
            "professions",
            sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("every_institution", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "answered",
                "declined",
                "unanswered",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "decline_reason",
            sa.Enum(
                "no-supervisor",
                "short-of-staff",
                "rebuilding",
                "other-students",
                "unsuitable-care",
                "other",
                name="decline_reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(status = 'declined') = (decline_reason IS NOT NULL)",
            name=op.f("ck_capacity_offer_reason_iff_declined"),
        ),
        sa.CheckConstraint(
            "(status = 'unanswered') = (answered_at IS NULL)",
            name=op.f("ck_capacity_offer_moment_iff_answered"),
        ),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_capacity_offer_id_length")),
        sa.CheckConstraint(
            "substr(CAST(professions AS TEXT), 1, 2) = '[\"'",
            name=op.f("ck_capacity_offer_professions_words"),
        ),
        sa.ForeignKeyConstraint(
            ["term_id"],
            ["term.id"],
            name=op.f("fk_capacity_offer_term_id_term"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
            name=op.f("fk_capacity_offer_unit_id_unit"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capacity_offer")),
    )
    op.create_index(op.f("ix_capacity_offer_term_id_unit_id"), "capacity_offer", ["term_id", "unit_id"])
    op.create_index(op.f("ix_capacity_offer_unit_id"), "capacity_offer", ["unit_id"])

    op.create_table(
        "supervisor",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("unit_id", sa.String(length=128), nullable=False),
        sa.Column("profession", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=128), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "supervisor",
                "aka",
                "clinical-adjunct",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("share_percent", sa.Integer(), nullable=True),
        sa.Column("max_students", sa.Integer(), nullable=False),
        sa.Column("every_week", sa.Boolean(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(role = 'supervisor') = (share_percent IS NULL)", name=op.f("ck_supervisor_share_of_role")),
        sa.CheckConstraint(
            "NOT (length(replace(replace(replace(external_id, '-', ''), '+', ''), ' ', '')) IN (10, 12) AND ltrim(replace(replace(replace(external_id, '-', ''), '+', ''), ' ', ''), '0123456789') = '' AND substr(replace(replace(replace(external_id, '-', ''), '+', ''), ' ', ''), length(replace(replace(replace(external_id, '-', ''), '+', ''), ' ', '')) - 7, 2) BETWEEN '01' AND '12' AND (substr(replace(replace(replace(external_id, '-', ''), '+', ''), ' ', ''), length(replace(replace(replace(external_id, '-', ''), '+', ''), ' ', '')) - 5, 2) BETWEEN '01' AND '31' OR substr(replace(replace(replace(external_id, '-', ''), '+', ''), ' ', ''), length(replace(replace(replace(external_id, '-', ''), '+', ''), ' ', '')) - 5, 2) BETWEEN '61' AND '91'))",  # noqa: E501
            name=op.f("ck_supervisor_external_id_pseudonymous"),
        ),
        sa.CheckConstraint("length(external_id) BETWEEN 1 AND 128", name=op.f("ck_supervisor_external_id_length")),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_supervisor_id_length")),
        sa.CheckConstraint("length(profession) BETWEEN 1 AND 64", name=op.f("ck_supervisor_profession_length")),
        sa.CheckConstraint("max_students BETWEEN 0 AND 1000000", name=op.f("ck_supervisor_max_students_bounds")),
        sa.CheckConstraint("share_percent BETWEEN 1 AND 100", name=op.f("ck_supervisor_share_percent_bounds")),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
            name=op.f("fk_supervisor_unit_id_unit"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervisor")),
        sa.UniqueConstraint("unit_id", "external_id", name=op.f("uq_supervisor_unit_id_external_id")),
    )
    op.create_table(
        "offer_institution",
        sa.Column("offer_id", sa.String(length=128), nullable=False),
        sa.Column("institution_id", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["organisation.id"],
            name=op.f("fk_offer_institution_institution_id_organisation"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"],
            ["capacity_offer.id"],
            name=op.f("fk_offer_institution_offer_id_capacity_offer"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("offer_id", "institution_id", name=op.f("pk_offer_institution")),
    )
    op.create_table(
        "offer_week",
        sa.Column("offer_id", sa.String(length=128), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "length(week) = 8 AND substr(week, 1, 4) BETWEEN '2000' AND '2199' AND substr(week, 5, 2) = '-W' AND substr(week, 7, 2) BETWEEN '01' AND '53'",  # noqa: E501
            name=op.f("ck_offer_week_week_week"),
        ),
        sa.CheckConstraint("places BETWEEN 0 AND 1000000", name=op.f("ck_offer_week_places_bounds")),
        sa.ForeignKeyConstraint(
            ["offer_id"],
            ["capacity_offer.id"],
            name=op.f("fk_offer_week_offer_id_capacity_offer"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("offer_id", "week", name=op.f("pk_offer_week")),
    )
    op.create_table(
        "supervisor_week",
        sa.Column("supervisor_id", sa.String(length=128), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.CheckConstraint(
            "length(week) = 8 AND substr(week, 1, 4) BETWEEN '2000' AND '2199' AND substr(week, 5, 2) = '-W' AND substr(week, 7, 2) BETWEEN '01' AND '53'",  # noqa: E501
            name=op.f("ck_supervisor_week_week_week"),
        ),
        sa.ForeignKeyConstraint(
            ["supervisor_id"],
            ["supervisor.id"],
            name=op.f("fk_supervisor_week_supervisor_id_supervisor"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("supervisor_id", "week", name=op.f("pk_supervisor_week")),
    )
    op.create_table(
        "training",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("supervisor_id", sa.String(length=128), nullable=False),
        sa.Column("course", sa.String(length=200), nullable=False),
        sa.Column("credits", sa.Float(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.CheckConstraint("credits BETWEEN 0 AND 300", name=op.f("ck_training_credits_bounds")),
        sa.CheckConstraint(
            "expires_on IS NULL OR expires_on >= completed_on",
            name=op.f("ck_training_expires_after_completion"),
        ),
        sa.CheckConstraint("length(course) BETWEEN 1 AND 200", name=op.f("ck_training_course_length")),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_training_id_length")),
        sa.ForeignKeyConstraint(
            ["supervisor_id"],
            ["supervisor.id"],
            name=op.f("fk_training_supervisor_id_supervisor"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training")),
    )
    op.create_index(op.f("ix_training_supervisor_id"), "training", ["supervisor_id"])


def downgrade() -> None:
    op.drop_table("training")
    op.drop_table("supervisor_week")
    op.drop_table("offer_week")
    op.drop_table("offer_institution")
    op.drop_table("supervisor")
    op.drop_table("capacity_offer")
