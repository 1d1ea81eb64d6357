"""Previews: what a reduction would mean before it is saved: who is affected, who can be moved, who cannot, and why.

The reduction is made in a transaction that is rolled back. The resulting term is repaired in a child process, as a
repair run does. The preview therefore shows what saving the reduction and publishing the repair would do.
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
from placement.what_if.reductions import Deadline, Reduction, late_for, make_reduction
from placement_solver.documents import read_plan, write_problem
from placement_solver.faults import InvalidProblem
from placement_solver.plan import Placement as Line
from placement_solver.plan import Plan, Reasons, Remaining
from placement_solver.problem import Problem, RequestId
from placement_solver.repair_report import Move, find_moves
from placement_solver.rules import RULES
from placement_solver.taken import name_terms
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

OVERHEAD_SECONDS = 30.0
"""At most this many seconds may be spent on everything besides the search: to start, to check, to write."""

_NAMES = {rule.key: rule.name for rule in RULES}
DESK = threading.BoundedSemaphore(1)
"""A process works out one preview at a time, because runs need the few processors there are."""


@dataclass(frozen=True, slots=True)
class Affected:
    """A placement in force that the reduction changes, and its new place where the caller may see it.

    ``kind`` is what happens. A ``displaced`` placement breaks a rule and moves; a ``lost`` one has nowhere to go; a
    ``moved`` one makes room for another; a ``supervisor`` one keeps its place with another supervisor. ``rules`` are
    the rules that the old place breaks. ``remaining`` says for a lost placement how many units are left after each
    rule in turn; units that are left at the end are full.
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
    """What a reduction would mean: the affected placements the caller sees, the number of others, broken deadlines."""

    affected: tuple[Affected, ...]
    elsewhere: int
    deadlines: tuple[Deadline, ...]


def preview_reduction(
    session: Session,
    by: Caller,
    term_id: str,
    reduction: Reduction,
    *,
    seconds: float = 10.0,
    memory_mb: int | None = None,
) -> Preview:
    """Return what a reduction would mean if it were saved. Nothing is saved: the session is rolled back.

    ``seconds`` limits the search and ``memory_mb`` (MiB) the child process. Raises `ConflictError` where the term
    cannot be planned with the reduction, because placements decided by hand or already over must stay, and
    `UnavailableError` where another preview is being worked out, or time or memory ran out.
    """
    allow(by, CARE)
    if not DESK.acquire(blocking=False):
        raise UnavailableError(
            sv="En annan förhandsgranskning räknas fram just nu. Försök igen om en stund.",
            en="Another preview is being worked out. Retry in a moment.",
        )
    try:
        try:
            problem, deadlines = _gather_with_reduction(session, by, term_id, reduction)
            plan = _repair(problem, seconds, memory_mb)
        except InvalidProblem as error:
            seen = error.faults if by.role is Role.COORDINATOR else ()
            raise ConflictError(
                sv="Terminen kan inte planeras så: en placering är bestämd för hand eller redan genomförd.",
                en="The term cannot be planned like this: a placement is decided by hand or already over.",
                faults=(Fault(each.pointer, each.words.en, each.words.sv) for each in seen),
            ) from error
    finally:
        DESK.release()
    return _tell(session, by, problem, plan, reduction, deadlines)


def _gather_with_reduction(
    session: Session, by: Caller, term_id: str, reduction: Reduction
) -> tuple[Problem, list[Deadline]]:
    """Gather the term as the reduction would leave it, and roll back before the search begins."""
    try:
        term = found(session.get(Term, term_id), term_id)
        deadlines = make_reduction(session, by, term, reduction)
        session.flush()
        return gather(session, SYSTEM, term_id, RunMode.REPAIR), deadlines
    finally:
        session.rollback()


def _repair(problem: Problem, seconds: float, memory_mb: int | None) -> Plan:
    """Repair the term in a child process that is ended when its time is up."""
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
    session: Session, by: Caller, problem: Problem, plan: Plan, reduction: Reduction, deadlines: Sequence[Deadline]
) -> Preview:
    """Return what the repair changes, as far as the caller may see it."""
    before = [Line(line.request, line.unit, line.start, line.supervisor) for line in problem.current]
    moves = {move.request: move for move in find_moves(problem, before, plan.placements, {}) if move.kind != "placed"}
    reasons = {left.request: left.reasons for left in plan.unplaced}
    in_force = placements_of(by).where(col(Placement.request_id).in_(moves), col(Placement.status).in_(HOLDING))
    rows = session.exec(in_force.order_by(col(Placement.start), col(Placement.id))).all()
    own = set(session.exec(select(Unit.id).where(units_of(by))))
    told = []
    for placement, _, request, _ in rows:
        move = moves[RequestId(request.id)]
        told.append(_affected(problem, placement, request.student_id, move, own, reasons.get(move.request)))
    late = late_for([each.start for each in told], reduction.saved_on)
    return Preview(tuple(told), len(moves) - len(told), (*deadlines, *late))


def _affected(
    problem: Problem, placement: Placement, student: str, move: Move, own: set[str], reasons: Reasons | None
) -> Affected:
    """Describe one affected placement; the new place is shown only where the new unit is the caller's own."""
    remaining = () if reasons is None else reasons.remaining
    terms = () if reasons is None else reasons.terms
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
        words=_words(move, remaining, terms),
    )


def _words(move: Move, remaining: Sequence[Remaining], terms: Sequence[str] = ()) -> Words:
    """Say why a placement is affected and, if it is lost, why it has nowhere to go; no other unit is named.

    ``terms`` are the codes of the other terms that have part of what it could have had.
    """
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
        full = Words(f"{sv} De enheter som återstår är fulla.", f"{en} The units that are left are full.")
        if not terms:
            return full
        taken = name_terms(terms)
        return Words(f"{full.sv} En del är {taken.sv}.", f"{full.en} Part of it is {taken.en}.")
    name = _NAMES[last.rule]
    return Words(f"{sv} Ingen enhet återstår efter ”{name.sv}”.", f"{en} No unit is left after “{name.en}”.")


_OTHERWISE = Words(
    "Platsen eller handledaren behövs för en annan.", "The place or the supervisor is needed for another."
)
