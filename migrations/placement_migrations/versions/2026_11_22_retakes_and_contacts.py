"""Store which failed placement a request retakes, and the contact that students turn to at a unit."""

import sqlalchemy as sa
from alembic import op

revision = "e6f18c4b53d9"
down_revision = "d5e07b3a42c8"
branch_labels = None
depends_on = None

CONTACT = {"contact_function": 200, "contact_email": 254, "contact_phone": 32}
OPEN = sa.text("status = 'open'")


def upgrade() -> None:
    with op.batch_alter_table("unit") as batch:
        for column, longest in CONTACT.items():
            batch.add_column(sa.Column(column, sa.String(length=longest), nullable=True))
            batch.create_check_constraint(op.f(f"ck_unit_{column}_length"), f"length({column}) BETWEEN 1 AND {longest}")
    with op.batch_alter_table("course") as batch:
        batch.add_column(sa.Column("attempts", sa.Integer(), nullable=True))
        batch.create_check_constraint(op.f("ck_course_attempts_bounds"), "attempts BETWEEN 1 AND 10")
    with op.batch_alter_table("request") as batch:
        batch.add_column(sa.Column("retake_of", sa.String(length=128), nullable=True))
        batch.add_column(sa.Column("action_plan_done_on", sa.Date(), nullable=True))
        batch.create_check_constraint(
            op.f("ck_request_action_plan_iff_retake"), "(retake_of IS NULL) = (action_plan_done_on IS NULL)"
        )
        batch.create_check_constraint(op.f("ck_request_retake_of_another"), "retake_of IS NULL OR retake_of <> id")
        batch.create_foreign_key(
            op.f("fk_request_retake_of_request"),
            "request",
            ["retake_of"],
            ["id"],
            initially="DEFERRED",
            deferrable=True,
        )
        batch.create_index("uq_request_retake_of", ["retake_of"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    with op.batch_alter_table("request") as batch:
        batch.drop_index("uq_request_retake_of")
        batch.drop_constraint(op.f("fk_request_retake_of_request"), type_="foreignkey")
        batch.drop_constraint(op.f("ck_request_retake_of_another"), type_="check")
        batch.drop_constraint(op.f("ck_request_action_plan_iff_retake"), type_="check")
        batch.drop_column("action_plan_done_on")
        batch.drop_column("retake_of")
    with op.batch_alter_table("course") as batch:
        batch.drop_constraint(op.f("ck_course_attempts_bounds"), type_="check")
        batch.drop_column("attempts")
    with op.batch_alter_table("unit") as batch:
        for column in CONTACT:
            batch.drop_constraint(op.f(f"ck_unit_{column}_length"), type_="check")
            batch.drop_column(column)
