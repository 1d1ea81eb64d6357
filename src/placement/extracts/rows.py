"""Rows: a person's rows in every table, found by the tables' own references, so that no table can be forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Table, or_, select
from sqlmodel import Session

from placement.retention.traces import plain
from placement.tables import Row

NOT_THEIRS = frozenset({("site_wish", "partner_id"), ("site_turn", "partner_id")})
"""References to a person from a row that is about somebody else."""
OF_NOBODY = frozenset({"secret_sha256", "alias_key", "seed"})
"""Columns that hold a secret of the service, and nothing about anyone."""


@dataclass(slots=True)
class Found:
    """The rows of a person, by table, and the ids that name the person."""

    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)


def references_to(root: str) -> dict[str, list[Column[Any]]]:
    """Return every table whose rows are a person's, with the columns that say so; ``root`` is the person's table."""
    found: dict[str, list[Column[Any]]] = {}
    reached = {root}
    grown = True
    while grown:
        grown = False
        for table in Row.metadata.sorted_tables:
            if table.name == root:
                continue
            columns = [column for column in table.c if _leads_to(column, reached) and not _is_anothers(column)]
            if columns and len(columns) != len(found.get(table.name, ())):
                found[table.name] = columns
                reached.add(table.name)
                grown = True
    return found


def rows_of(session: Session, root: str, person: str) -> Found:
    """Read a person's rows; a table that leads to others is read first."""
    found = Found(ids={person})
    tables = Row.metadata.tables
    found.tables[root] = list(_read(session, tables[root], tables[root].c.id == person))
    own: dict[str, set[str]] = {root: {person}}
    waiting = references_to(root)
    while waiting:
        for name, columns in list(waiting.items()):
            needs = {target for column in columns for target in _targets(column)} & set(waiting) - {name}
            if needs:
                continue
            such = [column.in_(sorted(own[target])) for column in columns for target in _targets(column) & own.keys()]
            rows = list(_read(session, tables[name], or_(*such)))
            found.tables[name] = rows
            own[name] = {row["id"] for row in rows if "id" in row}
            found.ids |= own[name]
            del waiting[name]
    return found


def swaps_of(session: Session, found: Found) -> list[dict[str, Any]]:
    """Read the swaps that a person's placements are in, without the gain, of which the other's part is known."""
    swap = Row.metadata.tables["swap"]
    asked = sorted({side["swap_id"] for side in found.tables.get("swap_side", ())})
    rows = _read(session, swap, swap.c.id.in_(asked))
    return [{name: value for name, value in row.items() if name != "terms"} for row in rows]


def _read(session: Session, table: Table, such: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 (a condition)
    """Yield rows as plain values, without what is a secret of the service."""
    for row in session.connection().execute(select(table).where(such).order_by(*table.primary_key)).mappings():
        yield {name: plain(value) for name, value in _of_the_row(row).items() if name not in OF_NOBODY}


def _of_the_row(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}


def _targets(column: Column[Any]) -> set[str]:
    """Return the tables that a column refers to."""
    return {key.column.table.name for key in column.foreign_keys}


def _leads_to(column: Column[Any], tables: set[str]) -> bool:
    """Return whether a column says whose a row is, by way of some tables; a row does not belong to its own kind."""
    return bool(_targets(column) & tables - {column.table.name})


def _is_anothers(column: Column[Any]) -> bool:
    return (column.table.name, column.name) in NOT_THEIRS
