"""``placement repair``: a repaired plan, a report of what moved and why, and faults as one line each."""

from __future__ import annotations

import importlib
import json
import random
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from placement_solver.check import check_plan
from placement_solver.documents import read_plan, read_problem, write_plan, write_problem
from placement_solver.search.settings import MendingSettings, SearchSettings
from tests.effort import only_in_long_form
from tests.placement.cli.conftest import Placement
from tests.solver.disruptions import close_a_ward
from tests.solver.repaired import in_force
from tests.solver.small import capacity, placed, problem, request


@pytest.fixture
def plan(tiny: Path, tmp_path: Path, placement: Placement) -> Path:
    """A plan of the tiny term, in force."""
    file = tmp_path / "plan.json"
    assert placement("solve", tiny, "--out", file, "--time-limit", 5, "--workers", 1).exit_code == 0
    return file


@pytest.fixture
def closed(tiny: Path, plan: Path, tmp_path: Path) -> Path:
    """The tiny term after the unit of its first placement has withdrawn its places."""
    document = json.loads(tiny.read_text())
    unit = json.loads(plan.read_text())["placements"][0]["unit"]
    for offer in document["capacities"]:
        if offer["unit"] == unit:
            offer["places"] = 0
    document["pins"] = []
    file = tmp_path / "closed.json"
    file.write_text(json.dumps(document))
    return file


def test_a_term_and_a_plan_in_force_give_a_repaired_plan_and_a_report(
    closed: Path, plan: Path, tmp_path: Path, placement: Placement
) -> None:
    out, report = tmp_path / "repaired.json", tmp_path / "moves.json"
    told = placement("repair", closed, plan, "--out", out, "--report", report, "--workers", 1)
    assert told.exit_code == 0, told.output
    assert check_plan(read_problem(closed.read_bytes()), read_plan(out.read_bytes())) == ()
    document = json.loads(report.read_text())
    lines = told.stdout.splitlines()
    assert lines[: len(document["moves"])] == [move["words"]["en"] for move in document["moves"]]
    assert document["moves"]
    assert lines[-4] == (
        "The search has ended: proven that no plan is better; "
        "gap 0.00% to the bound on all plans, those that move more included."
    )
    assert lines[-3].startswith(f"{document['totals']['in_force']} placements were in force: ")
    assert lines[-1] == f"Proven: no plan that places as many changes fewer than {document['totals']['changed']}."


def test_the_problem_can_be_written_with_the_plan_in_force_as_its_current(
    closed: Path, plan: Path, tmp_path: Path, placement: Placement
) -> None:
    out, told_problem = tmp_path / "repaired.json", tmp_path / "problem.json"
    told = placement("repair", closed, plan, "--out", out, "--problem-out", told_problem, "--lang", "sv")
    assert told.exit_code == 0, told.output
    assert "placeringar gällde" in told.stdout
    assert "Sökningen är slut: bevisat att ingen plan är bättre; gap 0.00%" in told.stdout
    problem, repaired = read_problem(told_problem.read_bytes()), read_plan(out.read_bytes())
    assert check_plan(problem, repaired) == ()
    assert {line.request for line in problem.current} == {
        line.request for line in read_plan(plan.read_bytes()).placements
    }
    assert repaired.terms["change"] >= problem.weights.change


@only_in_long_form
@pytest.mark.no_cover
def test_a_repair_of_a_whole_term_that_ends_before_its_limit_says_why(
    small_term: Path, tmp_path: Path, placement: Placement
) -> None:
    now, plan, out, told_problem = (tmp_path / f"{name}.json" for name in ("now", "plan", "out", "problem"))
    assert placement("solve", small_term, "--out", plan, "--time-limit", 5).exit_code == 0
    term, in_force_now = read_problem(small_term.read_bytes()), read_plan(plan.read_bytes())
    now.write_text(write_problem(close_a_ward(random.Random(1), term, in_force_now.placements)))
    asked = ("repair", now, plan, "--out", out, "--problem-out", told_problem, "--time-limit", 600)
    told = placement(*asked)
    repaired = read_plan(out.read_bytes())
    assert check_plan(read_problem(told_problem.read_bytes()), repaired) == ()
    ended, words = {
        "optimal": ("proven", "proven that no plan is better; gap 0.00%"),
        "feasible": ("nothing-better", "nothing better was found; gap "),
    }[repaired.status]
    assert repaired.ended_because == ended
    assert f"The search has ended: {words}" in told.stdout


def test_what_is_not_proven_is_told_with_what_is(
    tmp_path: Path, placement: Placement, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = importlib.import_module("placement.cli.repair")
    in_parts = partial(command.mend_plan, settings=SearchSettings(mending=MendingSettings(whole=0)))
    monkeypatch.setattr(command, "mend_plan", in_parts)
    both = (request(starts=(0,)), request("bo-1", starts=(0,)))
    term = problem(capacities=(capacity(places=1),), requests=both)
    document, plan = tmp_path / "problem.json", tmp_path / "plan.json"
    document.write_text(write_problem(term))
    plan.write_text(write_plan(in_force(replace(term, requests=both[:1]), placed())))  # Bo has come back
    told = placement("repair", document, plan, "--out", tmp_path / "repaired.json")
    assert told.stdout.splitlines()[-1] == "0 changed; proven: at least 0 in any plan."


def test_a_faulty_document_is_told_in_a_line_and_nothing_is_written(
    tiny: Path, plan: Path, tmp_path: Path, placement: Placement
) -> None:
    out = tmp_path / "repaired.json"
    told = placement("repair", plan, tiny, "--out", out)
    assert told.exit_code == 2
    assert told.stderr.startswith("/format: ")
    told = placement("repair", tiny, tmp_path / "none.json", "--out", out)
    assert (told.exit_code, told.stderr) == (2, f"{tmp_path / 'none.json'}: No such file or directory\n")
    assert not out.exists()
