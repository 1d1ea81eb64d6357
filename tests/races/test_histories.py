"""Drawn histories of a small county come out as a model says: no place is given twice, and no stale plan holds.

While a plan is made, places are changed, the agreement ends, a supervisor is withdrawn, students withdraw, and units
and lärosäten answer. Then the plan is published, or refused with what has changed.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from placement.callers import SYSTEM, Caller, Role
from placement.database import engine_for, open_session
from placement.errors import ConflictError
from placement.in_force.placements import list_waiting
from placement.in_force.settling import settle_placement
from placement.register.agreements import change_agreement
from placement.register.capacity import change_offer
from placement.register.requests import change_request
from placement.register.supervision import change_supervisor
from placement.tables import (
    HOLDING,
    EndReason,
    Placement,
    PlacementStatus,
    Plan,
    PlannedPlacement,
    Publication,
    Request,
    RequestStatus,
    RunMode,
    Student,
)
from tests.effort import drawn_by_hypothesis, has_long_form
from tests.placement.publishing import KI, offer_places, plan, publish_run, settle
from tests.races.model import REQUESTS, UNITS, County, Draft
from tests.rows import WEEK

pytestmark = pytest.mark.no_cover

OFFERS = dict(zip(UNITS, ("off_a", "off_far"), strict=True))
MODES = (RunMode.PLAN, RunMode.REPAIR, RunMode.FILL, RunMode.WAITING_LIST)
ENDED = dt.date(2026, 12, 1)
PLAN, PUBLISH = ("plan", RunMode.PLAN), ("publish", 0)
Step = tuple[Any, ...]
STEPS = st.one_of(
    st.tuples(st.just("plan"), st.sampled_from(MODES)),
    st.tuples(st.just("publish"), st.integers(0, 2)),
    st.tuples(st.just("publish"), st.just(0)),
    st.tuples(st.just("offer"), st.sampled_from(UNITS), st.integers(0, 3)),
    st.tuples(st.just("agree"), st.booleans()),
    st.tuples(st.just("supervise"), st.sampled_from((2, 0))),
    st.tuples(st.just("withdraw"), st.sampled_from(REQUESTS)),
    st.tuples(st.just("ask_again"), st.sampled_from(REQUESTS)),
    st.tuples(st.just("accept"), st.integers(0, 3)),
    st.tuples(st.just("decline"), st.integers(0, 3)),
    st.tuples(st.just("cancel"), st.integers(0, 3)),
)


@pytest.fixture(scope="module")
def begun(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The county at the beginning of every history: four who ask, and a place at each of two units."""
    file = tmp_path_factory.mktemp("histories") / "begun.sqlite3"
    shutil.copyfile(migrated_sqlite, file)
    engine = engine_for(f"sqlite:///{file}")
    settle(engine)
    with open_session(engine) as session:
        for name in ("c", "d"):
            student: dict[str, Any] = {
                "cohort_id": "coh_a",
                "institution_id": "org_ki",
                "site_id": "sit_a",
                "lat": 59.3,
                "lon": 18.1,
            }
            session.add(Student(id=f"stu_{name}", external_id=f"ki-{name}", **student))
            session.add(Request(id=f"req_{name}", term_id="trm_a", student_id=f"stu_{name}", course_id="crs_a"))
        session.flush()
        for unit, offer in OFFERS.items():
            offer_places(session, offer, unit, 1)
    engine.dispose()
    return file


