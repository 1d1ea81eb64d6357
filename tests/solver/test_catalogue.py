"""The page of rules states what the code does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from placement_solver.catalogue import render
from placement_solver.rules import RULES, Rule
from placement_solver.wishes import WISHES, Wish

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_page_is_the_one_that_the_code_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == render()


def test_the_command_in_the_page_writes_the_page() -> None:
    written = subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "placement_solver.catalogue"], capture_output=True, check=True
    )
    assert written.stdout.decode() == render()


def test_every_rule_and_wish_stands_in_the_page_in_both_languages() -> None:
    page = render()
    entries: tuple[Rule | Wish, ...] = (*RULES, *WISHES)
    for entry in entries:
        for words in (f"### `{entry.key}`\n", entry.meaning.sv, entry.meaning.en, entry.source.title):
            assert words in page
