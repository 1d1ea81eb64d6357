"""Changers: who last changed a row, told only to those of the same organisation, by what their access is called.

No name is kept for this: the audit trail has which token changed a row, and a token has a label that says who holds it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.fields.seeing import shows
from placement.store.acting import beyond_own
from placement.tables import METADATA, Action, ApiToken, AuditEntry, Row, Unit

_COUNTY = "county"
"""Stands for the county's coordination, which is no organisation of the register."""


@dataclass(frozen=True, slots=True)
class Changer:
    """Who changed a row, by what their access is called, and when."""

    name: str
    at: dt.datetime


def last_changer(session: Session, by: Caller, row_id: str) -> Changer | None:
    """Return who last changed a row, or something that belongs to it; None unless they are of the caller's own side.

    A unit and its provider are one side, and so are all coordinators. Whoever the row belongs to has been asked for
    before: the caller may see it.
    """
    table = _tables().get(row_id.partition("_")[0])
    if table is None or not shows(by, "api_token.label", own=True):
        return None
    own = and_(col(AuditEntry.object_type) == table, col(AuditEntry.object_id) == row_id)
    part = and_(
        col(AuditEntry.object_type).in_(_parts_of(table)),
        col(AuditEntry.object_id).startswith(f"{row_id}/", autoescape=True),
    )
    query = select(AuditEntry).where(or_(own, part), col(AuditEntry.action) != Action.READ)
    with beyond_own(session):
        entry = session.exec(query.order_by(col(AuditEntry.sequence).desc()).limit(1)).first()
        token = None if entry is None or entry.actor_token is None else session.get(ApiToken, entry.actor_token)
        if entry is None or token is None:
            return None
        side = _side(session, by.role, by.organisation, by.unit)
        same = side is not None and side == _side(session, token.role, token.organisation_id, token.unit_id)
    return Changer(token.label, entry.at) if same else None


def _side(session: Session, role: Role, organisation: str | None, unit: str | None) -> str | None:
    """Return the organisation that somebody works for; a unit's is its provider."""
    if unit is not None:
        return session.exec(select(Unit.provider_id).where(Unit.id == unit)).first()
    return _COUNTY if role is Role.COORDINATOR else organisation


@cache
def _tables() -> Mapping[str, str]:
    """Return the table of each prefix of an id."""
    made: dict[str, str] = {}
    for kind in Row.__subclasses__():
        factory = kind.model_fields["id"].default_factory if "id" in kind.model_fields else None
        if factory is not None:
            prefix, underscore, _ = str(factory()).partition("_")  # type: ignore[call-arg]
            made |= {prefix: str(kind.__tablename__)} if underscore else {}
    return made


@cache
def _parts_of(table: str) -> tuple[str, ...]:
    """Return the tables whose rows belong to a row of a table: their key begins with its id."""
    keys = {each.name: next(iter(each.primary_key.columns)) for each in METADATA.sorted_tables}
    return tuple(
        name for name, key in keys.items() if any(foreign.column.table.name == table for foreign in key.foreign_keys)
    )
