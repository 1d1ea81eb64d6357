"""Who may do what with supervisors: only those who run the unit."""

from __future__ import annotations

from tests.api.lines import Line

SUPERVISOR = {"unitId": "unt_a", "profession": "nurse", "externalId": "p-18"}
TRAINING = {"course": "Handledning", "credits": 7.5, "completedOn": "2025-05-31"}

LINES = (
    Line("GET /v1/supervisors", "CPU", reach="C", ours="sup_a", theirs="sup_b"),
    Line(
        "POST /v1/supervisors",
        "CPU",
        reach="C",
        body=SUPERVISOR,
        their_body={**SUPERVISOR, "unitId": "unt_b"},
    ),
    Line("GET /v1/supervisors/{supervisorId}", "CPU", reach="C", ours="sup_a", theirs="sup_b"),
    Line(
        "PATCH /v1/supervisors/{supervisorId}",
        "CPU",
        reach="C",
        ours="sup_a",
        theirs="sup_b",
        body={"maxStudents": 1},
    ),
    Line("DELETE /v1/supervisors/{supervisorId}", "CPU", reach="C", ours="sup_a", theirs="sup_b"),
    Line(
        "POST /v1/supervisors/{supervisorId}/trainings",
        "CPU",
        reach="C",
        ours="sup_a",
        theirs="sup_b",
        body=TRAINING,
    ),
    Line("DELETE /v1/supervisors/{supervisorId}/trainings/trn_a", "CPU", ours="sup_a", good=200),
)
