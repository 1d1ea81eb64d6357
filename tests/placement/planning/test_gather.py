"""Gathering a term: how the rows become a problem, and which of them count."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from placement.callers import SYSTEM, Caller, Role
from placement.database import engine_for
from placement.errors import NotAllowedError, NotFoundError
from placement.planning.entries import PRIORITY_OF_CLASS
from placement.planning.gather import gather
from placement.tables import (
    BlockedUnit,
    CapacityOffer,
    Course,
    CourseWindow,
    DeclineReason,
    EndReason,
    OfferInstitution,
    OfferStatus,
    OfferWeek,
    Organisation,
    Pin,
    Placement,
    PlacementStatus,
    Preference,
    Programme,
    Request,
    RequestStatus,
    RunMode,
    Site,
    Student,
    Supervisor,
    SupervisorWeek,
    Term,
    Training,
    TravelTime,
    Unit,
    UnitRule,
)
from placement_solver.documents import problem_document
from placement_solver.problem import Decision
from placement_solver.weeks import IsoWeek
from tests.placement.gathering import FIRST_DAY, LAST_DAY, World
from tests.rows import WEEK


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def test_rows_become_a_problem_without_names(world: World) -> None:
    document = problem_document(world.gathered())
    assert document["term"] == {"code": "VT2027", "first_week": "2026-W53", "weeks": 20}
    assert document["institutions"] == [{"id": "org_ki"}]
    assert document["providers"] == [{"id": "org_city", "kind": "municipality"}]
    (unit,) = document["units"]
    assert unit["provider"] == "org_city"
    assert (unit["kinds"], unit["max_students"], unit["zone"]) == (["elderly-care"], 4, "söder")
    (request,) = document["requests"]
    assert request == {
        "id": "req_a",
        "student": "stu_a",
        "kinds": ["elderly-care"],
        "weeks": 6,
        "starts": [0],
        "supervision": None,
        "university_healthcare": False,
        "preferences": ["unt_a"],
        "after": [],
        "priority": 1,
    }
    assert "Tallgården" not in str(document)
    assert "ki-0001" not in str(document)


def test_a_term_that_crosses_week_53_keeps_every_week_once(world: World) -> None:
    starts = [WEEK.plus(week) for week in range(20)]
    assert [str(start) for start in starts[:3]] == ["2026-W53", "2027-W01", "2027-W02"]
    more = [CourseWindow(course_id="crs_a", term_id="trm_a", start=start) for start in starts[1:]]
    offered = [OfferWeek(offer_id="off_a", week=start, places=week) for week, start in enumerate(starts) if week]
    problem = world.gathered(*more, *offered)
    assert problem.requests[0].starts == tuple(range(20))
    assert problem.capacities[0].places == (2, *range(1, 20))


def test_weeks_outside_the_term_are_left_out(world: World) -> None:
    before, after = WEEK.plus(-1), WEEK.plus(20)
    problem = world.gathered(
        CourseWindow(course_id="crs_a", term_id="trm_a", start=after),
        OfferWeek(offer_id="off_a", week=before, places=9),
        SupervisorWeek(supervisor_id="sup_a", week=after),
    )
    assert problem.requests[0].starts == (0,)
    assert problem.capacities[0].places == (2, *[0] * 19)
    assert problem.supervisors[0].weeks == (0,)


def test_a_unit_answers_declines_or_is_silent_and_only_an_answer_counts(world: World) -> None:
    answered = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    problem = world.gathered(
        CapacityOffer(id="off_silent", term_id="trm_a", unit_id="unt_a", professions=["midwife"]),
        CapacityOffer(
            id="off_no",
            term_id="trm_a",
            unit_id="unt_a",
            professions=["physician"],
            status=OfferStatus.DECLINED,
            decline_reason=DeclineReason.SHORT_OF_STAFF,
            answered_at=answered,
        ),
        CapacityOffer(
            id="off_none",
            term_id="trm_a",
            unit_id="unt_a",
            professions=["psychologist"],
            status=OfferStatus.ANSWERED,
            answered_at=answered,
        ),
    )
    assert [capacity.id for capacity in problem.capacities] == ["off_a", "off_none"]
    assert problem.capacities[1].places == (0,) * 20


def test_an_offer_is_for_every_institution_or_for_those_named(world: World) -> None:
    assert world.gathered().capacities[0].institutions == ("org_ki",)


def test_an_offer_to_all_names_nobody(world: World) -> None:
    world.one(CapacityOffer).every_institution = True
    world.rows.remove(world.one(OfferInstitution))
    assert world.gathered().capacities[0].institutions is None


def test_offers_of_another_term_do_not_count(world: World) -> None:
    other = world.one(Term).model_copy(update={"id": "trm_b", "code": "HT2027"})
    offer = world.one(CapacityOffer)
    offer.term_id = "trm_b"
    world.session.add(Term(**other.model_dump() | {"first_week": IsoWeek(2027, 35)}))
    assert world.gathered().capacities == ()


@pytest.mark.parametrize(
    ("completed", "expires", "counted"),
    [
        (dt.date(2024, 5, 1), None, 7.5),
        (FIRST_DAY, LAST_DAY, 7.5),
        (FIRST_DAY, LAST_DAY - dt.timedelta(days=1), 0.0),
        (dt.date(2020, 1, 1), dt.date(2026, 12, 1), 0.0),
        (FIRST_DAY + dt.timedelta(days=1), None, 0.0),
    ],
    ids=["never expires", "valid to the last day", "expires in the term", "expired before", "not completed yet"],
)
def test_training_counts_where_it_is_valid_all_through_the_term(
    world: World, completed: dt.date, expires: dt.date | None, counted: float
) -> None:
    training = world.one(Training)
    training.completed_on, training.expires_on = completed, expires
    assert world.gathered().supervisors[0].credits == counted


def test_the_best_of_the_valid_trainings_counts(world: World) -> None:
    world.one(Training).expires_on = FIRST_DAY
    others = [
        Training(supervisor_id="sup_a", course="Handledning", credits=credits_, completed_on=dt.date(2024, 5, 1))
        for credits_ in (1.5, 0.5)
    ]
    problem = world.gathered(*others)
    assert problem.supervisors[0].credits == 1.5


def test_a_supervisor_is_on_duty_in_the_weeks_named_or_in_all(world: World) -> None:
    world.one(Supervisor).every_week = True
    assert world.gathered().supervisors[0].weeks is None


def test_a_student_keeps_limits_site_and_blocked_units(world: World) -> None:
    student = world.one(Student)
    student.site_id, student.distinct_units = world.one(Site).id, True
    (gathered,) = world.gathered(BlockedUnit(student_id="stu_a", unit_id="unt_a")).students
    assert (gathered.institution, gathered.profession, gathered.site) == ("org_ki", "nurse", "sit_a")
    assert (gathered.max_travel, gathered.blocked_units) == (90, ("unt_a",))
    assert gathered.distinct_units
    assert (gathered.lat, gathered.lon, gathered.zone) == (59.31, 18.05, "söder")


def test_a_course_that_wants_another_unit_wants_it_of_all_the_student_s_placements(world: World) -> None:
    world.one(Course).unit_rule = UnitRule.ANOTHER
    assert world.gathered().students[0].distinct_units


def test_a_student_of_a_higher_priority_class_weighs_more(world: World) -> None:
    world.one(Student).priority_class = 2
    assert world.gathered().requests[0].priority == PRIORITY_OF_CLASS[2]
    assert list(PRIORITY_OF_CLASS) == sorted(set(PRIORITY_OF_CLASS))


def test_placements_follow_the_sequence_of_the_programme_s_courses(world: World) -> None:
    later = [
        row
        for number, sequence in enumerate((1, 2, 3))
        for row in (
            Course(
                id=f"crs_{number}",
                programme_id="prg_a",
                code=f"C{number}",
                name="K",
                weeks=2,
                kinds=["elderly-care"],
                sequence=sequence,
                supervision_credits=1.5,
                university_healthcare=True,
            ),
            Request(id=f"req_{number}", term_id="trm_a", student_id="stu_a", course_id=f"crs_{number}"),
        )
    ]
    other = [
        Programme(id="prg_b", institution_id="org_ki", profession="nurse", code="B", name="Annat program"),
        Course(id="crs_b", programme_id="prg_b", code="B", name="K", weeks=2, kinds=["elderly-care"], sequence=9),
        Request(id="req_b", term_id="trm_a", student_id="stu_a", course_id="crs_b"),
    ]
    requests = {str(request.id): request for request in world.gathered(*later, *other).requests}
    assert requests["req_0"].after == ()
    assert requests["req_1"].after == ("req_0", "req_a")
    assert requests["req_2"].after == ("req_0", "req_1", "req_a")
    assert requests["req_b"].after == ()
    assert requests["req_1"].supervision is not None
    assert requests["req_1"].supervision.credits == 1.5
    assert requests["req_1"].university_healthcare


def test_wishes_come_best_first(world: World) -> None:
    more = [Unit(**world.unit.model_dump() | {"id": f"unt_{name}", "hsa_id": None}) for name in "bc"]
    wishes = [
        Preference(request_id="req_a", rank=2, unit_id="unt_b"),
        Preference(request_id="req_a", rank=1, unit_id="unt_c"),
    ]
    assert world.gathered(*more, *wishes).requests[0].preferences == ("unt_a", "unt_c", "unt_b")


def test_a_withdrawn_request_leaves_nothing_behind(world: World) -> None:
    world.one(Request).status = RequestStatus.WITHDRAWN
    problem = world.gathered(Pin(id="pin_a", term_id="trm_a", request_id="req_a", unit_id="unt_a", start=WEEK))
    assert (problem.requests, problem.students, problem.pins) == ((), (), ())


def placed(status: PlacementStatus = PlacementStatus.PUBLISHED) -> Placement:
    """The small world's placement, after some time."""
    return Placement(
        term_id="trm_a",
        request_id="req_a",
        publication_id="pub_a",
        unit_id="unt_a",
        start=WEEK,
        weeks=5,
        status=status,
        reason=EndReason.OTHER if status is PlacementStatus.DECLINED else None,
    )


