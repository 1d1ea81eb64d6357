"""Many who write at once all get through: nobody is told that the database is locked, or to try again for its sake."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest
from sqlmodel import Session, col, func, select

from placement.callers import Role
from placement.clock import now
from placement.database import engine_for, open_session
from placement.tables import AuditEntry, CapacityOffer, OfferStatus, Unit
from tests.api.matrix.places import UNIT
from tests.api.world import World
from tests.effort import SEED, has_long_form, tries
from tests.races.crowds import Crowd, issue, served_to

pytestmark = pytest.mark.no_cover

WRITERS, WRITES = 20, tries(2, 50, every_case=3)
TRANSACTIONS = tries(50, 10_000, every_case=80)
CLIENTS, UNITS, MOST_AT_ONCE = 8, 20, 5


@pytest.mark.parametrize("backend", ["sqlite"])
@has_long_form("20 writers of 2 rows each", "20 writers of 50 rows each")
def test_of_twenty_writers_at_once_on_sqlite_nobody_meets_a_locked_database(settled: tuple[str, World]) -> None:
    url = settled[0]
    engine = engine_for(url)
    tokens = issue(engine, Role.COORDINATOR, WRITERS)

    def write(crowd: Crowd, who: int) -> list[httpx.Response]:
        body = {**UNIT, "name": f"Enhet {who}"}
        return [crowd.call(who, "POST", "/v1/units", body) for _ in range(WRITES)]

    with served_to(url, tokens, processes=2) as crowd:
        told = [each for some in crowd.rush([partial(write, crowd, who) for who in range(WRITERS)]) for each in some]
    statuses = Counter(answer.status_code for answer in told)
    assert set(statuses) <= {201, 503}, statuses
    assert statuses[503] < WRITERS * WRITES / 100, statuses
    assert all(answer.headers["Retry-After"] for answer in told if answer.status_code == 503)
    with Session(engine) as session:
        entered = session.exec(select(func.count()).where(col(Unit.name).like("Enhet %"))).one()
        noted = select(func.count()).where(col(AuditEntry.action) == "created", col(AuditEntry.object_type) == "unit")
        assert entered == statuses[201]
        assert session.exec(noted).one() >= entered
    engine.dispose()


class Desk:
    """Somebody who changes several units' offers, or one unit's, in one transaction after the other."""

    def __init__(self, crowd: Crowd, who: int, work: Callable[[], int]) -> None:
        self._crowd, self._who, self._work = crowd, who, work
        self._chance = random.Random(SEED * 100 + who)
        self.told: list[tuple[str, httpx.Response]] = []

    def do_all(self) -> None:
        """Do transactions until there are no more to do."""
        while (number := self._work()) >= 0:
            kind = self._chance.choice(("sheet", "sheet", "one", "units"))
            self.told.append((kind, getattr(self, f"_{kind}")(number)))

    def _some(self) -> list[int]:
        return self._chance.sample(range(UNITS), self._chance.randint(2, MOST_AT_ONCE))

    def _sheet(self, number: int) -> httpx.Response:
        weeks = [{"week": "2026-W53", "places": number % 50}]
        status = {"termId": "trm_a", "professions": ["nurse"], "institutions": None, "status": "answered"}
        rows = [{"id": f"off_{each}", "unitId": f"unt_{each}", **status, "weeks": weeks} for each in self._some()]
        return self._crowd.call(self._who, "POST", "/v1/capacity-offers/imports", {"rows": rows})

    def _units(self, number: int) -> httpx.Response:
        rows = [{"id": f"unt_{each}", **UNIT, "name": f"Enhet {each} {number}"} for each in self._some()]
        return self._crowd.call(self._who, "POST", "/v1/units/imports", {"rows": rows})

    def _one(self, number: int) -> httpx.Response:
        address = f"/v1/capacity-offers/off_{self._some()[0]}"
        tag = self._crowd.call(self._who, "GET", address).headers["ETag"]
        weeks = [{"week": "2026-W53", "places": number % 50}]
        return self._crowd.call(self._who, "PATCH", address, {"weeks": weeks}, if_match=tag)


@pytest.mark.parametrize("backend", ["postgresql"])
@has_long_form("50 transactions over several units", "10,000 transactions over several units")
def test_transactions_over_several_units_in_any_order_never_meet_a_deadlock_on_postgresql(
    settled: tuple[str, World],
) -> None:
    url = settled[0]
    engine = engine_for(url)
    with open_session(engine) as session:
        place: dict[str, Any] = {"provider_id": "org_city", "municipality_code": "0180", "kinds": ["home-care"]}
        for number in range(UNITS):
            session.add(Unit(id=f"unt_{number}", name=f"Enhet {number}", lat=59.3, lon=18.2, **place))
            answered: dict[str, Any] = {"professions": ["nurse"], "status": OfferStatus.ANSWERED, "answered_at": now()}
            session.add(CapacityOffer(id=f"off_{number}", term_id="trm_a", unit_id=f"unt_{number}", **answered))
    left, turn = iter(range(TRANSACTIONS)), threading.Lock()

    def work() -> int:
        with turn:
            return next(left, -1)

    with served_to(url, issue(engine, Role.COORDINATOR, CLIENTS), processes=2) as crowd:
        desks = [Desk(crowd, who, work) for who in range(CLIENTS)]
        crowd.rush([desk.do_all for desk in desks])
    told = [each for desk in desks for each in desk.told]
    engine.dispose()
    seen = Counter((kind, answer.status_code) for kind, answer in told)
    wrong = [answer.text for kind, answer in told if answer.status_code not in ({200, 412} if kind == "one" else {200})]
    assert not wrong, (seen, wrong[:3])
    assert sum(seen.values()) == TRANSACTIONS
