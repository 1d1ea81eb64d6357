"""``placement solve`` stopped by hand as a separate process: from the first plan on, the best plan is kept."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from placement_solver.check import check_plan
from placement_solver.documents import read_plan, read_problem

COMMAND = Path(sys.executable).with_name("placement")


@contextmanager
def solving(problem: Path, out: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    """Start to solve, with a time limit of an hour."""
    command = [str(COMMAND), "solve", str(problem), "--out", str(out), "--time-limit", "3600", *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for_child(process: subprocess.Popen[str]) -> None:
    """Wait until the command has started the process that solves."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while not children.read_text():
        assert process.poll() is None


def wait_for(process: subprocess.Popen[str], phase: str) -> None:
    """Wait until the command has reported the start of a phase, or of any phase if none is named."""
    assert process.stderr is not None
    while line := process.stderr.readline():
        assert " · " in line
        if line.startswith(phase):
            return
    pytest.fail(f"the phase {phase} never began")


def assert_plan_is_kept(process: subprocess.Popen[str], problem: Path, out: Path) -> None:
    told, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    plan = read_plan(out.read_bytes())
    assert plan.status in {"interrupted", "optimal"}, "what is proven at that moment is optimal"
    assert told.startswith(plan.status)
    assert check_plan(read_problem(problem.read_bytes()), plan) == ()
    assert plan.placements


def test_ctrl_c_before_anything_is_told_gives_the_first_plan_or_says_that_there_is_none(
    small_term: Path, tmp_path: Path
) -> None:
    out = tmp_path / "plan.json"
    with solving(small_term, out) as process:
        wait_for_child(process)
        process.send_signal(signal.SIGINT)
        told, refused = process.communicate(timeout=120)
    if process.returncode:
        assert (process.returncode, refused) == (2, "Stopped before there was a plan to keep.\n")
        assert list(tmp_path.iterdir()) == [], "not half a plan either"
    else:
        plan = read_plan(out.read_bytes())
        assert told.startswith("interrupted: ")
        assert check_plan(read_problem(small_term.read_bytes()), plan) == ()


@pytest.mark.parametrize(
    ("phase", "sent"), [("prices", signal.SIGTERM), ("proof", signal.SIGINT), ("proof", signal.SIGTERM)]
)
def test_a_stop_in_any_phase_keeps_the_best_plan(
    small_term: Path, tmp_path: Path, phase: str, sent: signal.Signals
) -> None:
    out = tmp_path / "plan.json"
    with solving(small_term, out) as process:
        wait_for(process, phase)
        process.send_signal(sent)
        assert_plan_is_kept(process, small_term, out)
