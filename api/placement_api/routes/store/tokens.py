"""Routes of tokens: they are made, listed, rotated and revoked; each is shown only when it gets its secret."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from placement.store import tokens
from placement_api.callers import Party
from placement_api.idempotency import keep_instead
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import TokenPath
from placement_api.schemas.store.tokens import RotationGiven, TokenFilter, TokenGiven, TokenMade, TokenShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["tokens"])
_DEFAULTS = RotationGiven()


@router.get("/tokens", summary="List tokens")
def list_tokens(
    store: Transaction, by: Party, asked: Annotated[TokenFilter, Query()], links: Linked
) -> Listed[TokenShown]:
    """List tokens without their secrets, the latest made first: a coordinator all, an organisation its own.

    Listar åtkomstnycklar utan deras hemligheter, den senast skapade först: samordnaren alla, en organisation sina egna.
    """
    found = tokens.list_tokens(
        store,
        by,
        role=asked.role,
        organisation=asked.organisation_id,
        unit=asked.unit_id,
        state=asked.state,
        span=asked.span,
    )
    return links.page(asked, found, TokenShown.of)


@router.post("/tokens", status_code=201, summary="Make a token")
def create_token(store: Transaction, by: Party, given: TokenGiven, request: Request, response: Response) -> TokenMade:
    """Make a token: an organisation makes its own, never with more than the caller's own token may do.

    Skapar en åtkomstnyckel: en organisation skapar sina egna, aldrig med mer än anroparens egen nyckel får göra.
    """
    made = tokens.create_token(
        store,
        by,
        given.role or by.role,
        given.organisation_id,
        given.unit_id,
        given.label,
        scopes=given.scopes,
        expires_on=given.expires_on,
        most_days=request.app.state.settings.token_days,
    )
    return _show_once(store, by, made, request, response)


@router.get("/tokens/{tokenId}", summary="Show a token")
def show_token(store: Transaction, by: Party, token_id: TokenPath, response: Response) -> TokenShown:
    """Show one token without its secret, and when it was last used.

    Visar en åtkomstnyckel utan dess hemlighet, och när den senast användes.
    """
    shown = TokenShown.of(tokens.show_token(store, by, token_id))
    tag(response, shown)
    return shown


@router.post("/tokens/{tokenId}/rotations", status_code=201, summary="Rotate a token")
def rotate_token(
    store: Transaction,
    by: Party,
    token_id: TokenPath,
    request: Request,
    response: Response,
    given: RotationGiven = _DEFAULTS,
) -> TokenMade:
    """Give a token a new secret and a new last day. The secret before works on for some hours; what it set up stays.

    Ger en åtkomstnyckel en ny hemlighet och en ny sista dag. Den tidigare gäller några timmar till; det som nyckeln har
    satt upp står kvar.
    """
    most_days = request.app.state.settings.token_days
    made = tokens.rotate_token(store, by, token_id, given.overlap, given.expires_on, most_days)
    return _show_once(store, by, made, request, response)


@router.delete("/tokens/{tokenId}", status_code=204, summary="Revoke a token")
def revoke_token(store: Transaction, by: Party, token_id: TokenPath, expected: IfMatch) -> None:
    """Revoke a token for good: it stops working at once, and so does what it has set up. It is still listed.

    Återkallar en åtkomstnyckel för gott: den slutar gälla genast, liksom det som den har satt upp. Den listas ändå.
    """
    expected.hold(TokenShown.of(tokens.show_token(store, by, token_id)))
    tokens.revoke_token(store, by, token_id)


def _show_once(store: Transaction, by: Party, made: str, request: Request, response: Response) -> TokenMade:
    """Answer with a token that is shown only now; a repeated call is answered without it."""
    shown = TokenMade.made(tokens.show_token(store, by, tokens.id_of(made)), made)
    tag(response, shown)
    response.headers["Location"] = f"/v1/tokens/{shown.id}"
    keep_instead(request, shown.model_copy(update={"token": None}))
    return shown
