"""``placement rerun``: from what was kept of a run the same objective comes again, and what does not fit is told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from placement.callers import SYSTEM
from placement.database import engine_for, open_session
from placement.planning.runs import start_run
from placement.running import claims, worker
from placement.running.worker import carry_out
from placement.tables import PlanDocument, Run, RunMode, RunStatus, Term
from placement.worker_names import new_worker
from tests.placement.cli.conftest import Placement
from tests.placement.publishing import unplanned_county
from tests.placement.running.test_worker import NO_STOP, Killed


@pytest.fixture
def engine(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Engine]:
    """The commands' database: a county where one student can be placed."""
    file = tmp_path / "own.sqlite3"
    shutil.copyfile(migrated_sqlite, file)
    with unplanned_county(f"sqlite:///{file}") as made:
        yield made


@pytest.fixture
def small(small_county: Path, tmp_path: Path) -> Iterator[Engine]:
    """The commands' database: a small county, whose plan a second does not prove."""
    file = tmp_path / "own.sqlite3"
    shutil.copyfile(small_county, file)
    made = engine_for(f"sqlite:///{file}")
    yield made
    made.dispose()


def planned(engine: Engine, time_limit: int = 60, mode: RunMode = RunMode.PLAN) -> Run:
    with open_session(engine) as session:
        run = start_run(session, SYSTEM, session.exec(select(Term.id)).one(), time_limit, workers=2, mode=mode)
        claims.claim(session, run, new_worker())
    carry_out(engine, run, NO_STOP)
    with open_session(engine) as session:
        ended = session.get_one(Run, run.id)
    assert ended.status is RunStatus.SUCCEEDED
    return ended


@pytest.mark.parametrize("mode", [RunMode.PLAN, RunMode.WAITING_LIST])
def test_a_proven_run_comes_to_the_same(engine: Engine, placement: Placement, tmp_path: Path, mode: RunMode) -> None:
    run = planned(engine, mode=mode)
    told = placement("rerun", run.id, "--out", tmp_path / "again.json")
    assert told.exit_code == 0, told.output
    assert f"Then: objective {run.objective}, bound {run.bound}" in told.stdout
    assert "the same objective" in told.stdout
    assert json.loads((tmp_path / "again.json").read_text())["objective"] == run.objective
    assert "samma mål" in placement("rerun", run.id, "--lang", "sv").stdout


def test_a_run_that_went_on_with_what_was_left_is_planned_again_with_all_of_its_time(
    engine: Engine, placement: Placement
) -> None:
    run = planned(engine)
    with open_session(engine) as session:
        documents = session.exec(select(PlanDocument)).one()
        documents.plan = documents.plan.replace('"time_limit_seconds": 60.0', '"time_limit_seconds": 10.0')
        assert "10.0" in documents.plan
        session.add(documents)
    assert "time limit 60 s" in placement("rerun", run.id).stdout


def test_where_the_clock_had_ended_the_search_it_ends_once_it_has_come_as_far(
    small: Engine, placement: Placement
) -> None:
    run = planned(small, time_limit=1)
    told = placement("rerun", run.id, "--time-limit", 600)
    assert told.exit_code == 0, told.output
    assert "the same objective" in told.stdout or "a better objective" in told.stdout


def test_a_plan_that_is_worse_for_lack_of_time_is_told_by_the_status(small: Engine, placement: Placement) -> None:
    run = planned(small, time_limit=8)
    told = placement("rerun", run.id, "--time-limit", 0.1)
    assert told.exit_code == 1, told.output
    assert "a worse objective. The clock ended the search" in told.stdout


@pytest.mark.usefixtures("engine")
def test_a_run_that_is_not_there_is_refused(placement: Placement) -> None:
    refused = placement("rerun", "run_none")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "run_none" in refused.stderr


@pytest.mark.parametrize(
    ("part", "old", "new", "why"),
    [
        ("problem", '"unplaced": ', '"unplaced": 1', "the plan is of another problem"),
        ("plan", '"objective": ', '"objective": 1', "objective"),
    ],
)
def test_what_was_kept_and_no_longer_fits_together_is_refused(
    engine: Engine, placement: Placement, part: str, old: str, new: str, why: str
) -> None:
    run = planned(engine)
    with open_session(engine) as session:
        documents = session.exec(select(PlanDocument)).one()
        setattr(documents, part, getattr(documents, part).replace(old, new, 1))
        session.add(documents)
    refused = placement("rerun", run.id)
    assert refused.exit_code == 2
    assert "does not fit together" in refused.stderr
    assert why in refused.stderr


def test_a_run_that_failed_is_planned_again_from_the_problem_that_it_had(
    engine: Engine, placement: Placement, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_session(engine) as session:
        run = start_run(session, SYSTEM, session.exec(select(Term.id)).one(), 60, seed=7, workers=2)
        claims.claim(session, run, new_worker())
    with monkeypatch.context() as failing:
        failing.setattr(worker, "SolverProcess", Killed)
        carry_out(engine, run, NO_STOP)
    told = placement("rerun", run.id)
    assert told.exit_code == 0, told.output
    assert "seed 7, threads 2, time limit 60 s\nThen: no plan. " in told.stdout
    assert "SIGKILL" in told.stdout
    assert told.stdout.rstrip().endswith(": a plan.")
    assert "Då: ingen plan. " in placement("rerun", run.id, "--lang", "sv").stdout


def test_a_run_that_had_too_little_memory_has_as_little_again(engine: Engine, placement: Placement) -> None:
    with open_session(engine) as session:
        run = start_run(session, SYSTEM, session.exec(select(Term.id)).one(), 60, workers=2)
        claims.claim(session, run, new_worker(), memory_mb=40)
    carry_out(engine, run, NO_STOP)
    with open_session(engine) as session:
        assert "40 MiB" in (session.get_one(Run, run.id).error or "")
    told = placement("rerun", run.id)
    assert told.exit_code == 2
    assert "40 MiB" in told.stderr


def test_a_run_that_still_waits_is_refused(engine: Engine, placement: Placement) -> None:
    with open_session(engine) as session:
        run = start_run(session, SYSTEM, session.exec(select(Term.id)).one(), 60)
    refused = placement("rerun", run.id)
    assert (refused.exit_code, refused.stdout) == (2, "")


def test_a_run_of_another_version_is_told_of(
    engine: Engine, placement: Placement, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = planned(engine)
    monkeypatch.setattr("placement.cli.rerun.version", lambda _: "99")
    told = placement("rerun", run.id)
    assert told.exit_code == 0
    assert "This solver is 99; the run was made with" in told.stdout
