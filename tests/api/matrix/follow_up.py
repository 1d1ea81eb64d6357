"""Who may read figures, gap reports and yearly reports; the county's are open to all."""

from __future__ import annotations

from tests.api.lines import EVERYBODY, Line

LINES = (
    Line("GET /v1/follow-up/indicators", EVERYBODY, ours="told-four-weeks"),
    Line("GET /v1/follow-up/figures", EVERYBODY, ours="county"),
    Line("GET /v1/follow-up/figures/sheet", EVERYBODY, query="grouping=unit"),
    Line("GET /v1/education-levels", EVERYBODY, ours="goals-known"),
    Line("GET /v1/gap-reports/trainings", "CIPUS", reach="CI", ours="unt_a", theirs="unt_b"),
    Line("GET /v1/gap-reports/trainings/sheet", "CIPUS", query="format=csv"),
    Line("GET /v1/gap-reports/education-levels", "CIPUS", ours="unt_a"),
    Line("GET /v1/gap-reports/education-levels/sheet", "CIPUS", query="format=csv"),
    Line("GET /v1/gap-reports/education-level-counts", "CIPUS", query=""),
    Line("GET /v1/yearly-reports", EVERYBODY, ours="2027.county"),
    Line("GET /v1/yearly-reports/{yearlyReportId}", "CIPUSTA", reach="CIP", ours="2027.county", theirs="2027.org_city"),
    Line(
        "GET /v1/yearly-reports/{yearlyReportId}/page",
        "CIPUSTA",
        reach="CIP",
        ours="2027.county",
        theirs="2027.org_city",
    ),
    Line(
        "GET /v1/yearly-reports/{yearlyReportId}/pdf",
        "CIPUSTA",
        reach="CIP",
        ours="2027.county",
        theirs="2027.org_city",
    ),
)
