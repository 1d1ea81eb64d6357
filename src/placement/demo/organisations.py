"""Organisations: municipalities, lärosäten, regions, private providers, and the decentralised programmes' sites."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from placement.demo.dice import draw_id
from placement.reference.facts import care_places, institutions, municipalities
from placement.tables import Municipality, Organisation, OrganisationKind, ProviderKind, Row, Site

if TYPE_CHECKING:
    from random import Random

    from placement.reference.facts import CarePlaceFact, MunicipalityFact

COUNTY_REGION = "Region Stockholm"
PRIVATELY_OWNED = ("private", "idea_driven_nonprofit", "private_nonprofit")
HEALTH_CENTRE_COMPANIES = 6
LARGE_MUNICIPALITY = 40_000
VOWELS = tuple("aeiouyåäö")
CITIES = ("0180", "0183", "0184", "0186", "0187")
"""Municipalities that use the title stad instead of kommun."""

SITES = {
    "UMU": {"Umeå": "2480", "Sunderbyn": "2580", "Sundsvall": "2281", "Östersund": "2380"},
    "LIU": {"Linköping": "0580", "Norrköping": "0581", "Jönköping": "0680", "Kalmar": "0880"},
}
"""Studieorter of the decentralised medical programmes: name and municipality."""

NEIGHBOURS = {"2582": "2580"}
"""Municipalities whose units belong to another municipality's site: the training clinic in Boden to Sunderbyn."""


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
            *(_municipality(fact) for fact in municipalities()),
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
    for fact in institutions():
        parties.institution[fact.code] = Organisation(
            id=draw_id("org", throws),
            kind=OrganisationKind.INSTITUTION,
            name_sv=fact.name_sv,
            name_en=fact.name_en,
            external_id=fact.code,
            municipality_code=fact.municipality_code,
            in_county=fact.in_county,
        )
    for place in care_places():
        _add_region(parties, place, throws)
    county = parties.region[COUNTY_REGION]
    for short, sites in SITES.items():
        for site, municipality in sites.items():
            parties.site[municipality] = Site(
                id=draw_id("sit", throws),
                institution_id=parties.institution[short].id,
                name=site,
                municipality_code=municipality,
            )
    for place in care_places():
        name = private_operator(place)
        if name is not None and name not in parties.operator:
            parties.operator[name] = _provider(name, name, ProviderKind.PRIVATE, throws, funded_by=county)
    for municipality_fact in municipalities():
        if municipality_fact.in_county:
            _add_municipality(parties, municipality_fact, throws)
    for number in range(1, HEALTH_CENTRE_COMPANIES + 1):
        names = (
            f"Privat vårdcentralsbolag {number} (syntetiskt)",
            f"Private health centres {number} (synthetic)",
        )
        parties.health_centre_companies.append(
            _provider(*names, ProviderKind.PRIVATE, throws, funded_by=county, synthetic=True)
        )
    return parties


def private_operator(place: CarePlaceFact) -> str | None:
    """Return who runs a place of care on the region's behalf, or None if the region runs it itself."""
    if place.operator.startswith("Capio"):
        return "Capio"
    return place.operator if place.owner in PRIVATELY_OWNED else None


def site_code(municipality_code: str) -> str:
    """Return the code of the municipality by which a unit's site, if it has one, is looked up."""
    return NEIGHBOURS.get(municipality_code, municipality_code)


def _add_region(parties: Parties, place: CarePlaceFact, throws: Random) -> None:
    """Make the region responsible for a place of care; within the county it is Region Stockholm."""
    in_county = place.municipality_code.startswith("01")
    name = COUNTY_REGION if in_county else place.operator
    if name not in parties.region:
        parties.region[name] = _provider(name, name, ProviderKind.REGION, throws, in_county=in_county)
    parties.region_at[place.municipality_code] = parties.region[name]


def _add_municipality(parties: Parties, fact: MunicipalityFact, throws: Random) -> None:
    """Make the municipality as a provider, and a private contractor if the municipality is large."""
    genitive = fact.name if fact.name.endswith(VOWELS) else f"{fact.name}s"
    form = "stad" if fact.code in CITIES else "kommun"
    provider = _provider(
        f"{genitive} {form}",
        f"{fact.name} Municipality",
        ProviderKind.MUNICIPALITY,
        throws,
        municipality=fact.code,
    )
    parties.municipality[fact.code] = provider
    if fact.population >= LARGE_MUNICIPALITY:
        names = f"Privat omsorg i {fact.name} (syntetiskt)", f"Private care in {fact.name} (synthetic)"
        parties.contractor[fact.code] = _provider(
            *names, ProviderKind.PRIVATE, throws, municipality=fact.code, funded_by=provider, synthetic=True
        )


def _provider(
    name_sv: str,
    name_en: str,
    kind: ProviderKind,
    throws: Random,
    *,
    municipality: str | None = None,
    funded_by: Organisation | None = None,
    in_county: bool = True,
    synthetic: bool = False,
) -> Organisation:
    """Make a provider of care."""
    return Organisation(
        id=draw_id("org", throws),
        kind=OrganisationKind.PROVIDER,
        provider_kind=kind,
        name_sv=name_sv,
        name_en=name_en,
        municipality_code=municipality,
        funded_by_id=None if funded_by is None else funded_by.id,
        in_county=in_county,
        synthetic=synthetic,
    )


def _municipality(fact: MunicipalityFact) -> Municipality:
    """Return a municipality's row."""
    return Municipality(
        code=fact.code,
        name=fact.name,
        lat=fact.lat,
        lon=fact.lon,
        population=fact.population,
        in_county=fact.in_county,
    )
