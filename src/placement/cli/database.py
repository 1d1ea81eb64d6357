"""Database: the one that the settings choose, open for one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from placement.database import engine_for
from placement.errors import PlacementError
from placement.settings import Settings


class DatabaseRefusedError(PlacementError):
    """The database cannot be reached, or has refused what a command asked of it."""

    code = "database-refused"


@contextmanager
def open_database() -> Iterator[Engine]:
    """Connect, and close every connection when the command ends."""
    with told_by_the_database():
        settings = Settings()
        engine = engine_for(settings.database_url, settings.sqlite_synchronous)
        try:
            yield engine
        finally:
            engine.dispose()


@contextmanager
def told_by_the_database() -> Iterator[None]:
    """Raise what the database refuses as `DatabaseRefusedError`, quoting its driver's first line."""
    try:
        yield
    except SQLAlchemyError as error:
        told = str(error).split("\n", 1)[0]
        raise DatabaseRefusedError(
            sv=f"Databasen kan inte användas. Drivrutinen säger: {told}",
            en=f"The database cannot be used. Its driver says: {told}",
        ) from error
