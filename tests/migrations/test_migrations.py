"""The migrations make what the tables declare, and no upgrade or downgrade loses a row."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, func, inspect, select, text, true

import placement_migrations
from placement.database import engine_for, migrate, migrations_of, open_session
from placement.lanes.jobs import QUEUE
from placement.tables import (
    METADATA,
    Course,
    EndReason,
    ListedWord,
    Placement,
    PlacementStatus,
    Programme,
    Supervisor,
    Unit,
    WordList,
)
from tests.effort import drawn_from, has_long_form
from tests.rows import small_world

MIGRATIONS = Path(placement_migrations.__file__).parent
REVISIONS = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]
"""Every revision, the newest first."""
BEFORE_THE_LISTS = "b17c5e8a3d42"

ANOTHER = """
from alembic import op
import sqlalchemy as sa
revision, down_revision, branch_labels, depends_on = "another", "{head}", None, None


def upgrade():
    with op.batch_alter_table("{table}", recreate="auto") as batch:
        batch.alter_column("{column}", type_=sa.String(300), existing_type=sa.String(200))


def downgrade():
    with op.batch_alter_table("{table}") as batch:
        batch.alter_column("{column}", type_=sa.String(200), existing_type=sa.String(300))
"""


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    """A migrated database with one row in every table."""
    engine = engine_for(migrated_url)
    with open_session(engine) as session:
        session.add_all(small_world())
    yield engine
    engine.dispose()


def catalogue(engine: Engine) -> dict[str, dict[str, Any]]:
    """Everything that a database knows about its tables, sorted."""
    described = {}
    inspector = inspect(engine)
    for table in set(inspector.get_table_names()) - {"alembic_version", *QUEUE}:
        described[table] = {
            "columns": sorted(
                (column["name"], str(column["type"]), column["nullable"], column["default"])
                for column in inspector.get_columns(table)
            ),
            "key": inspector.get_pk_constraint(table),
            "references": sorted(map(str, inspector.get_foreign_keys(table))),
            "unique": sorted(map(str, inspector.get_unique_constraints(table))),
            "checks": sorted(map(str, inspector.get_check_constraints(table))),
            "indexes": sorted(
                str({**index, "dialect_options": {name: str(value) for name, value in options.items()}})
                for index in inspector.get_indexes(table)
                for options in [index.get("dialect_options", {})]
            ),
        }
    return described


def rows_in(engine: Engine) -> dict[str, int]:
    """How many rows each table holds that exists now, without those that a migration brings and takes away again."""
    there = set(inspect(engine).get_table_names())
    brought = METADATA.tables["reminder_rule"].c.id.like("rrl_student-answers-due%")
    with engine.connect() as connection:
        return {
            table.name: connection.execute(
                select(func.count()).select_from(table).where(~brought if table.name == "reminder_rule" else true())
            ).scalar_one()
            for table in METADATA.sorted_tables
            if table.name in there
        }


def test_the_migrations_make_what_the_tables_say(migrated_url: str, database_url: str) -> None:
    migrated, declared = engine_for(migrated_url), engine_for(database_url)
    METADATA.create_all(declared)
    made, said = catalogue(migrated), catalogue(declared)
    assert made.keys() == said.keys()
    assert {table: made[table] for table in made} == {table: said[table] for table in said}
    assert all(said[table.name]["checks"] for table in METADATA.sorted_tables if table.name.endswith("week"))
    for engine in (migrated, declared):
        engine.dispose()


def test_alembic_sees_nothing_to_add(migrated_url: str) -> None:
    command.check(migrations_of(migrated_url))


def test_a_migration_written_from_the_tables_is_whole_and_knows_none_of_our_types(
    database_url: str, migrated_url: str, tmp_path: Path
) -> None:
    shutil.copytree(MIGRATIONS, tmp_path / "fresh", ignore=shutil.ignore_patterns("*_*.py", "__pycache__"))
    config = migrations_of(database_url)
    config.set_main_option("script_location", str(tmp_path / "fresh"))
    command.revision(config, "everything", autogenerate=True)
    (written,) = (tmp_path / "fresh" / "versions").glob("*.py")
    assert "placement.tables" not in written.read_text()
    command.upgrade(config, "head")
    fresh, shipped = engine_for(database_url), engine_for(migrated_url)
    assert catalogue(fresh) == catalogue(shipped)
    for engine in (fresh, shipped):
        engine.dispose()


@pytest.mark.no_cover
def test_each_step_down_leaves_the_rows_of_the_tables_that_remain(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    counts = rows_in(engine)
    assert min(counts.values()) > 0
    for revision in [*REVISIONS[1:], "base"]:
        command.downgrade(migrations_of(url), revision)
        left = rows_in(engine)
        assert left == {table: counts[table] for table in left}
    assert left == {}


@pytest.mark.no_cover
@has_long_form("4 past revisions", "every past revision")
def test_going_up_from_a_past_revision_keeps_the_rows(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    for revision in drawn_from(REVISIONS[1:], 4, "past revisions"):
        command.downgrade(migrations_of(url), revision)
        before = rows_in(engine)
        if "placement" in before and "planned_placement" not in before:
            before["planned_placement"] = before.pop("placement")  # planned placements had that name before
        migrate(url)
        after = rows_in(engine)
        assert after.keys() == {table.name for table in METADATA.sorted_tables}
        assert before == {table: after[table] for table in before}


def test_replacing_a_table_keeps_the_rows_that_belong_to_its_rows(engine: Engine, tmp_path: Path) -> None:
    url = engine.url.render_as_string(hide_password=False)
    (tmp_path / "another.py").write_text(ANOTHER.format(head=REVISIONS[0], table="unit", column="name"))
    config = migrations_of(url)
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", f"{MIGRATIONS / 'versions'}\n{tmp_path}")
    counts = rows_in(engine)
    command.upgrade(config, "head")
    assert rows_in(engine) == counts
    command.downgrade(config, REVISIONS[0])
    assert rows_in(engine) == counts


@pytest.mark.no_cover
def test_a_step_down_keeps_a_placement_that_ended_for_a_reason_unknown_before(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    reason = Placement.__table__.c.reason  # type: ignore[attr-defined]
    with open_session(engine) as session:
        placement = session.get_one(Placement, "pla_a")
        placement.status, placement.reason = PlacementStatus.CANCELLED, EndReason.NO_LONGER_POSSIBLE
        placement.broken_rules = ["capacity"]
    command.downgrade(migrations_of(url), "0b8d3f617a25")
    with engine.connect() as connection:
        assert connection.execute(select(reason)).scalar_one() is EndReason.REPLANNED


@pytest.mark.no_cover
def test_several_processes_may_migrate_at_the_same_time(database_url: str) -> None:
    order = [sys.executable, "-c", "import sys; from placement.database import migrate; migrate(sys.argv[1])"]
    started = [subprocess.Popen([*order, database_url]) for _ in range(2)]
    assert [process.wait() for process in started] == [0, 0]
    engine = engine_for(database_url)
    assert rows_in(engine).keys() == {table.name for table in METADATA.sorted_tables}
    engine.dispose()


def test_migrating_a_migrated_database_changes_nothing(engine: Engine) -> None:
    before = rows_in(engine), catalogue(engine)
    migrate(engine.url.render_as_string(hide_password=False))
    assert (rows_in(engine), catalogue(engine)) == before


def test_a_reference_that_leads_nowhere_stops_a_migration_whole(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'orphans.sqlite3'}"
    command.upgrade(migrations_of(url), REVISIONS[-1])
    engine = engine_for(url)
    with engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
        connection.execute(text("INSERT INTO site VALUES ('sit_a', 'org_none', 'Söder', '0000')"))
        connection.commit()
    with pytest.raises(RuntimeError, match="2 references lead nowhere, the first in site"):
        migrate(url)
    assert "term" not in inspect(engine).get_table_names()
    engine.dispose()


def test_words_that_rows_use_are_put_in_order_or_added_to_the_lists(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    command.downgrade(migrations_of(url), BEFORE_THE_LISTS)
    with engine.begin() as connection:
        connection.execute(text("UPDATE programme SET profession = 'sjukskoterska'"))
        connection.execute(text("UPDATE supervisor SET profession = 'kosmonaut'"))
        connection.execute(text("""UPDATE course SET kinds = '["hemsjukvard", "home-care", "rymdvard"]'"""))
    migrate(url)
    with open_session(engine) as session:
        assert session.get_one(Programme, "prg_a").profession == "nurse"
        assert session.get_one(Supervisor, "sup_a").profession == "kosmonaut"
        assert session.get_one(Course, "crs_a").kinds == ["home-care", "rymdvard"]
        assert session.get_one(Unit, "unt_a").kinds == ["elderly-care"]
        added = session.get_one(ListedWord, (WordList.UNIT_KIND, "rymdvard"))
        assert (added.name_sv, added.name_en) == ("rymdvard", "rymdvard")
        assert session.get(ListedWord, (WordList.PROFESSION, "kosmonaut")) is not None
        assert session.get(ListedWord, (WordList.PROFESSION, "sjukskoterska")) is None


def test_the_environment_names_the_database_where_nothing_else_does(
    monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    monkeypatch.setenv("PLACEMENT_DATABASE_URL", database_url)
    config = migrations_of("")
    command.upgrade(config, "head")
    engine = engine_for(database_url)
    assert rows_in(engine).keys() == {table.name for table in METADATA.sorted_tables}
    engine.dispose()
