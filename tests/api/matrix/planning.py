"""Who may do what with runs, plans, placements and pins."""

from __future__ import annotations

from typing import Any

from tests.api.lines import Line

RUN: dict[str, Any] = {
    "timeLimitSeconds": 5,
    "workers": 1,
    "weights": {"travel": 2},
    "scenario": {
        "offers": [{"offerId": "off_a", "places": 1, "firstWeek": "2027-W01", "lastWeek": "2027-W02"}],
        "agreements": [{"agreementId": "agr_a", "maxStudentWeeks": 9}],
        "closures": [{"unitId": "unt_b"}],
        "absentSupervisors": ["sup_a"],
        "travelMaxMinutes": 90,
    },
}
PIN = {"requestId": "req_b", "unitId": "unt_b", "start": "2027-W02"}

LINES = (
    Line("POST /v1/terms/{termId}/runs", "C", ours="trm_a", body=RUN, good=202),
    Line("GET /v1/runs", "CIPU", ours="run_a"),
    Line("GET /v1/runs/{runId}", "CIPU", ours="run_a"),
    Line("GET /v1/runs/{runId}/progress", "CIPU", ours="run_a"),
    Line("GET /v1/runs/{runId}/events", "CIPU", ours="run_over"),
    Line("DELETE /v1/runs/{runId}", "C", ours="run_a", good=202),
    Line("GET /v1/runs/{runId}/plan", "C", ours="run_a"),
    Line("GET /v1/runs/{runId}/changes", "C", ours="run_over"),
    Line("GET /v1/runs/{runId}/problem", "C", ours="run_a"),
    Line("GET /v1/runs/{runId}/report", "C", ours="run_a"),
    Line("GET /v1/runs/{runId}/prices", "CPU", reach="C", ours="run_a", theirs="run_over"),
    Line("GET /v1/runs/{runId}/explanations", "CI", reach="C", ours="run_a", theirs="run_over"),
    Line("GET /v1/runs/{runId}/explanations/req_a/remedies", "C", ours="run_over"),
    Line("GET /v1/runs/{runId}/kept-remedies", "C", ours="run_a"),
    Line("GET /v1/runs/{runId}/kept-remedies/progress", "C", ours="run_a"),
    Line("GET /v1/terms/{termId}/comparisons", "C", ours="trm_idle"),
    Line("GET /v1/pins", "C", ours="pin_a"),
    Line("POST /v1/pins", "C", body=PIN, good=422),  # the rules refuse it, once the caller is let in
    Line("GET /v1/pins/{pinId}", "C", ours="pin_a"),
    Line("DELETE /v1/pins/{pinId}", "C", ours="pin_a"),
)
