"""`placement remind` sends what is due once, and with --dry-run only tells it."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from placement.cli import remind
from placement.database import engine_for, open_session
from placement.tables import Unit
from tests.api.world import World
from tests.placement.cli.conftest import Placement

DAY = dt.date(2026, 10, 29)
"""Three days before the answers are due, when the other unit of the small county is silent."""


@pytest.fixture(autouse=True)
def county(settled_sqlite: tuple[Path, World], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The small county on a day when a unit has not answered."""
    file = tmp_path / "own.sqlite3"
    shutil.copyfile(settled_sqlite[0], file)
    engine = engine_for(f"sqlite:///{file}")
    with open_session(engine) as session:
        session.get_one(Unit, "unt_b").contact_email = "avdelning7@example.se"
    engine.dispose()
    monkeypatch.setattr(remind, "today", lambda: DAY)


def test_a_dry_run_tells_what_is_due_and_sends_nothing(placement: Placement) -> None:
    for _ in range(2):
        told = placement("remind", "--dry-run")
        assert told.exit_code == 0, told.stderr
        reminder, number = told.stdout.splitlines()
        assert reminder == (
            "Avdelning 7 has not answered about places in the term VT2027. The last day for answers is 2026-11-01. "
            "No places is an answer too."
        )
        assert number == "Number of reminders that would be sent: 1"


def test_what_is_due_is_sent_once(placement: Placement) -> None:
    first, second = placement("remind", "--lang", "sv"), placement("remind", "--lang", "sv")
    assert first.stdout.splitlines()[-1] == "Antal skickade påminnelser: 1"
    assert first.stdout.startswith("Avdelning 7 har inte svarat om platser i terminen VT2027.")
    assert second.stdout == "Antal skickade påminnelser: 0\n"


def test_what_is_sent_is_mailed_where_mail_is_on(
    placement: Placement, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "mail").mkdir()
    monkeypatch.setenv("PLACEMENT_MAIL_FOLDER", str(tmp_path / "mail"))
    refused = placement("remind")
    assert (refused.exit_code, refused.stderr) == (2, "PLACEMENT_MAIL_SENDER: say who sends the reminders\n")
    monkeypatch.setenv("PLACEMENT_MAIL_SENDER", "vfu@cku.example.se")
    assert placement("remind").exit_code == 0
    (file,) = (tmp_path / "mail").iterdir()
    assert b"To: avdelning7@example.se\r\n" in file.read_bytes()
