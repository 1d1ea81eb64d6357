"""A placement rests on an agreement, for all its weeks."""

from __future__ import annotations

from typing import Any

import pytest

from placement_solver.problem import InstitutionId, ProviderId
from tests.solver.small import WARD, agreement, breaches, broken_by, placed, problem


@pytest.mark.parametrize(
    "terms",
    [
        {},
        {"professions": ("midwife", "nurse")},
        {"units": (WARD,)},
        {"first_week": 2, "last_week": 3},
    ],
)
def test_an_agreement_that_names_the_profession_the_unit_and_all_weeks_covers(terms: dict[str, Any]) -> None:
    assert not broken_by("agreement", problem(agreements=(agreement(**terms),)), placed(start=2))


@pytest.mark.parametrize(
    "terms",
    [
        {"institution": InstitutionId("rkh")},
        {"provider": ProviderId("nacka")},
        {"professions": ("midwife",)},
        {"units": ()},
        {"first_week": 3},
        {"last_week": 2},
    ],
)
def test_an_agreement_that_leaves_any_of_it_out_does_not(terms: dict[str, Any]) -> None:
    (breach,) = breaches("agreement", problem(agreements=(agreement(**terms),)), placed(start=2))
    assert breach.words.sv == "anna-1: inget avtal ki – region omfattar yrket, ward och alla veckor"
    assert breach.words.en == "anna-1: no agreement ki – region covers the profession, ward and all weeks"


def test_two_agreements_one_after_the_other_do_not_cover_a_placement_across_them() -> None:
    halves = (agreement("autumn", last_week=2), agreement("spring", first_week=3))
    assert not broken_by("agreement", problem(agreements=halves), placed(start=1))
    assert broken_by("agreement", problem(agreements=halves), placed(start=2)) == [("anna-1",)]


def test_two_agreements_on_the_same_placement_leave_it_uncertain_which_one_pays() -> None:
    term = problem(agreements=(agreement("old"), agreement("new", professions=("nurse",))))
    (breach,) = breaches("agreement", term, placed())
    assert breach.words.sv == "anna-1: flera avtal omfattar placeringen (old, new)"
    assert breach.words.en == "anna-1: several agreements cover the placement (old, new)"
