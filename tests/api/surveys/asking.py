"""A round that is asked: a survey, the placements that it is about, and those who ask, answer and read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
from fastapi.testclient import TestClient
from sqlmodel import Session

from placement.callers import SYSTEM, Role
from placement.store.tokens import create_token
from placement.tables import Placement, PlacementStatus, Request, Row, Student
from tests.api.world import World
from tests.rows import WEEK

TERM = "trm_idle"
PLACED = {
    ("unt_a", "prg_a"): 12,
    ("unt_a", "prg_b"): 7,
    ("unt_free", "prg_a"): 3,
    ("unt_free", "prg_b"): 9,
    ("unt_b", "prg_a"): 6,
    ("unt_b", "prg_b"): 8,
    ("unt_idle", "prg_b"): 2,
}
"""How many students of each programme have been at each unit."""
QUESTIONS: list[dict[str, Any]] = [
    {
        "key": "overall",
        "kind": "scale",
        "textSv": "Jag är nöjd.",
        "textEn": "I am content.",
        "required": True,
        "steps": 5,
        "lowSv": "inte alls",
        "lowEn": "not at all",
        "highSv": "helt",
        "highEn": "entirely",
    },
    {
        "key": "told",
        "kind": "choice",
        "textSv": "När fick du schemat?",
        "textEn": "When were you told?",
        "choices": [
            {"code": "in-time", "sv": "i tid", "en": "in time"},
            {"code": "late", "sv": "sent", "en": "late"},
            {"code": "never", "sv": "aldrig", "en": "never"},
        ],
    },
    {"key": "recommend", "kind": "yes-no", "textSv": "Rekommenderar du?", "textEn": "Would you recommend it?"},
    {"key": "more", "kind": "text", "textSv": "Något mer?", "textEn": "Anything more?"},
]
SURVEY = {"nameSv": "Enkät om VFU 2027", "nameEn": "Survey 2027", "audience": "students", "questions": QUESTIONS}
_COURSES = {"prg_a": ("crs_a", "coh_a", "org_ki"), "prg_b": ("crs_b", "coh_b", "org_b")}


def placements(placed: Mapping[tuple[str, str], int]) -> list[Row]:
    """Return the rows of students who have completed a placement."""
    rows: list[Row] = []
    for (unit, programme), number in placed.items():
        course, cohort, institution = _COURSES[programme]
        for each in range(number):
            name = f"{unit}.{programme}.{each}"
            student = Student(
                id=f"stu.{name}",
                cohort_id=cohort,
                institution_id=institution,
                external_id=f"s-{name}",
                lat=59.3,
                lon=18.1,
            )
            request = Request(id=f"req.{name}", term_id=TERM, student_id=student.id, course_id=course)
            placement = Placement(
                id=f"pla.{name}",
                term_id=TERM,
                request_id=request.id,
                publication_id="pub_a",
                unit_id=unit,
                start=WEEK,
                weeks=5,
                status=PlacementStatus.COMPLETED,
            )
            rows += [student, request, placement]
    return rows


@dataclass
class Asking:
    """Those who take part: our side by role, and the other lärosäte."""

    client: TestClient
    world: World
    other: str
    round: str = ""
    survey: str = ""

    @classmethod
    def begin(cls, client: TestClient, world: World, store: Session, placed: Mapping[tuple[str, str], int]) -> Asking:
        """Store the placements, and give the other lärosäte a token."""
        store.add_all(placements(placed))
        token = create_token(store, SYSTEM, Role.INSTITUTION, organisation="org_b")
        store.commit()
        return cls(client, world, token)

    def ask(self, role: str, method: str, path: str, status: int, body: Any = None, **headers: str) -> Any:  # noqa: ANN401 (any JSON)
        """Make a call as one of our side, or as ``other``, and return what is answered."""
        bearer = {"Authorization": f"Bearer {self.other}"} if role == "other" else self.world.by(role)
        answer = self.client.request(method, path, json=body, headers={**bearer, **headers})
        assert answer.status_code == status, answer.text
        return answer.json() if answer.headers.get("content-type") == "application/json" else answer

    def plan(self, survey: Mapping[str, Any] = SURVEY, term: str = TERM) -> str:
        """Make a survey and plan a round of it."""
        version = self.ask("coordinator", "POST", "/v1/surveys", 201, survey)
        self.survey = version["surveyId"]
        days = {"opensOn": "2026-01-01", "closesOn": "2199-12-31"}
        body = {"versionId": version["id"], "termId": term, **days}
        self.round = self.ask("coordinator", "POST", "/v1/survey-rounds", 201, body)["id"]
        return self.round

    def open(self) -> None:
        self.ask("coordinator", "POST", f"/v1/survey-rounds/{self.round}/openings", 201)

    def close(self) -> None:
        self.ask("coordinator", "POST", f"/v1/survey-rounds/{self.round}/closings", 201)

    def links(self, role: str, status: int = 201, **body: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (any JSON)
        """Take the links of a party."""
        told = self.ask(role, "POST", f"/v1/survey-rounds/{self.round}/links", status, body)
        found: list[dict[str, Any]] = told["links"]
        return found

    def answer(self, link: Mapping[str, Any] | str, **answers: Any) -> httpx2.Response:  # noqa: ANN401 (any JSON)
        """Answer a link by the API."""
        secret = secret_of(link)
        return self.client.post(f"/v1/survey-links/{secret}/answers", json={"answers": answers})

    def figures(self, role: str, query: str = "") -> dict[tuple[str, str, str | None], dict[str, Any]]:
        """Read all the figures that concern somebody, by level, subject and question."""
        rows: list[dict[str, Any]] = []
        while True:
            path = f"/v1/survey-figures?limit=200&offset={len(rows)}&roundId={self.round}{query}"
            page = self.ask(role, "GET", path, 200)
            rows += page["items"]
            if len(rows) >= page["total"]:
                return {(row["level"], row["subjectId"], row["question"]): row for row in rows}


def secret_of(link: Mapping[str, Any] | str) -> str:
    """Return the secret part of a link."""
    url = link if isinstance(link, str) else link["url"]
    found = re.search(r"/survey-forms/([a-z2-7]+)$", url)
    assert found, url
    return found[1]
