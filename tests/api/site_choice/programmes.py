"""Decentralised programmes as a lärosäte enters them over HTTP, and the rounds in which their students choose."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fastapi.testclient import TestClient

from placement.callers import SYSTEM, Role
from placement.database import engine_for, open_session
from placement.store.tokens import create_token
from tests.api.parties import Party

TERMS = (("VT2027", "2027-W03"), ("HT2027", "2027-W35"), ("VT2028", "2028-W03"), ("HT2028", "2028-W35"))
OPENS, CLOSES, AFTER = dt.date(2027, 3, 1), dt.date(2027, 3, 31), dt.date(2027, 4, 1)


@dataclass
class Day:
    """The day that it is."""

    date: dt.date


def parties(http: TestClient, url: str) -> tuple[Party, Party]:
    """A coordinator, and a lärosäte that the coordinator has entered, each with a token."""
    engine = engine_for(url)
    with open_session(engine) as session:
        coordinator = Party(http, create_token(session, SYSTEM, Role.COORDINATOR, label="CKU"))
    place = {"lat": 63.8, "lon": 20.3, "population": 130_000, "inCounty": False}
    coordinator.ask("POST", "/v1/municipalities", 201, {"code": "2480", "name": "Umeå", **place})
    university = {"kind": "institution", "nameSv": "Universitetet", "nameEn": "The University", "externalId": "UNI"}
    institution = coordinator.enter("/v1/organisations", university)
    with open_session(engine) as session:
        token = create_token(session, SYSTEM, Role.INSTITUTION, organisation=institution)
    engine.dispose()
    return coordinator, Party(http, token, institution)


class Programme:
    """A decentralised programme with its sites, terms, a cohort and its students, and the cohort's site round."""

    def __init__(
        self, coordinator: Party, institution: Party, day: Day, sites: Mapping[str, int], *, students: int
    ) -> None:
        self.coordinator, self.institution, self.day, self._wanted = coordinator, institution, day, sites
        place = {"institutionId": institution.organisation, "municipalityCode": "2480"}
        self.sites = {name: coordinator.enter("/v1/sites", {"name": name, **place}) for name in sites}
        self.terms = {
            code: coordinator.enter("/v1/terms", {"code": code, "firstWeek": week, "weeks": 20}) for code, week in TERMS
        }
        programme = {"institutionId": institution.organisation, "profession": "physician", "code": "LAK"}
        self.id = institution.enter("/v1/programmes", {**programme, "name": "Läkarprogrammet", "decentralised": True})
        self.cohort = self.form("Termin 4", "VT2027", students)
        self.home = next(iter(self.sites))
        self.register(self.cohort, [f"uni-{number:04}" for number in range(1, students + 1)])

    def form(self, name: str, term: str, size: int) -> str:
        body = {"programmeId": self.id, "termId": self.terms[term], "name": name, "size": size}
        return self.institution.enter("/v1/cohorts", body)

    def register(self, cohort: str, pseudonyms: Sequence[str]) -> None:
        """Register students at the home site, where they study until they have chosen."""
        place = {"cohortId": cohort, "lat": 63.8, "lon": 20.3, "siteId": self.sites[self.home]}
        rows = [{"externalId": pseudonym, **place} for pseudonym in pseudonyms]
        self.institution.ask("POST", "/v1/students/imports", 200, {"rows": rows})

    @cached_property
    def students(self) -> dict[str, str]:
        """The ids of the cohort's students by pseudonym."""
        found = self.institution.all(f"/v1/students?cohortId={self.cohort}")
        return {row["externalId"]: row["id"] for row in found}

    def body(self, quotas: Sequence[Mapping[str, Any]], **more: Any) -> dict[str, Any]:  # noqa: ANN401 (a body is any JSON)
        """The body of a round in March for the term after next."""
        named = [{**quota, "siteId": self.sites[quota["siteId"]]} for quota in quotas]
        days = {"opensOn": OPENS.isoformat(), "closesOn": CLOSES.isoformat()}
        return {"cohortId": self.cohort, "fromTermId": self.terms["VT2028"], **days, "quotas": named, **more}

    def set_up(self, quotas: Sequence[Mapping[str, Any]], **more: Any) -> str:  # noqa: ANN401 (as above)
        self.round = self.institution.enter("/v1/site-rounds", self.body(quotas, **more))
        return self.round

    @property
    def address(self) -> str:
        return f"/v1/site-rounds/{self.round}"

    def open(self) -> dict[str, Any]:
        opened: dict[str, Any] = self.institution.ask("POST", f"{self.address}/opening", 200).json()
        return opened

    def draw(self) -> dict[str, Any]:
        """Draw the round the day after it closes."""
        self.day.date = AFTER
        drawn: dict[str, Any] = self.institution.ask("POST", f"{self.address}/draw", 200).json()
        return drawn

    def decide(self, by: str = "Ada Lind") -> dict[str, Any]:
        answer = self.institution.ask("POST", f"{self.address}/decision", 200, {"decidedBy": by})
        decided: dict[str, Any] = answer.json()
        return decided

    def wish(self, student: str, ranking: Sequence[str], **more: Any) -> dict[str, Any]:  # noqa: ANN401 (as above)
        """Send a student's wish by names and pseudonyms, and return it as it counts."""
        body = {"ranking": [self.sites[site] for site in ranking], **more}
        path = f"{self.address}/wishes/{self.students[student]}"
        sent: dict[str, Any] = self.institution.ask("PUT", path, 200, body, **{"If-Match": "*"}).json()
        return sent

    def answer(self, student: str, *, granted: bool) -> dict[str, Any]:
        """Grant or refuse the priority that a student claims."""
        path = f"{self.address}/wishes/{self.students[student]}/priority"
        answered: dict[str, Any] = self.institution.ask(
            "PUT", path, 200, {"granted": granted}, **{"If-Match": "*"}
        ).json()
        return answered

    def receipts(self) -> list[dict[str, Any]]:
        return self.institution.all(f"{self.address}/receipts")

    def receipt(self, student: str) -> dict[str, Any]:
        found: dict[str, Any] = self.institution.get(f"{self.address}/receipts/{self.students[student]}")
        return found

    def name_of(self, site: str) -> str:
        return next(name for name, row in self.sites.items() if row == site)

    def rankings(self, seed: int) -> dict[str, list[str]]:
        return drawn_rankings(self.students, self._wanted, seed)

    def send_all(self, rankings: Mapping[str, Sequence[str]], pairs: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Send everyone's wishes as one sheet in CSV, by names and pseudonyms."""
        both = {**(pairs or {}), **{other: one for one, other in (pairs or {}).items()}}
        lines = ["roundId,studentId,ranking,partnerId"]
        lines += [
            f'LAK/VT2027/Termin 4,{student},"{", ".join(ranking)}",{both.get(student, "")}'
            for student, ranking in rankings.items()
        ]
        sheet = "\r\n".join(lines).encode()
        outcome: dict[str, Any] = self.institution.ask("POST", "/v1/site-wishes/imports", 200, sheet).json()
        return outcome


def drawn_rankings(students: Iterable[str], wanted: Mapping[str, int], seed: int) -> dict[str, list[str]]:
    """Draw a ranking for each student: sites with a larger number are wished for more often."""
    dice, drawn = random.Random(seed), dict[str, list[str]]()
    for student in sorted(students):
        left, drawn[student] = dict(wanted), []
        while left:
            drawn[student] += dice.choices(list(left), weights=list(left.values()))
            del left[drawn[student][-1]]
    return drawn


def numbers_from(seed: str, students: Sequence[str]) -> dict[str, int]:
    """Draw the numbers from outside, by the rule that the contract states and with none of the service's code."""
    tickets = {student: hashlib.sha256((seed + ":" + student).encode("utf-8")).hexdigest() for student in students}
    return {student: number for number, student in enumerate(sorted(tickets, key=tickets.__getitem__), start=1)}
