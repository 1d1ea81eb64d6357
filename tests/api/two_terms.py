"""A county with one unit and two terms that share weeks, entered over REST; runs are solved in the test's process."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from placement.callers import Role
from placement.database import engine_for, open_session
from placement.running import claims
from placement.running.worker import carry_out
from placement.worker_names import new_worker
from tests.api.conftest import Connect
from tests.api.parties import Party, token_of
from tests.databases import CopyOf

SPRING = {"code": "VT2027", "firstWeek": "2027-W03", "weeks": 20}
SUMMER = {"code": "ST2027", "firstWeek": "2027-W20", "weeks": 10}
MEETING = "2027-W21"
"""The terms share the weeks 20 to 22."""
TAKEN = {SPRING["code"]: "taken by the other term (VT2027)", SUMMER["code"]: "taken by the other term (ST2027)"}
HOME = {"lat": 59.31, "lon": 18.05}


@dataclass
class Entry:
    """What is entered over REST by the coordinator."""

    by: Party
    terms: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def enter(self, terms: Iterable[dict[str, Any]], places: int, ceiling: int | None) -> None:
        """Enter the parties, the unit, a course of two weeks and the terms; the unit offers places in each of them."""
        enter = self.by.enter
        town = {"code": "0182", "name": "Nacka", "lat": 59.31, "lon": 18.16, "population": 100_000}
        self.by.ask("POST", "/v1/municipalities", 201, town)
        ki = enter("/v1/organisations", {"kind": "institution", "nameSv": "KI", "nameEn": "KI"})
        provider = {"kind": "provider", "providerKind": "municipality", "nameSv": "Nacka", "nameEn": "Nacka"}
        nacka = enter("/v1/organisations", provider)
        place = {"providerId": nacka, "municipalityCode": "0182", "kinds": ["elderly-care"], "lat": 59.30, "lon": 18.1}
        self.ids["unit"] = enter("/v1/units", {**place, "name": "Tallgården", "maxStudents": ceiling})
        self.ids["other"] = enter("/v1/units", {**place, "name": "Granbacken"})
        who = {"unitId": self.ids["unit"], "profession": "nurse", "externalId": "h-1", "role": "supervisor"}
        self.ids["supervisor"] = enter("/v1/supervisors", {**who, "maxStudents": 1})
        programme = {"institutionId": ki, "profession": "nurse", "code": "1SJ24", "name": "Sjuksköterska"}
        self.ids["programme"] = enter("/v1/programmes", programme)
        course = {"programmeId": self.ids["programme"], "code": "1SJ021", "name": "T2", "weeks": 2, "sequence": 1}
        self.ids["course"] = enter("/v1/courses", {**course, "kinds": ["elderly-care"], "supervisionCredits": None})
        for term in terms:
            self.open(term, places)
        validity = {"institutionId": ki, "providerId": nacka, "validFrom": "2026-01-01", "clauses": []}
        self.ids["agreement"] = enter("/v1/agreements", {**validity, "professions": ["nurse"], "volumes": []})
        cohort = {"programmeId": self.ids["programme"], "termId": next(iter(self.terms.values()))}
        cohort_id = enter("/v1/cohorts", {**cohort, "name": "T4", "size": 2})
        for name in ("anna", "bo", "cia"):
            self.ids[name] = enter("/v1/students", {"cohortId": cohort_id, "externalId": f"ki-{name}", **HOME})

    def open(self, term: dict[str, Any], places: int) -> None:
        """Open a term, let the course begin in any week of it that it fits in, and offer places at the unit."""
        own = self.terms[term["code"]] = self.by.enter("/v1/terms", term)
        weeks = weeks_of(term)
        windows = f"/v1/courses/{self.ids['course']}/windows/{own}"
        self.by.change(windows, {"starts": weeks[:-1]}, "PUT")
        offer = {"termId": own, "professions": ["nurse"], "institutions": None, "status": "answered"}
        offered = [{"week": week, "places": places} for week in weeks]
        body = {**offer, "unitId": self.ids["unit"], "weeks": offered}
        self.ids[f"offer {term['code']}"] = self.by.enter("/v1/capacity-offers", body)


@dataclass(frozen=True)
class Entered:
    """What fills a county for copies of it: equal to another with the same terms and numbers."""

    terms: tuple[tuple[tuple[str, Any], ...], ...]
    places: int
    ceiling: int | None
    app: FastAPI = field(compare=False)

    def __call__(self, url: str) -> Entry:
        """Enter the county in a migrated database."""
        engine = self.app.state.engine = engine_for(url)
        with TestClient(self.app, raise_server_exceptions=False) as client:
            entry = Entry(Party(client, token_of(engine, Role.COORDINATOR, label="Eva Ek")))
            entry.enter(map(dict, self.terms), self.places, self.ceiling)
        engine.dispose()
        return entry


@dataclass
class County:
    """A county with one unit and two terms that share weeks, and its coordinator."""

    app: FastAPI
    copy_of: CopyOf[Entry]
    connect: Connect
    by: Party = field(init=False)
    engine: Engine = field(init=False)
    terms: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def set_up(self, *terms: dict[str, Any], places: int = 1, ceiling: int | None = 1) -> None:
        """Begin with a copy of the county with these terms; it is entered when the first test asks for it."""
        rows = tuple(tuple(term.items()) for term in terms)
        url, entry = self.copy_of(Entered(rows, places, ceiling, self.app))
        self.terms, self.ids = dict(entry.terms), dict(entry.ids)
        self.by, self.engine = Party(self.connect(url), entry.by.token), engine_for(url)

    def close(self) -> None:
        """Leave the database."""
        self.engine.dispose()

    def ask_for(self, student: str, term: str) -> str:
        """Ask for a placement for a student in a term; return the request."""
        body = {"termId": self.terms[term], "studentId": self.ids[student], "courseId": self.ids["course"]}
        return self.by.enter("/v1/requests", {**body, "preferences": []})

    def pin(self, request: str, week: str = MEETING, **more: str) -> str:
        """Decide by hand that a request is met at the unit from a week."""
        where = {"requestId": request, "unitId": self.ids["unit"], "start": week, **more}
        return self.by.enter("/v1/pins", where)

    def run(self, term: str, status: str = "succeeded", **order: object) -> dict[str, Any]:
        """Order a run and carry it out here; return how it ended."""
        body = {"timeLimitSeconds": 5, **order}
        run = self.by.ask("POST", f"/v1/terms/{self.terms[term]}/runs", 202, body).json()["id"]
        with open_session(self.engine) as session:
            claimed = claims.claim_next(session, new_worker())
        assert claimed is not None
        carry_out(self.engine, claimed, threading.Event())
        ended: dict[str, Any] = self.by.get(f"/v1/runs/{run}")
        assert ended["status"] == status, ended
        return ended

    def publish(self, term: str, run: str, status: int = 201) -> dict[str, Any]:
        """Publish a run of a term."""
        path = f"/v1/terms/{self.terms[term]}/publications"
        told: dict[str, Any] = self.by.ask("POST", path, status, {"runId": run}).json()
        return told

    def settle(self, term: str, **order: Any) -> None:  # noqa: ANN401 (any part of an order)
        """Plan a term and publish the plan."""
        self.publish(term, self.run(term, **order)["id"])

    def in_force(self) -> dict[str, str]:
        """Return the first week of each placement in force, by the term it belongs to."""
        rows = self.by.all("/v1/placements")
        codes = {term: code for code, term in self.terms.items()}
        return {codes[row["termId"]]: row["start"] for row in rows if row["status"] in {"published", "accepted"}}

    def why(self, run: str, language: str = "en") -> str:
        """Return the sentences about the one request that a run left unplaced."""
        spoken = {"Accept-Language": language}
        answer = self.by.ask("GET", f"/v1/runs/{run}/explanations", 200, None, **spoken).json()
        (line,) = answer["items"]
        return " ".join(line["sentences"])


def weeks_of(term: dict[str, Any]) -> list[str]:
    """Write every week of a term; one of the terms here passes the end of 2026, which has a week 53."""
    year, week = map(int, term["firstWeek"].split("-W"))
    last = 53 if year == 2026 else 52
    numbers = [(year, number) if number <= last else (year + 1, number - last) for number in range(week, week + 40)]
    return [f"{y}-W{w:02}" for y, w in numbers[: term["weeks"]]]
