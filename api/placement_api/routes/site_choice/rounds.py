"""Routes of site rounds: they are set up, opened, drawn or cancelled, and compared with an optimum."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from placement.site_choice import comparisons, phases, rounds
from placement_api.callers import Coordinator, Institution
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import SiteRoundPath
from placement_api.schemas.site_choice.outcomes import SiteComparisonShown, SiteDrawShown
from placement_api.schemas.site_choice.rounds import (
    SiteRoundCancelled,
    SiteRoundChange,
    SiteRoundFilter,
    SiteRoundGiven,
    SiteRoundShown,
)
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["site-rounds"])


@router.get("/site-rounds", summary="List site rounds")
def list_rounds(
    store: Transaction, by: Institution, asked: Annotated[SiteRoundFilter, Query()], links: Linked
) -> Listed[SiteRoundShown]:
    """List the site rounds, the last to close first, with their quotas as they scale now; cancelled ones too.

    Listar studieortsvalen, det som stänger sist först, med kvoterna som de blir nu; även inställda.
    """
    found = rounds.list_rounds(store, by, cohort=asked.cohort_id, status=asked.status, span=asked.span)
    return links.page(asked, found, SiteRoundShown.of)


@router.post("/site-rounds", status_code=201, summary="Set up a site round")
def add_round(store: Transaction, by: Institution, given: SiteRoundGiven, response: Response) -> SiteRoundShown:
    """Set up a cohort's choice of sites; quotas that cannot hold the cohort are refused.

    Lägger upp en kulls studieortsval; kvoter som inte räcker för kullen avvisas.
    """
    shown = SiteRoundShown.of(rounds.add_round(store, by, given.model_dump()))
    tag(response, shown)
    response.headers["Location"] = f"/v1/site-rounds/{shown.id}"
    return shown


@router.get("/site-rounds/{siteRoundId}", summary="Show a site round")
def show_round(store: Transaction, by: Institution, round_id: SiteRoundPath, response: Response) -> SiteRoundShown:
    """Show one site round with its quotas as they scale now.

    Visar ett studieortsval med kvoterna som de blir nu.
    """
    shown = SiteRoundShown.of(rounds.show_round(store, by, round_id))
    tag(response, shown)
    return shown


@router.patch("/site-rounds/{siteRoundId}", summary="Change a site round")
def change_round(
    store: Transaction,
    by: Institution,
    round_id: SiteRoundPath,
    change: SiteRoundChange,
    expected: IfMatch,
    response: Response,
) -> SiteRoundShown:
    """Change a planned round; the rules of an open one are fixed, and only its last day may be put later.

    Ändrar ett planerat val; i ett öppet ligger reglerna fast, och bara sista dagen får flyttas fram.
    """
    expected.hold(SiteRoundShown.of(rounds.show_round(store, by, round_id)))
    shown = SiteRoundShown.of(rounds.change_round(store, by, round_id, change.changes()))
    tag(response, shown)
    return shown


@router.delete("/site-rounds/{siteRoundId}", status_code=204, summary="Remove a site round")
def remove_round(store: Transaction, by: Institution, round_id: SiteRoundPath, expected: IfMatch) -> None:
    """Remove a round that has not been opened; one that has is cancelled instead.

    Tar bort ett val som inte har öppnats; ett som har öppnats ställs i stället in.
    """
    expected.hold(SiteRoundShown.of(rounds.show_round(store, by, round_id)))
    rounds.remove_round(store, by, round_id)


@router.post("/site-rounds/{siteRoundId}/opening", summary="Open a site round")
def open_round(store: Transaction, by: Institution, round_id: SiteRoundPath, response: Response) -> SiteRoundShown:
    """Open a round: its rules are fixed, and the digest of the secret seed of its draw is published.

    Öppnar ett val: reglerna ligger fast, och fingeravtrycket av lottningens hemliga frö visas.
    """
    shown = SiteRoundShown.of(phases.open_round(store, by, round_id))
    tag(response, shown)
    return shown


@router.post("/site-rounds/{siteRoundId}/draw", summary="Draw a site round")
def draw_round(store: Transaction, by: Institution, round_id: SiteRoundPath, response: Response) -> SiteRoundShown:
    """Open the seed, number the students by it and let them choose in turn, after the last day; once only.

    Öppnar fröet, ger studenterna nummer efter det och låter dem välja i tur och ordning, efter sista dagen; bara en
    gång.
    """
    shown = SiteRoundShown.of(phases.draw_round(store, by, round_id))
    tag(response, shown)
    return shown


@router.get("/site-rounds/{siteRoundId}/draw", summary="Show the draw of a site round")
def show_draw(store: Transaction, by: Institution, round_id: SiteRoundPath) -> SiteDrawShown:
    """Show the opened seed and the students in the order of their numbers, so that anyone can repeat the draw.

    Visar det öppnade fröet och studenterna i numrens ordning, så att vem som helst kan göra om lottningen.
    """
    return SiteDrawShown.of(phases.show_draw(store, by, round_id))


@router.post("/site-rounds/{siteRoundId}/cancellation", summary="Cancel a site round")
def cancel_round(
    store: Transaction, by: Institution, round_id: SiteRoundPath, given: SiteRoundCancelled, response: Response
) -> SiteRoundShown:
    """Cancel a round that has not been decided; it stays to be seen. A drawn one only the coordinator cancels.

    Ställer in ett val som inte är beslutat; det syns även efteråt. Ett lottat val får bara samordnaren ställa in.
    """
    shown = SiteRoundShown.of(phases.cancel_round(store, by, round_id, given.because))
    tag(response, shown)
    return shown


@router.get(
    "/site-rounds/{siteRoundId}/comparison",
    summary="Compare a site round with the optimum by wishes",
    responses={409: {"description": ""}},  # a round that has not been drawn has nothing to compare
)
def compare_round(store: Transaction, by: Coordinator, round_id: SiteRoundPath) -> SiteComparisonShown:
    """Show what the rule gave beside the proven optimum by wishes alone, and what the rule costs in rank.

    Visar vad regeln gav bredvid det bevisat bästa efter enbart önskemål, och vad regeln kostar i rang.
    """
    return SiteComparisonShown.of(comparisons.compare_round(store, by, round_id))
