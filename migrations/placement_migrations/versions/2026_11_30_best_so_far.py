"""Keep the best plan that a run under way has found so far: where its worker vanishes, another one goes on from it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "5a0c7be3d914"
down_revision = "e41a7c0d95b8"
branch_labels = None
depends_on = None

SEES_ALL = "current_setting('placement.role', true) IN ('service', 'coordinator')"


def upgrade() -> None:
    document = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    op.create_table(
        "best_so_far",
        sa.Column("run_id", sa.String(length=128), nullable=False),
        sa.Column("problem_sha256", sa.String(length=64), nullable=False),
        sa.Column("searched_seconds", sa.Float(), nullable=False),
        sa.Column("found", document, nullable=False),
        sa.CheckConstraint("length(problem_sha256) = 64", name=op.f("ck_best_so_far_problem_sha256_length")),
        sa.CheckConstraint(
            "searched_seconds BETWEEN 0 AND 100000000", name=op.f("ck_best_so_far_searched_seconds_bounds")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["run.id"],
            name=op.f("fk_best_so_far_run_id_run"),
            ondelete="CASCADE",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_best_so_far")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE best_so_far ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_rows ON best_so_far USING ({SEES_ALL}) WITH CHECK ({SEES_ALL})")


def downgrade() -> None:
    op.drop_table("best_so_far")
