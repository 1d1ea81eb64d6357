"""Runs over HTTP: a run plans a term outside the call, and each caller reads its own part of the plan."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from placement.callers import SYSTEM, Role
from placement.database import engine_for, open_session
from placement.demo.build import build_term
from placement.store.tokens import create_token
from placement.tables import (
    BlockedUnit,
    OfferWeek,
    Organisation,
    Pin,
    Run,
    RunStatus,
    Student,
    Supervisor,
    Term,
    Unit,
)
from placement_solver.check import check_plan
from placement_solver.documents import read_plan, read_problem, report_of
from tests.api.matrix.planning import RUN
from tests.api.serving import follow, served
from tests.api.world import World
from tests.rows import WEEK


def test_a_run_is_accepted_at_once_and_followed_at_its_address(client: TestClient, world: World) -> None:
    by = world.by("coordinator")
    ordered = client.post("/v1/terms/trm_a/runs", headers=by, json={"timeLimitSeconds": 9, "seed": 4})
    assert ordered.status_code == 202
    followed = client.get(ordered.headers["Location"], headers=by)
    assert followed.json() == ordered.json()
    told = followed.json()
    assert (told["status"], told["termId"], told["timeLimitSeconds"], told["seed"]) == ("queued", "trm_a", 9, 4)
    assert (told["phase"], told["objective"], told["gap"], told["elapsedSeconds"]) == (None, None, None, None)
    assert told["endedBecause"] is None


def test_a_run_without_options_gets_the_default_time_limit(client: TestClient, world: World) -> None:
    told = client.post("/v1/terms/trm_a/runs", headers=world.by("coordinator"))
    assert (told.status_code, told.json()["timeLimitSeconds"], told.json()["seed"]) == (202, 180, 0)


def test_a_run_with_invalid_options_is_refused(client: TestClient, world: World) -> None:
    times = [{"timeLimitSeconds": wrong} for wrong in (0, 86_401, True)]
    seeds = [{"seed": wrong} for wrong in (-1, 2**31, "1")]
    others = ({"workers": 0}, {"workers": 65}, {"mode": "hope"}, {"weights": {"luck": 1}}, {"scenario": {"offers": 1}})
    for body in (*times, *seeds, *others, []):
        told = client.post("/v1/terms/trm_a/runs", headers=world.by("coordinator"), json=body)
        assert (told.status_code, told.headers["Content-Type"]) == (422, "application/problem+json"), body


@pytest.mark.usefixtures("hundred_seconds_in_flight")
def test_more_search_in_flight_than_is_allowed_is_refused_until_some_has_ended(
    client: TestClient, world: World
) -> None:
    by, asked = world.by("coordinator"), {"timeLimitSeconds": 60}
    first = client.post("/v1/terms/trm_a/runs", headers=by, json=asked)
    waiting = client.get("/v1/runs?status=queued", headers=by).json()["total"]
    refused = client.post("/v1/terms/trm_a/runs", headers=by, json=asked)
    assert (first.status_code, refused.status_code, refused.headers["Retry-After"]) == (202, 429, "60")
    assert refused.json()["type"] == "/problems/runs-in-flight"
    assert "60 s together" in refused.json()["detail"]
    assert client.get("/v1/runs?status=queued", headers=by).json()["total"] == waiting, "nothing was stored"
    assert client.delete(first.headers["Location"], headers=by).status_code == 202
    assert client.post("/v1/terms/trm_a/runs", headers=by, json=asked).status_code == 202


def test_runs_are_listed_by_term_and_status(client: TestClient, world: World) -> None:
    by = world.by("institution")
    assert client.get("/v1/runs?termId=trm_a&status=queued", headers=by).json()["total"] == 1
    assert client.get("/v1/runs?status=failed", headers=by).json()["total"] == 0
    assert client.get("/v1/runs?status=tired", headers=by).status_code == 422


def test_a_run_tells_the_coordinator_what_had_become_impossible(
    client: TestClient, world: World, store: Session
) -> None:
    gone = {"request_id": "req_a", "unit_id": "unt_a", "start": "2026-W53", "why_sv": "stängd", "why_en": "closed"}
    store.get_one(Run, "run_over").released = [gone]
    store.commit()
    told = client.get("/v1/runs/run_over", headers=world.by("coordinator")).json()["releasedPlacements"]
    assert told == [
        {"requestId": "req_a", "unitId": "unt_a", "start": "2026-W53", "whySv": "stängd", "whyEn": "closed"}
    ]
    assert client.get("/v1/runs/run_over", headers=world.by("institution")).json()["releasedPlacements"] is None


def test_a_run_serves_the_waiting_list(client: TestClient, world: World) -> None:
    ordered = client.post("/v1/terms/trm_a/runs", headers=world.by("coordinator"), json={"mode": "waiting-list"})
    assert (ordered.status_code, ordered.json()["mode"]) == (202, "waiting-list")


def test_a_waiting_run_is_cancelled_and_cancelling_it_again_is_harmless(client: TestClient, world: World) -> None:
    by = world.by("coordinator")
    ordered = client.post("/v1/terms/trm_a/runs", headers=by, json={}).json()["id"]
    for _ in range(2):
        told = client.delete(f"/v1/runs/{ordered}", headers=by)
        assert (told.status_code, told.json()["status"]) == (202, "cancelled")


def test_the_documents_are_answered_byte_for_byte(client: TestClient, world: World) -> None:
    for document in ("plan", "problem"):
        told = client.get(f"/v1/runs/run_a/{document}", headers=world.by("coordinator"))
        assert (told.text, told.headers["Content-Type"]) == ("{}", "application/json")


def test_a_run_may_have_its_own_workers_weights_and_scenario_which_only_coordinators_see(
    client: TestClient, world: World
) -> None:
    told = client.post("/v1/terms/trm_a/runs", headers=world.by("coordinator"), json={**RUN, "mode": "fill"}).json()
    assert (told["mode"], told["workers"], told["weights"]) == ("fill", 1, {"travel": 2})
    assert told["scenario"] == {
        "offers": RUN["scenario"]["offers"],
        "agreements": [{"agreementId": "agr_a", "ends": False, "maxStudentWeeks": 9}],
        "closures": [{"unitId": "unt_b", "firstWeek": None, "lastWeek": None}],
        "absentSupervisors": ["sup_a"],
        "travelMaxMinutes": 90,
    }
    seen = client.get(f"/v1/runs/{told['id']}", headers=world.by("provider")).json()
    assert (seen["weights"], seen["scenario"]) == (None, None)


def test_a_scenario_that_supposes_what_the_term_does_not_have_is_refused_at_each_place(
    client: TestClient, world: World
) -> None:
    scenario = {
        "offers": [{"offerId": "off_none", "places": 1, "firstWeek": "2026-W01"}],
        "agreements": [{"agreementId": "agr_none", "ends": True}],
        "closures": [{"unitId": "unt_a", "firstWeek": "2027-W03", "lastWeek": "2027-W02"}],
        "absentSupervisors": ["sup_none"],
    }
    told = client.post("/v1/terms/trm_a/runs", headers=world.by("coordinator"), json={"scenario": scenario})
    assert told.status_code == 422
    assert [fault["pointer"] for fault in told.json()["errors"]] == [
        "/scenario/offers/0/offerId",
        "/scenario/offers/0/firstWeek",
        "/scenario/agreements/0/agreementId",
        "/scenario/closures/0/lastWeek",
        "/scenario/absentSupervisors/0",
    ]


def test_a_draft_tells_the_coordinator_who_goes_where_and_when(client: TestClient, world: World) -> None:
    told = client.get("/v1/placements?runId=run_a&unitId=unt_a", headers=world.by("coordinator")).json()
    (placed,) = told["items"]
    assert (placed["requestId"], placed["unitId"], placed["start"]) == ("req_a", "unt_a", "2026-W53")


def test_unplaced_requests_are_listed_with_the_reasons(client: TestClient, world: World) -> None:
    told = client.get("/v1/unplaced-requests?runId=run_a", headers=world.by("institution")).json()
    assert (told["total"], told["items"][0]["requestId"]) == (1, "req_a")
    (left,) = told["items"]
    assert left["reasons"] == {"units": {"kind": 1}}
    assert (left["studentExternalId"], left["courseCode"]) == ("ki-0001", "1SJ021")


def test_a_pin_is_made_shown_listed_and_removed(client: TestClient, world: World, store: Session) -> None:
    store.get_one(Student, "stu_a").site_id = "sit_a"
    store.get_one(Supervisor, "sup_a").every_week = True
    for row in (store.get_one(BlockedUnit, ("stu_a", "unt_a")), store.get_one(Pin, "pin_a")):
        store.delete(row)
    store.add_all(OfferWeek(offer_id="off_a", week=WEEK.plus(week), places=2) for week in range(1, 6))
    store.commit()
    by = world.by("coordinator")
    body = {"requestId": "req_a", "unitId": "unt_a", "start": str(WEEK), "supervisorId": "sup_a"}
    made = client.post("/v1/pins", headers=by, json=body)
    assert made.status_code == 201
    shown = client.get(made.headers["Location"], headers=by)
    assert shown.json() == {"id": made.json()["id"], "version": 1, "termId": "trm_a", **body}
    assert client.get("/v1/pins?termId=trm_a", headers=by).json()["total"] == 1
    refused = client.delete(made.headers["Location"], headers=by)
    assert refused.status_code == 428
    gone = client.delete(made.headers["Location"], headers=by | {"If-Match": shown.headers["ETag"]})
    assert gone.status_code == 204
    assert client.get(made.headers["Location"], headers=by).status_code == 404


def test_a_request_is_pinned_once(client: TestClient, world: World) -> None:
    body = {"requestId": "req_a", "unitId": "unt_a", "start": "2027-W01"}
    assert client.post("/v1/pins", headers=world.by("coordinator"), json=body).status_code == 409


def test_a_pin_that_no_run_could_keep_is_refused_with_every_rule_that_it_breaks(
    client: TestClient, world: World
) -> None:
    body = {"requestId": "req_b", "unitId": "unt_b", "start": "2027-W01"}
    told = client.post("/v1/pins", headers=world.by("coordinator", **{"Accept-Language": "sv"}), json=body)
    assert told.status_code == 422
    told_rules = {fault["detail"].split(": ")[0] for fault in told.json()["errors"]}
    rules = ("Kursens veckor", "Rätt slags enhet", "Utbildningsplatser")
    assert told_rules >= {f"bryter mot regeln ”{rule}”" for rule in rules}
    assert "req_b" not in told.text
    assert client.get("/v1/pins?requestId=req_b", headers=world.by("coordinator")).json()["total"] == 0


def test_what_is_wrong_with_a_pin_is_pointed_out(client: TestClient, world: World) -> None:
    body = {"requestId": "req_none", "unitId": "unt_none", "start": "2027-W01"}
    told = client.post("/v1/pins", headers=world.by("coordinator"), json=body)
    assert told.status_code == 422
    assert [fault["pointer"] for fault in told.json()["errors"]] == ["/requestId", "/unitId"]


@pytest.fixture(scope="module")
def made_up(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A file with a small made-up county, for copies of it, with three tokens and the term's id."""
    file = tmp_path_factory.mktemp("county") / "placement.sqlite3"
    shutil.copyfile(migrated_sqlite, file)
    engine = engine_for(f"sqlite:///{file}")
    with open_session(engine) as session:
        build_term(session, "small", seed=1)
    with open_session(engine) as session:
        provider = session.exec(select(Unit.provider_id)).first()
        institution = session.exec(select(Organisation.id).where(Organisation.external_id == "KI")).one()
        tokens = {
            "coordinator": create_token(session, SYSTEM, Role.COORDINATOR),
            "institution": create_token(session, SYSTEM, Role.INSTITUTION, organisation=institution),
            "provider": create_token(session, SYSTEM, Role.PROVIDER, organisation=provider),
        }
        term = session.exec(select(Term.id)).one()
    engine.dispose()
    return file, tokens | {"term": term}


