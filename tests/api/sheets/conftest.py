"""Those who export and import sheets in the tests of this folder."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.api.sheeting import Desk
from tests.api.world import World


@pytest.fixture
def coordinator(client: TestClient, world: World) -> Desk:
    """The coordinator."""
    return Desk(client, world, "coordinator")


@pytest.fixture
def institution(client: TestClient, world: World) -> Desk:
    """Our lärosäte."""
    return Desk(client, world, "institution")


@pytest.fixture
def provider(client: TestClient, world: World) -> Desk:
    """Our municipality."""
    return Desk(client, world, "provider")
