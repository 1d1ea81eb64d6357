"""Cohorts: the students of a programme who take the same courses in a term."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller
from placement.register.plausibility import IN_A_COHORT, Number, hold_usual
from placement.register.programmes import programmes_of
from placement.register.writing import Writer, writing
from placement.store.access import FIRST, INSTITUTIONS, Page, Span, allow, found, matching, page_of, refer_among
from placement.tables import Cohort, Programme, Term


def cohorts_of(by: Caller) -> ColumnElement[bool]:
    """Return the condition for a caller's cohorts: those of their programmes."""
    return col(Cohort.programme_id).in_(select(Programme.id).where(programmes_of(by)))


def list_cohorts(
    session: Session,
    by: Caller,
    *,
    term: str | None = None,
    programme: str | None = None,
    institution: str | None = None,
    span: Span = FIRST,
) -> Page[Cohort]:
    """List the caller's cohorts by name, optionally of one term, programme or lärosäte."""
    allow(by, INSTITUTIONS)
    query = select(Cohort).where(cohorts_of(by)).order_by(col(Cohort.name), col(Cohort.id))
    query = matching(query, ((Cohort.term_id, term), (Cohort.programme_id, programme)))
    if institution is not None:
        theirs = select(Programme.id).where(col(Programme.institution_id) == institution)
        query = query.where(col(Cohort.programme_id).in_(theirs))
    return page_of(session, query, span)


def show_cohort(session: Session, by: Caller, cohort_id: str) -> Cohort:
    """Show one cohort."""
    allow(by, INSTITUTIONS)
    query = select(Cohort).where(col(Cohort.id) == cohort_id, cohorts_of(by))
    return found(session.exec(query).first(), cohort_id)


def form_cohort(session: Session, by: Caller, cohort: Cohort) -> Cohort:
    """Form a cohort of a programme for a term."""
    allow(by, INSTITUTIONS)
    with writing(session, by) as writer:
        CohortBook(writer).form(cohort)
    return cohort


def change_cohort(session: Session, by: Caller, cohort_id: str, changes: Mapping[str, Any]) -> Cohort:
    """Change a cohort's name or size; its programme and term cannot be changed."""
    cohort = show_cohort(session, by, cohort_id)
    with writing(session, by) as writer:
        CohortBook(writer).change(cohort, changes)
    return cohort


def dissolve_cohort(session: Session, by: Caller, cohort_id: str) -> None:
    """Remove a cohort without students."""
    cohort = show_cohort(session, by, cohort_id)
    with writing(session, by) as writer:
        writer.remove(cohort)


class CohortBook:
    """The one place where cohorts are written, over the caller's programmes and all terms."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def form(self, cohort: Cohort) -> None:
        """Add a cohort of one of the caller's programmes."""
        refer_among(self._programmes, cohort.programme_id, "/programme_id", nouns.PROGRAMME)
        refer_among(self._terms, cohort.term_id, "/term_id", nouns.TERM)
        hold_usual(self._writer.by, [Number("/size", cohort.size, IN_A_COHORT)])
        self._writer.add(cohort)

    def change(self, cohort: Cohort, changes: Mapping[str, Any]) -> bool:
        """Change a cohort, and tell whether anything changed."""
        hold_usual(self._writer.by, [Number("/size", changes.get("size"), IN_A_COHORT, cohort.size)])
        return bool(self._writer.change(cohort, changes))

    @cached_property
    def _programmes(self) -> Collection[str]:
        return set(self._writer.session.exec(select(Programme.id).where(programmes_of(self._writer.by))))

    @cached_property
    def _terms(self) -> Collection[str]:
        return set(self._writer.session.exec(select(Term.id)))
