"""Progress: one live line on a terminal, and otherwise a line for each phase."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import get_args

from rich.console import Console

from placement.cli.progress import PHASES, ProgressLine
from placement.cli.speech import Language
from placement_solver.progress import Phase, Progress

SEARCH = Progress("search", objective=1_000, bound=900, gap=0.1, unplaced=7, seconds=12.4)


def told(*steps: Progress | None, lang: Language = Language.EN, terminal: bool = False) -> str:
    file = io.StringIO()
    console = Console(file=file, force_terminal=terminal, width=120)
    with ProgressLine(lang, console) as line:
        for step in steps:
            line.show(step)
    return file.getvalue()


def test_each_new_phase_gets_a_line_with_all_that_is_known() -> None:
    lines = told(None, SEARCH, replace(SEARCH, seconds=13), replace(SEARCH, phase="proof")).splitlines()
    assert lines == [
        "search · objective 1000 · bound 900 · gap 10.00% · 7 unplaced · 12 s",
        "proof · objective 1000 · bound 900 · gap 10.00% · 7 unplaced · 12 s",
    ]


def test_on_a_terminal_the_line_is_rewritten_and_gone_at_the_end() -> None:
    text = told(SEARCH, replace(SEARCH, seconds=13), terminal=True)
    assert "12 s" in text
    assert "13 s" in text
    assert text.endswith("\x1b[2K")


def test_progress_is_told_in_swedish() -> None:
    assert told(SEARCH, lang=Language.SV) == "sökning · mål 1000 · gräns 900 · gap 10.00% · 7 utan plats · 12 s\n"


def test_every_phase_has_its_words() -> None:
    assert set(PHASES) == set(get_args(Phase))
