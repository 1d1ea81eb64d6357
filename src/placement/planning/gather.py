"""Gathering: a term's rows become a placement problem of opaque ids, points, weeks and minutes, without names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.errors import NotFoundError
from placement.planning import entries
from placement.planning.decisions import Posed, by_hand, first_by_hand, in_force, lines_of, pose
from placement.planning.entries import Entry, OpenRequest
from placement.planning.narrowing import narrow
from placement.planning.other_terms import write_taken
from placement.planning.scenarios import AS_IT_IS, AS_USUAL, Options, apply_options
from placement.planning.waiting import TURN
from placement.store.access import COORDINATORS, allow
from placement.tables import (
    FINISHED,
    Course,
    Organisation,
    Pin,
    Placement,
    Programme,
    Request,
    RequestStatus,
    RunMode,
    Student,
    Term,
    Unit,
    agreement_party,
)
from placement_solver.problem import FORMAT, Problem


def gather(
    session: Session,
    by: Caller,
    term_id: str,
    mode: RunMode = RunMode.PLAN,
    *,
    in_county_only: bool = False,
    taken: Sequence[Entry] | None = None,
) -> Problem:
    """Gather a term as the problem of a run without a scenario; see `gather_for`."""
    return gather_for(session, by, term_id, mode, Options(in_county_only=in_county_only), taken).problem


def gather_for(
    session: Session,
    by: Caller,
    term_id: str,
    mode: RunMode,
    options: Options = AS_USUAL,
    taken: Sequence[Entry] | None = None,
) -> Posed:
    """Gather a term as the problem of a run, with the decided placements that have become impossible.

    The placements in force are the problem's ``current``: changing one has a price. A completed placement stays as it
    was. If the run only fills what is left, every placement in force stays too. With ``in_county_only``, students of
    lärosäten from outside the county are left to a later run, and the placements they have stay.
    For the waiting list, the requests come in the order in which they are offered places. Where ``taken`` is given, the
    term is gathered as if other terms had taken just that of its weeks.

    A decided placement that has become impossible is released, with two exceptions. A pin binds a run that plans the
    term anew without a scenario. A completed placement needs no new place, so its request is left out.
    """
    allow(by, COORDINATORS)
    term = session.get(Term, term_id)
    if term is None:
        raise NotFoundError(term_id)
    requests = open_requests(session, term, mode)
    placed, pins = in_force(session, term), by_hand(session, term)
    over = {each.request_id for each in placed if each.status in FINISHED}
    outside = _asked_from_outside(session, requests) if options.in_county_only else set()
    stays = over | outside if mode in (RunMode.PLAN, RunMode.REPAIR) else {each.request_id for each in placed}
    later = outside - {each.request_id for each in placed}
    decided = first_by_hand(pins, (each for each in placed if each.request_id in stays))
    anew = mode is RunMode.PLAN and options.scenario == AS_IT_IS
    binding = {each.request_id for each in pins} if anew else set()

    def posed(without: set[str]) -> Posed:
        asked = [each for each in requests if each[0].id not in without]
        return pose(narrow(session, term, write_term(session, term, asked, decided, placed, taken=taken)), binding)

    first = posed(later)
    done = over & {each.request_id for each in first.released}
    if done:
        first = posed(later | done)
    supposed = apply_options(first.problem, options)
    return Posed(supposed.problem, first.released + supposed.released)


def write_term(
    session: Session,
    term: Term,
    requests: Sequence[OpenRequest],
    decided: Iterable[Pin | Placement],
    placed: Iterable[Placement],
    at: Collection[str] | None = None,
    taken: Sequence[Entry] | None = None,
) -> Entry:
    """Write the problem of some of a term's requests, with their decided placements and those in force.

    ``at`` makes it an excerpt for a few requests: it has only these units' offers and supervisors, and no units but
    these and those that it names. Other terms have taken what they have in force, unless ``taken`` is given.
    """
    index = {term.first_week.plus(week): week for week in range(term.weeks)}
    agreements = entries.write_agreements(session, term)
    asked = {request.id for request, *_ in requests}
    few = None if at is None else asked
    theirs = None if at is None else {student.id for _, student, *_ in requests}
    students = entries.write_students(session, term, requests, theirs)
    wanted = entries.write_requests(session, term, requests, index, few)
    supervisors = entries.write_supervisors(session, term, index, at)
    if taken is None:
        taken = write_taken(session, term, {supervisor["id"] for supervisor in supervisors}, asked)
    named = None if at is None else {*at, *entries.units_named(agreements, students, wanted, taken)}
    units = session.exec(select(Unit).where(entries.among(Unit.id, named)).order_by(col(Unit.id))).all()
    parties = {agreement_party(unit) for unit in units} | {agreement["provider"] for agreement in agreements}
    return {
        "format": FORMAT,
        "term": {"code": term.code, "first_week": str(term.first_week), "weeks": term.weeks},
        "institutions": entries.write_institutions(session),
        "providers": entries.write_providers(session, parties),
        "units": [entries.write_unit(unit) for unit in units],
        "capacities": entries.write_capacities(session, term, index, at),
        "supervisors": supervisors,
        "agreements": agreements,
        "students": students,
        "requests": wanted,
        "travel": entries.write_travel(session, term),
        "pins": lines_of(decided, term, asked),
        "current": lines_of(placed, term, asked),
        "weights": {
            "unplaced": term.weight_unplaced,
            "travel": term.weight_travel,
            "long_travel": term.weight_long_travel,
            "preference": term.weight_preference,
            "agreement_floor": term.weight_agreement_floor,
            "change": term.weight_change,
            **{name: weight for name, weight in _may_be_off(term).items() if weight},
        },
        **({"taken": taken} if taken else {}),
    }


def _may_be_off(term: Term) -> dict[str, int]:
    """Return the weights that the document leaves out where they are 0."""
    return {
        "interprofessional": term.weight_interprofessional,
        "pairs": term.weight_pairs,
        "carried_burden": term.weight_carried_burden,
    }


def open_requests(session: Session, term: Term, mode: RunMode) -> list[OpenRequest]:
    """Return the open requests, each with its student, course and programme, in the order that the run needs."""
    rows = session.exec(
        select(Request, Student, Course, Programme)
        .join(Student, col(Student.id) == Request.student_id)
        .join(Course, col(Course.id) == Request.course_id)
        .join(Programme, col(Programme.id) == Course.programme_id)
        .where(Request.term_id == term.id, Request.status == RequestStatus.OPEN)
        .order_by(*(TURN if mode is RunMode.WAITING_LIST else [col(Request.id)]))
    )
    return [(request, student, course, programme) for request, student, course, programme in rows]


def _asked_from_outside(session: Session, requests: Iterable[OpenRequest]) -> set[str]:
    """Return the requests of lärosäten from outside the county, which are answered after those inside it."""
    outside = set(session.exec(select(Organisation.id).where(~col(Organisation.in_county))))
    return {request.id for request, student, *_ in requests if student.institution_id in outside}
