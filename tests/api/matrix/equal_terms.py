"""Who may do what with templates, comparisons, the letter of intent, contacts and reminders."""

from __future__ import annotations

from tests.api.lines import EVERYBODY, Line

TEMPLATE = {"providerKind": "region", "nameSv": "Regionmallen", "nameEn": "The regional template"}
CLAUSE = {
    "key": "notice",
    "headingSv": "Uppsägning",
    "headingEn": "Notice",
    "textSv": "Sex månader.",
    "textEn": "Six months.",
    "figure": "notice",
    "number": 6,
    "validFrom": "2026-01-01",
}
CONTACT = {"contactFunction": "VFU", "contactEmail": "vfu@example.se"}
OUR_CLAUSES = "/v1/agreement-templates/tpl_a/clauses"

LINES = (
    Line("GET /v1/agreement-templates", EVERYBODY, ours="tpl_a"),
    Line("POST /v1/agreement-templates", "C", body=TEMPLATE),
    Line("GET /v1/agreement-templates/{templateId}", EVERYBODY, ours="tpl_a"),
    Line("PATCH /v1/agreement-templates/{templateId}", "C", ours="tpl_a", body={"nameSv": "Mallen"}),
    Line("GET /v1/agreement-templates/{templateId}/clauses", EVERYBODY, ours="tpl_a"),
    Line("POST /v1/agreement-templates/{templateId}/clauses", "C", ours="tpl_a", body=CLAUSE),
    Line(f"GET {OUR_CLAUSES}/{{clauseId}}", EVERYBODY, ours="tcl_a"),
    Line(f"PATCH {OUR_CLAUSES}/{{clauseId}}", "C", ours="tcl_a", body={"validTo": "2030-12-31"}),
    Line(f"DELETE {OUR_CLAUSES}/{{clauseId}}", "C", ours="tcl_later"),
    Line("GET /v1/agreement-templates/{templateId}/comparisons", "CIP", ours="tpl_a"),
    Line("GET /v1/agreement-templates/{templateId}/comparisons/sheet", "CIP", ours="tpl_a"),
    Line("GET /v1/agreements/{agreementId}/differences", "CIP", reach="C", ours="agr_a", theirs="agr_b"),
    Line("GET /v1/agreements/{agreementId}/notice", "CIP", reach="C", ours="agr_a", theirs="agr_b"),
    Line(
        "POST /v1/agreements/{agreementId}/notice-withdrawals",
        "CIP",
        reach="C",
        ours="agr_a",
        theirs="agr_b",
        good=409,  # neither is under notice
    ),
    Line("GET /v1/letter-parties", EVERYBODY, reach=EVERYBODY, ours="ltr_a", theirs="ltr_b"),
    Line("POST /v1/letter-parties", "C", body={"organisationId": "org_idle", "joinedOn": "2026-01-01"}),
    Line("GET /v1/letter-parties/{partyId}", EVERYBODY, reach=EVERYBODY, ours="ltr_a", theirs="ltr_b"),
    Line(
        "POST /v1/letter-parties/{partyId}/notice",
        "CIP",
        reach="C",
        ours="ltr_a",
        each={"I": "ltr_ki"},
        theirs="ltr_b",
        body={"givenOn": "2026-12-01"},
        good=200,
    ),
    Line(
        "POST /v1/letter-parties/{partyId}/notice-withdrawals",
        "CIP",
        reach="C",
        ours="ltr_leaving",
        each={"I": "ltr_ki_leaving"},
        theirs="ltr_b_leaving",
        good=200,
    ),
    Line("DELETE /v1/letter-parties/{partyId}", "C", reach="C", ours="ltr_a", theirs="ltr_b"),
    Line(
        "GET /v1/organisations/{organisationId}/contact",
        "CIP",
        reach="C",
        ours="org_city",
        each={"I": "org_ki"},
        theirs="org_b",
    ),
    Line(
        "PUT /v1/organisations/{organisationId}/contact",
        "CIP",
        reach="C",
        ours="org_city",
        each={"I": "org_ki"},
        theirs="org_b",
        body=CONTACT,
    ),
    Line(
        "DELETE /v1/organisations/{organisationId}/contact",
        "CIP",
        reach="C",
        ours="org_city",
        each={"I": "org_ki"},
        theirs="org_b",
    ),
    Line(
        "GET /v1/reminders",
        "CIPU",
        reach="C",
        ours="rem_a",
        each={"I": "rem_ki", "P": "rem_city"},
        theirs="rem_b",
    ),
    Line("GET /v1/reminder-rules", "CIPU", ours="rrl_a"),
    Line(
        "POST /v1/reminder-rules",
        "C",
        body={"kind": "answer-due", "daysBefore": 5, "active": True, "validFrom": "2190-01-01"},
    ),
)
