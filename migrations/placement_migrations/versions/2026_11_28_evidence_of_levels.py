"""Keep with each judgement of an education level what it rests on, and until when it counts."""

import sqlalchemy as sa
from alembic import op

revision = "6a0e3f5d9c18"
down_revision = "5e0a71c4d9b2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("education_level") as batch:
        batch.add_column(sa.Column("evidence", sa.String(length=1000), nullable=True))
        batch.add_column(sa.Column("valid_until", sa.Date(), nullable=True))
        batch.create_check_constraint(op.f("ck_education_level_evidence_length"), "length(evidence) BETWEEN 1 AND 1000")
        batch.create_check_constraint(
            op.f("ck_education_level_valid_after_judged"), "valid_until IS NULL OR valid_until >= judged_on"
        )


def downgrade() -> None:
    with op.batch_alter_table("education_level") as batch:
        batch.drop_constraint(op.f("ck_education_level_valid_after_judged"), type_="check")
        batch.drop_constraint(op.f("ck_education_level_evidence_length"), type_="check")
        batch.drop_column("valid_until")
        batch.drop_column("evidence")
