"""Store places."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "b46e8069ecab"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "municipality",
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("in_county", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "length(code) = 4 AND ltrim(code, '0123456789') = ''", name=op.f("ck_municipality_code_scb")
        ),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_municipality_lat_bounds")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 200", name=op.f("ck_municipality_name_length")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180", name=op.f("ck_municipality_lon_bounds")),
        sa.CheckConstraint("population BETWEEN 0 AND 100000000", name=op.f("ck_municipality_population_bounds")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_municipality")),
    )
    op.create_table(
        "travel_time",
        sa.Column("origin", sa.String(length=128), nullable=False),
        sa.Column("destination", sa.String(length=128), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "estimate",
                "imported",
                "manual",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.CheckConstraint("length(destination) BETWEEN 1 AND 128", name=op.f("ck_travel_time_destination_length")),
        sa.CheckConstraint("length(origin) BETWEEN 1 AND 128", name=op.f("ck_travel_time_origin_length")),
        sa.CheckConstraint("minutes BETWEEN 0 AND 10000", name=op.f("ck_travel_time_minutes_bounds")),
        sa.PrimaryKeyConstraint("origin", "destination", name=op.f("pk_travel_time")),
    )
    op.create_table(
        "organisation",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("institution", "provider", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "provider_kind",
            sa.Enum(
                "region",
                "municipality",
                "private",
                name="provider_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("name_sv", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("external_id", sa.String(length=128), nullable=True),
        sa.Column("municipality_code", sa.String(length=4), nullable=True),
        sa.Column("funded_by_id", sa.String(length=128), nullable=True),
        sa.Column("in_county", sa.Boolean(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'provider') = (provider_kind IS NOT NULL)",
            name=op.f("ck_organisation_provider_kind_of_provider"),
        ),
        sa.CheckConstraint(
            "funded_by_id IS NULL OR (provider_kind IS NOT NULL AND provider_kind = 'private' AND funded_by_id <> id)",
            name=op.f("ck_organisation_funded_by_of_private"),
        ),
        sa.CheckConstraint("length(external_id) BETWEEN 1 AND 128", name=op.f("ck_organisation_external_id_length")),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_organisation_id_length")),
        sa.CheckConstraint("length(name_en) BETWEEN 1 AND 200", name=op.f("ck_organisation_name_en_length")),
        sa.CheckConstraint("length(name_sv) BETWEEN 1 AND 200", name=op.f("ck_organisation_name_sv_length")),
        sa.ForeignKeyConstraint(
            ["funded_by_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_funded_by_id_organisation"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipality.code"],
            name=op.f("fk_organisation_municipality_code_municipality"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("external_id", name=op.f("uq_organisation_external_id")),
    )
    op.create_index(op.f("ix_organisation_funded_by_id"), "organisation", ["funded_by_id"])
    op.create_index(op.f("ix_organisation_municipality_code"), "organisation", ["municipality_code"])

    op.create_table(
        "site",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("institution_id", sa.String(length=128), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_site_id_length")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 200", name=op.f("ck_site_name_length")),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["organisation.id"],
            name=op.f("fk_site_institution_id_organisation"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipality.code"],
            name=op.f("fk_site_municipality_code_municipality"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("institution_id", "name", name=op.f("uq_site_institution_id_name")),
    )
    op.create_index(op.f("ix_site_municipality_code"), "site", ["municipality_code"])

    op.create_table(
        "unit",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("provider_id", sa.String(length=128), nullable=False),
        sa.Column("operator_id", sa.String(length=128), nullable=True),
        sa.Column("excluded_from_agreement", sa.Boolean(), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("site_id", sa.String(length=128), nullable=True),
        sa.Column(
            "kinds",
            sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("hsa_id", sa.String(length=128), nullable=True),
        sa.Column("zone", sa.String(length=128), nullable=True),
        sa.Column("max_students", sa.Integer(), nullable=True),
        sa.Column("university_healthcare", sa.Boolean(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "NOT excluded_from_agreement OR operator_id IS NOT NULL",
            name=op.f("ck_unit_excluded_has_operator"),
        ),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_unit_lat_bounds")),
        sa.CheckConstraint("length(hsa_id) BETWEEN 1 AND 128", name=op.f("ck_unit_hsa_id_length")),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_unit_id_length")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 200", name=op.f("ck_unit_name_length")),
        sa.CheckConstraint("length(zone) BETWEEN 1 AND 128", name=op.f("ck_unit_zone_length")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180", name=op.f("ck_unit_lon_bounds")),
        sa.CheckConstraint("max_students BETWEEN 0 AND 1000000", name=op.f("ck_unit_max_students_bounds")),
        sa.CheckConstraint("substr(CAST(kinds AS TEXT), 1, 2) = '[\"'", name=op.f("ck_unit_kinds_words")),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipality.code"],
            name=op.f("fk_unit_municipality_code_municipality"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"],
            ["organisation.id"],
            name=op.f("fk_unit_operator_id_organisation"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["organisation.id"],
            name=op.f("fk_unit_provider_id_organisation"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_unit_site_id_site"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("hsa_id", name=op.f("uq_unit_hsa_id")),
    )
    op.create_index(op.f("ix_unit_municipality_code"), "unit", ["municipality_code"])
    op.create_index(op.f("ix_unit_operator_id"), "unit", ["operator_id"])
    op.create_index(op.f("ix_unit_provider_id"), "unit", ["provider_id"])
    op.create_index(op.f("ix_unit_site_id"), "unit", ["site_id"])

    op.create_table(
        "education_level",
        sa.Column("unit_id", sa.String(length=128), nullable=False),
        sa.Column("level", sa.String(length=64), nullable=False),
        sa.Column("judged_on", sa.Date(), nullable=False),
        sa.Column("met", sa.Boolean(), nullable=False),
        sa.CheckConstraint("length(level) BETWEEN 1 AND 64", name=op.f("ck_education_level_level_length")),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
            name=op.f("fk_education_level_unit_id_unit"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("unit_id", "level", "judged_on", name=op.f("pk_education_level")),
    )


def downgrade() -> None:
    op.drop_table("education_level")
    op.drop_table("unit")
    op.drop_table("site")
    op.drop_table("organisation")
    op.drop_table("travel_time")
    op.drop_table("municipality")
