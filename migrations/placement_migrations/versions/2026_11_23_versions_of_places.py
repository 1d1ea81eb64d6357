"""Count the versions of municipalities and sites, which can be changed from now on."""

import sqlalchemy as sa
from alembic import op

revision = "b17c5e8a3d42"
down_revision = "0b8d3f617a25"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("municipality", "site"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        with op.batch_alter_table(table) as batch:
            batch.alter_column("version", server_default=None)


def downgrade() -> None:
    for table in ("site", "municipality"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("version")
