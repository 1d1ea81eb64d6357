"""Store statements with their lines and answers, the professions that ALF pays for, and which term a course belongs to.

The state's agreement on the education of physicians (ALF) has held since 1 January 2015; Region Stockholm's routines
pay for speech therapy in the same way.
"""

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "a3c95f17d2b8"
down_revision = "7d41b8e2f0c6"
branch_labels = None
depends_on = None

SINCE = dt.date(2015, 1, 1)
ALF = {"alf_physician": "physician", "alf_speech": "speech_therapist"}


def words(name: str, *members: str) -> sa.Enum:
    return sa.Enum(*members, name=name, native_enum=False, create_constraint=True, length=32)


def refer(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{target}.id"],
        name=op.f(f"fk_{table}_{column}_{target}"),
        initially="DEFERRED",
        deferrable=True,
    )


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    with op.batch_alter_table("course") as batch:
        batch.add_column(sa.Column("programme_term", sa.Integer(), nullable=True))
        batch.create_check_constraint(op.f("ck_course_programme_term_bounds"), "programme_term BETWEEN 1 AND 20")
    create_statements()
    create_lines()
    create_answers()
    create_professions()


def downgrade() -> None:
    for table in ("alf_profession", "statement_answer", "statement_line", "statement"):
        op.drop_table(table)
    with op.batch_alter_table("course") as batch:
        batch.drop_constraint(op.f("ck_course_programme_term_bounds"), type_="check")
        batch.drop_column("programme_term")


