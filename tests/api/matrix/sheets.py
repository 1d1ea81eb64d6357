"""Who may export and import sheets: those who may read and write the rows one by one."""

from __future__ import annotations

from typing import Any

from tests.api.lines import EVERYBODY, Line
from tests.api.matrix import places

COHORT = {"programmeId": "prg_a", "termId": "trm_a", "name": "T5", "size": 30}
STUDENT = {"cohortId": "coh_a", "externalId": "ki-0002", "lat": 59.3, "lon": 18.0}
REQUEST = {"termId": "trm_idle", "studentId": "stu_a", "courseId": "crs_a"}
SITE_WISH = {"roundId": "srd_open_a", "studentId": "stu_open_a2", "ranking": ["sit_a"]}
OFFER = {
    "unitId": "unt_a",
    "termId": "trm_idle",
    "professions": ["nurse"],
    "status": "answered",
    "weeks": [{"week": "2027-W35", "places": 2}],
}
SUPERVISOR = {"unitId": "unt_a", "profession": "nurse", "externalId": "p-18"}

PROGRAMME = {"institutionId": "org_ki", "code": "1XX99", "name": "Nytt", "profession": "nurse"}
COURSE = {
    "programmeId": "prg_a",
    "code": "1XX991",
    "name": "Ny",
    "weeks": 2,
    "kinds": ["home-care"],
    "termId": "trm_a",
    "starts": ["2027-W01"],
}
AGREEMENT = {
    "institutionId": "org_b",
    "providerId": "org_city",
    "validFrom": "2001-01-01",
    "validTo": "2001-12-31",
    "professions": ["midwife"],
    "termId": "trm_a",
    "maxStudentWeeks": 10,
}


def _sheet(path: str, readers: str, writers: str, row: dict[str, Any], theirs: dict[str, Any]) -> tuple[Line, ...]:
    """Return the two lines of a list: export and import."""
    body, their_body = {"rows": [row]}, {"rows": [{**row, **theirs}]} if theirs else None
    return (
        Line(f"GET {path}/sheet", readers, query="format=csv"),
        Line(f"POST {path}/imports", writers, reach="C" if theirs else "", body=body, their_body=their_body, good=200),
    )


LINES = (
    *_sheet("/v1/municipalities", EVERYBODY, "C", places.NACKA, {}),
    *_sheet("/v1/organisations", EVERYBODY, "C", places.ORGANISATION, {}),
    *_sheet("/v1/sites", EVERYBODY, "C", places.SITE, {}),
    *_sheet("/v1/units", "CIPUS", "CP", places.UNIT, {"providerId": "org_far"}),
    *_sheet("/v1/programmes", "CI", "CI", PROGRAMME, {"institutionId": "org_b"}),
    *_sheet("/v1/courses", "CI", "CI", COURSE, {"programmeId": "prg_b"}),
    *_sheet("/v1/agreements", "CIP", "CP", AGREEMENT, {"providerId": "org_far"}),
    *_sheet("/v1/travel-times", EVERYBODY, "C", places.JOURNEY, {}),
    *_sheet("/v1/cohorts", "CI", "CI", COHORT, {"programmeId": "prg_b"}),
    *_sheet("/v1/students", "CI", "CI", STUDENT, {"cohortId": "coh_b"}),
    *_sheet("/v1/requests", "CI", "CI", REQUEST, {"studentId": "stu_b", "courseId": "crs_b"}),
    *_sheet("/v1/site-wishes", "CI", "CI", SITE_WISH, {"roundId": "srd_open_b", "studentId": "stu_open_b2"}),
    *_sheet("/v1/capacity-offers", "CIPUS", "CPU", OFFER, {"unitId": "unt_b"}),
    *_sheet("/v1/supervisors", "CPU", "CPU", SUPERVISOR, {"unitId": "unt_b"}),
    *_sheet("/v1/placements", "CIPU", "CIPU", {"id": "pla_a"}, {"id": "pla_b"}),
)
