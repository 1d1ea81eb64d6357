"""Changes: what a run's plan would do to the placements in force if it were published, each with its true reason."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.in_force.changes import Change, Leaving, asked_in, changes_by, leaving_by
from placement.planning import runs
from placement.planning.broken import Broken, broken_by_leaving, lines_in
from placement.planning.decisions import in_force
from placement.planning.leaving import kept_leaving
from placement.reading.places import Place, name_place
from placement.register.names import Names, Who, who_asks
from placement.store.access import COORDINATORS, FIRST, Page, Span, allow, found
from placement.store.batches import read_in_batches
from placement.store.protection import in_full
from placement.tables import HOLDING, Placement, Plan, PlanDocument, PlannedPlacement, Request, Term
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
    """List the placements in force that a run's plan ends, moves or gives another supervisor, by request.

    Everyone counts where rules are judged; a protected student's placement is listed for those who may see it.
    """
    allow(by, COORDINATORS)
    term = session.get_one(Term, runs.show_run(session, by, run_id).term_id)
    plan = found(session.exec(select(Plan).where(Plan.run_id == run_id)).first(), run_id)
    with in_full(session):
        leaving = leaving_by(session, term.id, plan.id)
    seen = set(read_in_batches(session, select(Request.id), Request.id, leaving.requests))
    requests = [request for request in leaving.requests if request in seen]
    shown = requests[span.offset : span.offset + span.limit]
    broken = _find_broken(session, by, term, plan, leaving) if shown else {}
    of_term = (Placement.term_id == term.id, col(Placement.status).in_(HOLDING))
    placed = read_in_batches(session, select(Placement).where(*of_term), Placement.request_id, shown)
    of_plan = select(PlannedPlacement).where(PlannedPlacement.plan_id == plan.id)
    drawn = read_in_batches(session, of_plan, PlannedPlacement.request_id, shown)
    in_order = sorted(placed, key=lambda placement: placement.request_id)
    changes = list(changes_by(broken, in_order, drawn, asked_in(session, term.id, shown)))
    return Page(_tell(session, by, changes), len(requests))


def _find_broken(
    session: Session, by: Caller, term: Term, plan: Plan, leaving: Leaving
) -> Mapping[str, Sequence[Broken]]:
    """Return which rules the placements that leave break, by request.

    What was kept with the plan holds while the same placements are in force. Otherwise the plan's whole problem is
    read, which takes seconds for a county.
    """
    kept = session.exec(select(PlanDocument.leaving).where(PlanDocument.plan_id == plan.id)).first()
    broken = kept_leaving(kept, leaving.held)
    if broken is not None:
        return broken
    with in_full(session):
        placed = in_force(session, term)
        drawn = session.exec(select(PlannedPlacement).where(PlannedPlacement.plan_id == plan.id)).all()
    solved = read_problem(runs.solved_documents(session, by, plan.run_id).problem)
    return broken_by_leaving(solved, lines_in(solved, placed), lines_in(solved, drawn))


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