def create_statements() -> None:
    op.create_table(
        "statement",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("agreement_id", sa.String(length=128), nullable=False),
        sa.Column("half_year", sa.String(length=7), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("corrects_id", sa.String(length=128), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("planned_weeks", sa.Integer(), nullable=False),
        sa.Column("done_weeks", sa.Integer(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("drawn_up_by", sa.String(length=200), nullable=False),
        sa.Column("drawn_up_at", sa.DateTime(timezone=True), nullable=False),
        check("statement", "id_length", "length(id) BETWEEN 1 AND 128"),
        check(
            "statement",
            "half_year_form",
            "length(half_year) = 7 AND substr(half_year, 1, 4) BETWEEN '2000' AND '2199'"
            " AND substr(half_year, 5, 3) IN ('-H1', '-H2')",
        ),
        check("statement", "number_bounds", "number BETWEEN 1 AND 1000000"),
        check("statement", "corrects_unless_first", "(number = 1) = (corrects_id IS NULL)"),
        check("statement", "currency_code", "length(currency) = 3 AND currency = upper(currency)"),
        check("statement", "drawn_up_by_length", "length(drawn_up_by) BETWEEN 1 AND 200"),
        check("statement", "planned_weeks_bounds", "planned_weeks BETWEEN -60000000 AND 60000000"),
        check("statement", "done_weeks_bounds", "done_weeks BETWEEN -60000000 AND 60000000"),
        check("statement", "amount_ore_bounds", "amount_ore BETWEEN -6000000000000000 AND 6000000000000000"),
        check("statement", "sha256_length", "length(sha256) = 64"),
        refer("statement", "agreement_id", "agreement"),
        refer("statement", "corrects_id", "statement"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint(
            "agreement_id", "half_year", "number", name=op.f("uq_statement_agreement_id_half_year_number")
        ),
    )
    op.create_index(op.f("ix_statement_corrects_id"), "statement", ["corrects_id"])
    op.create_index(op.f("ix_statement_half_year_agreement_id"), "statement", ["half_year", "agreement_id"])


def create_lines() -> None:
    op.create_table(
        "statement_line",
        sa.Column("statement_id", sa.String(length=128), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.String(length=128), nullable=False),
        sa.Column("programme_id", sa.String(length=128), nullable=False),
        sa.Column("course_id", sa.String(length=128), nullable=False),
        sa.Column("unit_id", sa.String(length=128), nullable=False),
        sa.Column("operator_id", sa.String(length=128), nullable=True),
        sa.Column("first_week", sa.String(length=8), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("kind", words("kind", "done", "cancelled", "not-done", "unreported"), nullable=False),
        sa.Column("basis", words("basis", "agreement", "alf", "no-price", "outside-agreement"), nullable=False),
        sa.Column("price_ore", sa.Integer(), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        check("statement_line", "number_bounds", "number BETWEEN 1 AND 1000000"),
        check(
            "statement_line",
            "first_week_week",
            "length(first_week) = 8 AND substr(first_week, 1, 4) BETWEEN '2000' AND '2199'"
            " AND substr(first_week, 5, 2) = '-W' AND substr(first_week, 7, 2) BETWEEN '01' AND '53'",
        ),
        check("statement_line", "weeks_bounds", "weeks BETWEEN -60 AND 60"),
        check("statement_line", "weeks_some", "weeks <> 0"),
        check("statement_line", "price_ore_bounds", "price_ore BETWEEN 0 AND 100000000"),
        check("statement_line", "percent_bounds", "percent BETWEEN 0 AND 100"),
        check("statement_line", "price_iff_agreement", "(basis = 'agreement') = (price_ore IS NOT NULL)"),
        check("statement_line", "amount_ore_bounds", "amount_ore BETWEEN -6000000000 AND 6000000000"),
        refer("statement_line", "statement_id", "statement"),
        refer("statement_line", "placement_id", "placement"),
        refer("statement_line", "programme_id", "programme"),
        refer("statement_line", "course_id", "course"),
        refer("statement_line", "unit_id", "unit"),
        refer("statement_line", "operator_id", "organisation"),
        sa.PrimaryKeyConstraint("statement_id", "number", name=op.f("pk_statement_line")),
    )
    for column in ("placement_id", "programme_id", "course_id", "unit_id", "operator_id"):
        op.create_index(op.f(f"ix_statement_line_{column}"), "statement_line", [column])


def create_answers() -> None:
    op.create_table(
        "statement_answer",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("statement_id", sa.String(length=128), nullable=False),
        sa.Column("side", words("side", "institution", "provider"), nullable=False),
        sa.Column("verdict", words("verdict", "acknowledged", "objected"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("words", sa.String(length=2000), nullable=True),
        sa.Column("answered_by", sa.String(length=200), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        check("statement_answer", "id_length", "length(id) BETWEEN 1 AND 128"),
        check("statement_answer", "answered_by_length", "length(answered_by) BETWEEN 1 AND 200"),
        check("statement_answer", "words_length", "length(words) BETWEEN 1 AND 2000"),
        check("statement_answer", "words_iff_objected", "(verdict = 'objected') = (words IS NOT NULL)"),
        check("statement_answer", "sha256_length", "length(sha256) = 64"),
        refer("statement_answer", "statement_id", "statement"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_answer")),
    )
    op.create_index(op.f("ix_statement_answer_statement_id"), "statement_answer", ["statement_id"])


def create_professions() -> None:
    table = op.create_table(
        "alf_profession",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("profession", sa.String(length=64), nullable=False),
        sa.Column("provider_kind", words("provider_kind", "region", "municipality", "private"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        check("alf_profession", "id_length", "length(id) BETWEEN 1 AND 128"),
        check("alf_profession", "profession_length", "length(profession) BETWEEN 1 AND 64"),
        check("alf_profession", "validity_in_order", "valid_to IS NULL OR valid_to >= valid_from"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alf_profession")),
        sa.UniqueConstraint(
            "profession",
            "provider_kind",
            "valid_from",
            name=op.f("uq_alf_profession_profession_provider_kind_valid_from"),
        ),
    )
    op.bulk_insert(
        table,
        [
            {"version": 1, "id": key, "profession": profession, "provider_kind": "region", "valid_from": SINCE}
            for key, profession in ALF.items()
        ],
    )
