"""A student says whether they come: until when, about which place, who reads what, and that the placement stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlmodel import Session, select

from placement.callers import Caller
from placement.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from placement.events.feed import read_feed
from placement.in_force import student_answers
from placement.in_force.asking_students import AnswerWanted
from placement.in_force.placements import Wanted, list_placements, show_placement
from placement.in_force.settling import settle_placement
from placement.in_force.student_answers import Answer, AnswerCounts, answer, count_answers
from placement.store.audit import PROTECTED
from placement.tables import (
    AuditEntry,
    Placement,
    PlacementStatus,
    Publication,
    StudentAnswer,
    StudentReason,
    Term,
)
from tests.placement.sides import COORDINATOR, INSTITUTION, PROVIDER, UNIT
from tests.rows import WEEK

LAST = dt.date(2026, 12, 10)
BEFORE_IT_BEGINS = WEEK.monday() - dt.timedelta(days=1)
YES = Answer(StudentAnswer.ACCEPTED, "unt_a", WEEK)
NO = Answer(StudentAnswer.DECLINED, "unt_a", WEEK, StudentReason.CLASH)
ASKED = Wanted(student_answer=AnswerWanted.UNANSWERED)


@pytest.fixture
def asked(store: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A county whose term asks until a day that is today, about what was published before it."""
    store.get_one(Term, "trm_a").students_answer_by = LAST
    publish_on(store, dt.date(2026, 12, 1))
    it_is(monkeypatch, LAST)
    return store


def publish_on(session: Session, day: dt.date) -> None:
    """Let every plan have been published on a day."""
    for publication in session.exec(select(Publication)):
        publication.published_at = dt.datetime.combine(day, dt.time(12), dt.UTC)
    session.flush()


def it_is(monkeypatch: pytest.MonkeyPatch, day: dt.date) -> None:
    """Let it be a day."""
    monkeypatch.setattr(student_answers, "today", lambda: day)


def reply(session: Session, given: Answer, by: Caller = INSTITUTION, student: str = "stu_a") -> Placement:
    """Answer as our student about the placement of ours."""
    placed = answer(session, by, student, "pla_a", given).placement
    assert isinstance(placed, Placement)
    return placed


def test_a_student_who_comes_is_told_of_and_the_placement_stands_as_it_did(asked: Session) -> None:
    placement = reply(asked, YES)
    assert (placement.student_answer, placement.status) == (StudentAnswer.ACCEPTED, PlacementStatus.PUBLISHED)
    for by in (INSTITUTION, PROVIDER, UNIT, COORDINATOR):
        (told,) = (each for each in read_feed(asked, by) if each.kind == "placement.student-accepted")
        assert (told.subject_id, told.details["status"]) == ("pla_a", "published")


def test_a_no_keeps_the_place_until_the_laerosaete_cancels_and_its_reason_is_the_laerosaetes_alone(
    asked: Session,
) -> None:
    placement = reply(asked, NO)
    assert placement.status is PlacementStatus.PUBLISHED
    assert show_placement(asked, INSTITUTION, "pla_a").student_reason is StudentReason.CLASH
    for by in (PROVIDER, UNIT, COORDINATOR):
        seen = show_placement(asked, by, "pla_a")
        assert isinstance(seen.placement, Placement)
        assert (seen.placement.student_answer, seen.student_reason) == (StudentAnswer.DECLINED, None)
    assert "clash" not in str([each.details for each in read_feed(asked, UNIT)])
    entry = asked.exec(select(AuditEntry).where(AuditEntry.object_id == "pla_a")).one()
    assert entry.after is not None
    assert (entry.after["student_answer"], entry.after["student_reason"]) == ("declined", PROTECTED)
    settle_placement(asked, INSTITUTION, "pla_a", PlacementStatus.CANCELLED)
    with pytest.raises(ConflictError, match=r"no longer to come \(cancelled\)"):
        reply(asked, YES)


