"""Store the prices that follow in an agreement, its rule for cancelled placements, and how many weeks were done.

A placement that was already completed or failed had all of its weeks. Of one that its student left, the weeks are
counted that were over on the day when that was reported.
"""

import datetime as dt
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "7d41b8e2f0c6"
down_revision = "5b1f0c9e7a24"
branch_labels = None
depends_on = None

REPORTED = "'completed', 'failed', 'dropped-out'"
STOCKHOLM = ZoneInfo("Europe/Stockholm")


def upgrade() -> None:
    op.create_table(
        "agreement_price",
        sa.Column("agreement_id", sa.String(length=128), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("price_ore", sa.Integer(), nullable=False),
        sa.CheckConstraint("price_ore BETWEEN 0 AND 100000000", name=op.f("ck_agreement_price_price_ore_bounds")),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
            name=op.f("fk_agreement_price_agreement_id_agreement"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("agreement_id", "valid_from", name=op.f("pk_agreement_price")),
    )
    op.create_table(
        "agreement_cancellation",
        sa.Column("agreement_id", sa.String(length=128), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.CheckConstraint("days_before BETWEEN 1 AND 366", name=op.f("ck_agreement_cancellation_days_before_bounds")),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_agreement_cancellation_percent_bounds")),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
            name=op.f("fk_agreement_cancellation_agreement_id_agreement"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("agreement_id", "days_before", name=op.f("pk_agreement_cancellation")),
    )
    with op.batch_alter_table("placement") as batch:
        batch.add_column(sa.Column("weeks_done", sa.Integer(), nullable=True))
    op.execute(sa.text("UPDATE placement SET weeks_done = weeks WHERE status IN ('completed', 'failed')"))
    count_weeks_of_those_who_left()
    with op.batch_alter_table("placement") as batch:
        batch.create_check_constraint(
            op.f("ck_placement_weeks_done_of_reported"),
            f"weeks_done IS NULL OR (weeks_done BETWEEN 0 AND weeks AND status IN ({REPORTED}))",
        )


def downgrade() -> None:
    with op.batch_alter_table("placement") as batch:
        batch.drop_constraint(op.f("ck_placement_weeks_done_of_reported"), type_="check")
        batch.drop_column("weeks_done")
    op.drop_table("agreement_cancellation")
    op.drop_table("agreement_price")


def count_weeks_of_those_who_left() -> None:
    """Count the weeks that were over when a student left, for every placement that ended so."""
    placement = sa.table(
        "placement",
        *map(sa.column, ("id", "status", "start", "weeks", "weeks_done")),
        sa.column("changed_at", sa.DateTime(timezone=True)),
    )
    left = sa.select(placement.c.id, placement.c.start, placement.c.weeks, placement.c.changed_at)
    for key, start, weeks, moment in op.get_bind().execute(left.where(placement.c.status == "dropped-out")).all():
        at = moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment
        monday = dt.date.fromisocalendar(int(start[:4]), int(start[6:]), 1)
        over = (at.astimezone(STOCKHOLM).date() - monday).days // 7
        done = max(0, min(weeks, over))
        op.get_bind().execute(placement.update().where(placement.c.id == key).values(weeks_done=done))
