"""Units: wards and clinics in the real hospitals, health centres, and municipal care by population."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from placement.demo.care import (
    ASSUMED_BEDS,
    BESIDE_THE_CLINICS,
    CLINICS,
    DELIVERY,
    PSYCHIATRY,
    TEACHES,
)
from placement.demo.dice import dice, draw_id
from placement.demo.geography import point_in, share_by_population
from placement.demo.organisations import COUNTY_REGION
from placement.reference.facts import care_places, municipalities, site_code
from placement.tables import Unit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from placement.demo.organisations import Parties
    from placement.demo.scales import Scale
    from placement.reference.facts import CarePlaceFact, MunicipalityFact
    from placement.tables import Organisation

BEDS_A_WARD = 20
BEDS_A_WARD_AT_SITE = 36
"""More beds a ward outside the county, because only some of the wards there take students of these programmes."""
GERIATRIC_WARDS = 3
"""Wards of each geriatric clinic outside the emergency hospitals; the county has about a thousand such beds."""
PSYCHIATRIC_WARDS_A_SITE = 2
HEALTH_CENTRES_A_SITE = 7
HEALTH_CENTRES = 230
SMALLER_CLINICS = (
    ("Avancerad sjukvård i hemmet", "palliative", 14),
    ("Barnmorskemottagning", "antenatal", 32),
    ("Barnavårdscentral", "child-health", 16),
    ("Rehabmottagning", "rehabilitation", 36),
    ("Logopedmottagning", "speech-therapy", 12),
    ("Hörselmottagning", "audiology", 8),
    ("Ambulansstation", "ambulance", 12),
    ("BUP-mottagning", "child-psychiatry", 18),
)
"""The region's smaller clinics: name, kind, and number in the county."""

MUNICIPAL_CARE = (
    ("Särskilt boende", "elderly-care", 12_000),
    ("Hemsjukvård och hemtjänst", "home-care", 36_000),
    ("LSS-verksamhet", "disability-care", 90_000),
    ("Elevhälsan", "school-health", 75_000),
    ("Socialtjänsten", "social-services", 80_000),
)
"""What a municipality runs: name, kind, and inhabitants per unit; each has at least one home."""

OWN_AGREEMENT = ("Sophiahemmet", "Ersta diakoni")
"""Private providers with agreements of their own, whose hospitals the region's agreements do not cover."""

PRIVATE_HEALTH_CENTRES = 0.45
PRIVATE_MUNICIPAL_CARE = 0.35
NOT_UNIVERSITY_HEALTHCARE = 4
"""Of equal wards at a university hospital, one in this many is not a university healthcare unit."""
ACADEMIC_HEALTH_CENTRE_FROM = 90_000
"""In a municipality with at least this many inhabitants, the first health centre is an academic one."""


WITH_CONTACT = 0.7
"""Share of the units that have given a contact; the others show what a page says without one."""
CONTACT_FUNCTIONS = ("Studentansvarig", "VFU-ansvarig", "Huvudhandledare", "Enhetschef")
FICTIONAL_NUMBERS = 100
"""Telephone numbers from 08-465 004 00 on that PTS has set aside for fiction: nobody has one of them."""


@dataclass(frozen=True, slots=True)
class Place:
    """A unit, and its size relative to others of its kind."""

    unit: Unit
    size: float

    def teaches(self, profession: str) -> float:
        """Return how many students of a profession the unit takes, relative to other units."""
        return self.size * max(TEACHES[kind].get(profession, 0.0) for kind in self.unit.kinds)


@dataclass(frozen=True, slots=True)
class Draft:
    """A unit before it is drawn and numbered: everything that is known in advance."""

    name: str
    kinds: tuple[str, ...]
    provider: Organisation
    municipality_code: str
    point: tuple[float, float]
    operator: Organisation | None = None
    university_healthcare: bool = False


def draw_units(parties: Parties, scale: Scale, throws: Random) -> list[Place]:
    """Make the units of the county and of the eight sites: all, or a share in which every kind remains."""
    drafts = [
        *_hospital_units(parties),
        *_health_centres(parties, throws),
        *_municipal_units(parties, throws),
    ]
    places = [_place(draft, parties, throws) for draft in _thin(drafts, scale, throws)]
    for place in places:
        _give_contact(place.unit)
    return places


