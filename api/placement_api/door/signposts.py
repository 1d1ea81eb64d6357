"""Signposts: a group of routes that has no route of a call's kind is passed by, instead of asked route by route."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from fastapi.routing import APIRouter, iter_route_contexts
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

_LOOKED_AT = 3
"""So many parts of a path tell the kinds apart: ``/v1/students/…``, ``/terms/…/offers``."""
_ANY = None
"""Stands for a part that a route takes as a parameter."""
Kind = tuple[str | None, ...]


def put_up_signposts(router: APIRouter) -> None:
    """Let each group of routes in a router be passed by where none of its routes can be meant."""
    for group in router.routes:
        paths = [path for path in _paths_of(group) if path is not None]
        if paths and not any(":path}" in path for path in paths):
            _put_up(group, frozenset(map(kind_of, paths)))


def _paths_of(group: BaseRoute) -> Iterable[str | None]:
    return (getattr(route, "path", None) for route in iter_route_contexts([group]))


def _put_up(group: BaseRoute, kinds: frozenset[Kind]) -> None:
    ask = group.matches

    def matches(scope: Scope) -> tuple[Match, Scope]:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if scope["type"] == "http" and kinds.isdisjoint(kinds_of(path)):
            return Match.NONE, {}
        return ask(scope)

    group.matches = matches  # type: ignore[method-assign]


def _parts_of(path: str) -> list[str]:
    parts = path.strip("/").split("/")[:_LOOKED_AT]
    return parts + [""] * (_LOOKED_AT - len(parts))


def kind_of(path: str) -> Kind:
    """Return the kind of a route by its path."""
    return tuple(_ANY if "{" in part else part for part in _parts_of(path))


def kinds_of(path: str) -> Iterable[Kind]:
    """Yield the kinds of route that a call's path can mean."""
    return product(*((part, _ANY) for part in _parts_of(path)))
