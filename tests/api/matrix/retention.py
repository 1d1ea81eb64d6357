"""Who may do what with extracts, how long records are kept, and legal holds."""

from __future__ import annotations

from tests.api.lines import EVERYBODY, Line

RULE = {"kind": "wishes", "days": 180, "validFrom": "2151-01-01", "reason": "Beslut"}
HOLD = {"studentId": "stu_a", "reason": "Överklagat"}

LINES = (
    Line("POST /v1/students/{studentId}/extracts", "I", ours="stu_a", theirs="stu_b", good=201),
    Line("POST /v1/supervisors/{supervisorId}/extracts", "PU", ours="sup_a", theirs="sup_b", good=201),
    Line("GET /v1/retention-periods", EVERYBODY),
    Line("GET /v1/retention-rules", "C", ours="rtn_a"),
    Line("POST /v1/retention-rules", "C", body=RULE),
    Line("GET /v1/legal-holds", "C", ours="hld_a"),
    Line("POST /v1/legal-holds", "C", body=HOLD),
    Line("GET /v1/legal-holds/{holdId}", "C", ours="hld_a"),
    Line("DELETE /v1/legal-holds/{holdId}", "C", ours="hld_a", good=200),
)
