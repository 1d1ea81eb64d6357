"""Drafts: only coordinators see what a run has planned until it is published."""

from __future__ import annotations

from sqlmodel import Session

from placement.callers import Caller, Role
from placement.errors import NotFoundError
from placement.in_force.publishing import is_published
from placement.planning.runs import show_run
from placement.tables import Run


def readable_run(session: Session, by: Caller, run_id: str) -> Run:
    """Return a run whose plan the caller may read: any run for a coordinator, a published one for others."""
    run = show_run(session, by, run_id)
    if by.role is not Role.COORDINATOR and not is_published(session, run_id):
        raise NotFoundError(run_id)
    return run
