"""Store swaps: two students of one course who ask to exchange places, and what each party has said."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "5b1f0c9e7a24"
down_revision = "7a41c9e05d83"
branch_labels = None
depends_on = None

STATUSES = ("asked", "approved", "declined", "withdrawn", "lapsed")
REASONS = ("prepared", "supervision", "worse", "other", "begun", "ended", "moved")
ANSWERS = ("accepted", "declined")
REASON_OF_STATUS = (
    "CASE status"
    " WHEN 'declined' THEN reason IS NOT NULL AND reason IN ('prepared', 'supervision', 'worse', 'other')"
    " WHEN 'lapsed' THEN reason IS NOT NULL AND reason IN ('begun', 'ended', 'moved')"
    " ELSE reason IS NULL END"
)
A_WEEK = (
    "length(start) = 8 AND substr(start, 1, 4) BETWEEN '2000' AND '2199'"
    " AND substr(start, 5, 2) = '-W' AND substr(start, 7, 2) BETWEEN '01' AND '53'"
)


def upgrade() -> None:
    op.create_table(
        "swap",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("term_id", sa.String(length=128), nullable=False),
        sa.Column("status", one_of("status", STATUSES), nullable=False),
        sa.Column("reason", one_of("reason", REASONS), nullable=True),
        sa.Column(
            "terms",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_swap_id_length")),
        sa.CheckConstraint("length(asked_by) BETWEEN 1 AND 200", name=op.f("ck_swap_asked_by_length")),
        sa.CheckConstraint("length(decided_by) BETWEEN 1 AND 200", name=op.f("ck_swap_decided_by_length")),
        sa.CheckConstraint(REASON_OF_STATUS, name=op.f("ck_swap_reason_of_status")),
        sa.CheckConstraint("(status = 'asked') = (decided_at IS NULL)", name=op.f("ck_swap_decided_iff_over")),
        sa.CheckConstraint(
            "(status IN ('asked', 'lapsed')) = (decided_by IS NULL)",
            name=op.f("ck_swap_decided_by_someone"),
        ),
        reference("swap", "term_id", "term"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap")),
    )
    with op.batch_alter_table("swap") as batch:
        batch.create_index(batch.f("ix_swap_term_id_status"), ["term_id", "status"], unique=False)
        batch.create_index(batch.f("ix_swap_asked_at_id"), ["asked_at", "id"], unique=False)
    op.create_table(
        "swap_side",
        sa.Column("swap_id", sa.String(length=128), nullable=False),
        sa.Column("placement_id", sa.String(length=128), nullable=False),
        sa.Column("unit_id", sa.String(length=128), nullable=False),
        sa.Column("start", sa.String(length=8), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("supervisor_id", sa.String(length=128), nullable=True),
        sa.Column("consented_on", sa.Date(), nullable=True),
        sa.Column("answer", one_of("answer", ANSWERS), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes_before", sa.Integer(), nullable=False),
        sa.Column("minutes_after", sa.Integer(), nullable=False),
        sa.Column("rank_before", sa.Integer(), nullable=True),
        sa.Column("rank_after", sa.Integer(), nullable=True),
        sa.CheckConstraint(A_WEEK, name=op.f("ck_swap_side_start_week")),
        sa.CheckConstraint("weeks BETWEEN 1 AND 60", name=op.f("ck_swap_side_weeks_bounds")),
        *(
            sa.CheckConstraint(f"{column} BETWEEN {low} AND {high}", name=op.f(f"ck_swap_side_{column}_bounds"))
            for column, low, high in (
                ("minutes_before", 0, 1_000_000),
                ("minutes_after", 0, 1_000_000),
                ("rank_before", 1, 100),
                ("rank_after", 1, 100),
            )
        ),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_swap_side_moment_iff_answered")),
        reference("swap_side", "swap_id", "swap", ondelete="CASCADE"),
        reference("swap_side", "placement_id", "placement"),
        reference("swap_side", "unit_id", "unit"),
        reference("swap_side", "supervisor_id", "supervisor"),
        sa.PrimaryKeyConstraint("swap_id", "placement_id", name=op.f("pk_swap_side")),
    )
    with op.batch_alter_table("swap_side") as batch:
        batch.create_index(batch.f("ix_swap_side_placement_id"), ["placement_id"], unique=False)
        batch.create_index(batch.f("ix_swap_side_unit_id"), ["unit_id"], unique=False)
        batch.create_index(batch.f("ix_swap_side_supervisor_id"), ["supervisor_id"], unique=False)


def downgrade() -> None:
    op.drop_table("swap_side")
    op.drop_table("swap")


def one_of(name: str, words: tuple[str, ...]) -> sa.Enum:
    """Make the type of a column with one of some words."""
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def reference(table: str, column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    """Make a reference that is checked when the transaction commits."""
    return sa.ForeignKeyConstraint(
        [column],
        [f"{target}.id"],
        name=op.f(f"fk_{table}_{column}_{target}"),
        ondelete=ondelete,
        deferrable=True,
        initially="DEFERRED",
    )
