"""The documents of a run as the coordinator gets them: no home, no pseudonym, and the plan's own figures."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from placement.callers import SYSTEM
from placement.planning.runs import solved_documents
from placement.tables import PlanDocument
from placement_solver.check import check_plan
from placement_solver.documents import read_plan, read_problem, write_plan, write_problem, write_report
from placement_solver.figures.reporting import make_report
from placement_solver.solve import find_solution
from tests.api.world import World
from tests.solver.small import problem, student


@pytest.fixture
def solved(store: Session) -> None:
    """The run of the small world has the documents of a real solve, with a student's own point as a home."""
    term = problem(students=(student(lat=59.31234, lon=18.05321), student("bo", lat=59.40123, lon=17.98765)))
    text = write_problem(term)
    posed = read_problem(text)
    solution = find_solution(posed, time_limit=5, seed=0, workers=1)
    documents = store.get_one(PlanDocument, "pln_a")
    documents.problem, documents.plan = text, write_plan(solution.plan)
    documents.report = json.loads(write_report(make_report(posed, solution.plan, solution.pricing)))
    store.commit()


@pytest.mark.usefixtures("solved")
def test_the_coordinator_gets_documents_that_belong_together_without_a_home(
    client: TestClient, world: World, store: Session
) -> None:
    asked = world.by("coordinator")
    texts = {name: client.get(f"/v1/runs/run_a/{name}", headers=asked).text for name in ("problem", "plan", "report")}
    shown, plan = read_problem(texts["problem"]), read_plan(texts["plan"])
    assert check_plan(shown, plan) == ()
    assert f'"problem_sha256": "{shown.sha256}"' in texts["report"]
    for home in ("59.31234", "18.05321", "59.40123", "17.98765"):
        assert home not in "".join(texts.values())
    stored = read_plan(solved_documents(store, SYSTEM, "run_a").plan)
    assert (plan.objective, plan.terms, plan.bound) == (stored.objective, stored.terms, stored.bound)
