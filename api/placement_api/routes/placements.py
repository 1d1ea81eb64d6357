"""Routes of placements: who was placed where, and who was left without, each shown to those it concerns."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from placement import placements
from placement_api.callers import Institution, Planner
from placement_api.paging import Linked, Listed
from placement_api.schemas.planning import PlacementFilter, PlacementShown, UnplacedFilter, UnplacedShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["planning"])


@router.get("/placements", summary="List placements")
def list_placements(
    store: Transaction, by: Planner, asked: Annotated[PlacementFilter, Query()], links: Linked
) -> Listed[PlacementShown]:
    """List placements of the newest plan first: a lärosäte sees its students', a provider its units'.

    Placeringar ur den nyaste planen först: ett lärosäte ser sina studenters, en huvudman sina enheters.
    """
    found = placements.list_placements(store, by, run_id=asked.run_id, unit_id=asked.unit_id, span=asked.span)
    return links.page(asked, found, PlacementShown.of)


@router.get("/unplaced-requests", summary="List requests without a placement")
def list_unplaced(
    store: Transaction, by: Institution, asked: Annotated[UnplacedFilter, Query()], links: Linked
) -> Listed[UnplacedShown]:
    """List requests that a plan found no place for, and why; a lärosäte sees its students'.

    Begäranden som en plan inte fann plats för, och varför; ett lärosäte ser sina studenters.
    """
    found = placements.list_unplaced(store, by, run_id=asked.run_id, span=asked.span)
    return links.page(asked, found, UnplacedShown.of)
