"""Who may do what with agreements: the parties read them and give notice, and the provider adds and changes them."""

from __future__ import annotations

from tests.api.lines import Line

AGREEMENT = {"institutionId": "org_b", "providerId": "org_city", "validFrom": "2026-01-01"}

LINES = (
    Line("GET /v1/agreements", "CIP", reach="C", ours="agr_a", theirs="agr_b"),
    Line(
        "POST /v1/agreements",
        "CP",
        reach="C",
        body=AGREEMENT,
        their_body={**AGREEMENT, "institutionId": "org_ki", "providerId": "org_far"},
    ),
    Line("GET /v1/agreements/{agreementId}", "CIP", reach="C", ours="agr_a", theirs="agr_b"),
    Line(
        "PATCH /v1/agreements/{agreementId}",
        "CP",
        reach="C",
        ours="agr_a",
        theirs="agr_b",
        body={"priceOre": 99_000},
    ),
    Line(
        "POST /v1/agreements/{agreementId}/notice",
        "CIP",
        reach="C",
        ours="agr_a",
        theirs="agr_b",
        body={"givenOn": "2026-12-01"},
        good=200,
    ),
    Line("DELETE /v1/agreements/{agreementId}", "C", reach="C", ours="agr_a", theirs="agr_b", good=409),  # settled
)
