"""The database: SQLite for one machine, PostgreSQL for many, with the same promises on both.

A session is one transaction, committed at the edge by ``open_session`` and nowhere else. What the database
refuses is raised as one of the service's own errors.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from time import monotonic
from typing import Any

from alembic import command
from alembic.config import Config
from psycopg.errors import (
    DeadlockDetected,
    DiskFull,
    IdleInTransactionSessionTimeout,
    LockNotAvailable,
    SerializationFailure,
    UndefinedTable,
)
from sqlalchemy import URL, Connection, Engine, ExecutionContext, create_engine, event, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    IntegrityError,
    InternalError,
    InvalidatePoolError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool
from sqlmodel import Session

from placement.errors import (
    BusyError,
    ConflictError,
    DiskFullError,
    Fault,
    InvalidError,
    LostRaceError,
    OutageError,
    PlacementError,
    StaleError,
    UnavailableError,
)
from placement.identity_numbers import REFUSED
from placement_solver.words import Words


@dataclass(frozen=True, slots=True)
class Acting:
    """For whom a transaction acts: a role, and the organisation or unit that the role belongs to."""

    role: str
    organisation: str | None = None
    unit: str | None = None


THE_SERVICE = Acting("service")
NOBODY_YET = Acting("nobody")
"""Who has not yet shown who it is: no policy lets this role see or change a row."""
_TELL = (
    "SELECT set_config('placement.role', %s, true), set_config('placement.organisation', %s, true),"
    " set_config('placement.unit', %s, true)"
)
_UNDO = "ROLLBACK TO SAVEPOINT"
"""What undoes a savepoint begins so; a transaction that has failed takes no other statement before it."""
_ACTING = "placement_acting"
_TOLD = "placement_told"
_USED = "placement_used"
_BUSY_SECONDS = 15
_BRIEF_SECONDS = 0.05
_CONNECTIONS = 30
"""Connections kept open for reuse: opening one takes longer than most queries."""
_FROZEN_SECONDS = 300
"""A process that says nothing for so long in a transaction is frozen: no answer is thought about for longer."""
_IDLE_SECONDS = 1.0
"""A connection that was used less than this ago is taken to live: one that does not costs a call a 503."""
_REACHABLE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""When PostgreSQL counts as away, unless the address says otherwise: a network that is cut says nothing by itself."""
_NO_ROOM = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_TRUNCATE,
        sqlite3.SQLITE_IOERR_SHMSIZE,
        sqlite3.SQLITE_IOERR_SHMMAP,
    }
)
"""What SQLite says where something cannot be written, by the step of writing that found it out."""
_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
"""What SQLite says where another transaction has what this one needs for longer than is waited."""
_PRIMARY = 0xFF
"""The part of SQLite's code that says what is wrong; the rest says where."""
_READING = "placement_reading"
_BROKEN_RULE = re.compile(r"check constraint (?:failed: |\")(\w+)", re.IGNORECASE)
_RULES = {
    "pseudonymous": REFUSED,
    "bounds": Words("ett tal är för litet eller för stort", "a number is too small or too large"),
    "length": Words("en text är tom, för kort eller för lång", "a text is empty, too short or too long"),
    "words": Words("en lista är tom eller har annat än texter", "a list is empty or has something else than texts"),
    "week": Words("en vecka skrivs som 2027-W05", "a week is written such as 2027-W05"),
}
"""What a check demands in plain words, by how its name ends; the rest are about values that must fit together."""
_UNFIT = Words(
    "ett värde är inget av dem som går att ange här, eller passar inte ihop med de andra",
    "a value is none of those that can be given here, or does not fit with the others",
)
_LACKING = re.compile(r"null value in column \"(\w+)\"|NOT NULL constraint failed: \w+\.(\w+)")
_LOST_RACES = (DeadlockDetected, SerializationFailure)
"""Why PostgreSQL ends one of several transactions that want the same rows."""
_DOUBLE = re.compile(r"unique constraint", re.IGNORECASE)
_to_json = partial(json.dumps, ensure_ascii=False)  # escapes would hide å, ä, ö from SQLite's JSON paths