def test_what_is_decided_by_hand_and_what_is_in_force_come_along(world: World) -> None:
    for week in range(1, 6):
        world.rows.append(OfferWeek(offer_id="off_a", week=WEEK.plus(week), places=1))
    world.rows.append(Pin(id="pin_a", term_id="trm_a", request_id="req_a", unit_id="unt_a", start=WEEK))
    problem = world.gathered(placed())
    assert problem.pins == (Decision("req_a", "unt_a", 0),)  # type: ignore[arg-type]
    assert problem.current == (Decision("req_a", "unt_a", 0),)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "mode", "pinned", "current"),
    [
        (PlacementStatus.PUBLISHED, RunMode.PLAN, 0, 1),
        (PlacementStatus.ACCEPTED, RunMode.REPAIR, 0, 1),
        (PlacementStatus.ACCEPTED, RunMode.FILL, 1, 1),
        (PlacementStatus.COMPLETED, RunMode.PLAN, 1, 1),
        (PlacementStatus.DECLINED, RunMode.FILL, 0, 0),
    ],
)
def test_what_is_in_force_may_change_at_a_price_unless_it_is_over_or_the_run_only_fills(
    status: PlacementStatus, mode: RunMode, pinned: int, current: int, world: World
) -> None:
    for week in range(1, 6):
        world.rows.append(OfferWeek(offer_id="off_a", week=WEEK.plus(week), places=1))
    problem = world.gathered(placed(status), mode=mode)
    assert (len(problem.pins), len(problem.current)) == (pinned, current)


