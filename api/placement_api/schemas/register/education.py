"""Schemas of education: programmes, courses, and the weeks in which placements may start."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from placement.register.courses import Windows
from placement.tables import UnitRule
from placement.tables.education import MOST_TERMS
from placement_api.paging import Paging
from placement_api.schemas.base import (
    Change,
    Changeable,
    Different,
    ExternalId,
    Given,
    Id,
    Name,
    Number,
    Profession,
    Switch,
    UnitKinds,
    Week,
)
from placement_api.sorting import sorting

_PROGRAMME: JsonDict = {
    "institutionId": "org_ki",
    "profession": "nurse",
    "code": "1SJ24",
    "name": "Sjuksköterskeprogrammet",
    "decentralised": False,
}
_COURSE: JsonDict = {
    "programmeId": "prg_nurse",
    "code": "1SJ021",
    "name": "Klinisk utbildning, termin 4",
    "weeks": 5,
    "hoursPerWeek": 40,
    "kinds": ["psychiatry"],
    "supervisionCredits": 7.5,
    "universityHealthcare": False,
    "sequence": 4,
    "unitRule": "another",
    "attempts": None,
    "teachesInPairs": False,
    "programmeTerm": 4,
}

_UNIT_RULE = (
    "any: any unit; another: a student's units in the term differ; same: a wish for the same unit as before, noted for "
    "people, which planning does not follow yet. "
    "any: vilken enhet som helst; another: en students enheter under terminen är olika; same: en önskan om samma enhet "
    "som tidigare, som noteras för människor men som planeringen ännu inte följer."
)

_PAIRS = (
    "Whether the course wishes for an even number of its students at a unit, so that each has a peer; how much that "
    "weighs is the term's weight pairs. "
    "Om kursen önskar ett jämnt antal av sina studenter på en enhet, så att alla har någon att bilda par med; hur "
    "mycket det väger är terminens vikt pairs."
)

Code = Annotated[ExternalId, Field(max_length=64)]


class ProgrammeNamed(Given):
    """A programme's code and name. Ett programs kod och namn."""

    code: Code
    name: Name


class ProgrammeGiven(ProgrammeNamed):
    """A programme that educates for one profession. Ett program som utbildar till ett yrke."""

    model_config = ConfigDict(json_schema_extra={"example": _PROGRAMME})

    institution_id: Id
    profession: Profession
    decentralised: Switch = Field(
        default=False, description="Whether its students each belong to a site. Om varje student hör till en studieort."
    )


class ProgrammeChange(ProgrammeNamed, Change):
    """The fields of a programme to change. De uppgifter om programmet som ska ändras."""

    model_config = ConfigDict(json_schema_extra={"example": {"name": "Sjuksköterskeprogrammet, Solna"}})


class ProgrammeShown(Changeable):
    """A programme. Ett program."""

    model_config = ConfigDict(json_schema_extra={"example": {"id": "prg_nurse", "version": 1, **_PROGRAMME}})

    institution_id: str
    profession: str
    code: str
    name: str
    decentralised: bool


class ProgrammeFilter(Paging):
    """Which programmes to list. Vilka program som ska listas."""

    institution_id: Id | None = Field(None, description="Of one lärosäte. Från ett visst lärosäte.")
    profession: Profession | None = Field(None, description="For one profession. För ett visst yrke.")
    code: Code | None = Field(None, description="With the lärosäte's own code. Med lärosätets egen kod.")
    sort: str | None = sorting("code", "name", "profession", "institutionId", "id")


class CourseDetails(Given):
    """What a course requires of a placement. Vad en kurs kräver av en placering."""

    code: Code
    name: Name
    weeks: Annotated[int, Field(ge=1, le=60), Number]
    hours_per_week: Annotated[int, Field(ge=1, le=60), Number] = 40
    kinds: UnitKinds = Field(
        description="The unit must be of one of these kinds, of /v1/unit-kinds, by code or name. "
        "Enheten ska vara av något av dessa slag, från /v1/unit-kinds, med kod eller namn."
    )
    supervision_credits: Annotated[float, Field(ge=0, le=300, allow_inf_nan=False), Number] | None = Field(
        None,
        description="The credits (hp) of training that the supervisor must have; null: none. "
        "Den handledarutbildning i hp som handledaren ska ha; null: ingen.",
    )
    university_healthcare: Switch = False
    sequence: Annotated[int, Field(ge=1, le=100), Number] = 1
    unit_rule: UnitRule = Field(UnitRule.ANY, description=_UNIT_RULE)
    attempts: Annotated[int, Field(ge=1, le=10), Number] | None = Field(
        None,
        description="The number of attempts a student has to pass; null: no limit. Antal försök; null: obegränsat.",
    )
    teaches_in_pairs: Switch = Field(default=False, description=_PAIRS)
    programme_term: Annotated[int, Field(ge=1, le=MOST_TERMS), Number] | None = Field(
        None,
        description="The term of the programme that the course belongs to, for the ALF report; null: not said. "
        "Den termin i programmet som kursen hör till, för ALF-rapporten; null: inte angiven.",
    )


class CourseGiven(CourseDetails):
    """A course with a clinical placement. En kurs med VFU."""

    model_config = ConfigDict(json_schema_extra={"example": _COURSE})

    programme_id: Id


class CourseChange(CourseDetails, Change):
    """The fields of a course to change. De uppgifter om kursen som ska ändras."""

    model_config = ConfigDict(json_schema_extra={"example": {"weeks": 4}})


class CourseShown(Changeable):
    """A course. En kurs."""

    model_config = ConfigDict(json_schema_extra={"example": {"id": "crs_psychiatry", "version": 1, **_COURSE}})

    programme_id: str
    code: str
    name: str
    weeks: int
    hours_per_week: int
    kinds: list[str]
    supervision_credits: float | None
    university_healthcare: bool
    sequence: int
    unit_rule: UnitRule = Field(description=_UNIT_RULE)
    attempts: int | None
    teaches_in_pairs: bool = Field(description=_PAIRS)
    programme_term: int | None


class CourseFilter(Paging):
    """Which courses to list. Vilka kurser som ska listas."""

    programme_id: Id | None = Field(None, description="In one programme. I ett visst program.")
    code: Code | None = Field(None, description="With the lärosäte's own code. Med lärosätets egen kod.")
    term_id: Id | None = Field(None, description="With placements in one term. Med VFU en viss termin.")
    sort: str | None = sorting("code", "name", "sequence", "weeks", "programmeId", "id")


class WindowsGiven(Given):
    """The weeks in which a course's placement may start. De veckor då kursens VFU får börja."""

    model_config = ConfigDict(json_schema_extra={"example": {"starts": ["2026-W53", "2027-W05"]}})

    starts: Annotated[list[Week], Field(max_length=60), Different]


class WindowsShown(Changeable):
    """The weeks of a term in which a course's placement may start; id and version are the course's.

    De veckor under en termin då kursens VFU får börja; id och version är kursens.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "crs_psychiatry",
                "version": 2,
                "termId": "trm_vt2027",
                "starts": ["2026-W53", "2027-W05"],
            }
        }
    )

    term_id: str
    starts: list[Week]

    @classmethod
    def of(cls, windows: Windows) -> WindowsShown:
        """Show a course's windows in a term."""
        course = windows.course
        return cls(id=course.id, version=course.version, term_id=windows.term_id, starts=list(windows.starts))
