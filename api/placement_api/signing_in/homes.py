"""Homes: what the organisation or the unit of somebody who is signed in is called."""

from __future__ import annotations

from sqlmodel import Session

from placement.callers import Caller
from placement.register.organisations import show_organisation
from placement.register.units import show_unit
from placement_solver.words import Words


def home_of(session: Session, by: Caller) -> Words | None:
    """Return the name of the organisation or the unit that a caller belongs to; None for those who belong to all."""
    if by.organisation is not None:
        organisation = show_organisation(session, by, by.organisation)
        return Words(organisation.name_sv, organisation.name_en)
    if by.unit is not None:
        name = show_unit(session, by, by.unit).unit.name
        return Words(name, name)
    return None
