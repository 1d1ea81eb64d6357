"""Previews: what a reduction would mean before it is saved: who is affected, who can be moved, who cannot, and why.

The reduction is made in a transaction that is rolled back. The resulting term is repaired in a child process, as a
repair run does. The preview therefore shows what saving the reduction and publishing the repair would do.
"""

from __future__ import annotations

import threading
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from sqlmodel import Session, col, select

from placement.callers import SYSTEM, Caller, Role
from placement.errors import ConflictError, Fault, UnavailableError
from placement.in_force.impossible import Aftermath, foresee_impossible
from placement.in_force.placements import placements_of
from placement.planning.broken import rules_seen_by
from placement.planning.gather import gather
from placement.register.names import Names, Who, who_asks
from placement.running.child import NoPlanError, SolverProcess
from placement.running.orders import SolveMode, SolveOrder
from placement.store.access import CARE, allow, found
from placement.store.protection import counting_everyone
from placement.store.scopes import units_of
from placement.tables import HOLDING, Placement, RunMode, Term, Unit
from placement.what_if.reductions import Deadline, Reduction, late_for, make_reduction
from placement_solver.documents import read_plan, write_problem
from placement_solver.explanation.sentences import name_span
from placement_solver.faults import InvalidProblem
from placement_solver.plan import Full, Plan, Reasons, Remaining
from placement_solver.plan import Placement as Line
from placement_solver.problem import Problem, RequestId
from placement_solver.repair_report import Move, find_moves
from placement_solver.rules import RULES
from placement_solver.rules.no_overlap import NoOverlap
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
    """A placement in force that the reduction changes, whose it is, and its new place where the caller may see it.

    ``kind`` is what happens. A ``displaced`` placement breaks a rule and moves; a ``lost`` one has nowhere to go; a
    ``moved`` one makes room for another; a ``supervisor`` one keeps its place with another supervisor. ``rules`` are
    the rules that the old place breaks, of those that the reader may know. ``remaining`` says for a lost placement how
    many units are left after each rule in turn, up to the first that the reader may not know; those that are left at
    the end are full, or the student is elsewhere then. A new place that the caller may not see is ``withheld``.
    """

    who: Who
    placement_id: str
    unit_id: str
    unit_name: str
    start: IsoWeek
    weeks: int
    kind: str
    can_be_moved: bool
    unit_after: str | None
    unit_name_after: str | None
    start_after: IsoWeek | None
    supervisor_after: str | None
    supervisor_name_after: str | None
    withheld: bool
    rules: tuple[str, ...]
    remaining: tuple[Remaining, ...]
    words: Words


@dataclass(frozen=True, slots=True)
class Preview:
    """What a reduction would mean: the affected placements the caller sees, the number of others, broken deadlines.

    ``other_terms`` is what it makes impossible in other terms, whose placements no repair of this term moves.
    """

    affected: tuple[Affected, ...]
    elsewhere: int
    deadlines: tuple[Deadline, ...]
    other_terms: Aftermath = field(default_factory=Aftermath)


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
            problem, deadlines, other_terms = _gather_with_reduction(session, by, term_id, reduction)
            plan = _repair(problem, seconds, memory_mb)
        except InvalidProblem as error:
            seen = error.faults if by.role is Role.COORDINATOR else ()
            names = Names(session, by, texts=[each.words for each in seen])
            told = [(each.pointer, names.put_in(each.words)) for each in seen]
            raise ConflictError(
                sv="Terminen kan inte planeras så: en placering är bestämd för hand eller redan genomförd.",
                en="The term cannot be planned like this: a placement is decided by hand or already over.",
                faults=(Fault(pointer, words.en, words.sv) for pointer, words in told),
            ) from error
    finally:
        DESK.release()
    return replace(_tell(session, by, problem, plan, reduction, deadlines), other_terms=other_terms)


