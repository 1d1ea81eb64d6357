"""Whatever any field or parameter contains, the service answers, refuses it, and stays readable."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import JsonValue

from tests.api.asking import Asking, asking_in
from tests.api.lines import Line
from tests.api.matrix import LINES
from tests.api.world import World
from tests.effort import SEED, has_long_form, tries

BEYOND = "1e400"
POISON: tuple[Any, ...] = (
    None,
    True,
    -1,
    2**31,
    2**40,
    2**70,
    float("nan"),
    BEYOND,
    "",
    "\x00",
    "\ud800",
    "x" * 50_000,
    [],
)
POISONED_QUERIES = (
    "-1",
    "2147483648",
    str(2**40),
    str(2**70),
    "1e400",
    "9" * 5_000,
    "NaN",
    "%00",
    "%ED%A0%80",
    "%FF",
    "",
    "x" * 3_000,
)
RAW = (
    b"",
    b"[]",
    b"{",
    b"\xff\xfe",
    b'{"a": ' + b"9" * 5_000 + b"}",
    b"[" * 100_000,
    b'{"name": 1, "name": 2}',
)
Call = TypeVar("Call")
WRITES = [line for line in LINES if line.body is not None]
BY_COORDINATOR = Line("GET /v1", "C")
"""What reads under an address that a line of the matrix has with an id in it."""
READINGS = {line.template: line for line in LINES if line.method == "GET"}
ONE_IN = tries(20, 1, every_case=12)
"""An ordinary run makes one in this many poisoned calls, drawn anew in each run; the long form makes them all."""

pytestmark = pytest.mark.no_cover


@pytest.fixture
def asking(client: TestClient, world: World) -> Asking:
    """Who asks in each line."""
    return asking_in(client.app.state.engine, world)  # type: ignore[attr-defined]


def places_in(value: JsonValue, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every place in a document, the outermost first."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, below in inner:
        yield (*path, step)
        yield from places_in(below, (*path, step))


def poisoned(body: dict[str, Any]) -> Iterator[bytes]:
    """Yield the body with each poison in each place, and with an unknown field."""
    for place in places_in(body):
        for poison in POISON:
            sick = copy.deepcopy(body)
            room = sick
            for step in place[:-1]:
                room = room[step]
            room[place[-1]] = poison
            yield json.dumps(sick).replace(f'"{BEYOND}"', BEYOND).encode()
    yield json.dumps({**body, "\ud800": 1, "version": 7}).encode()


def refusal(client: TestClient, line: Line, content: bytes, headers: dict[str, str]) -> str | None:
    """Send a body, and return what is wrong with the answer, if anything."""
    sent = {"Content-Type": "application/json", "If-Match": "*", **headers}
    answer = client.request(line.method, line.path(line.ours), content=content, headers=sent)
    if answer.status_code >= 500 or (answer.status_code >= 400 and not _is_problem(answer)):
        return f"{line.operation} {content[:200]!r}: {answer.status_code} {answer.text[:200]}"
    return None


def _is_problem(answer: httpx2.Response) -> bool:
    problem = answer.json()
    return answer.headers["content-type"] == "application/problem+json" and problem.keys() >= {
        "type",
        "title",
        "status",
        "detail",
        "instance",
        "errors",
    }


def some(calls: Iterable[Call]) -> Iterator[Call]:
    """Choose the calls that this run makes."""
    chance = random.Random(SEED)
    return (call for call in calls if chance.randrange(ONE_IN) == 0)


@has_long_form("one in twenty of the poisoned bodies", "all poisoned bodies")
def test_no_field_of_any_body_breaks_the_service(client: TestClient, asking: Asking) -> None:
    sick = ((line, content) for line in WRITES for content in (*poisoned(line.body or {}), *RAW))
    found = [refusal(client, line, content, asking(line)) for line, content in some(sick)]
    assert [fault for fault in found if fault] == []
    for line in READINGS.values():
        if not line.names_a_row and not line.public:
            read = client.get(f"{line.template}?{line.query}", headers=asking(line))
            assert read.status_code == 200, line.operation


@has_long_form("one in twenty of the poisoned addresses", "all poisoned addresses")
def test_no_parameter_breaks_the_service(app: FastAPI, client: TestClient, asking: Asking) -> None:
    found = []
    for path, methods in app.openapi()["paths"].items():
        for parameter in methods.get("get", {}).get("parameters", []):
            if parameter["in"] == "query":
                addresses = [f"{path}?{parameter['name']}={poison}" for poison in POISONED_QUERIES]
            else:
                addresses = [path.replace(f"{{{parameter['name']}}}", poison) for poison in POISONED_QUERIES]
            for address in some(addresses):
                answer = client.get(address, headers=asking(READINGS.get(path, BY_COORDINATOR)))
                if answer.status_code not in {200, 404, 422}:
                    found.append(f"{address[:120]}: {answer.status_code}")
    assert found == []


@pytest.mark.one_database
def test_a_text_of_fifty_megabytes_is_refused_wherever_it_is_sent(client: TestClient, world: World) -> None:
    content = b'{"name": "' + b"x" * 50_000_000 + b'"}'
    for line in WRITES:
        sent = world.by("coordinator", **{"Content-Type": "application/json", "If-Match": "*"})
        answer = client.request(line.method, line.path(line.ours), content=content, headers=sent)
        assert answer.status_code == 413, (line.operation, answer.status_code)


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer x", "Basic YTpi", "Bearer plc_0_\x01", "Bearer " + "x" * 9_000]
)
def test_a_broken_token_is_nobody(client: TestClient, shown: str) -> None:
    answer = client.get("/v1/units", headers={"Authorization": shown})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("tag", ["", "1", '"', 'W/"1"', "\x7f", '"' + "9" * 190 + '"', "x" * 5_000])
def test_a_broken_version_is_not_the_current_one(client: TestClient, world: World, tag: str) -> None:
    answer = client.delete("/v1/units/unt_a", headers=world.by("coordinator", **{"If-Match": tag}))
    assert answer.status_code in {412, 422}
