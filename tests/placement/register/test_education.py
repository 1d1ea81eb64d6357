"""A lärosäte sets up its own programmes and courses, and says when placements may start."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import Session, select

from placement.errors import InvalidError, NotAllowedError, NotFoundError
from placement.register.courses import (
    CourseBook,
    change_course,
    close_course,
    list_courses,
    set_up_course,
    set_windows,
    show_course,
    show_windows,
)
from placement.register.programmes import (
    change_programme,
    close_programme,
    list_programmes,
    set_up_programme,
    show_programme,
)
from placement.register.writing import writing
from placement.tables import CourseWindow
from placement_solver.weeks import IsoWeek
from tests.placement.county import CITY, CKU, KI, UMEA, settle, told

W53 = IsoWeek(2026, 53)


@pytest.fixture(autouse=True)
def county(session: Session) -> None:
    settle(session)


def midwifery(institution: str) -> dict[str, str]:
    named = {"profession": "midwife", "code": "BM", "name": "Barnmorska"}
    return {"id": "prg_new", "institution_id": institution, **named}


def psychiatry(programme: str) -> dict[str, Any]:
    return {"programme_id": programme, "code": "P", "name": "VFU", "weeks": 5, "kinds": ["psychiatry"]}


def test_a_institution_sees_its_own_programmes_and_the_coordinator_all(session: Session) -> None:
    assert {row.id for row in list_programmes(session, KI).rows} == {"prg_a", "prg_idle"}
    assert {row.id for row in list_programmes(session, UMEA).rows} == {"prg_b", "prg_idle_b"}
    assert list_programmes(session, CKU).total == 4
    assert [row.id for row in list_programmes(session, CKU, institution="org_b").rows] == [
        "prg_b",
        "prg_idle_b",
    ]
    assert list_programmes(session, CKU, profession="physician").total == 0


def test_another_institutions_programme_is_as_if_it_were_not_there(session: Session) -> None:
    for programme in ("prg_b", "prg_none"):
        with pytest.raises(NotFoundError, match=programme):
            show_programme(session, KI, programme)
        with pytest.raises(NotFoundError, match=programme):
            change_programme(session, KI, programme, {"name": "Ny"})
        with pytest.raises(NotFoundError, match=programme):
            close_programme(session, KI, programme)


def test_providers_have_no_business_with_programmes_or_courses(session: Session) -> None:
    with pytest.raises(NotAllowedError):
        list_programmes(session, CITY)
    with pytest.raises(NotAllowedError):
        show_course(session, CITY, "crs_a")


def test_a_institution_sets_up_renames_and_removes_a_programme(session: Session) -> None:
    set_up_programme(session, KI, midwifery("org_ki"))
    assert change_programme(session, KI, "prg_new", {"name": "Barnmorskeprogrammet"}).version == 2
    close_programme(session, KI, "prg_new")
    session.commit()
    assert told(session, "programme") == [
        ("created", "prg_new"),
        ("changed", "prg_new"),
        ("removed", "prg_new"),
    ]


@pytest.mark.parametrize("institution", ["org_b", "org_city", "org_none"])
def test_a_institution_sets_up_programmes_at_no_one_elses(session: Session, institution: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        set_up_programme(session, KI, midwifery(institution))
    assert [fault.pointer for fault in refusal.value.faults] == ["/institution_id"]


def test_the_coordinator_sets_up_a_programme_at_any_institution_but_at_no_provider(session: Session) -> None:
    assert set_up_programme(session, CKU, midwifery("org_b")).institution_id == "org_b"
    with pytest.raises(InvalidError):
        set_up_programme(session, CKU, midwifery("org_city"))


def test_courses_are_listed_by_programme_and_by_the_term_they_have_placements_in(session: Session) -> None:
    assert {row.id for row in list_courses(session, KI).rows} == {"crs_a", "crs_idle", "crs_asked"}
    assert [row.id for row in list_courses(session, KI, term="trm_a").rows] == ["crs_a"]
    assert list_courses(session, KI, programme="prg_b").total == 0
    assert list_courses(session, CKU, programme="prg_b").total == 3


def test_a_course_is_set_up_in_a_programme_of_ones_own(session: Session) -> None:
    assert set_up_course(session, KI, psychiatry("prg_a")).hours_per_week == 40
    with pytest.raises(InvalidError) as refusal:
        set_up_course(session, UMEA, psychiatry("prg_a"))
    assert [fault.pointer for fault in refusal.value.faults] == ["/programme_id"]


def test_a_course_may_not_outgrow_the_weeks_it_may_start_in(session: Session) -> None:
    set_windows(session, KI, "crs_a", "trm_a", [W53, IsoWeek(2027, 10)])
    changed = change_course(session, KI, "crs_a", {"weeks": 10, "kinds": ["geriatrics"]})
    assert (changed.weeks, changed.kinds) == (10, ["geriatrics"])
    with pytest.raises(InvalidError, match="2027-W10 would not end within VT2027") as refusal:
        change_course(session, KI, "crs_a", {"weeks": 11})
    assert [fault.pointer for fault in refusal.value.faults] == ["/weeks"]


def test_a_course_is_removed_with_its_windows(session: Session) -> None:
    set_windows(session, KI, "crs_idle", "trm_a", [W53])
    close_course(session, KI, "crs_idle")
    session.commit()
    left = session.exec(select(CourseWindow.course_id)).all()
    assert left == ["crs_a"]
    assert told(session, "course_window") == [
        ("created", "crs_idle/trm_a/2026-W53"),
        ("removed", "crs_idle/trm_a/2026-W53"),
    ]


def test_windows_are_replaced_as_a_whole_and_make_a_new_version_of_the_course(session: Session) -> None:
    windows = set_windows(session, KI, "crs_a", "trm_a", [IsoWeek(2027, 6), IsoWeek(2027, 1)])
    session.commit()
    assert windows.starts == (IsoWeek(2027, 1), IsoWeek(2027, 6))
    assert windows.course.version == 2
    assert show_windows(session, KI, "crs_a", "trm_a") == windows
    assert told(session, "course_window") == [
        ("removed", "crs_a/trm_a/2026-W53"),
        ("created", "crs_a/trm_a/2027-W01"),
        ("created", "crs_a/trm_a/2027-W06"),
    ]


@pytest.mark.parametrize("outside", [IsoWeek(2026, 52), IsoWeek(2027, 15)])
def test_a_placement_that_would_not_lie_within_the_term_may_not_start(session: Session, outside: IsoWeek) -> None:
    with pytest.raises(InvalidError, match="do not lie within VT2027") as refusal:
        set_windows(session, KI, "crs_a", "trm_a", [W53, outside])
    assert [fault.pointer for fault in refusal.value.faults] == ["/starts/1"]
    assert show_windows(session, KI, "crs_a", "trm_a").starts == (W53,)


def test_windows_of_a_missing_term_or_of_anothers_course_are_not_found(session: Session) -> None:
    with pytest.raises(NotFoundError, match="trm_none"):
        show_windows(session, KI, "crs_a", "trm_none")
    with pytest.raises(NotFoundError, match="trm_none"):
        set_windows(session, KI, "crs_a", "trm_none", [])
    with pytest.raises(NotFoundError, match="crs_a"):
        set_windows(session, UMEA, "crs_a", "trm_a", [])


def test_a_course_comes_with_its_weeks_and_with_the_windows_of_a_term(session: Session) -> None:
    with writing(session, KI) as writer:
        course = CourseBook(writer).enter({**psychiatry("prg_a"), "term_id": "trm_a", "starts": [W53]})
    assert show_windows(session, KI, course.id, "trm_a").starts == (W53,)
    with pytest.raises(InvalidError) as refusal, writing(session, KI) as writer:
        CourseBook(writer).enter({**psychiatry("prg_a"), "term_id": "trm_none", "starts": [W53]})
    assert [fault.pointer for fault in refusal.value.faults] == ["/term_id"]


def test_a_course_may_grow_together_with_the_windows_that_make_room_for_it(session: Session) -> None:
    set_windows(session, KI, "crs_a", "trm_a", [IsoWeek(2027, 12)])
    longer = {"weeks": 12, "term_id": "trm_a", "starts": [W53]}
    with writing(session, KI) as writer:
        assert CourseBook(writer, ["crs_a"]).change(show_course(session, KI, "crs_a"), longer)
    assert show_windows(session, KI, "crs_a", "trm_a").starts == (W53,)
    with writing(session, KI) as writer:
        assert not CourseBook(writer, ["crs_a"]).change(show_course(session, KI, "crs_a"), longer)


def test_a_course_stays_in_its_programme_and_a_programme_keeps_its_profession(session: Session) -> None:
    with pytest.raises(InvalidError) as refusal:
        change_course(session, KI, "crs_a", {"programme_id": "prg_idle"})
    assert [fault.pointer for fault in refusal.value.faults] == ["/programme_id"]
    with pytest.raises(InvalidError) as refusal:
        change_programme(session, KI, "prg_a", {"profession": "midwife"})
    assert [fault.pointer for fault in refusal.value.faults] == ["/profession"]
