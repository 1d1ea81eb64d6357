"""Surveys: questionnaires in versions, rounds of asking, who is asked, the answers without their giver, the figures.

An answer and an invitation meet only in their group: the unit, the programme and the round that they have in common.
The tables of answers and texts are stored in the order of their random ids, so that no order tells who wrote when.
"""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field

from placement.clock import today
from placement.tables.columns import (
    LONGEST_ID,
    LONGEST_NAME,
    MOST,
    SENSITIVE,
    Row,
    Versioned,
    bounded,
    json_type,
    new_id,
    one_of,
    reference,
    sized,
)
from placement.vocabulary import Named

LONGEST_QUESTION = 500
LONGEST_ANSWER = 4_000
LONGEST_KEY = 64
MOST_QUESTIONS = 100
_UNORDERED = {"sqlite_with_rowid": False}
"""Rows stored by their key alone; SQLite would otherwise number them as they come."""


class Audience(Named):
    """Who is asked: students about each placement, or municipalities about how the co-operation works."""

    STUDENTS = "students", "studenter", "students"
    MUNICIPALITIES = "municipalities", "kommuner", "municipalities"


class QuestionKind(Named):
    """How a question is answered."""

    SCALE = "scale", "skala", "scale"
    YES_NO = "yes-no", "ja eller nej", "yes or no"
    CHOICE = "choice", "val ur en lista", "choice of a list"
    TEXT = "text", "fritext", "free text"


class RoundStatus(Named):
    """How far a survey round has come."""

    PLANNED = "planned", "planerad", "planned"
    OPEN = "open", "öppen", "open"
    CLOSED = "closed", "stängd", "closed"


class FigureLevel(Named):
    """What a figure is about: the whole county, a party, or a part of one."""

    COUNTY = "county", "länet", "county"
    PROVIDER = "provider", "huvudman", "provider"
    UNIT = "unit", "enhet", "unit"
    INSTITUTION = "institution", "lärosäte", "institution"
    PROGRAMME = "programme", "program", "programme"


class Survey(Row, table=True):
    """A survey that comes back year after year, in versions."""

    __table_args__ = (sized("id", LONGEST_ID), sized("name_sv"), sized("name_en"), UniqueConstraint("name_sv"))

    id: str = Field(default_factory=lambda: new_id("svy"), primary_key=True, max_length=LONGEST_ID)
    name_sv: str = Field(max_length=LONGEST_NAME)
    name_en: str = Field(max_length=LONGEST_NAME)
    audience: Audience = Field(sa_type=one_of(Audience, "audience"))


class SurveyVersion(Row, table=True):
    """The questions of a survey as they were written once; a version is never changed, another one follows it."""

    __table_args__ = (sized("id", LONGEST_ID), bounded("number", 1, MOST), UniqueConstraint("survey_id", "number"))

    id: str = Field(default_factory=lambda: new_id("svv"), primary_key=True, max_length=LONGEST_ID)
    survey_id: str = Field(sa_column=reference("survey.id", index=False))
    number: int
    written_on: dt.date = Field(default_factory=today)


class SurveyQuestion(Row, table=True):
    """A question of a version; its key stays the same from version to version, so that answers can be followed."""

    __table_args__ = (
        sized("key", LONGEST_KEY),
        bounded("number", 1, MOST_QUESTIONS),
        sized("text_sv", LONGEST_QUESTION),
        sized("text_en", LONGEST_QUESTION),
        sized("low_sv"),
        sized("low_en"),
        sized("high_sv"),
        sized("high_en"),
        CheckConstraint("(kind = 'scale') = (steps IS NOT NULL)", name="steps_of_scale"),
        CheckConstraint("steps IS NULL OR steps IN (5, 6)", name="steps_known"),
        CheckConstraint(
            "(steps IS NOT NULL) = (low_sv IS NOT NULL) AND (steps IS NOT NULL) = (low_en IS NOT NULL)"
            " AND (steps IS NOT NULL) = (high_sv IS NOT NULL) AND (steps IS NOT NULL) = (high_en IS NOT NULL)",
            name="ends_of_scale",
        ),
        CheckConstraint("(kind = 'choice') = (choices IS NOT NULL)", name="choices_of_choice"),
        UniqueConstraint("version_id", "number"),
    )

    version_id: str = Field(sa_column=reference("survey_version.id", key=True, cascade=True))
    key: str = Field(primary_key=True, max_length=LONGEST_KEY)
    number: int
    kind: QuestionKind = Field(sa_type=one_of(QuestionKind, "kind"))
    text_sv: str = Field(max_length=LONGEST_QUESTION)
    text_en: str = Field(max_length=LONGEST_QUESTION)
    required: bool = False
    steps: int | None = None
    low_sv: str | None = Field(default=None, max_length=LONGEST_NAME)
    low_en: str | None = Field(default=None, max_length=LONGEST_NAME)
    high_sv: str | None = Field(default=None, max_length=LONGEST_NAME)
    high_en: str | None = Field(default=None, max_length=LONGEST_NAME)
    choices: list[dict[str, str]] | None = Field(default=None, sa_column=Column(json_type()))


