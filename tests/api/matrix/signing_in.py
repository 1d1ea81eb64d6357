"""Who may do what about signing in: all ask who they are, those who let others in make links, CKU bars accounts."""

from __future__ import annotations

from tests.api.lines import EVERYBODY, Line

EACH = {"P": "lnk_p"}
GIVEN = {"role": "unit", "unit": "unt_a", "label": "Avdelning 4"}
LINK = "/v1/sign-in-links/{signInLinkId}"
ACCOUNT = "/v1/accounts/{accountId}"

LINES = (
    Line("GET /v1/session", EVERYBODY),
    Line("GET /v1/sessions", EVERYBODY),
    Line("DELETE /v1/sessions/{sessionId}", EVERYBODY, ours="ses_a", good=404),  # whoever shows a token has no session
    Line("GET /v1/sign-in-links", "CP", "C", ours="lnk_a", theirs="lnk_b", each=EACH),
    Line("POST /v1/sign-in-links", "CP", "C", body=GIVEN, their_body={**GIVEN, "unit": "unt_b"}),
    Line(f"GET {LINK}", "CP", "C", ours="lnk_a", theirs="lnk_b", each=EACH),
    Line(f"DELETE {LINK}", "CP", "C", ours="lnk_a", theirs="lnk_b", each=EACH),
    Line("GET /v1/accounts", "C", ours="acc_a"),
    Line(f"GET {ACCOUNT}", "C", ours="acc_a"),
    Line(f"PATCH {ACCOUNT}", "C", ours="acc_a", body={"withdrawn": True}),
)
