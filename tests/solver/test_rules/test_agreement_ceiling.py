"""An agreement has a ceiling of student-weeks in a term."""

from __future__ import annotations

import pytest

from placement_solver.columns import Columns
from placement_solver.problem import InstitutionId, UnitId
from placement_solver.rules.agreement_ceiling import AgreementCeiling
from tests.solver.small import agreement, breaches, broken_by, placed, problem, student, taken


def test_the_student_weeks_of_a_term_stay_within_the_agreement() -> None:
    (breach,) = breaches(
        "agreement-ceiling",
        problem(agreements=(agreement(max_student_weeks=3),)),
        placed(start=0),
        placed("bo-1", start=4),
    )
    assert breach.requests == ("anna-1", "bo-1")
    assert breach.words.sv == "ki-region: 4 studentveckor, men avtalets tak är 3"
    assert breach.words.en == "ki-region: 4 student-weeks, but the agreement's ceiling is 3"


def test_an_agreement_may_be_used_to_the_full() -> None:
    term = problem(agreements=(agreement(max_student_weeks=4),))
    assert not broken_by("agreement-ceiling", term, placed(), placed("bo-1"))


def test_an_agreement_without_a_ceiling_holds_any_number() -> None:
    assert not broken_by("agreement-ceiling", problem(), placed(), placed("bo-1"))


def test_students_of_another_institution_use_their_own_agreement() -> None:
    rkh = InstitutionId("rkh")
    term = problem(
        agreements=(agreement(max_student_weeks=2), agreement("rkh-region", institution=rkh)),
        students=(student(), student("bo", institution=rkh)),
    )
    assert not broken_by("agreement-ceiling", term, placed(), placed("bo-1"))


def test_a_price_on_student_weeks_belongs_to_an_agreement_with_a_ceiling_and_to_no_week() -> None:
    some = agreement("some", professions=("nurse",), first_week=0, last_week=2, max_student_weeks=4)
    rest = agreement("rest", professions=("midwife",))
    all_of_them = agreement("all", institution=InstitutionId("rkh"), max_student_weeks=9)
    lines = AgreementCeiling().lines(Columns(problem(agreements=(some, rest, all_of_them))))
    assert [(line.id, line.unit, line.provider, line.professions) for line in lines] == [
        ("some", None, "region", ("nurse",)),
        ("all", None, "region", ()),
    ]
    assert not AgreementCeiling.by_week


def test_the_student_weeks_that_another_term_has_in_the_term_s_weeks_count() -> None:
    term = problem(agreements=(agreement(max_student_weeks=3),), taken=(taken(),))
    (breach,) = breaches("agreement-ceiling", term, placed(start=4))
    assert breach.requests == ("anna-1",)
    assert breach.taken == (taken(),)
    assert breach.words.sv == ("ki-region: 4 studentveckor, men avtalets tak är 3; upptaget av en annan termin (ST26)")
    assert breach.words.en == (
        "ki-region: 4 student-weeks, but the agreement's ceiling is 3; taken by the other term (ST26)"
    )


def test_only_the_weeks_in_which_the_agreement_is_in_force_count() -> None:
    term = problem(agreements=(agreement(first_week=2, max_student_weeks=3),), taken=(taken(),))
    assert not broken_by("agreement-ceiling", term, placed(start=4))
    lower = problem(agreements=(agreement(first_week=2, max_student_weeks=2),), taken=(taken(),))
    assert broken_by("agreement-ceiling", lower, placed(start=4)) == [("anna-1",)]


@pytest.mark.parametrize(
    "other", [{"profession": "midwife"}, {"institution": InstitutionId("rkh")}, {"unit": UnitId("home")}]
)
def test_what_another_term_has_under_another_agreement_does_not_count(other: dict[str, str]) -> None:
    narrow = agreement(professions=("nurse",), units=(UnitId("ward"),), max_student_weeks=2)
    assert not broken_by("agreement-ceiling", problem(agreements=(narrow,), taken=(taken(**other),)), placed())


def test_where_other_terms_alone_exceed_the_ceiling_an_empty_plan_keeps_it() -> None:
    term = problem(agreements=(agreement(max_student_weeks=1),), taken=(taken(),))
    assert not broken_by("agreement-ceiling", term)
    assert broken_by("agreement-ceiling", term, placed()) == [("anna-1",)]
