"""Batches: reading the rows of many ids in queries of bounded size, and grouping them by the row they belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar, TypeVarTuple, overload

from sqlmodel import Session, col
from sqlmodel.sql.expression import Select, SelectOfScalar

AT_A_TIME = 5_000
"""The most ids in one query, and the most rows in one page of a list that is read whole."""

R = TypeVar("R")
Ts = TypeVarTuple("Ts")


def in_batches(ids: Iterable[str]) -> Iterator[Sequence[str]]:
    """Divide ids, each once, into batches that one query can take; no ids give no batch."""
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), AT_A_TIME):
        yield ordered[start : start + AT_A_TIME]


@overload
def read_in_batches(session: Session, query: SelectOfScalar[R], column: object, ids: Iterable[str]) -> list[R]: ...
@overload
def read_in_batches(session: Session, query: Select[*Ts], column: object, ids: Iterable[str]) -> list[tuple[*Ts]]: ...
def read_in_batches(session: Session, query: Any, column: object, ids: Iterable[str]) -> list[Any]:
    """Return the rows of a query whose column has one of the ids; without ids nothing is asked of the database."""
    return [row for batch in in_batches(ids) for row in session.exec(query.where(col(column).in_(batch)))]


def by_owner(rows: Iterable[R], owner: Callable[[R], str]) -> dict[str, list[R]]:
    """Group rows by the id of the row they belong to."""
    groups: dict[str, list[R]] = {}
    for row in rows:
        groups.setdefault(owner(row), []).append(row)
    return groups
