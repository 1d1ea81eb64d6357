"""Who may do what with runs, plans, placements and pins."""

from __future__ import annotations

from tests.api.lines import Line

PIN = {"requestId": "req_b", "unitId": "unt_b", "start": "2027-W02"}

LINES = (
    Line("POST /v1/terms/{termId}/runs", "C", ours="trm_a", body={"timeLimitSeconds": 5}, good=202),
    Line("GET /v1/runs", "CIPU", ours="run_a"),
    Line("GET /v1/runs/{runId}", "CIPU", ours="run_a"),
    Line("DELETE /v1/runs/{runId}", "C", ours="run_a", good=202),
    Line("GET /v1/runs/{runId}/plan", "C", ours="run_a"),
    Line("GET /v1/runs/{runId}/problem", "C", ours="run_a"),
    Line("GET /v1/placements", "CIPU", reach="C", ours="pla_a", theirs="pla_b"),
    Line("GET /v1/unplaced-requests", "CI", reach="C", ours="pln_a.req_a", theirs="pln_a.req_b"),
    Line("GET /v1/pins", "C", ours="pin_a"),
    Line("POST /v1/pins", "C", body=PIN),
    Line("GET /v1/pins/{pinId}", "C", ours="pin_a"),
    Line("DELETE /v1/pins/{pinId}", "C", ours="pin_a"),
)
