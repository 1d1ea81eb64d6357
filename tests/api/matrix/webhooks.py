"""Who may do what with webhooks: each party with its own."""

from __future__ import annotations

from tests.api.lines import Line

EACH = {"I": "whk_i", "P": "whk_p", "U": "whk_u"}
GIVEN = {"url": "https://hooks.example.org/placement", "kinds": ["placement.published"]}
ONE = "/v1/webhooks/{webhookId}"

LINES = (
    Line("GET /v1/webhooks", "CIPU", ours="whk_a", theirs="whk_b", each=EACH),
    Line("POST /v1/webhooks", "CIPU", body=GIVEN),
    Line(f"GET {ONE}", "CIPU", ours="whk_a", theirs="whk_b", each=EACH),
    Line(f"PATCH {ONE}", "CIPU", ours="whk_a", theirs="whk_b", body={"kinds": ["plan.published"]}, each=EACH),
    Line(f"DELETE {ONE}", "CIPU", ours="whk_a", theirs="whk_b", each=EACH),
    Line(f"POST {ONE}/tests", "CIPU", ours="whk_a", theirs="whk_b", good=202, each=EACH),
)
