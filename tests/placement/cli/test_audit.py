"""``placement audit``: the head, whether the trail holds, and who saw whom."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from placement.database import engine_for
from placement.keys import Keys, new_key
from placement.settings import Settings
from placement.store import looks
from placement.store.looks import Look
from tests.placement.cli.conftest import Placement
from tests.placement.store.trails import COORDINATOR, ERASED, LAST, write_trail
from tests.rows import small_world

ALL = LAST + 2


@pytest.fixture
def trail(migrated_own: Path) -> None:
    """A trail, and a look at a student in it."""
    assert Settings().database_url == f"sqlite:///{migrated_own}"
    engine = engine_for(Settings().database_url)
    with Session(engine) as session:
        write_trail(session)
        session.add_all(small_world())  # it has an entry of its own
        session.commit()
        asked = Look("GET /v1/students", "/v1/students", {}, frozenset(), frozenset({"stu_a"}))
        looks.record(session, COORDINATOR, asked, ["stu_a"])
        session.commit()
    engine.dispose()


def tamper(statement: str) -> None:
    engine = engine_for(Settings().database_url)
    with engine.begin() as connection:
        for trigger in ("keep_changed", "keep_removed"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {trigger}"))
        connection.execute(text(statement))
    engine.dispose()


@pytest.mark.usefixtures("trail")
def test_a_head_is_kept_and_the_trail_is_held_to_it(placement: Placement, tmp_path: Path) -> None:
    printed = json.loads(placement("audit", "head").stdout)
    assert (printed["format"], printed["sequence"]) == ("placement-audit-head/1", ALL)
    file = placement("audit", "head", "--folder", tmp_path / "heads").stdout.strip()
    held = placement("audit", "verify", "--head", file)
    assert held.exit_code == 0
    assert held.stdout.startswith(f"The audit trail holds: {ALL} entries, the last with hash {printed['hash']}.")
    assert held.stdout.endswith(f"Erased values: {len(ERASED)} entries.\n")
    assert held.stderr == ""
    tamper(f"DELETE FROM audit_entry WHERE sequence = {ALL}")  # noqa: S608 (a number of ours)
    alone = placement("audit", "verify")
    assert alone.exit_code == 0
    assert "Without a head" in alone.stderr
    cut = placement("audit", "verify", "--head", file, "--public-key", printed["public_key"])
    assert cut.exit_code == 2
    assert cut.stderr == (
        f"Wrong at entry {ALL}: the trail ends before the head: its end was removed."
        f" Before it {ALL - 1} entries hold. Erased values: {len(ERASED)} entries.\n"
    )


@pytest.mark.usefixtures("trail")
def test_the_first_wrong_entry_is_named_in_both_languages(placement: Placement) -> None:
    tamper("UPDATE audit_entry SET actor_token = 'x' WHERE sequence = 5")
    swedish = placement("audit", "verify", "--lang", "sv")
    assert (swedish.exit_code, swedish.stdout) == (2, "")
    assert swedish.stderr.startswith("Fel i post 5: posten är ändrad")


@pytest.mark.usefixtures("trail")
def test_a_head_of_another_key_or_no_head_is_refused(placement: Placement, tmp_path: Path) -> None:
    file = placement("audit", "head", "--folder", tmp_path).stdout.strip()
    strange = placement("audit", "verify", "--head", file, "--public-key", Keys([new_key()]).public_key)
    assert (strange.exit_code, strange.stderr.startswith("Wrong at entry –: The head is signed by another key")) == (
        2,
        True,
    )
    (tmp_path / "note.txt").write_text("hej")
    refused = placement("audit", "verify", "--head", tmp_path / "note.txt")
    assert refused.exit_code == 2
    assert "no head of an audit trail" in refused.output
    missing = placement("audit", "verify", "--head", tmp_path / "nothing.json")
    assert missing.exit_code == 2
    assert "Traceback" not in missing.output


@pytest.mark.usefixtures("trail")
def test_who_saw_is_printed_as_lines_or_json_and_the_inquiry_is_a_look(placement: Placement, tmp_path: Path) -> None:
    (tmp_path / "students.txt").write_text("stu_a\nstu_gone\n")
    span = ("--from", "2026-01-01", "--to", "2040-01-01T12:00:00Z")
    asked = placement("audit", "seen", "--students-file", tmp_path / "students.txt", *span)
    assert asked.exit_code == 0, asked.output
    lines = list(csv.DictReader(io.StringIO(asked.stdout)))
    reads = [line for line in lines if line["how"] == "read"]
    assert [(line["studentId"], line["what"], line["tokenId"], line["times"]) for line in reads] == [
        ("stu_a", "GET /v1/students", "t-cku", "1")
    ]
    again = json.loads(placement("audit", "seen", "--student", "stu_a", *span, "--format", "json").stdout)
    assert again["erasedEntries"] == len(ERASED)
    assert {line["what"] for line in again["lines"] if line["how"] == "read"} == {
        "GET /v1/students",
        "placement audit seen",
    }


@pytest.mark.usefixtures("trail")
@pytest.mark.parametrize("moment", ["yesterday", "0001-01-01", ""])
def test_what_is_no_moment_or_nobody_is_refused_in_words(placement: Placement, moment: str) -> None:
    refused = placement("audit", "seen", "--student", "stu_a", "--from", moment, "--to", "2040-01-01")
    assert refused.exit_code == 2
    assert "is no moment" in refused.output
    nobody = placement("audit", "seen", "--from", "2026-01-01", "--to", "2027-01-01")
    assert (nobody.exit_code, "1 to 1000" in nobody.output) == (2, True)
