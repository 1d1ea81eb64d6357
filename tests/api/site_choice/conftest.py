"""A lärosäte with a decentralised programme, set up over HTTP, and the day it is."""

from __future__ import annotations

import datetime as dt
from copy import copy
from dataclasses import dataclass, field, replace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from placement.database import engine_for
from placement.register import student_sites
from placement.site_choice import outcomes, phases, wishes
from tests.api.conftest import Connect
from tests.api.site_choice.programmes import Day, Programme, parties
from tests.databases import CopyOf


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Day:
    """The day that it is for everyone, which a test may move."""
    now = Day(dt.date(2027, 3, 1))
    for module in (wishes, phases, outcomes, student_sites):
        monkeypatch.setattr(module, "today", lambda: now.date)
    return now


@dataclass(frozen=True)
class WithProgramme:
    """What fills a county for copies of it: a programme of five students at three sites, entered over HTTP."""

    app: FastAPI = field(compare=False)
    day: Day = field(compare=False)

    def __call__(self, url: str) -> Programme:
        """Enter the programme in a migrated database."""
        self.app.state.engine = engine_for(url)
        with TestClient(self.app, raise_server_exceptions=False) as client:
            sites = {"Norr": 5, "Mitt": 5, "Syd": 5}
            entered = Programme(*parties(client, url), self.day, sites, students=5)
        self.app.state.engine.dispose()
        return entered


@pytest.fixture
def entered(copy_of: CopyOf[Programme], app: FastAPI, day: Day) -> tuple[str, Programme]:
    """The address of a copy of the county with the programme, and the programme as it was entered."""
    return copy_of(WithProgramme(app, day))


@pytest.fixture
def migrated_url(backend: str, request: pytest.FixtureRequest) -> str:  # noqa: ARG001 (a test of it runs on each)
    """The address of a fresh database: with the programme if the test asks for it, and otherwise empty."""
    if "small" in request.fixturenames:
        return str(request.getfixturevalue("entered")[0])
    return str(request.getfixturevalue("migrated_url"))


@pytest.fixture
def http(connect: Connect, migrated_url: str) -> TestClient:
    """A client of the API over that database."""
    return connect(migrated_url)


@pytest.fixture
def small(http: TestClient, entered: tuple[str, Programme], day: Day) -> Programme:
    """A programme of five students at three sites, whose round is not set up yet."""
    mine = copy(entered[1])
    mine.coordinator, mine.institution = replace(mine.coordinator, http=http), replace(mine.institution, http=http)
    mine.day = day
    return mine
