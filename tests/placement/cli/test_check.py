"""``placement check``: a plan is checked against every rule, by anyone who has the two documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from placement.running.child import SolverProcess
from placement.running.orders import SolveOrder
from tests.placement.cli.conftest import Placement


@pytest.fixture(scope="module")
def solved(tiny: Path) -> str:
    """A plan of the tiny problem."""
    document = tiny.read_bytes()
    with SolverProcess(document, SolveOrder(5, seed=0, workers=1, memory_mb=None)) as child:
        return child.solved().plan


@pytest.fixture
def plan(solved: str, tmp_path: Path) -> Path:
    """A file with that plan, for the test to change."""
    file = tmp_path / "plan.json"
    file.write_text(solved)
    return file


def test_a_plan_that_keeps_every_rule_holds(tiny: Path, plan: Path, placement: Placement) -> None:
    told = placement("check", tiny, plan)
    assert told.exit_code == 0
    assert "no breach of any rule" in told.stdout
    assert "inget brott" in placement("check", tiny, plan, "--lang", "sv").stdout


def test_every_breach_is_told_by_rule(tiny: Path, plan: Path, placement: Placement) -> None:
    decided = json.loads(plan.read_text())
    for placed in decided["placements"]:
        placed["start"] = 5
    plan.write_text(json.dumps(decided))
    told = placement("check", tiny, plan)
    assert told.exit_code == 1
    assert "\ncourse-window (" in f"\n{told.stdout}"
    assert "\n  " in told.stdout
    assert placement("check", tiny, plan, "--lang", "sv").stdout != told.stdout


def test_a_plan_of_another_problem_is_told_as_a_breach_of_the_document(
    tiny: Path, plan: Path, placement: Placement
) -> None:
    decided = json.loads(plan.read_text())
    decided["problem_sha256"] = "0" * 64
    plan.write_text(json.dumps(decided))
    told = placement("check", tiny, plan)
    assert (told.exit_code, told.stdout.split(":")[0]) == (1, "document (the document)")


def test_documents_that_cannot_be_read_are_refused_with_every_fault(
    tiny: Path, plan: Path, tmp_path: Path, placement: Placement
) -> None:
    told = placement("check", plan, plan)
    assert told.exit_code == 2
    assert "/format" in told.stderr
    assert placement("check", tiny, tiny).exit_code == 2
    assert placement("check", tiny, tmp_path / "none.json").exit_code == 2
