"""A lärosäte with a decentralised programme, set up over HTTP in an empty database, and the day it is."""

from __future__ import annotations

import datetime as dt

import pytest
from fastapi.testclient import TestClient

from placement.register import student_sites
from placement.site_choice import outcomes, phases, wishes
from tests.api.conftest import Connect
from tests.api.site_choice.programmes import Day, Programme, parties


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Day:
    """The day that it is for everyone, which a test may move."""
    now = Day(dt.date(2027, 3, 1))
    for module in (wishes, phases, outcomes, student_sites):
        monkeypatch.setattr(module, "today", lambda: now.date)
    return now


@pytest.fixture
def http(connect: Connect, migrated_url: str) -> TestClient:
    """A client of the API over an empty database."""
    return connect(migrated_url)


@pytest.fixture
def small(http: TestClient, migrated_url: str, day: Day) -> Programme:
    """A programme of five students at three sites, whose round is not set up yet."""
    return Programme(*parties(http, migrated_url), day, {"Norr": 5, "Mitt": 5, "Syd": 5}, students=5)
