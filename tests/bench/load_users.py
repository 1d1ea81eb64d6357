"""The users and their calls while the service is under load: a locust file, started by ``python -m tests.bench load``.

Each user sends so many calls a second on average, at random moments, however long the answers take. Of a hundred users
ten are coordinators, ten are coordinators who read pages in a browser, 40 are providers and 40 are lärosäten. The share
of each call, in per cent:

- a coordinator: reads lists of requests (20), offers (20), placements (15), units (15) and runs (9), a run (10), its
  explanations (4) and prices (4), two drafts compared (2), the whole plan (1);
- a provider: reads its offers (20), one of them (10), its supervisors (15), one of them (10), its placements (15), one
  of them (10); changes an offer (15), accepts a placement (5);
- a lärosäte: reads its students (15), one of them (15), its requests (10), one of them (10), its placements (15), one
  of them (11) and the events since it last asked (10); changes a request's preferences (12), enters a new student with
  a request (2).

Who reads pages reads the term's: its overview (30), its runs (15), a draft (15), those without a place (10), the
offers (10), the placements (10) and the requests (10).

A user that changes a row first reads it by its id, for its ETag: a change is a single read and a write.
"""

from __future__ import annotations

import json
import os
import random
import re
import time
from itertools import count
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from locust import FastHttpUser, task

from tests.bench.load import PACE, PARTIES, READER, READERS

SINGLE, LIST, WRITE, DOCUMENT, PAGES = "single read", "list", "write", "document", "page"
COORDINATOR, PROVIDER, INSTITUTION = "coordinator", "provider", "institution"
PAGE, OWN = 50, 200
TERM, SIGN_IN = "/terms/VT2027", "/sign-in"
FIELDS = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
RUN_LINKS = re.compile(r'href="/terms/VT2027/runs/(run_\w+)"')
REQUESTS, OFFERS, PLACEMENTS = "/v1/requests", "/v1/capacity-offers", "/v1/placements"
STUDENTS, SUPERVISORS, UNITS, RUNS = "/v1/students", "/v1/supervisors", "/v1/units", "/v1/runs"

_tokens: dict[str, list[str]] = json.loads(Path(os.environ[PARTIES]).read_text(encoding="utf-8"))
_pace = float(os.environ[PACE])
_users = {role: count() for role in _tokens}


class Party(FastHttpUser):
    """A user with a token, who calls at random moments."""

    abstract = True
    role = ""

    def on_start(self) -> None:
        """Take one of the role's tokens, and read what the user needs for its calls."""
        number = next(_users[self.role])
        self.chance = random.Random(f"{self.role} {number}")
        self.token = _tokens[self.role][number % len(_tokens[self.role])]
        self.due = time.monotonic() + self.chance.random() / _pace
        self.look_around()

    def look_around(self) -> None:
        """Read what the user needs for its calls; nothing unless the role says so."""

    def wait_time(self) -> float:
        """Return the seconds until the next call is due; 0 if it is late."""
        return max(0.0, self.due - time.monotonic())

    def call(self, kind: str, method: str, named: str, path: str, body: object = None, **headers: str) -> Any:  # noqa: ANN401
        """Send a call; locust records its time under its kind and name."""
        self.due += self.chance.expovariate(_pace)
        bearer = {"Authorization": f"Bearer {self.token}"}
        return self.client.request(method, path, name=f"{kind}: {method} {named}", headers=bearer | headers, json=body)

    def rows(self, path: str, query: str = "", limit: int = PAGE, named: str | None = None) -> list[dict[str, Any]]:
        """Read a page of a list."""
        answer = self.call(LIST, "GET", named or path, f"{path}?limit={limit}{query}")
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    def browse(self, path: str, total: int = OWN, query: str = "") -> None:
        """Read a page of a list, most often the first."""
        self.rows(path, f"&offset={self.chance.choice((0, 0, 0, PAGE, total // 2))}{query}")

    def own(self, path: str) -> list[str]:
        """Return the ids of the first rows of a list."""
        return [row["id"] for row in self.rows(path, limit=OWN)]

    def show(self, path: str, row: str) -> Any:  # noqa: ANN401 (locust's answer has no type of its own)
        """Read a row by its id."""
        return self.call(SINGLE, "GET", f"{path}/…", f"{path}/{row}")

    def change(self, path: str, row: str, body: object) -> None:
        """Read a row for its ETag, and change it."""
        tag = self.show(path, row).headers["ETag"]
        self.call(WRITE, "PATCH", f"{path}/…", f"{path}/{row}", body, **{"If-Match": tag})

    def enter(self, path: str, body: object) -> str:
        """Enter a row and return its id."""
        return str(self.call(WRITE, "POST", path, path, body).json()["id"])


