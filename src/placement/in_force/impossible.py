"""Impossible: the placements in force that break a rule after a change, named in its answer and told in the feed.

A placement in force stays until a new plan is published. The check of plans judges the placements that the changed rows
touch, over an excerpt of the term, after the change and, if any breaks a rule, before it. So there is one set of rules,
and a change costs next to nothing while no placement that it touches is in force.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

from sqlalchemy import ColumnElement, Engine, and_, true
from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.database import read_session
from placement.events import feed
from placement.in_force.happenings import happening
from placement.in_force.placements import placements_of
from placement.in_force.roomy import without_roomy
from placement.in_force.touched import Touched, among, at_units, of_parties, of_students
from placement.planning.broken import (
    Broken,
    broken_beside,
    broken_by,
    broken_for_all,
    broken_seen_by,
    knows_students,
    lines_in,
    rules_for_all,
    rules_in,
)
from placement.planning.excerpts import excerpt
from placement.register.names import Names, Who, who_asks
from placement.store import audit
from placement.store.acting import reaching_beyond_own
from placement.store.batches import by_owner, read_in_batches
from placement.store.protection import counting_everyone
from placement.tables import (
    HOLDING,
    STANDING,
    Course,
    Placement,
    PlacementStatus,
    Request,
    Student,
    Term,
    Unit,
    agreement_party,
)
from placement_solver.faults import InvalidProblem
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

CEILING = "agreement-ceiling"
"""The rule that only a change of agreements, or of what they cover, can break: not all it counts is in an excerpt."""


@dataclass(frozen=True, slots=True)
class Impossible:
    """A placement in force that breaks rules, as a reader may see it."""

    who: Who
    placement_id: str
    term_id: str
    unit_id: str
    unit_name: str
    first_week: IsoWeek
    last_week: IsoWeek
    broken: tuple[Broken, ...]


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What changes have made impossible: the placements that the caller may see, and the number of others.

    ``untold`` says what is left out of it, whether there is any or not.
    """

    seen: tuple[Impossible, ...] = ()
    elsewhere: int = 0
    untold: Words | None = None


@dataclass(frozen=True, slots=True)
class _Held:
    """A placement in force with its request, student and unit, and how many weeks its course requires."""

    placement: Placement
    request: Request
    student: Student
    unit: Unit
    weeks: int


_Breaks = tuple[_Held, list[Broken]]
"""A placement, and what it breaks."""
_UNTOLD = Words(
    "Om en regel om en student bryts berättas först när ändringen görs.",
    "Whether a rule about a student is broken is told only when the change is made.",
)


def tell_impossible(session: Session, by: Caller) -> Aftermath:
    """Tell of the placements in force that break a rule after the changes made in a session, and return them.

    Each is told to its lärosäte and its unit, when the transaction commits.
    """
    touched = _touched(session)
    found = _new(session, touched, _judged(session, touched)) if touched else []
    feed.tell(session, [event for held, broken in found for event in _events(held, broken)])
    return _as_seen_by(session, by, found)


def foresee_impossible(session: Session, by: Caller, besides: str | None = None) -> Aftermath:
    """Return what `tell_impossible` would for changes that will be rolled back; nobody is told anything.

    Where ``besides`` names a term, only the placements of other terms are looked for.

    Care is not told what breaks a rule about the student. What leaves no trace can be asked any number of times, and a
    provider who moved a unit to and fro in dry runs would find where a student lives. What is left out is left out
    before it costs any time, so that the time tells nothing either.
    """
    touched = _touched(session)
    judged = [each for each in _judged(session, touched) if each[0].placement.term_id != besides] if touched else []
    if knows_students(by):
        return _as_seen_by(session, by, _new(session, touched, judged))
    public = [(held, broken_for_all(broken)) for held, broken in judged]
    found = _new(session, touched, [(held, broken) for held, broken in public if broken])
    return replace(_as_seen_by(session, by, found), untold=_UNTOLD)


@counting_everyone
@reaching_beyond_own
def _touched(session: Session) -> Touched:
    """Return what a session has changed, of what placements in force are judged by; nothing if none is in force."""
    changes = audit.take_changes(session)
    standing = col(Placement.status).in_(STANDING)
    in_force = Touched(changes) and session.exec(select(Placement.id).where(standing).limit(1)).first()
    return Touched(without_roomy(session, changes) if in_force else ())


@counting_everyone
def _new(session: Session, touched: Touched, found: Sequence[_Breaks]) -> list[_Breaks]:
    """Return what the session's changes have broken, without what was broken in the same way before them.

    The database as it was before the changes is read only if something is broken after them.
    """
    if not found:
        return []
    with read_session(cast("Engine", session.get_bind())) as earlier:
        before = {(held.placement.id, each) for held, broken in _judged(earlier, touched) for each in broken}

    def is_new(held: _Held, broken: Broken) -> bool:
        return touched.limits(broken.why) or (held.placement.id, broken) not in before

    anew = ((held, [each for each in broken if is_new(held, each)]) for held, broken in found)
    return [(held, broken) for held, broken in anew if broken]


