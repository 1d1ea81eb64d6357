"""Scopes: which rows are a caller's own, as conditions that every query of the access layer can take."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, true
from sqlmodel import col

from placement.callers import Caller, Role
from placement.tables import Student, Unit


def units_of(by: Caller) -> ColumnElement[bool]:
    """Return which units are a caller's to look after: all, their organisation's, or where they work."""
    if by.role is Role.COORDINATOR:
        return true()
    if by.role is Role.PROVIDER:
        return or_(col(Unit.provider_id) == by.organisation, col(Unit.operator_id) == by.organisation)
    return col(Unit.id) == by.unit


def units_seen_by(by: Caller) -> ColumnElement[bool]:
    """Return which units a caller may see: a lärosäte sees all of them, others their own."""
    return true() if by.role is Role.INSTITUTION else units_of(by)


def students_of(by: Caller) -> ColumnElement[bool]:
    """Return which students are a caller's own: all, or those of their lärosäte."""
    return true() if by.role is Role.COORDINATOR else col(Student.institution_id) == by.organisation
