"""Who may do what with statements: a coordinator draws them up, and the two sides of the agreement read and answer."""

from __future__ import annotations

from tests.api.lines import Line

ONE = "/v1/statements/{statementId}"
ALF = "/v1/alf-professions/{alfProfessionId}"
OBJECTION = {"verdict": "objected", "sha256": "d" * 64, "words": "Det var två veckor."}
NEW_ALF = {"profession": "dentist", "providerKind": "municipality", "validFrom": "2026-01-01"}

LINES = (
    Line("POST /v1/settlements", "C", body={"halfYear": "2026-H2"}),
    Line("GET /v1/statements/sheet", "CIP", query="format=csv"),
    Line("GET /v1/statements", "CIP", reach="C", ours="stm_a", theirs="stm_b"),
    Line("POST /v1/statements", "C", body={"agreementId": "agr_b", "halfYear": "2026-H2"}),
    Line(f"GET {ONE}", "CIP", reach="C", ours="stm_a", theirs="stm_b"),
    Line(f"GET {ONE}/lines", "CIP", reach="C", ours="stm_a", theirs="stm_b"),
    Line(f"GET {ONE}/document", "CIP", reach="C", ours="stm_a", theirs="stm_b"),
    Line(f"GET {ONE}/sheet", "CIP", reach="C", ours="stm_a", theirs="stm_b"),
    Line(f"GET {ONE}/page", "CIP", reach="C", ours="stm_a", theirs="stm_b"),
    Line(f"GET {ONE}/pdf", "CIP", reach="C", ours="stm_a", theirs="stm_b"),
    Line(f"POST {ONE}/answers", "IP", ours="stm_a", theirs="stm_b", body=OBJECTION),
    Line("GET /v1/alf-professions", "CIP", ours="alf_a"),
    Line("POST /v1/alf-professions", "C", body=NEW_ALF),
    Line(f"GET {ALF}", "CIP", ours="alf_a"),
    Line(f"PATCH {ALF}", "C", ours="alf_a", body={"validTo": "2029-12-31"}),
    Line(f"DELETE {ALF}", "C", ours="alf_a"),
    Line("GET /v1/alf-report", "CIP", query="halfYear=2026-H2"),
    Line("GET /v1/alf-report/sheet", "CIP", query="halfYear=2026-H2"),
)