class Coordinator(Party):
    """Reads what is stored, and drafts."""

    role = COORDINATOR
    fixed_count = 10

    def look_around(self) -> None:
        """Find two drafts of a term."""
        drafts = self.rows(RUNS, "&status=succeeded")
        self.term = drafts[0]["termId"]
        self.drafts = [row["id"] for row in drafts if row["termId"] == self.term][:2]

    @task(20)
    def list_requests(self) -> None:
        self.browse(REQUESTS, 7000, self.chance.choice(("", f"&termId={self.term}&status=open", "&sort=-studentId")))

    @task(20)
    def list_offers(self) -> None:
        self.browse(
            OFFERS, 2000, self.chance.choice(("", f"&termId={self.term}&status=answered", "&status=unanswered"))
        )

    @task(15)
    def list_placements(self) -> None:
        self.browse(PLACEMENTS, 7000, self.chance.choice(("", "&status=published", f"&runId={self.drafts[0]}")))

    @task(15)
    def list_units(self) -> None:
        self.browse(UNITS, 1000, self.chance.choice(("", "&kind=psychiatry")))

    @task(9)
    def list_runs(self) -> None:
        self.browse(RUNS)

    @task(10)
    def show_run(self) -> None:
        self.show(RUNS, self.chance.choice(self.drafts))

    @task(4)
    def list_explanations(self) -> None:
        self.rows(f"{RUNS}/{self.drafts[0]}/explanations", named=f"{RUNS}/…/explanations")

    @task(4)
    def list_prices(self) -> None:
        self.rows(f"{RUNS}/{self.drafts[0]}/prices", named=f"{RUNS}/…/prices")

    @task(2)
    def compare_drafts(self) -> None:
        asked = "&".join(f"runId={run}" for run in self.drafts)
        self.call(LIST, "GET", "/v1/terms/…/comparisons", f"/v1/terms/{self.term}/comparisons?{asked}")

    @task(1)
    def read_plan(self) -> None:
        self.call(DOCUMENT, "GET", f"{RUNS}/…/plan", f"{RUNS}/{self.drafts[0]}/plan")


class Reader(Party):
    """A coordinator who reads pages in a browser."""

    role = READER
    fixed_count = READERS

    def look_around(self) -> None:
        """Sign in with a link, and find the term and its runs."""
        link = f"{SIGN_IN}/links/{self.token}"
        form = dict(FIELDS.findall(str(self.client.get(link, name="sign in").text)))
        self.client.post(link, name="sign in", data=form, headers={"Sec-Fetch-Site": "same-origin"})
        self.runs = RUN_LINKS.findall(str(self.client.get(f"{TERM}/runs", name="sign in").text))

    def page(self, named: str, path: str) -> None:
        """Read a page."""
        self.due += self.chance.expovariate(_pace)
        with self.client.get(f"{TERM}{path}", name=f"{PAGES}: GET /terms/…{named}", catch_response=True) as answer:
            if SIGN_IN in str(answer.url):
                answer.failure("the page asks who reads it")

    @task(30)
    def read_overview(self) -> None:
        self.page("/overview", "/overview")

    @task(15)
    def read_runs(self) -> None:
        self.page("/runs", "/runs")

    @task(15)
    def read_run(self) -> None:
        self.page("/runs/…", f"/runs/{self.chance.choice(self.runs)}")

    @task(10)
    def read_unplaced(self) -> None:
        self.page("/unplaced", "/unplaced")

    @task(10)
    def read_offers(self) -> None:
        self.page("/offers", "/offers")

    @task(10)
    def read_placements(self) -> None:
        self.page("/placements", "/placements")

    @task(10)
    def read_requests(self) -> None:
        self.page("/requests", "/requests")