@counting_everyone
@reaching_beyond_own
def _judged(session: Session, touched: Touched) -> list[_Breaks]:
    """Return the placements in force that the changes touch, or that are judged with those, if they break a rule."""
    affected = _held(session, touched.placements(), STANDING)
    return [
        each
        for term_id, those in by_owner(affected, lambda held: held.placement.term_id).items()
        for each in _judge(session, session.get_one(Term, term_id), those, touched)
    ]


def _held(session: Session, which: ColumnElement[bool], statuses: Sequence[PlacementStatus]) -> list[_Held]:
    """Return placements with these statuses, in the order of their requests."""
    rows = session.exec(
        select(Placement, Request, Student, Unit)
        .join(Request, col(Request.id) == col(Placement.request_id))
        .join(Student, col(Student.id) == col(Request.student_id))
        .join(Unit, col(Unit.id) == col(Placement.unit_id))
        .join(Course, col(Course.id) == col(Request.course_id))
        .join(Term, col(Term.id) == col(Placement.term_id))
        .where(which, col(Placement.status).in_(statuses))
        .order_by(col(Placement.request_id))
    ).all()
    courses = select(col(Course.id), col(Course.weeks))
    weeks = dict(read_in_batches(session, courses, Course.id, {request.course_id for _, request, *_ in rows}))
    return [_Held(*row, weeks[row[1].course_id]) for row in rows]


def _judge(session: Session, term: Term, affected: Sequence[_Held], touched: Touched) -> Iterator[_Breaks]:
    """Yield what the affected placements of a term break, and what others break together with them."""
    beside = _held(session, and_(col(Placement.term_id) == term.id, _beside(affected, touched)), HOLDING)
    broken = {held.request.id: broken_beside(held.placement, held.request, held.weeks) for held in affected}
    try:
        problem = excerpt(session, term, [held.placement for held in beside], {held.student.id for held in beside})
    except InvalidProblem:
        by_rules: dict[str, list[Broken]] = {}  # the term's next run says what is wrong with the term itself
    else:
        lines = lines_in(problem, (held.placement for held in beside))
        by_rules = broken_by(problem, lines, set(broken))
    for held in beside:
        breaks = broken.get(held.request.id, [])
        breaks += [each for each in by_rules.get(held.request.id, []) if touched.ceilings or each.rule != CEILING]
        if breaks and held.placement.status in STANDING:
            yield held, breaks


def _beside(affected: Sequence[_Held], touched: Touched) -> ColumnElement[bool]:
    """Return the condition for the placements of the same students and units and, if ceilings count, agreements."""
    if touched.many:
        return true()
    parties = {(held.student.institution_id, agreement_party(held.unit)) for held in affected if touched.ceilings}
    return among(
        of_students({held.student.id for held in affected}),
        at_units({held.unit.id for held in affected}),
        *(of_parties(institution, provider) for institution, provider in sorted(parties)),
    )


def _events(held: _Held, broken: Sequence[Broken]) -> Iterator[feed.Happening]:
    """Yield the event for lärosäte and unit; if a rule is about the student, one for each, the unit's without it."""
    rules, for_all = rules_in(broken), rules_for_all(broken)
    institution = held.student.institution_id
    subject, details = happening("impossible", held.placement, held.request, institution, rules)
    if rules == for_all:
        yield subject, details
    else:
        yield replace(subject, unit_id=None), details
        yield replace(subject, institution_id=None), {**details, "rules": for_all}


def _as_seen_by(session: Session, by: Caller, breaks: Sequence[_Breaks]) -> Aftermath:
    """Return what a caller may see of what was found, in words that the caller knows."""
    if not breaks:
        return Aftermath()
    found = {held.placement.id: broken for held, broken in breaks}
    rows = sorted(
        read_in_batches(session, placements_of(by), Placement.id, found), key=lambda row: (row[0].start, row[0].id)
    )
    told = {placement.id: broken_seen_by(by, found[placement.id]) for placement, *_ in rows}
    who = who_asks(session, by, (request.id for _, _, request, _ in rows))
    names = Names(session, by, texts=(each.why for broken in told.values() for each in broken))
    seen = tuple(
        Impossible(
            who=who[request.id],
            placement_id=placement.id,
            term_id=placement.term_id,
            unit_id=unit.id,
            unit_name=unit.name,
            first_week=placement.start,
            last_week=placement.start.plus(placement.weeks - 1),
            broken=tuple(replace(each, why=names.put_in(each.why)) for each in told[placement.id]),
        )
        for placement, _, request, unit in rows
    )
    return Aftermath(seen, len(found) - len(seen))
