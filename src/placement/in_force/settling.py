"""Settling: a placement is accepted, declined, cancelled or reported on, and those concerned are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from sqlmodel import Session

from placement.callers import Caller, Role
from placement.clock import now, today
from placement.errors import ConflictError, NotAllowedError
from placement.events import feed, input_events
from placement.fairness import ledger
from placement.in_force.happenings import happening
from placement.in_force.placements import PlacedStudent, show_placement
from placement.in_force.swaps.lapsing import lapse
from placement.in_force.weeks_done import correct_weeks, weeks_reported
from placement.planning import waiting
from placement.register.requests import set_request_status
from placement.store import access
from placement.store.access import CARE, INSTITUTIONS
from placement.tables import (
    HOLDING,
    STANDING,
    EndReason,
    Placement,
    PlacementStatus,
    Request,
    RequestStatus,
    Student,
    SwapReason,
)

DECLINING = frozenset(
    {EndReason.NO_SUPERVISOR, EndReason.UNIT_CLOSED, EndReason.TOO_MANY_STUDENTS, EndReason.OTHER},
)
"""The reasons that a unit may give for declining a placement."""


@dataclass(frozen=True, slots=True)
class Step:
    """A change of a placement's status: from which statuses it may be made, and by which roles.

    One that ``reports`` how the placement went is made when the placement has begun.
    """

    before: tuple[PlacementStatus, ...]
    by: frozenset[Role]
    withdraws: bool = False
    reports: bool = False


STEPS: Mapping[PlacementStatus, Step] = {
    PlacementStatus.ACCEPTED: Step((PlacementStatus.PUBLISHED,), CARE),
    PlacementStatus.DECLINED: Step(STANDING, CARE),
    PlacementStatus.CANCELLED: Step(STANDING, INSTITUTIONS, withdraws=True),
    PlacementStatus.DROPPED_OUT: Step(STANDING, INSTITUTIONS, withdraws=True),
    PlacementStatus.COMPLETED: Step(STANDING, INSTITUTIONS, reports=True),
    PlacementStatus.FAILED: Step(STANDING, INSTITUTIONS, reports=True),
}
"""The statuses a placement can be given. Cancelled or dropped out withdraws its request; declined lets it wait on."""


def let_settle(by: Caller, status: PlacementStatus) -> None:
    """Refuse a caller whose role may not make this change of status."""
    step = STEPS.get(status)
    if step is None or by.role not in step.by:
        role, name = by.role.words, status.words
        raise NotAllowedError(
            sv=f"Rollen {role.sv} får inte ge en placering status ”{name.sv}”.",
            en=f"The role {role.en} may not give a placement the status '{name.en}'.",
        )


def settle_placement(
    session: Session,
    by: Caller,
    placement_id: str,
    status: PlacementStatus,
    reason: EndReason | None = None,
    weeks_done: int | None = None,
) -> PlacedStudent:
    """Change a placement's status and write an event for everyone concerned.

    A unit accepts, or declines with a reason. A lärosäte cancels, or reports dropped out, completed or failed, with how
    many weeks were done; a placement is completed or failed from the Monday of its first week on. The same status with
    another number of weeks corrects the report.
    """
    let_settle(by, status)
    placed = show_placement(session, by, placement_id)
    session.get_one(Placement, placement_id, with_for_update=True)
    feed.tell(session, settle(session, by, placed, status, reason, weeks_done))
    return placed


def settle(
    session: Session,
    by: Caller,
    placed: PlacedStudent,
    status: PlacementStatus,
    reason: EndReason | None = None,
    weeks_done: int | None = None,
    *,
    at_once: bool = True,
) -> list[feed.Happening]:
    """Change the status of a placement that is read and locked, as `settle_placement` does, and return what to tell.

    Whoever settles many need not write each ``at_once``, and tells of all of them together, at the end.
    """
    let_settle(by, status)
    placement = cast("Placement", placed.placement)
    if placement.status is status:
        if weeks_done is None or weeks_done == placement.weeks_done:
            return []
        correct_weeks(session, by, placement, weeks_done)
        return [happening("corrected", placement, placed.request, _institution_of(session, placed.request))]
    step = STEPS[status]
    if placement.status not in step.before:
        old, new = placement.status.words, status.words
        raise ConflictError(
            sv=f"En placering med status ”{old.sv}” kan inte få status ”{new.sv}”.",
            en=f"A placement with the status '{old.en}' cannot become '{new.en}'.",
        )
    if step.reports and today() < (begins := placement.start.monday()):
        raise ConflictError(
            sv=f"Placeringen börjar den {begins} och kan inte vara fullgjord eller underkänd före det.",
            en=f"The placement begins on {begins} and cannot be completed or failed before that.",
        )
    _hold_reason(status, reason)
    if step.withdraws:
        reason = EndReason.REQUEST_WITHDRAWN
    values = {"status": status, "reason": reason, "weeks_done": weeks_reported(placement, status, weeks_done)}
    access.change(session, by, placement, {**values, "changed_at": now()}, at_once=at_once)
    withdrawn = set_request_status(session, by, placed.request, RequestStatus.WITHDRAWN) if step.withdraws else []
    institution = _institution_of(session, placed.request)
    happenings: list[feed.Happening] = [happening(status, placement, placed.request, institution)]
    if withdrawn:
        happenings.append(input_events.of_request(input_events.CHANGED, placed.request, institution, withdrawn))
    if status not in HOLDING:
        ledger.end(session, placement)
        happenings.append(waiting.of_freed_place(session, placement, placed.request))
        happenings += lapse(session, by, [placement.id], SwapReason.ENDED)
    return happenings


def _institution_of(session: Session, request: Request) -> str:
    """Return the lärosäte of a request's student."""
    return session.get_one(Student, request.student_id).institution_id


def _hold_reason(status: PlacementStatus, reason: EndReason | None) -> None:
    """Refuse a reason that is missing where a unit declines, is given otherwise, or is not a unit's to give."""
    if status is not PlacementStatus.DECLINED:
        if reason is not None:
            raise access.fault(
                "/reason", "a reason is given only when a unit declines", "ett skäl anges bara när enheten tackar nej"
            )
        return
    own = [each for each in EndReason if each in DECLINING]
    sv = ", ".join(f"{each.words.sv} ({each})" for each in own)
    en = ", ".join(f"{each.words.en} ({each})" for each in own)
    if reason is None:
        raise access.fault(
            "/reason",
            f"a reason is required when a unit declines: give one of {en}",
            f"ett skäl krävs när enheten tackar nej: ange något av {sv}",
        )
    if reason not in DECLINING:
        raise access.fault(
            "/reason",
            f"'{reason.words.en}' is not a reason that a unit gives: give one of {en}",
            f"”{reason.words.sv}” är inget skäl som en enhet anger: ange något av {sv}",
        )
