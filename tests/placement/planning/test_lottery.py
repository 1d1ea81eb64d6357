"""The service draws lottery numbers once, records them, and lets anyone verify the draw."""

from __future__ import annotations

import hashlib

import pytest
from sqlmodel import Session, col, select

from placement.errors import ConflictError, NotAllowedError, NotFoundError
from placement.planning.lottery import draw_lottery, list_draws
from placement.tables import Request, RequestStatus, Student
from placement_solver.lottery import in_order_of_the_draw
from tests.placement.county import CITY, CKU, KI, UMEA, settle, told


@pytest.fixture(autouse=True)
def county(session: Session) -> None:
    settle(session)


def numbers(session: Session) -> dict[str, int]:
    query = select(Student).where(col(Student.lottery_number).is_not(None))
    return {student.id: student.lottery_number or 0 for student in session.exec(query)}


def ask_also(session: Session, student: str, course: str, status: RequestStatus = RequestStatus.OPEN) -> None:
    session.add(Request(term_id="trm_a", student_id=student, course_id=course, status=status))
    session.commit()


def test_the_order_is_that_of_the_tickets_which_anyone_can_make() -> None:
    students = [f"stu_{number}" for number in range(50)]
    tickets = {student: hashlib.sha256(b"4711:" + student.encode()).hexdigest() for student in students}
    assert in_order_of_the_draw("4711", students) == sorted(students, key=tickets.__getitem__)
    assert in_order_of_the_draw("4711", reversed(students)) == in_order_of_the_draw("4711", students)
    assert in_order_of_the_draw("4712", students) != in_order_of_the_draw("4711", students)


def test_everyone_who_asks_gets_a_number_and_nobody_else(session: Session) -> None:
    ask_also(session, "stu_idle", "crs_a", RequestStatus.WITHDRAWN)
    draw = draw_lottery(session, CKU, "trm_a", "4711")
    session.commit()
    first, second = in_order_of_the_draw("4711", ["stu_a", "stu_b"])
    assert numbers(session) == {first: 1, second: 2}
    assert (draw.seed, draw.students, draw.first_number, draw.last_number) == ("4711", 2, 1, 2)


def test_who_comes_late_stands_behind_and_nobody_draws_twice(session: Session) -> None:
    draw_lottery(session, CKU, "trm_a", "first")
    before = numbers(session)
    ask_also(session, "stu_idle", "crs_a")
    late = draw_lottery(session, CKU, "trm_a", "second")
    session.commit()
    assert (late.students, late.first_number, late.last_number) == (1, 3, 3)
    assert numbers(session) == {**before, "stu_idle": 3}
    with pytest.raises(ConflictError, match="No student"):
        draw_lottery(session, CKU, "trm_a", "third")


def test_the_number_of_one_who_withdraws_is_not_given_to_another(session: Session) -> None:
    draw_lottery(session, CKU, "trm_a", "4711")
    for request in session.exec(select(Request)):
        request.status = RequestStatus.WITHDRAWN
    ask_also(session, "stu_idle", "crs_a")
    assert draw_lottery(session, CKU, "trm_a", "4712").first_number == 3


def test_a_draw_is_recorded_with_its_seed_and_each_number(session: Session) -> None:
    draw = draw_lottery(session, CKU, "trm_a", "4711")
    session.commit()
    for by in (CKU, KI, UMEA):
        page = list_draws(session, by, "trm_a")
        assert (page.total, list(page.rows)) == (1, [draw])
    assert list_draws(session, KI, "trm_idle").total == 0
    assert told(session, "lottery_draw") == [("created", "trm_a")]
    assert sorted(told(session, "student")) == [("changed", "stu_a"), ("changed", "stu_b")]


def test_without_a_seed_one_is_made_that_nobody_could_foresee(session: Session) -> None:
    seed = draw_lottery(session, CKU, "trm_a").seed
    assert len(seed) == 32
    assert [row.seed for row in list_draws(session, CKU, "trm_a").rows] == [seed]


def test_only_the_coordinator_draws_and_only_for_a_term_there_is(session: Session) -> None:
    with pytest.raises(NotAllowedError):
        draw_lottery(session, KI, "trm_a")
    with pytest.raises(NotAllowedError):
        list_draws(session, CITY, "trm_a")
    for asked in (draw_lottery, list_draws):
        with pytest.raises(NotFoundError, match="trm_none"):
            asked(session, CKU, "trm_none")
