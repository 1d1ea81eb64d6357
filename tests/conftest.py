"""The databases that tests ask for by name: a test of what is stored runs on SQLite or on PostgreSQL, drawn each time.

What is about the databases themselves runs on both. A third of the others run on PostgreSQL, drawn anew by each run's
seed; of those with many cases one does, and all on SQLite.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import ExitStack
from itertools import groupby
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import Session

from placement.database import engine_for, migrate
from placement.in_force import settling
from placement.keys import new_key
from tests import canaries, compiling, egress, one_thread, reflecting
from tests.api.world import World, settle
from tests.databases import (
    APPLICATION,
    MAKE_APPLICATION,
    CopyOf,
    NoServerError,
    as_application,
    connection,
    first_server,
    ladder,
    new_database,
)
from tests.effort import EVERY_CASE, HARD, SEED, drawn_from
from tests.rows import WEEK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from _pytest.terminal import TerminalReporter
    from sqlalchemy.engine import URL


LONG_FORM = "long form"
BACKENDS = ("sqlite", "postgresql")
ON_POSTGRESQL = 1 / 3
"""So great a share of the tests a run tries on PostgreSQL, each with one case: they take twice as long there."""
ABOUT_DATABASES = (
    "tests/migrations/",
    "tests/placement/keeping/",
    "tests/placement/store/",
    "tests/placement/tables/",
    "tests/api/test_row_security.py",
)
"""The tests of how rows are stored, which every run tries on both databases."""
os.environ.setdefault("PLACEMENT_SECRET_KEYS", new_key())  # the same in every process that a test starts
for _limit in ("CALLS", "DEAR_CALLS", "WRONG_TOKENS"):
    os.environ.setdefault(f"PLACEMENT_{_limit}_PER_MINUTE", "0")  # a test calls more often than people and systems do


canaries.install()
egress.install()
compiling.install()
one_thread.install()
reflecting.install()


@pytest.fixture(autouse=True)
def _nobody_is_exposed() -> Iterator[None]:
    """Fail a test in which a personal value came out where the table of fields does not let it."""
    canaries.WATCH.leaks.clear()
    yield
    assert canaries.WATCH.leaks == []


@pytest.fixture(autouse=True)
def _nothing_leaves_this_machine() -> Iterator[None]:
    """Fail a test in which it, or a process that it started, wanted to connect beyond this machine."""
    yield
    assert egress.noted() == []


def pytest_report_header() -> str:
    """Say which cases this run draws."""
    return f"drawn cases: {'long form' if HARD else 'everyday form'}, PLACEMENT_TEST_SEED={SEED}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this run is not for: long forms every day, everything else in `make hard`, second databases."""
    kept = set(_drawn([item for item in items if _is_wanted(item)]))
    left_out = [item for item in items if item not in kept]
    for item in items:
        if _backend_of(item) == "postgresql" and item.get_closest_marker("postgresql_counts") is None:
            item.add_marker(pytest.mark.no_cover)  # the same lines as on SQLite, and tracing doubles their time
        if (marker := item.get_closest_marker("has_long_form")) is not None:
            item.user_properties.append((LONG_FORM, marker.kwargs["long" if HARD else "everyday"]))
    items[:] = [item for item in items if item in kept]
    config.hook.pytest_deselected(items=left_out)