def _hospital_units(parties: Parties) -> Iterator[Draft]:
    """Make the wards and clinics of each hospital, psychiatric organisation and geriatric clinic."""
    for fact in care_places():
        if fact.id in PSYCHIATRY:
            wards, clinics = PSYCHIATRY[fact.id]
            yield from _several(parties, fact, "avd", ("psychiatry",), wards)
            yield from _several(parties, fact, "mottagning", ("psychiatry-clinic",), clinics)
        elif fact.kind == "primary_care":
            yield _within(parties, fact, fact.name, ("primary-care",))
        elif fact.kind == "primary_care_training_clinic":
            yield _within(parties, fact, f"{fact.name}, KUM", ("primary-care",))
        else:
            yield from _departments(parties, fact)


def _departments(parties: Parties, fact: CarePlaceFact) -> Iterator[Draft]:
    """Make a hospital's wards by its departments and beds, and its other units."""
    beds = ASSUMED_BEDS.get(fact.id, fact.beds or 0)
    at_site = fact.municipality_code in parties.site
    for department in fact.departments or ("Medicin", "Kirurgi", "Ortopedi"):
        clinic = next((clinic for clinic in CLINICS if department.startswith(clinic.named)), None)
        if clinic is None or (at_site and "physician" not in TEACHES[clinic.kinds[0]]):
            continue
        wards = max(1, round(clinic.beds * beds / (BEDS_A_WARD_AT_SITE if at_site else BEDS_A_WARD)))
        if not beds and clinic.kinds == ("geriatrics",):
            wards = GERIATRIC_WARDS
        yield from _several(parties, fact, f"{department} avd", clinic.kinds, wards)
    if fact.id in DELIVERY:
        yield from _several(parties, fact, "Förlossningen avd", ("delivery",), DELIVERY[fact.id])
        yield from _several(parties, fact, "BB avd", ("postnatal",), DELIVERY[fact.id])
    if fact.kind in ("university_hospital", "emergency_hospital") and not at_site:
        for name, kinds, count in BESIDE_THE_CLINICS:
            yield from _several(parties, fact, name, kinds, count)
    if at_site:
        name = "Vuxenpsykiatriska kliniken avd"
        yield from _several(parties, fact, name, ("psychiatry",), PSYCHIATRIC_WARDS_A_SITE)


def _several(parties: Parties, fact: CarePlaceFact, name: str, kinds: tuple[str, ...], count: int) -> Iterator[Draft]:
    """Make a number of equal units at a place, numbered if there is more than one."""
    for number in range(1, count + 1):
        numbered = f"{name} {number}" if count > 1 else name.removesuffix(" avd")
        university = fact.university_hospital and number % NOT_UNIVERSITY_HEALTHCARE != 0
        yield _within(parties, fact, f"{fact.name}, {numbered}", kinds, university=university)


def _within(
    parties: Parties, fact: CarePlaceFact, name: str, kinds: tuple[str, ...], *, university: bool = False
) -> Draft:
    """Make a unit at a place of care, run by the organisation that runs the place."""
    return Draft(
        name=name,
        kinds=kinds,
        provider=parties.region_at[fact.municipality_code],
        operator=None if fact.run_by is None else parties.operator[fact.run_by],
        municipality_code=fact.municipality_code,
        point=(fact.lat, fact.lon),
        university_healthcare=university,
    )


def _health_centres(parties: Parties, throws: Random) -> Iterator[Draft]:
    """Make health centres and smaller clinics by population, and health centres around each site."""
    county = [fact for fact in municipalities() if fact.in_county]
    known = [fact.municipality_code for fact in care_places() if fact.kind == "primary_care"]
    for code, count in share_by_population(county, HEALTH_CENTRES).items():
        fact = next(fact for fact in county if fact.code == code)
        for number in range(1, max(1, count - known.count(code)) + 1):
            private = throws.random() < PRIVATE_HEALTH_CENTRES
            yield Draft(
                name=f"{fact.name}, vårdcentral {number}",
                kinds=("primary-care",),
                provider=parties.region[COUNTY_REGION],
                operator=throws.choice(parties.health_centre_companies) if private else None,
                municipality_code=code,
                point=point_in(fact, throws),
                university_healthcare=number == 1 and fact.population > ACADEMIC_HEALTH_CENTRE_FROM,
            )
    for name, kind, in_all in SMALLER_CLINICS:
        for code, count in share_by_population(county, in_all).items():
            fact = next(fact for fact in county if fact.code == code)
            for number in range(1, count + 1):
                numbered = f"{name} {number}" if count > 1 else name
                yield _smaller(f"{fact.name}, {numbered}", kind, parties.region[COUNTY_REGION], fact, throws)
    for fact in municipalities():
        if fact.code in parties.site:
            for number in range(1, HEALTH_CENTRES_A_SITE + 1):
                name = f"{fact.name}, hälsocentral {number}"
                yield _smaller(name, "primary-care", parties.region_at[fact.code], fact, throws)