def engine_for(url: str, sqlite_synchronous: str = "full") -> Engine:
    """Connect to a database by its URL; plain ``postgresql://`` means the driver that is installed."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite_engine(address, sqlite_synchronous)
    if address.drivername in {"postgres", "postgresql"}:
        address = address.set(drivername="postgresql+psycopg")
    try:
        engine = create_engine(
            address,
            pool_size=_CONNECTIONS,
            json_serializer=_to_json,
            hide_parameters=True,
            connect_args={name: value for name, value in _REACHABLE.items() if name not in address.query},
        )
    except ModuleNotFoundError as error:  # the driver that the URL asks for is not installed
        raise ArgumentError(str(error)) from error
    for moment in ("do_execute", "do_executemany", "do_execute_no_params"):
        event.listen(engine, moment, _tell)
    event.listen(engine, "rollback_savepoint", _unsay)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "checkin", _forget_whom)
    event.listen(engine, "checkout", partial(_ask_whether_it_lives, engine))
    return engine


def how_to_connect(engine: Engine) -> dict[str, Any]:
    """Return how the driver of PostgreSQL connects as an engine does, for connections that are not the engine's."""
    _, how = engine.dialect.create_connect_args(engine.url)
    how.pop("context", None)  # how SQLAlchemy reads and writes values
    return {**_REACHABLE, **how}


