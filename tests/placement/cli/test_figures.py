"""The summary: its figures are those of the plan, and its words say why students are without a place."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from placement.cli.figures import DEARER, FULL, causes_of, figures_of
from placement.cli.speech import Language
from placement.cli.summary import FULL_WORDS, PROFESSIONS, Summary
from placement.reference.facts import programmes
from placement_solver.documents import read_problem
from placement_solver.plan import Full, Placement, Plan, Reasons, Remaining, Solver, Unplaced
from placement_solver.problem import Problem, RequestId, SupervisorId, UnitId

NO_REASON = Reasons((), (), (), (), (), (), 0)
FULL_WARD = replace(NO_REASON, remaining=(Remaining("unit-kind", 2),), capacities=(Full("ward-nurses", (1,)),))
NO_UNIT = replace(NO_REASON, remaining=(Remaining("unit-kind", 3), Remaining("site", 0)))


@pytest.fixture(scope="module")
def problem(tiny: Path) -> Problem:
    """The tiny problem."""
    return read_problem(tiny.read_bytes())


def plan(problem: Problem, placements: tuple[Placement, ...], unplaced: tuple[Unplaced, ...]) -> Plan:
    solver = Solver("by hand", "1", 0, 1, 1, 0)
    return Plan(problem.sha256, solver, "feasible", 200, 150, {}, placements, unplaced)


@pytest.fixture
def made(problem: Problem) -> Plan:
    """Two nurses of KI placed, one at the region's ward and one at the municipality's home, and one left without."""
    return plan(
        problem,
        (
            Placement(RequestId("anna-1"), UnitId("ward"), 0, SupervisorId("sup-ward")),
            Placement(RequestId("anna-2"), UnitId("home"), 2, None),
        ),
        (Unplaced(RequestId("bilal-1"), FULL_WARD),),
    )


def test_who_is_placed_is_counted_by_institution_and_profession(problem: Problem, made: Plan) -> None:
    figures = figures_of(problem, made)
    (group,) = figures.groups
    assert (group.institution, group.profession, group.placed, group.unplaced) == ("ki", "nurse", 2, 1)
    assert (figures.placed, figures.unplaced, figures.gap) == (2, 1, 0.25)


def test_agreements_are_counted_against_floor_and_ceiling(problem: Problem, made: Plan) -> None:
    of = {volume.institution: volume for volume in figures_of(problem, made).volumes}
    assert of["ki"].student_weeks == 4
    assert (of["ki"].with_floor, of["ki"].below_floor, of["ki"].missing) == (2, 2, 4)
    assert (of["ki"].with_ceiling, of["ki"].full) == (1, 0)
    assert (of["shh"].student_weeks, of["shh"].with_ceiling) == (0, 1)


def test_the_municipalities_share_is_of_student_weeks(problem: Problem, made: Plan) -> None:
    assert figures_of(problem, made).municipal_share == 0.5


def test_travel_tells_the_median_and_the_share_that_is_long(problem: Problem, made: Plan) -> None:
    travel = figures_of(problem, made).travel
    assert travel is not None
    assert travel.long_after == problem.travel.long_after
    assert travel.median > 0
    long = replace(problem, travel=replace(problem.travel, long_after=0))
    far = figures_of(long, made).travel
    assert far is not None
    assert far.long_share == 1


def test_an_empty_plan_has_no_travel_and_no_share(problem: Problem) -> None:
    figures = figures_of(problem, plan(problem, (), ()))
    assert (figures.travel, figures.municipal_share, figures.groups) == (None, 0, ())


def test_the_rule_that_left_no_unit_is_the_cause_and_otherwise_all_that_is_full() -> None:
    assert causes_of(NO_UNIT) == ("site",)
    assert causes_of(FULL_WARD) == ("capacities",)
    both = replace(FULL_WARD, own_placements=(RequestId("anna-1"),), dearer_units=1)
    assert causes_of(both) == ("capacities", "own_placements", DEARER)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (Language.EN, ["Karolinska", "nurse", "places offered are full", "no unit passes the rule", "25.00%"]),
        (Language.SV, ["Karolinska", "sjuksköterska", "platserna är fulla", "ingen enhet klarar regeln"]),
    ],
)
def test_a_person_reads_names_and_words(lang: Language, words: list[str], problem: Problem, made: Plan) -> None:
    without = Unplaced(RequestId("cecilia-1"), NO_UNIT)
    figures = figures_of(problem, replace(made, unplaced=(*made.unplaced, without)))
    told = io.StringIO()
    Summary(figures, {"ki": "Karolinska"}, lang).print(Console(file=told, width=100))
    assert [each for each in [*words, "shh"] if each not in told.getvalue()] == []


def test_an_empty_plan_is_told_too(problem: Problem) -> None:
    told = io.StringIO()
    empty = plan(problem, (), ())
    Summary(figures_of(problem, empty), {}, Language.EN).print(Console(file=told, width=100))
    assert "Travel" not in told.getvalue()
    assert "unplaced are" not in told.getvalue()


def test_a_profession_without_a_name_of_ours_is_told_by_its_code(problem: Problem, made: Plan) -> None:
    welders = replace(problem, students=tuple(replace(student, profession="welder") for student in problem.students))
    told = io.StringIO()
    Summary(figures_of(welders, made), {}, Language.SV).print(Console(file=told, width=100))
    assert "welder" in told.getvalue()


def test_there_are_words_for_everything_that_can_be_full() -> None:
    assert set(FULL_WORDS) == {*FULL, DEARER}


def test_every_profession_of_the_county_has_its_names() -> None:
    assert {programme.profession for programme in programmes()} <= set(PROFESSIONS)
