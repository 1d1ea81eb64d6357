"""Headers: every answer of every operation, whatever its status, says what browsers and caches may do with it."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from placement.callers import Role
from placement.register import units
from placement_api.door.headers import safe_headers
from tests.api.conftest import Connect
from tests.api.lines import Line
from tests.api.matrix import LINES
from tests.api.world import World
from tests.effort import draws, walks_every_operation

pytestmark = pytest.mark.one_database
ALWAYS = {name: value for name, value in safe_headers("http").items() if name != "Content-Security-Policy"}
PAGES = ["/docs", "/docs/pages.js", "/docs/contract", "/docs/swagger-ui.css", "/openapi.json", "/survey-forms/none"]


def lacking(headers: object) -> dict[str, str]:
    """Return the headers that an answer lacks or has otherwise."""
    given = dict(headers)  # type: ignore[call-overload]
    wrong = {name: value for name, value in ALWAYS.items() if given.get(name.lower()) != value}
    policy = given.get("content-security-policy", "")
    if "default-src 'none'" not in policy or "frame-ancestors 'none'" not in policy:
        wrong["Content-Security-Policy"] = policy
    return wrong


@walks_every_operation
@draws(40, "operations")
@pytest.mark.parametrize("line", LINES, ids=lambda line: line.operation)
def test_every_answer_of_every_operation_has_them(client: TestClient, world: World, line: Line) -> None:
    role = Role.COORDINATOR if line.lets_in(Role.COORDINATOR) else next(filter(line.lets_in, Role), Role.COORDINATOR)
    statuses = set()
    as_it_should_be = world.by(role, **{"If-Match": '"1"'})
    for row, headers, body in (
        (line.ours, {}, line.body),  # 401
        (line.ours, {"Authorization": "Bearer plc_wrong"}, line.body),  # 401
        (line.ours, world.by(Role.STUDENT), line.body),  # 403
        ("none", as_it_should_be, line.body),  # 404
        (line.ours, world.by(role, Accept="image/png"), line.body),  # 406
        (line.ours, world.by(role, **{"If-Match": '"0"'}), line.body),  # 412
        (line.ours, as_it_should_be, {"nonsense": 1}),  # 422
        (line.ours, as_it_should_be, line.body),
    ):
        answer = client.request(line.method, line.path(row), headers=headers, json=body)
        statuses.add(answer.status_code)
        assert lacking(answer.headers) == {}, answer.status_code
        assert "strict-transport-security" not in answer.headers
    unread = client.request(line.method, line.path("none"), content=b"{", headers=world.by(role))
    assert lacking(unread.headers) == {}
    assert len(statuses) > 2 - (line.good == 404) or line.public


@pytest.mark.parametrize("path", PAGES)
def test_pages_and_their_parts_have_them_too(client: TestClient, path: str) -> None:
    assert lacking(client.get(path).headers) == {}


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/v1/none", 404), ("PUT", "/v1/units", 405), ("OPTIONS", "/v1/units", 405)]
)
def test_what_is_no_operation_has_them(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, lacking(answer.headers)) == (status, {})


def test_the_answer_to_a_breakdown_has_them(client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(units, "list_units", break_down)
    answer = client.get("/v1/units", headers=world.by("coordinator"))
    assert (answer.status_code, lacking(answer.headers)) == (500, {})
    assert "traceparent" in answer.headers


def test_an_answer_over_tls_says_that_there_is_no_other_way(
    app: FastAPI, connect: Connect, settled: tuple[str, World]
) -> None:
    connect(settled[0])
    with TestClient(app, base_url="https://vfu.example.se") as client:
        answer = client.get("/healthz")
    assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
