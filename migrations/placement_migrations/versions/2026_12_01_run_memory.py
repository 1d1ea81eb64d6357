"""Store how much memory a run may have: what it comes to depends on that too."""

import sqlalchemy as sa
from alembic import op

revision = "b5d2c8417e90"
down_revision = "a83e1d5f6c02"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("run") as batch:
        batch.add_column(sa.Column("memory_mb", sa.Integer(), nullable=True))
        batch.create_check_constraint(op.f("ck_run_memory_mb_bounds"), "memory_mb BETWEEN 1 AND 100000000")


def downgrade() -> None:
    with op.batch_alter_table("run") as batch:
        batch.drop_constraint(op.f("ck_run_memory_mb_bounds"), type_="check")
        batch.drop_column("memory_mb")
