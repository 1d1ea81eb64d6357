"""Summary: its figures are those of the report, and its text says why students are unplaced."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from placement.cli.speech import Language
from placement.cli.summary import FULL_WORDS, Summary
from placement.reference.facts import programmes
from placement.standard_lists import PROFESSIONS
from placement_solver.documents import read_problem
from placement_solver.figures.causes import DEARER, FULL
from placement_solver.figures.reporting import make_report
from placement_solver.plan import Full, Placement, Plan, Reasons, Remaining, Solver, Unplaced
from placement_solver.problem import Problem, RequestId, SupervisorId, UnitId
from placement_solver.report import Room, Worth

NO_REASON = Reasons((), (), (), (), (), (), 0)
FULL_WARD = replace(NO_REASON, remaining=(Remaining("unit-kind", 2),), capacities=(Full("ward-nurses", (1,)),))
NO_UNIT = replace(NO_REASON, remaining=(Remaining("unit-kind", 3), Remaining("site", 0)))
ROOM = Room("ward", "region", ("medicine",), "nurse", 2, 3, 1040.4, 0, 0, 1040.4, 0)


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


def told(problem: Problem, made: Plan, lang: Language = Language.EN, worth: Worth | None = None) -> str:
    """Return the summary as it is printed."""
    file = io.StringIO()
    report = replace(make_report(problem, made, None), prices=worth)
    Summary(problem.term, made, report, {"ki": "Karolinska", "ward": "Avdelning 7"}, lang).print(
        Console(file=file, width=100)
    )
    return file.getvalue()


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            Language.EN,
            [
                "Karolinska",
                "nurse",
                "places offered are full",
                "no unit passes the rule",
                "25.00%",
                "nine in ten at most",
                "The municipalities' share: 50.0% of the student-weeks",
            ],
        ),
        (
            Language.SV,
            ["Karolinska", "sjuksköterska", "platserna är fulla", "ingen enhet klarar regeln", "Handledare: 1"],
        ),
    ],
)
def test_a_person_reads_names_and_words(lang: Language, words: list[str], problem: Problem, made: Plan) -> None:
    text = told(problem, replace(made, unplaced=(*made.unplaced, Unplaced(RequestId("cecilia-1"), NO_UNIT))), lang)
    assert [each for each in [*words, "shh"] if each not in text] == []


def test_agreements_are_counted_by_institution_against_floor_and_ceiling_and_other_terms_fill_floors(
    problem: Problem, made: Plan
) -> None:
    (line,) = (
        line for line in told(problem, made).splitlines() if line.strip().startswith("Karolinska") and " of " in line
    )
    assert line.split() == ["Karolinska", "6", "1", "of", "2", "2", "0", "of", "1"]


def test_an_agreement_that_has_more_than_its_ceiling_is_counted_with_those_at_it(problem: Problem, made: Plan) -> None:
    low = tuple(
        replace(each, min_student_weeks=0, max_student_weeks=1) if each.max_student_weeks is not None else each
        for each in problem.agreements
    )
    text = told(replace(problem, agreements=low), made)
    (line,) = (line for line in text.splitlines() if line.strip().startswith("Karolinska") and " of " in line)
    assert line.split()[-3:] == ["1", "of", "1"]


def test_learning_environments_are_told_and_pairs_where_a_course_teaches_in_pairs(problem: Problem, made: Plan) -> None:
    text = told(problem, made)
    assert "Learning environments: 0.0% of the units' weeks have students of several professions" in text
    assert "Pairs:" not in text
    paired = tuple(replace(each, pair_group="crs_1") for each in problem.requests)
    text = told(replace(problem, requests=paired), made, Language.SV)
    assert "Lärandemiljöer: 0.0% av enheternas veckor har studenter från flera yrken" in text
    assert "Par: i 4 av 4 veckor har en enhet ett udda antal studenter" in text


def test_wishes_are_told_where_anybody_has_any(problem: Problem, made: Plan) -> None:
    wishing = replace(
        problem, requests=tuple(replace(each, preferences=(UnitId("ward"),)) for each in problem.requests)
    )
    assert f"of the {len(problem.requests)} with units they prefer" in told(wishing, made)
    nobody = replace(problem, requests=tuple(replace(each, preferences=()) for each in problem.requests))
    assert "they prefer" not in told(nobody, made)


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        (Language.EN, "1,040  one more place for a nurse at Avdelning 7 (medicine), weeks {first}–{last}"),
        (
            Language.SV,
            "1\N{NO-BREAK SPACE}040  en plats till för sjuksköterska vid Avdelning 7 (medicine), vecka {first}–{last}",
        ),
    ],
)
def test_what_more_would_be_worth_is_told_in_weeks_of_the_calendar(
    lang: Language, line: str, problem: Problem, made: Plan
) -> None:
    first = problem.term.first_week.plus(2).week
    text = told(problem, made, lang, Worth(100.0, (), (ROOM,), (ROOM,), (ROOM,), ()))
    assert line.format(first=first, last=first + 2) in text


def test_where_nothing_is_scarce_nothing_more_is_told(problem: Problem, made: Plan) -> None:
    assert "worth" not in told(problem, made, worth=Worth(100.0, (), (), (), (), ()))


def test_an_empty_plan_is_told_too(problem: Problem) -> None:
    text = told(problem, plan(problem, (), ()))
    assert "Travel" not in text
    assert "municipalities" not in text
    assert "unplaced are" not in text


def test_a_profession_without_a_name_of_ours_is_told_by_its_code(problem: Problem, made: Plan) -> None:
    welders = replace(problem, students=tuple(replace(student, profession="welder") for student in problem.students))
    assert "welder" in told(welders, made, Language.SV)


def test_there_are_words_for_everything_that_can_be_full() -> None:
    assert set(FULL_WORDS) == {*FULL, DEARER}


def test_every_profession_of_the_county_has_its_names() -> None:
    assert {programme.profession for programme in programmes()} <= set(PROFESSIONS)
