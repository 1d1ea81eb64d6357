"""Ground: what a term's report is written from: the publication, its run and plan, and how the plan turned out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.errors import NotFoundError
from placement.in_force.publishing import list_publications
from placement.planning.runs import number_of
from placement.reading.document_parts import part_of
from placement.reading.outcomes import Outcomes, list_dearest, show_outcomes
from placement.reading.standing import Dearest, count_causes
from placement.store.access import COORDINATORS, EVERY, allow
from placement.tables import Plan, PlanDocument, Publication, Run, Term
from placement_solver.progress import gap_between
from placement_solver.words import Words


@dataclass(frozen=True, slots=True)
class Made:
    """A published plan: its run and number, its proof, and how it turned out (None in plans older than reports)."""

    publication: Publication
    run: Run
    number: int
    plan: Plan
    outcomes: Outcomes | None

    @property
    def gap(self) -> float:
        """Return the share of the objective that was not proven necessary."""
        return gap_between(self.plan.objective, self.plan.bound)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a report is written from. ``before`` is the publication before it, ``latest`` the number of the last one.

    ``solver`` and ``weights`` are as the documents of the plan have them; a plan whose documents are erased has none.
    """

    term: Term
    made: Made
    before: Made | None
    latest: int
    causes: list[tuple[str, Words, int]]
    dearest: list[Dearest]
    solver: Mapping[str, Any]
    weights: Mapping[str, int]


def read_ground(session: Session, by: Caller, term: Term, number: int) -> Ground:
    """Read what the report on a term's publication is written from, by its number; only coordinators read it."""
    allow(by, COORDINATORS)
    published = {each.number: each for each in list_publications(session, by, term.id, span=EVERY).rows}
    if number not in published:
        raise NotFoundError(str(number))
    made = _made(session, by, published[number])
    if made is None:
        raise NotFoundError(str(number))
    before = published.get(number - 1)
    documents = session.exec(
        select(PlanDocument.plan, PlanDocument.problem).where(col(PlanDocument.plan_id) == made.plan.id)
    ).first()
    return Ground(
        term=term,
        made=made,
        before=None if before is None else _made(session, by, before),
        latest=max(published),
        causes=count_causes(session, by, made.run.id),
        dearest=list_dearest(session, by, made.run.id),
        solver={} if documents is None else part_of(documents[0], "solver"),
        weights={} if documents is None else part_of(documents[1], "weights"),
    )


def _made(session: Session, by: Caller, publication: Publication) -> Made | None:
    """Return a published plan; None where its run has none any more."""
    plan = session.exec(select(Plan).where(Plan.run_id == publication.run_id)).first()
    if plan is None:
        return None
    run = session.get_one(Run, publication.run_id)
    outcomes = show_outcomes(session, by, run.id, for_others=True)
    return Made(publication, run, number_of(session, by, run), plan, outcomes)
