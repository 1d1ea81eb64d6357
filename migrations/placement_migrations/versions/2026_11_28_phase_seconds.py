"""Store how long a run was in each phase of the search; of earlier runs nothing is known."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "7f1c5d20b9e4"
down_revision = "a3f1d6c80b57"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    with op.batch_alter_table("run") as batch:
        batch.add_column(sa.Column("phase_seconds", json, nullable=False, server_default="{}"))
    with op.batch_alter_table("run") as batch:
        batch.alter_column("phase_seconds", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("run") as batch:
        batch.drop_column("phase_seconds")
