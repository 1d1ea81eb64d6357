"""Operations: what is known of a call from its address and method alone, before its body or the database is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter

from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from fastapi.security.base import SecurityBase
from starlette.routing import BaseRoute, compile_path
from starlette.types import Scope

from placement_api.door.signposts import Kind, kind_of, kinds_of
from placement_api.transactions import open_transaction

_FOUND = "placement.operation"
Known = tuple[int, tuple["Operation", set[str], re.Pattern[str]]]
"""An operation with its methods and the form of its address, and its place in the order of the router."""


@dataclass(frozen=True, slots=True)
class Operation:
    """Whether an operation asks who calls, whether it uses the database, and its address with names for its parts."""

    asks_who_calls: bool
    uses_database: bool
    template: str


NONE = Operation(asks_who_calls=False, uses_database=False, template="-")
"""What an unknown address or method leads to: an answer that needs nobody's token and no database."""


class Operations:
    """The operations of an application's routes, in the order in which its router tries them."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._of_kind: dict[Kind | None, list[Known]] = {}
        for known in enumerate(_operations(routes)):
            path = known[1][0].template
            self._of_kind.setdefault(None if ":path}" in path else kind_of(path), []).append(known)

    def find(self, method: str, path: str) -> Operation:
        """Return the operation at an address; `NONE` where there is none."""
        meant = (self._of_kind.get(kind, ()) for kind in (*kinds_of(path), None))  # None has those of any kind
        for _, (operation, methods, form) in sorted(chain.from_iterable(meant), key=itemgetter(0)):
            if method in methods and form.match(path):
                return operation
        return NONE


def operation_of(scope: Scope) -> Operation:
    """Return the operation that a request is for; it is looked up once."""
    if _FOUND not in scope:
        operations: Operations = scope["app"].state.operations
        scope[_FOUND] = operations.find(scope["method"], scope["path"])
    found: Operation = scope[_FOUND]
    return found


def _operations(routes: Sequence[BaseRoute]) -> Iterator[tuple[Operation, set[str], re.Pattern[str]]]:
    """Yield each route's operation, methods and form; a route without dependencies has neither token nor database."""
    for route in iter_route_contexts(routes):
        dependant = getattr(route.original_route, "dependant", None)
        calls = set(_calls(dependant)) if dependant is not None else set()
        operation = Operation(
            asks_who_calls=any(isinstance(call, SecurityBase) for call in calls),
            uses_database=open_transaction in calls,
            template=route.path or "",
        )
        yield operation, route.methods or set(), compile_path(route.path or "")[0]  # every route of ours has a path


def _calls(dependant: Dependant) -> Iterator[object]:
    """Yield everything that a route depends on."""
    yield dependant.call
    for inner in dependant.dependencies:
        yield from _calls(inner)
