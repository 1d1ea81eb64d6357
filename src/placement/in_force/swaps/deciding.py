"""Deciding: a coordinator approves or declines a swap, or the lärosäte withdraws it; each is final."""

from __future__ import annotations

from sqlmodel import Session

from placement.callers import Caller, Role
from placement.errors import NotAllowedError
from placement.events import feed
from placement.in_force.swaps.answering import close, hold_open, hold_reason, lock
from placement.in_force.swaps.approving import approve
from placement.in_force.swaps.seeing import SwapSeen, show_swap
from placement.in_force.swaps.telling import of_swap
from placement.store import access
from placement.store.access import COORDINATORS, INSTITUTIONS
from placement.tables import SwapReason, SwapStatus

DECIDING = {
    SwapStatus.APPROVED: COORDINATORS,
    SwapStatus.DECLINED: COORDINATORS,
    SwapStatus.WITHDRAWN: INSTITUTIONS,
}
"""Who may end a swap in which way; a unit declines it with its answer, and no one says that it lapses."""


def let_decide(by: Caller, status: SwapStatus) -> None:
    """Refuse a caller whose role may not end a swap in this way."""
    if by.role not in DECIDING.get(status, frozenset[Role]()):
        role, name = by.role.words, status.words
        raise NotAllowedError(
            sv=f"Rollen {role.sv} får inte ge ett byte status ”{name.sv}”.",
            en=f"The role {role.en} may not give a swap the status '{name.en}'.",
        )


def decide(
    session: Session,
    by: Caller,
    swap_id: str,
    status: SwapStatus,
    reason: SwapReason | None = None,
    decided_by: str | None = None,
) -> SwapSeen:
    """End a swap: approved, declined with a reason, or withdrawn; the decision names a person.

    Until it is approved, a swap may be declined or withdrawn whatever has been answered.
    """
    let_decide(by, status)
    show_swap(session, by, swap_id)
    access.refuse_identity_number("/decided_by", decided_by)
    hold_reason(reason, needed=status is SwapStatus.DECLINED)
    if status is SwapStatus.APPROVED:
        return approve(session, by, swap_id, decided_by)
    swap = lock(session, swap_id)
    if (swap.status, swap.reason) == (status, reason):
        return show_swap(session, by, swap_id)
    hold_open(session, by, swap)
    close(session, by, swap, status, reason, decided_by)
    feed.tell(session, of_swap(session, status, swap))
    return show_swap(session, by, swap_id)