@pytest.fixture
def county(made_up: tuple[Path, dict[str, str]], tmp_path: Path) -> tuple[str, dict[str, str]]:
    """The address of a fresh database with the small county, with three tokens and the term's id."""
    template, tokens = made_up
    file = tmp_path / "placement.sqlite3"
    shutil.copyfile(template, file)
    return f"sqlite:///{file}", tokens


@pytest.mark.no_cover
def test_a_coordinator_plans_the_term_over_http_follows_it_and_reads_all_of_the_draft_as_nobody_else_does(
    county: tuple[str, dict[str, str]],
) -> None:
    url, tokens = county
    by = {role: {"Authorization": f"Bearer {token}"} for role, token in tokens.items()}
    with served(url) as address, httpx.Client(base_url=address, headers=by["coordinator"]) as http:
        ordered = http.post(f"/v1/terms/{tokens['term']}/runs", json={"timeLimitSeconds": 3})
        run = ordered.headers["Location"]
        events = follow(http, run)
        assert [kind for kind, _ in events] == ["progress"] * (len(events) - 1) + ["ended"]
        told = events[-1][1]
        assert http.get(run).json() == told
        assert (told["status"], told["error"], told["phase"]) == ("succeeded", None, "done")
        plan = read_plan(http.get(f"{run}/plan").content)
        problem = read_problem(http.get(f"{run}/problem").content)
        assert check_plan(problem, plan) == ()
        assert (told["objective"], told["bound"], told["unplaced"]) == (
            plan.objective,
            plan.bound,
            len(plan.unplaced),
        )
        assert told["endedBecause"] == plan.ended_because
        assert told["endedBecause"] in {"proven", "nothing-better", "time-limit"}
        report = report_of(http.get(f"{run}/report").json())
        assert report.fairness.everyone.placed == len(plan.placements)
        priced = http.get(f"{run}/prices").json()
        assert report.prices is not None
        assert priced["total"] == len(report.prices.scarce)
        explained = http.get(f"{run}/explanations", params={"limit": 1}, headers={"Accept-Language": "sv"}).json()
        assert explained["total"] == len(plan.unplaced)
        assert explained["items"][0]["sentences"][0].startswith("Enheter kvar efter")
        left_out = explained["items"][0]["requestId"]
        advice = http.get(f"{run}/explanations/{left_out}/remedies", timeout=60).json()
        assert (advice["placed"], advice["requestId"]) == (False, left_out)
        listed = http.get("/v1/placements", params={"runId": told["id"], "limit": 1}).json()
        assert listed["total"] == len(plan.placements)
        (draft,) = http.get(f"/v1/terms/{tokens['term']}/comparisons").json()["drafts"]
        assert sum(draft["terms"].values()) == plan.objective
        assert sum(group["unplaced"] for group in draft["unplaced"]) == len(plan.unplaced)
        for role in ("institution", "provider"):
            assert http.get("/v1/placements", headers=by[role]).json()["total"] == 0
            assert http.get(f"{run}/plan", headers=by[role]).status_code == 403
        assert http.get(f"{run}/explanations", headers=by["institution"]).status_code == 404
        assert http.get(f"{run}/prices", headers=by["provider"]).status_code == 404


