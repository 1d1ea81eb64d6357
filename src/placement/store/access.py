"""Access: which roles may do what, and the steps that every function of the access layer shares.

A function of the access layer admits only some roles (``allow``). It searches only among the rows that the caller
may see, so that a row of somebody else's looks like a row that does not exist. It records each change in the same
transaction.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, inspect, nulls_last
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from placement.callers import Caller, Role
from placement.errors import ConflictError, Fault, InvalidError, NotAllowedError, NotFoundError, no_such
from placement.identity_numbers import REFUSED, holds_identity_number
from placement.store import audit
from placement.store.in_use import refuse_if_used
from placement.tables import Action, Row
from placement_solver.words import Words

ANYONE = frozenset(Role)
COORDINATORS = frozenset({Role.COORDINATOR})
INSTITUTIONS = COORDINATORS | {Role.INSTITUTION}
PROVIDERS = COORDINATORS | {Role.PROVIDER}
CARE = PROVIDERS | {Role.UNIT}
PARTIES = PROVIDERS | {Role.INSTITUTION}
PLANNERS = CARE | {Role.INSTITUTION, Role.SUPERVISOR}
AUDITORS = COORDINATORS | {Role.AUDITOR}

R = TypeVar("R")
Q = TypeVar("Q", bound=Select[*tuple[Any, ...]])
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """One page of a list in its stable order, and the total number of rows in the list."""

    rows: Sequence[R]
    total: int


@dataclass(frozen=True, slots=True)
class SortField:
    """A field to sort a list by, in rising or falling order."""

    field: str
    falling: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """The part of a list that is wanted, and the order if it is not the list's own."""

    limit: int = 20
    offset: int = 0
    order: tuple[SortField, ...] = ()


FIRST = Span()
EVERY = Span(limit=1_000_000_000)
"""A list that is read whole, such as for a sheet."""


def allow(by: Caller, roles: frozenset[Role]) -> None:
    """Refuse a caller whose role is not one of these."""
    if by.role not in roles:
        role = by.role.words
        raise NotAllowedError(sv=f"Rollen {role.sv} får inte göra detta.", en=f"The role {role.en} may not do this.")


def page_of(session: Session, query: SelectOfScalar[R], span: Span) -> Page[R]:
    """Read a part of a list, in the order asked for or else the query's own, which must end with the key."""
    total = session.exec(select(func.count()).select_from(query.order_by(None).subquery())).one()
    return Page(session.exec(in_order(query, span).limit(span.limit).offset(span.offset)).all(), total)


def in_order(query: Q, span: Span) -> Q:
    """Sort a list by the fields asked for, of its first table; empty values come last, and equal rows go by key."""
    if not span.order:
        return query
    table = query.column_descriptions[0]["entity"]
    fields = [(getattr(table, order.field), order.falling) for order in span.order]
    asked = [nulls_last(field.desc() if falling else field.asc()) for field, falling in fields]
    return query.order_by(None).order_by(*asked, *inspect(table).primary_key)


def matching(query: Q, wanted: Iterable[tuple[Any, object]]) -> Q:
    """Keep the rows whose columns have the wanted values; a wanted value of None is ignored."""
    return query.where(*(col(column) == value for column, value in wanted if value is not None))


def found(row: R | None, name: str) -> R:
    """Return the row; raise NotFoundError if it does not exist or is not the caller's to see."""
    if row is None:
        raise NotFoundError(name)
    return row


def refer(row: R | None, pointer: str, what: Words, where: Words | None = None) -> R:
    """Return the row that a given value refers to; raise a fault at the pointer if the caller has no such row."""
    if row is None:
        raise missing(pointer, what, where)
    return row


def refer_among(known: Container[str], row_id: str, pointer: str, what: Words, where: Words | None = None) -> None:
    """Raise a fault at the pointer if an id is not among the ids that the caller may refer to."""
    if row_id not in known:
        raise missing(pointer, what, where)


def missing(pointer: str, what: Words, where: Words | None = None) -> InvalidError:
    """Make the error for one value that refers to something that the caller does not have."""
    return InvalidError(no_such(pointer, what, where))


def fault(pointer: str, en: str, sv: str) -> InvalidError:
    """Make the error for one wrong value, in English and Swedish; the pointer names its field: ``/provider_id``."""
    return InvalidError(Fault(pointer, en, sv))


def conflict(pointer: str, en: str, sv: str) -> ConflictError:
    """Make the error for one value that what is stored already does not allow; the pointer names its field."""
    return ConflictError(sv=sv, en=en, faults=[Fault(pointer, en, sv)])


def refuse_identity_number(pointer: str, text: str | None) -> None:
    """Raise a fault at the pointer if a text contains a personal identity number; the fault does not repeat it."""
    if text is not None and holds_identity_number(text):
        raise fault(pointer, REFUSED.en, REFUSED.sv)


def add(session: Session, by: Caller, row: Row) -> None:
    """Store a new row and its audit entry."""
    session.add(row)
    session.flush()
    audit.record(session, by, Action.CREATED, row)


def change(session: Session, by: Caller, row: Row, values: Mapping[str, Any], *, at_once: bool = True) -> list[str]:
    """Give a row new values, record the change, and return the names of the fields that changed.

    Whoever changes many rows need not write each ``at_once``: the session writes them together, which is quicker.
    """
    before = audit.snapshot(row)
    with session.no_autoflush:
        for name, value in values.items():
            setattr(row, name, value)
    session.add(row)
    if at_once:
        session.flush()
    entry = audit.entry_of(by, Action.CHANGED, row, before)
    changed = list(entry["after"])
    if changed:
        audit.record_all(session, [entry])
    return changed


def remove(session: Session, by: Caller, row: Row) -> None:
    """Remove a row, and record the values that it had."""
    audit.record(session, by, Action.REMOVED, row)
    session.delete(row)
    session.flush()
    refuse_if_used(session, by, row)
