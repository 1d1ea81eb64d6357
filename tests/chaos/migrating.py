"""``placement migrate`` killed at random: a database is at its old revision or at the new one, never between."""

from __future__ import annotations

import os
import subprocess
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from alembic import command
from sqlalchemy import inspect, select, table, text

from placement.database import engine_for, migrate, migrations_of, open_session
from tests.api.serving import COMMAND
from tests.databases import APPLICATION
from tests.migrations.test_migrations import REVISIONS, catalogue, rows_in
from tests.rows import small_world

PAST = REVISIONS[1:]
"""Every past revision, the newest first."""
MOST_KILLS = 4
"""So often a migration is killed at most before it is let finish."""
PATIENCE = 120.0
"""A migration that nobody kills takes no longer."""
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_WITHOUT_RIGHTS = text(
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    " AND NOT has_table_privilege(:role, oid, 'SELECT')"
)


@dataclass
class Migrations:
    """What came of it: revisions that were left, where each kill left the database, and what was wrong."""

    revisions: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Tell it on one line."""
        left = ", ".join(f"{where} {number}" for where, number in sorted(self.kills.items()))
        return f"{self.revisions} migrations, {self.kills.total()} kills, that left it {left}; wrong: {self.wrong}"


@dataclass(frozen=True)
class State:
    """What a database holds: its revision, all that it knows about its tables, and every row."""

    revision: str | None
    tables: dict[str, dict[str, Any]]
    rows: dict[str, int]
    contents: dict[str, list[str]]

    def keeps(self, before: State) -> bool:
        """Tell whether every row of an older revision is still there; planned placements had another name before."""
        renamed = "planned_placement" not in before.rows
        names = {name: "planned_placement" if renamed and name == "placement" else name for name in before.rows}
        return all(self.rows[names[name]] == number for name, number in before.rows.items())


def kill_migrations(url: str, revisions: Iterable[str], draw: Random) -> Migrations:
    """Migrate an empty database from past revisions, with a row in each table, and kill that at random moments.

    The revisions come the newest first: going down loses what newer tables hold.
    """
    outcome = Migrations()
    migrate(url)
    engine = engine_for(url)
    with open_session(engine) as session:
        session.add_all(small_world())
    engine.dispose()
    idle = _seconds(url)
    for revision in revisions:
        outcome.revisions += 1
        command.downgrade(migrations_of(url), revision)
        undisturbed = _seconds(url)
        new = state_of(url)
        command.downgrade(migrations_of(url), revision)
        old = state_of(url)
        for _ in range(MOST_KILLS):
            process = _start(url)
            try:
                process.wait(draw.uniform(0.8 * idle, 0.95 * undisturbed))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            else:
                if process.returncode:
                    outcome.wrong.append(f"{revision}: it ended with {process.returncode}")
                break
            found = state_of(url)
            if found == old:
                outcome.kills["at the old revision"] += 1
            elif found.revision == new.revision and found.tables == new.tables and found.keeps(old):
                outcome.kills["at the new one"] += 1
                break
            else:
                outcome.kills["between"] += 1
                outcome.wrong.append(f"{revision}: it says {found.revision}; tables and rows: {_unlike(found, old)}")
        _seconds(url)
        end = state_of(url)
        if (end.revision, end.tables, end.rows) != (new.revision, new.tables, new.rows) or not end.keeps(old):
            outcome.wrong.append(f"{revision}: in the end it says {end.revision}; {_unlike(end, new)}")
        outcome.wrong += [f"{revision}: {what}" for what in _unsound(url)]
    return outcome


def state_of(url: str) -> State:
    """Return what a database holds, once no process that was killed is at work in it any more."""
    engine = engine_for(url)
    try:
        with engine.connect() as connection:
            while engine.dialect.name == "postgresql" and connection.scalar(_OTHERS):
                connection.rollback()
                time.sleep(0.05)
            names = inspect(connection).get_table_names()
            contents = {
                name: sorted(map(str, connection.execute(select(text("*")).select_from(table(name))))) for name in names
            }
        revision = contents.pop("alembic_version", [])
        return State("".join(revision).strip("(),'") or None, catalogue(engine), rows_in(engine), contents)
    finally:
        engine.dispose()


def _unlike(one: State, other: State) -> list[str]:
    """Return the tables in which two states differ."""
    names = one.contents.keys() | other.contents.keys()
    return sorted(
        name
        for name in names
        if one.tables.get(name) != other.tables.get(name) or one.contents.get(name) != other.contents.get(name)
    )


def _unsound(url: str) -> list[str]:
    """Return what is wrong with a migrated file, or what the role that the service connects as may not read."""
    engine = engine_for(url)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                return [f"no rights: {name}" for name in connection.scalars(_WITHOUT_RIGHTS, {"role": APPLICATION})]
            return [said for said in connection.scalars(text("PRAGMA integrity_check")) if said != "ok"]
    finally:
        engine.dispose()


def _start(url: str) -> subprocess.Popen[bytes]:
    """Begin to migrate, in a process of its own; on PostgreSQL with rights for the service's role."""
    grants = ["--grant-to", APPLICATION] if url.startswith("postgresql") else []
    return subprocess.Popen([COMMAND, "migrate", *grants], env=os.environ | {"PLACEMENT_DATABASE_URL": url})


def _seconds(url: str) -> float:
    """Migrate with nobody killed, and return how long that took."""
    began = time.monotonic()
    assert _start(url).wait(PATIENCE) == 0
    return time.monotonic() - began