def test_where_several_processes_answer_runs_are_still_carried_out_one_at_a_time(
    county: tuple[str, dict[str, str]],
) -> None:
    url, tokens = county
    coordinator = {"Authorization": f"Bearer {tokens['coordinator']}"}
    with served(url, processes=2) as address, httpx.Client(base_url=address, headers=coordinator) as http:
        runs, order = f"/v1/terms/{tokens['term']}/runs", {"timeLimitSeconds": 1, "workers": 1}
        addresses = [http.post(runs, json=order).headers["Location"] for _ in range(2)]
        first, second = (follow(http, run)[-1][1] for run in addresses)
        assert [first["status"], second["status"]] == ["succeeded", "succeeded"]
        assert second["startedAt"] >= first["finishedAt"]


def test_a_server_that_stops_waits_for_nobody_who_follows_and_gives_its_run_back(
    county: tuple[str, dict[str, str]],
) -> None:
    url, tokens = county
    coordinator = {"Authorization": f"Bearer {tokens['coordinator']}"}
    with httpx.Client(headers=coordinator, timeout=60) as http, ExitStack() as following, served(url) as address:
        ordered = http.post(f"{address}/v1/terms/{tokens['term']}/runs", json={"timeLimitSeconds": 600})
        events = f"{address}{ordered.headers['Location']}/events"
        answer = following.enter_context(http.stream("GET", events))
        assert any('"status":"running"' in line for line in answer.iter_lines())
    engine = engine_for(url)
    with open_session(engine) as session:
        assert session.exec(select(Run.status)).one() is RunStatus.QUEUED
    engine.dispose()


def test_a_runs_whole_way_is_shown_to_whoever_opens_it_late(client: TestClient, world: World, store: Session) -> None:
    by = world.by("provider")
    assert client.get("/v1/runs/run_a/progress", headers=by).json() == {"runId": "run_a", "points": []}
    store.get_one(Run, "run_a").points = [[1.5, 200, 100, 3], [2.0, 160, 120, 2]]
    store.commit()
    told = client.get("/v1/runs/run_a/progress", headers=by).json()["points"]
    assert told[0] == {"seconds": 1.5, "objective": 200, "bound": 100, "gap": 0.5, "unplaced": 3}
    assert told[1] == {"seconds": 2.0, "objective": 160, "bound": 120, "gap": 0.25, "unplaced": 2}
    assert client.get("/v1/runs/run_none/progress", headers=by).status_code == 404
