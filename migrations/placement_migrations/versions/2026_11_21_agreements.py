"""Store agreements."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "d960dd5e63dd"
down_revision = "c2bf14d05e91"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("institution_id", sa.String(length=128), nullable=False),
        sa.Column("provider_id", sa.String(length=128), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("notice_given_on", sa.Date(), nullable=True),
        sa.Column(
            "professions",
            sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.Column("every_unit", sa.Boolean(), nullable=False),
        sa.Column("price_ore", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.CheckConstraint("institution_id <> provider_id", name=op.f("ck_agreement_two_parties")),
        sa.CheckConstraint(
            "length(currency) = 3 AND currency = upper(currency)", name=op.f("ck_agreement_currency_code")
        ),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_agreement_id_length")),
        sa.CheckConstraint("price_ore BETWEEN 0 AND 100000000", name=op.f("ck_agreement_price_ore_bounds")),
        sa.CheckConstraint(
            "substr(CAST(professions AS TEXT), 1, 2) = '[\"'", name=op.f("ck_agreement_professions_words")
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_agreement_validity_in_order")),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["organisation.id"],
            name=op.f("fk_agreement_institution_id_organisation"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["organisation.id"],
            name=op.f("fk_agreement_provider_id_organisation"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
    )
    op.create_index(op.f("ix_agreement_institution_id_provider_id"), "agreement", ["institution_id", "provider_id"])
    op.create_index(op.f("ix_agreement_provider_id"), "agreement", ["provider_id"])

    op.create_table(
        "agreement_clause",
        sa.Column("agreement_id", sa.String(length=128), nullable=False),
        sa.Column(
            "figure",
            sa.Enum(
                "validity",
                "notice",
                "professions",
                "units",
                "floor",
                "ceiling",
                "price",
                name="figure",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("clause", sa.String(length=200), nullable=False),
        sa.CheckConstraint("length(clause) BETWEEN 1 AND 200", name=op.f("ck_agreement_clause_clause_length")),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
            name=op.f("fk_agreement_clause_agreement_id_agreement"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("agreement_id", "figure", name=op.f("pk_agreement_clause")),
    )
    op.create_table(
        "agreement_volume",
        sa.Column("agreement_id", sa.String(length=128), nullable=False),
        sa.Column("term_id", sa.String(length=128), nullable=False),
        sa.Column("min_student_weeks", sa.Integer(), nullable=False),
        sa.Column("max_student_weeks", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "max_student_weeks BETWEEN 0 AND 1000000",
            name=op.f("ck_agreement_volume_max_student_weeks_bounds"),
        ),
        sa.CheckConstraint(
            "max_student_weeks IS NULL OR max_student_weeks >= min_student_weeks",
            name=op.f("ck_agreement_volume_ceiling_above_floor"),
        ),
        sa.CheckConstraint(
            "min_student_weeks BETWEEN 0 AND 1000000",
            name=op.f("ck_agreement_volume_min_student_weeks_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
            name=op.f("fk_agreement_volume_agreement_id_agreement"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["term_id"],
            ["term.id"],
            name=op.f("fk_agreement_volume_term_id_term"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("agreement_id", "term_id", name=op.f("pk_agreement_volume")),
    )
    op.create_table(
        "agreement_unit",
        sa.Column("agreement_id", sa.String(length=128), nullable=False),
        sa.Column("unit_id", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
            name=op.f("fk_agreement_unit_agreement_id_agreement"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
            name=op.f("fk_agreement_unit_unit_id_unit"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("agreement_id", "unit_id", name=op.f("pk_agreement_unit")),
    )


def downgrade() -> None:
    op.drop_table("agreement_unit")
    op.drop_table("agreement_volume")
    op.drop_table("agreement_clause")
    op.drop_table("agreement")
