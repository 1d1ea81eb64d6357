"""Candidates: with whom a student could exchange places without breaking a rule, and what that would give each."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.errors import NotFoundError
from placement.in_force.swaps.exchanges import Exchange, Ground
from placement.in_force.swaps.parties import Party, has_begun, in_open_swaps, parties_of
from placement.in_force.swaps.seeing import Place
from placement.register.names import Who, who_asks
from placement.store import access
from placement.store.access import FIRST, INSTITUTIONS, Page, Span
from placement.tables import STANDING, Placement, Request, Term, Unit
from placement_solver.faults import InvalidProblem

MOST_TRIED = 500
"""The most placements with which an exchange is tried, those of the course that begin first."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A placement that could be exchanged with another: whose it is, its place, and what the exchange gives."""

    party: Party
    who: Who
    place: Place
    exchange: Exchange


def list_candidates(session: Session, by: Caller, placement_id: str, span: Span = FIRST) -> Page[Candidate]:
    """List with which placements one could be exchanged, what makes the plan best first; a lärosäte sees its students'.

    A placement that no longer stands, has begun or is in a swap already has none.
    """
    access.allow(by, INSTITUTIONS)
    own = parties_of(session, by, [placement_id]).get(placement_id)
    if own is None:
        raise NotFoundError(placement_id)
    found = [] if not _may_move(session, own) else _possible(session, own, _others(session, by, own))
    page = found[span.offset : span.offset + span.limit]
    who = who_asks(session, by, (party.request.id for party, _ in page))
    units = {party.placement.unit_id for party, _ in page}
    names = dict(session.exec(select(Unit.id, Unit.name).where(col(Unit.id).in_(units))).all())
    return Page(
        [
            Candidate(
                party,
                who[party.request.id],
                Place.of(by, party.placement, names[party.placement.unit_id]),
                each,
            )
            for party, each in page
        ],
        len(found),
    )


def _may_move(session: Session, party: Party) -> bool:
    """Return whether a placement stands, has not begun, and is in no swap."""
    placement = party.placement
    taken = in_open_swaps(session, [placement.id])
    return placement.status in STANDING and not has_begun(placement) and not taken


def _others(session: Session, by: Caller, own: Party) -> list[Party]:
    """Return the other placements of the course in the term that stand and are elsewhere, those that begin first."""
    ids = session.exec(
        select(Placement.id)
        .join(Request, col(Request.id) == Placement.request_id)
        .where(
            Placement.term_id == own.placement.term_id,
            Request.course_id == own.course.id,
            col(Placement.status).in_(STANDING),
            Placement.id != own.placement.id,
        )
        .order_by(col(Placement.start), col(Placement.id))
        .limit(MOST_TRIED)
    ).all()
    taken = in_open_swaps(session, ids)
    found = parties_of(session, by, [each for each in ids if each not in taken])
    return [each for each in found.values() if each.place != own.place and not has_begun(each.placement)]


def _possible(session: Session, own: Party, others: list[Party]) -> list[tuple[Party, Exchange]]:
    """Return the exchanges that break no rule, the best for the plan first; none in a term that cannot be judged."""
    try:
        ground = Ground(session, session.get_one(Term, own.placement.term_id), [own, *others])
    except InvalidProblem:  # the term's next run says what is wrong with it
        return []
    tried = [(other, ground.exchange(own, other)) for other in others]
    kept = [(other, exchange) for other, exchange in tried if not any(exchange.broken.values())]
    return sorted(kept, key=lambda each: (each[1].total, each[0].placement.id))
