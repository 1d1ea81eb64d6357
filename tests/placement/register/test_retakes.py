"""A student retakes a failed placement once the action plan is done, in a later term, and before other students."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from placement import clock
from placement.callers import SYSTEM
from placement.clock import STOCKHOLM, today
from placement.errors import InvalidError
from placement.in_force.placements import list_waiting
from placement.planning.gather import gather
from placement.register.requests import ask_for_placement, change_request
from placement.register.retakes import class_of
from placement.tables import (
    RETAKE_CLASS,
    Course,
    Placement,
    PlacementStatus,
    Request,
    RequestStatus,
    Student,
)
from tests.placement.county import KI, settle

FAILED = dt.datetime(2026, 9, 20, 22, 30, tzinfo=dt.UTC)
"""Half past midnight on 21 September in Stockholm."""
DONE = dt.date(2026, 10, 1)


@pytest.fixture(autouse=True)
def county(session: Session) -> None:
    """The student has failed the placement, and the lärosäte has said so."""
    settle(session)
    placement = session.get_one(Placement, "pla_a")
    placement.status, placement.changed_at = PlacementStatus.FAILED, FAILED
    session.commit()


def retake(
    name: str = "req_new",
    *,
    term: str = "trm_idle",
    student: str = "stu_a",
    course: str = "crs_a",
    of: str | None = "req_a",
    done: dt.date | None = DONE,
) -> Request:
    return Request(id=name, term_id=term, student_id=student, course_id=course, retake_of=of, action_plan_done_on=done)


def test_a_failed_placement_is_taken_again_in_a_later_term(session: Session) -> None:
    ranked = ask_for_placement(session, KI, retake())
    session.commit()
    assert (ranked.request.retake_of, ranked.request.action_plan_done_on) == ("req_a", DONE)


@pytest.mark.parametrize("night", [dt.date(2027, 3, 28), dt.date(2027, 6, 15), dt.date(2027, 10, 31)])
def test_an_action_plan_done_today_is_done_from_midnight_in_stockholm(
    session: Session, monkeypatch: pytest.MonkeyPatch, night: dt.date
) -> None:
    half_past_midnight = dt.datetime.combine(night, dt.time(0, 30), STOCKHOLM)
    monkeypatch.setattr(clock, "now", lambda: half_past_midnight.astimezone(dt.UTC))
    with pytest.raises(InvalidError):
        ask_for_placement(session, KI, retake(done=night + dt.timedelta(days=1)))
    session.rollback()
    assert ask_for_placement(session, KI, retake(done=night)).request.action_plan_done_on == night


@pytest.mark.parametrize(
    ("new", "pointer"),
    [
        (retake(of=None, done=None), "/retake_of"),
        (retake(of=None), "/action_plan_done_on"),
        (retake(of="req_idle"), "/retake_of"),
        (retake(of="req_none"), "/retake_of"),
        (retake(course="crs_idle"), "/retake_of"),
        (retake(student="stu_idle"), "/retake_of"),
        (retake(done=None), "/action_plan_done_on"),
        (retake(done=today() + dt.timedelta(days=2)), "/action_plan_done_on"),
        (retake(done=dt.date(2026, 9, 20)), "/action_plan_done_on"),
        (retake(term="trm_a"), "/term_id"),
    ],
)
def test_a_retake_that_is_not_allowed_is_refused(session: Session, new: Request, pointer: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        ask_for_placement(session, KI, Request(**new.model_dump()))
    assert [fault.pointer for fault in refusal.value.faults] == [pointer]


def test_an_action_plan_is_done_on_the_day_of_the_failure_at_the_earliest(session: Session) -> None:
    with pytest.raises(InvalidError, match="reported as failed on 2026-09-21") as refusal:
        ask_for_placement(session, KI, retake(done=dt.date(2026, 9, 20)))
    assert "rapporterades som underkänd den 2026-09-21" in refusal.value.sv
    assert ask_for_placement(session, KI, retake(done=dt.date(2026, 9, 21))).request.id == "req_new"


def test_the_refusal_of_a_retake_in_the_same_term_says_which_terms_there_may_be(session: Session) -> None:
    with pytest.raises(InvalidError, match="a retake comes in a later term: one that begins after 2026-W53"):
        ask_for_placement(session, KI, retake(term="trm_a"))


@pytest.mark.parametrize("status", sorted(set(PlacementStatus) - {PlacementStatus.FAILED}))
def test_only_a_failed_placement_is_retaken(session: Session, status: PlacementStatus) -> None:
    placement = session.get_one(Placement, "pla_a")
    placement.status = status
    placement.reason = None if status in {"published", "accepted", "completed"} else "other"  # type: ignore[assignment]
    session.commit()
    with pytest.raises(InvalidError, match="only a failed placement"):
        ask_for_placement(session, KI, retake())


def test_a_course_may_limit_the_attempts(session: Session) -> None:
    session.get_one(Course, "crs_a").attempts = 1
    with pytest.raises(InvalidError, match="the course allows no more attempts than 1"):
        ask_for_placement(session, KI, retake())
    session.get_one(Course, "crs_a").attempts = 2
    assert ask_for_placement(session, KI, retake()).request.id == "req_new"


def test_a_failed_placement_has_one_open_retake_at_a_time(session: Session) -> None:
    ask_for_placement(session, KI, retake())
    session.commit()
    with pytest.raises(IntegrityError):
        ask_for_placement(session, KI, retake("req_more", term="trm_next"))
    session.rollback()
    change_request(session, KI, "req_new", status=RequestStatus.WITHDRAWN)
    assert ask_for_placement(session, KI, retake("req_more", term="trm_next")).request.id == "req_more"


def test_a_request_opened_again_is_held_to_what_has_happened_since(session: Session) -> None:
    session.get_one(Placement, "pla_a").status = PlacementStatus.PUBLISHED
    ask_for_placement(session, KI, retake(of=None, done=None))
    change_request(session, KI, "req_new", status=RequestStatus.WITHDRAWN)
    session.get_one(Placement, "pla_a").status = PlacementStatus.FAILED
    session.commit()
    with pytest.raises(InvalidError, match="give the request whose placement was failed"):
        change_request(session, KI, "req_new", status=RequestStatus.OPEN)
    again = change_request(session, KI, "req_idle", status=RequestStatus.OPEN)
    assert again.request.status is RequestStatus.OPEN


def test_the_failed_request_itself_needs_no_retake_to_be_opened_again(session: Session) -> None:
    session.get_one(Request, "req_a").status = RequestStatus.WITHDRAWN
    session.commit()
    assert change_request(session, KI, "req_a", status=RequestStatus.OPEN).request.status is RequestStatus.OPEN


def test_a_retake_has_priority_but_does_not_lower_a_stronger_one(session: Session) -> None:
    student = session.get_one(Student, "stu_a")
    classes = {}
    for own in (0, RETAKE_CLASS, 9):
        student.priority_class = own
        classes[own] = (class_of(retake(of=None, done=None), student), class_of(retake(), student))
    assert classes == {0: (0, RETAKE_CLASS), RETAKE_CLASS: (RETAKE_CLASS, RETAKE_CLASS), 9: (9, 9)}


def test_a_plan_and_the_waiting_list_put_a_retake_before_those_without_priority(session: Session) -> None:
    for name in ("req_1", "req_2"):
        session.add(
            Student(id=f"stu_{name}", cohort_id="coh_a", institution_id="org_ki", external_id=name, lat=59.3, lon=18.0)
        )
        session.add(Request(id=name, term_id="trm_idle", student_id=f"stu_{name}", course_id="crs_a"))
    session.get_one(Student, "stu_a").lottery_number = 99
    session.flush()
    session.get_one(Student, "stu_req_1").lottery_number = 1
    session.get_one(Student, "stu_req_2").priority_class = RETAKE_CLASS + 1
    ask_for_placement(session, KI, retake())
    session.commit()
    problem = gather(session, SYSTEM, "trm_idle")
    assert {request.id: request.priority for request in problem.requests} == {"req_new": 6, "req_1": 1, "req_2": 7}
    assert [request.id for request in list_waiting(session, KI, "trm_idle").rows] == ["req_2", "req_new", "req_1"]
