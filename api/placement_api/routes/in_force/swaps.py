"""Routes of swaps: two students of one course ask to exchange places, and each party says what it says."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from placement.in_force.swaps import answering, asking, candidates, deciding, seeing
from placement.in_force.swaps.seeing import SwapSeen
from placement_api.callers import Care, Institution, Planner
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.problems import language_of
from placement_api.routes.paths import PlacementPath, SwapPath, UnitPath
from placement_api.schemas.in_force.swaps import (
    SwapAnswerGiven,
    SwapCandidateFilter,
    SwapCandidateShown,
    SwapConsentGiven,
    SwapDecided,
    SwapFilter,
    SwapGiven,
    SwapShown,
)
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["swaps"])


@router.post("/swaps", status_code=201, summary="Ask for a swap")
def ask_for_swap(
    store: Transaction, by: Institution, given: SwapGiven, request: Request, response: Response
) -> SwapShown:
    """Ask that two students exchange unit, start week and supervisor; 409 names every rule that it would break.

    Begär att två studenter byter enhet, startvecka och handledare; 409 anger varje regel som bytet skulle bryta.
    """
    shown = _tagged(asking.ask(store, by, given.wishes), request, response)
    response.headers["Location"] = f"/v1/swaps/{shown.id}"
    return shown


@router.get("/swaps", summary="List swaps")
def list_swaps(
    store: Transaction, by: Planner, asked: Annotated[SwapFilter, Query()], links: Linked, request: Request
) -> Listed[SwapShown]:
    """List swaps between own students or at own units, the first asked for first.

    Listar byten mellan egna studenter eller vid egna enheter, det först begärda först.
    """
    found, language = seeing.list_swaps(store, by, asked.wanted, asked.span), language_of(request)
    return links.page(asked, found, lambda seen: SwapShown.of(seen, language))


@router.get("/swaps/{swapId}", summary="Show a swap")
def show_swap(store: Transaction, by: Planner, swap_id: SwapPath, request: Request, response: Response) -> SwapShown:
    """Show a swap: who has agreed, and what it gives each student. A unit sees its own place only.

    Visar ett byte: vilka som har godtagit det och vad det ger varje student. En enhet ser bara sin egen plats.
    """
    return _tagged(seeing.show_swap(store, by, swap_id), request, response)


@router.put("/swaps/{swapId}/consents/{placementId}", summary="Record a student's consent")
def consent_to_swap(
    *,
    store: Transaction,
    by: Institution,
    swap_id: SwapPath,
    placement_id: PlacementPath,
    given: SwapConsentGiven,
    expected: IfMatch,
    request: Request,
    response: Response,
) -> SwapShown:
    """Record on which day the student of a placement said yes to the swap.

    Anger vilken dag studenten i en placering sade ja till bytet.
    """
    _hold(expected, seeing.show_swap(store, by, swap_id), request)
    seen = answering.consent(store, by, swap_id, placement_id, given.consented_on)
    return _tagged(seen, request, response)


@router.put("/swaps/{swapId}/answers/{unitId}", summary="Answer a swap")
def answer_swap(
    *,
    store: Transaction,
    by: Care,
    swap_id: SwapPath,
    unit_id: UnitPath,
    given: SwapAnswerGiven,
    expected: IfMatch,
    request: Request,
    response: Response,
) -> SwapShown:
    """Accept a swap as one of its units, or decline it with a reason, which ends it.

    Godtar ett byte som en av dess enheter, eller tackar nej med ett skäl, och då är det slut.
    """
    _hold(expected, seeing.show_swap(store, by, swap_id), request)
    seen = answering.answer(store, by, swap_id, unit_id, given.answer, given.reason)
    return _tagged(seen, request, response)


@router.patch("/swaps/{swapId}", summary="Decide a swap")
def decide_swap(
    store: Transaction,
    by: Institution,
    swap_id: SwapPath,
    given: SwapDecided,
    expected: IfMatch,
    request: Request,
    response: Response,
) -> SwapShown:
    """Approve a swap, which exchanges the places at once, or decline or withdraw it.

    Godkänner ett byte, och då byter de plats genast, eller avslår eller återtar det.
    """
    deciding.let_decide(by, given.status)
    _hold(expected, seeing.show_swap(store, by, swap_id), request)
    seen = deciding.decide(store, by, swap_id, given.status, given.reason, given.decided_by)
    return _tagged(seen, request, response)


@router.get("/placements/{placementId}/swap-candidates", summary="List swap candidates")
def list_candidates(
    store: Transaction,
    by: Institution,
    placement_id: PlacementPath,
    asked: Annotated[SwapCandidateFilter, Query()],
    links: Linked,
    request: Request,
) -> Listed[SwapCandidateShown]:
    """List with which placements of the course one could be exchanged without breaking a rule, the best first.

    Listar vilka placeringar på kursen som en placering kan bytas mot utan att någon regel bryts, det bästa bytet först.
    """
    found, language = candidates.list_candidates(store, by, placement_id, asked.span), language_of(request)
    return links.page(asked, found, lambda candidate: SwapCandidateShown.of(candidate, language))


def _hold(expected: IfMatch, seen: SwapSeen, request: Request) -> None:
    """Refuse a change of a version that is not the current one."""
    expected.hold(SwapShown.of(seen, language_of(request)))


def _tagged(seen: SwapSeen, request: Request, response: Response) -> SwapShown:
    """Show a swap with its tag."""
    shown = SwapShown.of(seen, language_of(request))
    tag(response, shown)
    return shown
