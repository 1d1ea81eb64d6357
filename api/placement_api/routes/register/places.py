"""Routes of places: municipalities, organisations, sites, units and their education levels."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from placement.register import municipalities, organisations, sites, units
from placement_api.callers import Anyone, Coordinator, Planner, Provider, ProviderConfirming
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import LevelPath, MunicipalityPath, OrganisationPath, SitePath, UnitPath
from placement_api.schemas.register.places import (
    LevelGiven,
    MunicipalityChange,
    MunicipalityFilter,
    MunicipalityGiven,
    MunicipalityShown,
    OrganisationChange,
    OrganisationFilter,
    OrganisationGiven,
    OrganisationShown,
    SiteChange,
    SiteFilter,
    SiteGiven,
    SiteShown,
    UnitChange,
    UnitFilter,
    UnitGiven,
    UnitShown,
)
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["places"])


@router.get("/municipalities", summary="List municipalities")
def list_municipalities(
    store: Transaction, by: Anyone, asked: Annotated[MunicipalityFilter, Query()], links: Linked
) -> Listed[MunicipalityShown]:
    """List the municipalities by their SCB code.

    Listar kommunerna efter kommunkod.
    """
    found = municipalities.list_municipalities(store, by, in_county=asked.in_county, span=asked.span)
    return links.page(asked, found, MunicipalityShown.of)


@router.post("/municipalities", status_code=201, summary="Add a municipality")
def add_municipality(
    store: Transaction, by: Coordinator, given: MunicipalityGiven, response: Response
) -> MunicipalityShown:
    """Add a municipality by its SCB code.

    Lägger till en kommun med dess kommunkod.
    """
    shown = MunicipalityShown.of(municipalities.add_municipality(store, by, given.model_dump()))
    tag(response, shown)
    response.headers["Location"] = f"/v1/municipalities/{shown.id}"
    return shown


@router.get("/municipalities/{municipalityId}", summary="Show a municipality")
def show_municipality(store: Transaction, by: Anyone, code: MunicipalityPath, response: Response) -> MunicipalityShown:
    """Show one municipality.

    Visar en kommun.
    """
    shown = MunicipalityShown.of(municipalities.show_municipality(store, by, code))
    tag(response, shown)
    return shown


@router.patch("/municipalities/{municipalityId}", summary="Change a municipality")
def change_municipality(
    store: Transaction,
    by: Coordinator,
    code: MunicipalityPath,
    change: MunicipalityChange,
    expected: IfMatch,
    response: Response,
) -> MunicipalityShown:
    """Change the fields that are sent; the code cannot be changed.

    Ändrar de fält som skickas; kommunkoden kan inte ändras.
    """
    expected.hold(MunicipalityShown.of(municipalities.show_municipality(store, by, code)))
    shown = MunicipalityShown.of(municipalities.change_municipality(store, by, code, change.changes()))
    tag(response, shown)
    return shown


@router.get("/organisations", summary="List organisations")
def list_organisations(
    store: Transaction, by: Anyone, asked: Annotated[OrganisationFilter, Query()], links: Linked
) -> Listed[OrganisationShown]:
    """List the lärosäten and the providers, by name.

    Listar lärosätena och huvudmännen, efter namn.
    """
    found = organisations.list_organisations(
        store,
        by,
        kind=asked.kind,
        provider_kind=asked.provider_kind,
        external_id=asked.external_id,
        municipality=asked.municipality_code,
        span=asked.span,
    )
    return links.page(asked, found, OrganisationShown.model_validate)


@router.post("/organisations", status_code=201, summary="Add an organisation")
def add_organisation(
    store: Transaction, by: Coordinator, given: OrganisationGiven, response: Response
) -> OrganisationShown:
    """Add a lärosäte or a provider; only a coordinator may.

    Lägger till ett lärosäte eller en huvudman; det får bara en samordnare göra.
    """
    added = organisations.add_organisation(store, by, given.model_dump())
    shown = OrganisationShown.model_validate(added)
    tag(response, shown)
    response.headers["Location"] = f"/v1/organisations/{shown.id}"
    return shown


@router.get("/organisations/{organisationId}", summary="Show an organisation")
def show_organisation(
    store: Transaction, by: Anyone, organisation_id: OrganisationPath, response: Response
) -> OrganisationShown:
    """Show one organisation.

    Visar en organisation.
    """
    shown = OrganisationShown.model_validate(organisations.show_organisation(store, by, organisation_id))
    tag(response, shown)
    return shown


@router.patch("/organisations/{organisationId}", summary="Change an organisation")
def change_organisation(
    store: Transaction,
    by: Coordinator,
    organisation_id: OrganisationPath,
    change: OrganisationChange,
    expected: IfMatch,
    response: Response,
) -> OrganisationShown:
    """Change the fields that are sent; the others keep their values.

    Ändrar de fält som skickas; övriga fält behåller sina värden.
    """
    expected.hold(OrganisationShown.model_validate(organisations.show_organisation(store, by, organisation_id)))
    changed = organisations.change_organisation(store, by, organisation_id, change.changes())
    shown = OrganisationShown.model_validate(changed)
    tag(response, shown)
    return shown


@router.delete("/organisations/{organisationId}", status_code=204, summary="Remove an organisation")
def remove_organisation(
    store: Transaction, by: Coordinator, organisation_id: OrganisationPath, expected: IfMatch
) -> None:
    """Remove an organisation that nothing refers to.

    Tar bort en organisation som inget hänvisar till.
    """
    expected.hold(OrganisationShown.model_validate(organisations.show_organisation(store, by, organisation_id)))
    organisations.remove_organisation(store, by, organisation_id)


@router.get("/sites", summary="List sites")
def list_sites(
    store: Transaction, by: Anyone, asked: Annotated[SiteFilter, Query()], links: Linked
) -> Listed[SiteShown]:
    """List the sites of the decentralised programmes, by name.

    Listar studieorterna för de decentraliserade programmen, efter namn.
    """
    found = sites.list_sites(
        store, by, institution=asked.institution_id, municipality=asked.municipality_code, span=asked.span
    )
    return links.page(asked, found, SiteShown.model_validate)


@router.post("/sites", status_code=201, summary="Add a site")
def add_site(store: Transaction, by: Coordinator, given: SiteGiven, response: Response) -> SiteShown:
    """Add a site of a lärosäte; only a coordinator may.

    Lägger till en studieort för ett lärosäte; det får bara en samordnare göra.
    """
    shown = SiteShown.model_validate(sites.add_site(store, by, given.model_dump()))
    tag(response, shown)
    response.headers["Location"] = f"/v1/sites/{shown.id}"
    return shown


@router.get("/sites/{siteId}", summary="Show a site")
def show_site(store: Transaction, by: Anyone, site_id: SitePath, response: Response) -> SiteShown:
    """Show one site.

    Visar en studieort.
    """
    shown = SiteShown.model_validate(sites.show_site(store, by, site_id))
    tag(response, shown)
    return shown


@router.patch("/sites/{siteId}", summary="Change a site")
def change_site(
    store: Transaction,
    by: Coordinator,
    site_id: SitePath,
    change: SiteChange,
    expected: IfMatch,
    response: Response,
) -> SiteShown:
    """Change the fields that are sent; the lärosäte cannot be changed.

    Ändrar de fält som skickas; lärosätet kan inte ändras.
    """
    expected.hold(SiteShown.model_validate(sites.show_site(store, by, site_id)))
    shown = SiteShown.model_validate(sites.change_site(store, by, site_id, change.changes()))
    tag(response, shown)
    return shown


@router.get("/units", summary="List units")
def list_units(
    store: Transaction, by: Planner, asked: Annotated[UnitFilter, Query()], links: Linked
) -> Listed[UnitShown]:
    """List the units that the caller may see, by name.

    Listar de enheter som anroparen får se, efter namn.
    """
    found = units.list_units(
        store,
        by,
        provider=asked.provider_id,
        municipality=asked.municipality_code,
        site=asked.site_id,
        hsa_id=asked.hsa_id,
        kind=asked.kind,
        span=asked.span,
    )
    return links.page(asked, found, UnitShown.of)


@router.post("/units", status_code=201, summary="Add a unit")
def open_unit(store: Transaction, by: ProviderConfirming, given: UnitGiven, response: Response) -> UnitShown:
    """Add a unit; a provider adds its own.

    Lägger till en enhet; en huvudman lägger till sina egna.
    """
    shown = UnitShown.of(units.open_unit(store, by, given.model_dump()))
    tag(response, shown)
    response.headers["Location"] = f"/v1/units/{shown.id}"
    return shown


@router.get("/units/{unitId}", summary="Show a unit")
def show_unit(store: Transaction, by: Planner, unit_id: UnitPath, response: Response) -> UnitShown:
    """Show one unit with its education levels.

    Visar en enhet med dess utbildningsnivåer.
    """
    shown = UnitShown.of(units.show_unit(store, by, unit_id))
    tag(response, shown)
    return shown


@router.patch("/units/{unitId}", summary="Change a unit")
def change_unit(
    store: Transaction,
    by: ProviderConfirming,
    unit_id: UnitPath,
    change: UnitChange,
    expected: IfMatch,
    response: Response,
) -> UnitShown:
    """Change the fields that are sent; the others keep their values.

    Ändrar de fält som skickas; övriga fält behåller sina värden.
    """
    expected.hold(UnitShown.of(units.show_unit(store, by, unit_id)))
    shown = UnitShown.of(units.change_unit(store, by, unit_id, change.changes()))
    tag(response, shown)
    return shown


@router.delete("/units/{unitId}", status_code=204, summary="Remove a unit")
def close_unit(store: Transaction, by: Provider, unit_id: UnitPath, expected: IfMatch) -> None:
    """Remove a unit that nothing refers to.

    Tar bort en enhet som inget hänvisar till.
    """
    expected.hold(UnitShown.of(units.show_unit(store, by, unit_id)))
    units.close_unit(store, by, unit_id)


@router.put("/units/{unitId}/education-levels/{level}", summary="Assess an education level")
def judge_level(
    store: Transaction,
    by: Provider,
    unit_id: UnitPath,
    level: LevelPath,
    given: LevelGiven,
    expected: IfMatch,
    response: Response,
) -> UnitShown:
    """Record whether a unit met an education level of university healthcare; the latest assessment counts.

    Registrerar om en enhet uppfyllde en utbildningsnivå för universitetssjukvård; den senaste bedömningen gäller.
    """
    expected.hold(UnitShown.of(units.show_unit(store, by, unit_id)))
    judged = units.judge_level(store, by, unit_id, level, **given.model_dump())
    shown = UnitShown.of(judged)
    tag(response, shown)
    return shown
