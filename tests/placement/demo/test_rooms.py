"""The demo's modules, each by itself."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from placement.demo.care import ASSUMED_BEDS, CLINICS, DELIVERY, PSYCHIATRY, TEACHES
from placement.demo.curriculum import study_courses, study_programmes
from placement.demo.dice import dice, draw_id, round_evenly
from placement.demo.geography import point_in, share_by_population
from placement.demo.organisations import COUNTY_REGION, Parties, draw_parties
from placement.demo.scales import SCALES
from placement.demo.supervisors import draw_levels
from placement.demo.term import draw_term
from placement.demo.units import MUNICIPAL_CARE, SMALLER_CLINICS, Place, draw_units
from placement.reference.facts import CarePlaceFact, care_places, courses, municipalities
from placement.tables import EducationLevel, Level, ProviderKind
from placement_solver.weeks import IsoWeek


@pytest.fixture(scope="module")
def parties() -> Parties:
    return draw_parties(dice(1, "parties"))


@pytest.fixture(scope="module")
def county(parties: Parties) -> list[Place]:
    return draw_units(parties, SCALES["county"], dice(1, "units"))


@pytest.mark.parametrize("amounts", [[0.2] * 10, [1.5, 0.5, 2.0], [0.0, 0.0], []])
def test_rounding_by_chance_keeps_the_sum(amounts: list[float]) -> None:
    whole = round_evenly(amounts, dice(3, "rounding"))
    assert len(whole) == len(amounts)
    assert abs(sum(whole) - sum(amounts)) < 1
    assert all(abs(number - amount) < 1 for number, amount in zip(whole, amounts, strict=True))


def test_each_room_throws_its_own_dice_and_the_same_ones_again() -> None:
    assert dice(1, "units").random() == dice(1, "units").random()
    assert dice(1, "units").random() != dice(1, "offers").random()
    assert dice(1, "units").random() != dice(2, "units").random()
    assert draw_id("unt", dice(1, "ids")).startswith("unt_")


def test_people_live_within_their_municipality() -> None:
    throws = dice(1, "homes")
    for fact in municipalities():
        radius = math.sqrt(fact.land_area_km2 / math.pi) if fact.land_area_km2 else 20.0
        for _ in range(50):
            lat, lon = point_in(fact, throws)
            north = (lat - fact.lat) * 111.2
            east = (lon - fact.lon) * 111.2 * math.cos(math.radians(fact.lat))
            assert math.hypot(north, east) < 2 * radius + 5


def test_units_are_shared_by_population() -> None:
    county = [fact for fact in municipalities() if fact.in_county]
    shares = share_by_population(county, 230)
    assert sum(shares.values()) == 230
    assert shares["0180"] == max(shares.values())
    for fact in county:
        assert abs(shares[fact.code] - 230 * fact.population / sum(m.population for m in county)) <= 1


def test_a_course_with_known_weeks_has_them_in_the_curriculum() -> None:
    taught = {(course.programme, course.code): course.weeks for course in study_courses()}
    for fact in courses():
        assert taught[fact.programme, fact.code] == fact.weeks


def test_every_course_is_of_a_known_programme_can_end_in_the_term_and_has_units_that_teach_it() -> None:
    for course in study_courses():
        profession = study_programmes()[course.programme].profession
        assert any(profession in TEACHES[kind] for kind in course.kinds), course
        assert max(course.starts) + course.weeks <= 20, course
        assert list(course.starts) == sorted(set(course.starts))


def test_a_dozen_professions_are_taught() -> None:
    assert len({study_programmes()[course.programme].profession for course in study_courses()}) == 12


def test_every_kind_of_unit_is_known() -> None:
    kinds = {kind for clinic in CLINICS for kind in clinic.kinds}
    kinds |= {kind for _, kind, _ in SMALLER_CLINICS} | {kind for _, kind, _ in MUNICIPAL_CARE}
    kinds |= {kind for course in study_courses() for kind in course.kinds}
    assert kinds <= set(TEACHES)
    assert {*ASSUMED_BEDS, *DELIVERY, *PSYCHIATRY} <= {place.id for place in care_places()}


def test_a_hospital_s_kinds_of_care_are_those_of_its_departments() -> None:
    for fact in care_places():
        of_departments = {
            kind
            for department in fact.departments
            for kind in next((clinic.kinds for clinic in CLINICS if department.startswith(clinic.named)), ())
        }
        assert fact.id in PSYCHIATRY or not of_departments or set(fact.kinds) == of_departments, fact


def test_everything_within_the_county_is_answered_for_by_its_region_or_its_municipality(
    parties: Parties, county: list[Place]
) -> None:
    providers = {provider.id for provider in parties.municipality.values()}
    providers |= {region.id for region in parties.region.values()}
    assert {place.unit.provider_id for place in county} == providers
    assert len(parties.municipality) == 26


def test_privately_run_care_belongs_to_the_provider_that_funds_it(parties: Parties, county: list[Place]) -> None:
    private = {o.id: o for o in (*parties.operator.values(), *parties.contractor.values())}
    private |= {company.id: company for company in parties.health_centre_companies}
    run_privately = [place.unit for place in county if place.unit.operator_id is not None]
    assert len(run_privately) > 200
    for unit in run_privately:
        assert unit.operator_id is not None
        operator = private[unit.operator_id]
        assert operator.provider_kind is ProviderKind.PRIVATE
        assert operator.funded_by_id == unit.provider_id


def test_only_the_two_private_principals_stand_outside_the_region_s_agreements(
    parties: Parties, county: list[Place]
) -> None:
    excluded = {place.unit.operator_id for place in county if place.unit.excluded_from_agreement}
    assert excluded == {parties.operator["Sophiahemmet"].id, parties.operator["Ersta diakoni"].id}


def test_children_are_born_only_where_they_really_are(county: list[Place]) -> None:
    at = {place.unit.name.split(",")[0] for place in county if "delivery" in place.unit.kinds}
    assert at == {
        "Karolinska Universitetssjukhuset Solna",
        "Karolinska Universitetssjukhuset Huddinge",
        "Danderyds sjukhus",
        "Södersjukhuset",
        "Södertälje sjukhus",
        "Capio S:t Görans sjukhus",
    }


def test_every_municipality_of_the_county_has_elderly_care(county: list[Place]) -> None:
    having = Counter(place.unit.municipality_code for place in county if "elderly-care" in place.unit.kinds)
    assert {fact.code for fact in municipalities() if fact.in_county} <= set(having)


def test_the_county_has_its_thirteen_hundred_units_all_marked_synthetic(county: list[Place]) -> None:
    assert 1_250 < len(county) < 1_450
    assert all(place.unit.synthetic for place in county)
    assert len({place.unit.name for place in county}) == len(county)


def test_units_outside_the_county_belong_to_the_site_they_lie_at(parties: Parties, county: list[Place]) -> None:
    sites = {site.id: site.municipality_code for site in parties.site.values()}
    for place in county:
        if place.unit.municipality_code.startswith("01"):
            assert place.unit.site_id is None
        else:
            assert place.unit.site_id is not None
            at = "2580" if place.unit.municipality_code == "2582" else place.unit.municipality_code
            assert sites[place.unit.site_id] == at


def test_a_small_county_keeps_every_kind_at_every_site(parties: Parties, county: list[Place]) -> None:
    small = draw_units(parties, SCALES["small"], dice(1, "units"))
    assert len(small) < len(county) / 5
    assert _kinds(small) == _kinds(county)


def test_university_healthcare_is_found_at_university_hospitals_and_academic_health_centres(
    county: list[Place],
) -> None:
    flagged = [place.unit for place in county if place.unit.university_healthcare]
    assert 150 < len(flagged) < 400
    hospitals = tuple(fact.name for fact in care_places() if fact.university_hospital)
    assert all(unit.name.startswith(hospitals) or unit.kinds == ["primary-care"] for unit in flagged)


def test_each_university_healthcare_unit_is_judged_by_each_known_level(county: list[Place]) -> None:
    rows = draw_levels(county, draw_term(dice(1, "term")), dice(1, "levels"))
    levels = [row for row in rows if isinstance(row, EducationLevel)]
    flagged = [place.unit.id for place in county if place.unit.university_healthcare]
    assert Counter(level.unit_id for level in levels) == dict.fromkeys(flagged, len(Level))
    all_met = sum(all(level.met for level in levels if level.unit_id == unit) for unit in flagged)
    assert 0.1 < all_met / len(flagged) < 0.35


def test_a_unit_takes_students_by_its_kinds_and_size(county: list[Place]) -> None:
    ward = next(place for place in county if place.unit.kinds == ["ward-medicine"])
    assert ward.teaches("nurse") == pytest.approx(3 * ward.size)
    assert ward.teaches("midwife") == 0
    assert replace(ward, size=2.0).teaches("nurse") == pytest.approx(6)


def test_the_term_is_the_spring_of_2027_and_placing_is_worth_more_than_any_journey() -> None:
    term = draw_term(dice(1, "term"))
    assert (term.code, str(term.first_week), term.weeks) == ("VT2027", "2027-W03", 20)
    assert term.first_week == IsoWeek(2027, 3)
    assert [str(day) for day in (term.requests_by, term.answers_by, term.publish_by)] == [
        "2026-09-15",
        "2026-11-01",
        "2026-12-21",
    ]
    assert term.travel_max_minutes is not None
    journey = term.travel_max_minutes * term.weight_travel
    journey += (term.travel_max_minutes - term.travel_long_after) * term.weight_long_travel
    assert term.weight_unplaced >= 3 * journey


def test_the_region_of_the_county_is_found_by_its_name(parties: Parties) -> None:
    assert parties.region_at["0180"] is parties.region[COUNTY_REGION]
    assert len(parties.region) == 8


def _kinds(places: list[Place]) -> set[tuple[str | None, str]]:
    return {(place.unit.site_id, kind) for place in places for kind in place.unit.kinds}


def test_points_of_a_hospital_s_units_are_the_hospital_s(county: list[Place]) -> None:
    places: dict[str, CarePlaceFact] = {fact.name: fact for fact in care_places()}
    wards = [place.unit for place in county if place.unit.name.startswith("Södersjukhuset,")]
    assert len(wards) > 20
    points = np.array([(unit.lat, unit.lon) for unit in wards])
    assert np.allclose(points, (places["Södersjukhuset"].lat, places["Södersjukhuset"].lon))