@pytest.mark.parametrize(("in_force", "asked"), [([], 0), ([PlacementStatus.ACCEPTED], 1)])
def test_laerosaeten_from_outside_the_county_come_later_but_what_they_have_stands(
    in_force: list[PlacementStatus], asked: int, world: World
) -> None:
    for week in range(1, 6):
        world.rows.append(OfferWeek(offer_id="off_a", week=WEEK.plus(week), places=1))
    next(row for row in world.rows if isinstance(row, Organisation) and row.id == "org_ki").in_county = False
    assert len(world.gathered(*map(placed, in_force)).requests) == 1
    later = gather(world.session, SYSTEM, "trm_a", in_county_only=True)
    assert (len(later.requests), len(later.pins)) == (asked, asked)


def test_journeys_are_computed_from_the_term_s_settings_and_the_known_minutes(world: World) -> None:
    term = world.one(Term)
    term.travel_base_minutes, term.travel_minutes_per_km, term.travel_long_after = 12, 2.2, 45
    travel = world.gathered().travel
    assert (travel.base_minutes, travel.minutes_per_km, travel.max_travel, travel.long_after) == (12, 2.2, 120, 45)
    assert travel.matrix == {"söder": {"ekerö": 75}}


def test_a_term_may_set_no_limit_to_journeys(world: World) -> None:
    world.gathered()
    world.one(Term).travel_max_minutes = None
    assert world.gathered().travel.max_travel is None


