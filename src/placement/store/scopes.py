"""Scopes: which rows are a caller's own, as conditions for the queries of the access layer."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, true
from sqlmodel import col

from placement.callers import Caller, Role
from placement.tables import Student, Unit


def units_of(by: Caller) -> ColumnElement[bool]:
    """Return the condition for the units that a caller manages: all, their organisation's, or the one they work at."""
    if by.role is Role.COORDINATOR:
        return true()
    if by.role is Role.PROVIDER:
        return or_(col(Unit.provider_id) == by.organisation, col(Unit.operator_id) == by.organisation)
    return col(Unit.id) == by.unit


def units_seen_by(by: Caller) -> ColumnElement[bool]:
    """Return the condition for the units that a caller may see: all for a lärosäte, their own for others."""
    return true() if by.role is Role.INSTITUTION else units_of(by)


def students_of(by: Caller) -> ColumnElement[bool]:
    """Return the condition for a caller's students: all, or those of their lärosäte."""
    return true() if by.role is Role.COORDINATOR else col(Student.institution_id) == by.organisation
