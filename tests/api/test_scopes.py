"""A scope opens the calls under its heading and no other, operation by operation; the contract says which."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from placement.callers import SYSTEM, Role
from placement.database import engine_for, open_session
from placement.store.token_scopes import READ, SCOPES, SUBJECTS
from placement.store.tokens import create_token
from placement_api.contract import GROUPS
from placement_api.scopes import SHEETS, scopes_of
from tests import site_rows
from tests.api.lines import LETTERS, Line
from tests.api.matrix import LINES
from tests.api.world import OUR_INSTITUTION, OUR_PROVIDER, OUR_UNIT, World
from tests.effort import walks_every_operation

GUARDED = [line for line in LINES if not line.public]
OF_A_ROLE = [line for line in GUARDED if line.may]
"""The rest need a right besides a role; their scopes are tried where the right is (test_protected_students)."""
ORGANISATIONS = {
    Role.INSTITUTION: OUR_INSTITUTION,
    Role.STUDENT: OUR_INSTITUTION,
    Role.PROVIDER: OUR_PROVIDER,
}
UNITS = {Role.UNIT: OUR_UNIT, Role.SUPERVISOR: OUR_UNIT}
SETS = {"read": [READ], **{scope: [scope] for scope in SCOPES if scope != READ}}

Ask = Callable[[Line, Sequence[str]], tuple[int, str]]


pytestmark = walks_every_operation


def role_of(line: Line) -> Role:
    """Return a role that may do an operation."""
    return LETTERS[line.may[0]]


@pytest.fixture(scope="module")
def ask(app: FastAPI, settled_sqlite: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Do an operation to our row with a token of some scopes, and return status and text; nothing is kept."""
    file = tmp_path_factory.mktemp("scopes") / "placement.sqlite3"
    shutil.copyfile(settled_sqlite[0], file)
    tokens: dict[tuple[Role, str], str] = {}
    engine = engine_for(f"sqlite:///{file}")
    with open_session(engine) as session:
        session.add_all(site_rows.both_sides())
        for role in Role:
            for name, scopes in SETS.items():
                belongs = ORGANISATIONS.get(role), UNITS.get(role)
                tokens[role, name] = create_token(session, SYSTEM, role, *belongs, scopes=scopes)
    engine.dispose()
    fresh: list[Path] = []

    def do(line: Line, scopes: Sequence[str]) -> tuple[int, str]:
        if not fresh:
            fresh.append(tmp_path_factory.mktemp("county") / "placement.sqlite3")
            shutil.copyfile(file, fresh[0])
            app.state.engine = engine_for(f"sqlite:///{fresh[0]}")
        role = role_of(line)
        headers = {"Authorization": f"Bearer {tokens[role, scopes[0]]}", "If-Match": '"1"'}
        query = "" if line.names_a_row or line.method not in {"GET", "DELETE"} else f"?{line.query}"
        answer = client.request(line.method, line.path(line.ours_of(role)) + query, headers=headers, json=line.body)
        if line.method != "GET" and answer.is_success:
            app.state.engine.dispose()
            fresh.clear()
        return answer.status_code, answer.text

    with TestClient(app, raise_server_exceptions=False) as client:
        yield do


@pytest.fixture(scope="module")
def scope_of_line(app: FastAPI) -> Callable[[Line], str]:
    """Find the scope of an operation of the matrix, whose lines may name parts of a path open in the contract."""
    patterns = {re.compile(re.sub(r"\{[^}]*\}", "[^/]+", name)): scope for name, scope in scopes_of(app).items()}
    exact = scopes_of(app)

    def find(line: Line) -> str:
        found = exact.get(line.operation)
        return found or next(scope for pattern, scope in patterns.items() if pattern.fullmatch(line.operation))

    return find


@pytest.mark.no_cover
@pytest.mark.parametrize("line", OF_A_ROLE, ids=lambda line: line.operation)
def test_a_token_with_another_scope_is_refused_and_told_which_it_lacks(
    line: Line, ask: Ask, scope_of_line: Callable[[Line], str]
) -> None:
    scope = scope_of_line(line)
    subject, _, verb = scope.partition(":")
    other = SUBJECTS[(SUBJECTS.index(subject) + 1) % len(SUBJECTS)]
    for held in [f"{other}:write", f"{other}:read", *([f"{subject}:read", READ] if verb == "write" else [])]:
        status, text = ask(line, [held])
        assert status == 403, (held, text)
        assert f"The token does not have the scope {scope}." in text


@pytest.mark.no_cover
@pytest.mark.parametrize("line", OF_A_ROLE, ids=lambda line: line.operation)
def test_a_token_with_the_scope_of_an_operation_does_it(
    line: Line, ask: Ask, scope_of_line: Callable[[Line], str]
) -> None:
    scope = scope_of_line(line)
    may = [scope] if line.operation not in HANDING_OUT else []
    for held in [*may, *([READ, f"{scope.partition(':')[0]}:write"] if line.method == "GET" else [])]:
        status, text = ask(line, [held])
        assert status == line.status, (held, text)


HANDING_OUT = {line.operation for line in LINES if line.template.startswith("/v1/tokens") and line.method == "POST"}
"""A token made or rotated by a limited one is limited too; that has tests of its own."""


def test_every_operation_that_asks_for_a_token_has_exactly_one_scope_and_the_contract_shows_it(app: FastAPI) -> None:
    shown = {
        f"{method.upper()} {path}": operation["security"]
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
        if "security" in operation
    }
    assert len(shown) == len(GUARDED)
    for operation, ways in shown.items():
        for way in ways:
            for scopes in way.values():
                [scope] = scopes
                assert scope == scopes_of(app)[operation]
                assert scope in SCOPES, operation
                assert scope.endswith(":read") == operation.startswith("GET ")


def test_the_headings_are_those_of_the_documentation(app: FastAPI) -> None:
    guarded = {
        operation["tags"][0]
        for methods in app.openapi()["paths"].values()
        for operation in methods.values()
        if "security" in operation
    }
    assert set(SUBJECTS) == guarded - {SHEETS}
    assert [group for group in GROUPS if group in SUBJECTS] == list(SUBJECTS)


def test_a_sheet_is_under_the_heading_of_its_list(app: FastAPI) -> None:
    scopes = scopes_of(app)
    assert scopes["GET /v1/students/sheet"] == "cohorts:read"
    assert scopes["POST /v1/placements/imports"] == "placements:write"
    assert scopes["POST /v1/site-wishes/imports"] == "site-rounds:write"
