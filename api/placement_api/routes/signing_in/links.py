"""Routes of sign-in links: made by those who let others in, listed and withdrawn."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from placement.signing_in import links as sign_in_links
from placement_api.callers import Provider
from placement_api.idempotency import keep_instead
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import SignInLinkPath
from placement_api.schemas.signing_in.links import SignInLinkFilter, SignInLinkGiven, SignInLinkMade, SignInLinkShown
from placement_api.signing_in.browsers import address_of
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["signing-in"])


@router.get("/sign-in-links", summary="List sign-in links")
def list_links(
    store: Transaction, by: Provider, asked: Annotated[SignInLinkFilter, Query()], links: Linked
) -> Listed[SignInLinkShown]:
    """List sign-in links without their addresses: a coordinator all, a provider those that it made.

    Listar inloggningslänkar utan deras adresser: en samordnare alla, en huvudman sina egna.
    """
    return links.page(asked, sign_in_links.list_links(store, by, role=asked.role, span=asked.span), SignInLinkShown.of)


@router.post("/sign-in-links", status_code=201, summary="Make a sign-in link")
def make_link(
    store: Transaction, by: Provider, given: SignInLinkGiven, request: Request, response: Response
) -> SignInLinkMade:
    """Make a link that lets somebody without an account in once, within an hour.

    Skapar en länk som släpper in någon utan konto en gång, inom en timme.
    """
    made, secret = sign_in_links.make_link(store, by, given.model_dump(), request.app.state.settings.token_days)
    shown = SignInLinkShown.of(made)
    tag(response, shown)
    response.headers["Location"] = f"/v1/sign-in-links/{shown.id}"
    keep_instead(request, SignInLinkMade(**shown.model_dump(), url=None))
    return SignInLinkMade(**shown.model_dump(), url=address_of(request, f"/sign-in/links/{secret}"))


@router.get("/sign-in-links/{signInLinkId}", summary="Show a sign-in link")
def show_link(store: Transaction, by: Provider, link_id: SignInLinkPath, response: Response) -> SignInLinkShown:
    """Show one link, without its address.

    Visar en länk, utan dess adress.
    """
    shown = SignInLinkShown.of(sign_in_links.show_link(store, by, link_id))
    tag(response, shown)
    return shown


@router.delete("/sign-in-links/{signInLinkId}", status_code=204, summary="Withdraw a sign-in link")
def remove_link(store: Transaction, by: Provider, link_id: SignInLinkPath, expected: IfMatch) -> None:
    """Withdraw a link; whoever came in by it is signed out at once.

    Återkallar en länk; den som kom in med den loggas genast ut.
    """
    expected.hold(SignInLinkShown.of(sign_in_links.show_link(store, by, link_id)))
    sign_in_links.remove_link(store, by, link_id)