def _sqlite_engine(address: URL, synchronous: str) -> Engine:
    """Connect to SQLite: references are enforced, no write is lost, and readers do not wait for a writer."""
    engine = create_engine(
        address, json_serializer=_to_json, hide_parameters=True, connect_args={"timeout": _BUSY_SECONDS}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 (the driver's own connection)
        connection.isolation_level = None  # otherwise the driver would begin a transaction only at the first write
        for pragma in ("journal_mode = WAL", f"synchronous = {synchronous}", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "reset")
    def undo(connection: Any, _record: object, _state: object) -> None:  # noqa: ANN401 (as above)
        connection.rollback()  # a COMMIT refused for a broken reference leaves its transaction open

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get(_READING, False)
        connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reading else 'OFF'}")
        # A writer takes its turn at once: a transaction that reads first and writes later would lose updates.
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def open_session(engine: Engine, kind: type[Session] = Session, acting: Acting | None = None) -> Iterator[Session]:
    """Open one transaction: committed when the block ends, rolled back when it raises.

    It acts for the service itself, which sees every row, unless ``acting`` says for whom else.
    """
    with _in_our_words(), kind(engine, expire_on_commit=False) as session:
        session.info[_ACTING] = acting or THE_SERVICE
        yield session
        session.commit()


@contextmanager
def read_session(engine: Engine, acting: Acting | None = None) -> Iterator[Session]:
    """Open a read-only snapshot of the database, which makes no writer wait; ``acting`` is as in ``open_session``."""
    options: dict[str, Any] = {_READING: True}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with _in_our_words(), Session(engine.execution_options(**options), expire_on_commit=False) as session:
        session.info[_ACTING] = acting or THE_SERVICE
        yield session


@contextmanager
def each_statement_by_itself(engine: Engine) -> Iterator[Connection]:
    """Open a connection on which each statement is a transaction; it acts for nobody."""
    with _in_our_words(), engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        yield connection


def act(session: Session, acting: Acting) -> Acting:
    """Let the rest of a session's transaction act for somebody, and return for whom it acted until now."""
    before: Acting = session.info.get(_ACTING, THE_SERVICE)
    session.info[_ACTING] = acting
    if acting != before and session.in_transaction():
        session.connection().info[_ACTING] = acting
    return before


def asks_for_whom(session: Session) -> bool:
    """Tell whether it matters to the database for whom a session's transaction acts, and it is not the service yet."""
    return session.get_bind().dialect.name == "postgresql" and session.info.get(_ACTING, THE_SERVICE) != THE_SERVICE


@event.listens_for(Session, "after_begin")
def _note_whom(session: Session, _transaction: object, connection: Connection) -> None:
    """Note for whom a transaction acts as it begins; whoever acted before is forgotten with their transaction.

    PostgreSQL has then been told nothing, which lets see and change as much as nobody may.
    """
    connection.info[_ACTING] = session.info.get(_ACTING, THE_SERVICE)
    connection.info[_TOLD] = NOBODY_YET


def _tell(cursor: Any, statement: str, *more: Any) -> None:  # noqa: ANN401 (what the driver and SQLAlchemy have)
    """Tell PostgreSQL, before a statement, for whom it acts, if it has not been told: its policies on rows ask for it.

    Most changes of whom to act for are followed by another before there is a statement. It is said with the driver's
    cursor, which the statement then takes: SQLAlchemy would need as long again. SQLite has no such policies.
    """
    if statement.startswith(_UNDO):
        return
    context: ExecutionContext = more[-1]
    try:
        told = context.root_connection.info
    except NotImplementedError:  # what SQLAlchemy asks when it first connects is asked for nobody
        return
    acting: Acting | None = told.get(_ACTING)
    if acting is not None and told.get(_TOLD) != acting:
        cursor.execute(_TELL, (acting.role, acting.organisation or "", acting.unit or ""))
        told[_TOLD] = acting


def _unsay(connection: Connection, *_savepoint: object) -> None:
    """Forget what PostgreSQL was told: it forgets with a savepoint what it was told since."""
    connection.info.pop(_TOLD, None)


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 (the driver's own connection)
    """Let PostgreSQL compile no statement, and end a transaction whose process says nothing for minutes.

    What it guesses that policies on rows cost makes it take 20 ms to compile one. A process that is frozen in the midst
    of a transaction would keep its locks, and with the trail's every writer waiting.
    """
    connection.execute("SET jit = off")
    connection.execute(f"SET idle_in_transaction_session_timeout = '{_FROZEN_SECONDS}s'")
    connection.commit()


def _forget_whom(_connection: object, record: ConnectionPoolEntry) -> None:
    """Let a connection that goes back to the pool act for nobody."""
    record.info.pop(_ACTING, None)
    record.info.pop(_TOLD, None)
    record.info[_USED] = monotonic()


def _ask_whether_it_lives(engine: Engine, connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:  # noqa: ANN401 (the driver's own connection)
    """Ask a connection that is taken from the pool whether it lives, unless it was used a moment ago.

    The pool then takes another instead. Asked at each call, it was a twentieth of what a reading costs.
    """
    if monotonic() - record.info.get(_USED, -_IDLE_SECONDS) < _IDLE_SECONDS:
        return
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Raise what the database refuses as one of the service's own errors."""
    try:
        yield
    except StaleDataError as error:
        raise StaleError(
            sv="Någon annan har ändrat detta sedan det lästes. Läs om och försök igen.",
            en="Someone else has changed this since it was read. Read it again and retry.",
        ) from error
    except (IntegrityError, DataError) as error:
        raise _refusal(error) from error
    except OperationalError as error:
        raise _hindrance(error) from error
    except (ProgrammingError, InternalError) as error:
        if not isinstance(error.orig, (UndefinedTable, IdleInTransactionSessionTimeout)):
            raise
        raise OutageError from error


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what it happened upon.

    A full disk makes SQLite give up the whole transaction; what is told last is then that a savepoint is gone.
    """
    while error is not None:
        yield error
        error = error.__context__


def is_disk_full(error: BaseException) -> bool:
    """Tell whether what happened was, in the end, that the database could not write for want of space."""
    return any(map(_is_want_of_room, _behind(error)))


def _is_want_of_room(error: BaseException) -> bool:
    """Tell whether a driver says that it could not write for want of space."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", None) in _NO_ROOM  # the driver's own refusals have none
    return isinstance(error, DiskFull)


def _hindrance(error: OperationalError) -> UnavailableError:
    """Return the error for what the database cannot do just now."""
    if is_disk_full(error):
        return DiskFullError()
    if isinstance(error.orig, _LOST_RACES):
        return LostRaceError()
    return BusyError() if _is_locked(error.orig) else OutageError()  # SQLite tells of a missing table in the same way


def _is_locked(error: BaseException | None) -> bool:
    """Tell whether a driver says that somebody else kept what was waited for."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", 0) & _PRIMARY in _LOCKED
    return isinstance(error, LockNotAvailable)


def _refusal(error: IntegrityError | DataError) -> PlacementError:
    """Return the error for a refused write in plain words, with neither its values nor the constraint's name."""
    reason = str(error.orig).split("\n", 1)[0]
    if isinstance(error, DataError):
        return InvalidError(Fault("", "a value is too large or too long", "ett värde är för stort eller för långt"))
    if rule := _BROKEN_RULE.search(reason):
        broken = _RULES.get(rule[1].rpartition("_")[2], _UNFIT)
        return InvalidError(Fault("", broken.en, broken.sv))
    if lacking := _LACKING.search(reason):
        column = lacking[1] or lacking[2]
        return InvalidError(Fault("", f"a value for {column} is missing", f"ett värde för {column} saknas"))
    if _DOUBLE.search(reason):
        return ConflictError(sv="Det finns redan.", en="It already exists.")
    return ConflictError(
        sv="Det används, eller hänvisar till något som inte finns.",
        en="It is in use, or refers to something that does not exist.",
    )


def migrate(url: str, grant_to: str | None = None) -> None:
    """Migrate a database to the newest version of the tables; several processes may do so at the same time.

    On PostgreSQL a role may be named that the service connects as: it is granted what the service does with rows, and
    owns nothing, so that the policies on rows hold for it.
    """
    command.upgrade(migrations_of(url), "head")
    if grant_to is not None:
        engine = engine_for(url)
        try:
            _grant(engine, grant_to)
        finally:
            engine.dispose()


def _grant(engine: Engine, role: str) -> None:
    """Grant a role the use of every table; what is not PostgreSQL has no roles."""
    if engine.dialect.name != "postgresql":
        raise InvalidError(Fault("", "only PostgreSQL has roles", "bara PostgreSQL har roller"))
    named = engine.dialect.identifier_preparer.quote_identifier(role)
    with _in_our_words(), engine.begin() as connection:
        if connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}) is None:
            raise InvalidError(
                Fault("", f"there is no role {role} in the database", f"databasen har ingen roll {role}")
            )
        for right in (
            "USAGE ON SCHEMA public",
            "SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public",
            "USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public",
        ):
            connection.execute(text(f"GRANT {right} TO {named}"))
        connection.execute(text(f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {named}"))


def migrations_of(url: str) -> Config:
    """Return Alembic's configuration for one database and the installed package's migrations."""
    config = Config(str(files("placement_migrations") / "alembic.ini"))
    config.attributes["url"] = url
    return config


@contextmanager
def open_brief_session(engine: Engine) -> Iterator[Session]:
    """Open one transaction for what may as well be written later: it gives up soon if somebody else writes.

    Raises:
        BusyError: somebody else writes, on PostgreSQL the same rows.

    """
    sqlite, brief = engine.dialect.name == "sqlite", engine
    if sqlite:
        brief = create_engine(engine.url, connect_args={"timeout": _BRIEF_SECONDS}, poolclass=NullPool)
    try:
        with open_session(brief) as session:
            if not sqlite:
                session.connection().execute(text(f"SET LOCAL lock_timeout = {round(_BRIEF_SECONDS * 1_000)}"))
            yield session
    finally:
        if sqlite:
            brief.dispose()
