"""Taking: the reference facts are stored in the register, each once; what is there already stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlmodel import Session

from placement.callers import SYSTEM
from placement.reference import facts
from placement.register.courses import CourseBook
from placement.register.municipalities import MunicipalityBook
from placement.register.organisations import OrganisationBook
from placement.register.programmes import ProgrammeBook
from placement.register.sites import SiteBook
from placement.register.units import UnitBook
from placement.register.writing import Writer, writing
from placement.starting import rows
from placement.starting.parts import Part
from placement.starting.standing import (
    Ids,
    Key,
    any_of,
    courses_in,
    institutions_in,
    municipalities_in,
    named,
    programmes_in,
    providers_in,
    sites_in,
    surveys_in,
    units_in,
)
from placement.surveys.questionnaires import SurveyBook


@dataclass(frozen=True, slots=True)
class Line:
    """A reference fact: its name and source, the keys that it may be stored under, and the row to store.

    The row is None if it refers to a row that is not stored.
    """

    name: str
    source: str
    keys: tuple[Key, ...]
    row: Mapping[str, Any] | None


@dataclass(slots=True)
class Taken:
    """What became of a part: the facts stored, those there already, and those whose other rows are not there."""

    part: Part
    stored: list[Line] = field(default_factory=list)
    known: list[Line] = field(default_factory=list)
    waiting: list[Line] = field(default_factory=list)


def take(session: Session, parts: Iterable[Part]) -> list[Taken]:
    """Store the reference facts of some parts, and tell what became of each part; nothing stored is changed."""
    return [_take_part(session, part) for part in parts]


class _Book(Protocol):
    """A book of the register."""

    def enter(self, given: Mapping[str, Any]) -> object:
        """Add a row."""
        ...


@dataclass(frozen=True, slots=True)
class _Step:
    """How facts of one kind are stored: in which book, beside which rows, and what of them."""

    book: Callable[[Writer], _Book]
    standing: Callable[[Session], Ids]
    lines: Callable[[Session], Iterator[Line]]


def _take_part(session: Session, part: Part) -> Taken:
    """Store the facts of a part step by step, since some refer to those of the step before."""
    taken = Taken(part)
    for step in _STEPS[part]:
        standing, lines = step.standing(session), list(step.lines(session))
        with writing(session, SYSTEM) as writer:
            book = step.book(writer)
            for line in lines:
                if any_of(standing, line.keys) is not None:
                    taken.known.append(line)
                elif line.row is None:
                    taken.waiting.append(line)
                else:
                    book.enter(line.row)
                    taken.stored.append(line)
    return taken


def _municipalities(_session: Session) -> Iterator[Line]:
    """Yield the municipalities of the county and of the studieorter."""
    for fact in facts.municipalities():
        yield Line(fact.name, fact.source, (fact.code,), rows.municipality_row(fact))


def _institutions(session: Session) -> Iterator[Line]:
    """Yield the lärosäten, each in its municipality if that is stored."""
    municipalities = municipalities_in(session)
    for fact in facts.institutions():
        row = rows.institution_row(fact, any_of(municipalities, (fact.municipality_code,)))
        yield Line(fact.name_sv, fact.source, _keys_of(fact), row)


def _sites(session: Session) -> Iterator[Line]:
    """Yield the studieorter of the lärosäten that are stored."""
    municipalities, institutions = municipalities_in(session), _institution_ids(session)
    for fact in facts.sites():
        owner = institutions.get(fact.institution)
        there = owner is not None and fact.municipality_code in municipalities
        row = rows.site_row(fact, owner) if owner is not None and there else None
        yield Line(fact.name, fact.source, ((owner, named(fact.name)), (owner, fact.municipality_code)), row)


def _public_providers(session: Session) -> Iterator[Line]:
    """Yield the regions and the municipalities as providers of care."""
    municipalities = municipalities_in(session)
    for fact in facts.providers():
        if fact.funded_by is None:
            code = any_of(municipalities, (fact.municipality_code,))
            keys = named(fact.name_sv), fact.municipality_code
            yield Line(fact.name_sv, fact.source, keys, rows.provider_row(fact, code, None))


def _private_providers(session: Session) -> Iterator[Line]:
    """Yield those who run care on a region's behalf."""
    providers = providers_in(session)
    for fact in facts.providers():
        if fact.funded_by is not None and fact.looked_up:
            row = rows.provider_row(fact, None, providers[named(fact.funded_by)])
            yield Line(fact.name_sv, fact.source, (named(fact.name_sv),), row)