def test_without_known_minutes_there_is_no_matrix(world: World) -> None:
    world.rows.remove(world.one(TravelTime))
    assert world.gathered().travel.matrix is None


def test_the_weights_are_the_term_s(world: World) -> None:
    term = world.one(Term)
    weights = world.gathered().weights
    assert (weights.unplaced, weights.travel) == (term.weight_unplaced, term.weight_travel)
    assert (weights.long_travel, weights.preference) == (term.weight_long_travel, term.weight_preference)
    assert (weights.agreement_floor, weights.change) == (term.weight_agreement_floor, term.weight_change)
    assert (weights.interprofessional, weights.pairs) == (0, 0)


def test_company_at_units_is_off_and_leaves_no_trace_until_it_has_a_weight(world: World) -> None:
    document = problem_document(world.gathered())
    assert not {"interprofessional", "pairs"} & document["weights"].keys()
    assert not any("pair_group" in request for request in document["requests"])
    term = world.one(Term)
    term.weight_interprofessional, term.weight_pairs = 4, 10
    weights = world.gathered().weights
    assert (weights.interprofessional, weights.pairs) == (4, 10)


def test_the_requests_of_a_course_that_teaches_in_pairs_are_a_pair_group(world: World) -> None:
    course = world.one(Course)
    course.teaches_in_pairs = True
    assert {request.pair_group for request in world.gathered().requests} == {course.id}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_only_the_coordinator_gathers(world: World, role: Role) -> None:
    with pytest.raises(NotAllowedError):
        gather(world.session, Caller(role, organisation="org_ki"), "trm_a")


def test_there_is_nothing_to_gather_of_a_term_that_is_not_there(session: Session) -> None:
    with pytest.raises(NotFoundError):
        gather(session, SYSTEM, "trm_missing")


def test_a_larger_county_takes_no_more_questions_to_the_database(small_county: Path, world: World) -> None:
    few = _statements(world.session, "trm_a", prepare=world.gathered)
    engine = engine_for(f"sqlite:///{small_county}")
    with Session(engine) as opened:
        many = _statements(opened, opened.exec(select(Term.id)).one())
    engine.dispose()
    assert few == many < 28


def _statements(session: Session, term: str, prepare: object = None) -> int:
    """Count the SQL statements of one gathering."""
    if callable(prepare):
        prepare()
    session.expire_all()
    sent: list[str] = []

    def note(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    event.listen(session.get_bind(), "before_cursor_execute", note)
    gather(session, SYSTEM, term)
    event.remove(session.get_bind(), "before_cursor_execute", note)
    return len(sent)
