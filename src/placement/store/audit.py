"""Audit: every change writes an entry in its own transaction, without the sensitive values.

An entry waits until the transaction commits, and is then chained to the one before it (``placement.store.chain``).
A session remembers the entries written in it (``take_changes``), so that what follows from the changes can be found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import inspect
from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.store import chain
from placement.store.people import ABOUT, named_by
from placement.tables import Action, AuditEntry, Row
from placement_solver.weeks import IsoWeek

PROTECTED = "[protected]"
_WRITTEN = "audit.written"


def snapshot(row: Row) -> dict[str, Any]:
    """Return a row's present values; taken before a change, they are given to ``record`` or ``entry_of``."""
    return {name: _plain(getattr(row, name)) for name in _columns_of(type(row)).kept}


def record(session: Session, by: Caller, action: Action, row: Row, before: dict[str, Any] | None = None) -> None:
    """Write who did what to a row; a change is given the ``snapshot`` from before it, and only what differs is kept."""
    record_all(session, [entry_of(by, action, row, before)])


def record_all(session: Session, entries: Sequence[dict[str, Any]]) -> None:
    """Write many entries made by ``entry_of`` at once, in their order."""
    if entries:
        chain.put(session, entries)
        _remember(session, entries)


def has_entries(session: Session, kind: type[Row], *key: str) -> bool:
    """Tell whether anything was ever written about a row whose primary key begins with these parts."""
    about = col(AuditEntry.object_id).startswith("".join(f"{part}/" for part in key), autoescape=True)
    of_kind = col(AuditEntry.object_type) == inspect(kind).local_table.name
    return session.exec(select(AuditEntry.sequence).where(of_kind, about).limit(1)).first() is not None


def trace_of_making(session: Session, row: Row) -> str | None:
    """Return the trace of the call that made a row; None if none is known."""
    about = (
        AuditEntry.object_type == inspect(type(row)).local_table.name,
        AuditEntry.object_id == _name_of(row, snapshot(row)),
    )
    made = select(AuditEntry.trace).where(*about, AuditEntry.action == Action.CREATED)
    return session.exec(made.order_by(col(AuditEntry.sequence)).limit(1)).first()


def take_changes(session: Session) -> list[dict[str, Any]]:
    """Return the values of the entries written in a session since they were last taken."""
    changes: list[dict[str, Any]] = session.info.pop(_WRITTEN, [])
    return changes


def _remember(session: Session, entries: Sequence[dict[str, Any]]) -> None:
    session.info.setdefault(_WRITTEN, []).extend(entries)


def entry_of(by: Caller, action: Action, row: Row, before: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the values of the audit entry for what the caller did to a row."""
    values = snapshot(row)
    about = {*named_by(row, values), *(() if before is None else named_by(row, before))}
    after: dict[str, Any] | None = values
    if action is Action.REMOVED:
        before, after = values, None
    elif action is Action.CHANGED:
        if before is None:
            message = "a change is recorded with the snapshot taken before it"
            raise ValueError(message)
        changed = [name for name in values if values[name] != before[name]]
        before, after = {name: before[name] for name in changed}, {name: values[name] for name in changed}
    return {
        "actor_token": by.token,
        "actor_role": by.role,
        "actor_organisation": by.organisation,
        "action": action,
        "object_type": inspect(type(row)).local_table.name,
        "object_id": _name_of(row, values),
        "before": _without_sensitive(row, before),
        "after": _without_sensitive(row, after),
        "trace": by.trace,
        ABOUT: about,
    }


def _name_of(row: Row, values: dict[str, Any]) -> str:
    """Return a row's primary key as text, its parts separated by slashes; a sensitive part is protected."""
    columns = _columns_of(type(row))
    return "/".join(PROTECTED if key in columns.sensitive else str(values[key]) for key in columns.keys)


def _without_sensitive(row: Row, values: dict[str, Any] | None) -> dict[str, Any] | None:
    """Replace each sensitive value with a mark that there was one."""
    if values is None:
        return None
    sensitive = _columns_of(type(row)).sensitive
    return {name: PROTECTED if value is not None and name in sensitive else value for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns of a kind of row: those that are kept in the trail, the primary key, and the sensitive ones."""

    kept: tuple[str, ...]
    keys: tuple[str, ...]
    sensitive: frozenset[str]


@cache
def _columns_of(kind: type[Row]) -> _Columns:
    """Return the columns of a kind of row, which are looked at for each of thousands of changes."""
    mapped = inspect(kind)
    return _Columns(
        tuple(name for name in mapped.columns.keys() if name != "version"),  # noqa: SIM118
        tuple(column.name for column in mapped.primary_key),
        frozenset(name for name, column in mapped.columns.items() if column.info.get("sensitive")),
    )


def _plain(value: Any) -> Any:  # noqa: ANN401 (a column holds what it holds)
    """Return a value in the form that JSON has for it."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, IsoWeek):
        return str(value)
    return list(value) if isinstance(value, list) else value