def _drawn(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """Yield the tests: each on one of the databases; of many cases all on SQLite and, if drawn, one on PostgreSQL.

    A test that draws its cases tries so many of them on SQLite. What is about the databases is tried on both.
    """
    for name, group in groupby(items, key=lambda item: item.nodeid.partition("[")[0]):
        cases = list(group)
        if EVERY_CASE:
            yield from cases
            continue
        marker = cases[0].get_closest_marker("has_long_form")
        few = sys.maxsize if marker is None else marker.kwargs.get("cases", sys.maxsize)
        on = {backend: [case for case in cases if _backend_of(case) == backend] for backend in (None, *BACKENDS)}
        if on["sqlite"] and on["postgresql"] and not HARD and not _is_about_databases(cases[0]):
            chosen = Random(f"{SEED} {name} on PostgreSQL").random() < ON_POSTGRESQL
            if not chosen:
                del on["postgresql"]
            elif len(on["sqlite"]) == len(on["postgresql"]) == 1:
                del on["sqlite"]
        for backend, alike in on.items():
            yield from drawn_from(alike, min(few, 1) if backend == "postgresql" else few, name)


def _is_about_databases(item: pytest.Item) -> bool:
    """Tell whether a test is about how rows are stored, so that both databases are tried."""
    return item.get_closest_marker("postgresql_counts") is not None or item.nodeid.startswith(ABOUT_DATABASES)


def _is_wanted(item: pytest.Item) -> bool:
    """Tell whether this run tries a test."""
    long = item.get_closest_marker("has_long_form") or item.get_closest_marker("only_in_long_form")
    if item.get_closest_marker("one_database") and _backend_of(item) == "postgresql":
        return False
    return long is not None if HARD else item.get_closest_marker("only_in_long_form") is None


def _backend_of(item: pytest.Item) -> object:
    """Return the database that a test runs on, if it is one that runs on each."""
    callspec = getattr(item, "callspec", None)
    return None if callspec is None else callspec.params.get("backend")


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass by what has been imported and collected: it lives as long as the process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)  # as in the served process


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """After the long forms say what was tried, and after a failure how to try the same again."""
    reports = [report for each in ("passed", "failed") for report in terminalreporter.stats.get(each, [])]
    if HARD:
        terminalreporter.section("long forms")
        for report in sorted(reports, key=lambda report: report.nodeid):
            said = dict(report.user_properties).get(LONG_FORM, "only in this form")
            terminalreporter.write_line(f"{report.outcome} {report.duration:6.1f} s  {report.nodeid}: {said}")
    if terminalreporter.stats.get("failed"):
        terminalreporter.write_line(f"PLACEMENT_TEST_SEED={SEED} draws the same cases again.")


def pytest_unconfigure() -> None:
    """Remove what this process has made for itself."""
    egress.forget()


@pytest.fixture(autouse=True)
def _untraced(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the processes that a test without coverage starts be without it too."""
    if request.node.get_closest_marker("no_cover"):
        monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
        monkeypatch.delenv("COVERAGE_PROCESS_START", raising=False)


def as_text(url: URL) -> str:
    """Write an address with its password, as settings hold it."""
    return url.render_as_string(hide_password=False)


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """The placements of the small world have begun: it is the Monday of the week after their first."""
    monkeypatch.setattr(settling, "today", WEEK.plus(1).monday)


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Both databases in turn."""
    return str(request.param)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[URL]:
    """A PostgreSQL server; where there is none the tests skip, or fail where REQUIRE_PG=1."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(first_server(ladder(os.environ.get("PLACEMENT_TEST_POSTGRES_URL"))))
        except NoServerError as error:
            if os.environ.get("REQUIRE_PG") == "1":
                raise
            pytest.skip(str(error))
        yield server


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file that the real migrations have made."""
    file = tmp_path_factory.mktemp("migrated") / "placement.sqlite3"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_server: URL) -> Iterator[str]:
    """The name of a PostgreSQL database that the real migrations have made, for copies of it."""
    with new_database(postgresql_server) as url:
        with connection(postgresql_server) as admin:
            admin.execute(MAKE_APPLICATION)
        migrate(as_text(url), APPLICATION)
        yield str(url.database)


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database without any table."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    with new_database(request.getfixturevalue("postgresql_server")) as url:
        yield as_text(url)


