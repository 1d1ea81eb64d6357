"""The permission matrix holds for each operation, each role, and our rows, theirs and missing ones; it is complete."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from placement.callers import Role
from placement.database import engine_for, open_session
from tests import site_rows
from tests.api.lines import Line
from tests.api.matrix import LINES
from tests.api.world import World
from tests.effort import walks_every_operation

Ask = Callable[..., tuple[int, str]]
GUARDED = [line for line in LINES if not line.public]


pytestmark = walks_every_operation


@pytest.fixture(scope="module")
def ask(app: FastAPI, settled_sqlite: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Do an operation in an unchanged copy of the county, and return status and text."""
    settled, world = settled_sqlite
    file = tmp_path_factory.mktemp("rounds") / "placement.sqlite3"
    shutil.copyfile(settled, file)
    engine = engine_for(f"sqlite:///{file}")
    with open_session(engine) as session:
        session.add_all(site_rows.both_sides())
    engine.dispose()
    fresh: list[Path] = []

    def county() -> Path:
        if not fresh:
            fresh.append(tmp_path_factory.mktemp("county") / "placement.sqlite3")
            shutil.copyfile(file, fresh[0])
            app.state.engine = engine_for(f"sqlite:///{fresh[0]}")
        return fresh[0]

    def do(line: Line, row: str, role: Role | None, *, their_body: bool = False) -> tuple[int, str]:
        county()
        headers = world.by(role, **{"If-Match": '"1"'}) if role else {}
        path = line.path(row) + ("" if line.names_a_row or line.method not in {"GET", "DELETE"} else f"?{line.query}")
        body = line.their_body if their_body else line.body
        answer = client.request(line.method, path, headers=headers, json=body)
        if line.method != "GET" and answer.is_success:
            app.state.engine.dispose()
            fresh.clear()
        return answer.status_code, answer.text

    with TestClient(app, raise_server_exceptions=False) as client:
        yield do


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("line", GUARDED, ids=lambda line: line.operation)
def test_each_role_may_do_what_the_matrix_says_and_no_more(line: Line, role: Role, ask: Ask) -> None:
    status, text = ask(line, line.ours_of(role), role)
    assert status == (line.status if line.lets_in(role) else 403), text
    if line.names_a_row:
        status, text = ask(line, "none_such" if line.ours != "0180" else "9999", role)
        assert status == (404 if line.lets_in(role) else 403), text
    if not line.lets_in(role):
        return
    if line.theirs and line.names_a_row:
        status, text = ask(line, line.theirs, role)
        assert status == (line.good_of_theirs or line.status if line.reaches(role) else 404), text
    if line.their_body:
        status, text = ask(line, line.ours_of(role), role, their_body=True)
        assert status == (line.status if line.reaches(role) else 422), text


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    "line",
    [line for line in GUARDED if line.method == "GET" and line.ours and not line.names_a_row],
    ids=lambda line: line.operation,
)
def test_a_list_shows_what_is_ours_and_of_theirs_only_what_the_matrix_says(line: Line, role: Role, ask: Ask) -> None:
    status, text = ask(line, "", role)
    if status == 403:
        return
    assert f'"{line.ours_of(role)}"' in text
    if line.theirs:
        assert (f'"id":"{line.theirs}"' in text) == line.reaches(role)


@pytest.mark.parametrize("line", GUARDED, ids=lambda line: line.operation)
def test_nobody_gets_in_without_a_token(line: Line, ask: Ask) -> None:
    assert ask(line, line.ours, None)[0] == 401


def test_every_operation_of_the_api_has_its_line(app: FastAPI) -> None:
    published = {f"{method.upper()} {path}" for path, methods in app.openapi()["paths"].items() for method in methods}
    lined = [line.operation for line in LINES]
    patterns = {operation: re.compile(re.sub(r"\{[^}]*\}", "[^/]+", operation)) for operation in published}
    missing = {operation for operation, pattern in patterns.items() if not any(map(pattern.fullmatch, lined))}
    assert missing == set()
    assert len(lined) == len(set(lined)) == len(published)


def test_the_operations_without_a_caller_are_those_the_matrix_calls_public(app: FastAPI) -> None:
    open_to_all = {
        f"{method.upper()} {path}"
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
        if "security" not in operation
    }
    assert open_to_all == {line.operation for line in LINES if line.public}
