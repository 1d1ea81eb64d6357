"""Which training supervisors have on a day, what the coming courses require, and what expires."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import Session

from placement.callers import Caller, Role
from placement.errors import NotAllowedError
from placement.follow_up.training import FOR_AKA, FOR_SUPERVISORS, INTRODUCTION, level_of
from placement.follow_up.training_gaps import IN_ALL, Asked, GapGrouping, TrainingGap, list_training_gaps
from placement.tables import Course, Organisation, Supervisor, Training, Unit

CKU = Caller(Role.COORDINATOR)
CITY = Caller(Role.PROVIDER, organisation="org_city")
CARE = Caller(Role.PROVIDER, organisation="org_care")
WARD = Caller(Role.UNIT, unit="unt_a")
DAY = dt.date(2027, 1, 11)


def add(store: Session, name: str, credits_: float | None, expires: dt.date | None = None) -> None:
    """Add a nurse as supervisor, with a training or without."""
    store.add(Supervisor(id=name, unit_id="unt_a", profession="nurse", external_id=f"x-{name}"))
    if credits_ is not None:
        store.add(
            Training(
                supervisor_id=name,
                course="Kurs",
                credits=credits_,
                completed_on=dt.date(2025, 1, 1),
                expires_on=expires,
            )
        )
    store.flush()


def gap(store: Session, by: Caller = CKU, asked: Asked | None = None) -> TrainingGap:
    """Return the gap of the nurses at our unit."""
    found = list_training_gaps(store, by, asked or Asked(day=DAY)).rows
    return next(each for each in found if each.id in {"unt_a", "org_city", "org_care", IN_ALL})


def test_a_level_is_reached_by_credits() -> None:
    levels = [level_of(each) for each in (None, 0, 1.4, 1.5, 7.4, 7.5, 30)]
    assert levels == [None, INTRODUCTION, INTRODUCTION, FOR_SUPERVISORS, FOR_SUPERVISORS, FOR_AKA, FOR_AKA]


def test_supervisors_are_counted_by_the_best_training_that_counts(store: Session) -> None:
    store.get_one(Course, "crs_a").supervision_credits = 7.5
    add(store, "sup_none", None)
    add(store, "sup_web", 0)
    add(store, "sup_short", 1.5)
    add(store, "sup_lapsed", 7.5, DAY - dt.timedelta(1))
    found = gap(store)
    assert (found.supervisors, found.at_level) == (5, {"introduction": 1, "supervisor-course": 1, "aka-course": 1})
    assert (found.untrained, found.required, found.lacking) == (3, 7.5, 4)
    assert (found.courses, found.courses_without, found.aka, found.aka_percent) == (1, 0, 1, 30)


def test_a_course_for_which_nobody_has_the_training_is_counted(store: Session) -> None:
    store.get_one(Course, "crs_a").supervision_credits = 15
    found = gap(store)
    assert (found.courses, found.courses_without, found.lacking) == (1, 1, 1)
    over = gap(store, asked=Asked(day=dt.date(2027, 3, 1)))
    assert (over.courses, over.required, over.lacking) == (0, None, 0)


def test_a_course_that_comes_where_nobody_supervises_has_a_row(store: Session) -> None:
    course = store.get_one(Course, "crs_b")
    course.supervision_credits = 1.5
    store.delete(store.get_one(Supervisor, "sup_b"))
    store.flush()
    found = next(each for each in list_training_gaps(store, CKU, Asked(day=DAY)).rows if each.id == "unt_b")
    assert (found.supervisors, found.courses, found.courses_without, found.lacking) == (0, 1, 1, 0)


@pytest.mark.parametrize(("months", "expiring"), [(5, 0), (6, 1)])
def test_a_training_that_expires_within_the_months_is_told_of(store: Session, months: int, expiring: int) -> None:
    add(store, "sup_soon", 1.5, dt.date(2027, 7, 10))
    assert gap(store, asked=Asked(day=DAY, months=months)).expiring == expiring


def test_each_reads_of_its_own_and_a_funder_of_all_that_it_funds(store: Session) -> None:
    def names(by: Caller, grouping: GapGrouping) -> list[str]:
        return [each.id for each in list_training_gaps(store, by, Asked(grouping, DAY)).rows]

    assert names(CKU, GapGrouping.UNIT) == ["unt_b", "unt_a"]
    assert names(CITY, GapGrouping.UNIT) == names(CARE, GapGrouping.UNIT) == names(WARD, GapGrouping.UNIT) == ["unt_a"]
    assert sorted(names(CKU, GapGrouping.PROVIDER)) == ["org_care", "org_city", "org_far"]
    assert names(CARE, GapGrouping.PROVIDER) == ["org_care"]
    assert names(WARD, GapGrouping.PROVIDER) == []
    assert names(CKU, GapGrouping.PROFESSION) == [IN_ALL]
    unit = store.get_one(Unit, "unt_a")
    unit.provider_id, unit.operator_id = "org_care", None
    store.flush()
    assert store.get_one(Organisation, "org_care").funded_by_id == "org_city"
    assert names(CITY, GapGrouping.UNIT) == []
    assert names(CITY, GapGrouping.PROVIDER) == ["org_city"]
    assert [each.name.en for each in list_training_gaps(store, CKU, Asked(GapGrouping.PROFESSION, DAY)).rows] == [
        "All units"
    ]
    assert names(CKU, GapGrouping.UNIT) == [
        each.id
        for unit_id in ("unt_b", "unt_a")
        for each in list_training_gaps(store, CKU, Asked(day=DAY, unit_id=unit_id)).rows
    ]


def test_a_student_reads_no_gaps(store: Session) -> None:
    with pytest.raises(NotAllowedError):
        list_training_gaps(store, Caller(Role.STUDENT, organisation="org_ki"), Asked())
