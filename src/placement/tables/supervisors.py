"""Supervisors: who supervises students at a unit, with what training, in which weeks."""

import datetime as dt

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from placement.tables.columns import (
    LONGEST_ID,
    LONGEST_NAME,
    MOST,
    SENSITIVE,
    Row,
    Versioned,
    Week,
    a_week,
    bounded,
    new_id,
    one_of,
    reference,
    sized,
)
from placement.tables.pseudonyms import no_identity_number
from placement.vocabulary import Named
from placement_solver.weeks import IsoWeek


class SupervisorRole(Named):
    """How a supervisor is employed: in clinical work, or for a share of full time as AKA or clinical lecturer."""

    SUPERVISOR = "supervisor", "handledare", "supervisor"
    AKA = "aka", "adjungerad klinisk adjunkt", "adjunct clinical lecturer"
    CLINICAL_ADJUNCT = "clinical-adjunct", "klinisk adjunkt", "clinical lecturer"


class Supervisor(Row, Versioned, table=True):
    """A supervisor at a unit, by the provider's own pseudonym, on duty every week or in the weeks named."""

    __table_args__ = (
        sized("id", LONGEST_ID),
        sized("profession", 64),
        sized("external_id", LONGEST_ID),
        no_identity_number("external_id"),
        bounded("share_percent", 1, 100),
        CheckConstraint("(role = 'supervisor') = (share_percent IS NULL)", name="share_of_role"),
        bounded("max_students", 0, MOST),
        UniqueConstraint("unit_id", "external_id"),
    )

    id: str = Field(default_factory=lambda: new_id("sup"), primary_key=True, max_length=LONGEST_ID)
    unit_id: str = Field(sa_column=reference("unit.id", index=False))
    profession: str = Field(max_length=64)
    external_id: str = Field(max_length=LONGEST_ID, sa_column_kwargs={"info": SENSITIVE})
    role: SupervisorRole = Field(default=SupervisorRole.SUPERVISOR, sa_type=one_of(SupervisorRole, "role"))
    share_percent: int | None = None
    max_students: int = 2
    every_week: bool = True
    synthetic: bool = False


class Training(Row, table=True):
    """A course in supervision that a supervisor has completed, its credits (hp), and until when it counts."""

    __table_args__ = (
        sized("id", LONGEST_ID),
        sized("course"),
        bounded("credits", 0, 300),
        CheckConstraint("expires_on IS NULL OR expires_on >= completed_on", name="expires_after_completion"),
    )

    id: str = Field(default_factory=lambda: new_id("trn"), primary_key=True, max_length=LONGEST_ID)
    supervisor_id: str = Field(sa_column=reference("supervisor.id", cascade=True))
    course: str = Field(max_length=LONGEST_NAME)
    credits: float
    completed_on: dt.date
    expires_on: dt.date | None = None


class SupervisorWeek(Row, table=True):
    """A week in which a supervisor is on duty, for supervisors who are not on duty every week."""

    __table_args__ = (a_week("week"),)

    supervisor_id: str = Field(sa_column=reference("supervisor.id", key=True, cascade=True))
    week: IsoWeek = Field(sa_type=Week, primary_key=True)
