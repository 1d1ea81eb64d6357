"""Supervisors are entered by pseudonym at their unit, with trainings and weeks, and are seen only there."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import InvalidError, NotAllowedError, NotFoundError
from placement.register import supervision
from placement.tables import SupervisorRole
from placement_solver.weeks import IsoWeek
from tests.placement.sides import COORDINATOR, INSTITUTION, PROVIDER, STRANGER, UNIT, entries

W53, W01 = IsoWeek(2026, 53), IsoWeek(2027, 1)
NEW: dict[str, Any] = {
    "unit_id": "unt_a",
    "profession": "nurse",
    "external_id": "h-0417",
    "role": SupervisorRole.SUPERVISOR,
    "share_percent": None,
    "max_students": 2,
    "weeks": None,
}
TRAINING = {
    "course": "Handledning",
    "credits": 7.5,
    "completed_on": dt.date(2025, 5, 31),
    "expires_on": None,
}


@pytest.mark.parametrize("by", [COORDINATOR, PROVIDER, UNIT])
def test_those_who_look_after_a_unit_name_its_supervisors(store: Session, by: Caller) -> None:
    made = supervision.name_supervisor(store, by, NEW).row.id
    guide = supervision.show_supervisor(store, by, made)
    assert (guide.row.external_id, guide.weeks, guide.trainings) == ("h-0417", None, ())


def test_the_audit_trail_does_not_say_who_a_supervisor_is(store: Session) -> None:
    supervision.name_supervisor(store, UNIT, {**NEW, "weeks": [W53]})
    assert [kind for _, kind, _ in entries(store)] == ["supervisor", "supervisor_week"]


@pytest.mark.parametrize(
    ("by", "seen"),
    [
        (COORDINATOR, {"sup_a", "sup_b"}),
        (PROVIDER, {"sup_a"}),
        (UNIT, {"sup_a"}),
        (STRANGER, {"sup_b"}),
    ],
)
def test_supervisors_are_seen_where_they_work(store: Session, by: Caller, seen: set[str]) -> None:
    assert {guide.row.id for guide in supervision.list_supervisors(store, by).rows} == seen


def test_supervisors_are_found_by_unit_and_profession(store: Session) -> None:
    assert supervision.list_supervisors(store, COORDINATOR, unit="unt_b").total == 1
    assert supervision.list_supervisors(store, COORDINATOR, profession="midwife").total == 0


def test_weeks_on_duty_are_replaced_as_a_whole(store: Session) -> None:
    guide = supervision.change_supervisor(store, UNIT, "sup_a", {"weeks": [W01]})
    assert (guide.weeks, guide.row.version) == ((W01,), 2)
    always = supervision.change_supervisor(store, UNIT, "sup_a", {"weeks": None})
    assert (always.weeks, always.row.version) == (None, 3)


def test_what_is_not_named_stays_as_it_is(store: Session) -> None:
    guide = supervision.change_supervisor(store, UNIT, "sup_a", {"max_students": 1})
    assert (guide.weeks, guide.row.max_students) == ((W53,), 1)


def test_a_change_to_the_same_weeks_keeps_the_version(store: Session) -> None:
    guide = supervision.change_supervisor(store, UNIT, "sup_a", {"weeks": [W53]})
    assert guide.row.version == 1
    assert entries(store) == []


def test_training_is_recorded_and_a_mistake_struck(store: Session) -> None:
    guide = supervision.record_training(store, UNIT, "sup_a", TRAINING)
    assert [training.credits for training in guide.trainings] == [7.5, 7.5]
    struck = supervision.strike_training(store, UNIT, "sup_a", "trn_a")
    assert [training.course for training in struck.trainings] == ["Handledning"]
    assert struck.row.version == 3


def test_training_does_not_expire_before_it_is_completed(store: Session) -> None:
    with pytest.raises(InvalidError) as refused:
        supervision.record_training(store, UNIT, "sup_a", {**TRAINING, "expires_on": dt.date(2025, 5, 30)})
    assert refused.value.faults[0].pointer == "/expires_on"


def test_anothers_training_cannot_be_struck(store: Session) -> None:
    with pytest.raises(NotFoundError):
        supervision.strike_training(store, COORDINATOR, "sup_b", "trn_a")


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"external_id": "19850101-1234"}, "/external_id"),
        ({"external_id": "anna 850161-1234"}, "/external_id"),
        ({"role": SupervisorRole.AKA}, "/share_percent"),
        ({"share_percent": 20}, "/share_percent"),
    ],
)
def test_a_supervisor_who_could_be_recognised_or_contradicts_themselves_is_refused(
    store: Session, wrong: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        supervision.name_supervisor(store, UNIT, {**NEW, **wrong})
    assert refused.value.faults[0].pointer == pointer


def test_a_supervisor_stays_at_the_unit(store: Session) -> None:
    with pytest.raises(InvalidError):
        supervision.change_supervisor(store, COORDINATOR, "sup_a", {"unit_id": "unt_free"})


def test_nobody_names_supervisors_at_a_unit_that_is_not_theirs(store: Session) -> None:
    with pytest.raises(InvalidError):
        supervision.name_supervisor(store, STRANGER, NEW)
    with pytest.raises(NotFoundError):
        supervision.change_supervisor(store, STRANGER, "sup_a", {"max_students": 0})


def test_a_supervisor_whom_no_plan_names_is_removed_with_their_training(store: Session) -> None:
    supervision.remove_supervisor(store, PROVIDER, "sup_a")
    store.commit()
    with pytest.raises(NotFoundError):
        supervision.show_supervisor(store, COORDINATOR, "sup_a")


def test_an_institution_sees_no_supervisor(store: Session) -> None:
    with pytest.raises(NotAllowedError):
        supervision.list_supervisors(store, INSTITUTION)
