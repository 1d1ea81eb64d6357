"""Taking: the reference facts as rows of the register, each stored once; what is there already stays as it is."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from placement.callers import SYSTEM
from placement.demo.care import CLINICS, PSYCHIATRY
from placement.demo.organisations import CITIES, COUNTY_REGION, SITES, VOWELS, private_operator, site_code
from placement.reference import facts
from placement.reference.facts import CarePlaceFact
from placement.register.courses import CourseBook
from placement.register.municipalities import MunicipalityBook
from placement.register.organisations import OrganisationBook
from placement.register.programmes import ProgrammeBook
from placement.register.sites import SiteBook
from placement.register.units import UnitBook
from placement.register.writing import Writer, writing
from placement.tables import Course, Municipality, Organisation, OrganisationKind, Programme, ProviderKind, Site, Unit
from placement_solver.words import Words

REPRESENTATIVE = frozenset(f"VC{number:02}" for number in range(2, 13)) - {"VC05"}
"""Health centres that stand for others and have not been looked up; they are for the demo alone."""
KINDS = {
    "primary_care": ("primary-care",),
    "primary_care_training_clinic": ("primary-care",),
    "ambulance": ("ambulance",),
}
"""The kinds of care of places that have no departments."""
COURSE_KINDS = {
    "1SJ021": ("ward-medicine", "elderly-care"),
    "1SJ022": ("ward-medicine", "ward-surgery"),
    "1SJ023": ("psychiatry", "psychiatry-clinic"),
    "1SJ024": ("primary-care", "home-care"),
    "1SJ026": ("emergency", "ward-surgery"),
    "KUM": ("primary-care",),
}
"""The kinds of care of each course's setting, as the syllabus describes it."""


class Part(enum.StrEnum):
    """A part of the reference data, to be taken or left."""

    MUNICIPALITIES = "municipalities"
    INSTITUTIONS = "institutions"
    PROVIDERS = "providers"
    HOSPITALS = "hospitals"
    PROGRAMMES = "programmes"
    COURSES = "courses"


NAMES = {
    Part.MUNICIPALITIES: Words("kommuner", "municipalities"),
    Part.INSTITUTIONS: Words("lärosäten och studieorter", "lärosäten and their sites"),
    Part.PROVIDERS: Words("huvudmän", "providers"),
    Part.HOSPITALS: Words("sjukhus och mottagningar", "hospitals and clinics"),
    Part.PROGRAMMES: Words("program", "programmes"),
    Part.COURSES: Words("kurser", "courses"),
}
NEEDS = {
    Part.INSTITUTIONS: {Part.MUNICIPALITIES},
    Part.PROVIDERS: {Part.MUNICIPALITIES},
    Part.HOSPITALS: {Part.MUNICIPALITIES, Part.INSTITUTIONS, Part.PROVIDERS},
    Part.PROGRAMMES: {Part.MUNICIPALITIES, Part.INSTITUTIONS},
    Part.COURSES: {Part.MUNICIPALITIES, Part.INSTITUTIONS, Part.PROGRAMMES},
}
"""The parts that the rows of a part refer to."""


@dataclass(slots=True)
class Taken:
    """How many rows of a part were stored, and how many were there already."""

    part: Part
    stored: int = 0
    known: int = 0


def complete(parts: Iterable[Part]) -> list[Part]:
    """Return some parts with those that they need, in the order in which they are stored."""
    chosen = set(parts)
    for part in list(chosen):
        chosen |= NEEDS.get(part, set())
    return [part for part in Part if part in chosen]


def take(session: Session, parts: Iterable[Part]) -> list[Taken]:
    """Store the reference data of some parts and of those that they need; what is there already stays as it is."""
    return [_TAKERS[part](session) for part in complete(parts)]


def _store(
    session: Session,
    part: Part,
    known: set[Any],
    rows: Iterable[tuple[Any, Mapping[str, Any]]],
    book_of: Callable[[Writer], Any],
) -> Taken:
    """Enter the rows whose keys are not known yet."""
    taken = Taken(part)
    with writing(session, SYSTEM) as writer:
        book = book_of(writer)
        for key, values in rows:
            if key in known:
                taken.known += 1
            else:
                known.add(key)
                book.enter(values)
                taken.stored += 1
    session.flush()
    return taken


def _municipalities(session: Session) -> Taken:
    rows = (
        (
            fact.code,
            {
                "code": fact.code,
                "name": fact.name,
                "lat": fact.lat,
                "lon": fact.lon,
                "population": fact.population,
                "in_county": fact.in_county,
            },
        )
        for fact in facts.municipalities()
    )
    return _store(session, Part.MUNICIPALITIES, set(session.exec(select(Municipality.code))), rows, MunicipalityBook)


def _institutions(session: Session) -> Taken:
    known = {row.external_id for row in session.exec(select(Organisation)) if row.external_id}
    rows = (
        (
            fact.code,
            {
                "kind": OrganisationKind.INSTITUTION,
                "provider_kind": None,
                "name_sv": fact.name_sv,
                "name_en": fact.name_en,
                "external_id": fact.code,
                "municipality_code": fact.municipality_code,
                "in_county": fact.in_county,
            },
        )
        for fact in facts.institutions()
    )
    taken = _store(session, Part.INSTITUTIONS, known, rows, OrganisationBook)
    sites = _sites(session)
    return Taken(taken.part, taken.stored + sites.stored, taken.known + sites.known)


def _sites(session: Session) -> Taken:
    by_code = _institutions_by_code(session)
    known = {(row.institution_id, row.name) for row in session.exec(select(Site))}
    rows = (
        (
            (by_code[code], name),
            {"institution_id": by_code[code], "name": name, "municipality_code": municipality},
        )
        for code, sites in SITES.items()
        for name, municipality in sites.items()
    )
    return _store(session, Part.INSTITUTIONS, known, rows, SiteBook)


