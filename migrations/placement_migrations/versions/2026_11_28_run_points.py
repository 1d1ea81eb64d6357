"""Store how far a run had come, moment by moment; of earlier runs only the end is known."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "d82b6e19f403"
down_revision = "c4d19e7a20b6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    with op.batch_alter_table("run") as batch:
        batch.add_column(sa.Column("points", json, nullable=False, server_default="[]"))
    with op.batch_alter_table("run") as batch:
        batch.alter_column("points", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("run") as batch:
        batch.drop_column("points")
