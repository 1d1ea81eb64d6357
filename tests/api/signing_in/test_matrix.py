"""A session may do exactly what a token with the same access may: every operation, every role, our row."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from placement.callers import SYSTEM, Role
from placement.clock import now
from placement.database import engine_for, open_session
from placement.settings import Settings
from placement.signing_in import sessions
from placement.signing_in.links import VALID
from placement.tables import SignInLink
from placement_api.app import create_app
from tests import site_rows
from tests.api.lines import Line
from tests.api.matrix import LINES
from tests.api.signing_in.visiting import HERE
from tests.api.world import World
from tests.effort import SEED, has_long_form, tries, walks_every_operation

CASES = [(line, role) for line in LINES if not line.public for role in Role]
OF_SESSIONS = {"GET /v1/session", "GET /v1/sessions"}
"""They tell of the session itself, so that their bodies differ."""
Headers = dict[str, str]
Ask = Callable[[Line, Role, Headers], tuple[int, str]]


pytestmark = walks_every_operation


@pytest.fixture(scope="module")
def own_app() -> FastAPI:
    """The application without a provider."""
    return create_app(Settings(database_url="sqlite://", runner="none"))


@pytest.fixture(scope="module")
def by_session(
    own_app: FastAPI, settled_sqlite: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[Role, Headers]]:
    """The county with a session for the token of each role, and the headers that a browser with it sends."""
    settled, world = settled_sqlite
    file = tmp_path_factory.mktemp("signed-in") / "placement.sqlite3"
    shutil.copyfile(settled, file)
    engine, made = engine_for(f"sqlite:///{file}"), {}
    with open_session(engine) as session:
        session.add_all(site_rows.both_sides())
        for role in Role:
            token = world.by(role)["Authorization"].split("_")[1]
            link = SignInLink(id=f"lnk_{role}", token_id=token, secret_sha256=f"{role:x>64}", expires_at=now() + VALID)
            session.add(link)
            settings: Settings = own_app.state.settings
            secret = sessions.begin(session, SYSTEM, settings, token=token, link=link.id)
            made[role] = {"Cookie": f"placement={secret}", "X-CSRF-Token": sessions.csrf_token(secret)}
    engine.dispose()
    return file, made


@pytest.fixture(scope="module")
def ask(
    own_app: FastAPI, by_session: tuple[Path, dict[Role, Headers]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ask]:
    """Do an operation in an unchanged copy of the county."""
    fresh: list[Path] = []

    def do(line: Line, role: Role, headers: Headers) -> tuple[int, str]:
        if not fresh:
            fresh.append(tmp_path_factory.mktemp("county") / "placement.sqlite3")
            shutil.copyfile(by_session[0], fresh[0])
            own_app.state.engine = engine_for(f"sqlite:///{fresh[0]}")
        path = line.path(line.ours_of(role))
        path += "" if line.names_a_row or line.method not in {"GET", "DELETE"} else f"?{line.query}"
        answer = client.request(line.method, path, headers={**headers, "If-Match": '"1"'}, json=line.body)
        if line.method != "GET" and answer.is_success:
            own_app.state.engine.dispose()
            fresh.clear()
        return answer.status_code, answer.text

    with TestClient(own_app, base_url=HERE, raise_server_exceptions=False) as client:
        yield do


@has_long_form(everyday="80 drawn cases of role and operation", long="every role and every operation")
def test_a_session_gets_exactly_what_its_token_gets(
    ask: Ask, settled_sqlite: tuple[Path, World], by_session: tuple[Path, dict[Role, Headers]]
) -> None:
    world = settled_sqlite[1]
    for line, role in Random(SEED).sample(CASES, tries(80, len(CASES))):
        token, browser = ask(line, role, world.by(role)), ask(line, role, by_session[1][role])
        assert browser[0] == token[0], (line.operation, role, browser[1])
        is_json = browser[1].startswith("{")  # files tell when they were made
        if line.method == "GET" and browser[0] == 200 and is_json and line.operation not in OF_SESSIONS:
            assert _steady(browser[1]) == _steady(token[1]), (line.operation, role)


def test_a_session_without_its_token_changes_nothing(ask: Ask, by_session: tuple[Path, dict[Role, Headers]]) -> None:
    cookie = {"Cookie": by_session[1][Role.COORDINATOR]["Cookie"]}
    changing = [line for line in LINES if not line.public and line.method != "GET" and line.lets_in(Role.COORDINATOR)]
    for line in Random(SEED).sample(changing, tries(40, len(changing))):
        assert ask(line, Role.COORDINATOR, cookie)[0] == 403, line.operation


def _steady(text: str) -> str:
    """Leave out moments, which differ between two calls, and the signatures over them."""
    return re.sub(r'\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*|"signature":"[^"]*"', "", text)
