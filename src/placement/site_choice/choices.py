"""Choices: what a round can be made of: the cohorts without one, the terms after theirs, and the sites there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.register.cohorts import cohorts_of
from placement.register.sites import list_sites
from placement.store.access import EVERY, INSTITUTIONS, allow, found
from placement.tables import Cohort, Programme, Site, SiteRound, SiteRoundStatus, Term


@dataclass(frozen=True, slots=True)
class Choices:
    """A cohort with its programme, the later terms from which its sites may hold, and the sites there are."""

    cohort: Cohort
    programme: Programme
    terms: Sequence[Term]
    sites: Sequence[Site]


def cohorts_without_round(session: Session, by: Caller, term_id: str) -> list[tuple[Cohort, Programme]]:
    """Return the caller's cohorts of a term that may be given a round: of decentralised programmes, without one."""
    allow(by, INSTITUTIONS)
    having = select(SiteRound.cohort_id).where(col(SiteRound.status) != SiteRoundStatus.CANCELLED)
    query = (
        select(Cohort, Programme)
        .join(Programme, col(Programme.id) == col(Cohort.programme_id))
        .where(cohorts_of(by), col(Cohort.term_id) == term_id, col(Programme.decentralised))
        .where(col(Cohort.id).not_in(having))
        .order_by(col(Programme.name), col(Cohort.name), col(Cohort.id))
    )
    return list(session.exec(query).all())


def choices_of(session: Session, by: Caller, cohort_id: str) -> Choices:
    """Return what a round of one of the caller's cohorts can be made of."""
    allow(by, INSTITUTIONS)
    query = select(Cohort, Programme).join(Programme, col(Programme.id) == col(Cohort.programme_id))
    cohort, programme = found(session.exec(query.where(cohorts_of(by), Cohort.id == cohort_id)).first(), cohort_id)
    every = session.exec(select(Term)).all()
    own = next(term for term in every if term.id == cohort.term_id)
    later = sorted((term for term in every if term.first_week > own.first_week), key=lambda term: term.first_week)
    sites = list_sites(session, by, institution=programme.institution_id, span=EVERY).rows
    return Choices(cohort, programme, later, sites)
