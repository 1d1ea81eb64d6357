"""Store whether a course teaches in pairs, and what company at a unit weighs in a term."""

import sqlalchemy as sa
from alembic import op

revision = "7a41c9e05d83"
down_revision = "3f9c26d8e051"
branch_labels = None
depends_on = None

WEIGHTS = ("weight_interprofessional", "weight_pairs")


def upgrade() -> None:
    with op.batch_alter_table("term") as batch:
        for weight in WEIGHTS:
            batch.add_column(sa.Column(weight, sa.Integer(), nullable=False, server_default="0"))
            batch.create_check_constraint(op.f(f"ck_term_{weight}_bounds"), f"{weight} BETWEEN 0 AND 1000000")
    with op.batch_alter_table("course") as batch:
        batch.add_column(sa.Column("teaches_in_pairs", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("term") as batch:
        for weight in WEIGHTS:
            batch.alter_column(weight, server_default=None)
    with op.batch_alter_table("course") as batch:
        batch.alter_column("teaches_in_pairs", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("course") as batch:
        batch.drop_column("teaches_in_pairs")
    with op.batch_alter_table("term") as batch:
        for weight in WEIGHTS:
            batch.drop_constraint(op.f(f"ck_term_{weight}_bounds"), type_="check")
            batch.drop_column(weight)
