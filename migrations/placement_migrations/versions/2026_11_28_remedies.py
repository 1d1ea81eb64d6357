"""Keep what would give a run's unplaced requests a place, and which process works it out."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "f3a9c5d81e27"
down_revision = "e5a70c3f18d9"
branch_labels = None
depends_on = None

STATES = ("waiting", "done", "failed", "given-up")
SEES_ALL = "current_setting('placement.role', true) IN ('service', 'coordinator')"


def upgrade() -> None:
    op.create_table(
        "remedy_work",
        sa.Column("plan_id", sa.String(length=128), nullable=False),
        sa.Column("worker", sa.String(length=200), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.CheckConstraint("length(worker) BETWEEN 1 AND 200", name=op.f("ck_remedy_work_worker_length")),
        sa.CheckConstraint("(worker IS NULL) = (heartbeat_at IS NULL)", name=op.f("ck_remedy_work_alive_iff_held")),
        sa.CheckConstraint("worker IS NULL OR NOT ended", name=op.f("ck_remedy_work_held_until_ended")),
        of_the_plan("remedy_work"),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_remedy_work")),
    )
    op.create_table(
        "kept_remedies",
        sa.Column("plan_id", sa.String(length=128), nullable=False),
        sa.Column("request_id", sa.String(length=128), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column(
            "answer",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.Column("worked_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.CheckConstraint("turn BETWEEN 0 AND 1000000", name=op.f("ck_kept_remedies_turn_bounds")),
        sa.CheckConstraint("seconds BETWEEN 0 AND 1000000", name=op.f("ck_kept_remedies_seconds_bounds")),
        sa.CheckConstraint("(state = 'done') = (answer IS NOT NULL)", name=op.f("ck_kept_remedies_answer_iff_done")),
        sa.CheckConstraint(
            "(state IN ('done', 'failed')) = (worked_out_at IS NOT NULL)",
            name=op.f("ck_kept_remedies_moment_iff_worked_out"),
        ),
        of_the_plan("kept_remedies"),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["request.id"],
            name=op.f("fk_kept_remedies_request_id_request"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("plan_id", "request_id", name=op.f("pk_kept_remedies")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE kept_remedies ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_rows ON kept_remedies USING ({SEES_ALL}) WITH CHECK ({SEES_ALL})")


def downgrade() -> None:
    op.drop_table("kept_remedies")
    op.drop_table("remedy_work")


def of_the_plan(table: str) -> sa.ForeignKeyConstraint:
    """Make rows go with their plan."""
    return sa.ForeignKeyConstraint(
        ["plan_id"],
        ["plan.id"],
        name=op.f(f"fk_{table}_plan_id_plan"),
        ondelete="CASCADE",
        initially="DEFERRED",
        deferrable=True,
    )
