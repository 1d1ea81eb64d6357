"""Callers: who asks, as parameter types; an endpoint without one is open to everybody, visibly."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlmodel import Session

from placement.callers import Caller, Role
from placement.events.feed import FOLLOWERS
from placement.store import access
from placement.store.tokens import caller_of
from placement_api.idempotency import recall
from placement_api.problems import UnauthenticatedError
from placement_api.tracing import trace_of
from placement_api.transactions import Transaction

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    bearerFormat="plc_<id>_<secret>",
    description="What `placement token create` has printed. Det som `placement token create` skrev ut.",
)


def _asker(
    request: Request, store: Transaction, shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Caller:
    """Tell who asks by the token they show."""
    caller = caller_of(store, shown.credentials) if shown else None
    if caller is None:
        raise UnauthenticatedError(shown=shown is not None)
    return replace(caller, trace=trace_of(request))


def _in(roles: frozenset[Role]) -> Callable[[Request, Session, Caller], Awaitable[Caller]]:
    """Make the dependency that lets in the callers of some roles."""

    async def let_in(request: Request, store: Transaction, by: Annotated[Caller, Depends(_asker)]) -> Caller:
        access.allow(by, roles)
        await recall(request, store, by)
        return by

    return let_in


Anyone = Annotated[Caller, Depends(_in(access.ANYONE))]
Coordinator = Annotated[Caller, Depends(_in(access.COORDINATORS))]
Institution = Annotated[Caller, Depends(_in(access.INSTITUTIONS))]
Provider = Annotated[Caller, Depends(_in(access.PROVIDERS))]
Care = Annotated[Caller, Depends(_in(access.CARE))]
Party = Annotated[Caller, Depends(_in(access.PARTIES))]
Planner = Annotated[Caller, Depends(_in(access.PLANNERS))]
Follower = Annotated[Caller, Depends(_in(FOLLOWERS))]
Auditor = Annotated[Caller, Depends(_in(access.AUDITORS))]
