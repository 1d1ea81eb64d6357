"""The API as its callers meet it: over a small county with two sides to everything."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from placement.database import engine_for
from placement.settings import Settings
from placement_api.app import create_app
from tests.api.world import World, settle

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
def world(migrated_url: str) -> World:
    """The small county, on each database in turn, with a token for everybody in it."""
    return settle(migrated_url)


@pytest.fixture
def client(connect: Connect, migrated_url: str, world: World) -> TestClient:
    """A client of the API over that county; each call shows a token, as in ``world.by("coordinator")``."""
    assert world.tokens
    return connect(migrated_url)


@pytest.fixture(scope="session")
def settled(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """The small county in an SQLite file, to be copied."""
    file = tmp_path_factory.mktemp("settled") / "placement.sqlite3"
    shutil.copyfile(migrated_sqlite, file)
    return file, settle(f"sqlite:///{file}")
