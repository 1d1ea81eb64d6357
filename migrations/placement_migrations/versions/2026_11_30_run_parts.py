"""Let the independent parts of a large run be searched by several workers at once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "7e29b5d0c416"
down_revision = "d81e0b46f7a3"
branch_labels = None
depends_on = None

SEES_ALL = "current_setting('placement.role', true) IN ('service', 'coordinator')"


def upgrade() -> None:
    document = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    op.create_table(
        "run_part",
        sa.Column("run_id", sa.String(length=128), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("problem_sha256", sa.String(length=64), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=200), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("searched_seconds", sa.Float(), nullable=False),
        sa.Column("told", document, nullable=True),
        sa.Column("found", document, nullable=True),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("error", sa.String(length=10_000), nullable=True),
        sa.Column("error_sv", sa.String(length=10_000), nullable=True),
        sa.CheckConstraint("(error IS NULL) = (error_sv IS NULL)", name=op.f("ck_run_part_error_in_both")),
        sa.CheckConstraint("(worker IS NULL) = (heartbeat_at IS NULL)", name=op.f("ck_run_part_alive_iff_held")),
        sa.CheckConstraint("NOT done OR worker IS NULL", name=op.f("ck_run_part_held_until_done")),
        sa.CheckConstraint("error IS NULL OR done", name=op.f("ck_run_part_failed_iff_over")),
        sa.CheckConstraint("length(problem_sha256) = 64", name=op.f("ck_run_part_problem_sha256_length")),
        sa.CheckConstraint("length(worker) BETWEEN 1 AND 200", name=op.f("ck_run_part_worker_length")),
        sa.CheckConstraint("length(error) BETWEEN 1 AND 10000", name=op.f("ck_run_part_error_length")),
        sa.CheckConstraint("length(error_sv) BETWEEN 1 AND 10000", name=op.f("ck_run_part_error_sv_length")),
        sa.CheckConstraint("number BETWEEN 0 AND 1000", name=op.f("ck_run_part_number_bounds")),
        sa.CheckConstraint("requests BETWEEN 0 AND 1000000", name=op.f("ck_run_part_requests_bounds")),
        sa.CheckConstraint(
            "searched_seconds BETWEEN 0 AND 100000000", name=op.f("ck_run_part_searched_seconds_bounds")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["run.id"],
            name=op.f("fk_run_part_run_id_run"),
            ondelete="CASCADE",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("run_id", "number", name=op.f("pk_run_part")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE run_part ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_rows ON run_part USING ({SEES_ALL}) WITH CHECK ({SEES_ALL})")


def downgrade() -> None:
    op.drop_table("run_part")
