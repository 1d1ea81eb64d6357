"""Store education."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "d06676d99496"
down_revision = "d960dd5e63dd"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "programme",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("institution_id", sa.String(length=128), nullable=False),
        sa.Column("profession", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("decentralised", sa.Boolean(), nullable=False),
        sa.CheckConstraint("length(code) BETWEEN 1 AND 64", name=op.f("ck_programme_code_length")),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_programme_id_length")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 200", name=op.f("ck_programme_name_length")),
        sa.CheckConstraint("length(profession) BETWEEN 1 AND 64", name=op.f("ck_programme_profession_length")),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["organisation.id"],
            name=op.f("fk_programme_institution_id_organisation"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("institution_id", "code", name=op.f("uq_programme_institution_id_code")),
    )
    op.create_table(
        "course",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("programme_id", sa.String(length=128), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("hours_per_week", sa.Integer(), nullable=False),
        sa.Column(
            "kinds",
            sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("supervision_credits", sa.Float(), nullable=True),
        sa.Column("university_healthcare", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column(
            "unit_rule",
            sa.Enum(
                "any",
                "another",
                "same",
                name="unit_rule",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.CheckConstraint("hours_per_week BETWEEN 1 AND 60", name=op.f("ck_course_hours_per_week_bounds")),
        sa.CheckConstraint("length(code) BETWEEN 1 AND 64", name=op.f("ck_course_code_length")),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_course_id_length")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 200", name=op.f("ck_course_name_length")),
        sa.CheckConstraint("sequence BETWEEN 1 AND 100", name=op.f("ck_course_sequence_bounds")),
        sa.CheckConstraint("substr(CAST(kinds AS TEXT), 1, 2) = '[\"'", name=op.f("ck_course_kinds_words")),
        sa.CheckConstraint("supervision_credits BETWEEN 0 AND 300", name=op.f("ck_course_supervision_credits_bounds")),
        sa.CheckConstraint("weeks BETWEEN 1 AND 60", name=op.f("ck_course_weeks_bounds")),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
            name=op.f("fk_course_programme_id_programme"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_course_programme_id_code")),
    )
    op.create_table(
        "course_window",
        sa.Column("course_id", sa.String(length=128), nullable=False),
        sa.Column("term_id", sa.String(length=128), nullable=False),
        sa.Column("start", sa.String(length=8), nullable=False),
        sa.CheckConstraint(
            "length(start) = 8 AND substr(start, 1, 4) BETWEEN '2000' AND '2199' AND substr(start, 5, 2) = '-W' AND substr(start, 7, 2) BETWEEN '01' AND '53'",  # noqa: E501
            name=op.f("ck_course_window_start_week"),
        ),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["course.id"],
            name=op.f("fk_course_window_course_id_course"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["term_id"],
            ["term.id"],
            name=op.f("fk_course_window_term_id_term"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("course_id", "term_id", "start", name=op.f("pk_course_window")),
    )


def downgrade() -> None:
    op.drop_table("course_window")
    op.drop_table("course")
    op.drop_table("programme")
