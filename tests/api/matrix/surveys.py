"""Who may do what with surveys: a coordinator asks, everyone concerned reads, and whoever has a link answers."""

from __future__ import annotations

from typing import Any

from tests.api.lines import Line

QUESTION: dict[str, Any] = {
    "key": "reception",
    "kind": "scale",
    "textSv": "Jag blev väl mottagen.",
    "textEn": "I was well received.",
    "steps": 5,
    "lowSv": "inte alls",
    "lowEn": "not at all",
    "highSv": "helt",
    "highEn": "entirely",
}
CHOICE: dict[str, Any] = {
    "key": "travel",
    "kind": "choice",
    "textSv": "Hur lång var resan?",
    "textEn": "How long was the journey?",
    "choices": [{"code": "short", "sv": "kort", "en": "short"}, {"code": "long", "sv": "lång", "en": "long"}],
}
SURVEY = {"nameSv": "Ny enkät", "nameEn": "New survey", "audience": "students", "questions": [QUESTION, CHOICE]}
ROUND = {"versionId": "svv_a", "termId": "trm_idle", "opensOn": "2027-12-01", "closesOn": "2028-01-31"}

LINES = (
    Line("GET /v1/surveys", "CIPU", ours="svy_a"),
    Line("POST /v1/surveys", "C", body=SURVEY),
    Line("GET /v1/surveys/{surveyId}", "CIPU", ours="svy_a"),
    Line("GET /v1/surveys/{surveyId}/versions", "CIPU", ours="svy_a"),
    Line("POST /v1/surveys/{surveyId}/versions", "C", ours="svy_a", body={"questions": [QUESTION, CHOICE]}),
    Line("GET /v1/survey-rounds", "CIPU", ours="srd_a"),
    Line("POST /v1/survey-rounds", "C", body=ROUND),
    Line("GET /v1/survey-rounds/{roundId}", "CIPU", ours="srd_a"),
    Line("PATCH /v1/survey-rounds/{roundId}", "C", ours="srd_planned", body={"closesOn": "2199-11-30"}),
    Line("DELETE /v1/survey-rounds/{roundId}", "C", ours="srd_planned"),
    Line("POST /v1/survey-rounds/{roundId}/openings", "C", ours="srd_planned"),
    Line("POST /v1/survey-rounds/{roundId}/reminders", "C", ours="srd_open"),
    Line("POST /v1/survey-rounds/{roundId}/closings", "C", ours="srd_open"),
    Line("POST /v1/survey-rounds/{roundId}/links", "CIP", ours="srd_open", body={"renew": True}),
    Line("GET /v1/survey-rounds/{roundId}/texts", "CIPU", ours="srd_a"),
    Line("GET /v1/survey-figures", "CIPU", ours="srd_a"),
    Line("GET /v1/survey-figures/sheet", "CIPU", query=""),
    Line("GET /v1/survey-years", "CIPU", ours="county"),
    Line("GET /v1/survey-links/{secret}", "", ours="none", public=True),
    Line("POST /v1/survey-links/{secret}/answers", "", ours="none", body={"answers": {"reception": 4}}, public=True),
)
