"""Let reminders be about students' answers too, seven and two days before the last day for them."""

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "9d3f60b7e21c"
down_revision = "5c1e7a90d3b4"
branch_labels = None
depends_on = None

KIND = "student-answers-due"
KINDS = ("requests-due", "answer-due", KIND, "agreement-ends", "training-expires")
DAYS = (7, 2)
FIRST_DAY = dt.date(2026, 1, 1)


def upgrade() -> None:
    _let_reminders_be_about(KINDS)
    rules = sa.table(
        "reminder_rule",
        sa.column("id", sa.String()),
        sa.column("kind", sa.String()),
        sa.column("days_before", sa.Integer()),
        sa.column("active", sa.Boolean()),
        sa.column("valid_from", sa.Date()),
    )
    op.bulk_insert(
        rules,
        [
            {"id": f"rrl_{KIND}_{days}", "kind": KIND, "days_before": days, "active": True, "valid_from": FIRST_DAY}
            for days in DAYS
        ],
    )


def downgrade() -> None:
    reminder = sa.table("reminder", sa.column("id", sa.String()), sa.column("kind", sa.String()))
    mail = sa.table("reminder_mail", sa.column("reminder_id", sa.String()))
    sent = sa.select(reminder.c.id).where(reminder.c.kind == KIND)
    op.execute(sa.delete(mail).where(mail.c.reminder_id.in_(sent)))
    op.execute(sa.delete(reminder).where(reminder.c.kind == KIND))
    rule = sa.table("reminder_rule", sa.column("kind", sa.String()))
    op.execute(sa.delete(rule).where(rule.c.kind == KIND))
    _let_reminders_be_about(tuple(kind for kind in KINDS if kind != KIND))


def _let_reminders_be_about(kinds: tuple[str, ...]) -> None:
    words = ", ".join(f"'{kind}'" for kind in kinds)
    for table in ("reminder_rule", "reminder"):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_kind"), type_="check")
            batch.create_check_constraint(op.f(f"ck_{table}_kind"), f"kind IN ({words})")
