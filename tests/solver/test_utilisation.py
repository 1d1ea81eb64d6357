"""What care takes on, against what it offers, agreed and is staffed for."""

from __future__ import annotations

from typing import Any

import pytest

from placement_solver.figures.utilisation import (
    weigh_agreements,
    weigh_municipalities,
    weigh_providers,
    weigh_supervisors,
)
from placement_solver.problem import Capacity, InstitutionId, Taken, UnitId
from placement_solver.report import AgreementFigures, MunicipalFigures, ProviderFigures, SupervisorFigures
from tests.solver.small import KI, agreement, capacity, placed, problem, supervisor, taken, unit

HOME = UnitId("home")
RKH = InstitutionId("rkh")


def offered(*capacities: Capacity, elsewhere: tuple[Taken, ...] = (), **ward: Any) -> int:  # noqa: ANN401  (any field)
    """Return the student-weeks that the region offers in a term of six weeks."""
    (region,) = weigh_providers(problem(units=(unit(**ward),), capacities=capacities, taken=elsewhere), ())
    return region.offered


def test_a_provider_s_share_is_of_the_student_weeks_it_offers() -> None:
    term = problem(capacities=(capacity(), capacity("beds", unit=HOME, places=(1, 1, 1, 0, 0, 0))))
    region, nacka = weigh_providers(term, (placed(), placed("bo-1", "home", 1)))
    assert region == ProviderFigures("region", "region", offered=12, placed=2, used=2 / 12)
    assert nacka == ProviderFigures("nacka", "municipality", offered=3, placed=2, used=2 / 3)
    assert weigh_municipalities((region, nacka)) == MunicipalFigures(offered_share=3 / 15, placed_share=2 / 4)


def test_who_offers_and_takes_nothing_is_left_out_and_there_is_no_share_of_nothing() -> None:
    term = problem(capacities=())
    assert weigh_providers(term, ()) == ()
    assert weigh_municipalities(()) == MunicipalFigures(None, None)
    assert weigh_providers(term, (placed(),)) == (ProviderFigures("region", "region", 0, 2, None),)


@pytest.mark.parametrize(
    ("kept", "weeks"),
    [
        ({"institutions": (KI,), "places": 1}, 12),
        ({"professions": ("midwife",), "places": 1}, 18),
        ({"places": 9}, 12),
    ],
    ids=["kept for one within", "for others", "for the same"],
)
def test_places_kept_within_a_wider_offer_are_not_offered_twice(kept: dict[str, Any], weeks: int) -> None:
    assert offered(capacity(), capacity("kept", **kept)) == weeks


def test_the_wider_offer_counts_wherever_it_stands_and_of_equals_the_first() -> None:
    assert offered(capacity("kept", institutions=(KI,), places=1), capacity()) == 12
    assert offered(capacity("kept", institutions=(KI,)), capacity("also", institutions=(KI, RKH), places=5)) == 30
    assert offered(capacity("ki", institutions=(KI,)), capacity("rkh", institutions=(RKH,))) == 24


def test_a_unit_offers_no_more_than_its_ceiling() -> None:
    assert offered(capacity(), max_students=1) == 6
    assert offered(capacity(), max_students=(0, 1, 2, 3, 4, 5)) == 9


def test_what_other_terms_have_taken_is_not_offered() -> None:
    assert offered(capacity(), elsewhere=(taken(),)) == 10
    assert offered(capacity(places=1), elsewhere=(taken(), taken("beyond", first_week=2))) == 4
    assert offered(capacity(), elsewhere=(taken(profession="midwife"),)) == 12
    assert offered(capacity(), elsewhere=(taken(profession="midwife"),), max_students=1) == 4


def test_the_student_weeks_that_other_terms_have_under_an_agreement_count() -> None:
    term = problem(agreements=(agreement(min_student_weeks=5, max_student_weeks=9),), taken=(taken(),))
    (figures,) = weigh_agreements(term, (placed(start=3),))
    assert (figures.student_weeks, figures.short) == (4, 1)


def test_an_agreement_is_held_against_its_floor_and_ceiling() -> None:
    term = problem(agreements=(agreement(min_student_weeks=5, max_student_weeks=9),))
    (figures,) = weigh_agreements(term, (placed(), placed("bo-1", start=3)))
    assert figures == AgreementFigures("ki-region", "ki", "region", student_weeks=4, floor=5, ceiling=9, short=1)
    assert weigh_agreements(problem(), ())[0].short == 0


def test_supervisors_loads_are_those_of_who_has_a_student() -> None:
    term = problem(supervisors=tuple(supervisor(name) for name in ("karin", "lars", "maj", "nils")))
    loads = weigh_supervisors(
        term, (placed(by="karin"), placed("bo-1", start=2, by="karin"), placed("bo-1", by="lars"))
    )
    assert loads == SupervisorFigures(supervisors=4, used=2, unused_share=0.5, least=2, median=2, most=4)


def test_a_term_without_supervisors_leaves_none_unused() -> None:
    assert weigh_supervisors(problem(supervisors=()), (placed(),)) == SupervisorFigures(0, 0, 0.0, 0, 0, 0)
