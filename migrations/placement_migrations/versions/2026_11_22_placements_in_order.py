"""Index placements in the order in which lists show them."""

from alembic import op

revision = "0b8d3f617a25"
down_revision = "f7a29d5c64ea"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("placement") as batch:
        batch.create_index(batch.f("ix_placement_start_id"), ["start", "id"])


def downgrade() -> None:
    with op.batch_alter_table("placement") as batch:
        batch.drop_index(batch.f("ix_placement_start_id"))
