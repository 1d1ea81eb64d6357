"""Checks: what must be in order for the service to be ready. Each says in words what is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from time import monotonic
from weakref import WeakKeyDictionary

from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlmodel import Session, col, func, select

from placement.clock import now
from placement.database import migrations_of, read_session
from placement.disk import hold_roomy
from placement.errors import UnavailableError
from placement.keys import keys_of
from placement.lanes.jobs import QUEUE
from placement.outgoing.deliveries import longest_due
from placement.outgoing.webhooks import hold_readable
from placement.running.signs import LEASE
from placement.settings import Settings
from placement.tables import METADATA, Run, RunStatus
from placement_solver.words import Words

LONGEST_WAIT = dt.timedelta(minutes=2)
"""How long a run may wait without any worker at work before something is wrong."""
LONGEST_DUE = dt.timedelta(minutes=10)
"""How long what is due to a webhook may wait without being tried."""
NOT_MIGRATED = Words(
    "Databasen har inte den här versionens tabeller (placement migrate).",
    "The database does not have this version's tables (placement migrate).",
)
NOT_GRANTED = Words(
    "Databasrollen som tjänsten ansluter som får inte använda alla tabeller (placement migrate --grant-to).",
    "The database role that the service connects as may not use all tables (placement migrate --grant-to).",
)
NO_WORKER = Words(
    "Körningar väntar, och ingen arbetsprocess tar dem (placement worker).",
    "Runs wait, and no worker takes them (placement worker).",
)
NO_COURIER = Words(
    "Händelser väntar på att skickas till webhookar, och ingen skickar dem (placement worker).",
    "Events wait to be sent to webhooks, and nobody sends them (placement worker).",
)
_LACKING = text(
    "SELECT count(*) FROM pg_class WHERE relname = ANY(:names) AND relkind = 'r' AND pg_table_is_visible(oid)"
    " AND NOT (has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT'))"
)
Check = Callable[[Engine, Session, Settings], Words | None]
_seen: WeakKeyDictionary[Engine, dict[str, tuple[object, float]]] = WeakKeyDictionary()


def hold_ready(engine: Engine, settings: Settings) -> None:
    """Find out that everything is in order.

    Raises:
        UnavailableError: something is not; all of it is told.

    """
    faults = list(find_faults(engine, settings))
    if faults:
        raise UnavailableError(sv=" ".join(each.sv for each in faults), en=" ".join(each.en for each in faults))


def find_faults(engine: Engine, settings: Settings) -> list[Words]:
    """Return what is not in order; where the database does not answer, only that."""
    try:
        with read_session(engine) as session:
            for first in (has_rights, is_migrated):
                if (fault := first(engine, session, settings)) is not None:
                    return [fault]
            found = [check(engine, session, settings) for check in CHECKS]
    except UnavailableError as error:
        return [Words(error.sv, error.en)]
    return [fault for fault in found if fault is not None]


def has_rights(_engine: Engine, session: Session, _settings: Settings) -> Words | None:
    """Ask that the service may use its tables: what a migration makes on PostgreSQL must be granted to its role."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    return NOT_GRANTED if session.connection().scalar(_LACKING, {"names": [*METADATA.tables, *QUEUE]}) else None


def is_migrated(_engine: Engine, session: Session, _settings: Settings) -> Words | None:
    """Ask for the tables of this version, or of a newer one, beside whose processes this one may work for a while.

    Every step of the migrations leaves older processes able to write (`tests/migrations/test_side_by_side.py`).
    """
    found = session.connection().scalar(text("SELECT version_num FROM alembic_version"))
    return NOT_MIGRATED if found is None or found in _earlier() else None


def has_room(engine: Engine, _session: Session, _settings: Settings) -> Words | None:
    """Ask for room on the database's disk."""
    return _words_of(lambda: hold_roomy(engine))


def has_keys(_engine: Engine, session: Session, settings: Settings) -> Words | None:
    """Ask for keys, and that they read what is stored encrypted."""
    return _words_of(lambda: hold_readable(session, keys_of(settings)))


def has_worker(engine: Engine, session: Session, _settings: Settings) -> Words | None:
    """Ask for a worker if runs wait: one that has taken another run, or takes the first within a time.

    The time counts from when this process first saw the run wait, so that a service that has just been started is not
    blamed for its queue.
    """
    running = select(func.count()).where(Run.status == RunStatus.RUNNING, col(Run.heartbeat_at) > now() - LEASE)
    first = session.exec(
        select(Run.id).where(Run.status == RunStatus.QUEUED).order_by(col(Run.requested_at), col(Run.id)).limit(1)
    ).first()
    waits = None if session.exec(running).one() else first
    return NO_WORKER if _unchanged(engine, "runs", waits) > LONGEST_WAIT.total_seconds() else None


def has_courier(engine: Engine, session: Session, _settings: Settings) -> Words | None:
    """Ask that what is due to webhooks is tried, counted as for runs."""
    due = longest_due(session)
    waits = None if due is None else (due.webhook_id, due.cursor, due.attempts)
    return NO_COURIER if _unchanged(engine, "deliveries", waits) > LONGEST_DUE.total_seconds() else None


CHECKS: tuple[Check, ...] = (has_room, has_keys, has_worker, has_courier)
"""What is asked of a database that answers and is migrated."""


@cache
def _earlier() -> frozenset[str]:
    """Return every revision that this version knows, but its own."""
    known = ScriptDirectory.from_config(migrations_of(""))
    return frozenset(each.revision for each in known.walk_revisions()) - {known.get_current_head() or ""}


def _words_of(hold: Callable[[], None]) -> Words | None:
    """Return what is said to be wrong."""
    try:
        hold()
    except UnavailableError as error:
        return Words(error.sv, error.en)
    return None


def _unchanged(engine: Engine, what: str, waits: object) -> float:
    """Return for how many seconds the same thing has been seen to wait; 0 if nothing waits."""
    seen = _seen.setdefault(engine, {})
    before, since = seen.get(what, (None, 0.0))
    if waits is None or waits != before:
        since = monotonic()
    seen[what] = (waits, since)
    return 0.0 if waits is None else monotonic() - since
