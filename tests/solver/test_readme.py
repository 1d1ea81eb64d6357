"""The solver's page names every file of the solver, and none that is not there."""

from __future__ import annotations

import re
from pathlib import Path

SOLVER = Path(__file__).parents[2] / "solver"


def test_the_table_of_files_is_that_of_the_folder() -> None:
    page = (SOLVER / "README.md").read_text(encoding="utf-8")
    table = page[page.index("| File | Holds |") :]
    named = [
        name for row in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE) for name in re.findall(r"`([^`]+)`", row)
    ]
    package = SOLVER / "placement_solver"
    rooms = {"documents", "explanation", "figures", "parts", "search", "site_choice"}
    there = {path.stem for folder in ("", *rooms) for path in (package / folder).glob("*.py")} - {"__init__"}
    assert sorted(named) == sorted({*there, *(f"{room}/" for room in (*rooms, "rules", "wishes"))})
