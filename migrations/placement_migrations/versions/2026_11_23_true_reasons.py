"""Store which rules an ended placement broke, and why a run ended when it did."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "3f9c26d8e051"
down_revision = "c28d6f9b4e53"
branch_labels = None
depends_on = None

BEFORE = "'no-supervisor', 'unit-closed', 'too-many-students', 'request-withdrawn', 'replanned'"
REASONS = f"reason IN ({BEFORE}, 'no-longer-possible', 'other')"
REASONS_BEFORE = f"reason IN ({BEFORE}, 'other')"
RULES = "(reason IS NOT NULL AND reason = 'no-longer-possible') = (broken_rules IS NOT NULL)"
ENDS = "ended_because IN ('proven', 'nothing-better', 'time-limit', 'stopped')"


def upgrade() -> None:
    with op.batch_alter_table("placement") as batch:
        batch.add_column(
            sa.Column(
                "broken_rules",
                sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
                nullable=True,
            )
        )
        batch.drop_constraint(op.f("ck_placement_reason"), type_="check")
        batch.create_check_constraint(op.f("ck_placement_reason"), REASONS)
        batch.create_check_constraint(op.f("ck_placement_rules_iff_impossible"), RULES)
        batch.create_check_constraint(
            op.f("ck_placement_broken_rules_words"), """substr(CAST(broken_rules AS TEXT), 1, 2) = '["'"""
        )
    with op.batch_alter_table("run") as batch:
        batch.add_column(sa.Column("ended_because", sa.String(length=32), nullable=True))
        batch.create_check_constraint(op.f("ck_run_ended_because"), ENDS)


def downgrade() -> None:
    with op.batch_alter_table("run") as batch:
        batch.drop_constraint(op.f("ck_run_ended_because"), type_="check")
        batch.drop_column("ended_because")
    with op.batch_alter_table("placement") as batch:
        batch.drop_constraint(op.f("ck_placement_broken_rules_words"), type_="check")
        batch.drop_constraint(op.f("ck_placement_rules_iff_impossible"), type_="check")
        batch.drop_column("broken_rules")
    op.execute(sa.text("UPDATE placement SET reason = 'replanned' WHERE reason = 'no-longer-possible'"))
    with op.batch_alter_table("placement") as batch:
        batch.drop_constraint(op.f("ck_placement_reason"), type_="check")
        batch.create_check_constraint(op.f("ck_placement_reason"), REASONS_BEFORE)
