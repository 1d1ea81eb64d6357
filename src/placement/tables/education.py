"""Education: a lärosäte's programmes, their courses with placement weeks, and when the placements may start."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from placement.tables.columns import (
    LONGEST_ID,
    LONGEST_NAME,
    MOST_WEEKS,
    Row,
    Versioned,
    Week,
    a_week,
    bounded,
    new_id,
    one_of,
    reference,
    sized,
    some_words,
    word_list,
)
from placement.vocabulary import Named
from placement_solver.weeks import IsoWeek

MOST_TERMS = 20


class UnitRule(Named):
    """Whether a course accepts any unit, requires that a student's units in the term differ, or wishes for the same.

    The wish for the same unit as before is noted for people: planning does not follow it.
    """

    ANY = "any", "vilken enhet som helst", "any unit"
    ANOTHER = "another", "annan enhet än tidigare", "another unit"
    SAME = "same", "samma enhet som tidigare", "same unit"


class Programme(Row, Versioned, table=True):
    """A programme that educates for one profession; it is decentralised if its students belong to sites."""

    __table_args__ = (
        sized("id", LONGEST_ID),
        sized("profession", 64),
        sized("code", 64),
        sized("name"),
        UniqueConstraint("institution_id", "code"),
    )

    id: str = Field(default_factory=lambda: new_id("prg"), primary_key=True, max_length=LONGEST_ID)
    institution_id: str = Field(sa_column=reference("organisation.id", index=False))
    profession: str = Field(max_length=64)
    code: str = Field(max_length=64)
    name: str = Field(max_length=LONGEST_NAME)
    decentralised: bool = False


class Course(Row, Versioned, table=True):
    """A course with placement weeks: how long, in what kinds of units, with what supervision, in what sequence.

    ``supervision_credits`` is the training required of a named supervisor; None means that no supervisor has to be
    named. ``attempts`` is how many times a student may try to pass the placement; None means no limit. A course that
    ``teaches_in_pairs`` wishes for an even number of its students at a unit.
    ``programme_term`` is the term of the programme that the course belongs to; None if it is not said.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        sized("code", 64),
        sized("name"),
        bounded("weeks", 1, MOST_WEEKS),
        bounded("hours_per_week", 1, 60),
        some_words("kinds"),
        bounded("supervision_credits", 0, 300),
        bounded("sequence", 1, 100),
        bounded("attempts", 1, 10),
        bounded("programme_term", 1, MOST_TERMS),
        UniqueConstraint("programme_id", "code"),
    )

    id: str = Field(default_factory=lambda: new_id("crs"), primary_key=True, max_length=LONGEST_ID)
    programme_id: str = Field(sa_column=reference("programme.id", index=False))
    code: str = Field(max_length=64)
    name: str = Field(max_length=LONGEST_NAME)
    weeks: int
    hours_per_week: int = 40
    kinds: list[str] = Field(sa_type=word_list())
    supervision_credits: float | None = None
    university_healthcare: bool = False
    sequence: int = 1
    unit_rule: UnitRule = Field(default=UnitRule.ANY, sa_type=one_of(UnitRule, "unit_rule"))
    attempts: int | None = None
    teaches_in_pairs: bool = False
    programme_term: int | None = None


class CourseWindow(Row, table=True):
    """A week in which a course's placement may start in a term."""

    __table_args__ = (a_week("start"),)

    course_id: str = Field(sa_column=reference("course.id", key=True, cascade=True))
    term_id: str = Field(sa_column=reference("term.id", key=True))
    start: IsoWeek = Field(sa_type=Week, primary_key=True)
