"""Who may do what with tokens: a coordinator with all, an organisation with its own."""

from __future__ import annotations

from tests.api.lines import Line

EACH = {"I": "1" * 16, "P": "2" * 16}
OURS, THEIRS = "0" * 16, "4" * 16
ONE = "/v1/tokens/{tokenId}"

LINES = (
    Line("GET /v1/tokens", "CIP", reach="C", ours=OURS, theirs=THEIRS, each=EACH),
    Line("POST /v1/tokens", "CIP", body={"label": "Ladok"}, their_body={"organisationId": "org_b"}),
    Line(f"GET {ONE}", "CIP", reach="C", ours=OURS, theirs=THEIRS, each=EACH),
    Line(f"POST {ONE}/rotations", "CIP", reach="C", ours=OURS, theirs=THEIRS, each=EACH, body={"overlapHours": 0}),
    Line(f"DELETE {ONE}", "CIP", reach="C", ours=OURS, theirs=THEIRS, each=EACH),
)
