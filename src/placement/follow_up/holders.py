"""Holders: the organisations that a unit's figures count under.

The letter of intent is about all care that a municipality funds, whoever runs it. So a unit counts under its provider,
under the organisation that runs it, and under the funder of either; each of them sees it by itself.
"""

from __future__ import annotations

from sqlmodel import Session, col, select

from placement.tables import Organisation, ProviderKind, Unit


class Holders:
    """The organisations of every unit, and those among them that are municipalities."""

    def __init__(self, session: Session) -> None:
        """Read the units and the providers."""
        self.organisations = {row.id: row for row in session.exec(select(Organisation).order_by(col(Organisation.id)))}
        self._of_unit = {unit.id: self._chain(unit) for unit in session.exec(select(Unit))}

    def of_unit(self, unit_id: str) -> frozenset[str]:
        """Return the ids of the organisations that a unit counts under."""
        return self._of_unit[unit_id]

    def units_of(self, organisation_id: str) -> frozenset[str]:
        """Return the ids of the units that count under an organisation."""
        return frozenset(unit for unit, holders in self._of_unit.items() if organisation_id in holders)

    def all_units(self) -> frozenset[str]:
        """Return the ids of all units."""
        return frozenset(self._of_unit)

    def municipal_units(self) -> frozenset[str]:
        """Return the ids of the units whose care a municipality is responsible for or funds."""
        municipal = {row.id for row in self.organisations.values() if is_municipality(row)}
        return frozenset(unit for unit, holders in self._of_unit.items() if not municipal.isdisjoint(holders))

    def _chain(self, unit: Unit) -> frozenset[str]:
        """Return a unit's provider and operator, and the funder of each."""
        own = [self.organisations[party] for party in (unit.provider_id, unit.operator_id) if party is not None]
        funders = {row.funded_by_id for row in own if row.funded_by_id is not None}
        return frozenset({row.id for row in own} | funders)


def is_municipality(row: Organisation) -> bool:
    """Return whether an organisation is a municipality as a provider of care."""
    return row.provider_kind is ProviderKind.MUNICIPALITY
