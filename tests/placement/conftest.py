"""Problems that the tests of runs and commands solve: a tiny one, and a small county's term."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlmodel import select

from placement.callers import SYSTEM
from placement.database import engine_for, open_session, read_session
from placement.demo.build import build_term
from placement.planning.gather import gather
from placement.running import worker
from placement.tables import Term
from placement.what_if import previews
from placement_solver.documents import write_problem
from tests.placement.solving_here import SolverHere

EXAMPLES = Path(__file__).parent.parent / "solver" / "examples"


@pytest.fixture(scope="session")
def tiny() -> Path:
    """A problem document that is solved at once."""
    return EXAMPLES / "tiny.json"


@pytest.fixture(scope="session")
def small_county(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the small made-up term."""
    file = tmp_path_factory.mktemp("small") / "placement.sqlite3"
    shutil.copyfile(migrated_sqlite, file)
    engine = engine_for(f"sqlite:///{file}")
    with open_session(engine) as session:
        build_term(session, "small", seed=1)
    engine.dispose()
    return file


@pytest.fixture(scope="session")
def small_term(small_county: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small made-up term as a problem document, which takes longer to solve than a test may last."""
    engine = engine_for(f"sqlite:///{small_county}")
    with read_session(engine) as session:
        problem = gather(session, SYSTEM, session.exec(select(Term.id)).one())
    engine.dispose()
    file = tmp_path_factory.mktemp("problem") / "small.json"
    file.write_text(write_problem(problem))
    return file


@pytest.fixture
def solver_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runs and previews be solved in this process, for what is not about the child."""
    for room in (worker, previews):
        monkeypatch.setattr(room, "SolverProcess", SolverHere)
