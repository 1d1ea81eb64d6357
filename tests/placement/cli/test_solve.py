"""``placement solve``: a whole plan or none, every fault reported, and Ctrl-C keeps the best plan so far."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from placement.cli.interrupts import asked_to_stop
from placement.cli.solve import write_whole
from placement_solver.check import check_plan
from placement_solver.documents import read_plan, read_problem, report_of
from tests.placement.cli.conftest import Placement

COMMAND = Path(sys.executable).with_name("placement")


def test_a_report_is_written_beside_the_plan(tiny: Path, tmp_path: Path, placement: Placement) -> None:
    out, report = tmp_path / "plan.json", tmp_path / "report.json"
    told = placement("solve", tiny, "--out", out, "--report", report, "--time-limit", 5, "--workers", 1)
    assert told.exit_code == 0, told.output
    plan, made = read_plan(out.read_bytes()), report_of(json.loads(report.read_bytes()))
    assert (made.problem_sha256, made.objective, made.bound) == (plan.problem_sha256, plan.objective, plan.bound)
    assert made.fairness.everyone.placed == len(plan.placements)


def test_a_problem_in_a_plan_out(tiny: Path, tmp_path: Path, placement: Placement) -> None:
    out = tmp_path / "plan.json"
    told = placement("solve", tiny, "--out", out, "--time-limit", 5, "--seed", 3, "--workers", 1)
    assert told.exit_code == 0, told.output
    plan = read_plan(out.read_bytes())
    assert check_plan(read_problem(tiny.read_bytes()), plan) == ()
    assert (plan.solver.seed, plan.solver.workers, plan.solver.time_limit_seconds) == (3, 1, 5)
    assert told.stdout == (
        f"optimal: objective {plan.objective}, bound {plan.bound}, gap 0.00%, "
        f"{len(plan.placements)} placed, {len(plan.unplaced)} unplaced; proven that no plan is better\n"
    )


def test_the_answer_comes_in_swedish_to_who_asks_for_it(tiny: Path, tmp_path: Path, placement: Placement) -> None:
    told = placement("solve", tiny, "--out", tmp_path / "plan.json", "--time-limit", 5, "--lang", "sv")
    assert told.stdout.endswith("utan plats; bevisat att ingen plan är bättre\n")
    assert "klar · mål" in told.stderr


def test_each_step_is_traced_with_what_it_has_found(tiny: Path, tmp_path: Path, placement: Placement) -> None:
    out, trace = tmp_path / "plan.json", tmp_path / "trace.jsonl"
    assert placement("solve", tiny, "--out", out, "--time-limit", 5, "--trace", trace).exit_code == 0
    steps = [json.loads(line) for line in trace.read_text().splitlines()]
    plan = json.loads(out.read_text())
    assert (steps[-1]["phase"], steps[-1]["objective"], steps[-1]["bound"]) == (
        "done",
        plan["objective"],
        plan["bound"],
    )
    assert [step["seconds"] for step in steps] == sorted(step["seconds"] for step in steps)
    assert all(step["memory_mb"] > 10 for step in steps)
    nowhere = placement("solve", tiny, "--out", out, "--trace", tmp_path / "no" / "trace.jsonl")
    assert nowhere.exit_code == 2
    assert len(nowhere.stderr.splitlines()) == 1


def test_every_fault_is_told_and_no_plan_is_written(tiny: Path, tmp_path: Path, placement: Placement) -> None:
    document = json.loads(tiny.read_text())
    document["term"]["weeks"] = 0
    document["travel"]["base_minutes"] = -1
    faulty, out = tmp_path / "faulty.json", tmp_path / "plan.json"
    faulty.write_text(json.dumps(document))
    told = placement("solve", faulty, "--out", out)
    assert told.exit_code == 2
    assert {line.split(":")[0] for line in told.stderr.splitlines()} >= {"/term/weeks", "/travel/base_minutes"}
    faulty.write_text("no JSON")
    told = placement("solve", faulty, "--out", out, "--lang", "sv")
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr.startswith("(dokumentet): dokumentet är inte JSON")
    assert not out.exists()


def test_without_enough_memory_there_is_one_clear_line_and_no_plan(
    small_term: Path, tmp_path: Path, placement: Placement
) -> None:
    out = tmp_path / "plan.json"
    told = placement("solve", small_term, "--out", out, "--memory-limit", 64, "--lang", "sv")
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr == (
        "Minnet tog slut: lösaren fick ta högst 64 MiB. "
        "Tillåt mer (--memory-limit, för tjänsten PLACEMENT_RUN_MEMORY_MB) eller färre trådar (--workers).\n"
    )
    assert not out.exists()


def test_a_solve_that_does_not_end_in_its_time_is_ended(
    tiny: Path, tmp_path: Path, placement: Placement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["placement.cli.solve"], "GRACE_SECONDS", -600)
    told = placement("solve", tiny, "--out", tmp_path / "plan.json", "--time-limit", 5)
    assert (told.exit_code, told.stderr) == (2, "The solver process overran its time and was ended.\n")


def test_a_file_that_is_not_there_is_told_in_a_line(tmp_path: Path, placement: Placement) -> None:
    told = placement("solve", tmp_path / "none.json", "--out", tmp_path / "plan.json")
    assert (told.exit_code, told.stderr) == (2, f"{tmp_path / 'none.json'}: No such file or directory\n")


def test_a_plan_that_cannot_be_written_is_told_in_a_line(tiny: Path, tmp_path: Path, placement: Placement) -> None:
    told = placement("solve", tiny, "--out", tmp_path / "nowhere" / "plan.json", "--time-limit", 5)
    assert told.exit_code == 2
    assert "No such file or directory" in told.stderr


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    write_whole(file, "old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(file, "\ud800")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_ctrl_c_keeps_the_best_plan_so_far(small_term: Path, tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    command = subprocess.Popen(
        [COMMAND, "solve", small_term, "--out", out, "--time-limit", "600"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert command.stderr is not None
    assert "objective" in command.stderr.readline()
    command.send_signal(signal.SIGINT)
    told, _ = command.communicate(timeout=120)
    assert command.returncode == 0
    assert told.startswith("interrupted: ")
    assert told.endswith("; stopped\n")
    plan = read_plan(out.read_bytes())
    assert plan.status == "interrupted"
    assert check_plan(read_problem(small_term.read_bytes()), plan) == ()


@pytest.fixture
def _heeded() -> Iterator[None]:
    """Let a child react to Ctrl-C, which a shell makes background processes ignore."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_heeded")
def test_the_second_ctrl_c_ends_at_once_without_a_plan() -> None:
    with asked_to_stop() as asked:
        signal.raise_signal(signal.SIGINT)
        assert asked.is_set()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
