"""Store publications, placements in force and events; a plan's own placements become planned placements."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "9b3e6d27c1f4"
down_revision = "5d1f0c8a7e42"
branch_labels = None
depends_on = None

DRAFT = "id, plan_id, request_id, unit_id, start, supervisor_id"
HOLDING = sa.text("status IN ('published', 'accepted', 'completed', 'failed')")


def upgrade() -> None:
    with op.batch_alter_table("run") as batch:
        batch.add_column(
            sa.Column(
                "mode",
                sa.Enum("plan", "repair", "fill", name="mode", native_enum=False, create_constraint=True, length=32),
                nullable=False,
                server_default="plan",
            )
        )
    with op.batch_alter_table("run") as batch:
        batch.alter_column("mode", server_default=None)

    _create_lines_of_plans("planned_placement")
    op.execute(sa.text(f"INSERT INTO planned_placement ({DRAFT}) SELECT {DRAFT} FROM placement"))  # noqa: S608
    _check_references()
    op.drop_table("placement")

    op.create_table(
        "publication",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("term_id", sa.String(length=128), nullable=False),
        sa.Column("run_id", sa.String(length=128), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published_by", sa.String(length=200), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.CheckConstraint("ended BETWEEN 0 AND 1000000", name=op.f("ck_publication_ended_bounds")),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_publication_id_length")),
        sa.CheckConstraint("length(published_by) BETWEEN 1 AND 200", name=op.f("ck_publication_published_by_length")),
        sa.CheckConstraint("moved BETWEEN 0 AND 1000000", name=op.f("ck_publication_moved_bounds")),
        sa.CheckConstraint("number BETWEEN 1 AND 1000000", name=op.f("ck_publication_number_bounds")),
        sa.CheckConstraint("placed BETWEEN 0 AND 1000000", name=op.f("ck_publication_placed_bounds")),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["run.id"],
            name=op.f("fk_publication_run_id_run"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["term_id"],
            ["term.id"],
            name=op.f("fk_publication_term_id_term"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("run_id", name=op.f("uq_publication_run_id")),
        sa.UniqueConstraint("term_id", "number", name=op.f("uq_publication_term_id_number")),
    )
    op.create_table(
        "placement",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("term_id", sa.String(length=128), nullable=False),
        sa.Column("request_id", sa.String(length=128), nullable=False),
        sa.Column("publication_id", sa.String(length=128), nullable=False),
        sa.Column("unit_id", sa.String(length=128), nullable=False),
        sa.Column("start", sa.String(length=8), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("supervisor_id", sa.String(length=128), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "published",
                "accepted",
                "completed",
                "failed",
                "declined",
                "cancelled",
                "dropped-out",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "no-supervisor",
                "unit-closed",
                "too-many-students",
                "request-withdrawn",
                "replanned",
                "other",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status IN ('declined', 'cancelled', 'dropped-out')) = (reason IS NOT NULL)",
            name=op.f("ck_placement_reason_iff_ended"),
        ),
        sa.CheckConstraint(
            "length(start) = 8 AND substr(start, 1, 4) BETWEEN '2000' AND '2199' AND substr(start, 5, 2) = '-W' AND substr(start, 7, 2) BETWEEN '01' AND '53'",  # noqa: E501
            name=op.f("ck_placement_start_week"),
        ),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_placement_id_length")),
        sa.CheckConstraint("weeks BETWEEN 1 AND 60", name=op.f("ck_placement_weeks_bounds")),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name=op.f("fk_placement_publication_id_publication"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["request.id"],
            name=op.f("fk_placement_request_id_request"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["supervisor_id"],
            ["supervisor.id"],
            name=op.f("fk_placement_supervisor_id_supervisor"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["term_id"],
            ["term.id"],
            name=op.f("fk_placement_term_id_term"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
            name=op.f("fk_placement_unit_id_unit"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
    )
    op.create_index(
        op.f("uq_placement_request_id"),
        "placement",
        ["request_id"],
        unique=True,
        sqlite_where=HOLDING,
        postgresql_where=HOLDING,
    )
    op.create_index(op.f("ix_placement_term_id_status"), "placement", ["term_id", "status"])
    for column in ("publication_id", "request_id", "supervisor_id", "unit_id"):
        op.create_index(op.f(f"ix_placement_{column}"), "placement", [column])

    op.create_table(
        "event",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("term_id", sa.String(length=128), nullable=True),
        sa.Column("institution_id", sa.String(length=128), nullable=True),
        sa.Column("unit_id", sa.String(length=128), nullable=True),
        sa.Column("subject_type", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.String(length=128), nullable=False),
        sa.Column(
            "details", sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"), nullable=False
        ),
        sa.CheckConstraint("length(kind) BETWEEN 1 AND 64", name=op.f("ck_event_kind_length")),
        sa.CheckConstraint("length(subject_id) BETWEEN 1 AND 128", name=op.f("ck_event_subject_id_length")),
        sa.CheckConstraint("length(subject_type) BETWEEN 1 AND 64", name=op.f("ck_event_subject_type_length")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_institution_id"), "event", ["institution_id"])
    op.create_index(op.f("ix_event_subject_type_subject_id"), "event", ["subject_type", "subject_id"])
    op.create_index(op.f("ix_event_unit_id"), "event", ["unit_id"])


def downgrade() -> None:
    op.drop_table("event")
    op.drop_table("placement")
    op.drop_table("publication")
    _create_lines_of_plans("placement")
    op.execute(sa.text(f"INSERT INTO placement ({DRAFT}) SELECT {DRAFT} FROM planned_placement"))  # noqa: S608
    _check_references()
    op.drop_table("planned_placement")
    with op.batch_alter_table("run") as batch:
        batch.drop_constraint(op.f("ck_run_mode"), type_="check")
        batch.drop_column("mode")


def _check_references() -> None:
    """Run deferred checks now: PostgreSQL does not drop a table that still has checks pending."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")
        op.execute("SET CONSTRAINTS ALL DEFERRED")


def _create_lines_of_plans(name: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("plan_id", sa.String(length=128), nullable=False),
        sa.Column("request_id", sa.String(length=128), nullable=False),
        sa.Column("unit_id", sa.String(length=128), nullable=False),
        sa.Column("start", sa.String(length=8), nullable=False),
        sa.Column("supervisor_id", sa.String(length=128), nullable=True),
        sa.CheckConstraint(
            "length(start) = 8 AND substr(start, 1, 4) BETWEEN '2000' AND '2199' AND substr(start, 5, 2) = '-W' AND substr(start, 7, 2) BETWEEN '01' AND '53'",  # noqa: E501
            name=op.f(f"ck_{name}_start_week"),
        ),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f(f"ck_{name}_id_length")),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan.id"],
            name=op.f(f"fk_{name}_plan_id_plan"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["request.id"],
            name=op.f(f"fk_{name}_request_id_request"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["supervisor_id"],
            ["supervisor.id"],
            name=op.f(f"fk_{name}_supervisor_id_supervisor"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
            name=op.f(f"fk_{name}_unit_id_unit"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("plan_id", "request_id", name=op.f(f"uq_{name}_plan_id_request_id")),
    )
    op.create_index(op.f(f"ix_{name}_request_id"), name, ["request_id"])
    op.create_index(op.f(f"ix_{name}_supervisor_id"), name, ["supervisor_id"])
    op.create_index(op.f(f"ix_{name}_unit_id"), name, ["unit_id"])
