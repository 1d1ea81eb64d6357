"""Explanations: why a request is unplaced, in the reader's language, and what would place it."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from placement.errors import UnavailableError
from placement.running import advice
from placement.running.advice import AdviceLostError, Question
from placement.tables import Plan, Request, UnplacedRequest
from tests.api.drafts import draft
from tests.api.world import World

DRAFT = "/v1/runs/run_over/explanations"


def explained(
    client: TestClient, world: World, path: str = DRAFT, role: str = "coordinator", language: str = "en"
) -> dict[str, Any]:
    answer = client.get(path, headers=world.by(role, **{"Accept-Language": language}))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_each_request_without_a_placement_is_explained_in_the_reader_s_language(
    client: TestClient, world: World
) -> None:
    (why,) = explained(client, world, f"{DRAFT}?requestId=req_a")["items"]
    assert (why["institutionId"], why["studentId"], why["courseId"]) == ("org_ki", "stu_a", "crs_a")
    assert why["sentences"][-1] == "Offers that are full: Tallgården – nurse (2027-W01–W05)."
    assert why["reasons"]["capacities"] == [{"id": "off_a", "weeks": [1, 2, 3, 4, 5]}]
    (why,) = explained(client, world, f"{DRAFT}?requestId=req_a", language="sv")["items"]
    assert why["sentences"][-1] == "Erbjudanden som är fulla: Tallgården – sjuksköterska (2027-W01–W05)."


def test_an_explanation_names_what_its_reasons_mention_and_whose_the_request_is(
    client: TestClient, world: World
) -> None:
    (why,) = explained(client, world, f"{DRAFT}?requestId=req_a")["items"]
    assert why["names"] == [{"id": "off_a", "kind": "offer", "name": "Tallgården – nurse", "ownId": None}]
    assert (why["courseCode"], why["courseName"]) == ("1SJ021", "T2")
    assert (why["institutionName"], why["studentExternalId"]) == ("Karolinska Institutet", None)


def test_a_reason_names_what_the_reader_may_see_and_keeps_the_id_of_the_rest(
    client: TestClient, world: World, store: Session
) -> None:
    plan = store.exec(select(Plan).where(Plan.run_id == "run_a")).one()
    left = store.get_one(UnplacedRequest, (plan.id, "req_a"))
    mentioned = {
        "capacities": ["off_a"],
        "unit_ceilings": ["unt_a"],
        "agreements": ["agr_a", "agr_b"],
        "supervisors": ["sup_a"],
        "own_placements": ["req_idle", "req_b"],
    }
    full = {name: [{"id": row, "weeks": []} for row in rows] for name, rows in mentioned.items()}
    left.reasons = {**full, "own_placements": mentioned["own_placements"], "remaining": [], "dearer_units": 0}
    store.commit()
    path = "/v1/runs/run_a/explanations?requestId=req_a"
    (why,) = explained(client, world, path, "institution", "sv")["items"]
    assert why["studentExternalId"] == "ki-0001"
    assert why["sentences"] == [
        "Erbjudanden som är fulla: Tallgården – sjuksköterska.",
        "Enheter som har nått sitt tak: Tallgården.",
        "Avtal som har nått sitt tak: Karolinska Institutet – Stockholms stad, agr_b.",
        "Handledare som är upptagna: en handledare vid Tallgården.",
        "Studentens egna placeringar är i vägen: ki-0001 (crs_asked), req_b.",
    ]
    assert {name["id"] for name in why["names"]} == {"off_a", "unt_a", "agr_a", "req_idle"}
    assert why["reasons"]["supervisors"] == [{"id": None, "weeks": []}]
    (why,) = explained(client, world, path)["items"]
    assert why["sentences"][-2:] == [
        "Supervisors who are taken: p-17.",
        "The student's own placements are in the way: stu_a (crs_asked), stu_b (crs_b).",
    ]


def test_explanations_are_listed_by_institution_in_parts(client: TestClient, world: World) -> None:
    everyone = explained(client, world)
    own = explained(client, world, f"{DRAFT}?institutionId=org_ki&limit=1")
    assert {why["institutionId"] for why in own["items"]} == {"org_ki"}
    assert len(own["items"]) == 1
    assert 0 < own["total"] < everyone["total"]
    falling = explained(client, world, f"{DRAFT}?sort=-id")
    assert [why["id"] for why in falling["items"]] == [why["id"] for why in everyone["items"]][::-1]


def test_an_institution_reads_its_own_students_explanations_of_a_published_plan(
    client: TestClient, world: World
) -> None:
    told = explained(client, world, "/v1/runs/run_a/explanations", "institution")
    assert [why["requestId"] for why in told["items"]] == ["req_a"]
    others = explained(client, world, "/v1/runs/run_a/explanations?institutionId=org_b", "institution")
    assert others["total"] == 0


def test_what_would_place_a_request_is_found_and_proven(client: TestClient, world: World) -> None:
    told = explained(client, world, f"{DRAFT}/req_a/remedies?timeLimitSeconds=1")
    assert (told["runId"], told["requestId"], told["placed"]) == ("run_over", "req_a", False)
    assert told["sentences"][0] == "stu_a (1SJ021) is unplaced."
    assert (told["studentId"], told["courseCode"]) == ("stu_a", "1SJ021")
    places = next(remedy for remedy in told["remedies"] if remedy["kinds"] == ["places"])
    assert (places["placement"]["unitId"], places["placement"]["start"]) == ("unt_a", "2026-W53")
    assert (places["placement"]["unitName"], places["placement"]["courseCode"]) == ("Tallgården", "1SJ021")
    assert places["sentences"][0].startswith("one more place in Tallgården – nurse, 2027-W01–W05.")
    assert places["moves"] == []
    assert places["smallest"]
    swedish = explained(client, world, f"{DRAFT}/req_a/remedies", language="sv")
    assert swedish["sentences"][0] == "stu_a (1SJ021) är utan plats."


def test_the_other_students_who_would_move_are_named_as_the_reader_knows_them(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Question.answer

    def answer(question: Question) -> dict[str, Any]:
        told = dict(found(question))
        there = told["remedies"][0]["placement"]
        told["remedies"] = [
            {**told["remedies"][0], "moves": [{"before": there, "after": {**there, "start": "2027-W10"}}]}
        ]
        return told

    monkeypatch.setattr(Question, "answer", answer)
    told = explained(client, world, f"{DRAFT}/req_a/remedies?timeLimitSeconds=1")
    ((move,),) = (remedy["moves"] for remedy in told["remedies"])
    assert (move["before"]["unitName"], move["before"]["studentId"]) == ("Tallgården", "stu_a")
    assert (move["before"]["start"], move["after"]["start"]) == ("2026-W53", "2027-W10")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_no_sentence_of_an_explanation_has_an_id_of_what_has_a_name(
    client: TestClient, world: World, language: str
) -> None:
    told = explained(client, world, f"{DRAFT}/req_a/remedies", language=language)
    sentences = [*told["sentences"], *(each for remedy in told["remedies"] for each in remedy["sentences"])]
    of_all = [each for why in explained(client, world, language=language)["items"] for each in why["sentences"]]
    for sentence in [*sentences, *of_all]:
        assert not re.search(r"\b(agr|crs|off|org|req|sup|unt)_", sentence), sentence


def test_a_request_that_is_placed_is_explained_and_needs_no_remedy(
    store: Session, client: TestClient, world: World
) -> None:
    draft(store, "run_more", weeks=6)
    store.commit()
    told = explained(client, world, "/v1/runs/run_more/explanations/req_a/remedies")
    assert (told["placed"], told["remedies"]) == (True, [])
    assert told["sentences"][0].startswith("stu_a (1SJ021) is placed: Tallgården, 2026-W53")


@pytest.mark.parametrize("request_id", ["req_none", "req_idle"])
def test_a_request_that_the_run_did_not_plan_has_no_remedies(
    client: TestClient, world: World, store: Session, request_id: str
) -> None:
    store.get_one(Request, "req_idle").term_id = "trm_idle"
    store.commit()
    answer = client.get(f"{DRAFT}/{request_id}/remedies", headers=world.by("coordinator"))
    assert answer.status_code == 404


def test_a_request_that_has_come_since_the_run_has_no_remedies(
    client: TestClient, world: World, store: Session
) -> None:
    store.add(Request(id="req_new", term_id="trm_a", student_id="stu_idle", course_id="crs_a"))
    store.commit()
    answer = client.get(f"{DRAFT}/req_new/remedies", headers=world.by("coordinator"))
    assert answer.status_code == 404


def test_one_question_is_answered_at_a_time(client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = threading.BoundedSemaphore(1)
    monkeypatch.setattr(advice, "_desk", desk)
    with desk:
        answer = client.get(f"{DRAFT}/req_a/remedies", headers=world.by("coordinator"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert client.get(f"{DRAFT}/req_a/remedies", headers=world.by("coordinator")).status_code == 200


def test_an_answer_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advice, "OVERHEAD_SECONDS", 0)
    with pytest.raises(UnavailableError):
        Question("{}", "{}", "req_a", 0.01).answer()
    assert advice._desk.acquire(blocking=False)
    advice._desk.release()


def test_a_question_may_not_take_the_whole_machine(client: TestClient, world: World) -> None:
    settings = client.app.state.settings  # type: ignore[attr-defined]
    client.app.state.settings = settings.model_copy(update={"run_memory_mb": 1})  # type: ignore[attr-defined]
    answer = client.get(f"{DRAFT}/req_a/remedies", headers=world.by("coordinator"))
    client.app.state.settings = settings  # type: ignore[attr-defined]
    assert answer.status_code == 503
    assert "1 MiB" in answer.json()["detail"]


def test_a_question_that_breaks_down_leaves_the_desk_free() -> None:
    with pytest.raises(AdviceLostError, match=r"ended with status 1\. /weights: the field is missing"):
        Question("{}", "{}", "req_a", 1).answer()
    assert advice._desk.acquire(blocking=False)
    advice._desk.release()
