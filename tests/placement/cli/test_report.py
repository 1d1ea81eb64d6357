"""``placement report``: a plan's figures, the price of what is scarce, and one more of it tried out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from placement_solver.documents import report_of, write_problem
from placement_solver.problem import Problem, StudentId, Taken, TakenId
from tests.placement.cli.conftest import Placement
from tests.solver.small import KI, WARD, capacity, problem, request, student, supervisor, unit


@pytest.fixture
def documents(tmp_path: Path) -> tuple[Path, Path]:
    """A term with one place too few, and its best plan."""
    return written(
        problem(
            units=(unit(),),
            capacities=(capacity(places=1),),
            students=(student(), student("bo"), student("cia", zone="0182")),
            requests=(request(starts=(0,)), request("bo-1", starts=(0,)), request("cia-1", starts=(2,))),
        ),
        tmp_path,
    )


def written(term: Problem, folder: Path) -> tuple[Path, Path]:
    asked, decided = folder / "problem.json", folder / "plan.json"
    asked.write_text(write_problem(term))
    decided.write_text("{}")
    return asked, decided


@pytest.fixture
def solved(documents: tuple[Path, Path], placement: Placement) -> tuple[Path, Path]:
    """The documents, the plan as it was solved."""
    asked, decided = documents
    assert placement("solve", asked, "--out", decided, "--time-limit", 5, "--workers", 1).exit_code == 0
    return asked, decided


def test_a_plan_is_reported_with_fairness_and_prices(
    solved: tuple[Path, Path], tmp_path: Path, placement: Placement
) -> None:
    out = tmp_path / "report.json"
    told = placement("report", *solved, "--out", out, "--verify", 2)
    assert told.exit_code == 0, told.output
    report = report_of(json.loads(out.read_bytes()))
    assert report.fairness.everyone.placed == 2
    assert report.prices is not None
    assert "990  one more place for a nurse at ward (medicine), weeks 50–51" in told.stdout
    assert "990  saved there" in told.stdout
    assert [words for words in ("Lärosäte", "Home", "0182", "unknown", "Nine in ten") if words not in told.stdout] == []


def test_what_another_term_has_taken_is_priced_and_tried(tmp_path: Path, placement: Placement) -> None:
    stranger = Taken(TakenId("t"), "VT27", StudentId("stranger"), KI, "nurse", WARD, None, 0, 0)
    term = problem(
        capacities=(capacity(places=1),),
        students=(student(),),
        requests=(request(starts=(0,)),),
        taken=(stranger,),
    )
    asked, decided = written(term, tmp_path)
    assert placement("solve", asked, "--out", decided, "--time-limit", 5, "--workers", 1).exit_code == 0
    told = placement("report", asked, decided, "--verify", 1)
    assert "990  one more place for a nurse at ward (medicine), weeks 50–51" in told.stdout
    assert "990  saved there" in told.stdout


def test_the_report_speaks_swedish(solved: tuple[Path, Path], placement: Placement) -> None:
    told = placement("report", *solved, "--verify", 1, "--lang", "sv")
    assert told.exit_code == 0, told.output
    for words in ("Hemort", "okänd", "en plats till för sjuksköterska vid ward", "sparas där", "Restid"):
        assert words in told.stdout


def test_prices_are_left_out_where_they_are_not_asked_for(
    solved: tuple[Path, Path], tmp_path: Path, placement: Placement
) -> None:
    out = tmp_path / "report.json"
    told = placement("report", *solved, "--out", out, "--no-prices", "--verify", 1)
    assert told.exit_code == 0, told.output
    assert json.loads(out.read_bytes())["prices"] is None
    assert "worth" not in told.stdout


def test_where_there_was_no_time_for_prices_it_says_so(
    solved: tuple[Path, Path], placement: Placement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("placement_solver.search.clock.Clock.is_over", lambda _: True)
    told = placement("report", *solved)
    assert told.exit_code == 0, told.output
    assert "No prices: there was no time for them." in told.stdout


def test_a_plan_that_breaks_a_rule_is_not_reported(solved: tuple[Path, Path], placement: Placement) -> None:
    plan = json.loads(solved[1].read_bytes())
    plan["objective"] += 1
    solved[1].write_text(json.dumps(plan))
    told = placement("report", *solved)
    assert told.exit_code == 2
    assert "placement check shows which" in told.stderr
    assert told.stdout == ""


def test_what_cannot_be_read_is_refused(documents: tuple[Path, Path], placement: Placement) -> None:
    told = placement("report", *documents)
    assert told.exit_code == 2
    assert "/format" in told.stderr


def test_a_term_where_nobody_could_be_placed_is_reported_too(tmp_path: Path, placement: Placement) -> None:
    asked, decided = written(problem(capacities=(), supervisors=(supervisor(),)), tmp_path)
    assert placement("solve", asked, "--out", decided, "--time-limit", 5, "--workers", 1).exit_code == 0
    told = placement("report", asked, decided, "--verify", 1)
    assert told.exit_code == 0, told.output
    assert "0.0%" in told.stdout
