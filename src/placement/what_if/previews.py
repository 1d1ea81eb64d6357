"""Previews: what a cut would mean before it is saved: who is affected, who can be moved, who cannot, and why.

The cut is made in a transaction that is taken back, and the term as it would then be is repaired in a child process, as
a repair run would: what is answered is what saving the cut, and publishing the repair, would do.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from placement.callers import SYSTEM, Caller, Role
from placement.errors import ConflictError, Fault, UnavailableError
from placement.in_force.placements import placements_of
from placement.planning.gather import gather
from placement.running.child import NoPlanError, SolverProcess
from placement.running.orders import SolveMode, SolveOrder
from placement.store.access import CARE, allow, found
from placement.store.scopes import units_of
from placement.tables import HOLDING, Placement, RunMode, Term, Unit
from placement.what_if.reductions import Cut, Deadline, late_for, make_cut
from placement_solver.documents import read_plan, write_problem
from placement_solver.faults import InvalidProblem
from placement_solver.plan import Placement as Line
from placement_solver.plan import Plan, Remaining
from placement_solver.problem import Problem, RequestId
from placement_solver.repair_report import Move, find_moves
from placement_solver.rules import RULES
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

OVERHEAD_SECONDS = 30.0
"""So long, at most, may a preview take besides the search: to start, to check, to write."""

_NAMES = {rule.key: rule.name for rule in RULES}
DESK = threading.BoundedSemaphore(1)
"""One preview is worked out at a time in a process: there are few processors, and runs need them."""


@dataclass(frozen=True, slots=True)
class Affected:
    """A placement in force that the cut changes, and where it would go, as far as the caller may see that.

    ``kind`` is what happens: ``displaced`` and ``lost`` cannot stand, ``moved`` makes room for another, ``supervisor``
    keeps its place with another supervisor. ``rules`` are those that the old place breaks, ``remaining`` tells of one
    that is lost how many units each rule in turn leaves: where some are left, they are full.
    """

    placement_id: str
    request_id: str
    student_id: str
    unit_id: str
    start: IsoWeek
    weeks: int
    kind: str
    can_be_moved: bool
    unit_after: str | None
    start_after: IsoWeek | None
    supervisor_after: str | None
    rules: tuple[str, ...]
    remaining: tuple[Remaining, ...]
    words: Words


@dataclass(frozen=True, slots=True)
class Preview:
    """What a cut would mean: who is affected at the caller's units, how many elsewhere, and the deadlines it breaks."""

    affected: tuple[Affected, ...]
    elsewhere: int
    deadlines: tuple[Deadline, ...]


def preview_cut(
    session: Session, by: Caller, term_id: str, cut: Cut, *, seconds: float = 10.0, memory_mb: int | None = None
) -> Preview:
    """Tell what a cut would mean if it were saved; nothing is, and all that the session has done is taken back.

    Refused with a conflict where the term could not be planned with the cut: what is decided by hand, or over, stays.
    """
    allow(by, CARE)
    if not DESK.acquire(blocking=False):
        raise UnavailableError(
            sv="En annan förhandsvisning räknas fram just nu. Försök igen om en stund.",
            en="Another preview is being worked out. Retry in a moment.",
        )
    try:
        try:
            problem, deadlines = _suppose(session, by, term_id, cut)
            plan = _repair(problem, seconds, memory_mb)
        except InvalidProblem as error:
            seen = error.faults if by.role is Role.COORDINATOR else ()
            raise ConflictError(
                sv="Så kan terminen inte planeras: något är bestämt för hand eller redan genomfört.",
                en="The term cannot be planned so: something is decided by hand, or over already.",
                faults=(Fault(each.pointer, each.words.en) for each in seen),
            ) from error
    finally:
        DESK.release()
    return _tell(session, by, problem, plan, cut, deadlines)