def _municipal_units(parties: Parties, throws: Random) -> Iterator[Draft]:
    """Make the units of each municipality's own care and of its contractors."""
    for fact in municipalities():
        if not fact.in_county:
            continue
        for name, kind, inhabitants in MUNICIPAL_CARE:
            count = max(kind == "elderly-care", round(fact.population / inhabitants))
            for number in range(1, count + 1):
                contracted = fact.code in parties.contractor and throws.random() < PRIVATE_MUNICIPAL_CARE
                yield Draft(
                    name=f"{fact.name}, {name} {number}" if count > 1 else f"{fact.name}, {name}",
                    kinds=(kind,),
                    provider=parties.municipality[fact.code],
                    operator=parties.contractor[fact.code] if contracted else None,
                    municipality_code=fact.code,
                    point=point_in(fact, throws),
                )


def _smaller(name: str, kind: str, provider: Organisation, fact: MunicipalityFact, throws: Random) -> Draft:
    """Make one of a region's smaller clinics in a municipality."""
    return Draft(name, (kind,), provider, fact.code, point_in(fact, throws))


def _thin(drafts: list[Draft], scale: Scale, throws: Random) -> list[Draft]:
    """Keep a share of the units, with at least one of each kind at each site and one in each municipality."""
    kept: list[int] = []
    seen: set[tuple[str, ...]] = set()
    for number in throws.sample(range(len(drafts)), len(drafts)):
        draft = drafts[number]
        at = "county" if draft.municipality_code.startswith("01") else site_code(draft.municipality_code)
        marks = {(draft.provider.id,), *((at, kind) for kind in draft.kinds)}
        if draft.university_healthcare:
            marks |= {(at, kind, "university") for kind in draft.kinds}
        if not marks <= seen or throws.random() < scale.units:
            kept.append(number)
            seen |= marks
    return [drafts[number] for number in sorted(kept)]


def _place(draft: Draft, parties: Parties, throws: Random) -> Place:
    """Return a drafted unit's row."""
    site = parties.site.get(site_code(draft.municipality_code))
    identifier = draw_id("unt", throws)
    return Place(
        unit=Unit(
            id=identifier,
            name=draft.name,
            provider_id=draft.provider.id,
            operator_id=None if draft.operator is None else draft.operator.id,
            excluded_from_agreement=draft.operator is not None and draft.operator.name_sv in OWN_AGREEMENT,
            municipality_code=draft.municipality_code,
            site_id=None if site is None else site.id,
            kinds=list(draft.kinds),
            lat=draft.point[0],
            lon=draft.point[1],
            hsa_id=f"SYNTETISK-{identifier.removeprefix('unt_').upper()}",
            university_healthcare=draft.university_healthcare,
            synthetic=True,
        ),
        size=throws.choice((0.6, 0.8, 1.0, 1.0, 1.2, 1.5)),
    )


def _give_contact(unit: Unit) -> None:
    """Give a share of the units a made-up contact, at a domain and with a number that lead nowhere.

    The dice are the unit's own, so that nothing else that is drawn depends on them.
    """
    throws = dice(0, f"contact/{unit.id}")
    if throws.random() >= WITH_CONTACT:
        return
    unit.contact_function = throws.choice(CONTACT_FUNCTIONS)
    unit.contact_email = f"vfu.{unit.id.removeprefix('unt_')}@example.org"
    unit.contact_phone = f"08-465 004 {throws.randrange(FICTIONAL_NUMBERS):02}"
