"""Publishing: one plan is in force at a time, published by a named person while the term is unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from placement.callers import SYSTEM
from placement.clock import now
from placement.database import engine_for, open_session
from placement.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from placement.events.feed import read_feed
from placement.in_force.placements import Wanted, list_placements, list_unplaced, list_waiting
from placement.in_force.publishing import is_published, list_publications, publish
from placement.in_force.settling import settle_placement
from placement.in_force.snapshots import changes_between
from placement.planning.runs import start_run
from placement.register.requests import change_request
from placement.store.access import Span
from placement.tables import (
    AuditEntry,
    Course,
    EndReason,
    Pin,
    Placement,
    PlacementStatus,
    PlanDocument,
    Publication,
    Request,
    RequestStatus,
    Run,
    RunMode,
    Student,
    StudentAnswer,
)
from placement_solver.words import Words
from tests.placement.publishing import (
    CITY,
    FAR,
    KI,
    NEAR,
    at_once,
    offer_places,
    placed,
    plan,
    publish_run,
    settle,
    the_placement,
)
from tests.rows import WEEK


@pytest.fixture
def county(migrated_url: str) -> Iterator[Engine]:
    """Two students with requests, and one place."""
    engine = engine_for(migrated_url)
    settle(engine)
    yield engine
    engine.dispose()


def test_nothing_of_a_draft_is_seen_before_a_person_publishes_it(county: Engine) -> None:
    run = plan(county)
    with open_session(county) as session:
        assert placed(session, KI) == placed(session, NEAR) == []
        assert list_unplaced(session, KI).total == 0
        assert read_feed(session, KI) == []
        assert not is_published(session, run)
    publication = publish_run(county, run)
    assert (publication.number, publication.placed, publication.moved, publication.ended) == (1, 1, 0, 0)
    with open_session(county) as session:
        (seen,) = placed(session, KI)
        assert seen.run_id == run
        assert [each.placement.id for each in placed(session, NEAR)] == [seen.placement.id]
        assert placed(session, FAR) == []
        assert [left.request.id for left in list_unplaced(session, KI).rows] != [seen.request.id]
        assert is_published(session, run)
        entry = session.exec(select(AuditEntry).where(AuditEntry.object_type == "publication")).one()
    assert entry.after is not None
    assert (entry.object_id, entry.after["published_by"]) == (publication.id, "Ada Lind")


def test_a_publication_is_told_to_everyone_and_each_placement_to_those_it_concerns(county: Engine) -> None:
    publish_run(county, plan(county))
    with open_session(county) as session:
        placement = the_placement(session)
        for by in (SYSTEM, KI, CITY, NEAR):
            kinds = [(event.kind, event.subject_id == placement.id) for event in read_feed(session, by)]
            assert kinds == [("plan.published", False), ("placement.published", True)]
        assert [event.kind for event in read_feed(session, FAR)] == ["plan.published"]
        first, second = read_feed(session, SYSTEM)
        assert second.details["unitId"] == "unt_a"
        assert read_feed(session, SYSTEM, after=first.sequence or 0) == [second]
        assert read_feed(session, SYSTEM, kind="plan.published", term_id="trm_a", limit=1) == [first]
        assert read_feed(session, SYSTEM, subject_id=placement.id) == [second]


def test_a_plan_is_published_once(county: Engine) -> None:
    run = plan(county)
    publish_run(county, run)
    with pytest.raises(ConflictError, match="already been published"):
        publish_run(county, run)


def test_nobody_publishes_under_a_personal_identity_number(county: Engine) -> None:
    run = plan(county)
    with pytest.raises(InvalidError) as refusal, open_session(county) as session:
        publish(session, SYSTEM, "trm_a", run, "Ada Lind, 121212–1212")
    assert [fault.pointer for fault in refusal.value.faults] == ["/published_by"]
    assert "1212" not in refusal.value.sv + refusal.value.en


def test_without_a_plan_there_is_nothing_to_publish(county: Engine) -> None:
    with open_session(county) as session:
        run = start_run(session, SYSTEM, "trm_a", 5).id
    with pytest.raises(ConflictError, match="no plan"):
        publish_run(county, run)
    with pytest.raises(InvalidError, match="no such run"):
        publish_run(county, "run_none")
    with open_session(county) as session, pytest.raises(NotFoundError):
        publish(session, SYSTEM, "trm_none", run)
    with open_session(county) as session, pytest.raises(NotAllowedError):
        publish(session, KI, "trm_a", run)


def test_a_plan_whose_input_has_changed_since_is_refused_with_every_change(county: Engine) -> None:
    run = plan(county)
    with open_session(county) as session:
        offer_places(session, "off_a", "unt_a", 2)
        change_request(session, KI, "req_b", status=RequestStatus.WITHDRAWN)
    with pytest.raises(ConflictError) as refusal:
        publish_run(county, run)
    told = sorted(fault.en for fault in refusal.value.faults)
    assert told == [
        "capacities Tallgården – nurse: changed",
        "requests stu_b (1SJ021): removed",
        "students stu_b: removed",
    ]
    assert "erbjudanden Tallgården – sjuksköterska: ändrad" in [fault.sv for fault in refusal.value.faults]
    assert "off_a" not in refusal.value.sv + refusal.value.en
    with open_session(county) as session:
        assert session.exec(select(Publication)).all() == []
    publish_run(county, plan(county))


def test_weights_are_a_run_s_own_and_other_things_are_named_by_what_they_are() -> None:
    before = {"weights": {"travel": 1}, "travel": {"base": 1}, "current": [{"request": "req_a", "start": 1}]}
    after = {"weights": {"travel": 2}, "travel": {"base": 2}, "current": [{"request": "req_a", "start": 2}]}
    assert sorted(change.en for change in changes_between(before, after)) == [
        "current req_a: changed",
        "travel: changed",
    ]
    assert list(changes_between({}, {"pins": [{"request": "req_a"}]})) == [
        Words("låsta placeringar req_a: tillagd", "pins req_a: added")
    ]


def test_a_plan_that_breaks_a_rule_is_not_published(county: Engine) -> None:
    run = plan(county)
    with open_session(county) as session:
        documents = session.exec(select(PlanDocument)).one()
        documents.plan = documents.plan.replace('"unit": "unt_a"', '"unit": "unt_far"').replace(
            '"unit":"unt_a"', '"unit":"unt_far"'
        )
        session.add(documents)
    with pytest.raises(ConflictError, match="breaks a rule"):
        publish_run(county, run)


def test_a_what_if_is_never_published(county: Engine) -> None:
    run = plan(county)
    with open_session(county) as session:
        session.get_one(Run, run).options = {"scenario": {"absent_supervisors": ["sup_a"]}}
    with pytest.raises(ConflictError, match="scenario"):
        publish_run(county, run)


def test_a_plan_is_refused_with_what_is_impossible_where_the_term_has_become_so(county: Engine) -> None:
    with open_session(county) as session:
        session.add(Pin(term_id="trm_a", request_id="req_a", unit_id="unt_a", start=WEEK))
    run = plan(county)
    with open_session(county) as session:
        offer_places(session, "off_a", "unt_a", 0)
    with pytest.raises(ConflictError, match="breaks the rule “Places offered”: Tallgården – nurse: "):
        publish_run(county, run)


def test_a_plan_that_let_what_is_in_force_stand_is_refused_where_it_no_longer_can(county: Engine) -> None:
    publish_run(county, plan(county))
    run = plan(county, RunMode.FILL)
    with open_session(county) as session:
        offer_places(session, "off_a", "unt_a", 0)
    with pytest.raises(ConflictError, match=r"pins stu_[ab] \(1SJ021\): removed"):
        publish_run(county, run)


def test_another_supervisor_at_the_same_unit_is_told_to_that_unit_once(county: Engine) -> None:
    run = plan(county)
    publish_run(county, run)
    with open_session(county) as session:
        placement = the_placement(session)
        placement.start = WEEK.plus(1)
        placement.student_answer, placement.student_answered_at = StudentAnswer.ACCEPTED, now()
    publish_run(county, plan(county))
    with open_session(county) as session:
        assert [event.kind for event in read_feed(session, NEAR)][-1] == "placement.moved"
        moved = the_placement(session)
        assert (moved.start, moved.student_answer) == (WEEK, None)  # the student is asked about the new weeks


def test_what_a_student_has_answered_stands_when_only_the_supervisor_changes(county: Engine) -> None:
    publish_run(county, plan(county))
    with open_session(county) as session:
        placement = the_placement(session)
        placement.student_answer, placement.student_answered_at = StudentAnswer.ACCEPTED, now()
        placement.supervisor_id = None if placement.supervisor_id else "sup_a"
    assert publish_run(county, plan(county)).moved == 1
    with open_session(county) as session:
        assert the_placement(session).student_answer is StudentAnswer.ACCEPTED


def test_what_stays_as_it_was_keeps_its_id_and_its_answer_when_the_rest_is_planned(county: Engine) -> None:
    publish_run(county, plan(county))
    with open_session(county) as session:
        first = the_placement(session).id
        settle_placement(session, NEAR, first, PlacementStatus.ACCEPTED)
        offer_places(session, "off_far", "unt_far", 1)
    publication = publish_run(county, plan(county, RunMode.FILL))
    assert (publication.number, publication.placed, publication.moved, publication.ended) == (2, 1, 0, 0)
    with open_session(county) as session:
        kept = session.get_one(Placement, first)
        assert (kept.status, kept.unit_id) == (PlacementStatus.ACCEPTED, "unt_a")
        assert {each.placement.unit_id for each in placed(session)} == {"unt_a", "unt_far"}
        page = list_publications(session, KI, "trm_a", span=Span(limit=1))
        assert ([each.id for each in page.rows], page.total) == ([publication.id], 2)
        with pytest.raises(NotFoundError):
            list_publications(session, KI, "trm_none")


def test_a_repair_moves_who_lost_the_place_and_both_units_are_told(county: Engine) -> None:
    publish_run(county, plan(county))
    with open_session(county) as session:
        first = the_placement(session).id
        settle_placement(session, NEAR, first, PlacementStatus.ACCEPTED)
        offer_places(session, "off_a", "unt_a", 0)
        offer_places(session, "off_far", "unt_far", 1)
    publication = publish_run(county, plan(county, RunMode.REPAIR))
    assert (publication.placed, publication.moved, publication.ended) == (0, 1, 0)
    with open_session(county) as session:
        moved = the_placement(session)
        assert (moved.id, moved.unit_id, moved.status) == (first, "unt_far", PlacementStatus.PUBLISHED)
        at_the_old = [event.kind for event in read_feed(session, NEAR)]
        at_the_new = [event.kind for event in read_feed(session, FAR)]
    assert at_the_old == [
        "plan.published",
        "placement.published",
        "placement.accepted",
        "plan.published",
        "placement.left",
    ]
    assert at_the_new == ["plan.published", "plan.published", "placement.moved"]


def test_what_the_new_plan_has_no_place_for_is_cancelled_with_the_reason(county: Engine) -> None:
    publish_run(county, plan(county))
    with open_session(county) as session:
        offer_places(session, "off_a", "unt_a", 0)
    publication = publish_run(county, plan(county))
    assert (publication.placed, publication.moved, publication.ended) == (0, 0, 1)
    with open_session(county) as session:
        ended = the_placement(session)
        assert (ended.status, ended.reason) == (PlacementStatus.CANCELLED, EndReason.NO_LONGER_POSSIBLE)
        assert ended.broken_rules == ["capacity"]
        assert read_feed(session, NEAR, kind="placement.cancelled")[0].details["rules"] == ["capacity"]
        assert list_waiting(session, SYSTEM, "trm_a").total == 2


@pytest.mark.parametrize("mode", [RunMode.REPAIR, RunMode.PLAN])
def test_a_placement_that_is_too_far_ends_for_that_reason_which_its_unit_does_not_learn(
    county: Engine, mode: RunMode
) -> None:
    publish_run(county, plan(county))
    with open_session(county) as session:
        request = placed(session)[0].request
        student = session.get_one(Student, request.student_id)
        student.lat, student.lon = 67.86, 20.23
    publish_run(county, plan(county, mode))
    with open_session(county) as session:
        (ended,) = list_placements(session, KI, Wanted(request_id=request.id)).rows
        assert isinstance(ended.placement, Placement)
        assert (ended.placement.reason, ended.broken_rules) == (EndReason.NO_LONGER_POSSIBLE, ("travel-limit",))
        (at_the_unit,) = list_placements(session, NEAR, Wanted(request_id=request.id)).rows
        assert at_the_unit.broken_rules == ()
        assert read_feed(session, NEAR, kind="placement.cancelled")[0].details["rules"] == []


def test_a_placement_that_could_have_stayed_is_replanned(county: Engine) -> None:
    publish_run(county, plan(county))
    with open_session(county) as session:
        held = the_placement(session).request_id
        other = session.get_one(Request, ({"req_a", "req_b"} - {held}).pop())
        session.get_one(Student, other.student_id).priority_class = 9
    publish_run(county, plan(county))
    with open_session(county) as session:
        (ended,) = list_placements(session, SYSTEM, Wanted(request_id=held)).rows
        assert isinstance(ended.placement, Placement)
        assert (ended.placement.reason, ended.placement.broken_rules) == (EndReason.REPLANNED, None)


def test_a_placement_is_as_long_as_its_course_from_the_next_publication_on(county: Engine) -> None:
    publish_run(county, plan(county))
    with open_session(county) as session:
        session.get_one(Course, "crs_a").weeks = 5
    assert publish_run(county, plan(county, RunMode.REPAIR)).moved == 1
    with open_session(county) as session:
        assert the_placement(session).weeks == 5


def test_a_placement_that_is_over_keeps_its_status_whatever_its_course_has_become(county: Engine) -> None:
    publish_run(county, plan(county))
    with open_session(county) as session:
        the_placement(session).status = PlacementStatus.COMPLETED
        session.get_one(Course, "crs_a").weeks = 5
    publish_run(county, plan(county, RunMode.REPAIR))
    with open_session(county) as session:
        over = session.exec(select(Placement).where(Placement.status == PlacementStatus.COMPLETED)).one()
        assert over.weeks == 6


def test_a_withdrawn_request_takes_its_placement_along_at_the_next_publication(county: Engine) -> None:
    publish_run(county, plan(county))
    with open_session(county) as session:
        request = placed(session)[0].request.id
        change_request(session, KI, request, status=RequestStatus.WITHDRAWN)
    publish_run(county, plan(county))
    with open_session(county) as session:
        both = {row.request_id: row for row in session.exec(select(Placement))}
    assert both.pop(request).reason is EndReason.REQUEST_WITHDRAWN
    assert [row.status for row in both.values()] == [PlacementStatus.PUBLISHED]


def test_of_two_who_publish_at_once_exactly_one_succeeds(county: Engine) -> None:
    runs = [plan(county), plan(county)]
    outcomes = at_once(*(partial(publish_run, county, run) for run in runs))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ConflictError", "Publication"]
    with open_session(county) as session:
        assert len(session.exec(select(Publication)).all()) == 1
        the_placement(session)
