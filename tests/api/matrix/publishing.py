"""Who may do what with publications, placements in force, the waiting list and the feed."""

from __future__ import annotations

from tests.api.lines import EVERYBODY, Line

LINES = (
    Line("POST /v1/terms/{termId}/publications", "C", ours="trm_next", body={"runId": "run_next"}),
    Line("GET /v1/terms/{termId}/publications", EVERYBODY, ours="trm_a"),
    Line("GET /v1/placements", "CIPU", reach="C", ours="pla_a", theirs="pla_b"),
    Line("GET /v1/placements/{placementId}", "CIPU", reach="C", ours="pla_a", theirs="pla_b"),
    Line(
        "PATCH /v1/placements/{placementId}",
        "CPU",
        reach="C",
        ours="pla_a",
        theirs="pla_b",
        body={"status": "accepted"},
    ),
    Line("GET /v1/unplaced-requests", "CI", reach="C", ours="pln_a.req_a", theirs="pln_a.req_b"),
    Line("GET /v1/terms/{termId}/waiting-requests", "CI", ours="trm_a"),
    Line("GET /v1/events", "CIPUA", ours="pla_a"),
)
