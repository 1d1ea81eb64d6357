"""Store the county's templates of agreements, months of notice, the parties to the letter of intent, and reminders.

Every agreement so far has had six months of notice, counted from the day on which it was given.
"""

import datetime as dt

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "e5b0a7c94d12"
down_revision = "6a0e3f5d9c18"
branch_labels = None
depends_on = None

FIGURES = ("validity", "notice", "professions", "units", "floor", "ceiling", "price")
RULES = (
    ("requests-due", (30, 7)),
    ("answer-due", (14, 3)),
    ("agreement-ends", (180, 30)),
    ("training-expires", (90, 30)),
)
"""The days before each date on which reminders are sent until a coordinator decides otherwise."""
KINDS = tuple(kind for kind, _days in RULES)
FIRST_DAY = dt.date(2026, 1, 1)


def upgrade() -> None:
    with op.batch_alter_table("agreement") as batch:
        batch.add_column(sa.Column("notice_months", sa.Integer(), nullable=False, server_default="6"))
        batch.add_column(sa.Column("notice_received_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("withdrawal_by_id", sa.String(length=128), nullable=True))
        batch.create_check_constraint(op.f("ck_agreement_notice_months_bounds"), "notice_months BETWEEN 0 AND 120")
        batch.create_check_constraint(
            op.f("ck_agreement_notice_received_after_given"),
            "notice_received_on IS NULL OR (notice_given_on IS NOT NULL AND notice_received_on >= notice_given_on)",
        )
        batch.create_check_constraint(
            op.f("ck_agreement_withdrawal_of_notice"), "withdrawal_by_id IS NULL OR notice_given_on IS NOT NULL"
        )
        batch.create_foreign_key(
            op.f("fk_agreement_withdrawal_by_id_organisation"),
            "organisation",
            ["withdrawal_by_id"],
            ["id"],
            initially="DEFERRED",
            deferrable=True,
        )
        batch.create_index(op.f("ix_agreement_withdrawal_by_id"), ["withdrawal_by_id"])
    with op.batch_alter_table("agreement") as batch:
        batch.alter_column("notice_months", server_default=None)
    _let_clauses_settle((*FIGURES, "cancellation"))
    op.create_table(
        "agreement_template",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("provider_kind", _one_of("provider_kind", "region", "municipality", "private"), nullable=False),
        sa.Column("name_sv", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        _sized("agreement_template", "id", 128),
        _sized("agreement_template", "name_sv", 200),
        _sized("agreement_template", "name_en", 200),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_template")),
        sa.UniqueConstraint("provider_kind", name=op.f("uq_agreement_template_provider_kind")),
    )
    _create_clauses()
    op.create_table(
        "letter_party",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("organisation_id", sa.String(length=128), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("notice_months", sa.Integer(), nullable=False),
        sa.Column("notice_given_on", sa.Date(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        _sized("letter_party", "id", 128),
        sa.CheckConstraint("notice_months BETWEEN 0 AND 120", name=op.f("ck_letter_party_notice_months_bounds")),
        sa.CheckConstraint(
            "notice_given_on IS NULL OR notice_given_on >= joined_on", name=op.f("ck_letter_party_notice_after_joining")
        ),
        _refers("letter_party", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_party")),
        sa.UniqueConstraint("organisation_id", "joined_on", name=op.f("uq_letter_party_organisation_id_joined_on")),
    )
    op.create_table(
        "organisation_contact",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.String(length=128), nullable=False),
        sa.Column("contact_function", sa.String(length=200), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        _sized("organisation_contact", "contact_function", 200),
        _sized("organisation_contact", "contact_email", 254),
        _refers("organisation_contact", "organisation_id", "organisation", cascade=True),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_organisation_contact")),
    )
    _create_reminders()


def downgrade() -> None:
    for table in (
        "reminder_mail",
        "reminder",
        "reminder_rule",
        "organisation_contact",
        "letter_party",
        "template_cancellation",
        "template_clause",
        "agreement_template",
    ):
        op.drop_table(table)
    op.execute(sa.text("DELETE FROM agreement_clause WHERE figure = 'cancellation'"))
    _let_clauses_settle(FIGURES)
    with op.batch_alter_table("agreement") as batch:
        batch.drop_index(op.f("ix_agreement_withdrawal_by_id"))
        batch.drop_constraint(op.f("fk_agreement_withdrawal_by_id_organisation"), type_="foreignkey")
        batch.drop_constraint(op.f("ck_agreement_withdrawal_of_notice"), type_="check")
        batch.drop_constraint(op.f("ck_agreement_notice_received_after_given"), type_="check")
        batch.drop_constraint(op.f("ck_agreement_notice_months_bounds"), type_="check")
        batch.drop_column("withdrawal_by_id")
        batch.drop_column("notice_received_on")
        batch.drop_column("notice_months")


def _let_clauses_settle(figures: tuple[str, ...]) -> None:
    words = ", ".join(f"'{figure}'" for figure in figures)
    with op.batch_alter_table("agreement_clause") as batch:
        batch.drop_constraint(op.f("ck_agreement_clause_figure"), type_="check")
        batch.create_check_constraint(op.f("ck_agreement_clause_figure"), f"figure IN ({words})")


def _create_clauses() -> None:
    op.create_table(
        "template_clause",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("template_id", sa.String(length=128), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("clause", sa.String(length=200), nullable=True),
        sa.Column("heading_sv", sa.String(length=200), nullable=False),
        sa.Column("heading_en", sa.String(length=200), nullable=False),
        sa.Column("text_sv", sa.String(length=4000), nullable=False),
        sa.Column("text_en", sa.String(length=4000), nullable=False),
        sa.Column("figure", _one_of("figure", *FIGURES, "cancellation"), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column(
            "professions",
            sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        *(
            _sized("template_clause", column, longest)
            for column, longest in {
                "id": 128,
                "key": 64,
                "clause": 200,
                "heading_sv": 200,
                "heading_en": 200,
                "text_sv": 4000,
                "text_en": 4000,
            }.items()
        ),
        sa.CheckConstraint("number BETWEEN 0 AND 100000000", name=op.f("ck_template_clause_number_bounds")),
        sa.CheckConstraint(
            """substr(CAST(professions AS TEXT), 1, 2) = '["'""", name=op.f("ck_template_clause_professions_words")
        ),
        sa.CheckConstraint(
            "number IS NULL OR (figure IS NOT NULL AND figure IN ('validity', 'notice', 'floor', 'ceiling', 'price'))",
            name=op.f("ck_template_clause_number_of_figure"),
        ),
        sa.CheckConstraint(
            "professions IS NULL OR (figure IS NOT NULL AND figure IN ('professions', 'price'))",
            name=op.f("ck_template_clause_professions_of_figure"),
        ),
        sa.CheckConstraint(
            "figure IS NULL OR figure <> 'notice' OR (number IS NOT NULL AND number <= 120)",
            name=op.f("ck_template_clause_months_of_notice"),
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_template_clause_validity_in_order")
        ),
        _refers("template_clause", "template_id", "agreement_template", cascade=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_clause")),
        sa.UniqueConstraint(
            "template_id", "key", "valid_from", name=op.f("uq_template_clause_template_id_key_valid_from")
        ),
    )
    op.create_table(
        "template_cancellation",
        sa.Column("clause_id", sa.String(length=128), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.CheckConstraint("days_before BETWEEN 1 AND 366", name=op.f("ck_template_cancellation_days_before_bounds")),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_template_cancellation_percent_bounds")),
        _refers("template_cancellation", "clause_id", "template_clause", cascade=True),
        sa.PrimaryKeyConstraint("clause_id", "days_before", name=op.f("pk_template_cancellation")),
    )


def _create_reminders() -> None:
    rules = op.create_table(
        "reminder_rule",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("kind", _one_of("kind", *KINDS), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        _sized("reminder_rule", "id", 128),
        sa.CheckConstraint("days_before BETWEEN 0 AND 730", name=op.f("ck_reminder_rule_days_before_bounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_rule")),
        sa.UniqueConstraint(
            "kind", "days_before", "valid_from", name=op.f("uq_reminder_rule_kind_days_before_valid_from")
        ),
    )
    op.bulk_insert(
        rules,
        [
            {
                "id": f"rrl_{kind}_{days}",
                "kind": kind,
                "days_before": days,
                "active": True,
                "valid_from": FIRST_DAY,
            }
            for kind, steps in RULES
            for days in steps
        ],
    )
    op.create_table(
        "reminder",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("kind", _one_of("kind", *KINDS), nullable=False),
        sa.Column("subject_type", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.String(length=128), nullable=False),
        sa.Column("receiver_kind", _one_of("receiver_kind", "institution", "provider", "unit"), nullable=False),
        sa.Column("receiver_id", sa.String(length=128), nullable=False),
        sa.Column("term_id", sa.String(length=128), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        _sized("reminder", "id", 128),
        _sized("reminder", "subject_type", 64),
        _sized("reminder", "subject_id", 128),
        _sized("reminder", "receiver_id", 128),
        sa.CheckConstraint("days_before BETWEEN 0 AND 730", name=op.f("ck_reminder_days_before_bounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "kind",
            "subject_id",
            "receiver_id",
            "due_on",
            "days_before",
            name=op.f("uq_reminder_kind_subject_id_receiver_id_due_on_days_before"),
        ),
    )
    op.create_index(op.f("ix_reminder_receiver_id"), "reminder", ["receiver_id"])
    op.create_table(
        "reminder_mail",
        sa.Column("reminder_id", sa.String(length=128), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(length=200), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        _sized("reminder_mail", "address", 254),
        _sized("reminder_mail", "outcome", 64),
        sa.CheckConstraint("attempts BETWEEN 0 AND 100", name=op.f("ck_reminder_mail_attempts_bounds")),
        sa.CheckConstraint("handed_over_at IS NULL OR due_at IS NULL", name=op.f("ck_reminder_mail_handed_over_once")),
        _refers("reminder_mail", "reminder_id", "reminder", cascade=True),
        sa.PrimaryKeyConstraint("reminder_id", name=op.f("pk_reminder_mail")),
    )
    op.create_index(op.f("ix_reminder_mail_due_at"), "reminder_mail", ["due_at"])


def _one_of(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _sized(table: str, column: str, longest: int) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"length({column}) BETWEEN 1 AND {longest}", name=op.f(f"ck_{table}_{column}_length"))


def _refers(table: str, column: str, to: str, *, cascade: bool = False) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{to}.id"],
        name=op.f(f"fk_{table}_{column}_{to}"),
        ondelete="CASCADE" if cascade else None,
        initially="DEFERRED",
        deferrable=True,
    )