@counting_everyone
def _gather_with_reduction(
    session: Session, by: Caller, term_id: str, reduction: Reduction
) -> tuple[Problem, list[Deadline], Aftermath]:
    """Gather the term as the reduction would leave it, with what it makes impossible in others; then roll back."""
    try:
        term = found(session.get(Term, term_id), term_id)
        deadlines = make_reduction(session, by, term, reduction)
        session.flush()
        problem = gather(session, SYSTEM, term_id, RunMode.REPAIR)
        return problem, deadlines, foresee_impossible(session, by, besides=term_id)
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
    """Return what the repair changes, as far as the caller may see it, in words that the caller knows."""
    before = [Line(line.request, line.unit, line.start, line.supervisor) for line in problem.current]
    moves = {move.request: move for move in find_moves(problem, before, plan.placements, {}) if move.kind != "placed"}
    reasons = {left.request: left.reasons for left in plan.unplaced}
    in_force = placements_of(by).where(col(Placement.request_id).in_(moves), col(Placement.status).in_(HOLDING))
    rows = session.exec(in_force.order_by(col(Placement.start), col(Placement.id))).all()
    who = who_asks(session, by, (request.id for _, _, request, _ in rows))
    own = set(session.exec(select(Unit.id).where(units_of(by))))
    after = [line for line in (moves[RequestId(request.id)].after for _, _, request, _ in rows) if line is not None]
    ids = (row_id for line in after for row_id in (line.unit, line.supervisor))
    names = Names(session, by, ids, (deadline.words for deadline in deadlines))
    teller = _Teller(problem, by, own, names)
    told = [
        teller.tell(who[request.id], placement, unit, move, reasons.get(move.request))
        for placement, _, request, unit in rows
        for move in (moves[RequestId(request.id)],)
    ]
    late = late_for([each.start for each in told], reduction.saved_on)
    named = (replace(deadline, words=names.put_in(deadline.words)) for deadline in deadlines)
    return Preview(tuple(told), len(moves) - len(told), (*named, *late))


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells a caller, who has some units of their own, what a repair of a problem does to placements."""

    problem: Problem
    by: Caller
    own: Container[str]
    names: Names

    def tell(self, who: Who, placement: Placement, unit: Unit, move: Move, reasons: Reasons | None) -> Affected:
        """Describe one affected placement; the new place is shown only where the new unit is the caller's own."""
        after = move.after
        remaining = () if reasons is None else reasons.remaining
        seen = after if after is not None and after.unit in self.own else None
        rules = rules_seen_by(self.by, move.rules)
        return Affected(
            who=who,
            placement_id=placement.id,
            unit_id=unit.id,
            unit_name=unit.name,
            start=placement.start,
            weeks=placement.weeks,
            kind=move.kind,
            can_be_moved=after is not None,
            unit_after=None if seen is None else seen.unit,
            unit_name_after=None if seen is None else self.names.name_of(seen.unit),
            start_after=None if seen is None else self.problem.term.first_week.plus(seen.start),
            supervisor_after=None if seen is None else seen.supervisor,
            supervisor_name_after=None if seen is None else self.names.own_id_of(seen.supervisor),
            withheld=after is not None and seen is None,
            rules=tuple(rules),
            remaining=tuple(takewhile(lambda step: self._may_know(step.rule), remaining)),
            words=_joined(
                _why(move, rules), self._where(seen) if reasons is None else self._nowhere(placement, reasons)
            ),
        )

    def _may_know(self, rule: str) -> bool:
        """Return whether the caller may know that a rule stands in a student's way."""
        return bool(rules_seen_by(self.by, [rule]))

    def _where(self, seen: Line | None) -> Words:
        """Say where a placement would be, or that this may not be said."""
        if seen is None:
            return _WITHHELD
        weeks = name_span(self.problem, range(seen.start, seen.start + self.problem.request[seen.request].weeks))
        unit = self.names.name_of(seen.unit)
        return Words(f"Ny plats: {unit}, {weeks}.", f"New place: {unit}, {weeks}.")

    def _nowhere(self, placement: Placement, reasons: Reasons) -> Words:
        """Say why a placement that is lost has nowhere to go; no other unit is named, but other terms are."""
        last = next((step for step in reasons.remaining if step.units == 0), None)
        if last is None:
            return _joined(*self._in_the_way(placement, reasons))
        if not self._may_know(last.rule):
            return Words("Ingen annan enhet passar studenten.", "No other unit suits the student.")
        name = _NAMES[last.rule]
        return Words(f"Ingen enhet återstår efter ”{name.sv}”.", f"No unit is left after “{name.en}”.")

    def _in_the_way(self, placement: Placement, reasons: Reasons) -> Iterator[Words]:
        """Say what is in the way at the units that are left: what is full, and where the student is otherwise."""
        busy = bool(reasons.own_placements or reasons.other_terms)
        full = self._full_elsewhere(placement, reasons.full) if busy else reasons.full
        if busy and not self._may_know(NoOverlap.key):
            yield _FULL_OR_UNFIT if full else _UNFIT
        elif busy:
            if reasons.own_placements:
                yield _OWN_PLACEMENTS
            if reasons.other_terms:
                taken = name_terms(each.id for each in reasons.other_terms)
                yield Words(f"Studentens egna veckor: {taken.sv}.", f"The student's own weeks are {taken.en}.")
            if full:
                yield _FULL_OTHERWISE
        else:
            yield _FULL if full else _DEARER
        terms = {term for each in full for term in each.terms}
        if terms:
            taken = name_terms(terms)
            yield Words(f"En del är {taken.sv}.", f"Part of it is {taken.en}.")

    def _full_elsewhere(self, placement: Placement, full: Sequence[Full]) -> list[Full]:
        """Return what is full besides the place that is lost, in its own weeks."""
        capacities = (each.id for each in self.problem.capacities if each.unit == placement.unit_id)
        supervisors = (each.id for each in self.problem.supervisors if each.unit == placement.unit_id)
        here = {placement.unit_id, *capacities, *supervisors}
        first = self.problem.term.first_week.until(placement.start)
        lost = range(first, first + placement.weeks)
        return [each for each in full if each.id not in here or any(week not in lost for week in each.weeks)]


