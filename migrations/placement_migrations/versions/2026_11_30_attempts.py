"""Count how often a run has been begun: one that no worker survives is given up."""

import sqlalchemy as sa
from alembic import op

revision = "e41a7c0d95b8"
down_revision = "9d3f60b7e21c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("run") as batch:
        batch.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        batch.create_check_constraint(op.f("ck_run_attempts_bounds"), "attempts BETWEEN 0 AND 1000000")
    run = sa.table("run", sa.column("status", sa.String()), sa.column("attempts", sa.Integer()))
    op.execute(sa.update(run).where(run.c.status == "running").values(attempts=1))
    with op.batch_alter_table("run") as batch:
        batch.alter_column("attempts", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("run") as batch:
        batch.drop_constraint(op.f("ck_run_attempts_bounds"), type_="check")
        batch.drop_column("attempts")