def _providers(session: Session) -> Taken:
    known = {row.name_sv for row in session.exec(select(Organisation))}
    taken = _store(session, Part.PROVIDERS, known, _public_providers(), OrganisationBook)
    funders = {row.name_sv: row.id for row in session.exec(select(Organisation))}
    private = _store(session, Part.PROVIDERS, known, _private_providers(funders[COUNTY_REGION]), OrganisationBook)
    return Taken(taken.part, taken.stored + private.stored, taken.known + private.known)


def _public_providers() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the regions and the county's municipalities as providers of care."""
    for name in dict.fromkeys(_region_of(place) for place in facts.care_places()):
        yield name, _provider(name, name, ProviderKind.REGION, in_county=name == COUNTY_REGION)
    for fact in facts.municipalities():
        if fact.in_county:
            genitive = fact.name if fact.name.endswith(VOWELS) else f"{fact.name}s"
            name = f"{genitive} {'stad' if fact.code in CITIES else 'kommun'}"
            values = _provider(name, f"{fact.name} Municipality", ProviderKind.MUNICIPALITY)
            yield name, {**values, "municipality_code": fact.code}


def _private_providers(funder: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield those who run care on the region's behalf."""
    names = (private_operator(place) for place in facts.care_places())
    for name in dict.fromkeys(name for name in names if name is not None):
        yield name, {**_provider(name, name, ProviderKind.PRIVATE), "funded_by_id": funder}


def _provider(name_sv: str, name_en: str, kind: ProviderKind, *, in_county: bool = True) -> dict[str, Any]:
    return {
        "kind": OrganisationKind.PROVIDER,
        "provider_kind": kind,
        "name_sv": name_sv,
        "name_en": name_en,
        "external_id": None,
        "municipality_code": None,
        "funded_by_id": None,
        "in_county": in_county,
    }


def _hospitals(session: Session) -> Taken:
    providers = {row.name_sv: row.id for row in session.exec(select(Organisation))}
    sites = {row.municipality_code: row.id for row in session.exec(select(Site))}
    known = {(row.provider_id, row.name) for row in session.exec(select(Unit))}
    rows = (
        ((providers[_region_of(place)], place.name), _unit(place, providers, sites))
        for place in facts.care_places()
        if place.id not in REPRESENTATIVE and _kinds_of(place)
    )
    return _store(session, Part.HOSPITALS, known, rows, UnitBook)


def _unit(place: CarePlaceFact, providers: Mapping[str, str], sites: Mapping[str, str]) -> dict[str, Any]:
    """Return a hospital or clinic as one unit, which its provider divides as it is organised."""
    operator = private_operator(place)
    return {
        "name": place.name,
        "provider_id": providers[_region_of(place)],
        "operator_id": None if operator is None else providers[operator],
        "municipality_code": place.municipality_code,
        "site_id": sites.get(site_code(place.municipality_code)),
        "kinds": list(_kinds_of(place)),
        "lat": place.lat,
        "lon": place.lon,
        "university_healthcare": place.university_hospital,
    }


def _kinds_of(place: CarePlaceFact) -> tuple[str, ...]:
    """Return the kinds of care of a place, by its departments; none where they are not known."""
    if place.id in PSYCHIATRY:
        return ("psychiatry", "psychiatry-clinic")
    if place.kind in KINDS:
        return KINDS[place.kind]
    found = (
        kind
        for department in place.departments
        for kind in next((clinic.kinds for clinic in CLINICS if department.startswith(clinic.named)), ())
    )
    return tuple(dict.fromkeys(found))


def _region_of(place: CarePlaceFact) -> str:
    """Return the region that is responsible for a place; within the county it is Region Stockholm."""
    return COUNTY_REGION if place.municipality_code.startswith("01") else place.operator


def _programmes(session: Session) -> Taken:
    by_code = _institutions_by_code(session)
    known = {(row.institution_id, row.code) for row in session.exec(select(Programme))}
    rows = (
        (
            (by_code[fact.institution], fact.code),
            {
                "institution_id": by_code[fact.institution],
                "profession": fact.profession,
                "code": fact.code,
                "name": fact.name,
                "decentralised": fact.decentralised,
            },
        )
        for fact in facts.programmes()
    )
    return _store(session, Part.PROGRAMMES, known, rows, ProgrammeBook)


def _courses(session: Session) -> Taken:
    by_code = _institutions_by_code(session)
    stored = {(row.institution_id, row.code): row.id for row in session.exec(select(Programme))}
    programmes = {fact.id: stored[by_code[fact.institution], fact.code] for fact in facts.programmes()}
    known = {(row.programme_id, row.code) for row in session.exec(select(Course))}
    rows = (
        (
            (programmes[fact.programme], fact.code),
            {
                "programme_id": programmes[fact.programme],
                "code": fact.code,
                "name": fact.name,
                "weeks": fact.weeks,
                "kinds": list(COURSE_KINDS[fact.code]),
                "sequence": fact.term,
            },
        )
        for fact in facts.courses()
    )
    return _store(session, Part.COURSES, known, rows, CourseBook)


def _institutions_by_code(session: Session) -> dict[str, str]:
    query = select(Organisation).where(col(Organisation.kind) == OrganisationKind.INSTITUTION)
    return {row.external_id: row.id for row in session.exec(query) if row.external_id}


_TAKERS: dict[Part, Callable[[Session], Taken]] = {
    Part.MUNICIPALITIES: _municipalities,
    Part.INSTITUTIONS: _institutions,
    Part.PROVIDERS: _providers,
    Part.HOSPITALS: _hospitals,
    Part.PROGRAMMES: _programmes,
    Part.COURSES: _courses,
}
