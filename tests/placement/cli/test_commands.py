"""Only the module of the command given is loaded, and a mistyped command gets a suggestion."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer

from placement.cli import COMMANDS, main, open_rooms
from tests.placement.cli.conftest import Placement


def commands_of(*words: str) -> list[str]:
    return list(typer.main.get_command(open_rooms(words)).commands)  # type: ignore[attr-defined]


def test_of_a_command_that_is_named_no_other_is_loaded() -> None:
    assert commands_of("check", "problem.json", "plan.json") == ["check"]


@pytest.mark.parametrize("words", [(), ("--help",), ("slve", "check")])
def test_without_a_command_all_commands_are_listed(words: tuple[str, ...]) -> None:
    assert commands_of(*words) == list(COMMANDS)


def test_solving_a_file_loads_neither_database_nor_api() -> None:
    code = "import sys; from placement.cli import open_rooms; open_rooms(['solve']); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"placement.cli.solve", "placement.running.child"} <= set(loaded)
    assert {"sqlalchemy", "alembic", "fastapi", "ortools"} & set(loaded) == set()


def test_a_mistyped_command_is_answered_with_the_nearest(placement: Placement) -> None:
    refused = placement("slve", "term.json")
    assert refused.exit_code == 2
    assert "Did you mean 'solve'" in refused.stderr


def test_the_command_line_says_what_is_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["placement", "check", "--help"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert "Check a plan" in capsys.readouterr().out
