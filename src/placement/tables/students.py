"""Students: cohorts, their students by pseudonym, and the placements each student asks for in a term."""

import datetime as dt

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from placement.tables.columns import (
    LONGEST_ID,
    LONGEST_NAME,
    MOST,
    SENSITIVE,
    Row,
    Versioned,
    bounded,
    new_id,
    on_earth,
    one_of,
    reference,
    sized,
)
from placement.tables.pseudonyms import no_identity_number
from placement.vocabulary import Named

MOST_WISHES = 100

RETAKE_CLASS = 5
"""The lowest priority class of a retake, of 0 to 9: ahead of students without förtur, behind the strongest reasons.

That a retake has priority is a rule of the planning round. Its place in the middle of the classes is this service's
choice, because no lärosäte's published rules say how it weighs against other reasons.
"""

_OPEN_RETAKE = text("status = 'open'")


class RequestStatus(Named):
    """Whether a placement is still to be found for a request."""

    OPEN = "open", "öppen", "open"
    WITHDRAWN = "withdrawn", "återkallad", "withdrawn"


class Cohort(Row, Versioned, table=True):
    """The students of a programme who take the same courses in a term."""

    __table_args__ = (
        sized("id", LONGEST_ID),
        sized("name"),
        bounded("size", 0, 100_000),
        UniqueConstraint("programme_id", "term_id", "name"),
    )

    id: str = Field(default_factory=lambda: new_id("coh"), primary_key=True, max_length=LONGEST_ID)
    programme_id: str = Field(sa_column=reference("programme.id", index=False))
    term_id: str = Field(sa_column=reference("term.id"))
    name: str = Field(max_length=LONGEST_NAME)
    size: int
    synthetic: bool = False


class Student(Row, Versioned, table=True):
    """A student by the lärosäte's own pseudonym, never a name, with the point where travel starts.

    ``priority_class`` is the förtur without its reason: 0 for none, higher for stronger;
    ``lottery_number`` is the recorded draw that breaks ties. From ``erased_on`` the row tells of nobody: the pseudonym
    is made up, and there is no home.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        sized("external_id", LONGEST_ID),
        no_identity_number("external_id"),
        sized("zone", LONGEST_ID),
        *on_earth(),
        bounded("max_travel", 0, 10_000),
        bounded("priority_class", 0, 9),
        bounded("lottery_number", 0, MOST),
        UniqueConstraint("institution_id", "external_id"),
    )

    id: str = Field(default_factory=lambda: new_id("stu"), primary_key=True, max_length=LONGEST_ID)
    cohort_id: str = Field(sa_column=reference("cohort.id"))
    institution_id: str = Field(sa_column=reference("organisation.id", index=False))
    external_id: str = Field(max_length=LONGEST_ID, sa_column_kwargs={"info": SENSITIVE})
    lat: float = Field(sa_column_kwargs={"info": SENSITIVE})
    lon: float = Field(sa_column_kwargs={"info": SENSITIVE})
    zone: str | None = Field(default=None, max_length=LONGEST_ID, sa_column_kwargs={"info": SENSITIVE})
    site_id: str | None = Field(default=None, sa_column=reference("site.id", null=True))
    max_travel: int | None = None
    distinct_units: bool = False
    priority_class: int = Field(default=0, sa_column_kwargs={"info": SENSITIVE})
    lottery_number: int | None = None
    erased_on: dt.date | None = None
    synthetic: bool = False


class BlockedUnit(Row, table=True):
    """A unit where a student may not be placed; the reason is private and is not stored."""

    student_id: str = Field(sa_column=reference("student.id", key=True, cascade=True))
    unit_id: str = Field(sa_column=reference("unit.id", key=True, sensitive=True))


class Request(Row, Versioned, table=True):
    """A student's placement to be found: one course in one term.

    A retake names the request whose placement failed, and the day on which the student's action plan was done. A
    failed placement has at most one open retake at a time.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        CheckConstraint("(retake_of IS NULL) = (action_plan_done_on IS NULL)", name="action_plan_iff_retake"),
        CheckConstraint("retake_of IS NULL OR retake_of <> id", name="retake_of_another"),
        Index(
            "uq_request_retake_of",
            "retake_of",
            unique=True,
            sqlite_where=_OPEN_RETAKE,
            postgresql_where=_OPEN_RETAKE,
        ),
        UniqueConstraint("student_id", "course_id", "term_id"),
        Index(None, "term_id", "status"),
    )

    id: str = Field(default_factory=lambda: new_id("req"), primary_key=True, max_length=LONGEST_ID)
    term_id: str = Field(sa_column=reference("term.id", index=False))
    student_id: str = Field(sa_column=reference("student.id", index=False))
    course_id: str = Field(sa_column=reference("course.id"))
    status: RequestStatus = Field(default=RequestStatus.OPEN, sa_type=one_of(RequestStatus, "status"))
    retake_of: str | None = Field(default=None, sa_column=reference("request.id", null=True, index=False))
    action_plan_done_on: dt.date | None = None


class Preference(Row, table=True):
    """A unit that a student prefers for a request; rank 0 is the first choice."""

    __table_args__ = (bounded("rank", 0, MOST_WISHES - 1), UniqueConstraint("request_id", "unit_id"))

    request_id: str = Field(sa_column=reference("request.id", key=True, cascade=True))
    rank: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    unit_id: str = Field(sa_column=reference("unit.id"))
