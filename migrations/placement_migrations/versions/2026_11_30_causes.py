"""Keep the causes of each unplaced request beside its reasons, which may be long; rows from before have none."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2ad94be60c71"
down_revision = "b4f60a2d97e1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    document = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    with op.batch_alter_table("unplaced_request") as batch:
        batch.add_column(sa.Column("causes", document, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("unplaced_request") as batch:
        batch.drop_column("causes")
