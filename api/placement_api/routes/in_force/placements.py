"""Routes of placements: where students are placed, what becomes of it, who is left without, and who waits."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from placement.in_force import placements
from placement_api.callers import Institution, Planner
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import PlacementPath, TermPath
from placement_api.schemas.in_force.placements import (
    PlacementFilter,
    PlacementSettled,
    PlacementShown,
    UnplacedFilter,
    UnplacedShown,
    WaitingFilter,
    WaitingShown,
)
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["placements"])


@router.get("/placements", summary="List placements")
def list_placements(
    store: Transaction, by: Planner, asked: Annotated[PlacementFilter, Query()], links: Linked
) -> Listed[PlacementShown]:
    """List what has been published, of one's own students or units; a coordinator who names a run sees its draft.

    Det som är publicerat, för egna studenter eller enheter; en samordnare som anger en körning ser dess utkast.
    """
    if asked.run_id is None:
        found = placements.list_placements(store, by, asked.wanted, asked.span)
    else:
        found = placements.list_planned(store, by, asked.run_id, unit_id=asked.unit_id, span=asked.span)
    return links.page(asked, found, PlacementShown.of)


@router.get("/placements/{placementId}", summary="Show a placement")
def show_placement(store: Transaction, by: Planner, placement_id: PlacementPath, response: Response) -> PlacementShown:
    """Show a placement that has been published, also after its end.

    En publicerad placering, även efter att den upphört.
    """
    shown = PlacementShown.of(placements.show_placement(store, by, placement_id))
    tag(response, shown)
    return shown


@router.patch("/placements/{placementId}", summary="Settle a placement")
def settle_placement(
    store: Transaction,
    by: Planner,
    placement_id: PlacementPath,
    given: PlacementSettled,
    expected: IfMatch,
    response: Response,
) -> PlacementShown:
    """Accept or decline a placement at one's unit; cancel one's student's, or tell how it ended.

    Bekräfta eller avböj en placering på den egna enheten; återta den egna studentens, eller säg hur den slutade.
    """
    placements.let_settle(by, given.status)
    expected.hold(PlacementShown.of(placements.show_placement(store, by, placement_id)))
    settled = placements.settle_placement(store, by, placement_id, given.status, given.reason)
    shown = PlacementShown.of(settled)
    tag(response, shown)
    return shown


@router.get("/unplaced-requests", summary="List requests without a placement")
def list_unplaced(
    store: Transaction, by: Institution, asked: Annotated[UnplacedFilter, Query()], links: Linked
) -> Listed[UnplacedShown]:
    """List requests that a plan found no place for, and why; a lärosäte sees its students' in published plans.

    Begäranden som en plan inte fann plats för, och varför; ett lärosäte ser sina studenters i publicerade planer.
    """
    found = placements.list_unplaced(store, by, run_id=asked.run_id, span=asked.span)
    return links.page(asked, found, UnplacedShown.of)


@router.get("/terms/{termId}/waiting-requests", summary="List who waits")
def list_waiting(
    store: Transaction, by: Institution, term_id: TermPath, asked: Annotated[WaitingFilter, Query()], links: Linked
) -> Listed[WaitingShown]:
    """List the requests that wait for a placement, in the order in which they are offered one.

    Begäranden som väntar på en placering, i den ordning som de erbjuds en.
    """
    found = placements.list_waiting(store, by, term_id, span=asked.span)
    return links.page(asked, found, WaitingShown.of)
