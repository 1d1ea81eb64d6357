"""Who has access: sign-in links and tokens, made, seen and taken back by a coordinator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from placement.callers import Caller, Role
from placement.clock import now
from placement.errors import ConflictError, InvalidError
from placement.register import organisations
from placement.register.names import Names
from placement.register.units import list_units
from placement.signing_in import links
from placement.store import access, tokens
from placement.store.access import EVERY, Span
from placement.store.tokens import TokenState
from placement_api.pages.fault_words import told_in
from placement_api.pages.frame import lead, show
from placement_api.pages.readers import Coordinator, Fields
from placement_api.pages.repeats import shown_once
from placement_api.routes.paths import SignInLinkPath, TokenPath
from placement_api.signing_in.browsers import address_of
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["tokens"])
links_router = APIRouter(include_in_schema=False, tags=["signing-in"])

TOKENS_A_PAGE = 50
_SOME = Span(limit=5)


class AccessAsked(BaseModel):
    """Which part of the tokens is wanted."""

    model_config = ConfigDict(extra="ignore")

    offset: int = Field(0, ge=0, le=1_000_000)


@router.get("/access")
def show_access(
    request: Request, store: Transaction, by: Coordinator, asked: Annotated[AccessAsked, Query()]
) -> Response:
    """Show the links that can still be used, the tokens, and a form that makes a link."""
    return _page(request, store, by, offset=asked.offset)


@links_router.post("/access/links")
def make_link(request: Request, store: Transaction, by: Coordinator, fields: Fields) -> Response:
    """Make a link and show its address, which is shown only now; or say what is wrong."""
    given = {name: fields.get(name, "").strip() for name in ("role", "organisation", "unit", "label")}
    try:
        _, secret = links.make_link(store, by, _link_of(store, by, given), request.app.state.settings.token_days)
    except (InvalidError, ConflictError) as error:
        store.rollback()
        faults = told_in(error)
        return _page(request, store, by, given=given, faults=faults)
    shown_once(request)
    return _page(request, store, by, made=address_of(request, f"/sign-in/links/{secret}"))


@links_router.post("/access/links/{signInLinkId}/withdraw")
def withdraw_link(store: Transaction, by: Coordinator, link_id: SignInLinkPath) -> Response:
    """Withdraw a link; whoever came in by it is signed out at once."""
    links.remove_link(store, by, link_id)
    return lead("/access", done="link-withdrawn")


@router.post("/access/tokens/{tokenId}/revoke")
def revoke_token(store: Transaction, by: Coordinator, token_id: TokenPath) -> Response:
    """Revoke a token for good."""
    tokens.revoke_token(store, by, token_id)
    return lead("/access", done="token-revoked")


def _link_of(store: Session, by: Caller, given: Mapping[str, str]) -> dict[str, Any]:
    """Return what a form says of a link; a unit is found by its name or a part of it."""
    if given["role"] not in set(Role):
        raise access.fault("/role", "Choose a role.", "Välj en roll.")
    role = Role(given["role"])
    unit = _unit_called(store, by, given["unit"]) if given["unit"] else None
    return {
        "role": role,
        "organisation": given["organisation"] or None,
        "unit": unit,
        "label": given["label"] or role.value,
    }


def _unit_called(store: Session, by: Caller, named: str) -> str:
    """Return the id of the one unit whose name has some words in it, or is those words."""
    found = list_units(store, by, span=_SOME, named=named)
    exact = [each.unit.id for each in found.rows if each.unit.name.casefold() == named.casefold()]
    if exact or found.total == 1:
        return exact[0] if exact else found.rows[0].unit.id
    if not found.rows:
        raise access.fault("/unit", "No unit is called that.", "Ingen enhet heter så.")
    names = "; ".join(each.unit.name for each in found.rows)
    raise access.fault(
        "/unit",
        f"{found.total} units are called that, such as: {names}.",
        f"{found.total} enheter heter så, som: {names}.",
    )


def _page(
    request: Request,
    store: Session,
    by: Caller,
    *,
    offset: int = 0,
    given: Mapping[str, str] | None = None,
    faults: Sequence[Words] = (),
    made: str | None = None,
) -> Response:
    held = tokens.list_tokens(store, by, state=TokenState.VALID, span=Span(TOKENS_A_PAGE, offset))
    open_links = links.list_links(store, by, span=Span(limit=TOKENS_A_PAGE)).rows
    ids = [
        each
        for token in (*held.rows, *(link.token for link in open_links))
        for each in (token.organisation_id, token.unit_id)
    ]
    return show(
        request,
        store,
        by,
        "access.html",
        status=422 if faults else 200,
        tokens=held,
        links=[each for each in open_links if each.link.used_at is None and each.link.expires_at > now()],
        names=Names(store, by, ids),
        roles=list(Role),
        organisations=organisations.list_organisations(store, by, span=EVERY).rows,
        given=given or dict.fromkeys(("role", "organisation", "unit", "label"), ""),
        faults=faults,
        made=made,
        offset=offset,
        limit=TOKENS_A_PAGE,
    )
