"""Seeing: which swaps a caller may see, and what of each; a swap whose placement has begun is shown as lapsed.

The lärosäte of the students and the coordinator see it whole. A unit sees its own place, and the student whom it has
there: not where the other student is, nor what the swap gives anyone, for that would tell where a student lives.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, true
from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.clock import today
from placement.fields.seeing import supervisor_seen
from placement.in_force.swaps.exchanges import Gain
from placement.in_force.swaps.parties import overtaken
from placement.planning.broken import knows_students
from placement.planning.runs import CONCERNED
from placement.register.names import Who, who_asks
from placement.store import access
from placement.store.access import FIRST, Page, Span
from placement.store.acting import reaching_beyond_own
from placement.store.batches import by_owner, read_in_batches
from placement.store.scopes import units_of
from placement.tables import Placement, Request, Student, Swap, SwapReason, SwapSide, SwapStatus, Unit
from placement_solver.weeks import IsoWeek


@dataclass(frozen=True, slots=True)
class Place:
    """Where a placement of a swap is, or would be: what the swap exchanges, and who supervises if it may be seen."""

    unit_id: str
    unit_name: str
    start: IsoWeek
    weeks: int
    supervisor_id: str | None
    has_supervisor: bool

    @classmethod
    def of(cls, by: Caller, placement: SwapSide | Placement, unit_name: str) -> Place:
        """Return the place of one side of a swap, or of a placement, as a caller sees it."""
        supervisor = placement.supervisor_id
        return cls(
            placement.unit_id,
            unit_name,
            placement.start,
            placement.weeks,
            supervisor_seen(by, supervisor),
            supervisor is not None,
        )


@dataclass(frozen=True, slots=True)
class SideSeen:
    """One placement of a swap as a caller sees it; what the caller may not see is None."""

    placement_id: str | None
    who: Who | None
    before: Place | None
    after: Place | None
    consented_on: dt.date | None
    gain: Gain | None


@dataclass(frozen=True, slots=True)
class AnswerSeen:
    """A unit's part in a swap: its answer, if it has given one. Of another's unit the caller sees the answer alone."""

    unit_id: str | None
    unit_name: str | None
    side: SwapSide


@dataclass(frozen=True, slots=True)
class SwapSeen:
    """A swap as a caller sees it: how far it has come, its two sides, and the answers of its units."""

    swap: Swap
    course_id: str
    status: SwapStatus
    reason: SwapReason | None
    sides: tuple[SideSeen, ...]
    answers: tuple[AnswerSeen, ...]
    terms: dict[str, int] | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which swaps are wanted."""

    term_id: str | None = None
    placement_id: str | None = None
    status: SwapStatus | None = None


EVERY_ONE = Wanted()


def list_swaps(session: Session, by: Caller, wanted: Wanted = EVERY_ONE, span: Span = FIRST) -> Page[SwapSeen]:
    """List swaps, the first asked for first: a lärosäte sees its students', a provider or unit those at its units."""
    access.allow(by, CONCERNED)
    query = access.matching(select(Swap).where(swaps_of(by)), [(Swap.term_id, wanted.term_id)])
    if wanted.placement_id is not None:
        query = query.where(_about(by, wanted.placement_id))
    if wanted.status is SwapStatus.LAPSED:
        query = query.where((col(Swap.status) == SwapStatus.LAPSED) | overtaken())
    elif wanted.status is not None:
        query = query.where(col(Swap.status) == wanted.status, ~overtaken())
    page = access.page_of(session, query.order_by(col(Swap.asked_at), col(Swap.id)), span)
    return Page(_seen(session, by, page.rows), page.total)


def show_swap(session: Session, by: Caller, swap_id: str) -> SwapSeen:
    """Show one swap."""
    access.allow(by, CONCERNED)
    swap = session.exec(select(Swap).where(Swap.id == swap_id, swaps_of(by))).first()
    (seen,) = _seen(session, by, [access.found(swap, swap_id)])
    return seen


