"""Who may read agreement balances, and what a term lacks."""

from __future__ import annotations

from tests.api.lines import Line

LINES = (
    Line("GET /v1/terms/{termId}/agreement-balances", "CIP", ours="trm_a"),
    Line("GET /v1/terms/{termId}/readiness", "CIPU", ours="trm_a"),
)