def _hospitals(session: Session) -> Iterator[Line]:
    """Yield the hospitals and clinics that have been looked up and whose care is known."""
    municipalities, providers, sites = municipalities_in(session), providers_in(session), _site_ids(session)
    for fact in facts.care_places():
        if not fact.looked_up or not fact.kinds:
            continue
        provider = providers.get(named(fact.region))
        operator = None if fact.run_by is None else providers.get(named(fact.run_by))
        at = facts.site_code(fact.municipality_code)
        lacking = (
            provider is None,
            fact.run_by is not None and operator is None,
            fact.municipality_code not in municipalities,
            at in sites and sites[at] is None,
        )
        row = None if provider is None or any(lacking) else rows.unit_row(fact, provider, operator, sites.get(at))
        yield Line(fact.name, fact.source, ((provider, named(fact.name)),), row)


def _programmes(session: Session) -> Iterator[Line]:
    """Yield the programmes of the lärosäten that are stored."""
    institutions = _institution_ids(session)
    for fact in facts.programmes():
        owner = institutions.get(fact.institution)
        row = None if owner is None else rows.programme_row(fact, owner)
        yield Line(f"{fact.name}, {fact.institution}", fact.source, _keys_of_programme(fact, owner), row)


def _courses(session: Session) -> Iterator[Line]:
    """Yield the courses of the programmes that are stored."""
    institutions, stored = _institution_ids(session), programmes_in(session)
    programmes = {
        fact.id: any_of(stored, _keys_of_programme(fact, institutions.get(fact.institution)))
        for fact in facts.programmes()
    }
    for fact in facts.courses():
        owner = programmes[fact.programme]
        row = None if owner is None else rows.course_row(fact, owner)
        yield Line(f"{fact.code} {fact.name}", fact.source, ((owner, named(fact.code)),), row)


def _surveys(_session: Session) -> Iterator[Line]:
    """Yield the surveys that come with the service."""
    for fact in facts.surveys():
        yield Line(fact.name_sv, fact.source, (named(fact.name_sv),), rows.survey_row(fact))


def _keys_of(fact: facts.InstitutionFact) -> tuple[Key, ...]:
    """Return what a lärosäte may be stored under: its own id, or its name."""
    return named(fact.code), named(fact.name_sv)


def _keys_of_programme(fact: facts.ProgrammeFact, owner: str | None) -> tuple[Key, ...]:
    """Return what a programme may be stored under: its lärosäte and its code, or its name."""
    return (owner, named(fact.code)), (owner, named(fact.name))


def _institution_ids(session: Session) -> dict[str, str]:
    """Return the ids of the stored lärosäten by the short names that other facts have for them."""
    stored = institutions_in(session)
    found = ((fact.code, any_of(stored, _keys_of(fact))) for fact in facts.institutions())
    return {code: row_id for code, row_id in found if row_id is not None}


def _site_ids(session: Session) -> dict[str, str | None]:
    """Return the id of each studieort by its municipality; None where the studieort is not stored."""
    stored, institutions = sites_in(session), _institution_ids(session)
    return {
        fact.municipality_code: stored.get((institutions.get(fact.institution), fact.municipality_code))
        for fact in facts.sites()
    }


_STEPS = {
    Part.MUNICIPALITIES: (_Step(MunicipalityBook, municipalities_in, _municipalities),),
    Part.INSTITUTIONS: (
        _Step(OrganisationBook, institutions_in, _institutions),
        _Step(SiteBook, sites_in, _sites),
    ),
    Part.PROVIDERS: (
        _Step(OrganisationBook, providers_in, _public_providers),
        _Step(OrganisationBook, providers_in, _private_providers),
    ),
    Part.HOSPITALS: (_Step(UnitBook, units_in, _hospitals),),
    Part.PROGRAMMES: (_Step(ProgrammeBook, programmes_in, _programmes),),
    Part.COURSES: (_Step(CourseBook, courses_in, _courses),),
    Part.SURVEYS: (_Step(SurveyBook, surveys_in, _surveys),),
}
"""The steps of each part, in order."""