def swaps_of(by: Caller) -> ColumnElement[bool]:
    """Return the condition for the swaps that a caller may see: all, those of their students, or at their units."""
    if by.role is Role.COORDINATOR:
        return true()
    if by.role is Role.INSTITUTION:
        own = select(Placement.id).join(Request, col(Request.id) == Placement.request_id)
        own = own.join(Student, col(Student.id) == Request.student_id)
        return _has_side(col(SwapSide.placement_id).in_(own.where(Student.institution_id == by.organisation)))
    return _has_side(_at_own_unit(by))


def _has_side(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a swap has a side with some condition."""
    return exists().where(col(SwapSide.swap_id) == Swap.id, condition)


def _about(by: Caller, placement_id: str) -> ColumnElement[bool]:
    """Return the condition that a swap has a placement which the caller sees in it, as `_side` shows it."""
    known = true() if knows_students(by) else _at_own_unit(by) | (col(Swap.status) == SwapStatus.APPROVED)
    return _has_side((col(SwapSide.placement_id) == placement_id) & known)


def _at_own_unit(by: Caller) -> ColumnElement[bool]:
    """Return the condition that a side of a swap is at a unit that the caller manages."""
    return col(SwapSide.unit_id).in_(select(Unit.id).where(units_of(by)))


@reaching_beyond_own
def _seen(session: Session, by: Caller, swaps: Sequence[Swap]) -> list[SwapSeen]:
    """Return swaps as a caller sees them."""
    query = select(SwapSide, Placement, Unit)
    query = query.join(Placement, col(Placement.id) == SwapSide.placement_id)
    query = query.join(Unit, col(Unit.id) == SwapSide.unit_id).order_by(col(SwapSide.placement_id))
    rows = read_in_batches(session, query, SwapSide.swap_id, (swap.id for swap in swaps))
    sides = by_owner(rows, lambda row: row[0].swap_id)
    who = who_asks(session, by, (placement.request_id for _, placement, _ in rows))
    whole = knows_students(by)
    own = None if whole else set(session.exec(select(Unit.id).where(units_of(by))))
    return [_one(by, swap, sides[swap.id], who, own) for swap in swaps]


_Row = tuple[SwapSide, Placement, Unit]


def _one(by: Caller, swap: Swap, rows: Sequence[_Row], who: dict[str, Who], own: set[str] | None) -> SwapSeen:
    """Return one swap as seen by a caller with some units of their own; one who sees everything has None."""
    begun = swap.status is SwapStatus.ASKED and any(side.start <= IsoWeek.of(today()) for side, *_ in rows)
    units = {side.unit_id: side for side, *_ in rows}
    names = {unit.id: unit.name for *_, unit in rows}

    def seen(unit_id: str) -> bool:
        return own is None or unit_id in own

    return SwapSeen(
        swap=swap,
        course_id=who[rows[0][1].request_id].course_id,
        status=SwapStatus.LAPSED if begun else swap.status,
        reason=SwapReason.BEGUN if begun else swap.reason,
        sides=tuple(_side(by, swap, row, other, own, who) for row, other in zip(rows, reversed(rows), strict=True)),
        answers=tuple(
            AnswerSeen(unit if seen(unit) else None, names[unit] if seen(unit) else None, side)
            for unit, side in units.items()
        ),
        terms=swap.terms if own is None else None,
    )


def _side(by: Caller, swap: Swap, row: _Row, other: _Row, own: set[str] | None, who: dict[str, Who]) -> SideSeen:
    """Return one side of a swap; a unit knows the student whom it has, and after the swap the one whom it got."""
    side, placement, _ = row

    def place(of: _Row) -> Place | None:
        own_place, _, there = of
        if own is not None and there.id not in own:
            return None
        return Place.of(by, own_place, there.name)

    before, after = place(row), place(other)
    known = before is not None or (after is not None and swap.status is SwapStatus.APPROVED)
    return SideSeen(
        placement_id=placement.id if known else None,
        who=who[placement.request_id] if known else None,
        before=before,
        after=after,
        consented_on=side.consented_on,
        gain=Gain(side.minutes_before, side.minutes_after, side.rank_before, side.rank_after) if own is None else None,
    )
