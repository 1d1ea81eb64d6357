"""Seeing: what the table says of a field, asked at every way out.

A way out asks ``shows`` for each personal field it tells, and says whether the row is the caller's own. Where it tells
only whether there is a value, it asks ``tells_of``.
"""

from __future__ import annotations

from typing import TypeVar

from placement.callers import Caller, Role
from placement.fields.forms import Form, audience_of
from placement.fields.table import OF_COLUMN

V = TypeVar("V")
SUPERVISOR = "placement.supervisor_id"
"""The field that says who supervises; every other column that does so is in the same entry."""


_CARE = frozenset({Role.PROVIDER, Role.UNIT, Role.SUPERVISOR})


def form_of(by: Caller, column: str, *, own: bool) -> Form:
    """Return the form in which a caller sees a column, as ``table.column``, of a row that is theirs or not."""
    return OF_COLUMN[column].form_for(audience_of(by, own=own))


def shows(by: Caller, column: str, *, own: bool) -> bool:
    """Tell whether a caller sees a column as it is."""
    return form_of(by, column, own=own) is Form.WHOLE


def hidden_from(by: Caller, table: str, *, own: bool) -> frozenset[str]:
    """Return the columns of a table that a caller does not see as they are, in a row that is theirs or not."""
    columns = (column.partition(".") for column in OF_COLUMN)
    return frozenset(name for of, _, name in columns if of == table and not shows(by, f"{of}.{name}", own=own))


def supervisor_seen(by: Caller, supervisor: V | None) -> V | None:
    """Return who supervises, in a row that the caller may see; a lärosäte learns only whether there is somebody.

    A unit and a provider see such rows of their own units alone, so what they see is theirs.
    """
    return supervisor if shows(by, SUPERVISOR, own=by.role in _CARE) else None
