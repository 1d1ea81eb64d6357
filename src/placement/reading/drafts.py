"""Drafts: only coordinators see what a run has planned until it is published, and which plan a term is told by."""

from __future__ import annotations

from sqlmodel import Session

from placement.callers import Caller, Role
from placement.errors import NotFoundError
from placement.in_force.publishing import is_published, list_publications
from placement.planning.runs import drafts_of, show_run
from placement.store.access import INSTITUTIONS, Span, allow
from placement.tables import Run, RunStatus

_LAST = Span(limit=1)


def readable_run(session: Session, by: Caller, run_id: str) -> Run:
    """Return a run whose plan the caller may read: any run for a coordinator, a published one for others."""
    run = show_run(session, by, run_id)
    if by.role is not Role.COORDINATOR and not is_published(session, run_id):
        raise NotFoundError(run_id)
    return run


def told_run(session: Session, by: Caller, term_id: str, run_id: str | None = None) -> Run | None:
    """Return the run whose plan a term is told by; None if there is none yet.

    A lärosäte reads what was published last. A coordinator may name any run of the term and otherwise reads the latest
    draft. Once a plan is in force, a draft that was cut short or plans only a part is told only by its name.
    """
    allow(by, INSTITUTIONS)
    if run_id is not None:
        run = readable_run(session, by, run_id)
        if run.term_id != term_id:
            raise NotFoundError(run_id)
        return run
    published = list_publications(session, by, term_id, span=_LAST).rows
    if by.role is not Role.COORDINATOR:
        return readable_run(session, by, published[0].run_id) if published else None
    drafts = list(drafts_of(session, by, term_id))
    told = (run for run in drafts if not published or _is_whole(run) or run.id == published[0].run_id)
    return next(told, next(iter(drafts), None))


def _is_whole(run: Run) -> bool:
    """Tell whether a run planned all it could, for everybody."""
    return run.status is RunStatus.SUCCEEDED and not run.options.get("in_county_only")
