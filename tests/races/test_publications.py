"""Of two who publish at once exactly one succeeds, and whoever looks on sees one plan whole and never parts of two."""

from __future__ import annotations

import csv
import io
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from placement.callers import Role
from placement.database import engine_for
from tests.effort import SEED, has_long_form, tries
from tests.races.crowds import Crowd, issue, served_to
from tests.races.rotations import ROTATIONS, STUDENTS, UNITS, Drafts, at_units, looking_on, rotating_county

pytestmark = pytest.mark.no_cover

PAIRS = tries(3, 1_000, every_case=5)
READERS = 4
COORDINATORS, INSTITUTION, PROVIDER, UNIT = (0, 1), 2, 3, 4
"""Who is who among the crowd: two coordinators, a lärosäte, a municipality, and each unit in turn."""
WHOLE = [at_units(rotation) for rotation in ROTATIONS]


@pytest.fixture
def county(migrated_url: str) -> Iterator[Engine]:
    """Six students who are alike, and three units with two places each."""
    engine = engine_for(migrated_url)
    rotating_county(engine)
    yield engine
    engine.dispose()


def tokens_of(engine: Engine) -> list[str]:
    """Issue a token to each who takes part."""
    return [
        *issue(engine, Role.COORDINATOR, 2),
        *issue(engine, Role.INSTITUTION, 1, organisation="org_ki"),
        *issue(engine, Role.PROVIDER, 1, organisation="org_city"),
        *(issue(engine, Role.UNIT, 1, unit=unit)[0] for unit in UNITS),
    ]


class Reader:
    """Reads every view in turn, and holds each answer against the whole plans that there are."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self.looks: Counter[str] = Counter()
        self._calendars = {
            unit: self._opened(UNIT + number, "/v1/calendars", {"subject": {"type": "unit", "id": unit}})
            for number, unit in enumerate(UNITS)
        }
        self._pages = {
            name: self._opened(INSTITUTION, "/v1/student-pages", {"studentId": f"stu_{name}"}) for name in STUDENTS
        }
        self._views: list[tuple[str, Callable[[], None]]] = [
            *((f"placements as {who}", partial(self._placements, who)) for who in range(UNIT + len(UNITS))),
            *((f"sheet as {who}", partial(self._sheet, who)) for who in (0, PROVIDER, UNIT)),
            *((f"feed as {who}", partial(self._feed, who)) for who in (0, INSTITUTION)),
            *((f"calendar of {unit}", partial(self._calendar, unit)) for unit in UNITS),
            ("page", self._page),
            ("waiting", self._waiting),
            ("publications", self._publications),
        ]
        self.unread = random.sample(self._views, len(self._views))

    def _opened(self, who: int, path: str, body: dict[str, Any]) -> str:
        answer = self._crowd.call(who, "POST", path, body)
        assert answer.status_code == 201, answer.text
        return httpx.URL(str(answer.json()["url"])).path

    def _read(self, who: int, path: str) -> httpx.Response:
        answer = self._crowd.call(who, "GET", path)
        assert answer.status_code == 200, (path, answer.text)
        return answer

    def look(self) -> None:
        """Read one view: each once, then those that chance picks."""
        try:
            name, view = self.unread.pop()
        except IndexError:
            name, view = random.choice(self._views)
        view()
        self.looks[name.split(" ", 1)[0]] += 1

    def _placements(self, who: int) -> None:
        rows = self._read(who, "/v1/placements?termId=trm_a&limit=200").json()["items"]
        self._hold({row["requestId"]: row["unitId"] for row in rows}, who)
        assert len({row["runId"] for row in rows}) == 1, rows

    def _sheet(self, who: int) -> None:
        text = self._read(who, "/v1/placements/sheet?termId=trm_a&format=csv").content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
        assert len(rows) == (2 if who >= UNIT else 6), text
        assert set(Counter(row["unitId"] for row in rows).values()) == {2}, text

    def _hold(self, seen: dict[str, str], who: int) -> None:
        """Hold what is seen of the placements against the part of each whole plan that a caller may see."""
        own = UNITS[who - UNIT] if who >= UNIT else None
        parts = [{request: unit for request, unit in plan.items() if own in (None, unit)} for plan in WHOLE]
        assert seen in parts, (who, seen)

    def _feed(self, who: int) -> None:
        events: list[dict[str, Any]] = []
        while part := self._read(who, f"/v1/events?limit=1000&after={events[-1]['cursor'] if events else 0}").json():
            if not part["items"]:
                break
            events += part["items"]
        moved = Counter[str]()
        for event in events:
            if event["kind"] == "plan.published":
                assert not moved or set(moved.values()) <= {6}, moved
                moved = Counter()
            elif event["kind"] in {"placement.moved", "placement.published"}:
                moved["told"] += 1
        assert moved["told"] == 6, moved

    def _calendar(self, unit: str) -> None:
        answer = self._crowd.http.get(self._calendars[unit])
        assert answer.status_code == 200
        assert answer.text.count("BEGIN:VEVENT") == 2, answer.text

    def _page(self) -> None:
        answer = self._crowd.http.get(random.choice(list(self._pages.values())))
        assert answer.status_code == 200

    def _waiting(self) -> None:
        assert self._read(0, "/v1/terms/trm_a/waiting-requests").json()["total"] == 0

    def _publications(self) -> None:
        rows = self._read(0, "/v1/terms/trm_a/publications?limit=1").json()
        assert rows["items"][0]["number"] == rows["total"]


@has_long_form("3 pairs of publications, and readers of every view", "1,000 pairs of publications, and readers")
def test_of_two_publications_at_once_one_succeeds_and_no_reader_sees_parts_of_two_plans(
    county: Engine, migrated_url: str, backend: str
) -> None:
    drafts, chance, stop = Drafts(county), random.Random(SEED), threading.Event()
    with served_to(migrated_url, tokens_of(county), processes=1 if backend == "sqlite" else 2) as crowd:
        held = 0
        assert publish(crowd, 0, drafts.draft(held)).status_code == 201
        reader = Reader(crowd)
        with looking_on(READERS, stop, reader.look) as stumbled:
            for _pair in range(PAIRS):
                if stop.is_set():
                    break
                others = chance.sample([each for each in ROTATIONS if each != held], 2)
                runs = [drafts.draft(rotation) for rotation in others]
                told = crowd.rush([partial(publish, crowd, who, run) for who, run in enumerate(runs)])
                statuses = [answer.status_code for answer in told]
                assert sorted(statuses) in ([201, 409], [201, 412]), [answer.text for answer in told]
                held = others[statuses.index(201)]
                refused = told[1 - statuses.index(201)].json()
                assert refused["errors"], refused
        if stumbled:
            raise stumbled[0]
        while reader.unread:
            reader.look()
        rows = crowd.call(0, "GET", "/v1/placements?limit=200").json()["items"]
        assert {row["requestId"]: row["unitId"] for row in rows} == WHOLE[held]
        assert crowd.call(0, "GET", "/v1/terms/trm_a/publications").json()["total"] == PAIRS + 1
        assert set(reader.looks) == {"placements", "sheet", "feed", "calendar", "page", "waiting", "publications"}


def publish(crowd: Crowd, who: int, run: str) -> httpx.Response:
    """Publish a draft as one of the coordinators."""
    return crowd.call(who, "POST", "/v1/terms/trm_a/publications", {"runId": run, "publishedBy": f"Ada {who}"})
