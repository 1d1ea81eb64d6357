"""A lärosäte asks for its students' placements, ranks units, and withdraws what is no longer needed."""

from __future__ import annotations

import pytest
from sqlmodel import Session, select

from placement.errors import InvalidError, NotAllowedError, NotFoundError
from placement.register.requests import (
    ask_for_placement,
    change_request,
    list_requests,
    remove_request,
    show_request,
)
from placement.tables import Pin, Preference, Request, RequestStatus
from placement_solver.weeks import IsoWeek
from tests.placement.county import CITY, CKU, KI, UMEA, settle, told


@pytest.fixture(autouse=True)
def county(session: Session) -> None:
    settle(session)


def asked(term: str = "trm_idle", student: str = "stu_a", course: str = "crs_a") -> Request:
    return Request(id="req_new", term_id=term, student_id=student, course_id=course)


def test_a_placement_is_asked_for_with_the_units_wished_for(session: Session) -> None:
    ranked = ask_for_placement(session, KI, asked(), ["unt_free", "unt_a"])
    session.commit()
    assert (ranked.institution_id, ranked.preferences) == ("org_ki", ("unt_free", "unt_a"))
    assert ranked.request.status is RequestStatus.OPEN
    assert show_request(session, KI, "req_new") == ranked


@pytest.mark.parametrize(
    ("new", "pointer"),
    [
        (asked(term="trm_none"), "/term_id"),
        (asked(student="stu_b"), "/student_id"),
        (asked(course="crs_b"), "/course_id"),
        (asked(course="crs_none"), "/course_id"),
    ],
)
def test_a_request_is_for_ones_own_student_in_a_course_of_their_programme(
    session: Session, new: Request, pointer: str
) -> None:
    with pytest.raises(InvalidError) as refusal:
        ask_for_placement(session, KI, Request(**new.model_dump()))
    assert [fault.pointer for fault in refusal.value.faults] == [pointer]


def test_requests_are_listed_by_term_status_institution_and_student(session: Session) -> None:
    change_request(session, KI, "req_a", status=RequestStatus.WITHDRAWN)
    assert [row.request.id for row in list_requests(session, KI).rows] == ["req_a", "req_idle"]
    assert list_requests(session, CKU, term="trm_a").total == 4
    assert list_requests(session, CKU, term="trm_idle").total == 0
    withdrawn = list_requests(session, CKU, status=RequestStatus.WITHDRAWN).rows
    assert [(row.request.id, row.institution_id, row.preferences) for row in withdrawn] == [
        ("req_a", "org_ki", ("unt_a",))
    ]
    assert list_requests(session, CKU, institution="org_b").total == 2
    assert list_requests(session, KI, institution="org_b").total == 0
    assert list_requests(session, CKU, student="stu_b").total == 2
    with pytest.raises(NotAllowedError):
        list_requests(session, CITY)


def test_a_withdrawn_request_loses_what_was_decided_by_hand_and_can_be_opened_again(session: Session) -> None:
    withdrawn = change_request(session, KI, "req_a", status=RequestStatus.WITHDRAWN)
    session.commit()
    assert (withdrawn.request.status, withdrawn.request.version) == (RequestStatus.WITHDRAWN, 2)
    assert session.exec(select(Pin.id)).all() == []
    assert told(session, "pin") == [("removed", "pin_a")]
    opened = change_request(session, KI, "req_a", status=RequestStatus.OPEN)
    assert opened.request.status is RequestStatus.OPEN


def test_a_request_that_stays_open_keeps_its_pin(session: Session) -> None:
    change_request(session, KI, "req_a", preferences=[])
    assert session.exec(select(Pin.id)).all() == ["pin_a"]


def test_wishes_are_ranked_again_and_make_a_new_version(session: Session) -> None:
    change_request(session, KI, "req_a", preferences=["unt_a", "unt_b", "unt_free"])
    swapped = change_request(session, KI, "req_a", preferences=["unt_a", "unt_free", "unt_b"])
    session.commit()
    assert swapped.preferences == ("unt_a", "unt_free", "unt_b")
    assert swapped.request.version == 3
    same = change_request(session, KI, "req_a", preferences=["unt_a", "unt_free", "unt_b"])
    assert same.request.version == 3
    assert told(session, "preference") == [
        ("created", "req_a/1"),
        ("created", "req_a/2"),
        ("removed", "req_a/1"),
        ("removed", "req_a/2"),
        ("created", "req_a/1"),
        ("created", "req_a/2"),
    ]


def test_a_unit_that_is_wished_for_has_to_be_there(session: Session) -> None:
    with pytest.raises(InvalidError) as refusal:
        change_request(session, KI, "req_a", preferences=["unt_none", "unt_a"])
    assert [fault.pointer for fault in refusal.value.faults] == ["/preferences/0"]


def test_a_request_that_no_plan_has_dealt_with_can_be_removed(session: Session) -> None:
    change_request(session, KI, "req_idle", preferences=["unt_a"])
    session.add(Pin(term_id="trm_a", request_id="req_idle", unit_id="unt_a", start=IsoWeek(2027, 1)))
    session.commit()
    remove_request(session, KI, "req_idle")
    session.commit()
    with pytest.raises(NotFoundError):
        show_request(session, KI, "req_idle")
    assert session.exec(select(Preference.request_id)).all() == ["req_a"]
    assert session.exec(select(Pin.id)).all() == ["pin_a"]


def test_another_institutions_request_is_as_if_it_were_not_there(session: Session) -> None:
    for name in ("req_a", "req_none"):
        with pytest.raises(NotFoundError, match=name):
            show_request(session, UMEA, name)
        with pytest.raises(NotFoundError, match=name):
            change_request(session, UMEA, name, status=RequestStatus.WITHDRAWN)
        with pytest.raises(NotFoundError, match=name):
            remove_request(session, UMEA, name)
