"""Routes of the letter of intent: who is a party to it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from placement.register import letter
from placement_api.callers import Anyone, Coordinator, Party
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import LetterPartyPath
from placement_api.schemas.register.letter import LeavingGiven, LetterPartyFilter, LetterPartyGiven, LetterPartyShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1/letter-parties", tags=["agreements"])


@router.get("", summary="List parties to the letter of intent")
def list_letter_parties(
    store: Transaction, by: Anyone, asked: Annotated[LetterPartyFilter, Query()], links: Linked
) -> Listed[LetterPartyShown]:
    """List the municipalities and lärosäten that are or have been parties to the letter of intent.

    Listar de kommuner och lärosäten som är eller har varit parter i avsiktsförklaringen.
    """
    found = letter.list_letter_parties(store, by, organisation=asked.organisation_id, span=asked.span)
    return links.page(asked, found, LetterPartyShown.of)


@router.post("", status_code=201, summary="Add a party to the letter of intent")
def join_letter(store: Transaction, by: Coordinator, given: LetterPartyGiven, response: Response) -> LetterPartyShown:
    """Add a municipality or a lärosäte as a party from a day on.

    Lägger till en kommun eller ett lärosäte som part från och med en dag.
    """
    shown = LetterPartyShown.of(letter.join_letter(store, by, given.model_dump()))
    tag(response, shown)
    response.headers["Location"] = f"/v1/letter-parties/{shown.id}"
    return shown


@router.get("/{partyId}", summary="Show a party to the letter of intent")
def show_letter_party(
    store: Transaction, by: Anyone, party_id: LetterPartyPath, response: Response
) -> LetterPartyShown:
    """Show one party.

    Visar en part.
    """
    shown = LetterPartyShown.of(letter.show_letter_party(store, by, party_id))
    tag(response, shown)
    return shown


@router.post("/{partyId}/notice", summary="Leave the letter of intent")
def leave_letter(
    store: Transaction, by: Party, party_id: LetterPartyPath, given: LeavingGiven, response: Response
) -> LetterPartyShown:
    """Tell that a party leaves; its last day is its months of notice later, counted to the day.

    Meddelar att en part lämnar; dess sista dag är uppsägningstiden senare, räknad på dagen.
    """
    shown = LetterPartyShown.of(letter.leave_letter(store, by, party_id, given.given_on))
    tag(response, shown)
    return shown


@router.post("/{partyId}/notice-withdrawals", summary="Stay in the letter of intent")
def stay_in_letter(store: Transaction, by: Party, party_id: LetterPartyPath, response: Response) -> LetterPartyShown:
    """Tell that a party that was to leave stays; its last day must not have passed.

    Meddelar att en part som skulle lämna stannar; dess sista dag får inte ha passerat.
    """
    shown = LetterPartyShown.of(letter.stay_in_letter(store, by, party_id))
    tag(response, shown)
    return shown


@router.delete("/{partyId}", status_code=204, summary="Remove a party to the letter of intent")
def remove_letter_party(store: Transaction, by: Coordinator, party_id: LetterPartyPath, expected: IfMatch) -> None:
    """Remove a party that was added by mistake; one that leaves gives notice instead.

    Tar bort en part som lagts till av misstag; en part som lämnar meddelar det i stället.
    """
    expected.hold(LetterPartyShown.of(letter.show_letter_party(store, by, party_id)))
    letter.remove_letter_party(store, by, party_id)
