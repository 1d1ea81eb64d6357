"""Callers: parameter types that state which roles an endpoint lets in; an endpoint without one is public."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlmodel import Session
from starlette.datastructures import Headers
from starlette.types import Scope

from placement.callers import Caller, Role
from placement.database import read_session
from placement.events.feed import FOLLOWERS
from placement.protected.arrivals import HOSTS
from placement.reminding.rules import REMINDED
from placement.store import access
from placement.store.acting import act_for
from placement.store.token_scopes import demand
from placement.surveys.questionnaires import READERS
from placement_api.consequences import note_call
from placement_api.idempotency import recall
from placement_api.privacy import refuse_identity_numbers
from placement_api.schemas.base import ACCEPT_UNUSUAL
from placement_api.scopes import scopes_asked
from placement_api.shield import note_reader
from placement_api.signing_in.identifying import identify, is_known, is_signed_in
from placement_api.tracing import trace_of
from placement_api.transactions import Transaction
from placement_api.watching.calls import note_caller

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    bearerFormat="plc_<id>_<secret>",
    description="The token that `placement token create` printed. Åtkomstnyckeln från `placement token create`.",
)
_SHOWN = re.compile(r"bearer (\S+)", re.IGNORECASE)


def _authenticate(
    request: Request, store: Transaction, _shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Caller:
    """Return the caller whose token the request has, or who is signed in with the browser."""
    return known(request, store, identify(request, store, _token_of(request.scope)))


def known(request: Request, store: Session, caller: Caller) -> Caller:
    """Let the request's session act and read for a caller whom it has been found to be of; return them as they act."""
    act_for(store, caller)
    note_caller(request.scope, caller)
    by = replace(caller, trace=trace_of(request))
    note_reader(request, store, by)
    return by


def shows_token(scope: Scope) -> bool:
    """Tell whether a request shows something by which a caller may be known; the database is not asked."""
    token = _token_of(scope)
    return is_signed_in(Request(scope)) if token is None else bool(token)


def knows_caller(scope: Scope) -> bool:
    """Tell whether what a request shows is valid, before the request itself is taken in."""
    with read_session(scope["app"].state.engine) as session:
        return is_known(Request(scope), session, _token_of(scope))


def _token_of(scope: Scope) -> str | None:
    """Return the token in a request's one header for it; empty if anything else stands there, None without one."""
    given = Headers(scope=scope).getlist("authorization")
    form = _SHOWN.fullmatch(given[0]) if len(given) == 1 else None
    return None if not given else form[1] if form else ""


def in_role(
    roles: frozenset[Role], authenticate: Callable[..., Caller]
) -> Callable[[Request, Session, Caller], Awaitable[Caller]]:
    """Make the dependency that lets in callers of the given roles, found by another dependency."""

    async def let_in(request: Request, store: Transaction, by: Annotated[Caller, Depends(authenticate)]) -> Caller:
        request.state.caller = by  # for the middleware, which sees the answer
        access.allow(by, roles)
        for scope in scopes_asked(request):
            demand(by, scope)
        await refuse_identity_numbers(request)
        note_call(request, store, by)
        await recall(request, store, by)
        return by

    let_in.__annotations__["by"] = Annotated[Caller, Depends(authenticate)]
    return let_in


def _in_role(roles: frozenset[Role]) -> Callable[[Request, Session, Caller], Awaitable[Caller]]:
    """Make the dependency that lets in callers of the given roles, known by a token or a browser's session."""
    return in_role(roles, _authenticate)


def _confirming(let_in: object) -> Callable[[Caller, bool], Awaitable[Caller]]:
    """Make the dependency by which those let in may also say that what is unusual in their call is meant."""

    async def confirm(
        by: Caller,
        accepted: Annotated[bool, Query(alias="acceptUnusual", description=ACCEPT_UNUSUAL)] = False,  # noqa: FBT002 (FastAPI reads a parameter's default)
    ) -> Caller:
        return replace(by, accepts_unusual=accepted)

    confirm.__annotations__["by"] = let_in
    return confirm


Anyone = Annotated[Caller, Depends(_in_role(access.ANYONE))]
Coordinator = Annotated[Caller, Depends(_in_role(access.COORDINATORS))]
Institution = Annotated[Caller, Depends(_in_role(access.INSTITUTIONS))]
Provider = Annotated[Caller, Depends(_in_role(access.PROVIDERS))]
Care = Annotated[Caller, Depends(_in_role(access.CARE))]
Party = Annotated[Caller, Depends(_in_role(access.PARTIES))]
InstitutionConfirming = Annotated[Caller, Depends(_confirming(Institution))]
ProviderConfirming = Annotated[Caller, Depends(_confirming(Provider))]
CareConfirming = Annotated[Caller, Depends(_confirming(Care))]
Planner = Annotated[Caller, Depends(_in_role(access.PLANNERS))]
Surveyed = Annotated[Caller, Depends(_in_role(READERS))]
Reminded = Annotated[Caller, Depends(_in_role(REMINDED))]
Follower = Annotated[Caller, Depends(_in_role(FOLLOWERS))]
Host = Annotated[Caller, Depends(_in_role(HOSTS))]
Auditor = Annotated[Caller, Depends(_in_role(access.AUDITORS))]
