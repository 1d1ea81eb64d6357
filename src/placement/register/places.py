"""Places: municipalities, organisations and studieorter, which everybody may read, and units, where students learn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

from sqlalchemy import String, cast
from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.store.access import (
    ANYONE,
    COORDINATORS,
    FIRST,
    PLANNERS,
    PROVIDERS,
    Page,
    Span,
    add,
    allow,
    change,
    fault,
    found,
    matching,
    page_of,
    refer,
    remove,
    touch,
)
from placement.store.scopes import units_of, units_seen_by
from placement.tables import (
    EducationLevel,
    Municipality,
    Organisation,
    OrganisationKind,
    ProviderKind,
    Site,
    Unit,
)


def list_municipalities(
    session: Session, by: Caller, *, in_county: bool | None = None, span: Span = FIRST
) -> Page[Municipality]:
    """List the municipalities by their SCB code, optionally only those inside or outside the county."""
    allow(by, ANYONE)
    query = select(Municipality).order_by(col(Municipality.code))
    return page_of(session, matching(query, [(Municipality.in_county, in_county)]), span)


def add_municipality(session: Session, by: Caller, given: Mapping[str, Any]) -> Municipality:
    """Enter a municipality by its SCB code: one in the county, or one where a studieort or a student's home is."""
    allow(by, COORDINATORS)
    municipality = Municipality(**given)
    add(session, by, municipality)
    return municipality


def show_municipality(session: Session, by: Caller, code: str) -> Municipality:
    """Show one municipality."""
    allow(by, ANYONE)
    return found(session.get(Municipality, code), code)


def list_organisations(
    session: Session,
    by: Caller,
    *,
    kind: OrganisationKind | None = None,
    provider_kind: ProviderKind | None = None,
    external_id: str | None = None,
    municipality: str | None = None,
    span: Span = FIRST,
) -> Page[Organisation]:
    """List the lärosäten and providers by name, optionally of one kind, external id or municipality."""
    allow(by, ANYONE)
    row = Organisation
    wanted = (
        (row.kind, kind),
        (row.provider_kind, provider_kind),
        (row.external_id, external_id),
        (row.municipality_code, municipality),
    )
    query = select(row).order_by(col(row.name_sv), col(row.id))
    return page_of(session, matching(query, wanted), span)


def show_organisation(session: Session, by: Caller, organisation_id: str) -> Organisation:
    """Show one organisation."""
    allow(by, ANYONE)
    return found(session.get(Organisation, organisation_id), organisation_id)


def add_organisation(session: Session, by: Caller, given: Mapping[str, Any]) -> Organisation:
    """Enter a lärosäte or a provider."""
    allow(by, COORDINATORS)
    organisation = Organisation(**given)
    _check_organisation(session, organisation)
    add(session, by, organisation)
    return organisation


def change_organisation(session: Session, by: Caller, organisation_id: str, changes: Mapping[str, Any]) -> Organisation:
    """Change an organisation; its kind cannot be changed."""
    allow(by, COORDINATORS)
    organisation = show_organisation(session, by, organisation_id)
    if changes.get("kind", organisation.kind) is not organisation.kind:
        raise fault("/kind", "a lärosäte cannot become a provider, nor a provider a lärosäte")
    change(session, by, organisation, changes, lambda: _check_organisation(session, organisation))
    return organisation


def remove_organisation(session: Session, by: Caller, organisation_id: str) -> None:
    """Remove an organisation that no other row refers to."""
    allow(by, COORDINATORS)
    remove(session, by, show_organisation(session, by, organisation_id))


def _check_organisation(session: Session, organisation: Organisation) -> None:
    """Refuse an organisation whose kinds do not fit together, or that refers to what does not exist."""
    if (organisation.kind is OrganisationKind.PROVIDER) != (organisation.provider_kind is not None):
        raise fault("/provider_kind", "a provider has a provider kind; a lärosäte has none")
    if organisation.municipality_code is not None:
        _municipality(session, organisation.municipality_code)
    if organisation.funded_by_id is None:
        return
    funder = refer(session.get(Organisation, organisation.funded_by_id), "/funded_by_id", "organisation")
    public = {ProviderKind.REGION, ProviderKind.MUNICIPALITY}
    if organisation.provider_kind is not ProviderKind.PRIVATE or funder.provider_kind not in public:
        raise fault("/funded_by_id", "only a private provider can be funded, and only by a region or a municipality")


def list_sites(
    session: Session,
    by: Caller,
    *,
    institution: str | None = None,
    municipality: str | None = None,
    span: Span = FIRST,
) -> Page[Site]:
    """List the studieorter of the decentralised programmes, optionally of one lärosäte or municipality."""
    allow(by, ANYONE)
    wanted = (Site.institution_id, institution), (Site.municipality_code, municipality)
    query = select(Site).order_by(col(Site.name), col(Site.id))
    return page_of(session, matching(query, wanted), span)


def show_site(session: Session, by: Caller, site_id: str) -> Site:
    """Show one studieort."""
    allow(by, ANYONE)
    return found(session.get(Site, site_id), site_id)


def add_site(session: Session, by: Caller, given: Mapping[str, Any]) -> Site:
    """Enter a studieort of a lärosäte."""
    allow(by, COORDINATORS)
    site = Site(**given)
    institution = refer(session.get(Organisation, site.institution_id), "/institution_id", "institution")
    if institution.kind is not OrganisationKind.INSTITUTION:
        raise fault("/institution_id", "there is no such institution")
    _municipality(session, site.municipality_code)
    add(session, by, site)
    return site


