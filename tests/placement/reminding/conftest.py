"""The small county on a day of its round, for the tests of reminders."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, delete

from placement.database import engine_for, open_session
from placement.tables import ReminderRule
from tests.api.world import World


@pytest.fixture
def engine(settled: tuple[str, World]) -> Iterator[Engine]:
    """The small county without any rule of reminders, on each database in turn."""
    made = engine_for(settled[0])
    with open_session(made) as session:
        session.execute(delete(ReminderRule))
    yield made
    made.dispose()
