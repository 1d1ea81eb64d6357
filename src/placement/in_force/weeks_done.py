"""Weeks done: how many weeks of a placement were done, as its lärosäte reports when it ends and may correct later.

The weeks done are counted from the placement's first. They are what is paid for.
"""

from __future__ import annotations

from sqlmodel import Session

from placement.callers import Caller
from placement.clock import today
from placement.store import access
from placement.tables import FINISHED, REPORTED, Placement, PlacementStatus


def weeks_reported(placement: Placement, status: PlacementStatus, given: int | None) -> int | None:
    """Return the weeks done that go with a new status; None if the status tells of none.

    Unless a number is given, a completed or failed placement had all of its weeks, and one that the student left had
    those that were over on the day.
    """
    if given is not None:
        hold_weeks(placement, status, given)
        return given
    if status in FINISHED:
        return placement.weeks
    if status is PlacementStatus.DROPPED_OUT:
        return max(0, min(placement.weeks, (today() - placement.start.monday()).days // 7))
    return None


def correct_weeks(session: Session, by: Caller, placement: Placement, given: int) -> None:
    """Give a reported placement another number of weeks done."""
    hold_weeks(placement, placement.status, given)
    access.change(session, by, placement, {"weeks_done": given})


def hold_weeks(placement: Placement, status: PlacementStatus, given: int) -> None:
    """Refuse a number of weeks that the placement does not have, or with a status that reports none."""
    if status not in REPORTED:
        sv = ", ".join(f"{each.words.sv} ({each})" for each in REPORTED)
        en = ", ".join(f"{each.words.en} ({each})" for each in REPORTED)
        raise access.fault(
            "/weeks_done",
            f"the number of weeks done is given only with one of {en}",
            f"antalet genomförda veckor anges bara med något av {sv}",
        )
    if not 0 <= given <= placement.weeks:
        raise access.fault(
            "/weeks_done",
            f"the placement is {placement.weeks} weeks long: give 0 to {placement.weeks}",
            f"placeringen är {placement.weeks} veckor lång: ange 0 till {placement.weeks}",
        )
