"""The terms, and which of them is nearest: where somebody who signs in is led."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from sqlmodel import Session

from placement.callers import Caller, Role
from placement.clock import today
from placement.register import terms
from placement.store.access import EVERY
from placement.tables import Term
from placement_api.pages.frame import landing, lead, show
from placement_api.pages.readers import Anyone
from placement_api.transactions import Transaction
from placement_solver.weeks import IsoWeek

router = APIRouter(include_in_schema=False, tags=["terms"])

TermCode = Annotated[str, Path(alias="code", max_length=32)]


def weeks_of(term: Term) -> list[IsoWeek]:
    """Return the weeks of a term."""
    return [term.first_week.plus(number) for number in range(term.weeks)]


def nearest_term(store: Session, by: Caller) -> Term | None:
    """Return the term that is planned or under way: the first that has not ended, or else the last one."""
    every = terms.list_terms(store, by, span=EVERY).rows
    ahead = (term for term in every if term.first_week.plus(term.weeks).monday() > today())
    return next(ahead, every[-1] if every else None)


@router.get("/terms")
def show_terms(request: Request, store: Transaction, by: Anyone) -> Response:
    """Show every term, the latest first."""
    every = terms.list_terms(store, by, span=EVERY).rows
    return show(
        request,
        store,
        by,
        "terms.html",
        terms=[(term, landing(by.role, term)) for term in reversed(every)],
        changes=by.role is Role.COORDINATOR,
    )


@router.get("/terms/{code}")
def show_term(store: Transaction, by: Anyone, code: TermCode) -> Response:
    """Lead to where the reader's role begins in a term."""
    term = terms.term_called(store, by, code)
    return lead(landing(by.role, term))
