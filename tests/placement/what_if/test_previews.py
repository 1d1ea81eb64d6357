"""Previews: what is told of a reduction before it is saved is what saving it and repairing the plan then does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile

import pytest
from sqlalchemy import Engine, func
from sqlmodel import col, select

from placement.callers import SYSTEM, Caller
from placement.clock import now
from placement.database import engine_for, open_session
from placement.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, UnavailableError
from placement.planning.broken import rules_seen_by
from placement.planning.gather import gather
from placement.register.capacity import change_offer
from placement.register.names import Names
from placement.tables import (
    HOLDING,
    AuditEntry,
    CapacityOffer,
    Course,
    Event,
    OfferStatus,
    OfferWeek,
    Pin,
    Placement,
    RunMode,
    Student,
    Supervisor,
    Term,
    Unit,
)
from placement.what_if import previews
from placement.what_if.previews import Preview, preview_reduction
from placement.what_if.reductions import Absent, AgreementEnd, OfferReduction, Reduction, late_for
from placement_solver.plan import Full, Reasons
from placement_solver.problem import RequestId
from placement_solver.repair_report import Move
from placement_solver.words import Words
from tests.placement.overlapping import open_term, place_elsewhere
from tests.placement.publishing import CITY, FAR, KI, NEAR, offer_places, plan, publish_run, settle
from tests.rows import WEEK

IN_TIME, TOO_LATE = dt.date(2026, 10, 1), dt.date(2026, 12, 10)
NO_PLACES = dict.fromkeys(WEEK.plus(week) for week in range(6))
CLOSED = Reduction(IN_TIME, closures=[Absent("unt_a")])
solved_here = pytest.mark.usefixtures("solver_here")
"""For what does not depend on the child process, which takes a second to start."""


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    """Both students are placed at the near unit, and the far one has a place for one of them."""
    engine = engine_for(migrated_url)
    settle(engine)
    with open_session(engine) as session:
        offer_places(session, "off_a", "unt_a", 2)
    publish_run(engine, plan(engine))
    with open_session(engine) as session:
        offer_places(session, "off_far", "unt_far", 1)
    yield engine
    engine.dispose()


def preview(engine: Engine, by: Caller, reduction: Reduction) -> Preview:
    with open_session(engine) as session:
        return preview_reduction(session, by, "trm_a", reduction, seconds=5)


def where(engine: Engine) -> dict[str, str]:
    """Return the unit of each request that has a placement in force."""
    with open_session(engine) as session:
        rows = session.exec(select(Placement).where(col(Placement.status).in_(HOLDING)))
        return {row.request_id: row.unit_id for row in rows}


def test_the_preview_is_what_saving_the_reduction_and_repairing_the_plan_does(engine: Engine) -> None:
    assert where(engine) == {"req_a": "unt_a", "req_b": "unt_a"}
    with open_session(engine) as session:
        student = session.get_one(Student, "stu_b")
        student.lat, student.lon = (
            59.25,
            18.29,
        )  # beside the far unit, so that one of the two is clearly the one to move
    previewed = preview(engine, CITY, CLOSED)
    with open_session(engine) as session:
        change_offer(session, CITY, "off_a", {"status": OfferStatus.ANSWERED, "weeks": NO_PLACES})
    publish_run(engine, plan(engine, RunMode.REPAIR))
    told = {row.who.request_id: row.unit_after for row in previewed.affected}
    assert {request: unit for request, unit in told.items() if unit is not None} == where(engine)
    assert sorted(row.kind for row in previewed.affected) == ["displaced", "lost"]
    assert {row.can_be_moved for row in previewed.affected} == {True, False}
    assert (previewed.elsewhere, previewed.deadlines) == (0, ())


@solved_here
def test_of_two_students_one_place_fewer_moves_one(engine: Engine) -> None:
    fewer = {"weeks": {WEEK.plus(week): 1 for week in range(6)}}
    (affected,) = preview(engine, CITY, Reduction(IN_TIME, offers=[OfferReduction("off_a", fewer)])).affected
    assert (affected.unit_id, affected.start, affected.weeks) == ("unt_a", WEEK, 6)
    assert (affected.unit_after, affected.start_after, affected.rules) == ("unt_far", WEEK, ("capacity",))
    assert affected.words.sv == (
        "Platsen håller inte längre: Utbildningsplatser. Ny plats: Granbacken, 2026-W53–2027-W05."
    )
    assert (affected.unit_name, affected.unit_name_after, affected.withheld) == ("Tallgården", "Granbacken", False)
    assert (affected.who.course_code, affected.who.institution_name.sv) == ("1SJ021", "Karolinska Institutet")
    assert affected.who.student_external_id is None


@solved_here
def test_a_preview_leaves_everything_as_it_was(engine: Engine) -> None:
    def everything() -> list[object]:
        with open_session(engine) as session:
            counts = [session.exec(select(func.count()).select_from(table)).one() for table in (AuditEntry, Event)]
            weeks = session.exec(select(func.sum(OfferWeek.places))).one()
            return [*counts, int(weeks or 0), session.get_one(CapacityOffer, "off_a").version]

    before = everything()
    preview(engine, CITY, CLOSED)
    assert everything() == before


@solved_here
def test_who_is_moved_away_is_told_and_where_to_only_if_that_is_ones_own(engine: Engine) -> None:
    of_the_unit = preview(engine, NEAR, CLOSED).affected
    assert sorted(row.can_be_moved for row in of_the_unit) == [False, True]
    assert {(row.unit_after, row.start_after, row.supervisor_after) for row in of_the_unit} == {(None, None, None)}
    for row in of_the_unit:
        assert (row.unit_name, row.unit_name_after, row.supervisor_name_after) == ("Tallgården", None, None)
        assert row.withheld is row.can_be_moved
        assert row.words.en.endswith("that is not your own, and may not be named here.") is row.withheld
        assert "Granbacken" not in row.words.sv


@solved_here
def test_a_unit_does_not_learn_that_the_reason_is_about_the_student(engine: Engine) -> None:
    with open_session(engine) as session:
        session.get_one(Student, "stu_a").lat, session.get_one(Student, "stu_a").lon = 67.86, 20.23
    for by, rules in ((NEAR, ()), (CITY, ()), (SYSTEM, ("travel-limit",))):
        (told,) = preview(engine, by, Reduction(IN_TIME)).affected
        assert (told.who.student_id, told.rules) == ("stu_a", rules)
        assert told.words.en.startswith("The place no longer holds, for a reason that its lärosäte knows.") is (
            not rules
        )


@solved_here
def test_who_is_affected_elsewhere_is_only_counted(engine: Engine) -> None:
    with open_session(engine) as session:
        change_offer(session, NEAR, "off_a", {"weeks": NO_PLACES})
    told = preview(engine, FAR, Reduction(IN_TIME))
    assert (told.affected, told.elsewhere) == ((), 2)
    assert len(preview(engine, SYSTEM, Reduction(IN_TIME)).affected) == 2


@solved_here
def test_why_somebody_can_go_nowhere_is_told(engine: Engine) -> None:
    both = preview(engine, CITY, Reduction(IN_TIME, closures=[Absent("unt_a"), Absent("unt_far")]))
    for row in both.affected:
        assert row.kind == "lost"
        assert row.words.en.endswith("The units that are left are full.")
        assert row.remaining[-1].units == 2
    ended = preview(engine, CITY, Reduction(IN_TIME, agreements=[AgreementEnd("agr_a", dt.date(2026, 11, 1))]))
    for row in ended.affected:
        assert row.rules == ("agreement",)
        assert "No unit is left after" in row.words.en


@solved_here
def test_care_reads_how_many_units_are_left_up_to_the_first_rule_about_the_student(engine: Engine) -> None:
    with open_session(engine) as session:
        session.get_one(Student, "stu_a").max_travel = 200
        session.get_one(Unit, "unt_far").lat = 66.0
    reduction = Reduction(IN_TIME, closures=[Absent("unt_a")])
    all_of_it, told = (
        {row.placement_id: [step.rule for step in row.remaining] for row in preview(engine, by, reduction).affected}
        for by in (SYSTEM, CITY)
    )
    assert any("travel-limit" in rules for rules in all_of_it.values())
    for placement, rules in told.items():
        seen = takewhile(lambda rule: rules_seen_by(CITY, [rule]), all_of_it[placement])
        assert rules == list(seen)


@pytest.mark.parametrize(
    ("starts", "words"),
    [
        (1, "1 student får veta det mindre än 4 veckor före start."),
        (2, "2 studenter får veta det mindre än 4 veckor före start."),
    ],
)
def test_how_many_are_told_too_late_is_said_in_number(starts: int, words: str) -> None:
    (late,) = late_for([WEEK] * starts, WEEK.monday())
    assert late.words.sv == words


def test_a_placement_that_moves_though_its_place_holds_is_told_why() -> None:
    moved = Move(RequestId("req_a"), "moved", None, None, (), (RequestId("req_b"),), Words("", ""))
    assert previews._why(moved, ()).en == "The place or the supervisor is needed for another."


@solved_here
def test_a_supervisor_who_leaves_takes_the_place_along(engine: Engine) -> None:
    with open_session(engine) as session:
        session.get_one(Course, "crs_a").supervision_credits = 7.5
        session.get_one(Supervisor, "sup_a").every_week = True
        session.get_one(Supervisor, "sup_a").max_students = 2
    publish_run(engine, plan(engine, RunMode.REPAIR))
    away = preview(engine, CITY, Reduction(IN_TIME, absences=[Absent("sup_a", first_week=WEEK.plus(3))]))
    assert [(row.kind, row.rules) for row in away.affected] == [("lost", ("supervision",))] * 2
    after = Reduction(IN_TIME, absences=[Absent("sup_a", WEEK.plus(6), WEEK.plus(900))])
    assert preview(engine, CITY, after).affected == ()


@solved_here
def test_who_makes_room_for_another_is_told_apart(engine: Engine) -> None:
    with open_session(engine) as session:
        session.get_one(Course, "crs_a").supervision_credits = 7.5
        session.get_one(Supervisor, "sup_a").every_week = True
        session.get_one(Supervisor, "sup_a").max_students = 2
        session.add(Supervisor(id="sup_c", unit_id="unt_a", profession="nurse", external_id="c", max_students=1))
    told = preview(engine, CITY, Reduction(IN_TIME))
    assert {(row.kind, row.can_be_moved, row.unit_after) for row in told.affected} == {("supervisor", True, "unt_a")}
    assert {row.supervisor_after for row in told.affected} == {"sup_a"}


@solved_here
def test_the_dates_that_a_reduction_comes_after_are_named(engine: Engine) -> None:
    told = preview(engine, CITY, Reduction(TOO_LATE, closures=[Absent("unt_a")])).deadlines
    assert [(deadline.kind, deadline.day) for deadline in told] == [
        ("answers-by", dt.date(2026, 11, 1)),
        ("publish-by", dt.date(2026, 12, 1)),
        ("start", WEEK.monday() - dt.timedelta(weeks=4)),
    ]
    assert told[-1].words.en == "2 students are told less than 4 weeks before the start."


@solved_here
def test_an_agreement_that_ends_sooner_than_notice_allows_breaks_its_own_date(engine: Engine) -> None:
    def ends(day: dt.date) -> list[tuple[str, dt.date, str | None]]:
        told = preview(engine, CITY, Reduction(IN_TIME, agreements=[AgreementEnd("agr_a", day)])).deadlines
        return [(deadline.kind, deadline.day, deadline.agreement_id) for deadline in told]

    assert ends(dt.date(2027, 3, 31)) == [("notice", dt.date(2027, 4, 1), "agr_a")]
    assert ends(dt.date(2027, 4, 1)) == []


@pytest.mark.parametrize(
    ("reduction", "pointer"),
    [
        (Reduction(IN_TIME, offers=[OfferReduction("off_none", {})]), "/offers/0/offer_id"),
        (Reduction(IN_TIME, offers=[OfferReduction("off_next", {})]), "/offers/0/offer_id"),
        (
            Reduction(IN_TIME, offers=[OfferReduction("off_a", {"weeks": {WEEK.plus(-1): 1}})]),
            "/offers/0/change/weeks/0/week",
        ),
        (Reduction(IN_TIME, closures=[Absent("unt_none")]), "/closures/0/unit_id"),
        (Reduction(IN_TIME, closures=[Absent("unt_a", last_week=WEEK.plus(-1))]), "/closures/0/last_week"),
        (Reduction(IN_TIME, absences=[Absent("sup_none")]), "/absences/0/supervisor_id"),
        (Reduction(IN_TIME, agreements=[AgreementEnd("agr_none", IN_TIME)]), "/agreements/0/agreement_id"),
        (Reduction(IN_TIME, agreements=[AgreementEnd("agr_a", dt.date(2024, 1, 1))]), "/agreements/0/valid_to"),
    ],
)
def test_what_cannot_be_taken_away_is_named_by_its_place(engine: Engine, reduction: Reduction, pointer: str) -> None:
    with open_session(engine) as session:
        session.add(
            Term(
                id="trm_next",
                code="HT2027",
                first_week=WEEK.plus(30),
                weeks=20,
                requests_by=IN_TIME,
                answers_by=IN_TIME,
                outside_answers_by=IN_TIME,
                publish_by=IN_TIME,
            )
        )
        session.add(
            CapacityOffer(
                id="off_next",
                term_id="trm_next",
                unit_id="unt_a",
                professions=["nurse"],
                status=OfferStatus.ANSWERED,
                answered_at=now(),
            )
        )
    with pytest.raises(InvalidError) as refusal:
        preview(engine, CITY, reduction)
    assert [fault.pointer for fault in refusal.value.faults] == [pointer]


@solved_here
def test_each_previews_reductions_of_their_own_alone(engine: Engine) -> None:
    with pytest.raises(NotAllowedError):
        preview(engine, KI, CLOSED)
    with pytest.raises(InvalidError, match="there is no such unit"):
        preview(engine, FAR, CLOSED)
    with pytest.raises(NotAllowedError):
        preview(engine, NEAR, Reduction(IN_TIME, agreements=[AgreementEnd("agr_a", IN_TIME)]))
    with pytest.raises(NotFoundError), open_session(engine) as session:
        preview_reduction(session, CITY, "trm_none", CLOSED)


@solved_here
def test_a_reduction_with_which_the_term_could_not_be_planned_is_refused(engine: Engine) -> None:
    with open_session(engine) as session:
        session.get_one(Course, "crs_a").supervision_credits = 7.5
        session.get_one(Supervisor, "sup_a").every_week = True
        session.get_one(Supervisor, "sup_a").max_students = 1
        for request in ("req_a", "req_b"):  # one supervisor cannot have both who are there by hand
            session.add(Pin(term_id="trm_a", request_id=request, unit_id="unt_a", start=WEEK))
    with pytest.raises(ConflictError) as told:
        preview(engine, CITY, Reduction(IN_TIME))
    assert told.value.faults == ()
    with pytest.raises(ConflictError) as told:
        preview(engine, SYSTEM, Reduction(IN_TIME))
    assert told.value.faults


def test_a_preview_takes_no_longer_and_no_more_memory_than_it_may(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnavailableError, match="Memory ran out"), open_session(engine) as session:
        preview_reduction(session, CITY, "trm_a", CLOSED, memory_mb=1)
    monkeypatch.setattr(previews, "OVERHEAD_SECONDS", -1_000.0)
    with pytest.raises(UnavailableError, match="given up"):
        preview(engine, CITY, CLOSED)


@solved_here
def test_one_preview_is_worked_out_at_a_time(engine: Engine) -> None:
    with previews.DESK, pytest.raises(UnavailableError, match="Another preview"):
        preview(engine, CITY, CLOSED)
    assert len(preview(engine, CITY, CLOSED).affected) == 2


@solved_here
def test_what_another_term_has_is_no_room_for_those_who_lose_their_place(engine: Engine) -> None:
    """The near unit closes; of the far one's only place, another term has the last week."""
    with open_session(engine) as session:
        open_term(session, WEEK.plus(5), 10)
        place_elsewhere(session, WEEK.plus(5), 2, unit="unt_far")
    affected = preview(engine, CITY, CLOSED).affected
    assert [row.kind for row in affected] == ["lost", "lost"]
    assert affected[0].words.sv.endswith(
        "De enheter som återstår är fulla. En del är upptaget av en annan termin (ST2027)."
    )
    assert affected[0].words.en.endswith(
        "The units that are left are full. Part of it is taken by the other term (ST2027)."
    )


