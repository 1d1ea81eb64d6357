"""Store who has a protected identity, which tokens may see them, how long records are kept, and what is on hold."""

import sqlalchemy as sa
from alembic import op

revision = "c4d19e7a20b6"
down_revision = "8f3b5c1d7e42"
branch_labels = None
depends_on = None


SEES_ALL = "current_setting('placement.role', true) IN ('service', 'coordinator')"
POLICIES = {
    "protected_student": "student_id IN (SELECT placement_own_students())",
    "kept_journey": "placement_id IN (SELECT placement_own_placements())",
    "legal_hold": "student_id IN (SELECT placement_own_students())",
}
"""Which rows are a caller's own on PostgreSQL, besides the service and the coordinator (``row_security``)."""


def _sized(table: str, column: str, longest: int = 200) -> sa.CheckConstraint:
    return _holds(table, f"{column}_length", f"length({column}) BETWEEN 1 AND {longest}")


def _holds(table: str, name: str, text: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(text, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    with op.batch_alter_table("api_token") as batch:
        batch.add_column(sa.Column("sees_protected", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.create_check_constraint(
            op.f("ck_api_token_protected_of_institution"), "NOT sees_protected OR role = 'institution'"
        )
    with op.batch_alter_table("api_token") as batch:
        batch.alter_column("sees_protected", server_default=None)
    op.create_table(
        "protected_student",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.String(128), nullable=False),
        sa.Column("contact_function", sa.String(200), nullable=False),
        sa.Column("contact_email", sa.String(200)),
        sa.Column("contact_phone", sa.String(40)),
        sa.Column("alias_key", sa.String(64), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("student_id", name=op.f("pk_protected_student")),
        sa.ForeignKeyConstraint(
            ["student_id"],
            ["student.id"],
            name=op.f("fk_protected_student_student_id_student"),
            ondelete="CASCADE",
            deferrable=True,
            initially="DEFERRED",
        ),
        _sized("protected_student", "contact_function"),
        _sized("protected_student", "contact_email"),
        _sized("protected_student", "contact_phone", 40),
        _holds("protected_student", "contact_can_be_reached", "contact_email IS NOT NULL OR contact_phone IS NOT NULL"),
        _holds("protected_student", "alias_key_length", "length(alias_key) = 64"),
    )
    with op.batch_alter_table("student") as batch:
        batch.add_column(sa.Column("erased_on", sa.Date()))
    op.create_table(
        "kept_journey",
        sa.Column("placement_id", sa.String(128), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("long", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("placement_id", name=op.f("pk_kept_journey")),
        sa.ForeignKeyConstraint(
            ["placement_id"],
            ["placement.id"],
            name=op.f("fk_kept_journey_placement_id_placement"),
            ondelete="CASCADE",
            deferrable=True,
            initially="DEFERRED",
        ),
        _holds("kept_journey", "minutes_bounds", "minutes BETWEEN 0 AND 1000000"),
    )
    op.create_table(
        "retention_rule",
        sa.Column("id", sa.String(128), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(1_000), nullable=False),
        sa.Column("decided_by", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_rule")),
        sa.UniqueConstraint("kind", "valid_from", name=op.f("uq_retention_rule_kind_valid_from")),
        _sized("retention_rule", "id", 128),
        _sized("retention_rule", "kind", 64),
        _holds("retention_rule", "days_bounds", "days BETWEEN 0 AND 36500"),
        _sized("retention_rule", "reason", 1_000),
        _sized("retention_rule", "decided_by"),
    )
    op.create_table(
        "legal_hold",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(128), nullable=False),
        sa.Column("kind", sa.String(64)),
        sa.Column("student_id", sa.String(128)),
        sa.Column("reason", sa.String(1_000), nullable=False),
        sa.Column("decided_by", sa.String(200), nullable=False),
        sa.Column("placed_on", sa.Date(), nullable=False),
        sa.Column("lifted_on", sa.Date()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
        sa.ForeignKeyConstraint(
            ["student_id"],
            ["student.id"],
            name=op.f("fk_legal_hold_student_id_student"),
            deferrable=True,
            initially="DEFERRED",
        ),
        _sized("legal_hold", "id", 128),
        _sized("legal_hold", "kind", 64),
        _sized("legal_hold", "reason", 1_000),
        _sized("legal_hold", "decided_by"),
        _holds("legal_hold", "kind_or_student", "kind IS NULL OR student_id IS NULL"),
        _holds("legal_hold", "lifted_after_placed", "lifted_on IS NULL OR lifted_on >= placed_on"),
    )
    op.create_index(op.f("ix_legal_hold_student_id"), "legal_hold", ["student_id"])
    if op.get_bind().dialect.name == "postgresql":
        for table, own in POLICIES.items():
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(
                f"CREATE POLICY own_rows ON {table} USING ({SEES_ALL} OR {own}) WITH CHECK ({SEES_ALL} OR {own})"
            )


def downgrade() -> None:
    op.drop_table("legal_hold")
    op.drop_table("retention_rule")
    op.drop_table("kept_journey")
    with op.batch_alter_table("student") as batch:
        batch.drop_column("erased_on")
    op.drop_table("protected_student")
    with op.batch_alter_table("api_token") as batch:
        batch.drop_constraint(op.f("ck_api_token_protected_of_institution"), type_="check")
        batch.drop_column("sees_protected")