@dataclass(frozen=True, slots=True)
class UnitPlace:
    """A unit, with the latest judgement of each education level."""

    unit: Unit
    levels: tuple[EducationLevel, ...]


class UnitsWanted(TypedDict, total=False):
    """Which units are wanted: of one provider, municipality or site, with one HSA id, or with one kind of care."""

    provider: str | None
    municipality: str | None
    site: str | None
    hsa_id: str | None
    kind: str | None


def list_units(session: Session, by: Caller, *, span: Span = FIRST, **wanted: Unpack[UnitsWanted]) -> Page[UnitPlace]:
    """List the units the caller may see, by name."""
    allow(by, PLANNERS)
    query = select(Unit).where(units_seen_by(by)).order_by(col(Unit.name), col(Unit.id))
    columns = (
        (Unit.provider_id, wanted.get("provider")),
        (Unit.municipality_code, wanted.get("municipality")),
        (Unit.site_id, wanted.get("site")),
        (Unit.hsa_id, wanted.get("hsa_id")),
    )
    query = matching(query, columns)
    if (kind := wanted.get("kind")) is not None:
        query = query.where(cast(col(Unit.kinds), String).contains(f'"{kind}"', autoescape=True))
    page = page_of(session, query, span)
    return Page(_with_levels(session, page.rows), page.total)


def show_unit(session: Session, by: Caller, unit_id: str) -> UnitPlace:
    """Show one unit."""
    allow(by, PLANNERS)
    unit = session.exec(select(Unit).where(col(Unit.id) == unit_id, units_seen_by(by))).first()
    return _with_levels(session, [found(unit, unit_id)])[0]


def own_unit(session: Session, by: Caller, unit_id: str) -> Unit:
    """Return a unit that the caller manages; any other unit is not found."""
    unit = session.exec(select(Unit).where(col(Unit.id) == unit_id, units_of(by))).first()
    return found(unit, unit_id)


def open_unit(session: Session, by: Caller, given: Mapping[str, Any]) -> UnitPlace:
    """Enter a unit of a provider; a provider may only enter its own."""
    allow(by, PROVIDERS)
    unit = Unit(**given)
    _check_unit(session, by, unit)
    add(session, by, unit)
    return UnitPlace(unit, ())


def change_unit(session: Session, by: Caller, unit_id: str, changes: Mapping[str, Any]) -> UnitPlace:
    """Change a unit."""
    allow(by, PROVIDERS)
    unit = own_unit(session, by, unit_id)
    change(session, by, unit, changes, lambda: _check_unit(session, by, unit))
    return _with_levels(session, [unit])[0]


def close_unit(session: Session, by: Caller, unit_id: str) -> None:
    """Remove a unit that no other row refers to."""
    allow(by, PROVIDERS)
    remove(session, by, own_unit(session, by, unit_id))


def judge_level(session: Session, by: Caller, unit_id: str, level: str, *, met: bool, judged_on: dt.date) -> UnitPlace:
    """Record whether a unit met an education level on a day; a later judgement of the same day replaces it."""
    allow(by, PROVIDERS)
    unit = own_unit(session, by, unit_id)
    judged = session.get(EducationLevel, (unit_id, level, judged_on))
    if judged is None:
        add(session, by, EducationLevel(unit_id=unit_id, level=level, judged_on=judged_on, met=met))
    else:
        change(session, by, judged, {"met": met})
    touch(session, unit, "name")
    return _with_levels(session, [unit])[0]


def _with_levels(session: Session, units: Sequence[Unit]) -> list[UnitPlace]:
    """Read the latest judgement of each level of each unit."""
    ids = [unit.id for unit in units]
    judged = session.exec(
        select(EducationLevel)
        .where(col(EducationLevel.unit_id).in_(ids))
        .order_by(col(EducationLevel.level), col(EducationLevel.judged_on))
    )
    latest: dict[str, dict[str, EducationLevel]] = {unit_id: {} for unit_id in ids}
    for row in judged:
        latest[row.unit_id][row.level] = row
    return [UnitPlace(unit, tuple(latest[unit.id].values())) for unit in units]


def _check_unit(session: Session, by: Caller, unit: Unit) -> None:
    """Refuse a unit that would not be the caller's, or that refers to what does not exist."""
    for pointer, organisation_id in (("/provider_id", unit.provider_id), ("/operator_id", unit.operator_id)):
        if organisation_id is not None:
            organisation = refer(session.get(Organisation, organisation_id), pointer, "provider")
            if organisation.kind is not OrganisationKind.PROVIDER:
                raise fault(pointer, "there is no such provider")
    if by.role is Role.PROVIDER and by.organisation not in {unit.provider_id, unit.operator_id}:
        raise fault("/provider_id", "a provider may only enter and change its own units")
    if unit.excluded_from_agreement and unit.operator_id is None:
        raise fault("/excluded_from_agreement", "only a unit that another organisation operates can be excluded")
    _municipality(session, unit.municipality_code)
    if unit.site_id is not None:
        refer(session.get(Site, unit.site_id), "/site_id", "site")


def _municipality(session: Session, code: str) -> Municipality:
    """Return the municipality of a row."""
    return refer(session.get(Municipality, code), "/municipality_code", "municipality")
