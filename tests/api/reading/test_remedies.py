"""Remedies that are kept: answered at once, listed in the order of work, and told with how far that has come."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from placement.running.advice import Question
from placement.running.advising import Advisor
from placement.tables import KeptRemedies, Plan, PlanDocument, RemedyState
from tests.api.world import World

RUN = "/v1/runs/run_over"
MOMENT = dt.datetime(2026, 10, 1, 9, tzinfo=dt.UTC)


@pytest.fixture
def kept(store: Session) -> KeptRemedies:
    """What is kept of our request, worked out as the adviser does; another's still waits."""
    plan = store.exec(select(Plan).where(Plan.run_id == "run_over")).one()
    documents = store.get_one(PlanDocument, plan.id)
    answer = Advisor(documents.problem, documents.plan).work_out("req_a", 0.1)
    row = KeptRemedies(
        plan_id=plan.id,
        request_id="req_a",
        turn=1,
        state=RemedyState.DONE,
        answer=answer,
        worked_out_at=MOMENT,
        seconds=1.5,
    )
    store.add_all([row, KeptRemedies(plan_id=plan.id, request_id="req_b", turn=0)])
    store.commit()
    return row


def asked(client: TestClient, world: World, path: str, language: str = "en") -> dict[str, Any]:
    answer = client.get(path, headers=world.by("coordinator", **{"Accept-Language": language}))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


@pytest.mark.usefixtures("kept")
def test_what_is_kept_is_answered_at_once_with_names(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Question.answer
    monkeypatch.setattr(Question, "answer", None)
    told = asked(client, world, f"{RUN}/explanations/req_a/remedies")
    assert (told["requestId"], told["placed"], told["workedOutAt"]) == ("req_a", False, "2026-10-01T09:00:00Z")
    places = next(remedy for remedy in told["remedies"] if remedy["kinds"] == ["places"])
    assert places["sentences"][0].startswith("one more place in Tallgården")
    after = [remedy["objectiveAfter"] for remedy in told["remedies"]]
    assert after == sorted(after)
    monkeypatch.setattr(Question, "answer", found)
    longer = asked(client, world, f"{RUN}/explanations/req_a/remedies?timeLimitSeconds=5")  # works it out anew
    assert longer["workedOutAt"] is None
    assert {**longer, "workedOutAt": told["workedOutAt"]} == told


@pytest.mark.usefixtures("kept")
def test_what_is_kept_is_listed_in_the_order_of_work(client: TestClient, world: World) -> None:
    first, second = asked(client, world, f"{RUN}/kept-remedies")["items"]
    assert (first["id"], first["state"], first["remedies"], first["workedOutAt"]) == ("req_b", "waiting", [], None)
    assert (second["id"], second["state"], second["seconds"]) == ("req_a", "done", 1.5)
    assert (second["courseCode"], second["institutionName"]) == ("1SJ021", "Karolinska Institutet")
    assert second["remedies"][0]["placement"]["unitName"]
    assert second["sentences"][0] == "stu_a (1SJ021) is unplaced."
    (done,) = asked(client, world, f"{RUN}/kept-remedies?state=done", "sv")["items"]
    assert done["sentences"][0] == "stu_a (1SJ021) är utan plats."


@pytest.mark.usefixtures("kept")
def test_how_far_the_work_has_come_is_counted(client: TestClient, world: World) -> None:
    told = asked(client, world, f"{RUN}/kept-remedies/progress")
    assert told == {"done": 1, "failed": 0, "waiting": 1, "givenUp": 0, "total": 2}
    nothing = asked(client, world, "/v1/runs/run_next/kept-remedies/progress")
    assert nothing["total"] == 0
    for path in ("/v1/runs/run_none/kept-remedies", "/v1/runs/run_none/kept-remedies/progress"):
        assert client.get(path, headers=world.by("coordinator")).status_code == 404


def test_an_answer_that_failed_is_worked_out_when_asked_for(
    client: TestClient, world: World, store: Session, kept: KeptRemedies
) -> None:
    row = store.get_one(KeptRemedies, (kept.plan_id, "req_a"))
    row.state, row.answer = RemedyState.FAILED, None
    store.commit()
    assert asked(client, world, f"{RUN}/explanations/req_a/remedies?timeLimitSeconds=1")["workedOutAt"] is None
