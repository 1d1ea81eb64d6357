"""Store what placements cost their students, the formula for points, the weight, and students' secret addresses."""

import sqlalchemy as sa
from alembic import op

revision = "7c20e5d94b18"
down_revision = "a3c95f17d2b8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("term") as batch:
        batch.add_column(sa.Column("weight_carried_burden", sa.Integer(), nullable=False, server_default="0"))
        batch.create_check_constraint(
            op.f("ck_term_weight_carried_burden_bounds"), "weight_carried_burden BETWEEN 0 AND 1000000"
        )
    with op.batch_alter_table("term") as batch:
        batch.alter_column("weight_carried_burden", server_default=None)
    _make_ledger()
    _make_formulas()
    _make_pages()


def downgrade() -> None:
    op.drop_table("student_page")
    op.drop_table("burden_formula")
    op.drop_table("ledger_entry")
    with op.batch_alter_table("term") as batch:
        batch.drop_constraint(op.f("ck_term_weight_carried_burden_bounds"), type_="check")
        batch.drop_column("weight_carried_burden")


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _reference(table: str, column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{target}.id"],
        name=op.f(f"fk_{table}_{column}_{target}"),
        ondelete=ondelete,
        initially="DEFERRED",
        deferrable=True,
    )


def _make_ledger() -> None:
    table = "ledger_entry"
    op.create_table(
        table,
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("student_id", sa.String(length=128), nullable=False),
        sa.Column("term_id", sa.String(length=128), nullable=False),
        sa.Column("placement_id", sa.String(length=128), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.String(length=128), nullable=False),
        sa.Column("unit_name", sa.String(length=200), nullable=False),
        sa.Column("cause", _words("cause", "published", "moved", "ended", "corrected"), nullable=False),
        sa.Column(
            "correction",
            _words("correction", "wrong-point", "wrong-travel-time", "told-another-day", "wishes-elsewhere"),
            nullable=True,
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("start", sa.String(length=8), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("long_after", sa.Integer(), nullable=False),
        sa.Column("km", sa.Integer(), nullable=False),
        sa.Column("possible_wishes", sa.Integer(), nullable=False),
        sa.Column("wish_rank", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_ledger_entry_id_length")),
        sa.CheckConstraint("length(unit_id) BETWEEN 1 AND 128", name=op.f("ck_ledger_entry_unit_id_length")),
        sa.CheckConstraint("length(unit_name) BETWEEN 1 AND 200", name=op.f("ck_ledger_entry_unit_name_length")),
        sa.CheckConstraint(
            "length(start) = 8 AND substr(start, 1, 4) BETWEEN '2000' AND '2199'"
            " AND substr(start, 5, 2) = '-W' AND substr(start, 7, 2) BETWEEN '01' AND '53'",
            name=op.f("ck_ledger_entry_start_week"),
        ),
        sa.CheckConstraint("weeks BETWEEN 1 AND 60", name=op.f("ck_ledger_entry_weeks_bounds")),
        sa.CheckConstraint("minutes BETWEEN 0 AND 100000", name=op.f("ck_ledger_entry_minutes_bounds")),
        sa.CheckConstraint("long_after BETWEEN 0 AND 100000", name=op.f("ck_ledger_entry_long_after_bounds")),
        sa.CheckConstraint("km BETWEEN 0 AND 20100", name=op.f("ck_ledger_entry_km_bounds")),
        sa.CheckConstraint("possible_wishes BETWEEN 0 AND 100", name=op.f("ck_ledger_entry_possible_wishes_bounds")),
        sa.CheckConstraint("wish_rank BETWEEN 0 AND possible_wishes", name=op.f("ck_ledger_entry_rank_within_wishes")),
        sa.CheckConstraint("number BETWEEN 1 AND 1000000", name=op.f("ck_ledger_entry_number_bounds")),
        sa.CheckConstraint(
            "(cause = 'corrected') = (correction IS NOT NULL)", name=op.f("ck_ledger_entry_reason_iff_corrected")
        ),
        _reference(table, "student_id", "student", "CASCADE"),
        _reference(table, "term_id", "term", "CASCADE"),
        _reference(table, "placement_id", "placement", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("placement_id", "number", name=op.f("uq_ledger_entry_placement_id_number")),
    )
    op.create_index(op.f("ix_ledger_entry_student_id"), table, ["student_id"])
    op.create_index(op.f("ix_ledger_entry_term_id_placement_id"), table, ["term_id", "placement_id"])


def _make_formulas() -> None:
    points = ("long_week", "week_away", "unmet_wish", "late_notice", "very_late_notice", "most_per_term")
    numbers = (*points, "kept_permille")
    op.create_table(
        "burden_formula",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in numbers),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_burden_formula_id_length")),
        *(
            sa.CheckConstraint(f"{name} BETWEEN 0 AND 1000", name=op.f(f"ck_burden_formula_{name}_bounds"))
            for name in numbers
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_burden_formula")),
        sa.UniqueConstraint("valid_from", name=op.f("uq_burden_formula_valid_from")),
    )


def _make_pages() -> None:
    op.create_table(
        "student_page",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("token_id", sa.String(length=128), nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("student_id", sa.String(length=128), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_student_page_id_length")),
        sa.CheckConstraint("length(secret_sha256) = 64", name=op.f("ck_student_page_secret_sha256_length")),
        _reference("student_page", "token_id", "api_token"),
        _reference("student_page", "student_id", "student", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_student_page")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_student_page_secret_sha256")),
    )
    op.create_index(op.f("ix_student_page_student_id"), "student_page", ["student_id"])
    op.create_index(op.f("ix_student_page_token_id"), "student_page", ["token_id"])
