"""Store site rounds: quotas, priority classes, wishes, turns, and every decision on a student's site."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "c3df898169b6"
down_revision = "7c20e5d94b18"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "site_round",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("cohort_id", sa.String(length=128), nullable=False),
        sa.Column("from_term_id", sa.String(length=128), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "open",
                "drawn",
                "decided",
                "cancelled",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("seed", sa.String(length=64), nullable=True),
        sa.Column("seed_sha256", sa.String(length=64), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("cancelled_because", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "(status = 'cancelled') = (cancelled_because IS NOT NULL)", name=op.f("ck_site_round_reason_iff_cancelled")
        ),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL)", name=op.f("ck_site_round_decided_by_somebody")
        ),
        sa.CheckConstraint("(seed IS NULL) = (seed_sha256 IS NULL)", name=op.f("ck_site_round_seed_with_its_digest")),
        sa.CheckConstraint(
            "length(cancelled_because) BETWEEN 1 AND 500", name=op.f("ck_site_round_cancelled_because_length")
        ),
        sa.CheckConstraint("length(decided_by) BETWEEN 1 AND 200", name=op.f("ck_site_round_decided_by_length")),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_site_round_id_length")),
        sa.CheckConstraint("length(seed_sha256) = 64", name=op.f("ck_site_round_seed_sha256_length")),
        sa.CheckConstraint("opens_on <= closes_on", name=op.f("ck_site_round_dates_in_order")),
        sa.ForeignKeyConstraint(
            ["cohort_id"],
            ["cohort.id"],
            name=op.f("fk_site_round_cohort_id_cohort"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["from_term_id"],
            ["term.id"],
            name=op.f("fk_site_round_from_term_id_term"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_round")),
    )
    with op.batch_alter_table("site_round") as batch:
        batch.create_index(op.f("ix_site_round_from_term_id"), ["from_term_id"], unique=False)
        batch.create_index(
            "uq_site_round_cohort_id",
            ["cohort_id"],
            unique=True,
            sqlite_where=sa.text("status <> 'cancelled'"),
            postgresql_where=sa.text("status <> 'cancelled'"),
        )

    op.create_table(
        "site_decision",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("student_id", sa.String(length=128), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_site_id", sa.String(length=128), nullable=True),
        sa.Column("site_id", sa.String(length=128), nullable=False),
        sa.Column("from_term_id", sa.String(length=128), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "round",
                "late-entry",
                "social",
                "medical",
                "swap",
                "return",
                "closed-site",
                "correction",
                "other",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("round_id", sa.String(length=128), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(reason IN ('round', 'late-entry')) = (round_id IS NOT NULL)",
            name=op.f("ck_site_decision_round_iff_of_one"),
        ),
        sa.CheckConstraint("length(decided_by) BETWEEN 1 AND 200", name=op.f("ck_site_decision_decided_by_length")),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_site_decision_id_length")),
        sa.CheckConstraint("length(note) BETWEEN 1 AND 500", name=op.f("ck_site_decision_note_length")),
        sa.CheckConstraint("number BETWEEN 1 AND 1000000", name=op.f("ck_site_decision_number_bounds")),
        sa.ForeignKeyConstraint(
            ["from_site_id"],
            ["site.id"],
            name=op.f("fk_site_decision_from_site_id_site"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["from_term_id"],
            ["term.id"],
            name=op.f("fk_site_decision_from_term_id_term"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["site_round.id"],
            name=op.f("fk_site_decision_round_id_site_round"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_site_decision_site_id_site"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["student_id"],
            ["student.id"],
            name=op.f("fk_site_decision_student_id_student"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_decision")),
        sa.UniqueConstraint("student_id", "number", name=op.f("uq_site_decision_student_id_number")),
    )
    with op.batch_alter_table("site_decision") as batch:
        batch.create_index(op.f("ix_site_decision_from_site_id"), ["from_site_id"], unique=False)
        batch.create_index(op.f("ix_site_decision_from_term_id"), ["from_term_id"], unique=False)
        batch.create_index(op.f("ix_site_decision_round_id"), ["round_id"], unique=False)
        batch.create_index(op.f("ix_site_decision_site_id"), ["site_id"], unique=False)

    op.create_table(
        "site_priority",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("round_id", sa.String(length=128), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("name_sv", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column(
            "effect",
            sa.Enum(
                "first-choice", "certain-sites", name="effect", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "sites", sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"), nullable=True
        ),
        sa.CheckConstraint(
            "(effect = 'certain-sites') = (sites IS NOT NULL)", name=op.f("ck_site_priority_sites_iff_certain")
        ),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_site_priority_id_length")),
        sa.CheckConstraint("length(name_en) BETWEEN 1 AND 200", name=op.f("ck_site_priority_name_en_length")),
        sa.CheckConstraint("length(name_sv) BETWEEN 1 AND 200", name=op.f("ck_site_priority_name_sv_length")),
        sa.CheckConstraint("rank BETWEEN 1 AND 20", name=op.f("ck_site_priority_rank_bounds")),
        sa.CheckConstraint("substr(CAST(sites AS TEXT), 1, 2) = '[\"'", name=op.f("ck_site_priority_sites_words")),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["site_round.id"],
            name=op.f("fk_site_priority_round_id_site_round"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_priority")),
        sa.UniqueConstraint("round_id", "rank", name=op.f("uq_site_priority_round_id_rank")),
    )
    op.create_table(
        "site_quota",
        sa.Column("round_id", sa.String(length=128), nullable=False),
        sa.Column("site_id", sa.String(length=128), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("share", "fixed", "rest", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("ceiling", sa.Integer(), nullable=True),
        sa.CheckConstraint("(kind = 'rest') = (number IS NULL)", name=op.f("ck_site_quota_number_unless_rest")),
        sa.CheckConstraint("ceiling BETWEEN 0 AND 1000000", name=op.f("ck_site_quota_ceiling_bounds")),
        sa.CheckConstraint("ceiling IS NULL OR ceiling >= floor", name=op.f("ck_site_quota_ceiling_over_floor")),
        sa.CheckConstraint("floor BETWEEN 0 AND 1000000", name=op.f("ck_site_quota_floor_bounds")),
        sa.CheckConstraint("number BETWEEN 1 AND 1000000", name=op.f("ck_site_quota_number_bounds")),
        sa.CheckConstraint("place BETWEEN 0 AND 19", name=op.f("ck_site_quota_place_bounds")),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["site_round.id"],
            name=op.f("fk_site_quota_round_id_site_round"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_site_quota_site_id_site"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("round_id", "site_id", name=op.f("pk_site_quota")),
        sa.UniqueConstraint("round_id", "place", name=op.f("uq_site_quota_round_id_place")),
    )
    op.create_table(
        "site_turn",
        sa.Column("round_id", sa.String(length=128), nullable=False),
        sa.Column("student_id", sa.String(length=128), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.String(length=128), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column(
            "ranking", sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"), nullable=False
        ),
        sa.Column(
            "full_sites",
            sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "closed_sites",
            sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("priority_id", sa.String(length=128), nullable=True),
        sa.Column("by_priority", sa.Boolean(), nullable=False),
        sa.Column("partner_id", sa.String(length=128), nullable=True),
        sa.Column("apart", sa.Boolean(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.CheckConstraint("number BETWEEN 1 AND 1000000", name=op.f("ck_site_turn_number_bounds")),
        sa.CheckConstraint("place BETWEEN 1 AND 1000000", name=op.f("ck_site_turn_place_bounds")),
        sa.CheckConstraint("rank BETWEEN 1 AND 20", name=op.f("ck_site_turn_rank_bounds")),
        sa.ForeignKeyConstraint(
            ["partner_id"],
            ["student.id"],
            name=op.f("fk_site_turn_partner_id_student"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["priority_id"],
            ["site_priority.id"],
            name=op.f("fk_site_turn_priority_id_site_priority"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["site_round.id"],
            name=op.f("fk_site_turn_round_id_site_round"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_site_turn_site_id_site"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["student_id"],
            ["student.id"],
            name=op.f("fk_site_turn_student_id_student"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("round_id", "student_id", name=op.f("pk_site_turn")),
    )
    with op.batch_alter_table("site_turn") as batch:
        batch.create_index(op.f("ix_site_turn_partner_id"), ["partner_id"], unique=False)
        batch.create_index(op.f("ix_site_turn_round_id_place_number"), ["round_id", "place", "number"], unique=False)
        batch.create_index(op.f("ix_site_turn_site_id"), ["site_id"], unique=False)

    op.create_table(
        "site_wish",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("round_id", sa.String(length=128), nullable=False),
        sa.Column("student_id", sa.String(length=128), nullable=False),
        sa.Column(
            "ranking", sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"), nullable=False
        ),
        sa.Column("priority_id", sa.String(length=128), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("partner_id", sa.String(length=128), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "granted IS NULL OR priority_id IS NOT NULL", name=op.f("ck_site_wish_granted_only_if_claimed")
        ),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 128", name=op.f("ck_site_wish_id_length")),
        sa.CheckConstraint("partner_id IS NULL OR partner_id <> student_id", name=op.f("ck_site_wish_partner_another")),
        sa.CheckConstraint("substr(CAST(ranking AS TEXT), 1, 2) = '[\"'", name=op.f("ck_site_wish_ranking_words")),
        sa.ForeignKeyConstraint(
            ["partner_id"],
            ["student.id"],
            name=op.f("fk_site_wish_partner_id_student"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["priority_id"],
            ["site_priority.id"],
            name=op.f("fk_site_wish_priority_id_site_priority"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["site_round.id"],
            name=op.f("fk_site_wish_round_id_site_round"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["student_id"],
            ["student.id"],
            name=op.f("fk_site_wish_student_id_student"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_wish")),
        sa.UniqueConstraint("round_id", "student_id", name=op.f("uq_site_wish_round_id_student_id")),
    )
    with op.batch_alter_table("site_wish") as batch:
        batch.create_index(op.f("ix_site_wish_partner_id"), ["partner_id"], unique=False)
        batch.create_index(op.f("ix_site_wish_student_id"), ["student_id"], unique=False)


def downgrade() -> None:
    for table in ("site_wish", "site_turn", "site_quota", "site_priority", "site_decision", "site_round"):
        op.drop_table(table)
