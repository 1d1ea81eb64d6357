"""The API as its callers meet it, over a small county where each party has a counterpart."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from placement.database import engine_for, open_session
from placement.settings import Settings
from placement_api.app import create_app
from tests import site_rows
from tests.api.world import World

Connect = Callable[[str], TestClient]


@pytest.fixture(scope="session")
def app() -> FastAPI:
    """The application, built once; each test lends it a database of its own."""
    return create_app(Settings(database_url="sqlite://", runner="none"))


@pytest.fixture
def connect(app: FastAPI) -> Iterator[Connect]:
    """Lend the application a database by its address."""
    with ExitStack() as stack:

        def lend(url: str) -> TestClient:
            app.state.engine = engine_for(url)
            stack.callback(app.state.engine.dispose)
            return stack.enter_context(TestClient(app, raise_server_exceptions=False))

        yield lend


@pytest.fixture
def hundred_seconds_in_flight(app: FastAPI) -> Iterator[None]:
    """Let a caller's runs that wait or are under way search for a hundred seconds together."""
    usual = app.state.settings
    app.state.settings = usual.model_copy(update={"run_seconds_in_flight": 100})
    yield
    app.state.settings = usual


@pytest.fixture
def world(settled: tuple[str, World]) -> World:
    """Everybody's token in the small county, on each database in turn."""
    return settled[1]


@pytest.fixture
def client(connect: Connect, settled: tuple[str, World]) -> TestClient:
    """A client of the API over the small county; a call shows a token, as in ``world.by("coordinator")``."""
    return connect(settled[0])


@pytest.fixture(scope="module")
def both_sides(
    app: FastAPI, settled_sqlite: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """A client over one county, with rows of either side, for all those tests of a module that only read it."""
    file = tmp_path_factory.mktemp("both_sides") / "placement.sqlite3"
    shutil.copyfile(settled_sqlite[0], file)
    app.state.engine = engine_for(f"sqlite:///{file}")
    with open_session(app.state.engine) as session:
        session.add_all(site_rows.both_sides())
    yield TestClient(app, raise_server_exceptions=False)
    app.state.engine.dispose()
