"""Who may do what with terms, programmes, courses, cohorts, students, requests and the audit trail."""

from __future__ import annotations

from typing import Any

from tests.api.lines import EVERYBODY, Line

PROGRAMME = {"institutionId": "org_ki", "profession": "midwife", "code": "BM", "name": "Barnmorska"}
COURSE = {"programmeId": "prg_a", "code": "T5", "name": "Termin 5", "weeks": 5, "kinds": ["psychiatry"]}
COHORT = {"programmeId": "prg_a", "termId": "trm_a", "name": "T5", "size": 30}
STUDENT = {"cohortId": "coh_a", "externalId": "ki-0002", "lat": 59.3, "lon": 18.0}
REQUEST = {"termId": "trm_idle", "studentId": "stu_a", "courseId": "crs_a"}
TERM = {"code": "VT2028", "firstWeek": "2028-W03", "weeks": 20}
THEIRS = {
    "institutionId": {"institutionId": "org_b"},
    "programmeId": {"programmeId": "prg_b"},
    "cohortId": {"cohortId": "coh_b"},
    "studentId": {"studentId": "stu_b", "courseId": "crs_b"},
}
WINDOWS = "/v1/courses/{courseId}/windows/trm_a"


def _resource(path: str, prefix: str, change: dict[str, Any], new: dict[str, Any], owner: str) -> tuple[Line, ...]:
    """Return the five lines of a resource that each lärosäte manages for itself, and the coordinator for all."""
    one = f"{path}/{{id}}"
    ours, theirs = f"{prefix}_a", f"{prefix}_b"
    return (
        Line(f"GET {path}", "CI", reach="C", ours=ours, theirs=theirs),
        Line(f"POST {path}", "CI", reach="C", body=new, their_body={**new, **THEIRS[owner]}),
        Line(f"GET {one}", "CI", reach="C", ours=ours, theirs=theirs),
        Line(f"PATCH {one}", "CI", reach="C", ours=ours, theirs=theirs, body=change),
        Line(f"DELETE {one}", "CI", reach="C", ours=f"{prefix}_idle", theirs=f"{prefix}_idle_b"),
    )


LINES = (
    Line("GET /v1/terms", EVERYBODY, ours="trm_a"),
    Line("POST /v1/terms", "C", body=TERM),
    Line("GET /v1/terms/{termId}", EVERYBODY, ours="trm_a"),
    Line("PATCH /v1/terms/{termId}", "C", ours="trm_a", body={"weights": {"travel": 2}}),
    Line("DELETE /v1/terms/{termId}", "C", ours="trm_idle"),
    Line("GET /v1/terms/{termId}/lottery-draws", "CI", ours="trm_a"),
    Line("POST /v1/terms/{termId}/lottery-draws", "C", ours="trm_a", body={"seed": "1"}),
    *_resource("/v1/programmes", "prg", {"name": "Ny"}, PROGRAMME, "institutionId"),
    *_resource("/v1/courses", "crs", {"name": "Ny"}, COURSE, "programmeId"),
    Line(f"GET {WINDOWS}", "CI", reach="C", ours="crs_a", theirs="crs_b"),
    Line(f"PUT {WINDOWS}", "CI", reach="C", ours="crs_a", theirs="crs_b", body={"starts": ["2026-W53"]}),
    *_resource("/v1/cohorts", "coh", {"size": 2}, COHORT, "programmeId"),
    *_resource("/v1/students", "stu", {"maxTravel": 60}, STUDENT, "cohortId"),
    *_resource("/v1/requests", "req", {"status": "withdrawn"}, REQUEST, "studentId"),
    Line("GET /v1/audit-entries", "CA", reach="CA", ours="unt_a"),
    Line("GET /v1/audit-head", "CA"),
    Line(
        "POST /v1/audit-inquiries",
        "CA",
        good=200,
        body={"studentIds": ["stu_a"], "since": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z"},
    ),
)
