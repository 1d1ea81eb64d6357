"""Who may do what with swaps; ours is between our students and at our unit, and is withdrawn already."""

from __future__ import annotations

from tests.api.lines import Line

ONE = "/v1/swaps/{swapId}"

LINES = (
    Line(
        "POST /v1/swaps",
        "CI",
        ours="swp_a",
        body={"sides": [{"placementId": "pla_a"}, {"placementId": "pla_a"}]},
        good=422,  # our one placement has no other to be exchanged with
    ),
    Line("GET /v1/swaps", "CIPU", reach="C", ours="swp_a", theirs="swp_b"),
    Line(f"GET {ONE}", "CIPU", reach="C", ours="swp_a", theirs="swp_b"),
    Line(f"PATCH {ONE}", "CI", reach="C", ours="swp_a", theirs="swp_b", body={"status": "withdrawn"}),
    Line(
        f"PUT {ONE}/consents/pla_a",
        "CI",
        reach="C",
        ours="swp_a",
        theirs="swp_b",
        good_of_theirs=404,  # theirs does not have our placement
        body={"consentedOn": "2026-11-30"},
    ),
    Line(
        f"PUT {ONE}/answers/unt_a",
        "CPU",
        reach="C",
        ours="swp_a",
        theirs="swp_b",
        good_of_theirs=404,  # theirs is not at our unit
        body={"answer": "accepted"},
    ),
    Line("GET /v1/placements/{placementId}/swap-candidates", "CI", reach="C", ours="pla_a", theirs="pla_b"),
)
