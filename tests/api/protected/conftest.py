"""A county with thirty protected students, and those who may not see them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event

from placement.callers import SYSTEM
from placement.database import engine_for, open_session
from placement.store.tokens import create_seeing_token
from tests import site_rows
from tests.api import drafts
from tests.api.protected import hidden
from tests.api.world import World

Send = Callable[..., httpx2.Response]


def fill(url: str) -> str:
    """Add the protected students to the small county, plan a draft with them, and return a token that sees ours."""
    engine = engine_for(url)
    with open_session(engine) as session:
        session.add_all(site_rows.both_sides())
        for number in range(hidden.NUMBER):
            session.add_all(hidden.asking(number))
    with open_session(engine) as session:
        drafts.draft(session, "run_hidden", weeks=2)
    with open_session(engine) as session:
        for number in range(hidden.NUMBER):
            session.add_all(hidden.placed(number))
        session.add_all(hidden.beside_others())
    with open_session(engine) as session:
        token = create_seeing_token(session, SYSTEM, "org_ki")
    engine.dispose()
    return token


@pytest.fixture(scope="session")
def filled(settled_sqlite: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An SQLite file with the county, and the token that sees our protected students."""
    file = tmp_path_factory.mktemp("hidden") / "placement.sqlite3"
    shutil.copyfile(settled_sqlite[0], file)
    return file, fill(f"sqlite:///{file}")


@pytest.fixture(scope="module")
def send(app: FastAPI, filled: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Send]:
    """Call an operation in an unchanged copy of the county; one engine has them all, and so writes each query once."""
    engine = engine_for(f"sqlite:///{filled[0]}")
    copies: list[Path] = []
    changed = True

    @event.listens_for(engine, "do_connect")
    def open_copy(_dialect: object, _record: object, address: list[str], _options: object) -> None:
        address[0] = str(copies[-1])

    def county() -> None:
        nonlocal changed
        if changed:
            copies.append(tmp_path_factory.mktemp("county") / "placement.sqlite3")
            shutil.copyfile(filled[0], copies[-1])
            engine.dispose()  # what is being used of the copy before stays with it
            app.state.engine, changed = engine, False

    def do(method: str, path: str, headers: dict[str, str], body: object = None) -> httpx2.Response:
        nonlocal changed
        county()
        answer = client.request(method, path, headers=headers, json=body)
        changed = method != "GET" and answer.is_success
        return answer

    with TestClient(app, raise_server_exceptions=False) as client:
        yield do
    engine.dispose()
