"""A student's site is read by term: a decision for a later term moves nothing before it; the last one made counts."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import Session, select

from placement.callers import SYSTEM
from placement.errors import ConflictError, InvalidError
from placement.planning.gather import gather
from placement.planning.readiness.seen import Seen
from placement.register.student_sites import list_decisions, move_student, sites_in
from placement.register.students import change_student, remove_student
from placement.tables import Programme, Request, RunMode, Site, SiteReason, Student, Term
from placement_solver.weeks import IsoWeek
from tests.identity import number_of
from tests.placement.county import CKU, KI, settle


@pytest.fixture(autouse=True)
def county(session: Session) -> None:
    """The county's student studies at Söder in a decentralised programme, and asks for placements in later terms."""
    settle(session)
    session.get_one(Programme, "prg_a").decentralised = True
    session.get_one(Student, "stu_a").site_id = "sit_a"
    session.add(Site(id="sit_norr", institution_id="org_ki", name="Norr", municipality_code="0180"))
    for term, week in (("trm_later", IsoWeek(2028, 3)), ("trm_last", IsoWeek(2028, 35))):
        session.add(_term(term, week))
        session.add(Request(id=f"req_{term}", term_id=term, student_id="stu_a", course_id="crs_a"))
    session.commit()


def _term(term: str, week: IsoWeek) -> Term:
    day = dt.date(2027, 1, 1)
    return Term(
        id=term,
        code=term,
        first_week=week,
        weeks=20,
        requests_by=day,
        answers_by=day,
        outside_answers_by=day,
        publish_by=day,
    )


def site_in(session: Session, term: str) -> str | None:
    """The student's site as a run of the term reads it."""
    [student] = [each for each in gather(session, SYSTEM, term, RunMode.REPAIR).students if each.id == "stu_a"]
    return student.site


def test_a_decision_for_a_later_term_moves_nothing_before_it(session: Session) -> None:
    move_student(session, KI, "stu_a", "sit_norr", "trm_last", SiteReason.MEDICAL, "Vård på orten.", "Ada Lind")
    session.commit()
    assert session.get_one(Student, "stu_a").site_id == "sit_norr"
    assert [site_in(session, term) for term in ("trm_a", "trm_later", "trm_last")] == ["sit_a", "sit_a", "sit_norr"]
    for term, site in (("trm_later", "sit_a"), ("trm_last", "sit_norr")):
        asked = Seen(session, SYSTEM, session.get_one(Term, term)).asked
        assert {each.site for each in asked} == {site}


def test_of_those_that_hold_in_a_term_the_last_decision_made_counts(session: Session) -> None:
    move_student(session, KI, "stu_a", "sit_norr", "trm_last", SiteReason.OTHER)
    move_student(session, KI, "stu_a", "sit_norr", "trm_later", SiteReason.CORRECTION)
    session.commit()
    assert [site_in(session, term) for term in ("trm_a", "trm_later", "trm_last")] == ["sit_a", "sit_norr", "sit_norr"]
    move_student(session, KI, "stu_a", "sit_a", "trm_later", SiteReason.RETURN)
    session.commit()
    assert [site_in(session, term) for term in ("trm_a", "trm_later", "trm_last")] == ["sit_a", "sit_a", "sit_a"]
    made = list_decisions(session, CKU, "stu_a").rows
    assert [(each.number, each.from_site_id, each.site_id, each.reason) for each in made] == [
        (1, "sit_a", "sit_norr", SiteReason.OTHER),
        (2, "sit_a", "sit_norr", SiteReason.CORRECTION),
        (3, "sit_norr", "sit_a", SiteReason.RETURN),
    ]


def test_a_student_without_a_decision_has_one_site_in_every_term(session: Session) -> None:
    term = session.get_one(Term, "trm_last")
    assert sites_in(session, term, {"stu_a": "sit_a", "stu_b": None}) == {"stu_a": "sit_a", "stu_b": None}


@pytest.mark.parametrize(
    ("site", "term", "reason", "note", "at"),
    [
        ("sit_none", "trm_none", SiteReason.ROUND, None, {"/site_id", "/from_term_id", "/reason"}),
        ("sit_norr", "trm_last", SiteReason.LATE_ENTRY, None, {"/reason"}),
        ("sit_a", "trm_last", SiteReason.OTHER, None, {"/site_id"}),
        ("sit_norr", "trm_last", SiteReason.OTHER, f"Gäller {number_of(dt.date(1990, 1, 1), 238)}", {"/note"}),
    ],
)
def test_a_decision_that_does_not_hold_is_refused_at_its_place(
    session: Session, site: str, term: str, reason: SiteReason, note: str | None, at: set[str]
) -> None:
    with pytest.raises(InvalidError) as refused:
        move_student(session, KI, "stu_a", site, term, reason, note)
    assert {fault.pointer for fault in refused.value.faults} == at


def test_only_a_student_of_a_decentralised_programme_has_a_site_decided(session: Session) -> None:
    session.get_one(Programme, "prg_a").decentralised = False
    with pytest.raises(InvalidError):
        move_student(session, KI, "stu_a", "sit_norr", "trm_last", SiteReason.OTHER)


def test_a_decided_site_is_changed_by_a_decision_alone(session: Session) -> None:
    assert change_student(session, KI, "stu_a", {"site_id": "sit_norr"}).site_id == "sit_norr"
    move_student(session, KI, "stu_a", "sit_a", "trm_last", SiteReason.OTHER)
    session.commit()
    with pytest.raises(ConflictError, match="has been decided"):
        change_student(session, KI, "stu_a", {"site_id": "sit_norr"})
    assert change_student(session, KI, "stu_a", {"site_id": "sit_a", "max_travel": 45}).max_travel == 45


def test_a_student_whose_site_has_been_decided_is_not_removed(session: Session) -> None:
    move_student(session, KI, "stu_idle", "sit_norr", "trm_last", SiteReason.OTHER)
    session.commit()
    for request in session.exec(select(Request).where(Request.student_id == "stu_idle")):
        session.delete(request)
    session.commit()
    with pytest.raises(ConflictError, match="Decisions on a site are kept, so the student cannot be removed"):
        remove_student(session, KI, "stu_idle")
