"""Store students and requests."""

import sqlalchemy as sa
from alembic import op

revision = "a2e3d907f584"
down_revision = "d06676d99496"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cohort",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("programme_id", sa.String(length=128), nullable=False),
        sa.Column("term_id", sa.String(length=128), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_cohort_id_length")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 200", name=op.f("ck_cohort_name_length")),
        sa.CheckConstraint("size BETWEEN 0 AND 100000", name=op.f("ck_cohort_size_bounds")),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
            name=op.f("fk_cohort_programme_id_programme"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["term_id"],
            ["term.id"],
            name=op.f("fk_cohort_term_id_term"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort")),
        sa.UniqueConstraint("programme_id", "term_id", "name", name=op.f("uq_cohort_programme_id_term_id_name")),
    )
    op.create_index(op.f("ix_cohort_term_id"), "cohort", ["term_id"])

    op.create_table(
        "student",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("cohort_id", sa.String(length=128), nullable=False),
        sa.Column("institution_id", sa.String(length=128), nullable=False),
        sa.Column("external_id", sa.String(length=128), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("zone", sa.String(length=128), nullable=True),
        sa.Column("site_id", sa.String(length=128), nullable=True),
        sa.Column("max_travel", sa.Integer(), nullable=True),
        sa.Column("distinct_units", sa.Boolean(), nullable=False),
        sa.Column("priority_class", sa.Integer(), nullable=False),
        sa.Column("lottery_number", sa.Integer(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "NOT (length(replace(replace(replace(external_id, '-', ''), '+', ''), ' ', '')) IN (10, 12) AND ltrim(replace(replace(replace(external_id, '-', ''), '+', ''), ' ', ''), '0123456789') = '' AND substr(replace(replace(replace(external_id, '-', ''), '+', ''), ' ', ''), length(replace(replace(replace(external_id, '-', ''), '+', ''), ' ', '')) - 7, 2) BETWEEN '01' AND '12' AND (substr(replace(replace(replace(external_id, '-', ''), '+', ''), ' ', ''), length(replace(replace(replace(external_id, '-', ''), '+', ''), ' ', '')) - 5, 2) BETWEEN '01' AND '31' OR substr(replace(replace(replace(external_id, '-', ''), '+', ''), ' ', ''), length(replace(replace(replace(external_id, '-', ''), '+', ''), ' ', '')) - 5, 2) BETWEEN '61' AND '91'))",  # noqa: E501
            name=op.f("ck_student_external_id_pseudonymous"),
        ),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_student_lat_bounds")),
        sa.CheckConstraint("length(external_id) BETWEEN 1 AND 128", name=op.f("ck_student_external_id_length")),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_student_id_length")),
        sa.CheckConstraint("length(zone) BETWEEN 1 AND 128", name=op.f("ck_student_zone_length")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180", name=op.f("ck_student_lon_bounds")),
        sa.CheckConstraint("lottery_number BETWEEN 0 AND 1000000", name=op.f("ck_student_lottery_number_bounds")),
        sa.CheckConstraint("max_travel BETWEEN 0 AND 10000", name=op.f("ck_student_max_travel_bounds")),
        sa.CheckConstraint("priority_class BETWEEN 0 AND 9", name=op.f("ck_student_priority_class_bounds")),
        sa.ForeignKeyConstraint(
            ["cohort_id"],
            ["cohort.id"],
            name=op.f("fk_student_cohort_id_cohort"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["organisation.id"],
            name=op.f("fk_student_institution_id_organisation"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["site.id"],
            name=op.f("fk_student_site_id_site"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_student")),
        sa.UniqueConstraint("institution_id", "external_id", name=op.f("uq_student_institution_id_external_id")),
    )
    op.create_index(op.f("ix_student_cohort_id"), "student", ["cohort_id"])
    op.create_index(op.f("ix_student_site_id"), "student", ["site_id"])

    op.create_table(
        "blocked_unit",
        sa.Column("student_id", sa.String(length=128), nullable=False),
        sa.Column("unit_id", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["student_id"],
            ["student.id"],
            name=op.f("fk_blocked_unit_student_id_student"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
            name=op.f("fk_blocked_unit_unit_id_unit"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("student_id", "unit_id", name=op.f("pk_blocked_unit")),
    )
    op.create_table(
        "request",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("term_id", sa.String(length=128), nullable=False),
        sa.Column("student_id", sa.String(length=128), nullable=False),
        sa.Column("course_id", sa.String(length=128), nullable=False),
        sa.Column(
            "status",
            sa.Enum("open", "withdrawn", name="status", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_request_id_length")),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["course.id"],
            name=op.f("fk_request_course_id_course"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["student_id"],
            ["student.id"],
            name=op.f("fk_request_student_id_student"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["term_id"],
            ["term.id"],
            name=op.f("fk_request_term_id_term"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
        sa.UniqueConstraint("student_id", "course_id", "term_id", name=op.f("uq_request_student_id_course_id_term_id")),
    )
    op.create_index(op.f("ix_request_course_id"), "request", ["course_id"])
    op.create_index(op.f("ix_request_term_id_status"), "request", ["term_id", "status"])

    op.create_table(
        "preference",
        sa.Column("request_id", sa.String(length=128), nullable=False),
        sa.Column("rank", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.String(length=128), nullable=False),
        sa.CheckConstraint("rank BETWEEN 0 AND 99", name=op.f("ck_preference_rank_bounds")),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["request.id"],
            name=op.f("fk_preference_request_id_request"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
            name=op.f("fk_preference_unit_id_unit"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("request_id", "rank", name=op.f("pk_preference")),
        sa.UniqueConstraint("request_id", "unit_id", name=op.f("uq_preference_request_id_unit_id")),
    )
    op.create_index(op.f("ix_preference_unit_id"), "preference", ["unit_id"])


def downgrade() -> None:
    op.drop_table("preference")
    op.drop_table("request")
    op.drop_table("blocked_unit")
    op.drop_table("student")
    op.drop_table("cohort")
