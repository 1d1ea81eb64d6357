"""``placement init`` fills an empty database with real reference data, part by part, and never twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import Session, func, select

from placement.database import engine_for, read_session
from placement.starting.taking import Part, complete
from placement.tables import Course, Municipality, Organisation, Programme, Row, Site, Student, Unit
from tests.placement.cli.conftest import Placement


def stored(tmp_path: Path, table: type[Row]) -> int:
    engine = engine_for(f"sqlite:///{tmp_path / 'own.sqlite3'}")
    with read_session(engine) as session:
        count = _count(session, table)
    engine.dispose()
    return count


def _count(session: Session, table: type[Row]) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


def test_everything_is_taken_once_and_nothing_is_made_up(placement: Placement, tmp_path: Path) -> None:
    first = placement("init", "--all")
    assert (first.exit_code, first.stderr) == (0, "")
    assert "municipalities: 35 new, 0 there already" in first.stdout
    counts = {table: stored(tmp_path, table) for table in (Municipality, Organisation, Site, Unit, Programme, Course)}
    assert counts[Municipality] == 35
    assert counts[Site] == 8
    assert all(counts.values())
    assert stored(tmp_path, Student) == 0
    again = placement("init", "--all", "--lang", "sv")
    assert "kommuner: 0 nya, 35 fanns redan" in again.stdout
    assert counts == {table: stored(tmp_path, table) for table in counts}
    engine = engine_for(f"sqlite:///{tmp_path / 'own.sqlite3'}")
    with read_session(engine) as session:
        assert not [row.name for row in session.exec(select(Unit)) if row.synthetic or "syntetisk" in row.name]
        assert not [row.name_sv for row in session.exec(select(Organisation)) if row.synthetic]
    engine.dispose()


def test_a_part_is_taken_with_what_it_builds_on_and_the_rest_is_left(placement: Placement, tmp_path: Path) -> None:
    told = placement("init", "--take", "programmes")
    assert "Taken too, since other parts build on them: municipalities, lärosäten and their sites" in told.stdout
    assert (stored(tmp_path, Programme) > 0, stored(tmp_path, Unit), stored(tmp_path, Course)) == (True, 0, 0)
    assert complete([Part.COURSES]) == [Part.MUNICIPALITIES, Part.INSTITUTIONS, Part.PROGRAMMES, Part.COURSES]


def test_a_dry_run_stores_nothing(placement: Placement, tmp_path: Path) -> None:
    told = placement("init", "--dry-run", "--lang", "sv")
    assert told.stdout.endswith("Provkörning, inget är sparat.\n")
    assert stored(tmp_path, Municipality) == 0


def test_each_part_is_asked_for_on_a_terminal(
    placement: Placement, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([True, False, False, False, False, False])
    monkeypatch.setattr("placement.cli.init.typer.confirm", lambda *_words, **_more: next(answers))
    monkeypatch.setattr("placement.cli.init.is_attended", lambda: True)
    placement("init")
    assert (stored(tmp_path, Municipality), stored(tmp_path, Organisation)) == (35, 0)
