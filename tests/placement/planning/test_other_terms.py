"""Terms that share weeks: what the others have in force is gathered for this one, in the weeks that it has."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from placement.callers import SYSTEM
from placement.planning.gather import gather, gather_for
from placement.planning.other_terms import terms_with
from placement.planning.scenarios import Closure, Options, Scenario
from placement.tables import BlockedUnit, Pin, Placement, PlacementStatus, Request, RequestStatus, RunMode, Term
from placement_solver.documents import problem_document
from placement_solver.faults import InvalidProblem
from placement_solver.problem import Taken
from placement_solver.taken import THIS_TERM
from placement_solver.weeks import IsoWeek
from tests.placement.gathering import World
from tests.placement.overlapping import SUMMER, offer_all_term, open_term, place_elsewhere
from tests.rows import WEEK


@pytest.fixture
def world(session: Session) -> World:
    made = World(session)
    session.add_all(made.rows)
    session.flush()
    return made


def taken(session: Session, term_id: str = "trm_a") -> tuple[Taken, ...]:
    return gather(session, SYSTEM, term_id).taken


@pytest.mark.usefixtures("world")
def test_where_no_other_term_has_anything_the_document_does_not_speak_of_it(session: Session) -> None:
    open_term(session, WEEK, 20)
    assert "taken" not in problem_document(gather(session, SYSTEM, "trm_a"))


@pytest.mark.usefixtures("world")
def test_a_placement_of_another_term_is_gathered_with_all_that_it_takes(session: Session) -> None:
    open_term(session, WEEK.plus(18), 10)
    away = place_elsewhere(session, WEEK.plus(18), 6, student="stu_a", supervisor="sup_a")
    (entry,) = problem_document(gather(session, SYSTEM, "trm_a"))["taken"]
    assert entry == {
        "id": away.id,
        "term": "ST2027",
        "student": "stu_a",
        "institution": "org_ki",
        "profession": "nurse",
        "unit": "unt_a",
        "supervisor": "sup_a",
        "first_week": 18,
        "last_week": 19,
    }


def over(session: Session, status: PlacementStatus) -> Placement:
    """Put a placement of the term itself in force that is over."""
    return place_elsewhere(session, WEEK, 6, term_id="trm_a", status=status)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("status", [PlacementStatus.COMPLETED, PlacementStatus.FAILED])
def test_a_placement_that_is_over_has_taken_its_place_even_if_its_request_is_withdrawn(
    session: Session, status: PlacementStatus
) -> None:
    placement = over(session, status)
    session.get_one(Request, placement.request_id).status = RequestStatus.WITHDRAWN
    session.flush()
    (entry,) = taken(session)
    assert (entry.id, entry.term, entry.unit, entry.weeks) == (placement.id, THIS_TERM, "unt_a", range(6))


@pytest.mark.usefixtures("world")
def test_a_placement_that_is_over_has_taken_its_place_even_if_the_student_may_no_longer_be_there(
    session: Session,
) -> None:
    placement = over(session, PlacementStatus.FAILED)
    student = session.get_one(Request, placement.request_id).student_id
    session.add(BlockedUnit(student_id=student, unit_id="unt_a"))
    session.flush()
    for mode in RunMode:
        problem = gather(session, SYSTEM, "trm_a", mode)
        assert [entry.id for entry in problem.taken] == [placement.id]
        assert placement.request_id not in problem.request


@pytest.mark.parametrize(
    ("start", "weeks", "shared"),
    [
        (IsoWeek(2026, 50), 6, (0, 2)),
        (IsoWeek(2026, 52), 2, (0, 0)),
        (IsoWeek(2026, 53), 1, (0, 0)),
        (IsoWeek(2027, 1), 2, (1, 2)),
        (IsoWeek(2026, 51), 2, None),
        (IsoWeek(2027, 19), 1, (19, 19)),
        (IsoWeek(2027, 19), 9, (19, 19)),
        (IsoWeek(2027, 20), 2, None),
        (IsoWeek(2026, 40), 40, (0, 19)),
    ],
    ids=str,
)
@pytest.mark.usefixtures("world")
def test_weeks_are_those_that_the_term_has_over_a_year_s_end_with_week_53_too(
    session: Session, start: IsoWeek, weeks: int, shared: tuple[int, int] | None
) -> None:
    open_term(session, IsoWeek(2026, 40), 45)
    place_elsewhere(session, start, weeks)
    assert [(each.first_week, each.last_week) for each in taken(session)] == ([] if shared is None else [shared])


@pytest.mark.usefixtures("world")
def test_each_of_two_terms_has_what_the_other_has_in_force_and_not_its_own(session: Session) -> None:
    open_term(session, WEEK.plus(18), 10)
    spring = place_elsewhere(session, WEEK.plus(15), 4, term_id="trm_a")
    summer = place_elsewhere(session, WEEK.plus(19), 2)
    assert [(each.id, each.term, list(each.weeks)) for each in taken(session)] == [(summer.id, "ST2027", [19])]
    assert [(each.id, each.term, list(each.weeks)) for each in taken(session, SUMMER)] == [(spring.id, "VT2027", [0])]


@pytest.mark.parametrize("status", PlacementStatus)
@pytest.mark.usefixtures("world")
def test_what_has_ended_early_takes_nothing(session: Session, status: PlacementStatus) -> None:
    open_term(session, WEEK, 10)
    ended = status in {PlacementStatus.DECLINED, PlacementStatus.CANCELLED, PlacementStatus.DROPPED_OUT}
    place_elsewhere(session, status=status)
    assert [each.term for each in taken(session)] == ([] if ended else ["ST2027"])


@pytest.mark.parametrize("mode", RunMode)
@pytest.mark.parametrize("in_county_only", [True, False])
def test_every_kind_of_run_counts_it(session: Session, world: World, mode: RunMode, *, in_county_only: bool) -> None:
    open_term(session, WEEK, 10)
    place_elsewhere(session)
    closed = Scenario(closures=(Closure(unit_id=world.unit.id),))
    assert len(gather(session, SYSTEM, "trm_a", mode, in_county_only=in_county_only).taken) == 1
    assert len(gather_for(session, SYSTEM, "trm_a", mode, Options(scenario=closed)).problem.taken) == 1


@pytest.mark.usefixtures("world")
def test_a_pin_that_clashes_with_another_term_stops_a_plan_and_is_released_by_a_repair(session: Session) -> None:
    offer_all_term(session, "off_all", session.get_one(Term, "trm_a"), "unt_a", 5)
    open_term(session, WEEK.plus(4), 10)
    session.add(Pin(term_id="trm_a", request_id="req_a", unit_id="unt_a", start=WEEK))
    place_elsewhere(session, WEEK.plus(5), student="stu_a")
    with pytest.raises(InvalidProblem) as refused:
        gather(session, SYSTEM, "trm_a")
    words = next(fault.words for fault in refused.value.faults if "req_a at unt_a" in fault.words.en)
    assert words.en.endswith(": req_a at unt_a (2027-W05): taken by the other term (ST2027)")
    assert words.sv.endswith(": req_a vid unt_a (2027-W05): upptaget av en annan termin (ST2027)")
    posed = gather_for(session, SYSTEM, "trm_a", RunMode.REPAIR)
    assert [each.request_id for each in posed.released] == ["req_a"]


@pytest.mark.usefixtures("world")
def test_terms_share_weeks_from_the_first_to_the_last(session: Session) -> None:
    open_term(session, WEEK.plus(19), 4)
    open_term(session, WEEK.plus(20), 4, "trm_after", "HT2027")
    open_term(session, IsoWeek(2026, 40), 14, "trm_until", "HT2026")
    assert [term.id for term in terms_with(session, WEEK, 20)] == ["trm_a", SUMMER, "trm_until"]
    assert [term.id for term in terms_with(session, WEEK.plus(1), 1)] == ["trm_a"]
