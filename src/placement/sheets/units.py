"""Sheets of units: one row per unit, matched by HSA id or, if it has none, by provider and name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, select

from placement import nouns
from placement.callers import Caller, Role
from placement.register.lists import Lists
from placement.register.units import UnitBook, list_units
from placement.register.writing import Writer
from placement.sheets import names
from placement.sheets.cells import words_as_text
from placement.sheets.faults import Faults
from placement.sheets.importing import Outcome, every, take_all
from placement.sheets.keys import Key, Known
from placement.sheets.matching import Matched
from placement.sheets.writing import Sheet
from placement.store.access import PROVIDERS, allow
from placement.store.scopes import units_of
from placement.tables import Unit

HEADS = (
    "id",
    "name",
    "hsaId",
    "providerId",
    "operatorId",
    "excludedFromAgreement",
    "municipalityCode",
    "siteId",
    "kinds",
    "lat",
    "lon",
    "zone",
    "maxStudents",
    "universityHealthcare",
    "contactFunction",
    "contactEmail",
    "contactPhone",
)
NEEDED = ("name", "provider_id", "municipality_code", "kinds", "lat", "lon")
PROTECTED: frozenset[str] = frozenset()


def sheet(session: Session, by: Caller, *, provider: str | None = None, municipality: str | None = None) -> Sheet:
    """Write the units that the caller may see, optionally of one provider or municipality."""
    organisations, sites = names.organisations(session), names.sites(session)
    places = every(lambda span: list_units(session, by, provider=provider, municipality=municipality, span=span))
    lines = [
        (
            unit.id,
            unit.name,
            unit.hsa_id,
            organisations.name_of(unit.provider_id),
            unit.operator_id and organisations.name_of(unit.operator_id),
            unit.excluded_from_agreement,
            unit.municipality_code,
            unit.site_id and sites.name_of(unit.site_id),
            words_as_text(unit.kinds),
            unit.lat,
            unit.lon,
            unit.zone,
            unit.max_students,
            unit.university_healthcare,
            unit.contact_function,
            unit.contact_email,
            unit.contact_phone,
        )
        for unit in (place.unit for place in places)
    ]
    return Sheet(HEADS, lines)


def bring_in(session: Session, by: Caller, rows: Mapping[int, dict[str, Any]], faults: Faults) -> Outcome:
    """Enter the units that are new, and change those that are stored; a provider's rows are its own units."""
    allow(by, PROVIDERS)
    own = {"provider_id": by.organisation} if by.role is Role.PROVIDER else {}
    return take_all(session, by, {index: {**own, **values} for index, values in rows.items()}, faults, _lines)


def _lines(writer: Writer, _rows: Mapping[int, dict[str, Any]]) -> Matched[Unit]:
    session = writer.session
    stored = session.exec(select(Unit).where(units_of(writer.by))).all()
    organisations = names.organisations(session)
    references = {
        "provider_id": organisations,
        "operator_id": organisations,
        "municipality_code": names.municipalities(session),
        "site_id": names.sites(session),
    }
    known = Known(nouns.UNIT, stored, lambda row: _key_of(row.model_dump()))
    return Matched(UnitBook(writer), known, _key_of, NEEDED, references, lists=Lists(session))


def _key_of(values: Mapping[str, Any]) -> Key:
    """Return the key of a unit: its HSA id, or its name at its provider where it has none."""
    return Key.of(values, "hsa_id") if values.get("hsa_id") else Key.of(values, "name", "provider_id")
