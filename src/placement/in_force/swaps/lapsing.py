"""Lapsing: a swap that is asked for ends by itself when one of its placements ends or moves.

Whatever ends or moves a placement calls `lapse` in the same transaction, so no swap is ever approved on old ground. A
swap whose placement has begun is only shown as lapsed, because nothing is changed when a week begins.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.clock import now
from placement.events.feed import Happening
from placement.in_force.swaps.telling import of_swap
from placement.store import access
from placement.store.acting import reaching_beyond_own
from placement.store.batches import read_in_batches
from placement.store.protection import counting_everyone
from placement.tables import Swap, SwapReason, SwapSide, SwapStatus


@counting_everyone
@reaching_beyond_own
def lapse(session: Session, by: Caller, placement_ids: Iterable[str], why: SwapReason) -> list[Happening]:
    """Let the swaps lapse that are asked for with some of these placements, and return the events about them."""
    sides = select(SwapSide.swap_id).join(Swap, col(Swap.id) == SwapSide.swap_id)
    asked = col(Swap.status) == SwapStatus.ASKED
    ids = read_in_batches(session, sides.where(asked), SwapSide.placement_id, placement_ids)
    query = select(Swap).where(asked).order_by(col(Swap.id)).with_for_update()
    happenings: list[Happening] = []
    for swap in read_in_batches(session, query.execution_options(populate_existing=True), Swap.id, ids):
        at = now()
        values = {"status": SwapStatus.LAPSED, "reason": why, "decided_at": at, "changed_at": at}
        access.change(session, by, swap, values)
        happenings += of_swap(session, "lapsed", swap)
    return happenings