def test_the_same_answer_again_changes_nothing_and_another_is_taken_until_the_last_day(
    asked: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = reply(asked, NO).version
    assert reply(asked, NO).version == version
    assert reply(asked, replace(NO, reason=StudentReason.JOURNEY)).student_reason is StudentReason.JOURNEY
    assert reply(asked, YES).student_reason is None
    it_is(monkeypatch, LAST + dt.timedelta(days=1))
    assert reply(asked, YES).student_answer is StudentAnswer.ACCEPTED  # a repetition is harmless
    with pytest.raises(ConflictError, match=r"The last day to answer was 2026-12-10\. Turn to your lärosäte"):
        reply(asked, NO)
    kinds = [each.kind for each in read_feed(asked, UNIT) if each.kind.startswith("placement.student-")]
    assert kinds == ["placement.student-declined", "placement.student-declined", "placement.student-accepted"]


@pytest.mark.one_database
def test_a_place_published_after_the_last_day_is_answered_until_the_day_before_it_begins(
    asked: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert show_placement(asked, INSTITUTION, "pla_a").answer_by == LAST
    publish_on(asked, LAST + dt.timedelta(days=1))
    assert show_placement(asked, INSTITUTION, "pla_a").answer_by == BEFORE_IT_BEGINS
    it_is(monkeypatch, BEFORE_IT_BEGINS)
    assert reply(asked, YES).student_answer is StudentAnswer.ACCEPTED
    publish_on(asked, LAST)
    asked.get_one(Term, "trm_a").students_answer_by = WEEK.plus(3).monday()
    assert show_placement(asked, INSTITUTION, "pla_a").answer_by == BEFORE_IT_BEGINS


@pytest.mark.one_database
def test_an_answer_that_is_not_asked_for_or_is_about_another_place_is_refused(asked: Session) -> None:
    for other in (replace(YES, unit_id="unt_b"), replace(YES, start=WEEK.plus(1))):
        with pytest.raises(ConflictError, match="another place since you read"):
            reply(asked, other)
    asked.get_one(Term, "trm_a").students_answer_by = None
    assert show_placement(asked, INSTITUTION, "pla_a").answer_by is None
    with pytest.raises(ConflictError, match="not asked in this term"):
        reply(asked, YES)


@pytest.mark.one_database
def test_a_no_has_a_reason_and_a_yes_has_none(asked: Session) -> None:
    with pytest.raises(InvalidError, match=r"choose one of clashes with other studies \(clash\)"):
        reply(asked, replace(NO, reason=None))
    with pytest.raises(InvalidError, match="only a no has a reason"):
        reply(asked, replace(YES, reason=StudentReason.OTHER))


@pytest.mark.one_database
def test_nobody_answers_for_another(asked: Session) -> None:
    with pytest.raises(NotFoundError):
        reply(asked, YES, student="stu_b")
    with pytest.raises(NotFoundError):
        answer(asked, INSTITUTION, "stu_b", "pla_b", replace(YES, unit_id="unt_b"))
    with pytest.raises(NotAllowedError):
        reply(asked, YES, by=UNIT)


@pytest.mark.one_database
def test_placements_are_found_and_counted_by_answer(asked: Session) -> None:
    def found(wanted: AnswerWanted) -> list[str]:
        return [each.placement.id for each in list_placements(asked, INSTITUTION, Wanted(student_answer=wanted)).rows]

    assert found(AnswerWanted.UNANSWERED) == ["pla_a"]
    assert count_answers(asked, INSTITUTION, "trm_a") == AnswerCounts(0, 0, 1)
    reply(asked, NO)
    assert (found(AnswerWanted.UNANSWERED), found(AnswerWanted.DECLINED)) == ([], ["pla_a"])
    assert count_answers(asked, COORDINATOR, "trm_a") == AnswerCounts(0, 1, 1)
    reply(asked, YES)
    assert (found(AnswerWanted.DECLINED), found(AnswerWanted.ACCEPTED)) == ([], ["pla_a"])
    asked.get_one(Term, "trm_a").students_answer_by = None
    assert list_placements(asked, COORDINATOR, ASKED).total == 0
