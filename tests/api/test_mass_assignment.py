"""Nobody writes what is the service's own or another's: every write of the contract refuses every such field."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.api.lines import LETTERS, Line
from tests.api.matrix import LINES
from tests.api.world import World
from tests.effort import walks_every_operation

FOREIGN = frozenset(
    {
        "id",
        "version",
        "owner",
        "ownerId",
        "organisationId",
        "institutionId",
        "providerId",
        "unitId",
        "role",
        "status",
        "used",
        "capacityUsed",
        "createdAt",
        "changedAt",
        "synthetic",
        "tokenId",
        "secret",
        "isAdmin",
        "__proto__",
    }
)
"""Fields that an attacker tries everywhere, besides those that any answer of the service has."""
WRITES = [line for line in LINES if line.method != "GET" and line.body is not None and line.may]

pytestmark = [pytest.mark.one_database, walks_every_operation]


def told_by(document: dict[str, Any]) -> frozenset[str]:
    """Return every field that some answer of the contract has."""
    schemas = document["components"]["schemas"]
    return frozenset(name for schema in schemas.values() for name in schema.get("properties", {}))


def objects_in(body: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401 (any JSON)
    """Yield the place of every object in a body, the body's own first."""
    if isinstance(body, dict):
        yield path
        for name, inner in body.items():
            yield from objects_in(inner, (*path, name))
    elif isinstance(body, list):
        for place, inner in enumerate(body):
            yield from objects_in(inner, (*path, place))


def allowed_at(shape: dict[str, Any], schemas: dict[str, Any], path: tuple[str | int, ...]) -> frozenset[str] | None:
    """Return the fields that a schema allows at a place, or None where it allows any, such as a map of weeks."""
    shapes = [shape]
    for step in (*path, None):
        shapes = [inner for each in shapes for inner in _resolved(each, schemas)]
        if step is None:
            break
        shapes = [
            inner
            for each in shapes
            for inner in (
                [each["items"]] if isinstance(step, int) and "items" in each else [each.get("properties", {}).get(step)]
            )
            if inner
        ]
    closed = [each for each in shapes if each.get("additionalProperties") is False]
    return frozenset(name for each in closed for name in each["properties"]) if closed else None


def _resolved(shape: dict[str, Any], schemas: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "$ref" in shape:
        yield from _resolved(schemas[shape["$ref"].rsplit("/", 1)[1]], schemas)
    for inner in shape.get("anyOf", ()):
        yield from _resolved(inner, schemas)
    if "$ref" not in shape and "anyOf" not in shape:
        yield shape


@pytest.mark.parametrize("line", WRITES, ids=lambda line: line.operation)
def test_a_field_that_is_not_the_callers_to_write_is_refused(
    line: Line, app: FastAPI, client: TestClient, world: World
) -> None:
    document = app.openapi()
    schemas = document["components"]["schemas"]
    shape = _shape_of(document, line)
    role = LETTERS[line.may[0]]
    headers = world.by(role, **{"If-Match": '"1"'})
    tried = 0
    for place in objects_in(line.body):
        allowed = allowed_at(shape, schemas, place)
        if allowed is None:
            continue
        added = sorted((FOREIGN | told_by(document)) - allowed)
        body = copy.deepcopy(line.body)
        spot: Any = body
        for step in place:
            spot = spot[step]
        spot |= dict.fromkeys(added, "stolen")
        answer = client.request(line.method, line.path(line.ours_of(role)), json=body, headers=headers)
        assert answer.status_code == 422, (place, answer.text[:300])
        pointers = {fault["pointer"].rsplit("/", 1)[1] for fault in answer.json()["errors"]}
        assert set(added) <= pointers, set(added) - pointers
        tried += len(added)
    assert tried > 0


def _shape_of(document: dict[str, Any], line: Line) -> dict[str, Any]:
    """Return the schema of the JSON body that an operation takes."""
    methods = next(
        methods
        for path, methods in document["paths"].items()
        if line.method.lower() in methods and _same(path, line.template)
    )
    shape: dict[str, Any] = methods[line.method.lower()]["requestBody"]["content"]["application/json"]["schema"]
    return shape


def _same(path: str, template: str) -> bool:
    """Tell whether a path of the contract is that of a line, whatever its parameters are called or given as."""
    ours, theirs = path.split("/"), template.split("/")
    return len(ours) == len(theirs) and all(
        one == other or one.startswith("{") for one, other in zip(ours, theirs, strict=True)
    )
