"""Let older and newer processes work side by side: what a worker has to know of a run, and a default for counts."""

import sqlalchemy as sa
from alembic import op

revision = "d81e0b46f7a3"
down_revision = "c3f7d5a1082e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("run") as batch:
        batch.add_column(sa.Column("requires", sa.Integer(), nullable=False, server_default="1"))
        batch.create_check_constraint(op.f("ck_run_requires_bounds"), "requires BETWEEN 1 AND 1000")
        batch.alter_column("attempts", existing_type=sa.Integer(), existing_nullable=False, server_default="0")


def downgrade() -> None:
    with op.batch_alter_table("run") as batch:
        batch.alter_column("attempts", existing_type=sa.Integer(), existing_nullable=False, server_default=None)
        batch.drop_constraint(op.f("ck_run_requires_bounds"), type_="check")
        batch.drop_column("requires")