def _why(move: Move, rules: Sequence[str]) -> Words:
    """Say why a placement is affected, with the rules that the reader may know."""
    if not move.rules:
        return _OTHERWISE
    if not rules:
        return _HIDDEN
    names = [_NAMES[rule] for rule in rules]
    return Words(
        f"Platsen håller inte längre: {', '.join(name.sv for name in names)}.",
        f"The place no longer holds: {', '.join(name.en for name in names)}.",
    )


def _joined(*sentences: Words) -> Words:
    """Join sentences in both languages."""
    return Words(" ".join(each.sv for each in sentences), " ".join(each.en for each in sentences))


_OTHERWISE = Words(
    "Platsen eller handledaren behövs för en annan.", "The place or the supervisor is needed for another."
)
_FULL = Words("De enheter som återstår är fulla.", "The units that are left are full.")
_FULL_OTHERWISE = Words(
    "Andra veckor är de enheter som återstår fulla.", "In other weeks the units that are left are full."
)
_FULL_OR_UNFIT = Words(
    "Varje annan tid eller enhet är full eller passar inte studenten.",
    "Every other time or unit is full or does not suit the student.",
)
_UNFIT = Words("Ingen annan tid eller enhet passar studenten.", "No other time or unit suits the student.")
_OWN_PLACEMENTS = Words("Studentens egna placeringar är i vägen.", "The student's own placements are in the way.")
_DEARER = Words(
    "Det finns plats, men den skulle kosta mer än den ger.", "There is room, but it would cost more than it gives."
)
_HIDDEN = Words(
    "Platsen håller inte längre, av ett skäl som lärosätet känner till.",
    "The place no longer holds, for a reason that its lärosäte knows.",
)
_WITHHELD = Words(
    "Den nya platsen är på en enhet som inte är din egen, och den får inte namnges här.",
    "The new place is at a unit that is not your own, and may not be named here.",
)