class History:
    """Takes steps in the county and in the model, and holds the one against the other after each."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.model = County()
        self.refused = self.published = 0

    def take(self, step: Step) -> None:
        """Take one step, if it is possible, and compare."""
        name, *how = step
        deed: Callable[..., None] = getattr(self, f"_{name}")
        deed(*how)
        self._compare()

    def _compare(self) -> None:
        with Session(self._engine) as session:
            holding = session.exec(select(Placement).where(col(Placement.status).in_(HOLDING))).all()
            assert {each.request_id: each.unit_id for each in holding} == self.model.in_force
            accepted = {each.request_id for each in holding if each.status is PlacementStatus.ACCEPTED}
            assert accepted == self.model.accepted
            waiting = {request.id for request in list_waiting(session, SYSTEM, "trm_a").rows}
            assert waiting == self.model.waiting()
            assert len(session.exec(select(Publication)).all()) == self.published
        assert self.model.is_sound()

    def _plan(self, mode: RunMode) -> None:
        rests_on = self.model.input()
        run = plan(self._engine, mode)
        with Session(self._engine) as session:
            of_run = select(PlannedPlacement).join(Plan, col(Plan.id) == PlannedPlacement.plan_id)
            placed = {each.request_id: each.unit_id for each in session.exec(of_run.where(Plan.run_id == run))}
        self.model.drafts.append(Draft(run, rests_on, placed))

    def _publish(self, back: int) -> None:
        if back >= len(self.model.drafts):
            return
        draft = self.model.drafts[-1 - back]
        if not self.model.may_publish(draft):
            with pytest.raises(ConflictError) as refusal:
                publish_run(self._engine, draft.run)
            assert draft.published or refusal.value.faults, refusal.value.en
            self.refused += 1
            return
        publish_run(self._engine, draft.run)
        self.model.publish(draft)
        self.published += 1
        assert all(self.model.used(unit) <= self.model.places[unit] for unit in UNITS)
        assert self.model.agreed or not self.model.in_force

    def _offer(self, unit: str, places: int) -> None:
        weeks = {WEEK.plus(week): places for week in range(6)}
        with open_session(self._engine) as session:
            change_offer(session, SYSTEM, OFFERS[unit], {"weeks": weeks})
        self.model.offer(unit, places)

    def _agree(self, agreed: bool) -> None:  # noqa: FBT001 (a drawn step)
        with open_session(self._engine) as session:
            change_agreement(session, SYSTEM, "agr_a", {"valid_to": None if agreed else ENDED})
        self.model.agreed = agreed

    def _supervise(self, number: int) -> None:
        with open_session(self._engine) as session:
            change_supervisor(session, SYSTEM, "sup_a", {"max_students": number})
        self.model.supervised = number

    def _withdraw(self, request: str) -> None:
        with open_session(self._engine) as session:
            change_request(session, KI, request, status=RequestStatus.WITHDRAWN)
        self.model.withdraw(request)

    def _ask_again(self, request: str) -> None:
        with open_session(self._engine) as session:
            change_request(session, KI, request, status=RequestStatus.OPEN)
        self.model.asking.add(request)

    def _chosen(self, number: int) -> str | None:
        standing = sorted(self.model.in_force)
        return standing[number % len(standing)] if standing else None

    def _settle(self, request: str, by: Caller, status: PlacementStatus, reason: EndReason | None = None) -> None:
        of_request = (Placement.request_id == request, col(Placement.status).in_(HOLDING))
        with open_session(self._engine) as session:
            row = session.exec(select(Placement).where(*of_request)).one()
            settle_placement(session, by, row.id, status, reason)

    def _accept(self, number: int) -> None:
        if (request := self._chosen(number)) is not None:
            by = Caller(Role.UNIT, unit=self.model.in_force[request])
            self._settle(request, by, PlacementStatus.ACCEPTED)
            self.model.accepted.add(request)

    def _decline(self, number: int) -> None:
        if (request := self._chosen(number)) is not None:
            by = Caller(Role.UNIT, unit=self.model.in_force[request])
            self._settle(request, by, PlacementStatus.DECLINED, EndReason.TOO_MANY_STUDENTS)
            self.model.end(request)

    def _cancel(self, number: int) -> None:
        if (request := self._chosen(number)) is not None:
            self._settle(request, KI, PlacementStatus.CANCELLED)
            self.model.end(request)
            self.model.withdraw(request)


def live(begun: Path, folder: Path, steps: Sequence[Step]) -> History:
    """Live a history in a county of its own."""
    file = folder / "county.sqlite3"
    for old in folder.glob("county.sqlite3*"):
        old.unlink()
    shutil.copyfile(begun, file)
    engine = engine_for(f"sqlite:///{file}")
    history = History(engine)
    try:
        for step in steps:
            history.take(step)
    finally:
        engine.dispose()
    return history


@has_long_form("15 drawn histories", "2,000 drawn histories")
def test_a_drawn_history_comes_out_as_the_model_says(begun: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("drawn")

    @drawn_by_hypothesis(15, 2_000)
    @given(st.lists(STEPS, min_size=4, max_size=14))
    def draw(steps: list[Step]) -> None:
        live(begun, folder, [PLAN, *steps, PUBLISH])

    draw()


@pytest.mark.parametrize(
    "change",
    [("offer", "unt_far", 3), ("agree", False), ("supervise", 0), ("withdraw", "req_a")],
    ids=lambda step: step[0],
)
def test_a_plan_that_something_changed_under_is_refused_and_the_next_one_is_published(
    begun: Path, tmp_path: Path, change: Step
) -> None:
    history = live(begun, tmp_path, [PLAN, change, PUBLISH, PLAN, PUBLISH])
    assert (history.refused, history.published) == (1, 1)


def test_places_taken_away_leave_those_who_are_there_until_the_next_plan(begun: Path, tmp_path: Path) -> None:
    steps = [PLAN, PUBLISH, ("offer", "unt_a", 0)]
    assert live(begun, tmp_path, steps).model.used("unt_a") == 1
    assert live(begun, tmp_path, [*steps, ("plan", RunMode.FILL), PUBLISH]).model.used("unt_a") == 0


def test_whoever_waits_gets_the_places_of_those_whose_placements_ended(begun: Path, tmp_path: Path) -> None:
    steps: list[Step] = [PLAN, PUBLISH, ("accept", 0), ("decline", 0), ("cancel", 0)]
    history = live(begun, tmp_path, [*steps, ("plan", RunMode.WAITING_LIST), PUBLISH, PUBLISH])
    assert (history.published, history.refused, len(history.model.in_force)) == (2, 1, 2)