@pytest.fixture
def migrated_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database with every table and no row."""
    if backend == "sqlite":
        file = tmp_path / "placement.sqlite3"
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), file)
        yield f"sqlite:///{file}"
        return
    server = request.getfixturevalue("postgresql_server")
    with new_database(server, template=request.getfixturevalue("migrated_postgresql")) as url:
        yield as_text(as_application(url))


@pytest.fixture(scope="session")
def settled_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """An SQLite file with the small county of ``tests.api.world``, for copies of it, and everybody's token."""
    file = tmp_path_factory.mktemp("settled") / "placement.sqlite3"
    shutil.copyfile(migrated_sqlite, file)
    return file, settle(f"sqlite:///{file}")


@pytest.fixture(scope="session")
def settled_postgresql(postgresql_server: URL, migrated_postgresql: str) -> Iterator[tuple[str, World]]:
    """The name of a PostgreSQL database with the small county, for copies of it, and everybody's token."""
    with new_database(postgresql_server, template=migrated_postgresql) as url:
        world = settle(as_text(url))
        yield str(url.database), world


@pytest.fixture
def settled(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, World]]:
    """The address of a fresh database with the small county in it, and everybody's token."""
    if backend == "sqlite":
        template_file, world = request.getfixturevalue("settled_sqlite")
        file = tmp_path / "county.sqlite3"
        shutil.copyfile(template_file, file)
        yield f"sqlite:///{file}", world
        return
    template, world = request.getfixturevalue("settled_postgresql")
    with new_database(request.getfixturevalue("postgresql_server"), template=template) as url:
        yield as_text(as_application(url)), world


@pytest.fixture(scope="session")
def counties_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> CopyOf[Any]:
    """The files that ``copy_of`` copies: each is made when it is first asked for, by what fills it."""
    made: dict[Callable[[str], Any], tuple[str, Any]] = {}

    def template(make: Callable[[str], Any]) -> tuple[str, Any]:
        if make not in made:
            file = shutil.copyfile(migrated_sqlite, tmp_path_factory.mktemp("county") / "placement.sqlite3")
            made[make] = str(file), make(f"sqlite:///{file}")
        return made[make]

    return template


@pytest.fixture(scope="session")
def counties_postgresql(postgresql_server: URL, migrated_postgresql: str) -> Iterator[CopyOf[Any]]:
    """The databases that ``copy_of`` copies: each is made when it is first asked for, by what fills it."""
    made: dict[Callable[[str], Any], tuple[str, Any]] = {}
    with ExitStack() as stack:

        def template(make: Callable[[str], Any]) -> tuple[str, Any]:
            if make not in made:
                url = stack.enter_context(new_database(postgresql_server, template=migrated_postgresql))
                made[make] = str(url.database), make(as_text(url))
            return made[make]

        yield template


@pytest.fixture
def copy_of(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CopyOf[Any]]:
    """Copy a county: ``copy_of(make)`` returns a copy's address, and what ``make`` has returned with the county's own.

    What fills it is called once in a process of tests, so it makes the same whoever asks first. It is a function, or
    something else that is called, and then equal to what fills another in the same way.
    """
    template_of = request.getfixturevalue(f"counties_{backend}")
    with ExitStack() as stack:

        def copied(make: Callable[[str], Any]) -> tuple[str, Any]:
            template, told = template_of(make)
            if backend == "sqlite":
                return f"sqlite:///{shutil.copyfile(template, tmp_path / 'copied.sqlite3')}", told
            server = request.getfixturevalue("postgresql_server")
            return as_text(as_application(stack.enter_context(new_database(server, template=template)))), told

        yield copied


@pytest.fixture
def store(settled: tuple[str, World]) -> Iterator[Session]:
    """An open session on the small county; the test commits what it wants to keep."""
    engine = engine_for(settled[0])
    with Session(engine) as opened:
        yield opened
    engine.dispose()


@pytest.fixture
def session(migrated_url: str) -> Iterator[Session]:
    """An open session on a fresh migrated database; the test commits what it wants to keep."""
    engine = engine_for(migrated_url)
    try:
        with Session(engine, expire_on_commit=False) as opened:
            yield opened
    finally:
        engine.dispose()
