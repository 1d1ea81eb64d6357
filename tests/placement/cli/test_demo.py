"""``placement demo``: from an empty database to a checked and stored plan, with a readable summary."""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col, func, select

from placement.callers import SYSTEM
from placement.database import engine_for, open_session, read_session
from placement.planning.runs import cancel_run
from placement.running import worker
from placement.running.child import SolverProcess
from placement.running.claims import Claim, fail
from placement.running.orders import SolveOrder
from placement.tables import Plan, PlanStatus, Run, RunStatus, SiteRound, Term
from placement_solver.rules import Breach
from placement_solver.words import Words
from tests.placement.cli.conftest import Placement
from tests.placement.cli.test_stops import wait_for

COMMAND = Path(sys.executable).with_name("placement")


@pytest.fixture
def loaded(small_county: Path, tmp_path: Path) -> Path:
    """The commands' database, with the small county in it already."""
    file = tmp_path / "own.sqlite3"
    shutil.copyfile(small_county, file)
    return file


def test_the_demo_plans_a_county_from_nothing_and_a_second_time_only_plans(
    placement: Placement, tmp_path: Path
) -> None:
    first = placement("demo", "--time-limit", 1)
    assert first.exit_code == 0, first.output
    for words in ("Synthetic data", "VT2027 (small, seed 1)", "no breach", "Proven gap", "What to do next"):
        assert words in first.stdout
    second = placement("demo", "--scale", "small", "--seed", 1, "--time-limit", 1, "--lang", "sv")
    assert second.exit_code == 0, second.output
    assert "Påhittade uppgifter" in second.stdout
    engine = engine_for(f"sqlite:///{tmp_path / 'own.sqlite3'}")
    with read_session(engine) as session:
        assert session.exec(select(func.count()).select_from(Plan)).one() == 2
        assert session.exec(select(Term.code).order_by(col(Term.first_week))).first() == "VT2027"
        assert session.exec(select(func.count()).select_from(Term)).one() == 2
        assert session.exec(select(func.count()).select_from(SiteRound)).one() == 4
    engine.dispose()


@pytest.mark.usefixtures("loaded")
def test_the_demo_refuses_a_database_that_holds_something_else(placement: Placement) -> None:
    told = placement("demo", "--seed", 2)
    assert told.exit_code == 2
    assert "Choose an empty one with PLACEMENT_DATABASE_URL" in told.stderr


@pytest.mark.usefixtures("loaded")
def test_a_demo_whose_solver_dies_says_so(placement: Placement, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(SolverProcess):
        def __init__(self, problem: bytes, order: SolveOrder, begin: Mapping[str, Any] | None = None) -> None:
            super().__init__(problem, order, begin=begin)
            os.kill(self.pid, signal.SIGKILL)

    monkeypatch.setattr(worker, "SolverProcess", Killed)
    told = placement("demo")
    assert told.exit_code == 2
    assert "SIGKILL" in told.stderr


@pytest.mark.usefixtures("loaded")
def test_a_demo_whose_plan_breaks_a_rule_says_which(placement: Placement, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Breach("site", ("req_a",), Words(sv="Fel ort.", en="The wrong site."))
    monkeypatch.setattr(importlib.import_module("placement.cli.demo"), "check_plan", lambda *_: (broken,))
    told = placement("demo", "--time-limit", 1)
    assert told.exit_code == 2
    assert "The wrong site." in told.stderr


def test_a_demo_stopped_before_there_was_a_plan_says_so(
    loaded: Path, placement: Placement, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop_at_once(engine: Engine, run: Run, *_: object) -> None:
        with open_session(engine) as session:
            cancel_run(session, SYSTEM, run.id)
            fail(session, Claim(run.id, str(run.worker)), Words("Stoppad.", "Stopped before there was a plan to keep."))

    monkeypatch.setattr(worker, "carry_out", stop_at_once)
    told = placement("demo", "--time-limit", 1)
    assert told.exit_code == 2
    assert "Stopped before there was a plan to keep." in told.stderr
    assert loaded.exists()


def test_ctrl_c_ends_the_demo_with_the_best_plan_so_far(loaded: Path) -> None:
    command = subprocess.Popen(
        [COMMAND, "demo", "--time-limit", "600"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    wait_for(command, phase="")
    command.send_signal(signal.SIGINT)
    told, _ = command.communicate(timeout=120)
    assert command.returncode == 0
    assert "no breach" in told
    engine = engine_for(f"sqlite:///{loaded}")
    with read_session(engine) as session:
        assert session.exec(select(Run.status)).one() is RunStatus.CANCELLED
        plan = session.exec(select(Plan)).one()
        assert plan.status in {PlanStatus.INTERRUPTED, PlanStatus.OPTIMAL}, "what is proven at that moment is optimal"
    engine.dispose()
