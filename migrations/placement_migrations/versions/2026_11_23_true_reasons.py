"""Store which rules an ended placement broke, why a run ended when it did, and why it failed in both languages."""

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
        batch.add_column(sa.Column("error_sv", sa.String(length=10_000), nullable=True))
    op.execute(sa.text("UPDATE run SET error_sv = error"))  # older runs told why in English only
    with op.batch_alter_table("run") as batch:
        batch.create_check_constraint(op.f("ck_run_error_sv_length"), "length(error_sv) BETWEEN 1 AND 10000")
        batch.create_check_constraint(op.f("ck_run_error_in_both"), "(error IS NULL) = (error_sv IS NULL)")


def downgrade() -> None:
    with op.batch_alter_table("run") as batch:
        batch.drop_constraint(op.f("ck_run_error_in_both"), type_="check")
        batch.drop_constraint(op.f("ck_run_error_sv_length"), type_="check")
        batch.drop_column("error_sv")
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
