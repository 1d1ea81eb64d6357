"""``placement init``, as it is typed: real reference data, each part taken or left, and nothing twice."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TypeVar

import pytest
import typer
from sqlmodel import select

from placement.database import engine_for, read_session
from placement.starting.parts import Part
from placement.tables import (
    Agreement,
    AuditEntry,
    CapacityOffer,
    Course,
    Municipality,
    Organisation,
    Programme,
    Row,
    Site,
    Student,
    Supervisor,
    Unit,
)
from tests.placement.cli.conftest import Placement

pytestmark = pytest.mark.usefixtures("migrated_own")

TAKEN: dict[type[Row], int] = {Municipality: 35, Organisation: 50, Site: 8, Unit: 43, Programme: 23, Course: 7}
NOTHING: dict[type[Row], int] = dict.fromkeys(TAKEN, 0)

R = TypeVar("R", bound=Row)


class Own:
    """The commands' own database, read anew for each question."""

    def __init__(self, url: str) -> None:
        self._url = url

    def counts(self, *tables: type[Row]) -> dict[type[Row], int]:
        """Return how many rows each table has, or each that the command fills."""
        return {table: len(self.rows(table)) for table in tables or tuple(TAKEN)}

    def rows(self, table: type[R]) -> list[R]:
        """Return the rows of a table."""
        engine = engine_for(self._url)
        with read_session(engine) as session:
            found = list(session.exec(select(table)))
        engine.dispose()
        return found


@pytest.fixture
def own(tmp_path: Path) -> Own:
    return Own(f"sqlite:///{tmp_path / 'own.sqlite3'}")


def test_an_empty_database_gets_every_part_once_however_often_it_is_asked_for(
    own: Own, placement: Placement, migrated_own: Path
) -> None:
    migrated_own.unlink()  # the command makes the tables as well
    first = placement("init", "--all")
    assert (first.exit_code, first.stderr) == (0, "")
    assert "municipalities: 35 new, 0 there already. Sources: SCB" in first.stdout
    assert own.counts() == TAKEN
    again = placement("init", "--all", "--lang", "sv")
    assert "kommuner: 0 nya, 35 fanns redan. Källor: SCB" in again.stdout
    assert own.counts() == TAKEN


def test_nothing_of_it_is_made_up(own: Own, placement: Placement) -> None:
    placement("init", "--all")
    assert set(own.counts(Student, Supervisor, CapacityOffer, Agreement).values()) == {0}
    units = own.rows(Unit)
    assert {row.synthetic for row in units} | {row.synthetic for row in own.rows(Organisation)} == {False}
    assert {row.hsa_id for row in units} == {None}


SURVEYS = 2


def test_what_is_taken_stands_in_the_audit_trail_as_the_service_s_own_doing(own: Own, placement: Placement) -> None:
    placement("init", "--all")
    entries = own.rows(AuditEntry)
    assert len([entry for entry in entries if not entry.object_type.startswith("survey")]) == sum(TAKEN.values())
    assert len([entry for entry in entries if entry.object_type == "survey"]) == SURVEYS
    assert {entry.actor_token for entry in entries} == {"system"}


def test_the_next_step_is_told(placement: Placement) -> None:
    told = placement("init", "--all")
    assert "placement template units" in told.stdout
    assert "placement readiness TERM" in told.stdout
    assert "A hospital is one unit" in told.stdout
    assert "A hospital is one unit" not in placement("init", "--all").stdout


def test_each_row_is_printed_with_its_source_when_that_is_asked_for(placement: Placement) -> None:
    told = placement("init", "--all", "--sources").stdout
    assert "  Danderyds sjukhus · Socialstyrelsen hospital codes" in told
    assert "  1SJ023 Vårdande vid psykisk ohälsa och sjukdom · utbildning.ki.se/course-syllabus/1SJ023" in told
    assert told.count(" · ") == sum(TAKEN.values()) + SURVEYS
    assert " · " not in placement("init", "--all", "--sources").stdout


