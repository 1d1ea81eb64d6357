"""Scopes of operations: which scope a token needs for each, from its heading in the documentation and its method."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute, iter_route_contexts

from placement.store.token_scopes import scope_of

SHEETS = "sheets"
"""The heading of sheets, which are exported and imported under the headings of their lists."""
_ELSEWHERE = {"/v1/site-wishes": "/v1/site-rounds"}
"""Lists whose rows have their addresses beneath another resource."""


def scopes_of(app: FastAPI) -> Mapping[str, str]:
    """Return the scope of each operation of an app, by its method and path: ``GET /v1/units``."""
    if not hasattr(app.state, "scopes"):
        app.state.scopes = _found_in(app)
    found: Mapping[str, str] = app.state.scopes
    return found


def scopes_asked(request: Request) -> tuple[str, ...]:
    """Return the scopes of what a request asks for: its own, and reading what a page shows under other headings."""
    route = request.scope["route"]
    own = scopes_of(request.app)[f"{request.method} {route.path}"]
    return (own, *(scope_of(str(heading), "GET") for heading in route.tags[1:]))


def _found_in(app: FastAPI) -> Mapping[str, str]:
    """Return the scope of each operation; a sheet has the heading under which its list stands."""
    operations = [
        (method, each.path or "", str(each.original_route.tags[0]))
        for each in iter_route_contexts(app.routes)
        if isinstance(each.original_route, APIRoute)
        for method in each.methods or ()
        if each.original_route.tags
    ]
    headings = {path: heading for _, path, heading in operations}
    return {
        f"{method} {path}": scope_of(_heading(path, headings) if heading == SHEETS else heading, method)
        for method, path, heading in operations
    }


def _heading(path: str, headings: Mapping[str, str]) -> str:
    """Return the heading of the list that a sheet's path begins with."""
    the_list = path.rpartition("/")[0]
    return headings[_ELSEWHERE.get(the_list, the_list)]
