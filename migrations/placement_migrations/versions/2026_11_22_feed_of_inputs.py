"""Let events concern a provider, and let runs serve the waiting list and store the placements they released."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "f7a29d5c64ea"
down_revision = "e6f18c4b53d9"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("event") as batch:
        batch.add_column(sa.Column("provider_id", sa.String(length=128), nullable=True))
        batch.create_index(batch.f("ix_event_provider_id"), ["provider_id"])
    with op.batch_alter_table("run") as batch:
        batch.drop_constraint(op.f("ck_run_mode"), type_="check")
        batch.create_check_constraint(op.f("ck_run_mode"), "mode IN ('plan', 'repair', 'fill', 'waiting-list')")
        batch.add_column(
            sa.Column(
                "released",
                sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
                nullable=False,
                server_default="[]",
            )
        )
    with op.batch_alter_table("run") as batch:
        batch.alter_column("released", server_default=None)


def downgrade() -> None:
    op.execute(sa.text("UPDATE run SET mode = 'fill' WHERE mode = 'waiting-list'"))
    with op.batch_alter_table("run") as batch:
        batch.drop_column("released")
        batch.drop_constraint(op.f("ck_run_mode"), type_="check")
        batch.create_check_constraint(op.f("ck_run_mode"), "mode IN ('plan', 'repair', 'fill')")
    with op.batch_alter_table("event") as batch:
        batch.drop_index(batch.f("ix_event_provider_id"))
        batch.drop_column("provider_id")
