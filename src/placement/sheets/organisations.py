"""Sheets of organisations: one row per lärosäte or provider, matched by its own id or, if it has none, by its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, select

from placement import nouns
from placement.callers import Caller
from placement.register.organisations import OrganisationBook, list_organisations
from placement.register.writing import Writer
from placement.sheets import names
from placement.sheets.faults import Faults
from placement.sheets.importing import Outcome, every, take_all
from placement.sheets.keys import Key, Known
from placement.sheets.matching import Matched
from placement.sheets.writing import Sheet
from placement.store.access import COORDINATORS, allow
from placement.tables import Organisation, OrganisationKind, ProviderKind

HEADS = (
    "id",
    "kind",
    "providerKind",
    "nameSv",
    "nameEn",
    "externalId",
    "municipalityCode",
    "fundedById",
    "inCounty",
)
NEEDED = ("kind", "name_sv", "name_en")
PROTECTED: frozenset[str] = frozenset()


def sheet(
    session: Session, by: Caller, *, kind: OrganisationKind | None = None, provider_kind: ProviderKind | None = None
) -> Sheet:
    """Write the lärosäten and providers, optionally of one kind."""
    known = names.organisations(session)
    rows = every(lambda span: list_organisations(session, by, kind=kind, provider_kind=provider_kind, span=span))
    lines = [
        (
            row.id,
            row.kind.value,
            row.provider_kind and row.provider_kind.value,
            row.name_sv,
            row.name_en,
            row.external_id,
            row.municipality_code,
            row.funded_by_id and known.name_of(row.funded_by_id),
            row.in_county,
        )
        for row in rows
    ]
    return Sheet(HEADS, lines)


def bring_in(session: Session, by: Caller, rows: Mapping[int, dict[str, Any]], faults: Faults) -> Outcome:
    """Enter the organisations that are new, and change those that are stored."""
    allow(by, COORDINATORS)
    return take_all(session, by, rows, faults, _lines)


def _lines(writer: Writer, _rows: Mapping[int, dict[str, Any]]) -> Matched[Organisation]:
    session = writer.session
    stored = session.exec(select(Organisation)).all()
    known = Known(nouns.ORGANISATION, stored, lambda row: _key_of(row.model_dump()))
    references = {"funded_by_id": names.organisations(session), "municipality_code": names.municipalities(session)}
    return Matched(OrganisationBook(writer), known, _key_of, NEEDED, references, ("kind",))


def _key_of(values: Mapping[str, Any]) -> Key:
    """Return the key of an organisation: its own id, or its name where it has none."""
    return Key.of(values, "external_id" if values.get("external_id") else "name_sv")
