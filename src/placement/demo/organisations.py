"""Organisations: municipalities, lärosäten, regions, private providers, and the decentralised programmes' sites."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from placement.demo.dice import draw_id
from placement.reference.facts import care_places, institutions, municipalities, programmes, providers, sites
from placement.starting.rows import institution_row, municipality_row, provider_row, site_row
from placement.tables import Municipality, Organisation, OrganisationKind, ProviderKind, Row, Site

if TYPE_CHECKING:
    from random import Random

    from placement.reference.facts import ProviderFact

COUNTY_REGION = "Region Stockholm"
HEALTH_CENTRE_COMPANIES = 6
LARGE_MUNICIPALITY = 40_000

SITES = {
    institution: {site.name: site.municipality_code for site in of_institution}
    for institution, of_institution in groupby(sites(), key=lambda site: site.institution)
}
"""Studieorter of the decentralised medical programmes: lärosäte, name and municipality."""


@dataclass(frozen=True, slots=True)
class Parties:
    """The organisations, each by the key it is looked up by, and the rows to store."""

    institution: dict[str, Organisation] = field(default_factory=dict)
    region: dict[str, Organisation] = field(default_factory=dict)
    municipality: dict[str, Organisation] = field(default_factory=dict)
    operator: dict[str, Organisation] = field(default_factory=dict)
    health_centre_companies: list[Organisation] = field(default_factory=list)
    contractor: dict[str, Organisation] = field(default_factory=dict)
    site: dict[str, Site] = field(default_factory=dict)
    region_at: dict[str, Organisation] = field(default_factory=dict)

    def rows(self) -> list[Row]:
        """Return every row, the real municipalities first."""
        return [
            *(Municipality(**municipality_row(fact)) for fact in municipalities()),
            *self.institution.values(),
            *self.region.values(),
            *self.municipality.values(),
            *self.operator.values(),
            *self.health_centre_companies,
            *self.contractor.values(),
            *self.site.values(),
        ]


def draw_parties(throws: Random) -> Parties:
    """Make the organisations: real ones under their names, and synthetic ones for unpublished contractors."""
    parties = Parties()
    known = {fact.name_sv: fact for fact in providers()}
    teaching = {programme.institution for programme in programmes()}
    for fact in institutions():
        if fact.code in teaching:
            row = institution_row(fact, fact.municipality_code)
            parties.institution[fact.code] = Organisation(id=draw_id("org", throws), **row)
    for place in care_places():
        if place.region not in parties.region:
            parties.region[place.region] = _provider(known[place.region], throws)
        parties.region_at[place.municipality_code] = parties.region[place.region]
    for site in sites():
        institution_id = parties.institution[site.institution].id
        parties.site[site.municipality_code] = Site(id=draw_id("sit", throws), **site_row(site, institution_id))
    county = parties.region[COUNTY_REGION]
    for place in care_places():
        if place.run_by is not None and place.run_by not in parties.operator:
            parties.operator[place.run_by] = _provider(known[place.run_by], throws, funded_by=county)
    _add_municipalities(parties, throws)
    for number in range(1, HEALTH_CENTRE_COMPANIES + 1):
        names = (
            f"Privat vårdcentralsbolag {number} (syntetiskt)",
            f"Private health centres {number} (synthetic)",
        )
        parties.health_centre_companies.append(_made_up(*names, throws, funded_by=county))
    return parties


def _add_municipalities(parties: Parties, throws: Random) -> None:
    """Make the county's municipalities as providers, and a private contractor of each large one."""
    people = {municipality.code: municipality for municipality in municipalities()}
    for fact in providers():
        if fact.municipality_code is None:
            continue
        provider = _provider(fact, throws)
        parties.municipality[fact.municipality_code] = provider
        municipality = people[fact.municipality_code]
        if municipality.population >= LARGE_MUNICIPALITY:
            name = municipality.name
            names = f"Privat omsorg i {name} (syntetiskt)", f"Private care in {name} (synthetic)"
            contractor = _made_up(*names, throws, funded_by=provider, municipality=municipality.code)
            parties.contractor[municipality.code] = contractor


def _provider(fact: ProviderFact, throws: Random, funded_by: Organisation | None = None) -> Organisation:
    """Make a real provider of care."""
    funder = None if funded_by is None else funded_by.id
    return Organisation(id=draw_id("org", throws), **provider_row(fact, fact.municipality_code, funder))


def _made_up(
    name_sv: str, name_en: str, throws: Random, *, funded_by: Organisation, municipality: str | None = None
) -> Organisation:
    """Make a private provider of care that does not exist."""
    return Organisation(
        id=draw_id("org", throws),
        kind=OrganisationKind.PROVIDER,
        provider_kind=ProviderKind.PRIVATE,
        name_sv=name_sv,
        name_en=name_en,
        municipality_code=municipality,
        funded_by_id=funded_by.id,
        synthetic=True,
    )
