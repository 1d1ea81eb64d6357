"""Reference facts are known again by what they are stored under, and are added only where they are missing."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import Session, select

from placement.callers import SYSTEM
from placement.reference import facts
from placement.register.courses import list_courses, set_up_course
from placement.register.municipalities import add_municipality
from placement.register.organisations import add_organisation
from placement.register.programmes import set_up_programme
from placement.register.units import open_unit
from placement.starting.parts import Part, complete
from placement.starting.taking import Taken, take
from placement.tables import Municipality, Organisation, OrganisationKind, Programme, ProviderKind, Site, Unit

LAROSATE = {"kind": OrganisationKind.INSTITUTION}
CITY = {"kind": OrganisationKind.PROVIDER, "provider_kind": ProviderKind.MUNICIPALITY}
REGION = {"kind": OrganisationKind.PROVIDER, "provider_kind": ProviderKind.REGION}


def took(session: Session, *parts: Part) -> dict[Part, Taken]:
    return {taken.part: taken for taken in take(session, parts)}


def known(taken: Taken) -> list[str]:
    return [line.name for line in taken.known]


@pytest.fixture
def nacka(session: Session) -> Municipality:
    values = {"code": "0182", "name": "Nacka kn", "lat": 59.3, "lon": 18.1, "population": 1, "in_county": True}
    return add_municipality(session, SYSTEM, values)


def test_a_municipality_stays_as_it_is(session: Session, nacka: Municipality) -> None:
    taken = took(session, Part.MUNICIPALITIES)[Part.MUNICIPALITIES]
    assert (known(taken), len(taken.stored), taken.waiting) == (["Nacka"], 34, [])
    assert (nacka.name, nacka.population, nacka.version) == ("Nacka kn", 1, 1)


@pytest.mark.parametrize(
    "stored",
    [
        {"name_sv": "Röda Korsets högskola", "name_en": "RKH", "external_id": "202100-1111"},
        {"name_sv": "Rödakors", "name_en": "Red Cross", "external_id": "rkh"},
        {"name_sv": "Röda Korsets Högskola", "name_en": "SRCU"},
    ],
    ids=["name", "own id", "name without own id"],
)
def test_an_institution_is_known_by_its_name_or_its_own_id_and_gets_the_programmes(
    session: Session, stored: dict[str, Any]
) -> None:
    own = add_organisation(session, SYSTEM, {**LAROSATE, **stored})
    taken = took(session, Part.INSTITUTIONS, Part.PROGRAMMES)
    assert known(taken[Part.INSTITUTIONS]) == ["Röda Korsets Högskola"]
    codes = session.exec(select(Programme.code).where(Programme.institution_id == own.id)).all()
    assert set(codes) == {"RKH-SSK", "RKH-SPEC"}


def test_a_municipality_s_organisation_is_known_by_the_municipality(session: Session, nacka: Municipality) -> None:
    values = {"name_sv": "Nacka stad", "name_en": "Nacka", "municipality_code": nacka.code}
    add_organisation(session, SYSTEM, {**CITY, **values})
    assert known(took(session, Part.PROVIDERS)[Part.PROVIDERS]) == ["Nacka kommun"]


def test_a_region_is_known_by_its_name_in_any_case_and_funds_those_who_run_its_care(session: Session) -> None:
    region = add_organisation(session, SYSTEM, {**REGION, "name_sv": "REGION STOCKHOLM", "name_en": "Region Stockholm"})
    taken = took(session, Part.PROVIDERS)[Part.PROVIDERS]
    assert known(taken) == ["Region Stockholm"]
    private = select(Organisation).where(Organisation.provider_kind == ProviderKind.PRIVATE)
    assert {row.funded_by_id for row in session.exec(private)} == {region.id}


def test_a_provider_that_is_called_as_a_institution_is_not_taken_for_it(session: Session) -> None:
    add_organisation(session, SYSTEM, {**REGION, "name_sv": "Karolinska Institutet", "name_en": "KI"})
    taken = took(session, Part.INSTITUTIONS, Part.PROGRAMMES)
    assert taken[Part.INSTITUTIONS].known == []
    assert taken[Part.PROGRAMMES].waiting == []


def test_a_hospital_is_known_by_its_provider_and_its_name(session: Session) -> None:
    took(session, Part.MUNICIPALITIES, Part.INSTITUTIONS, Part.PROVIDERS)
    region = session.exec(select(Organisation).where(Organisation.name_sv == "Region Stockholm")).one()
    values = {"provider_id": region.id, "municipality_code": "0180", "kinds": ["emergency"], "lat": 59.3, "lon": 18.05}
    own = open_unit(session, SYSTEM, {"name": "Södersjukhuset", **values}).unit
    taken = took(session, Part.HOSPITALS)[Part.HOSPITALS]
    assert (known(taken), taken.waiting) == (["Södersjukhuset"], [])
    assert own.kinds == ["emergency"]


def test_a_programme_under_a_code_of_the_institution_s_own_is_known_by_its_name_and_gets_the_courses(
    session: Session,
) -> None:
    ki = add_organisation(session, SYSTEM, {**LAROSATE, "name_sv": "Karolinska Institutet", "name_en": "KI"})
    nursing = {"institution_id": ki.id, "profession": "nurse", "code": "1SJ99", "name": "Sjuksköterskeprogrammet"}
    programme = set_up_programme(session, SYSTEM, nursing)
    ward = {"weeks": 5, "kinds": ["ward"]}
    course = set_up_course(session, SYSTEM, {"programme_id": programme.id, "code": "1sj022", "name": "VFU", **ward})
    taken = took(session, Part.PROGRAMMES, Part.COURSES)
    assert known(taken[Part.PROGRAMMES]) == ["Sjuksköterskeprogrammet, KI"]
    assert known(taken[Part.COURSES]) == ["1SJ022 Vårdande vid ohälsa och sjukdom"]
    assert course.weeks == 5
    assert {row.code for row in list_courses(session, SYSTEM, programme=programme.id).rows} == {
        "1sj022",
        "1SJ021",
        "1SJ023",
        "1SJ024",
        "1SJ026",
    }
    assert [line.name for line in taken[Part.COURSES].waiting] == ["KUM Klinisk undervisningsmottagning"] * 2


def test_a_hospital_of_a_studieort_belongs_to_it_and_waits_for_it(session: Session) -> None:
    took(session, Part.MUNICIPALITIES, Part.PROVIDERS)
    waiting = {line.name for line in took(session, Part.HOSPITALS)[Part.HOSPITALS].waiting}
    outside = {fact.name for fact in facts.care_places() if not fact.municipality_code.startswith("01")}
    assert waiting == outside
    taken = took(session, Part.INSTITUTIONS, Part.HOSPITALS)[Part.HOSPITALS]
    assert {line.name for line in taken.stored} == outside
    sites = {site.id: site.name for site in session.exec(select(Site))}
    of_unit = {unit.name: sites[unit.site_id] for unit in session.exec(select(Unit)) if unit.site_id is not None}
    assert (len(of_unit), of_unit["Björknäs hälsocentral, Boden"]) == (len(outside), "Sunderbyn")


def test_a_hospital_waits_for_the_one_who_runs_it(session: Session) -> None:
    took(session, Part.MUNICIPALITIES, Part.INSTITUTIONS)
    add_organisation(session, SYSTEM, {**REGION, "name_sv": "Region Stockholm", "name_en": "Region Stockholm"})
    taken = took(session, Part.HOSPITALS)[Part.HOSPITALS]
    assert {"Capio S:t Görans sjukhus", "Ersta sjukhus", "Sunderby sjukhus"} <= {line.name for line in taken.waiting}
    assert {"Södersjukhuset", "Danderyds sjukhus"} <= {line.name for line in taken.stored}


def test_what_has_not_been_looked_up_or_whose_care_is_not_known_is_not_taken(session: Session) -> None:
    took(session, *Part)
    units = set(session.exec(select(Unit.name)))
    left = {fact.name for fact in facts.care_places() if fact.name not in units}
    assert left == {fact.name for fact in facts.care_places() if not fact.looked_up} | {"Sophiahemmet sjukhus"}
    assert "Stiftelsen Stora Sköndal" not in set(session.exec(select(Organisation.name_sv)))


def test_whatever_is_taken_has_been_looked_up_somewhere(session: Session) -> None:
    sources = {line.source for taken in took(session, *Part).values() for line in taken.stored}
    assert not [source for source in sources if source.startswith(("approx", "representative", "not looked up"))]


def test_a_part_is_completed_by_those_that_it_builds_on_unless_they_are_left() -> None:
    assert complete([Part.COURSES], ()) == [Part.MUNICIPALITIES, Part.INSTITUTIONS, Part.PROGRAMMES, Part.COURSES]
    assert complete([Part.COURSES], [Part.MUNICIPALITIES]) == [Part.INSTITUTIONS, Part.PROGRAMMES, Part.COURSES]
    assert complete([], ()) == []