def _suppose(session: Session, by: Caller, term_id: str, cut: Cut) -> tuple[Problem, list[Deadline]]:
    """Gather the term as it would be; the database is let go of before the search begins."""
    try:
        term = found(session.get(Term, term_id), term_id)
        deadlines = make_cut(session, by, term, cut)
        session.flush()
        return gather(session, SYSTEM, term_id, RunMode.REPAIR), deadlines
    finally:
        session.rollback()


def _repair(problem: Problem, seconds: float, memory_mb: int | None) -> Plan:
    """Repair the term in a child process that lives no longer than it may."""
    text = write_problem(problem).encode()
    order = SolveOrder(seconds, 0, 1, memory_mb, with_report=False, mode=SolveMode.REPAIR)
    try:
        with SolverProcess(text, order) as child:
            if child.ended_within(seconds + OVERHEAD_SECONDS):
                return read_plan(child.solved().plan)
    except NoPlanError as error:
        raise UnavailableError(sv=error.sv, en=error.en) from error
    raise UnavailableError(sv="Svaret tog för lång tid och avbröts.", en="The answer took too long and was given up.")


def _tell(
    session: Session, by: Caller, problem: Problem, plan: Plan, cut: Cut, deadlines: Sequence[Deadline]
) -> Preview:
    """Tell what the repair changes, to one who sees only what is theirs."""
    before = [Line(line.request, line.unit, line.start, line.supervisor) for line in problem.current]
    moves = {move.request: move for move in find_moves(problem, before, plan.placements, {}) if move.kind != "placed"}
    remaining = {left.request: left.reasons.remaining for left in plan.unplaced}
    in_force = placements_of(by).where(col(Placement.request_id).in_(moves), col(Placement.status).in_(HOLDING))
    rows = session.exec(in_force.order_by(col(Placement.start), col(Placement.id))).all()
    own = set(session.exec(select(Unit.id).where(units_of(by))))
    told = []
    for placement, _, request, _ in rows:
        move = moves[RequestId(request.id)]
        told.append(_affected(problem, placement, request.student_id, move, own, remaining.get(move.request, ())))
    late = late_for([each.start for each in told], cut.saved_on)
    return Preview(tuple(told), len(moves) - len(told), (*deadlines, *late))


def _affected(
    problem: Problem, placement: Placement, student: str, move: Move, own: set[str], remaining: tuple[Remaining, ...]
) -> Affected:
    """Tell what would become of one placement; where it goes only if that unit is the caller's own too."""
    seen = move.after if move.after is not None and move.after.unit in own else None
    return Affected(
        placement_id=placement.id,
        request_id=move.request,
        student_id=student,
        unit_id=placement.unit_id,
        start=placement.start,
        weeks=placement.weeks,
        kind=move.kind,
        can_be_moved=move.after is not None,
        unit_after=None if seen is None else seen.unit,
        start_after=None if seen is None else problem.term.first_week.plus(seen.start),
        supervisor_after=None if seen is None else seen.supervisor,
        rules=move.rules,
        remaining=remaining,
        words=_words(move, remaining),
    )


def _words(move: Move, remaining: Sequence[Remaining]) -> Words:
    """Say why a placement is affected and, where it has nowhere to go, why not; no other unit is named."""
    if move.rules:
        names = [_NAMES[rule] for rule in move.rules]
        sv = f"Platsen håller inte längre: {', '.join(name.sv for name in names)}."
        en = f"The place no longer holds: {', '.join(name.en for name in names)}."
    else:
        sv, en = _OTHERWISE.sv, _OTHERWISE.en
    if move.after is not None:
        return Words(sv, en)
    last = next((step for step in remaining if step.units == 0), None)
    if last is None:
        return Words(f"{sv} De enheter som återstår är fulla.", f"{en} The units that are left are full.")
    name = _NAMES[last.rule]
    return Words(f"{sv} Ingen enhet återstår efter ”{name.sv}”.", f"{en} No unit is left after “{name.en}”.")


_OTHERWISE = Words(
    "Platsen eller handledaren behövs för en annan.", "The place or the supervisor is needed for another."
)
