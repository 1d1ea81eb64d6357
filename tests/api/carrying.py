"""Carrying: two terms of a made-up county over HTTP, the second planned with and without what the first has cost."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Engine

from placement.database import open_session
from placement.running import claims
from placement.running.worker import carry_out
from placement.worker_names import new_worker
from placement_solver.documents import problem_of, read_plan
from placement_solver.journeys import minutes_between
from placement_solver.problem import Problem
from placement_solver.weeks import IsoWeek
from placement_solver.wishes.carried_burden import CarriedBurden
from tests.api.parties import Party

LATER = 32
"""Weeks from the spring term's first week to the autumn term's."""
FORMULA: dict[str, Any] = {
    "validFrom": "2026-12-01",
    "longWeek": 20,
    "weekAway": 30,
    "unmetWish": 100,
    "lateNotice": 50,
    "veryLateNotice": 120,
    "mostPerTerm": 600,
    "keptPermille": 500,
}


@dataclass
class Figures:
    """What a draft of the second term comes to."""

    placed: int
    minutes: int
    most_asked: int
    most_placed: int
    most_minutes: int
    most_long: int
    most_first: int
    carried: int


@dataclass
class County:
    """A made-up county and its coordinator; runs are carried out in the test's process."""

    by: Party
    engine: Engine
    terms: dict[str, str] = field(default_factory=dict)

    def find_spring(self) -> dict[str, Any]:
        """Return the term that the demo has made."""
        (term,) = self.by.all("/v1/terms")
        self.terms["spring"] = term["id"]
        return dict(term)

    def open_autumn(self, spring: dict[str, Any]) -> None:
        """Open the next term with the same courses, offers and requests, each week 32 weeks later."""
        first = str(IsoWeek.parse(spring["firstWeek"]).plus(LATER))
        asked = {"code": "HT2027", "firstWeek": first, "weeks": spring["weeks"]}
        autumn = self.by.enter("/v1/terms", {**asked, "weights": spring["weights"], "travel": spring["travel"]})
        self.terms["autumn"] = autumn
        for course in self.by.all("/v1/courses"):
            path = f"/v1/courses/{course['id']}/windows"
            starts = self.by.get(f"{path}/{spring['id']}")["starts"]
            if starts:
                self.by.ask("PUT", f"{path}/{autumn}", 200, {"starts": [later(week) for week in starts]})
        offers = self.by.all(f"/v1/capacity-offers?termId={spring['id']}")
        self.by.hand_in("capacity-offers", {"rows": [moved(each, autumn) for each in offers if each["weeks"]]})
        kept = ("studentId", "courseId", "preferences")
        requests = self.by.all(f"/v1/requests?termId={spring['id']}")
        asked_again = [{**{name: each[name] for name in kept}, "termId": autumn} for each in requests]
        self.by.hand_in("requests", {"rows": asked_again})

    def run(self, term: str, **order: object) -> str:
        """Order a run, carry it out here, and return its id."""
        body = {"timeLimitSeconds": 120, "workers": 1, **order}
        run = self.by.ask("POST", f"/v1/terms/{self.terms[term]}/runs", 202, body).json()["id"]
        with open_session(self.engine) as session:
            claimed = claims.claim_next(session, new_worker())
        assert claimed is not None
        carry_out(self.engine, claimed, threading.Event())
        ended = self.by.get(f"/v1/runs/{run}")
        assert ended["status"] == "succeeded", ended
        return str(run)

    def publish(self, term: str, run: str) -> None:
        """Publish a run of a term."""
        self.by.ask("POST", f"/v1/terms/{self.terms[term]}/publications", 201, {"runId": run})

    def figures(self, run: str, most: set[str]) -> Figures:
        """Return the figures of a draft, of everyone and of the students in ``most``."""
        problem = problem_of(self.by.get(f"/v1/runs/{run}/problem"))
        plan = read_plan(self.by.ask("GET", f"/v1/runs/{run}/plan", 200).content)
        placed = [(problem.request[each.request], each.unit) for each in plan.placements]
        minutes = {
            request.id: minutes_between(problem, problem.student[request.student], problem.unit[unit])
            for request, unit in placed
        }
        theirs = [(request, unit) for request, unit in placed if request.student in most]
        return Figures(
            placed=len(placed),
            minutes=sum(minutes.values()),
            most_asked=sum(request.student in most for request in problem.requests),
            most_placed=len(theirs),
            most_minutes=sum(minutes[request.id] for request, _ in theirs),
            most_long=sum(minutes[request.id] > problem.travel.long_after for request, _ in theirs),
            most_first=sum(request.preferences[:1] == (unit,) for request, unit in theirs),
            carried=CarriedBurden().score(weighed(problem), plan.placements),
        )

    def points(self, run: str) -> dict[str, int]:
        """Return the points of each student in a run's problem."""
        return {each["id"]: each.get("burden", 0) for each in self.by.get(f"/v1/runs/{run}/problem")["students"]}


def weighed(problem: Problem) -> Problem:
    """Return a problem in which what is carried weighs 1, to tell what a plan would cost under it."""
    return replace(problem, weights=replace(problem.weights, carried_burden=1))


def moved(offer: dict[str, Any], term: str) -> dict[str, Any]:
    """Return an offer as it is entered in another term, 32 weeks later."""
    kept = {name: offer[name] for name in ("unitId", "professions", "institutions", "status")}
    return {**kept, "termId": term, "weeks": [{**each, "week": later(each["week"])} for each in offer["weeks"]]}


def later(week: str) -> str:
    """Return the week that many weeks later."""
    return str(IsoWeek.parse(week).plus(LATER))