class SurveyRound(Row, Versioned, table=True):
    """A version of a survey asked about one term: from when, until when, and how many are invited once it is open."""

    __table_args__ = (
        sized("id", LONGEST_ID),
        CheckConstraint("opens_on <= closes_on", name="days_in_order"),
        bounded("invited", 0, MOST),
        UniqueConstraint("version_id", "term_id"),
    )

    id: str = Field(default_factory=lambda: new_id("srd"), primary_key=True, max_length=LONGEST_ID)
    version_id: str = Field(sa_column=reference("survey_version.id", index=False))
    term_id: str = Field(sa_column=reference("term.id"))
    opens_on: dt.date
    closes_on: dt.date
    status: RoundStatus = Field(default=RoundStatus.PLANNED, sa_type=one_of(RoundStatus, "status"))
    invited: int = 0


class SurveyGroup(Row, table=True):
    """What answers of a round are reported by, as it was when the round opened, and how many are invited in it.

    The ids are kept as text and not as references: a unit may be closed, and its answers remain.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        sized("unit_id", LONGEST_ID),
        sized("provider_id", LONGEST_ID),
        sized("operator_id", LONGEST_ID),
        sized("programme_id", LONGEST_ID),
        sized("institution_id", LONGEST_ID),
        bounded("invited", 0, MOST),
        UniqueConstraint("round_id", "unit_id", "programme_id"),
    )

    id: str = Field(default_factory=lambda: new_id("sgr"), primary_key=True, max_length=LONGEST_ID)
    round_id: str = Field(sa_column=reference("survey_round.id", index=False))
    unit_id: str | None = Field(default=None, max_length=LONGEST_ID)
    provider_id: str | None = Field(default=None, max_length=LONGEST_ID)
    operator_id: str | None = Field(default=None, max_length=LONGEST_ID)
    programme_id: str | None = Field(default=None, max_length=LONGEST_ID)
    institution_id: str | None = Field(default=None, max_length=LONGEST_ID)
    invited: int


class SurveyInvitation(Row, table=True):
    """One who is asked, about a placement or for a municipality, and whether an answer has come; never which.

    It is removed when the round closes. Of its link only the digest of the secret is stored.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        CheckConstraint("length(secret_sha256) = 64", name="secret_sha256_length"),
        CheckConstraint("(placement_id IS NULL) <> (organisation_id IS NULL)", name="one_invited"),
        UniqueConstraint("secret_sha256"),
        UniqueConstraint("round_id", "placement_id"),
        UniqueConstraint("round_id", "organisation_id"),
    )

    id: str = Field(default_factory=lambda: new_id("siv"), primary_key=True, max_length=LONGEST_ID)
    round_id: str = Field(sa_column=reference("survey_round.id", index=False))
    group_id: str = Field(sa_column=reference("survey_group.id"))
    placement_id: str | None = Field(default=None, sa_column=reference("placement.id", null=True))
    organisation_id: str | None = Field(default=None, max_length=LONGEST_ID)
    secret_sha256: str | None = Field(default=None, max_length=64, sa_column_kwargs={"info": SENSITIVE})
    answered: bool = Field(default=False, sa_column_kwargs={"info": SENSITIVE})


class SurveyAnswer(Row, table=True):
    """What somebody of a group answered, question by question: no time, no giver, and no order."""

    __table_args__ = (sized("id", LONGEST_ID), _UNORDERED)

    id: str = Field(default_factory=lambda: new_id("san"), primary_key=True, max_length=LONGEST_ID)
    group_id: str = Field(sa_column=reference("survey_group.id"))
    given: dict[str, Any] = Field(sa_column=Column(json_type(), nullable=False, info=SENSITIVE))


class SurveyText(Row, table=True):
    """A free text, parted from the other answers of its giver when the round closed."""

    __table_args__ = (
        sized("id", LONGEST_ID),
        sized("question", LONGEST_KEY),
        sized("text", LONGEST_ANSWER),
        _UNORDERED,
    )

    id: str = Field(default_factory=lambda: new_id("stx"), primary_key=True, max_length=LONGEST_ID)
    group_id: str = Field(sa_column=reference("survey_group.id"))
    question: str = Field(max_length=LONGEST_KEY)
    text: str = Field(max_length=LONGEST_ANSWER, sa_column_kwargs={"info": SENSITIVE})


class SurveyFigure(Row, table=True):
    """A figure of a closed round: of all questions together (``*``) or of one; hidden if ``answers`` is empty.

    ``total`` is the sum of the answers on a scale. ``bands`` says how many answered what, where that can be shown.
    """

    __table_args__ = (
        sized("subject_id", LONGEST_ID),
        sized("question", LONGEST_KEY),
        bounded("invited", 0, MOST),
        bounded("answers", 1, MOST),
        bounded("total", 1, MOST),
        CheckConstraint("answers IS NOT NULL OR (total IS NULL AND bands IS NULL)", name="hidden_whole"),
        Index(None, "level", "subject_id"),
    )

    round_id: str = Field(sa_column=reference("survey_round.id", key=True))
    level: FigureLevel = Field(sa_column=Column(one_of(FigureLevel, "level"), primary_key=True))
    subject_id: str = Field(primary_key=True, max_length=LONGEST_ID)
    question: str = Field(primary_key=True, max_length=LONGEST_KEY)
    invited: int
    answers: int | None = None
    total: int | None = None
    bands: list[dict[str, Any]] | None = Field(default=None, sa_column=Column(json_type()))
