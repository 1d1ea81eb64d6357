"""Fixtures of a round that is asked."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from tests.api.surveys.asking import PLACED, Asking
from tests.api.world import World


@pytest.fixture
def asking(client: TestClient, world: World, store: Session) -> Asking:
    """A county where students have been at units, and a round about it is planned."""
    begun = Asking.begin(client, world, store, PLACED)
    begun.plan()
    return begun
