"""Store planning."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "075659ac7eb4"
down_revision = "a2e3d907f584"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("term_id", sa.String(length=128), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "running",
                "succeeded",
                "failed",
                "cancelled",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("time_limit_seconds", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("workers", sa.Integer(), nullable=True),
        sa.Column("requested_by", sa.String(length=128), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(length=200), nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("phase", sa.String(length=64), nullable=True),
        sa.Column("objective", sa.BigInteger(), nullable=True),
        sa.Column("bound", sa.BigInteger(), nullable=True),
        sa.Column("unplaced", sa.Integer(), nullable=True),
        sa.Column("elapsed_seconds", sa.Float(), nullable=True),
        sa.Column("error", sa.String(length=10000), nullable=True),
        sa.CheckConstraint("(status = 'failed') = (error IS NOT NULL)", name=op.f("ck_run_error_iff_failed")),
        sa.CheckConstraint(
            "(status IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL)",
            name=op.f("ck_run_finished_iff_over"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('running', 'succeeded') OR started_at IS NOT NULL", name=op.f("ck_run_started")
        ),
        sa.CheckConstraint("elapsed_seconds BETWEEN 0 AND 100000000", name=op.f("ck_run_elapsed_seconds_bounds")),
        sa.CheckConstraint("length(error) BETWEEN 1 AND 10000", name=op.f("ck_run_error_length")),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_run_id_length")),
        sa.CheckConstraint("length(phase) BETWEEN 1 AND 64", name=op.f("ck_run_phase_length")),
        sa.CheckConstraint("length(requested_by) BETWEEN 1 AND 128", name=op.f("ck_run_requested_by_length")),
        sa.CheckConstraint("length(worker) BETWEEN 1 AND 200", name=op.f("ck_run_worker_length")),
        sa.CheckConstraint("seed BETWEEN 0 AND 2147483647", name=op.f("ck_run_seed_bounds")),
        sa.CheckConstraint("time_limit_seconds BETWEEN 1 AND 86400", name=op.f("ck_run_time_limit_seconds_bounds")),
        sa.CheckConstraint("unplaced BETWEEN 0 AND 1000000", name=op.f("ck_run_unplaced_bounds")),
        sa.CheckConstraint("workers BETWEEN 1 AND 1024", name=op.f("ck_run_workers_bounds")),
        sa.ForeignKeyConstraint(
            ["term_id"], ["term.id"], name=op.f("fk_run_term_id_term"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_index(op.f("ix_run_status"), "run", ["status"])
    op.create_index(op.f("ix_run_term_id"), "run", ["term_id"])

    op.create_table(
        "plan",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("run_id", sa.String(length=128), nullable=False),
        sa.Column("term_id", sa.String(length=128), nullable=False),
        sa.Column("problem_sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "optimal",
                "feasible",
                "interrupted",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("objective", sa.BigInteger(), nullable=False),
        sa.Column("bound", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("bound <= objective", name=op.f("ck_plan_bound_below_objective")),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_plan_id_length")),
        sa.CheckConstraint("length(problem_sha256) = 64", name=op.f("ck_plan_problem_sha256_length")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["run.id"], name=op.f("fk_plan_run_id_run"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["term_id"], ["term.id"], name=op.f("fk_plan_term_id_term"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("run_id", name=op.f("uq_plan_run_id")),
    )
    op.create_index(op.f("ix_plan_term_id"), "plan", ["term_id"])

    op.create_table(
        "plan_document",
        sa.Column("plan_id", sa.String(length=128), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan.id"],
            name=op.f("fk_plan_document_plan_id_plan"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_plan_document")),
    )
    op.create_table(
        "pin",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("term_id", sa.String(length=128), nullable=False),
        sa.Column("request_id", sa.String(length=128), nullable=False),
        sa.Column("unit_id", sa.String(length=128), nullable=False),
        sa.Column("start", sa.String(length=8), nullable=False),
        sa.Column("supervisor_id", sa.String(length=128), nullable=True),
        sa.CheckConstraint(
            "length(start) = 8 AND substr(start, 1, 4) BETWEEN '2000' AND '2199' AND substr(start, 5, 2) = '-W' AND substr(start, 7, 2) BETWEEN '01' AND '53'",  # noqa: E501
            name=op.f("ck_pin_start_week"),
        ),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_pin_id_length")),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["request.id"],
            name=op.f("fk_pin_request_id_request"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["supervisor_id"],
            ["supervisor.id"],
            name=op.f("fk_pin_supervisor_id_supervisor"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["term_id"], ["term.id"], name=op.f("fk_pin_term_id_term"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_pin_unit_id_unit"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin")),
        sa.UniqueConstraint("term_id", "request_id", name=op.f("uq_pin_term_id_request_id")),
    )
    op.create_index(op.f("ix_pin_request_id"), "pin", ["request_id"])
    op.create_index(op.f("ix_pin_supervisor_id"), "pin", ["supervisor_id"])
    op.create_index(op.f("ix_pin_unit_id"), "pin", ["unit_id"])

    op.create_table(
        "placement",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("plan_id", sa.String(length=128), nullable=False),
        sa.Column("request_id", sa.String(length=128), nullable=False),
        sa.Column("unit_id", sa.String(length=128), nullable=False),
        sa.Column("start", sa.String(length=8), nullable=False),
        sa.Column("supervisor_id", sa.String(length=128), nullable=True),
        sa.CheckConstraint(
            "length(start) = 8 AND substr(start, 1, 4) BETWEEN '2000' AND '2199' AND substr(start, 5, 2) = '-W' AND substr(start, 7, 2) BETWEEN '01' AND '53'",  # noqa: E501
            name=op.f("ck_placement_start_week"),
        ),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_placement_id_length")),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan.id"],
            name=op.f("fk_placement_plan_id_plan"),
            ondelete="CASCADE",
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
            ["unit_id"],
            ["unit.id"],
            name=op.f("fk_placement_unit_id_unit"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
        sa.UniqueConstraint("plan_id", "request_id", name=op.f("uq_placement_plan_id_request_id")),
    )
    op.create_index(op.f("ix_placement_request_id"), "placement", ["request_id"])
    op.create_index(op.f("ix_placement_supervisor_id"), "placement", ["supervisor_id"])
    op.create_index(op.f("ix_placement_unit_id"), "placement", ["unit_id"])

    op.create_table(
        "unplaced_request",
        sa.Column("plan_id", sa.String(length=128), nullable=False),
        sa.Column("request_id", sa.String(length=128), nullable=False),
        sa.Column(
            "reasons",
            sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan.id"],
            name=op.f("fk_unplaced_request_plan_id_plan"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["request.id"],
            name=op.f("fk_unplaced_request_request_id_request"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("plan_id", "request_id", name=op.f("pk_unplaced_request")),
    )


def downgrade() -> None:
    op.drop_table("unplaced_request")
    op.drop_table("placement")
    op.drop_table("pin")
    op.drop_table("plan_document")
    op.drop_table("plan")
    op.drop_table("run")
