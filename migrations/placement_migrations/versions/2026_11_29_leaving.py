"""Keep with a plan which rules the placements in force break that it ends or changes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "5c1e7a90d3b4"
down_revision = "0b6d48f2c915"
branch_labels = None
depends_on = None


def upgrade() -> None:
    document = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    with op.batch_alter_table("plan_document") as batch:
        batch.add_column(sa.Column("leaving", document, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("plan_document") as batch:
        batch.drop_column("leaving")
