"""Answering: each student's yes to a swap, and each unit's answer, until it is approved or ends otherwise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.clock import now
from placement.errors import ConflictError, InvalidError, NotFoundError
from placement.events import feed
from placement.in_force.swaps.asking import wrong_day
from placement.in_force.swaps.seeing import SwapSeen, show_swap
from placement.in_force.swaps.telling import of_swap
from placement.store import access
from placement.store.access import CARE, INSTITUTIONS
from placement.store.acting import reaching_beyond_own
from placement.store.scopes import units_of
from placement.store.tokens import holder_of
from placement.tables import REFUSALS, Swap, SwapAnswer, SwapReason, SwapSide, SwapStatus, Unit


def consent(session: Session, by: Caller, swap_id: str, placement_id: str, day: dt.date) -> SwapSeen:
    """Record the day on which the student of one of the placements said yes to the swap."""
    access.allow(by, INSTITUTIONS)
    show_swap(session, by, swap_id)
    sides = sides_of(session, swap_id)
    side = next((each for each in sides if each.placement_id == placement_id), None)
    if side is None:
        raise NotFoundError(placement_id)
    swap = lock(session, swap_id)
    if side.consented_on == day:
        return show_swap(session, by, swap_id)
    hold_open(session, by, swap)
    if faults := list(wrong_day(session, day, [each.placement_id for each in sides], "/consented_on")):
        raise InvalidError(*faults)
    access.change(session, by, side, {"consented_on": day})
    access.change(session, by, swap, {"changed_at": now()})
    feed.tell(session, of_swap(session, "consented", swap))
    return show_swap(session, by, swap_id)


def answer(
    session: Session,
    by: Caller,
    swap_id: str,
    unit_id: str,
    given: SwapAnswer,
    reason: SwapReason | None = None,
) -> SwapSeen:
    """Record a unit's answer; one that declines, with a reason, ends the swap. An answer may change until then."""
    access.allow(by, CARE)
    show_swap(session, by, swap_id)
    sides = [side for side in sides_of(session, swap_id) if side.unit_id == unit_id]
    own = session.exec(select(Unit.id).where(Unit.id == unit_id, units_of(by))).first()
    if not sides or own is None:
        raise NotFoundError(unit_id)
    hold_reason(reason, needed=given is SwapAnswer.DECLINED)
    swap = lock(session, swap_id)
    if {side.answer for side in sides} == {given} and reason is swap.reason:
        return show_swap(session, by, swap_id)
    hold_open(session, by, swap)
    at = now()
    for side in sides:
        access.change(session, by, side, {"answer": given, "answered_at": at})
    if given is SwapAnswer.DECLINED:
        close(session, by, swap, SwapStatus.DECLINED, reason)
    else:
        access.change(session, by, swap, {"changed_at": at})
    feed.tell(session, of_swap(session, given, swap, unit_id))
    return show_swap(session, by, swap_id)


def lock(session: Session, swap_id: str) -> Swap:
    """Lock a swap until the transaction ends, and return it; refused as stale if it has changed since it was read."""
    return session.get_one(Swap, swap_id, with_for_update=True)


@reaching_beyond_own
def sides_of(session: Session, swap_id: str) -> Sequence[SwapSide]:
    """Return the two sides of a swap, by the ids of their placements."""
    query = select(SwapSide).where(SwapSide.swap_id == swap_id).order_by(col(SwapSide.placement_id))
    return session.exec(query).all()


def hold_open(session: Session, by: Caller, swap: Swap) -> None:
    """Refuse to change a swap that is over, or that has lapsed because a placement has begun."""
    seen = show_swap(session, by, swap.id)
    if seen.status is not SwapStatus.ASKED:
        why = seen.status.words
        sv = why.sv if seen.reason is None else f"{why.sv}: {seen.reason.words.sv}"
        en = why.en if seen.reason is None else f"{why.en}: {seen.reason.words.en}"
        raise ConflictError(sv=f"Bytet är redan avgjort ({sv}).", en=f"The swap is already over ({en}).")


def hold_reason(reason: SwapReason | None, *, needed: bool) -> None:
    """Refuse a reason that is missing where a swap is declined, is given otherwise, or is not anyone's to give."""
    if needed and reason not in REFUSALS:
        sv = ", ".join(f"{each.words.sv} ({each})" for each in REFUSALS)
        en = ", ".join(f"{each.words.en} ({each})" for each in REFUSALS)
        raise access.fault("/reason", f"who declines gives one of {en}", f"den som tackar nej anger något av {sv}")
    if not needed and reason is not None:
        raise access.fault("/reason", "only who declines gives a reason", "bara den som tackar nej anger ett skäl")


def close(
    session: Session,
    by: Caller,
    swap: Swap,
    status: SwapStatus,
    reason: SwapReason | None = None,
    decided_by: str | None = None,
) -> None:
    """End a swap; unless someone is named, the holder of the caller's token has decided it."""
    at = now()
    values = {"status": status, "reason": reason, "decided_by": decided_by or holder_of(session, by)}
    access.change(session, by, swap, {**values, "decided_at": at, "changed_at": at})