def test_a_part_is_taken_with_what_it_builds_on_and_the_rest_is_left(own: Own, placement: Placement) -> None:
    told = placement("init", "--programmes")
    assert "Taken too, since other parts build on it: municipalities, lärosäten and their studieorter" in told.stdout
    assert own.counts() == NOTHING | {Municipality: 35, Organisation: 9, Site: 8, Programme: 23}


def test_a_part_that_is_left_is_left_and_all_others_are_taken(own: Own, placement: Placement) -> None:
    told = placement("init", "--no-hospitals", "--no-courses")
    assert "hospitals" not in told.stdout
    assert own.counts() == TAKEN | {Unit: 0, Course: 0}
    placement("init", "--all", "--no-hospitals")
    assert own.counts() == TAKEN | {Unit: 0}


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "  43 were not taken, since what they belong to is not there: Karolinska Universitetssjukhuset Solna, "),
        ("sv", "  43 togs inte, eftersom det som de hör till inte finns: Karolinska Universitetssjukhuset Solna, "),
    ],
)
def test_what_belongs_to_a_part_that_is_left_is_not_taken_and_that_is_told(
    own: Own, placement: Placement, lang: str, words: str
) -> None:
    told = placement("init", "--hospitals", "--no-providers", "--lang", lang)
    assert words in told.stdout
    assert ", …\n" in told.stdout
    assert own.counts(Organisation, Unit) == {Organisation: 9, Unit: 0}


def test_institutions_and_their_programmes_are_taken_without_their_municipalities_but_no_studieort_is(
    own: Own, placement: Placement
) -> None:
    told = placement("init", "--courses", "--no-municipalities")
    assert "  8 were not taken, since what they belong to is not there: Umeå, " in told.stdout
    assert own.counts() == NOTHING | {Organisation: 9, Programme: 23, Course: 7}


def test_a_dry_run_stores_nothing_and_counts_the_same(own: Own, placement: Placement) -> None:
    tried = placement("init", "--dry-run", "--lang", "sv").stdout
    assert tried.endswith("Provkörning, inget är sparat.\n")
    assert own.counts() == NOTHING
    counted = [line for line in placement("init", "--lang", "sv").stdout.splitlines() if " nya, " in line]
    assert [line for line in tried.splitlines() if " nya, " in line] == counted


def test_on_a_terminal_each_part_that_the_command_leaves_open_is_asked_about(
    own: Own, placement: Placement, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("placement.cli.init.is_attended", lambda: True)

    def answer(words: str, *, default: bool) -> bool:
        asked.append(words)
        return default and "lärosäten" in words

    monkeypatch.setattr(typer, "confirm", answer)
    placement("init", "--no-municipalities", "--no-courses", "--lang", "sv")
    assert asked == [
        "Ta med lärosäten och studieorter?",
        "Ta med huvudmän och utförare?",
        "Ta med sjukhus och mottagningar?",
        "Ta med program?",
        "Ta med enkäter?",
    ]
    assert own.counts() == NOTHING | {Organisation: 9}


@pytest.mark.parametrize("chosen", ["--all", "--courses"])
def test_on_a_terminal_nothing_is_asked_when_parts_are_named(
    own: Own, placement: Placement, monkeypatch: pytest.MonkeyPatch, chosen: str
) -> None:
    monkeypatch.setattr("placement.cli.init.is_attended", lambda: True)
    assert placement("init", chosen).exit_code == 0
    assert own.counts(Course) == {Course: 7}


def test_every_part_has_an_option_of_its_own(placement: Placement) -> None:
    told = placement("init", "--help").stdout
    assert [part for part in Part if f"--{part}" not in told or f"--no-{part}" not in told] == []


def test_beside_the_demo_s_county_only_what_it_lacks_is_added(
    own: Own, placement: Placement, small_county: Path, tmp_path: Path
) -> None:
    shutil.copyfile(small_county, tmp_path / "own.sqlite3")
    told = placement("init", "--municipalities", "--institutions", "--providers", "--programmes")
    assert "municipalities: 0 new, 35 there already" in told.stdout
    assert "lärosäten and their studieorter: 3 new, 14 there already" in told.stdout
    assert "providers: 0 new, 41 there already" in told.stdout
    names = [row.name_sv for row in own.rows(Organisation)]
    assert len(names) == len(set(names))
