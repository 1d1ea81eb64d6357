"""Audit: every change leaves an entry in its own transaction, without the sensitive values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, inspect
from sqlmodel import Session

from placement.callers import Caller
from placement.tables import Action, AuditEntry, Row
from placement_solver.weeks import IsoWeek

PROTECTED = "[protected]"


def snapshot(row: Row) -> dict[str, Any]:
    """Return a row's values as they are now, to be given to ``record`` as what was before a change."""
    columns = inspect(type(row)).columns
    return {name: _plain(getattr(row, name)) for name in columns.keys() if name != "version"}  # noqa: SIM118


def record(session: Session, by: Caller, action: Action, row: Row, before: dict[str, Any] | None = None) -> AuditEntry:
    """Write who did what to a row; of a change, given the ``snapshot`` before it, only what differs."""
    entry = AuditEntry(**entry_of(by, action, row, before))
    session.add(entry)
    return entry


def record_all(session: Session, entries: Sequence[dict[str, Any]]) -> None:
    """Write many entries at once, in their order, as ``entry_of`` has made them."""
    if entries:
        session.connection().execute(insert(AuditEntry), entries)


def entry_of(by: Caller, action: Action, row: Row, before: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the values of the entry for what was done to a row."""
    values = snapshot(row)
    after: dict[str, Any] | None = values
    if action is Action.REMOVED:
        before, after = values, None
    elif action is Action.CHANGED:
        if before is None:
            message = "a change is recorded with the snapshot from before it"
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
    }


def _name_of(row: Row, values: dict[str, Any]) -> str:
    """Name a row by its key, part by part."""
    keys = {column.name: values[column.name] for column in inspect(type(row)).primary_key}
    protected = _without_sensitive(row, keys) or {}
    return "/".join(str(part) for part in protected.values())


def _without_sensitive(row: Row, values: dict[str, Any] | None) -> dict[str, Any] | None:
    """Tell that a sensitive value was there, but not what it was."""
    if values is None:
        return None
    columns = inspect(type(row)).columns
    return {
        name: PROTECTED if value is not None and columns[name].info.get("sensitive") else value
        for name, value in values.items()
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 (a column holds what it holds)
    """Write a value as JSON knows it."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, IsoWeek):
        return str(value)
    return list(value) if isinstance(value, list) else value
