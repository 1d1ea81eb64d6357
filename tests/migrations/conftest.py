"""Migrations are run by the owner of the tables."""

from __future__ import annotations

import pytest

from tests.databases import as_owner


@pytest.fixture
def migrated_url(migrated_url: str) -> str:
    """The address of a fresh database with every table and no row, for their owner."""
    return as_owner(migrated_url)
