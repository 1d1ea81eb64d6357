"""Each step of the migrations leaves processes of the version before it able to write, during an upgrade."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import Engine, inspect

from placement.database import engine_for, migrations_of
from tests.migrations.test_migrations import REVISIONS

FIRST = "5a0c7be3d914"
"""The revision from which on this is promised."""


def lacking(engine: Engine) -> set[str]:
    """Return the columns that every writer has to fill."""
    inspector = inspect(engine)
    return {
        f"{table}.{column['name']}"
        for table in inspector.get_table_names()
        for column in inspector.get_columns(table)
        if not column["nullable"] and column["default"] is None
    }


def columns(engine: Engine) -> set[str]:
    inspector = inspect(engine)
    return {f"{table}.{each['name']}" for table in inspector.get_table_names() for each in inspector.get_columns(table)}


@pytest.mark.no_cover
def test_what_a_step_adds_to_a_table_may_be_left_out_and_nothing_is_taken_away(
    migrated_url: str,
) -> None:
    steps = REVISIONS[: REVISIONS.index(FIRST) + 1][::-1]
    engine = engine_for(migrated_url)
    command.downgrade(migrations_of(migrated_url), FIRST)
    for step in steps[1:]:
        tables, before = set(inspect(engine).get_table_names()), columns(engine)
        asked = lacking(engine)
        command.upgrade(migrations_of(migrated_url), step)
        assert before <= columns(engine)
        assert {each for each in lacking(engine) - asked if each.partition(".")[0] in tables} == set()
    engine.dispose()
