"""Whatever many callers do at once to the same rows, what each of them is told fits one order of it all."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from placement.callers import Role
from placement.clock import now
from placement.database import engine_for, open_session
from placement.tables import CapacityOffer, OfferStatus, OfferWeek, Unit
from tests.api.world import World
from tests.effort import SEED, has_long_form, tries
from tests.races.crowds import Crowd, issue, served_to
from tests.races.registers import Deed, faults_in
from tests.rows import WEEK

pytestmark = pytest.mark.no_cover

OPERATIONS, CLIENTS, UNITS = tries(250, 20_000), 10, 20


class Client:
    """Reads and changes units' offers, and notes what it is told; a refused change tells the version that there is."""

    def __init__(self, crowd: Crowd, who: int, work: Callable[[], int]) -> None:
        self._crowd, self._who, self._work = crowd, who, work
        self._chance = random.Random(SEED * 100 + who)
        self.deeds: list[Deed] = []
        self.statuses: list[int] = []

    def do_all(self) -> None:
        """Read and change until there is no more to do."""
        known: dict[str, int] = {}
        while (number := self._work()) >= 0:
            row = f"off_{self._chance.randrange(UNITS)}"
            if row not in known or self._chance.random() < 0.5:
                known[row] = self._read(row)
            else:
                known[row] = self._change(row, known[row], number)

    def _read(self, row: str) -> int:
        began = time.monotonic()
        answer = self._crowd.call(self._who, "GET", f"/v1/capacity-offers/{row}")
        return self._note(row, began, answer.status_code, answer.json())

    def _change(self, row: str, version: int, number: int) -> int:
        began, body = time.monotonic(), {"weeks": [{"week": str(WEEK), "places": number % 1_000}]}
        address = f"/v1/capacity-offers/{row}?acceptUnusual=true"
        answer = self._crowd.call(self._who, "PATCH", address, body, if_match=f'"{version}"')
        told = answer.json()
        if answer.status_code == 412:
            return self._note(row, began, 412, told["current"])
        return self._note(row, began, answer.status_code, told, version)

    def _note(self, row: str, began: float, status: int, shown: dict[str, object], made_from: int | None = None) -> int:
        self.statuses.append(status)
        assert status in {200, 412}, shown
        version, weeks = shown["version"], shown["weeks"]
        assert isinstance(version, int)
        assert isinstance(weeks, list)
        if made_from == version:  # the same number again changes nothing
            made_from = None
        self.deeds.append(Deed(row, began, time.monotonic(), version, weeks[0]["places"], made_from))
        return version


@has_long_form("250 operations of 10 callers on 20 units", "20,000 operations of 10 callers on 20 units")
def test_what_ten_callers_are_told_of_twenty_units_fits_one_order(settled: tuple[str, World], backend: str) -> None:
    engine = engine_for(settled[0])
    with open_session(engine) as session:
        place: dict[str, Any] = {"provider_id": "org_city", "municipality_code": "0180", "kinds": ["home-care"]}
        for number in range(UNITS):
            session.add(Unit(id=f"unt_{number}", name=f"Enhet {number}", lat=59.3, lon=18.2, **place))
            answered: dict[str, Any] = {"professions": ["nurse"], "status": OfferStatus.ANSWERED, "answered_at": now()}
            session.add(CapacityOffer(id=f"off_{number}", term_id="trm_a", unit_id=f"unt_{number}", **answered))
            session.flush()
            session.add(OfferWeek(offer_id=f"off_{number}", week=WEEK, places=0))
    tokens = issue(engine, Role.COORDINATOR, CLIENTS)
    engine.dispose()
    left, turn = iter(range(1, OPERATIONS + 1)), threading.Lock()

    def work() -> int:
        with turn:
            return next(left, -1)

    with served_to(settled[0], tokens, processes=1 if backend == "sqlite" else 2) as crowd:
        callers = [Client(crowd, who, work) for who in range(CLIENTS)]
        crowd.rush([caller.do_all for caller in callers])
    deeds = [deed for caller in callers for deed in caller.deeds]
    assert len(deeds) == OPERATIONS
    assert sum(deed.made_from is not None for deed in deeds) > OPERATIONS / 10
    assert list(faults_in(deeds, {f"off_{number}": 0 for number in range(UNITS)})) == []


GOOD = (
    Deed("a", 0, 1, 1, 0),
    Deed("a", 1, 4, 2, 7, made_from=1),
    Deed("a", 2, 3, 1, 0),
    Deed("a", 3, 5, 2, 7),
    Deed("a", 6, 7, 3, 9, made_from=2),
)


def test_the_checker_finds_nothing_in_what_one_order_explains() -> None:
    assert list(faults_in(GOOD, {"a": 0})) == []


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (Deed("a", 1, 4, 2, 8, made_from=1), "one of them is lost"),
        (Deed("a", 8, 9, 5, 8, made_from=3), "was made from version 3"),
        (Deed("a", 8, 9, 5, 8, made_from=4), "nobody made the versions [4]"),
        (Deed("a", 8, 9, 3, 8), "which nobody gave it"),
        (Deed("a", 0, 0.5, 2, 7), "before it was made"),
        (Deed("a", 8, 9, 2, 7), "after someone had been told of version 3"),
    ],
)
def test_the_checker_finds_what_no_order_explains(more: Deed, told: str) -> None:
    assert any(told in fault for fault in faults_in([*GOOD, more], {"a": 0}))
