"""A swap that breaks a rule is refused, when it is asked for and when it is approved: one worked case for each rule."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import Session

from placement.database import open_session
from placement.planning.broken import name_rule
from placement.tables import (
    Agreement,
    AgreementUnit,
    AgreementVolume,
    BlockedUnit,
    Course,
    CourseWindow,
    OfferWeek,
    Pin,
    Request,
    RequestStatus,
    Student,
    Supervisor,
    Training,
    Unit,
)
from placement_solver.rules import RULES
from tests.api.exchanges import Exchanges
from tests.placement.exchanging import (
    LATER,
    ONE,
    OTHER,
    another_course,
    another_request,
    another_student,
    offer,
    placed,
)
from tests.placement.overlapping import open_term, place_elsewhere
from tests.rows import WEEK

FIRST, SECOND = "/sides/0/placementId", "/sides/1/placementId"


def another_site(session: Session) -> None:
    for row in (session.get_one(Unit, "unt_far"), session.get_one(Student, "stu_b")):
        row.site_id = "sit_b"


def block(session: Session) -> None:
    session.add(BlockedUnit(student_id="stu_a", unit_id="unt_far"))


def live_far_away(session: Session) -> None:
    session.get_one(Student, "stu_b").max_travel = 47
    session.get_one(Student, "stu_a").max_travel = 14


def be_busy(session: Session) -> None:
    course = another_course(session, 1)
    session.add(placed("pla_busy", another_request(session, "stu_a", course), "unt_a", LATER.plus(1), weeks=2))


def be_busy_in_another_term(session: Session) -> None:
    open_term(session, LATER, 12)
    place_elsewhere(session, LATER.plus(5), student="stu_a")


def build_on_another(session: Session) -> None:
    """The first student's next course begins after the near place has ended, but before the far one begins."""
    session.get_one(Course, "crs_a").sequence = 1
    course = another_course(session, 2)
    session.add(placed("pla_next", another_request(session, "stu_a", course), "unt_a", WEEK.plus(7), weeks=2))


def meet_different_units(session: Session) -> None:
    session.get_one(Student, "stu_a").distinct_units = True
    course = another_course(session, 1)
    session.add(placed("pla_far", another_request(session, "stu_a", course), "unt_far", LATER.plus(8), weeks=2))


def pin(session: Session) -> None:
    session.add(Pin(term_id="trm_a", request_id="req_a", unit_id="unt_a", start=WEEK))


def offer_fewer(session: Session) -> None:
    session.get_one(OfferWeek, ("off_far", LATER.plus(2))).places = 0


def lower_the_ceiling(session: Session) -> None:
    offer(session, "off_far", "unt_far", 2)
    session.get_one(Unit, "unt_far").max_students = 1
    session.add(placed("pla_third", another_student(session, "c"), "unt_far", LATER, None))
    session.get_one(Course, "crs_a").supervision_credits = None


def end_the_agreement(session: Session) -> None:
    session.delete(session.get_one(AgreementUnit, ("agr_a", "unt_far")))


def let_training_expire(session: Session) -> None:
    session.get_one(Training, "trn_far").expires_on = WEEK.monday()


def give_the_supervisor_two(session: Session) -> None:
    session.get_one(Supervisor, "sup_far").max_students = 1
    offer(session, "off_far", "unt_far", 2)
    session.add(placed("pla_third", another_student(session, "c"), "unt_far", LATER, "sup_far"))


def change_the_kind(session: Session) -> None:
    session.get_one(Unit, "unt_far").kinds = ["primary-care"]


def require_university_healthcare(session: Session) -> None:
    session.get_one(Course, "crs_a").university_healthcare = True
    session.get_one(Unit, "unt_a").university_healthcare = True


def close_the_window(session: Session) -> None:
    session.delete(session.get_one(CourseWindow, ("crs_a", "trm_a", LATER)))


CASES: list[tuple[str, Callable[[Session], None], list[str]]] = [
    ("site", another_site, [FIRST, SECOND]),
    ("blocked-unit", block, [FIRST]),
    ("travel-limit", live_far_away, [FIRST]),
    ("no-overlap", be_busy, [FIRST]),
    ("no-overlap", be_busy_in_another_term, [FIRST]),
    ("order", build_on_another, [FIRST]),
    ("distinct-units", meet_different_units, [FIRST]),
    ("pin", pin, [FIRST]),
    ("capacity", offer_fewer, [FIRST]),
    ("unit-ceiling", lower_the_ceiling, [FIRST]),
    ("agreement", end_the_agreement, [FIRST]),
    ("supervision", let_training_expire, [FIRST]),
    ("supervisor-load", give_the_supervisor_two, [FIRST]),
    ("unit-kind", change_the_kind, [FIRST]),
    ("university-healthcare", require_university_healthcare, [FIRST]),
    ("course-window", close_the_window, [FIRST]),
]
"""Each rule, what makes the swap break it, and the placements that are named for it."""
NEVER = {"one-placement", "agreement-ceiling"}
"""A request has one placement in force at most; and a swap within a course moves no student-week of any agreement."""

