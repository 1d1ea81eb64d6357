"""Asking: a lärosäte asks on behalf of two of its students that they exchange places, if no rule forbids it.

Each student's yes is a dated fact, given here or later (`placement.in_force.swaps.answering.consent`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller
from placement.clock import day_of, today
from placement.errors import ConflictError, Fault, InvalidError, no_such
from placement.events import feed
from placement.in_force.swaps.exchanges import Exchange
from placement.in_force.swaps.judging import judge, refuse_broken
from placement.in_force.swaps.parties import Party, has_begun, in_open_swaps, lock_parties, parties_of
from placement.in_force.swaps.seeing import SwapSeen, show_swap
from placement.in_force.swaps.telling import of_swap
from placement.planning.other_terms import lock_with_neighbours
from placement.store import access
from placement.store.access import INSTITUTIONS
from placement.store.acting import reaching_beyond_own
from placement.store.tokens import holder_of
from placement.tables import STANDING, Placement, Publication, Swap, SwapSide, SwapStatus


@dataclass(frozen=True, slots=True)
class Wish:
    """One of the two placements that a swap is asked for, and the day on which its student said yes, if they have."""

    placement_id: str
    consented_on: dt.date | None = None


def ask(session: Session, by: Caller, wishes: tuple[Wish, Wish]) -> SwapSeen:
    """Ask that two students exchange unit, start week and supervisor.

    Both must be placed for the same course and term, in placements that stand and have not begun, and are in no other
    swap. Raises a conflict that names, for each placement, every rule that it would break.
    """
    access.allow(by, INSTITUTIONS)
    _refuse_strangers(wishes, parties_of(session, by, [wish.placement_id for wish in wishes]))
    first = session.get_one(Placement, wishes[0].placement_id)
    lock_with_neighbours(session, first.term_id)
    found = lock_parties(session, [wish.placement_id for wish in wishes])
    parties = [found[wish.placement_id] for wish in wishes]
    pointers = {wish.placement_id: f"/sides/{number}/placement_id" for number, wish in enumerate(wishes)}
    _hold_consents(session, wishes)
    _refuse(_obstacles(session, parties, pointers))
    exchange = judge(session, by, parties)
    refuse_broken(session, by, exchange, pointers)
    swap = Swap(
        term_id=first.term_id,
        terms=exchange.terms,
        asked_by=holder_of(session, by),
    )
    access.add(session, by, swap)
    for party, wish in zip(parties, wishes, strict=True):
        access.add(session, by, _side(swap, party, wish, exchange))
    feed.tell(session, of_swap(session, "asked", swap))
    return show_swap(session, by, swap.id)


def _refuse_strangers(wishes: Sequence[Wish], found: Mapping[str, Party]) -> None:
    """Refuse placements that are not the caller's students', or one that is named twice."""
    faults = [
        no_such(f"/sides/{number}/placement_id", nouns.PLACEMENT)
        for number, wish in enumerate(wishes)
        if wish.placement_id not in found
    ]
    if len({wish.placement_id for wish in wishes}) < len(wishes):
        faults.append(Fault("/sides/1/placement_id", "name two placements", "ange två placeringar"))
    if faults:
        raise InvalidError(*faults)


def _hold_consents(session: Session, wishes: Sequence[Wish]) -> None:
    """Refuse a consent that cannot have been given: later than today, or before the placements were where they are."""
    placements = [wish.placement_id for wish in wishes]
    faults = [
        fault
        for number, wish in enumerate(wishes)
        for fault in wrong_day(session, wish.consented_on, placements, f"/sides/{number}/consented_on")
    ]
    if faults:
        raise InvalidError(*faults)


def wrong_day(session: Session, day: dt.date | None, placement_ids: Sequence[str], pointer: str) -> Iterator[Fault]:
    """Yield what is wrong with the day of a student's yes to an exchange of two placements."""
    if day is None:
        return
    since = _there_since(session, placement_ids)
    if day > today():
        yield Fault(pointer, "the day is in the future", "dagen ligger i framtiden")
    elif day < since:
        yield Fault(
            pointer,
            f"the placements have their places since {since}, which is after that day",
            f"placeringarna har sina platser sedan den {since}, alltså efter den dagen",
        )


@reaching_beyond_own
def _there_since(session: Session, placement_ids: Sequence[str]) -> dt.date:
    """Return the day since which all of some placements have been where they are: of a publication or another swap."""
    published = select(col(Publication.published_at)).join(Placement, col(Placement.publication_id) == Publication.id)
    swapped = select(col(Swap.decided_at)).join(SwapSide, col(SwapSide.swap_id) == Swap.id)
    swapped = swapped.where(col(Swap.status) == SwapStatus.APPROVED)
    moments = [
        *session.exec(published.where(col(Placement.id).in_(placement_ids))),
        *session.exec(swapped.where(col(SwapSide.placement_id).in_(placement_ids))),
    ]
    return day_of(max(moment for moment in moments if moment is not None))


def _obstacles(session: Session, parties: Sequence[Party], pointers: Mapping[str, str]) -> Iterator[Fault]:
    """Yield why two placements cannot be exchanged, whatever the rules say."""
    one, other = parties
    if one.course.id != other.course.id:
        yield Fault(
            pointers[other.placement.id], "the placement is for another course", "placeringen gäller en annan kurs"
        )
    elif one.placement.term_id != other.placement.term_id:
        yield Fault(
            pointers[other.placement.id], "the placement is in another term", "placeringen är i en annan termin"
        )
    elif one.place == other.place:
        yield Fault(
            pointers[other.placement.id],
            "the placements have the same unit, start week and supervisor",
            "placeringarna har samma enhet, startvecka och handledare",
        )
    taken = in_open_swaps(session, list(pointers))
    for party in parties:
        yield from _standing(party, pointers[party.placement.id], taken)


def _standing(party: Party, pointer: str, taken: set[str]) -> Iterator[Fault]:
    """Yield why one placement cannot be exchanged."""
    placement, status = party.placement, party.placement.status.words
    if placement.status not in STANDING:
        yield Fault(pointer, f"the placement is {status.en}", f"placeringen är {status.sv}")
    elif has_begun(placement):
        begun = placement.start.monday()
        yield Fault(pointer, f"the placement began on {begun}", f"placeringen började den {begun}")
    elif placement.id in taken:
        yield Fault(pointer, "the placement is already in a swap", "placeringen ingår redan i ett byte")


def _refuse(faults: Iterator[Fault]) -> None:
    """Refuse what the present state does not allow, and say all of it."""
    found = list(faults)
    if found:
        sv, en = "; ".join(fault.sv for fault in found), "; ".join(fault.en for fault in found)
        raise ConflictError(sv=f"De kan inte byta plats: {sv}", en=f"They cannot exchange places: {en}", faults=found)


def _side(swap: Swap, party: Party, wish: Wish, exchange: Exchange) -> SwapSide:
    """Make one side of a swap, with what it gives the student."""
    placement, gain = party.placement, exchange.gains[party.placement.id]
    return SwapSide(
        swap_id=swap.id,
        placement_id=placement.id,
        unit_id=placement.unit_id,
        start=placement.start,
        weeks=placement.weeks,
        supervisor_id=placement.supervisor_id,
        consented_on=wish.consented_on,
        minutes_before=gain.minutes_before,
        minutes_after=gain.minutes_after,
        rank_before=gain.rank_before,
        rank_after=gain.rank_after,
    )
