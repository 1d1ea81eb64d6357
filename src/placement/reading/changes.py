"""Changes: what a run's plan would do to the placements in force if it were published, each with its true reason."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.in_force.changes import Change, asked_in, changes_by
from placement.planning import runs
from placement.planning.broken import Broken
from placement.planning.decisions import in_force
from placement.reading.places import Place, name_place
from placement.register.names import Names, Who, who_asks
from placement.store.access import COORDINATORS, FIRST, Page, Span, allow, found
from placement.tables import Plan, PlannedPlacement, Term
from placement_solver.documents import read_problem
from placement_solver.words import Words


class ChangeKind(enum.StrEnum):
    """What happens to a placement in force."""

    ENDED = "ended"
    MOVED = "moved"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class Told:
    """A placement in force that a plan ends or changes, where it would be, and why."""

    who: Who
    placement_id: str
    kind: ChangeKind
    before: Place
    after: Place | None
    broken: tuple[Broken, ...]
    why: Words


def list_changes(session: Session, by: Caller, run_id: str, *, span: Span = FIRST) -> Page[Told]:
    """List the placements in force that a run's plan ends, moves or gives another supervisor, by request."""
    allow(by, COORDINATORS)
    term = session.get_one(Term, runs.show_run(session, by, run_id).term_id)
    plan = found(session.exec(select(Plan).where(Plan.run_id == run_id)).first(), run_id)
    placed = in_force(session, term)
    if not placed:
        return Page((), 0)
    drawn = session.exec(select(PlannedPlacement).where(col(PlannedPlacement.plan_id) == plan.id)).all()
    solved = read_problem(runs.solved_documents(session, by, run_id).problem)
    changes = list(changes_by(solved, placed, drawn, asked_in(session, term.id)))
    return Page(_tell(session, by, changes[span.offset : span.offset + span.limit]), len(changes))


def _tell(session: Session, by: Caller, changes: Sequence[Change]) -> list[Told]:
    """Return changes in words that the reader knows."""
    who = who_asks(session, by, (change.placement.request_id for change in changes))
    places = [place for change in changes for place in (change.placement, change.planned) if place is not None]
    ids = [row_id for place in places for row_id in (place.unit_id, place.supervisor_id)]
    names = Names(session, by, ids, (each.why for change in changes for each in change.broken))
    return [_told(change, who[change.placement.request_id], names) for change in changes]


def _told(change: Change, who: Who, names: Names) -> Told:
    """Return one change in words."""
    old, new = change.placement, change.planned
    broken = tuple(replace(each, why=names.put_in(each.why)) for each in change.broken)
    kind = _kind_of(change)
    return Told(
        who=who,
        placement_id=old.id,
        kind=kind,
        before=name_place(names, old.unit_id, old.start, old.weeks, old.supervisor_id),
        after=None if new is None else name_place(names, new.unit_id, new.start, change.stay.weeks, new.supervisor_id),
        broken=broken,
        why=_why(broken) if broken else _OTHERWISE[kind],
    )


def _kind_of(change: Change) -> ChangeKind:
    """Return what happens to the placement of a change."""
    old, new = change.placement, change.planned
    if new is None:
        return ChangeKind.ENDED
    same = (old.unit_id, old.start, old.weeks) == (new.unit_id, new.start, change.stay.weeks)
    return ChangeKind.SUPERVISOR if same else ChangeKind.MOVED


def _why(broken: Sequence[Broken]) -> Words:
    """Return in one sentence which rules a placement breaks."""
    return Words("; ".join(each.why.sv for each in broken), "; ".join(each.why.en for each in broken))


_OTHERWISE = {
    ChangeKind.ENDED: Words(
        "bryter inte mot någon regel, men planen har ingen plats för begäran",
        "breaks no rule, but the plan has no place for the request",
    ),
    ChangeKind.MOVED: Words(
        "bryter inte mot någon regel, men planen som helhet blir bättre om den flyttas",
        "breaks no rule, but the plan as a whole is better if it moves",
    ),
    ChangeKind.SUPERVISOR: Words(
        "bryter inte mot någon regel, men planen som helhet blir bättre med en annan handledare",
        "breaks no rule, but the plan as a whole is better with another supervisor",
    ),
}
"""Why a placement that breaks no rule changes."""
