"""Store surveys in versions, rounds of asking, those invited, answers without a giver, and the figures of a round."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "5e0a71c4d9b2"
down_revision = "c3df898169b6"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def key(name: str, length: int = 128, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def words(name: str, *choices: str) -> sa.Column[str]:
    kinds = sa.Enum(*choices, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kinds, nullable=False)


def length(table: str, column: str, longest: int = 128) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"length({column}) BETWEEN 1 AND {longest}", name=op.f(f"ck_{table}_{column}_length"))


def bounds(table: str, column: str, low: int = 0, high: int = 1_000_000) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} BETWEEN {low} AND {high}", name=op.f(f"ck_{table}_{column}_bounds"))


def check(table: str, name: str, text: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(text, name=op.f(f"ck_{table}_{name}"))


def refers(table: str, column: str, target: str, *, cascade: bool = False) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{target}.id"],
        name=op.f(f"fk_{table}_{column}_{target}"),
        ondelete="CASCADE" if cascade else None,
        initially="DEFERRED",
        deferrable=True,
    )


def primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def upgrade() -> None:
    questionnaires()
    rounds()
    answers()


def questionnaires() -> None:
    op.create_table(
        "survey",
        key("id"),
        key("name_sv", 200),
        key("name_en", 200),
        words("audience", "students", "municipalities"),
        length("survey", "id"),
        length("survey", "name_sv", 200),
        length("survey", "name_en", 200),
        primary("survey", "id"),
        unique("survey", "name_sv"),
    )
    op.create_table(
        "survey_version",
        key("id"),
        key("survey_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        length("survey_version", "id"),
        bounds("survey_version", "number", 1),
        refers("survey_version", "survey_id", "survey"),
        primary("survey_version", "id"),
        unique("survey_version", "survey_id", "number"),
    )
    op.create_table(
        "survey_question",
        key("version_id"),
        key("key", 64),
        sa.Column("number", sa.Integer(), nullable=False),
        words("kind", "scale", "yes-no", "choice", "text"),
        key("text_sv", 500),
        key("text_en", 500),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=True),
        *(key(name, 200, nullable=True) for name in ("low_sv", "low_en", "high_sv", "high_en")),
        sa.Column("choices", JSON, nullable=True),
        length("survey_question", "key", 64),
        bounds("survey_question", "number", 1, 100),
        length("survey_question", "text_sv", 500),
        length("survey_question", "text_en", 500),
        *(length("survey_question", name, 200) for name in ("low_sv", "low_en", "high_sv", "high_en")),
        check("survey_question", "steps_of_scale", "(kind = 'scale') = (steps IS NOT NULL)"),
        check("survey_question", "steps_known", "steps IS NULL OR steps IN (5, 6)"),
        check(
            "survey_question",
            "ends_of_scale",
            "(steps IS NOT NULL) = (low_sv IS NOT NULL) AND (steps IS NOT NULL) = (low_en IS NOT NULL)"
            " AND (steps IS NOT NULL) = (high_sv IS NOT NULL) AND (steps IS NOT NULL) = (high_en IS NOT NULL)",
        ),
        check("survey_question", "choices_of_choice", "(kind = 'choice') = (choices IS NOT NULL)"),
        refers("survey_question", "version_id", "survey_version", cascade=True),
        primary("survey_question", "version_id", "key"),
        unique("survey_question", "version_id", "number"),
    )


def rounds() -> None:
    op.create_table(
        "survey_round",
        sa.Column("version", sa.Integer(), nullable=False),
        key("id"),
        key("version_id"),
        key("term_id"),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        words("status", "planned", "open", "closed"),
        sa.Column("invited", sa.Integer(), nullable=False),
        length("survey_round", "id"),
        check("survey_round", "days_in_order", "opens_on <= closes_on"),
        bounds("survey_round", "invited"),
        refers("survey_round", "version_id", "survey_version"),
        refers("survey_round", "term_id", "term"),
        primary("survey_round", "id"),
        unique("survey_round", "version_id", "term_id"),
    )
    op.create_index(op.f("ix_survey_round_term_id"), "survey_round", ["term_id"])
    frozen = ("unit_id", "provider_id", "operator_id", "programme_id", "institution_id")
    op.create_table(
        "survey_group",
        key("id"),
        key("round_id"),
        *(key(name, nullable=True) for name in frozen),
        sa.Column("invited", sa.Integer(), nullable=False),
        length("survey_group", "id"),
        *(length("survey_group", name) for name in frozen),
        bounds("survey_group", "invited"),
        refers("survey_group", "round_id", "survey_round"),
        primary("survey_group", "id"),
        unique("survey_group", "round_id", "unit_id", "programme_id"),
    )
    op.create_table(
        "survey_invitation",
        key("id"),
        key("round_id"),
        key("group_id"),
        key("placement_id", nullable=True),
        key("organisation_id", nullable=True),
        key("secret_sha256", 64, nullable=True),
        sa.Column("answered", sa.Boolean(), nullable=False),
        length("survey_invitation", "id"),
        check("survey_invitation", "secret_sha256_length", "length(secret_sha256) = 64"),
        check("survey_invitation", "one_invited", "(placement_id IS NULL) <> (organisation_id IS NULL)"),
        refers("survey_invitation", "round_id", "survey_round"),
        refers("survey_invitation", "group_id", "survey_group"),
        refers("survey_invitation", "placement_id", "placement"),
        primary("survey_invitation", "id"),
        unique("survey_invitation", "secret_sha256"),
        unique("survey_invitation", "round_id", "placement_id"),
        unique("survey_invitation", "round_id", "organisation_id"),
    )
    op.create_index(op.f("ix_survey_invitation_group_id"), "survey_invitation", ["group_id"])
    op.create_index(op.f("ix_survey_invitation_placement_id"), "survey_invitation", ["placement_id"])


def answers() -> None:
    op.create_table(
        "survey_answer",
        key("id"),
        key("group_id"),
        sa.Column("given", JSON, nullable=False),
        length("survey_answer", "id"),
        refers("survey_answer", "group_id", "survey_group"),
        primary("survey_answer", "id"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_survey_answer_group_id"), "survey_answer", ["group_id"])
    op.create_table(
        "survey_text",
        key("id"),
        key("group_id"),
        key("question", 64),
        key("text", 4_000),
        length("survey_text", "id"),
        length("survey_text", "question", 64),
        length("survey_text", "text", 4_000),
        refers("survey_text", "group_id", "survey_group"),
        primary("survey_text", "id"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_survey_text_group_id"), "survey_text", ["group_id"])
    op.create_table(
        "survey_figure",
        key("round_id"),
        words("level", "county", "provider", "unit", "institution", "programme"),
        key("subject_id"),
        key("question", 64),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("bands", JSON, nullable=True),
        length("survey_figure", "subject_id"),
        length("survey_figure", "question", 64),
        bounds("survey_figure", "invited"),
        bounds("survey_figure", "answers", 1),
        bounds("survey_figure", "total", 1),
        check("survey_figure", "hidden_whole", "answers IS NOT NULL OR (total IS NULL AND bands IS NULL)"),
        refers("survey_figure", "round_id", "survey_round"),
        primary("survey_figure", "round_id", "level", "subject_id", "question"),
    )
    op.create_index(op.f("ix_survey_figure_level_subject_id"), "survey_figure", ["level", "subject_id"])


def downgrade() -> None:
    for table in ("figure", "text", "answer", "invitation", "group", "round", "question", "version"):
        op.drop_table(f"survey_{table}")
    op.drop_table("survey")
