"""Pages as their readers meet them, over the small county."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from placement.callers import Role
from tests.api.conftest import (  # noqa: F401 (the same fixtures as the API's tests have)
    app,
    client,
    connect,
    hundred_seconds_in_flight,
    world,
)
from tests.api.world import World
from tests.pages.browsing import Browser, signed_in

Browse = Callable[..., Browser]


@pytest.fixture
def browse(app: FastAPI, client: TestClient, world: World) -> Browse:  # noqa: F811 (the fixtures by their names)
    """Sign somebody in by their role, and return their browser."""

    def browser(role: Role = Role.COORDINATOR, language: str = "en") -> Browser:
        return signed_in(app, client, world, role, language)

    return browser
