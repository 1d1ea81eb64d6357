"""Keep the problem of a run that fails, so that it can be solved again."""

import sqlalchemy as sa
from alembic import op

revision = "f20b6c4e8d31"
down_revision = "c7a20d95e64b"
branch_labels = None
depends_on = None

SEES_ALL = "(SELECT current_setting('placement.role', true)) IN ('service', 'coordinator')"


def upgrade() -> None:
    op.create_table(
        "kept_problem",
        sa.Column("run_id", sa.String(length=128), nullable=False),
        sa.Column("solver", sa.String(length=64), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["run.id"],
            name=op.f("fk_kept_problem_run_id_run"),
            ondelete="CASCADE",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_kept_problem")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE kept_problem ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_rows ON kept_problem USING ({SEES_ALL}) WITH CHECK ({SEES_ALL})")


def downgrade() -> None:
    op.drop_table("kept_problem")