class Provider(Party):
    """Answers for its units, and reads who is placed there."""

    role = PROVIDER
    fixed_count = 40

    def look_around(self) -> None:
        """Find the provider's offers, supervisors and placements."""
        self.answered = {row["id"]: row["weeks"] for row in self.rows(OFFERS, "&status=answered", OWN)}
        self.offers = list(self.answered)
        self.supervisors = self.own(SUPERVISORS)
        self.placements = self.own(PLACEMENTS)

    @task(20)
    def list_offers(self) -> None:
        self.browse(OFFERS)

    @task(10)
    def show_offer(self) -> None:
        self.show(OFFERS, self.chance.choice(self.offers))

    @task(15)
    def change_offer(self) -> None:
        """Offer one place more or less in the first week."""
        offer = self.chance.choice(self.offers)
        first, *others = self.answered[offer]
        weeks = [{**first, "places": self.chance.randrange(1, 9)}, *others]
        self.change(OFFERS, offer, {"status": "answered", "weeks": weeks})

    @task(15)
    def list_supervisors(self) -> None:
        self.browse(SUPERVISORS)

    @task(10)
    def show_supervisor(self) -> None:
        self.show(SUPERVISORS, self.chance.choice(self.supervisors))

    @task(15)
    def list_placements(self) -> None:
        self.browse(PLACEMENTS)

    @task(10)
    def show_placement(self) -> None:
        self.show(PLACEMENTS, self.chance.choice(self.placements))

    @task(5)
    def accept_placement(self) -> None:
        self.change(PLACEMENTS, self.chance.choice(self.placements), {"status": "accepted"})


class Institution(Party):
    """Maintains its students and their requests, and follows the events."""

    role = INSTITUTION
    fixed_count = 40

    def look_around(self) -> None:
        """Find the lärosäte's students, requests and placements, and units to prefer."""
        self.students = self.own(STUDENTS)
        self.requests = self.own(REQUESTS)
        self.placements = self.own(PLACEMENTS)
        self.units = self.own(UNITS)
        self.cursor = 0

    @task(15)
    def list_students(self) -> None:
        self.browse(STUDENTS)

    @task(15)
    def show_student(self) -> None:
        self.show(STUDENTS, self.chance.choice(self.students))

    @task(10)
    def list_requests(self) -> None:
        self.browse(REQUESTS, query=self.chance.choice(("", "&status=open", "&sort=studentId,-courseId")))

    @task(10)
    def show_request(self) -> None:
        self.show(REQUESTS, self.chance.choice(self.requests))

    @task(12)
    def change_preferences(self) -> None:
        preferred = self.chance.sample(self.units, 2)
        self.change(REQUESTS, self.chance.choice(self.requests), {"preferences": preferred})

    @task(2)
    def enter_request(self) -> None:
        """Enter a new student with the same request as a student of the same cohort."""
        asked = self.show(REQUESTS, self.chance.choice(self.requests)).json()
        fellow = self.show(STUDENTS, asked["studentId"]).json()
        who = {name: fellow[name] for name in ("cohortId", "siteId", "lat", "lon")}
        pseudonym = "".join(self.chance.choices(ascii_lowercase, k=20))  # digits could be taken for an identity number
        student = self.enter(STUDENTS, {**who, "externalId": pseudonym})
        self.enter(REQUESTS, {"termId": asked["termId"], "courseId": asked["courseId"], "studentId": student})

    @task(15)
    def list_placements(self) -> None:
        self.browse(PLACEMENTS)

    @task(11)
    def show_placement(self) -> None:
        self.show(PLACEMENTS, self.chance.choice(self.placements))

    @task(10)
    def follow_events(self) -> None:
        told = self.call(LIST, "GET", "/v1/events", f"/v1/events?after={self.cursor}&limit={PAGE}").json()
        self.cursor = told["next"]