each_case = pytest.mark.parametrize(
    ("rule", "do", "pointers"), CASES, ids=[f"{rule}-{do.__name__}" for rule, do, _ in CASES]
)


def test_each_rule_has_its_case() -> None:
    assert {rule for rule, *_ in CASES} == {rule.key for rule in RULES} - NEVER


@each_case
def test_a_swap_that_breaks_a_rule_is_refused_when_it_is_asked_for(
    exchanges: Exchanges, rule: str, do: Callable[[Session], None], pointers: list[str]
) -> None:
    with open_session(exchanges.engine) as session:
        do(session)
    refused = exchanges.wish()
    assert refused.status_code == 409, refused.text
    assert refused.json()["detail"] == "The swap breaks a rule."
    told = [(fault["pointer"], fault["detail"]) for fault in refused.json()["errors"]]
    assert [pointer for pointer, _ in told] == pointers, told
    assert all(detail.startswith(f"breaks the rule “{name_rule(rule).en}”: ") for _, detail in told), told
    assert not any(word in detail for _, detail in told for word in ("unt_", "sup_", "req_", "stu_")), told
    assert exchanges.ask("GET", "/swaps")["total"] == 0


@each_case
def test_a_swap_that_breaks_a_rule_by_now_is_not_approved(
    exchanges: Exchanges, rule: str, do: Callable[[Session], None], pointers: list[str]
) -> None:
    swap = exchanges.agreed()
    before = exchanges.places()
    with open_session(exchanges.engine) as session:
        do(session)
    refused = exchanges.decide(swap, "approved")
    assert (refused.status_code, refused.json()["detail"]) == (409, "The swap breaks a rule."), rule
    told = [fault["detail"] for fault in refused.json()["errors"]]
    assert len(told) == len(pointers)
    assert all(detail.startswith(f"breaks the rule “{name_rule(rule).en}”: ") for detail in told), told
    assert {key: place for key, place in exchanges.places().items() if key in before} == before
    assert exchanges.ask("GET", f"/swaps/{swap}")["status"] == "asked"


def test_a_refusal_is_told_in_swedish_too(exchanges: Exchanges) -> None:
    with open_session(exchanges.engine) as session:
        block(session)
    sides = {"sides": [{"placementId": OTHER}, {"placementId": ONE}]}
    refused = exchanges.call("POST", "/swaps", sides, language="sv").json()
    assert refused["detail"] == "Bytet bryter mot en regel."
    (fault,) = refused["errors"]
    assert fault["pointer"] == SECOND
    assert fault["detail"].startswith("bryter mot regeln ”")
    assert "Granbacken" in fault["detail"]


def test_a_withdrawn_request_is_not_exchanged(exchanges: Exchanges) -> None:
    with open_session(exchanges.engine) as session:
        session.get_one(Request, "req_b").status = RequestStatus.WITHDRAWN
    (fault,) = exchanges.wish().json()["errors"]
    assert fault["pointer"] == SECOND
    assert fault["detail"].startswith("breaks the rule “The request is withdrawn”")


def test_placements_that_are_no_longer_as_long_as_the_course_are_not_exchanged(exchanges: Exchanges) -> None:
    with open_session(exchanges.engine) as session:
        session.get_one(Course, "crs_a").weeks = 5
    faults = exchanges.wish().json()["errors"]
    assert [fault["pointer"] for fault in faults] == [FIRST, SECOND]
    assert all("6 weeks, but the course requires 5" in fault["detail"] for fault in faults)


def test_in_a_term_that_is_no_valid_problem_nothing_is_exchanged_and_the_coordinator_is_told_what_is_wrong(
    exchanges: Exchanges,
) -> None:
    swap = exchanges.agreed()
    with open_session(exchanges.engine) as session:
        twice = session.get_one(Agreement, "agr_a").model_dump()
        session.add(Agreement(**{**twice, "id": "agr_twice", "every_unit": True}))
    why = "The swap cannot be judged until the coordinator has corrected the term's data."
    refused = exchanges.decide(swap, "approved").json()
    assert (refused["detail"], len(refused["errors"])) == (why, 1)
    assert "Karolinska Institutet – City of Stockholm" in refused["errors"][0]["detail"]
    exchanges.decide(swap, "withdrawn", "institution")
    told = exchanges.wish()
    assert (told.status_code, told.json()["detail"], told.json()["errors"]) == (409, why, [])
    assert exchanges.ask("GET", f"/placements/{ONE}/swap-candidates")["items"] == []


def test_a_ceiling_that_is_exceeded_already_stops_no_swap_for_none_moves_a_student_week(exchanges: Exchanges) -> None:
    with open_session(exchanges.engine) as session:
        session.get_one(AgreementVolume, ("agr_a", "trm_a")).max_student_weeks = 1
    assert exchanges.wish().status_code == 201
