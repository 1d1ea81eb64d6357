"""Store how a run differs from the others of its term: weights of its own, and its scenario."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "c47a91e0b6d2"
down_revision = "9b3e6d27c1f4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("run") as batch:
        batch.add_column(
            sa.Column(
                "options",
                sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
                nullable=False,
                server_default="{}",
            )
        )
    with op.batch_alter_table("run") as batch:
        batch.alter_column("options", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("run") as batch:
        batch.drop_column("options")
