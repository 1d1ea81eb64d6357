"""Store the answers to calls that may be repeated, and with every audit entry the trace of the call behind it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "c4a81f5e90d7"
down_revision = "c47a91e0b6d2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idempotency_key",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("call", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column(
            "headers", sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"), nullable=False
        ),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(id) = 64", name=op.f("ck_idempotency_key_id_length")),
        sa.CheckConstraint("length(call) = 64", name=op.f("ck_idempotency_key_call_length")),
        sa.CheckConstraint("status BETWEEN 200 AND 399", name=op.f("ck_idempotency_key_status_bounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_key")),
    )
    with op.batch_alter_table("idempotency_key") as batch:
        batch.create_index(batch.f("ix_idempotency_key_answered_at"), ["answered_at"])
    with op.batch_alter_table("audit_entry") as batch:
        batch.add_column(sa.Column("trace", sa.String(length=32), nullable=True))
        batch.create_check_constraint(batch.f("ck_audit_entry_trace_length"), "length(trace) = 32")
        batch.create_index(batch.f("ix_audit_entry_trace"), ["trace"])


def downgrade() -> None:
    with op.batch_alter_table("audit_entry") as batch:
        batch.drop_index(batch.f("ix_audit_entry_trace"))
        batch.drop_constraint(batch.f("ck_audit_entry_trace_length"), type_="check")
        batch.drop_column("trace")
    op.drop_table("idempotency_key")
