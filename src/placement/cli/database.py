"""The database that the settings choose, open for one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from placement.database import engine_for
from placement.settings import Settings


@contextmanager
def open_database() -> Iterator[Engine]:
    """Connect, and let every connection go when the command ends."""
    engine = engine_for(Settings().database_url)
    try:
        yield engine
    finally:
        engine.dispose()
