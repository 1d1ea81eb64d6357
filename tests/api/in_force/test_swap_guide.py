"""docs/swaps.md and docs/sv/byten.md: their commands are run as written on the demo county, and their figures are true.

The service answers in this process, on a day before the county's placements begin.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from sqlmodel import select

from placement import clock
from placement.callers import SYSTEM
from placement.database import engine_for, open_session
from placement.demo.build import build_term
from placement.in_force.publishing import publish
from placement.in_force.swaps.candidates import list_candidates
from placement.planning.runs import start_run
from placement.running.claims import claim
from placement.running.worker import carry_out
from placement.settings import Settings
from placement.tables import Placement, Plan
from placement.worker_names import new_worker
from placement_api.app import create_app
from placement_solver.wishes import WISHES
from tests.api.exchanges import Exchanges
from tests.api.guides import blocks_of, play
from tests.placement.exchanging import PUBLISHED, TODAY

pytestmark = pytest.mark.no_cover

DOCS = Path(__file__).parents[3] / "docs"
ENGLISH, SWEDISH = (DOCS / "swaps.md").read_text(), (DOCS / "sv" / "byten.md").read_text()


@pytest.fixture(scope="module")
def published(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the small demo county, planned and published."""
    file = shutil.copyfile(migrated_sqlite, tmp_path_factory.mktemp("swaps") / "placement.sqlite3")
    engine = engine_for(f"sqlite:///{file}")
    with open_session(engine) as session:
        term = build_term(session, "small", 1).id
    with open_session(engine) as session:
        run = start_run(session, SYSTEM, term, 60)
        claim(session, run, new_worker())
    carry_out(engine, run, threading.Event())
    with open_session(engine) as session:
        publish(session, SYSTEM, term, run.id, "Eva Ek").published_at = PUBLISHED
    engine.dispose()
    return file


@pytest.fixture
def county(published: Path, tmp_path: Path) -> str:
    """The address of a copy of that database."""
    return f"sqlite:///{shutil.copyfile(published, tmp_path / 'county.sqlite3')}"


@contextmanager
def answering(url: str) -> Iterator[str]:
    """Serve a database from a thread of this process, whose clock the test has set."""
    app = create_app(Settings(database_url=url, runner="none"))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        (listening,) = (each for one in server.servers for each in one.sockets)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def test_the_guide_s_commands_exchange_two_placements_of_the_demo_as_they_are_written(
    county: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: TODAY)
    with answering(county) as address:
        play(blocks_of(ENGLISH), tmp_path, PLACEMENT=address, PLACEMENT_DATABASE_URL=county)


def test_no_swap_makes_the_demo_s_plan_better_than_the_bound_that_is_proven_for_it(
    county: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: TODAY)
    engine = engine_for(county)
    with open_session(engine) as session:
        plan = session.exec(select(Plan)).one()
        placed = session.exec(select(Placement.id).order_by(Placement.id).limit(40)).all()
        found = [each for name in placed for each in list_candidates(session, SYSTEM, name).rows]
    engine.dispose()
    assert found
    assert min(each.exchange.total for each in found) >= plan.bound - plan.objective


def test_both_documents_have_the_figures_of_the_worked_example(exchanges: Exchanges) -> None:
    shown = exchanges.wish().json()
    (term,) = shown["terms"]
    name = next(wish.name for wish in WISHES if wish.key == term["term"])
    for document, unit, points, words in (
        (ENGLISH, "minutes", "points", name.en),
        (SWEDISH, "minuter", "poäng", name.sv),
    ):
        for side in shown["sides"]:
            gain = {key: "–" if value is None else value for key, value in side["gain"].items()}
            row = f"| {gain['minutesBefore']} {unit} | {gain['minutesAfter']} {unit} "
            assert f"{row}| {gain['rankBefore']} | {gain['rankAfter']} |" in document
        assert f"{words} " in document
        assert f"{term['difference']} {points}" in document


def test_both_documents_have_the_same_commands() -> None:
    english, swedish = (
        [(block.language, block.written, block.shown) for block in blocks_of(text)] for text in (ENGLISH, SWEDISH)
    )
    assert english == swedish
