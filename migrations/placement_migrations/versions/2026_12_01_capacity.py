"""Leave a run whose worker's memory ran out to a worker that has more."""

import sqlalchemy as sa
from alembic import op

revision = "c4e7a19b3d58"
down_revision = "b5d2c8417e90"
branch_labels = None
depends_on = None

ASKING = ("run", "run_part")


def upgrade() -> None:
    op.create_table(
        "run_worker",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("memory_mb", sa.Integer(), nullable=False),
        sa.CheckConstraint("memory_mb BETWEEN 1 AND 100000000", name=op.f("ck_run_worker_memory_mb_bounds")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_run_worker")),
    )
    for table in ASKING:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("needs_memory_mb", sa.Integer(), nullable=True))
            batch.create_check_constraint(
                op.f(f"ck_{table}_needs_memory_mb_bounds"), "needs_memory_mb BETWEEN 1 AND 100000000"
            )


def downgrade() -> None:
    for table in reversed(ASKING):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_needs_memory_mb_bounds"), type_="check")
            batch.drop_column("needs_memory_mb")
    op.drop_table("run_worker")
