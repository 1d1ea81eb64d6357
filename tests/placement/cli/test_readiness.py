"""``placement readiness``: a term's check list in a shell, what blocks first, each row by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from placement.database import engine_for, open_session
from placement.tables import BlockedUnit, CourseWindow, OfferWeek, Pin, Student, Unit
from tests import rows
from tests.placement.cli.conftest import Placement

MORE_UNITS = 7


@pytest.fixture(autouse=True)
def filled(migrated_own: Path) -> None:
    """The commands' database: one row of everything but start weeks, and some units that offer nothing."""
    engine = engine_for(f"sqlite:///{migrated_own}")
    with open_session(engine) as session:
        session.add_all(rows.small_world())
        values = rows.one(Unit).model_dump(exclude={"id", "hsa_id", "name"})
        session.add_all(Unit(id=f"unt_{at}", name=f"Enhet {at}", **values) for at in range(MORE_UNITS))
        session.flush()
        session.delete(session.exec(select(CourseWindow)).one())
    engine.dispose()


def test_what_blocks_is_told_first_with_its_rows_owners_and_numbers(placement: Placement) -> None:
    told = placement("readiness", "VT2027", "--lang", "sv")
    assert (told.exit_code, told.stderr) == (0, "")
    lines = told.stdout.splitlines()
    assert lines[:2] == [
        "HINDRAR  1 begäran (1 kurs) kan inte placeras: kursen har inga startveckor i terminen.",
        "    T2 (1SJ021), Karolinska Institutet: begäranden 1",
    ]
    first = lines.index("SE ÖVER  7 enheter hos 1 huvudman har inget platserbjudande i terminen.")
    assert lines[first + 1] == "    Enhet 0, Stockholms stad"
    assert lines[first + 6] == f"    … och {MORE_UNITS - 5} till"
    assert lines[-1].startswith("OK ")
    assert lines[-1].endswith(" krav till är uppfyllda; --all visar dem.")
    every = placement("readiness", "VT2027", "--lang", "sv", "--all").stdout.splitlines()
    assert "OK       Terminen har kullar." in every
    assert len(every) == len(lines) - 1 + int(lines[-1].split()[1])


def test_a_term_in_which_nothing_blocks_is_said_to_be_so(placement: Placement, tmp_path: Path) -> None:
    assert "Nothing stands in the way" not in placement("readiness", "trm_a").stdout
    engine = engine_for(f"sqlite:///{tmp_path / 'own.sqlite3'}")
    with open_session(engine) as session:
        session.add(rows.one(CourseWindow))
        session.add(Unit(**{**rows.one(Unit).model_dump(), "id": "unt_free", "hsa_id": None, "site_id": None}))
    with open_session(engine) as session:
        session.get_one(Student, "stu_a").site_id = "sit_a"
        session.delete(session.get_one(BlockedUnit, ("stu_a", "unt_a")))
        session.add_all(OfferWeek(offer_id="off_a", week=rows.WEEK.plus(week), places=2) for week in range(1, 6))
    engine.dispose()
    told = placement("readiness", "trm_a").stdout.splitlines()
    assert told[-1] == "Nothing stands in the way of a run."
    assert told[0].startswith("LOOK AT")


def test_a_request_that_no_run_can_place_is_told_with_the_rule_in_its_way(placement: Placement, tmp_path: Path) -> None:
    engine = engine_for(f"sqlite:///{tmp_path / 'own.sqlite3'}")
    with open_session(engine) as session:
        session.delete(session.exec(select(Pin)).one())
    engine.dispose()
    told = placement("readiness", "VT2027", "--lang", "sv").stdout.splitlines()
    first = told.index(
        "HINDRAR  1 begäran (1 kurs) kan inte placeras, hur en körning än gör. "
        "Det som inte lämnar någon enhet: ”Kursens veckor” (1)."
    )
    assert told[first + 1] == "    T2 (1SJ021), Karolinska Institutet: begäranden 1; ”Kursens veckor”"


def test_a_term_that_does_not_exist_is_refused_in_a_line(placement: Placement) -> None:
    refused = placement("readiness", "trm_none")
    assert (refused.exit_code, refused.stderr) == (2, "There is no 'trm_none'.\n")


def test_every_number_of_a_row_has_a_word(placement: Placement) -> None:
    told = placement("readiness", "trm_a", "--lang", "sv").stdout
    assert "    sjuksköterska: begärda studentveckor 6, erbjudna 2, saknas 4" in told.splitlines()
