"""Store the report on every plan; older plans have none."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "5d1f0c8a7e42"
down_revision = "075659ac7eb4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("plan_document") as batch:
        batch.add_column(
            sa.Column(
                "report", sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"), nullable=True
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("plan_document") as batch:
        batch.drop_column("report")