NOTHING = Reasons((), (), (), (), (), (), 0)
THERE, ELSEWHERE = Full("off_a", (0, 1)), Full("off_far", (0, 1), ("ST2027",))


@pytest.mark.parametrize(
    ("reasons", "to_care", "to_the_coordinator"),
    [
        (
            replace(NOTHING, capacities=(THERE,), own_placements=(RequestId("req_b"),)),
            ["No other time or unit suits the student."],
            ["The student's own placements are in the way."],
        ),
        (
            replace(NOTHING, capacities=(THERE, ELSEWHERE), other_terms=(Full("HT2026", (3,)),)),
            [
                "Every other time or unit is full or does not suit the student.",
                "Part of it is taken by the other term (ST2027).",
            ],
            [
                "The student's own weeks are taken by the other term (HT2026).",
                "In other weeks the units that are left are full.",
                "Part of it is taken by the other term (ST2027).",
            ],
        ),
        (
            replace(NOTHING, agreements=(Full("agr_a", ()),), own_placements=(RequestId("req_b"),)),
            ["Every other time or unit is full or does not suit the student."],
            [
                "The student's own placements are in the way.",
                "In other weeks the units that are left are full.",
            ],
        ),
        (
            replace(NOTHING, dearer_units=1),
            ["There is room, but it would cost more than it gives."],
            ["There is room, but it would cost more than it gives."],
        ),
    ],
    ids=["own", "own and full", "own and agreed", "dearer"],
)
def test_what_is_in_the_way_is_told_to_each_as_far_as_they_may_know(
    engine: Engine, reasons: Reasons, to_care: list[str], to_the_coordinator: list[str]
) -> None:
    with open_session(engine) as session:
        problem = gather(session, SYSTEM, "trm_a")
        placement = session.exec(select(Placement)).first()
        assert placement is not None
        for by, told in ((CITY, to_care), (SYSTEM, to_the_coordinator)):
            teller = previews._Teller(problem, by, (), Names(session, by))
            assert [words.en for words in teller._in_the_way(placement, reasons)] == told


@solved_here
def test_a_reduction_below_what_another_term_has_takes_the_place_from_this_term_s_student(engine: Engine) -> None:
    with open_session(engine) as session:
        offer_places(session, "off_a", "unt_a", 3)
        open_term(session, WEEK.plus(5), 10)
        place_elsewhere(session, WEEK.plus(5), 2)
    fewer = {"weeks": {WEEK.plus(week): 2 for week in range(6)}}
    (affected,) = preview(engine, CITY, Reduction(IN_TIME, offers=[OfferReduction("off_a", fewer)])).affected
    assert (affected.kind, affected.unit_after, affected.rules) == ("displaced", "unt_far", ("capacity",))
