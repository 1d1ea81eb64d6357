"""Keep, for each placement that a plan gives, which wishes it does not meet and what was in the way."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0b6d48f2c915"
down_revision = "f3a9c5d81e27"
branch_labels = None
depends_on = None

TABLES = ("planned_placement", "ledger_entry")


def upgrade() -> None:
    for table in TABLES:
        document = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("unmet_wishes", document, nullable=True))


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("unmet_wishes")
