"""Routes of capacity: the places that units offer in a term."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from placement.register import capacity
from placement_api.callers import Care, CareConfirming, Planner
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import OfferPath
from placement_api.schemas.register.capacity import OfferChange, OfferFilter, OfferGiven, OfferShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1/capacity-offers", tags=["capacity"])


@router.get("", summary="List offers")
def list_offers(
    store: Transaction, by: Planner, asked: Annotated[OfferFilter, Query()], links: Linked
) -> Listed[OfferShown]:
    """List the offers that the caller may see: those open to a lärosäte, or those of the caller's own units.

    Listar de erbjudanden som anroparen får se: de som är öppna för lärosätet, eller de egna enheternas.
    """
    found = capacity.list_offers(
        store,
        by,
        term=asked.term_id,
        unit=asked.unit_id,
        provider=asked.provider_id,
        status=asked.status,
        span=asked.span,
    )
    return links.page(asked, found, OfferShown.of)


@router.post("", status_code=201, summary="Offer places")
def offer_places(store: Transaction, by: CareConfirming, given: OfferGiven, response: Response) -> OfferShown:
    """Add a unit's offer: places week by week, a no with its reason, or that the unit has not answered.

    Lägger till en enhets erbjudande: platser vecka för vecka, nej med skäl, eller att enheten inte har svarat.
    """
    shown = OfferShown.of(capacity.offer_places(store, by, given.values()))
    tag(response, shown)
    response.headers["Location"] = f"/v1/capacity-offers/{shown.id}"
    return shown


@router.get("/{offerId}", summary="Show an offer")
def show_offer(store: Transaction, by: Planner, offer_id: OfferPath, response: Response) -> OfferShown:
    """Show one offer.

    Visar ett erbjudande.
    """
    shown = OfferShown.of(capacity.show_offer(store, by, offer_id))
    tag(response, shown)
    return shown


@router.put("/{offerId}", summary="Replace an offer")
def replace_offer(
    store: Transaction,
    by: CareConfirming,
    offer_id: OfferPath,
    given: OfferGiven,
    expected: IfMatch,
    response: Response,
) -> OfferShown:
    """Replace all of an offer; its term and unit cannot be changed.

    Ersätter hela erbjudandet; dess termin och enhet kan inte ändras.
    """
    expected.hold(OfferShown.of(capacity.show_offer(store, by, offer_id)))
    shown = OfferShown.of(capacity.replace_offer(store, by, offer_id, given.values()))
    tag(response, shown)
    return shown


@router.patch("/{offerId}", summary="Change an offer")
def change_offer(
    store: Transaction,
    by: CareConfirming,
    offer_id: OfferPath,
    change: OfferChange,
    expected: IfMatch,
    response: Response,
) -> OfferShown:
    """Change what is sent: other weeks keep their places, null takes a week's away, a no takes all. PUT replaces all.

    Ändrar det som skickas: andra veckor behåller sina platser, null tar bort en veckas, ett nej tar bort alla. PUT
    ersätter allt.
    """
    expected.hold(OfferShown.of(capacity.show_offer(store, by, offer_id)))
    shown = OfferShown.of(capacity.change_offer(store, by, offer_id, change.changes()))
    tag(response, shown)
    return shown


@router.delete("/{offerId}", status_code=204, summary="Remove an offer")
def withdraw_offer(store: Transaction, by: Care, offer_id: OfferPath, expected: IfMatch) -> None:
    """Remove an offer, as if the unit had never been asked.

    Tar bort ett erbjudande, som om enheten aldrig hade blivit tillfrågad.
    """
    expected.hold(OfferShown.of(capacity.show_offer(store, by, offer_id)))
    capacity.withdraw_offer(store, by, offer_id)
