"""The reference facts that come with the package."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from placement.reference.facts import (
    care_places,
    courses,
    institutions,
    municipalities,
    programmes,
    providers,
    site_code,
    sites,
)
from placement.standard_lists import PROFESSIONS, UNIT_KINDS

FILES = (
    "municipalities.csv",
    "institutions.csv",
    "sites.csv",
    "providers.csv",
    "care_places.csv",
    "programmes.csv",
    "courses.csv",
)


def test_the_county_has_twenty_six_municipalities_of_about_two_and_a_half_million() -> None:
    county = [fact for fact in municipalities() if fact.in_county]
    assert len(county) == 26
    assert 2_300_000 < sum(fact.population for fact in county) < 2_500_000


def test_four_institutions_are_in_the_county_and_five_outside() -> None:
    assert [fact.code for fact in institutions() if fact.in_county] == ["KI", "MCHS", "RKH", "SHH"]
    assert [fact.code for fact in institutions() if not fact.in_county] == ["UMU", "LIU", "LNU", "JU", "MDU"]


def test_only_the_medical_programmes_outside_the_county_are_decentralised() -> None:
    assert [fact.id for fact in programmes() if fact.decentralised] == ["UMU-LAK", "LIU-LAK"]


def test_every_programme_belongs_to_a_known_institution_and_every_course_to_a_known_programme() -> None:
    assert {fact.institution for fact in programmes()} <= {fact.code for fact in institutions()}
    assert {fact.programme for fact in courses()} <= {fact.id for fact in programmes()}


def test_every_profession_and_every_kind_of_unit_is_in_the_standard_lists() -> None:
    assert {fact.profession for fact in programmes()} <= set(PROFESSIONS)
    kinds = {kind for fact in courses() for kind in fact.kinds} | {
        kind for fact in care_places() for kind in fact.kinds
    }
    assert kinds <= set(UNIT_KINDS)


def test_every_place_of_care_has_a_known_region_and_is_run_by_it_or_by_a_provider_that_it_funds() -> None:
    known = {fact.name_sv: fact for fact in providers()}
    for place in care_places():
        assert known[place.region].kind == "region"
        assert place.run_by is None or known[place.run_by].funded_by == place.region
    by_id = {place.id: place.run_by for place in care_places()}
    assert (by_id["SGS"], by_id["DAL"], by_id["DS"], by_id["NAS"]) == ("Capio", "Capio", None, None)


def test_each_municipality_of_the_county_is_a_provider() -> None:
    municipal = [fact.municipality_code for fact in providers() if fact.kind == "municipality"]
    assert municipal == [fact.code for fact in municipalities() if fact.in_county]


def test_both_decentralised_programmes_have_four_studieorter_in_known_municipalities() -> None:
    assert [fact.institution for fact in sites()] == ["UMU"] * 4 + ["LIU"] * 4
    assert {fact.municipality_code for fact in sites()} <= {fact.code for fact in municipalities()}
    assert (site_code("2582"), site_code("2580"), site_code("0180")) == ("2580", "2580", "0180")


def test_every_place_of_care_lies_in_a_known_municipality_and_near_its_seat() -> None:
    seats = {fact.code: (fact.lat, fact.lon) for fact in municipalities()}
    for place in care_places():
        lat, lon = seats[place.municipality_code]
        assert abs(place.lat - lat) < 0.3
        assert abs(place.lon - lon) < 0.5


def test_no_id_is_used_twice() -> None:
    for ids in (
        [fact.code for fact in municipalities()],
        [fact.code for fact in institutions()],
        [fact.id for fact in programmes()],
        [fact.name_sv for fact in providers()],
        [fact.id for fact in care_places()],
    ):
        assert len(set(ids)) == len(ids)


def test_a_hospital_keeps_its_clinics_and_its_known_beds() -> None:
    danderyd = next(place for place in care_places() if place.id == "DS")
    assert danderyd.beds == 536
    assert "Strokeenheten" in danderyd.departments
    assert danderyd.university_hospital


@pytest.mark.parametrize("file", FILES)
def test_every_line_names_its_source_and_every_file_stands_in_the_list_of_sources(file: str) -> None:
    package = files("placement.reference")
    lines = csv.DictReader(package.joinpath(file).read_text(encoding="utf-8").splitlines())
    assert all(line["source"] for line in lines)
    assert f"`{file}`" in package.joinpath("SOURCES.md").read_text(encoding="utf-8")
