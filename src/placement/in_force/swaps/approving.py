"""Approving: a named coordinator lets two placements exchange places, in one transaction, if every rule still holds.

The placements keep their ids. The units have accepted, so both placements are accepted afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.clock import now
from placement.errors import ConflictError, Fault
from placement.events import feed
from placement.events.feed import Happening
from placement.fairness import ledger
from placement.in_force.happenings import happening
from placement.in_force.swaps.answering import close, hold_open, lock, sides_of
from placement.in_force.swaps.exchanges import Exchange
from placement.in_force.swaps.judging import judge, refuse_broken
from placement.in_force.swaps.lapsing import lapse
from placement.in_force.swaps.parties import Party, lock_parties
from placement.in_force.swaps.seeing import SwapSeen, show_swap
from placement.in_force.swaps.telling import of_swap
from placement.planning.excerpts import excerpt
from placement.planning.other_terms import lock_with_neighbours
from placement.register.names import Names
from placement.store import access
from placement.store.access import COORDINATORS
from placement.tables import (
    Placement,
    PlacementStatus,
    Preference,
    StudentAnswer,
    SwapAnswer,
    SwapReason,
    SwapSide,
    SwapStatus,
    Term,
)
from placement_solver.words import Words


def approve(session: Session, by: Caller, swap_id: str, decided_by: str | None = None) -> SwapSeen:
    """Approve a swap and exchange its places; unless someone is named, the holder of the caller's token decided it.

    Raises a conflict if a student or a unit has not agreed, if the swap is over, or if a placement would break a rule
    now. The term, the placements and the swap are locked in this order, as publishing and settling do.
    """
    access.allow(by, COORDINATORS)
    seen = show_swap(session, by, swap_id)
    sides = sides_of(session, swap_id)
    lock_with_neighbours(session, seen.swap.term_id)
    ids = [side.placement_id for side in sides]
    found = lock_parties(session, ids)
    swap = lock(session, swap_id)
    if swap.status is SwapStatus.APPROVED:
        return show_swap(session, by, swap_id)
    hold_open(session, by, swap)
    _hold_agreed(session, by, sides)
    parties = [found[each] for each in ids]
    exchange = judge(session, by, parties)
    refuse_broken(session, by, exchange, dict.fromkeys(ids, "/status"))
    moved = _switch(session, by, parties)
    _enter(session, parties)
    close(session, by, swap, SwapStatus.APPROVED, decided_by=decided_by)
    access.change(session, by, swap, {"terms": exchange.terms})
    for side in sides:
        access.change(session, by, side, _gain_of(side, exchange))
    lapsed = lapse(session, by, ids, SwapReason.MOVED)
    feed.tell(session, [*moved, *of_swap(session, "approved", swap), *lapsed])
    return show_swap(session, by, swap_id)


def _hold_agreed(session: Session, by: Caller, sides: Sequence[SwapSide]) -> None:
    """Refuse a swap that a student or a unit has not agreed to, and name each."""
    missing = list(_missing(sides))
    if missing:
        names = Names(session, by, texts=missing)
        told = [names.put_in(words) for words in missing]
        sv, en = "; ".join(words.sv for words in told), "; ".join(words.en for words in told)
        raise ConflictError(
            sv=f"Alla har inte godtagit bytet: {sv}",
            en=f"Not all have agreed: {en}",
            faults=[Fault("/status", words.en, words.sv) for words in told],
        )


def _missing(sides: Sequence[SwapSide]) -> Iterator[Words]:
    """Yield whose agreement a swap waits for."""
    for side in sides:
        if side.consented_on is None:
            at = side.unit_id
            yield Words(f"studenten vid {at} har inte sagt ja", f"the student at {at} has not said yes")
    for unit, answer in sorted({side.unit_id: side.answer for side in sides}.items()):
        if answer is not SwapAnswer.ACCEPTED:
            yield Words(f"{unit} har inte godtagit bytet", f"{unit} has not accepted the swap")


def _switch(session: Session, by: Caller, parties: Sequence[Party]) -> list[Happening]:
    """Exchange the places of two placements, and return the events about them, as those of a publication."""
    one, other = (party.placement for party in parties)
    places = [(each.unit_id, each.start, each.supervisor_id) for each in (other, one)]
    happenings: list[Happening] = []
    for party, (unit, start, supervisor) in zip(parties, places, strict=True):
        placement = party.placement
        if placement.unit_id != unit:
            happenings.append(happening("left", placement, party.request, None))
        values = {"unit_id": unit, "start": start, "supervisor_id": supervisor}
        settled = {"status": PlacementStatus.ACCEPTED, "changed_at": now()}
        access.change(session, by, placement, values | settled | _agreed(session, placement))
        happenings.append(happening("moved", placement, party.request, party.student.institution_id))
    return happenings


def _agreed(session: Session, placement: Placement) -> dict[str, Any]:
    """Return what a student has answered about the new place: the yes to the swap is one, if the term asks."""
    asks = session.get_one(Term, placement.term_id).students_answer_by is not None
    answer = (StudentAnswer.ACCEPTED, now()) if asks else (None, None)
    return {"student_answer": answer[0], "student_answered_at": answer[1], "student_reason": None}


def _enter(session: Session, parties: Sequence[Party]) -> None:
    """Write in the ledger what the new places mean for both students."""
    placements = [party.placement for party in parties]
    wished = select(Preference.unit_id).where(col(Preference.request_id).in_(party.request.id for party in parties))
    term = session.get_one(Term, placements[0].term_id)
    students = {party.student.id for party in parties}
    ledger.exchange(session, placements, excerpt(session, term, placements, students, set(session.exec(wished))))


def _gain_of(side: SwapSide, exchange: Exchange) -> dict[str, int | None]:
    """Return what the exchange gives one student, as it is now."""
    gain = exchange.gains[side.placement_id]
    return {
        "minutes_before": gain.minutes_before,
        "minutes_after": gain.minutes_after,
        "rank_before": gain.rank_before,
        "rank_after": gain.rank_after,
    }
