"""Who may do what with municipalities, organisations, sites and units."""

from __future__ import annotations

from tests.api.lines import EVERYBODY, Line

UNIT = {
    "name": "Hemtjänst Öst",
    "providerId": "org_city",
    "municipalityCode": "0180",
    "kinds": ["home-care"],
    "lat": 59.3,
    "lon": 18.2,
}
ORGANISATION = {"kind": "provider", "providerKind": "private", "nameSv": "Vård AB", "nameEn": "Care Ltd"}
NACKA = {"code": "0182", "name": "Nacka", "lat": 59.31, "lon": 18.16, "population": 112_112}
SITE = {"institutionId": "org_ki", "name": "Norr", "municipalityCode": "0180"}

WORD = {"code": "naprapath", "nameSv": "naprapat", "nameEn": "naprapath"}
PRISON = {"code": "prison-care", "nameSv": "kriminalvård", "nameEn": "prison care"}
JOURNEY = {"origin": "söder", "destination": "ekerö", "minutes": 70}

LINES = (
    Line("GET /v1/api-info", "", public=True),
    Line("GET /healthz", "", public=True),
    Line("GET /readyz", "", public=True),
    Line("GET /problems/{code}", "", public=True, ours="stale"),
    Line("GET /v1/municipalities", EVERYBODY, reach=EVERYBODY, ours="0180"),
    Line("POST /v1/municipalities", "C", body=NACKA),
    Line("GET /v1/municipalities/{municipalityId}", EVERYBODY, ours="0180"),
    Line("PATCH /v1/municipalities/{municipalityId}", "C", ours="0180", body={"population": 1_000_000}),
    Line("GET /v1/organisations", EVERYBODY, reach=EVERYBODY, ours="org_city", theirs="org_far"),
    Line("POST /v1/organisations", "C", body=ORGANISATION),
    Line(
        "GET /v1/organisations/{organisationId}",
        EVERYBODY,
        reach=EVERYBODY,
        ours="org_city",
        theirs="org_far",
    ),
    Line(
        "PATCH /v1/organisations/{organisationId}",
        "C",
        reach="C",
        ours="org_city",
        theirs="org_far",
        body={"nameSv": "Ny"},
    ),
    Line("DELETE /v1/organisations/{organisationId}", "C", ours="org_idle"),
    Line("GET /v1/sites", EVERYBODY, ours="sit_a"),
    Line("POST /v1/sites", "C", body=SITE),
    Line("GET /v1/sites/{siteId}", EVERYBODY, ours="sit_a"),
    Line("PATCH /v1/sites/{siteId}", "C", ours="sit_a", body={"name": "Norr"}),
    Line("GET /v1/units", "CIPUS", reach="CI", ours="unt_a", theirs="unt_b"),
    Line("POST /v1/units", "CP", reach="C", body=UNIT, their_body={**UNIT, "providerId": "org_far"}),
    Line("GET /v1/units/{unitId}", "CIPUS", reach="CI", ours="unt_a", theirs="unt_b"),
    Line("PATCH /v1/units/{unitId}", "CP", reach="C", ours="unt_a", theirs="unt_b", body={"maxStudents": 3}),
    Line("DELETE /v1/units/{unitId}", "CP", reach="C", ours="unt_free", theirs="unt_idle"),
    Line(
        "PUT /v1/units/{unitId}/education-levels/vfu-offered",
        "CP",
        reach="C",
        ours="unt_a",
        theirs="unt_b",
        body={"met": True, "judgedOn": "2026-10-01"},
    ),
    Line("GET /v1/travel-times", EVERYBODY, ours="söder"),
    Line("PUT /v1/travel-times", "C", body={"travelTimes": [JOURNEY]}),
    Line("GET /v1/professions", EVERYBODY, ours="nurse"),
    Line("POST /v1/professions", "C", body=WORD),
    Line("GET /v1/professions/{professionId}", EVERYBODY, ours="nurse"),
    Line("PATCH /v1/professions/{professionId}", "C", ours="nurse", body={"nameEn": "registered nurse"}),
    Line("DELETE /v1/professions/{professionId}", "C", ours="audiologist"),
    Line("GET /v1/unit-kinds", EVERYBODY, ours="elderly-care"),
    Line("POST /v1/unit-kinds", "C", body=PRISON),
    Line("GET /v1/unit-kinds/{unitKindId}", EVERYBODY, ours="elderly-care"),
    Line("PATCH /v1/unit-kinds/{unitKindId}", "C", ours="elderly-care", body={"nameEn": "care of the elderly"}),
    Line("DELETE /v1/unit-kinds/{unitKindId}", "C", ours="audiology"),
    Line("GET /v1/fixed-lists", EVERYBODY, ours="decline-reason"),
    Line("DELETE /v1/travel-times", "C", query="origin=söder&destination=ekerö"),
)
