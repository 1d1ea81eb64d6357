"""A unit takes the students that it has offered to take."""

from __future__ import annotations

import pytest

from placement_solver.columns import Columns
from placement_solver.problem import InstitutionId, UnitId
from placement_solver.rules.capacity import CapacityRule
from tests.solver.small import KI, breaches, broken_by, capacity, placed, problem, request, student, taken

RKH = InstitutionId("rkh")


def test_an_offer_covers_those_whose_profession_and_institution_it_names() -> None:
    term = problem(capacities=(capacity(institutions=(RKH, KI)),))
    assert not broken_by("capacity", term, placed())


@pytest.mark.parametrize("offers", [(), (capacity(professions=("midwife",)),), (capacity(institutions=(RKH,)),)])
def test_without_an_offer_that_covers_it_there_is_no_placement(offers: tuple[object, ...]) -> None:
    (breach,) = breaches("capacity", problem(capacities=offers), placed())
    assert breach.words.sv == "anna-1: ward har inga platser för yrket och lärosätet"
    assert breach.words.en == "anna-1: ward has no places for the profession and lärosäte"


def test_an_offer_of_one_unit_does_not_cover_another() -> None:
    assert broken_by("capacity", problem(), placed(at="home")) == [("anna-1",)]


def test_no_more_students_come_in_a_week_than_there_are_places() -> None:
    term = problem(capacities=(capacity(places=1),))
    (breach,) = breaches("capacity", term, placed(start=0), placed("bo-1", start=1))
    assert breach.requests == ("anna-1", "bo-1")
    assert breach.words.sv == "places: fler studenter än erbjudna platser (2026-W51)"
    assert breach.words.en == "places: more students than places offered (2026-W51)"


def test_one_place_serves_one_student_after_another() -> None:
    term = problem(capacities=(capacity(places=1),))
    assert not broken_by("capacity", term, placed(start=0), placed("bo-1", start=2))


def test_places_may_differ_from_week_to_week() -> None:
    term = problem(capacities=(capacity(places=(1, 1, 0, 1, 1, 1)),))
    assert not broken_by("capacity", term, placed(start=0))
    assert broken_by("capacity", term, placed(start=1)) == [("anna-1",)]


def test_places_kept_for_one_institution_inside_a_larger_offer_bind_only_its_students() -> None:
    term = problem(
        capacities=(capacity("all", places=2), capacity("rkh-only", institutions=(RKH,), places=1)),
        students=(student(), student("bo", institution=RKH), student("cid", institution=RKH)),
        requests=(request(), request("bo-1"), request("cid-1")),
    )
    assert not broken_by("capacity", term, placed(), placed("bo-1"))
    assert broken_by("capacity", term, placed("bo-1"), placed("cid-1")) == [("bo-1", "cid-1")]


def test_a_price_on_places_belongs_to_the_offer_s_unit_and_professions() -> None:
    lines = CapacityRule().lines(Columns(problem(capacities=(capacity(), capacity("beds", unit=UnitId("home"))))))
    assert [(line.id, line.unit, line.provider, line.professions) for line in lines] == [
        ("places", "ward", "region", ("nurse",)),
        ("beds", "home", "nacka", ("nurse",)),
    ]


def test_a_student_of_another_term_has_one_of_the_places() -> None:
    term = problem(capacities=(capacity(places=1),), taken=(taken(),))
    (breach,) = breaches("capacity", term, placed(start=2))
    assert breach.requests == ("anna-1",)
    assert breach.taken == (taken(),)
    assert breach.words.sv == (
        "places: fler studenter än erbjudna platser (2026-W52); upptaget av en annan termin (ST26)"
    )
    assert breach.words.en == ("places: more students than places offered (2026-W52); taken by the other term (ST26)")
    assert not broken_by("capacity", term, placed(start=3))
    assert not broken_by("capacity", problem(taken=(taken(),)), placed(start=2)), "one of two places is left"


@pytest.mark.parametrize("other", [{"profession": "midwife"}, {"institution": RKH}, {"unit": UnitId("home")}])
def test_a_student_of_another_term_whom_the_offer_does_not_cover_has_none_of_its_places(other: dict[str, str]) -> None:
    term = problem(capacities=(capacity(places=1, institutions=(KI,)),), taken=(taken(**other),))
    assert not broken_by("capacity", term, placed(start=1))


def test_where_other_terms_have_more_than_the_places_nobody_else_may_come() -> None:
    term = problem(capacities=(capacity(places=1),), taken=(taken(), taken("spring"), taken("winter")))
    assert not broken_by("capacity", term)
    assert broken_by("capacity", term, placed(start=2)) == [("anna-1",)]
