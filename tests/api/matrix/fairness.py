"""Who may do what with the ledger, the formulas for points, shares, and the addresses at which students read."""

from __future__ import annotations

from typing import Any

from tests.api.lines import EVERYBODY, Line

FORMULA: dict[str, Any] = {
    "validFrom": "2098-01-01",
    "longWeek": 20,
    "weekAway": 30,
    "unmetWish": 100,
    "lateNotice": 50,
    "veryLateNotice": 120,
    "mostPerTerm": 600,
    "keptPermille": 500,
}
CORRECTION = {"placementId": "pla_a", "reason": "wrong-travel-time", "minutes": 55}
ANSWER = {"answer": "accepted", "unitId": "unt_a", "start": "2026-W53"}

LINES = (
    Line("GET /v1/students/{studentId}/ledger", "CI", reach="C", ours="stu_a", theirs="stu_b"),
    Line("POST /v1/students/{studentId}/ledger-corrections", "C", ours="stu_a", body=CORRECTION),
    Line("GET /v1/burden-formulas", EVERYBODY, ours="bur_0"),
    Line("POST /v1/burden-formulas", "C", body=FORMULA),
    Line("GET /v1/burden-formulas/{formulaId}", EVERYBODY, ours="bur_0"),
    Line("DELETE /v1/burden-formulas/{formulaId}", "C", ours="bur_0"),
    Line("GET /v1/shares", "CIP", ours="trm_a"),
    Line("GET /v1/terms/{termId}/shares", "CIP", ours="trm_a"),
    Line("GET /v1/terms/{termId}/unit-shares", "CIP", ours="trm_a"),
    Line("GET /v1/runs/{runId}/shares", "C", ours="run_over"),
    Line("GET /v1/student-pages", "CI", ours="pag_a", each={"I": "pag_i"}, theirs="pag_b"),
    Line(
        "POST /v1/student-pages",
        "CI",
        reach="C",
        body={"studentId": "stu_a"},
        their_body={"studentId": "stu_b"},
    ),
    Line("GET /v1/student-pages/{pageId}", "CI", ours="pag_a", each={"I": "pag_i"}, theirs="pag_b"),
    Line("DELETE /v1/student-pages/{pageId}", "CI", ours="pag_a", each={"I": "pag_i"}, theirs="pag_b"),
    Line("GET /v1/own-terms/{ownTermsId}", "", ours="none", public=True),
    Line("PUT /v1/own-terms/{ownTermsId}/answers/{placementId}", "", ours="none", body=ANSWER, public=True),
)
