"""Students are known by pseudonym; only their lärosäte knows who they are and where they live."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import Session, select

from placement.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from placement.register.requests import change_request
from placement.register.students import (
    change_student,
    list_students,
    register_student,
    remove_student,
    show_student,
)
from placement.tables import AuditEntry, Cohort, Programme, RequestStatus, Site, Student
from tests.placement.county import CITY, CKU, KI, UMEA, settle, told


@pytest.fixture(autouse=True)
def county(session: Session) -> None:
    settle(session)
    session.add_all(
        [
            Programme(
                id="prg_med",
                institution_id="org_ki",
                profession="physician",
                code="LÄK",
                name="Läkarprogrammet",
                decentralised=True,
            ),
            Cohort(id="coh_med", programme_id="prg_med", term_id="trm_a", name="T6", size=100),
            Cohort(id="coh_next", programme_id="prg_a", term_id="trm_idle", name="T3", size=40),
            Site(id="sit_b", institution_id="org_b", name="Sunderbyn", municipality_code="0180"),
        ]
    )
    session.commit()


def newcomer(**values: str | int) -> Student:
    given: dict[str, Any] = {"cohort_id": "coh_a", "external_id": "ki-0002", "lat": 59.3, "lon": 18.1, **values}
    return Student(id="stu_new", **given)


def pointers(refusal: pytest.ExceptionInfo[InvalidError]) -> list[str]:
    return [fault.pointer for fault in refusal.value.faults]


def test_a_student_is_registered_in_the_institution_of_the_cohort(session: Session) -> None:
    record = register_student(session, KI, newcomer(max_travel=60, priority_class=2), ["unt_b", "unt_a"])
    session.commit()
    assert (record.institution_id, record.external_id, record.lottery_number) == ("org_ki", "ki-0002", None)
    assert record.blocked_units == ("unt_a", "unt_b")
    assert show_student(session, KI, "stu_new") == record


def test_a_institution_sees_its_own_students_and_the_coordinator_all(session: Session) -> None:
    assert [row.id for row in list_students(session, KI).rows] == ["stu_a", "stu_idle", "stu_m"]
    assert [row.id for row in list_students(session, UMEA).rows] == ["stu_b", "stu_idle_b"]
    assert list_students(session, CKU).total == 5
    assert list_students(session, CKU, institution="org_b").total == 2
    assert list_students(session, CKU, cohort="coh_a").total == 3


def test_providers_meet_students_in_placements_only(session: Session) -> None:
    with pytest.raises(NotAllowedError):
        list_students(session, CITY)
    with pytest.raises(NotAllowedError):
        show_student(session, CITY, "stu_a")


def test_the_coordinator_is_not_told_who_a_student_is_or_where_they_live(session: Session) -> None:
    seen = show_student(session, CKU, "stu_a")
    assert (seen.external_id, seen.lat, seen.lon, seen.zone) == (None, None, None, None)
    assert (seen.max_travel, seen.blocked_units) == (90, ("unt_a",))
    own = show_student(session, KI, "stu_a")
    assert (own.external_id, own.lat, own.lon, own.zone) == ("ki-0001", 59.31, 18.05, "söder")


@pytest.mark.parametrize("name", ["external_id", "lat", "lon", "zone"])
def test_the_coordinator_does_not_change_who_a_student_is_or_where_they_live(session: Session, name: str) -> None:
    with pytest.raises(NotAllowedError, match="lärosäte"):
        change_student(session, CKU, "stu_a", {name: "60"})


def test_the_coordinator_may_register_a_student_for_a_institution(session: Session) -> None:
    assert register_student(session, CKU, newcomer(cohort_id="coh_b")).institution_id == "org_b"


@pytest.mark.parametrize(
    "number",
    [
        *("19850101-1236", "8501011236", "ki 850161-1236", "198501011236", "811228,9874", "811228x9874"),
        *("81 12 28 98 74", "8112 2898 74"),
    ],
)
def test_a_personal_identity_number_is_refused_and_not_repeated(session: Session, number: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        register_student(session, KI, newcomer(external_id=number))
    assert pointers(refusal) == ["/external_id"]
    assert number not in str(refusal.value)
    with pytest.raises(InvalidError):
        change_student(session, KI, "stu_a", {"external_id": number})


def test_a_student_of_a_decentralised_programme_belongs_to_a_site_and_no_other_does(session: Session) -> None:
    assert register_student(session, KI, newcomer(cohort_id="coh_med", site_id="sit_a")).site_id == "sit_a"
    for wrong in (
        newcomer(cohort_id="coh_med"),
        newcomer(cohort_id="coh_med", site_id="sit_b"),
        newcomer(cohort_id="coh_med", site_id="sit_none"),
        newcomer(site_id="sit_a"),
    ):
        with pytest.raises(InvalidError) as refusal:
            register_student(session, KI, wrong)
        assert pointers(refusal) == ["/site_id"]


def test_a_student_comes_to_ones_own_cohort_only(session: Session) -> None:
    with pytest.raises(InvalidError) as refusal:
        register_student(session, KI, newcomer(cohort_id="coh_b"))
    assert pointers(refusal) == ["/cohort_id"]
    with pytest.raises(InvalidError) as refusal:
        change_student(session, CKU, "stu_a", {"cohort_id": "coh_b"})
    assert pointers(refusal) == ["/cohort_id"]


def test_the_lottery_number_lasts_within_the_term_and_is_lost_with_it(session: Session) -> None:
    session.exec(select(Student).where(Student.id == "stu_a")).one().lottery_number = 7
    session.commit()
    assert change_student(session, KI, "stu_a", {"cohort_id": "coh_idle"}).lottery_number == 7
    assert change_student(session, KI, "stu_a", {"cohort_id": "coh_next"}).lottery_number is None


def test_a_student_with_open_requests_stays_in_the_programme(session: Session) -> None:
    with pytest.raises(ConflictError, match="Withdraw them first"):
        change_student(session, KI, "stu_a", {"cohort_id": "coh_med", "site_id": "sit_a"})
    for request in ("req_a", "req_idle"):
        change_request(session, KI, request, status=RequestStatus.WITHDRAWN)
    moved = change_student(session, KI, "stu_a", {"cohort_id": "coh_med", "site_id": "sit_a"})
    assert moved.cohort_id == "coh_med"


def test_blocked_units_are_replaced_and_make_a_new_version(session: Session) -> None:
    changed = change_student(session, KI, "stu_a", {}, ["unt_b"])
    session.commit()
    assert (changed.blocked_units, changed.version) == (("unt_b",), 2)
    assert change_student(session, KI, "stu_a", {}, ["unt_b"]).version == 2
    assert change_student(session, KI, "stu_a", {"max_travel": 45}).blocked_units == ("unt_b",)


def test_a_blocked_unit_has_to_be_there(session: Session) -> None:
    with pytest.raises(InvalidError) as refusal:
        change_student(session, KI, "stu_a", {}, ["unt_a", "unt_none"])
    assert pointers(refusal) == ["/blocked_units/1"]


def test_the_audit_trail_tells_nothing_of_who_where_or_which_units(session: Session) -> None:
    register_student(session, KI, newcomer(), ["unt_free"])
    change_student(session, KI, "stu_new", {"lat": 58.9, "external_id": "ki-0003"}, ["unt_idle"])
    remove_student(session, KI, "stu_new")
    session.commit()
    entries = session.exec(select(AuditEntry).where(AuditEntry.actor_token == KI.token)).all()
    written = " ".join(f"{entry.object_id} {entry.before} {entry.after}" for entry in entries)
    for secret in ("ki-000", "59.3", "58.9", "18.1", "unt_free", "unt_idle"):
        assert secret not in written
    assert told(session, "student") == [("created", "stu_new"), ("changed", "stu_new"), ("removed", "stu_new")]
    assert [action for action, _ in told(session, "blocked_unit")] == [
        "created",
        "removed",
        "created",
        "removed",
    ]


def test_another_institutions_student_is_as_if_they_were_not_there(session: Session) -> None:
    for name in ("stu_a", "stu_none"):
        with pytest.raises(NotFoundError, match=name):
            show_student(session, UMEA, name)
        with pytest.raises(NotFoundError, match=name):
            change_student(session, UMEA, name, {"max_travel": 1})
        with pytest.raises(NotFoundError, match=name):
            remove_student(session, UMEA, name)
