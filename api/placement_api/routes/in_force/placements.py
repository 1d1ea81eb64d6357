"""Routes of placements: those in force, their status, and the requests that are unplaced or waiting."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from placement.in_force import placements, settling
from placement.register.names import who_asks
from placement_api.callers import Institution, Planner
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.problems import language_of
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
    """List published placements, ended ones too, of own students or units; with `runId`, a coordinator sees a draft.

    Listar publicerade placeringar, även avslutade, för egna studenter eller enheter; med `runId` ser en samordnare ett
    utkast.
    """
    if asked.run_id is None:
        found = placements.list_placements(store, by, asked.wanted, asked.span)
    else:
        found = placements.list_planned(store, by, asked.run_id, unit_id=asked.unit_id, span=asked.span)
    return links.page(asked, found, PlacementShown.of)


@router.get("/placements/{placementId}", summary="Show a placement")
def show_placement(store: Transaction, by: Planner, placement_id: PlacementPath, response: Response) -> PlacementShown:
    """Show a published placement, even one that has ended.

    Visar en publicerad placering, även en som har avslutats.
    """
    shown = PlacementShown.of(placements.show_placement(store, by, placement_id))
    tag(response, shown)
    return shown


@router.patch("/placements/{placementId}", summary="Change a placement's status")
def settle_placement(
    store: Transaction,
    by: Planner,
    placement_id: PlacementPath,
    given: PlacementSettled,
    expected: IfMatch,
    response: Response,
) -> PlacementShown:
    """Change a placement's status: a unit accepts or declines; a lärosäte cancels, or reports how it ended.

    The report tells how many weeks were done. Ändrar en placerings status: en enhet tackar ja eller nej; ett lärosäte
    ställer in, eller anger hur den slutade och hur många veckor som genomfördes.
    """
    settling.let_settle(by, given.status)
    expected.hold(PlacementShown.of(placements.show_placement(store, by, placement_id)))
    settled = settling.settle_placement(store, by, placement_id, given.status, given.reason, given.weeks_done)
    shown = PlacementShown.of(settled)
    tag(response, shown)
    return shown


@router.get("/unplaced-requests", summary="List unplaced requests")
def list_unplaced(
    store: Transaction, by: Institution, asked: Annotated[UnplacedFilter, Query()], links: Linked, request: Request
) -> Listed[UnplacedShown]:
    """List the requests that a plan left unplaced, and why; a lärosäte sees its own, in published plans.

    Listar de begäranden som en plan lämnade utan plats, och varför; ett lärosäte ser sina egna i publicerade planer.
    """
    found = placements.list_unplaced(store, by, run_id=asked.run_id, span=asked.span)
    who, language = who_asks(store, by, (left.request.id for left in found.rows)), language_of(request)
    return links.page(asked, found, lambda left: UnplacedShown.of(left, who[left.request.id], language))


@router.get("/terms/{termId}/waiting-requests", summary="Show the waiting list")
def list_waiting(
    store: Transaction,
    by: Institution,
    term_id: TermPath,
    asked: Annotated[WaitingFilter, Query()],
    links: Linked,
    request: Request,
) -> Listed[WaitingShown]:
    """List the requests that wait for a placement, in the order in which they are offered one.

    Listar de begäranden som väntar på en placering, i den ordning de erbjuds en.
    """
    found = placements.list_waiting(store, by, term_id, span=asked.span)
    who, language = who_asks(store, by, (waiting.id for waiting in found.rows)), language_of(request)
    return links.page(asked, found, lambda waiting: WaitingShown.of(who[waiting.id], language))
