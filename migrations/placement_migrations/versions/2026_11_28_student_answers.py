"""Store until when a term's students say whether they come, and what each of them has answered; nobody is asked yet."""

import sqlalchemy as sa
from alembic import op

revision = "e5a70c3f18d9"
down_revision = "d82b6e19f403"
branch_labels = None
depends_on = None

RULES = {
    "student_answer": "student_answer IN ('accepted', 'declined')",
    "student_reason": "student_reason IN ('clash', 'not-studying', 'works-there', 'journey', 'other')",
    "moment_iff_answered": "(student_answer IS NULL) = (student_answered_at IS NULL)",
    "student_reason_iff_declined": (
        "CASE WHEN student_answer = 'declined' THEN student_reason IS NOT NULL ELSE student_reason IS NULL END"
    ),
}


def upgrade() -> None:
    with op.batch_alter_table("term") as batch:
        batch.add_column(sa.Column("students_answer_by", sa.Date(), nullable=True))
        batch.create_check_constraint(
            op.f("ck_term_students_answer_after_publishing"), "students_answer_by >= publish_by"
        )
    with op.batch_alter_table("placement") as batch:
        batch.add_column(sa.Column("student_answer", sa.String(length=32), nullable=True))
        batch.add_column(sa.Column("student_reason", sa.String(length=32), nullable=True))
        batch.add_column(sa.Column("student_answered_at", sa.DateTime(timezone=True), nullable=True))
        for name, rule in RULES.items():
            batch.create_check_constraint(op.f(f"ck_placement_{name}"), rule)


def downgrade() -> None:
    with op.batch_alter_table("placement") as batch:
        for name in RULES:
            batch.drop_constraint(op.f(f"ck_placement_{name}"), type_="check")
        for column in ("student_answer", "student_reason", "student_answered_at"):
            batch.drop_column(column)
    with op.batch_alter_table("term") as batch:
        batch.drop_constraint(op.f("ck_term_students_answer_after_publishing"), type_="check")
        batch.drop_column("students_answer_by")
