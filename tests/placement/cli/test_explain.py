"""``placement explain``: why a plan treats a request or a group as it does, for a coordinator who must tell someone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from placement.cli.explain import CannotExplainError, read_choice
from placement_solver.documents import problem_document, problem_of, write_plan, write_problem
from placement_solver.explanation.groups import Choice
from tests.placement.cli.conftest import Placement
from tests.solver import small
from tests.solver.test_explanation.plans import plan_of

TERM = problem_of(
    problem_document(
        small.problem(
            capacities=(small.capacity(places=1),),
            requests=(small.request(starts=(0,)), small.request("bo-1", starts=(0,))),
        )
    )
)
PLAN = plan_of(TERM, small.placed("bo-1"))


@pytest.fixture
def problem(tmp_path: Path) -> Path:
    """Anna's and Bo's term as a document, with one place for the two of them."""
    file = tmp_path / "problem.json"
    file.write_text(write_problem(TERM))
    return file


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """The plan that gives Bo the place."""
    file = tmp_path / "plan.json"
    file.write_text(write_plan(PLAN))
    return file


def test_an_unplaced_request_is_explained_with_what_would_place_it(
    problem: Path, plan: Path, placement: Placement
) -> None:
    told = placement("explain", problem, plan, "--request", "anna-1")
    assert told.exit_code == 0
    assert "anna-1 is unplaced." in told.stdout
    assert "one more place at ward, 2026-W50–W51" in told.stdout
    assert "en plats till vid ward" in placement("explain", problem, plan, "--request", "anna-1", "--lang", "sv").stdout


def test_the_offer_is_named_beside_its_unit_only_where_the_unit_has_others(
    tmp_path: Path, placement: Placement
) -> None:
    others = small.capacity("others", places=1, professions=("midwife",))
    term = problem_of(problem_document(replace(TERM, capacities=(*TERM.capacities, others))))
    several, planned = tmp_path / "several.json", tmp_path / "planned.json"
    several.write_text(write_problem(term))
    planned.write_text(write_plan(plan_of(term, small.placed("bo-1"))))
    asked = ("explain", several, planned, "--request", "anna-1", "--lang")
    told = placement(*asked, "sv")
    assert "en plats till vid ward (erbjudandet places), 2026-W50–W51" in told.stdout, told.stderr
    assert "one more place at ward (the offer places), 2026-W50–W51" in placement(*asked, "en").stdout


def test_a_placed_request_is_explained_without_remedies(problem: Path, plan: Path, placement: Placement) -> None:
    told = placement("explain", problem, plan, "--request", "bo-1").stdout
    assert told.startswith("bo-1 is placed: ward")
    facts = json.loads(placement("explain", problem, plan, "--request", "bo-1", "--json").stdout)
    assert (facts["explanation"]["minutes"], "remedies" in facts) == (10, False)


def test_the_facts_are_there_for_machines_with_each_change_as_a_patch(
    problem: Path, plan: Path, placement: Placement
) -> None:
    facts = json.loads(placement("explain", problem, plan, "--request", "anna-1", "--json").stdout)
    assert facts["explanation"]["hindrances"][0]["weeks"] == [0, 1]
    assert facts["remedies"][0]["changes"] == [{"pointer": "/capacities/0/places", "old": 1, "new": [2, 2, 1, 1, 1, 1]}]


def test_a_group_is_told_how_it_fares(problem: Path, plan: Path, placement: Placement) -> None:
    group = "institution=ki,profession=nurse,weeks=50-53"
    assert "ki, nurse, 2026-W50–W53: 2 asked, 1 places within reach, 1 placed." in (
        placement("explain", problem, plan, "--group", group).stdout
    )
    facts = json.loads(placement("explain", problem, plan, "--group", group, "--json").stdout)
    assert (facts["asked"], facts["choice"]["weeks"]) == (2, [0, 3])


def test_with_neither_the_groups_that_fall_short_are_listed(problem: Path, plan: Path, placement: Placement) -> None:
    assert placement("explain", problem, plan).stdout == "ki nurse (medicine), starting 2026-W50: 1 of 2 unplaced\n"
    assert json.loads(placement("explain", problem, plan, "--json").stdout)["groups"][0]["unplaced"] == 1


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--request", "nobody"), "There is no 'nobody'."),
        (("--request", "anna-1", "--group", "site=x"), "Give --request or --group, not both."),
        (("--group", "town=x"), "'town=x' does not select a group; use institution, profession, kind, weeks, site."),
        (("--group", "weeks=10"), "'10' are not weeks of the term 2026-W50–2027-W02."),
        (("--request", "nobody", "--lang", "sv"), "'nobody' finns inte."),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_line(
    problem: Path, plan: Path, placement: Placement, arguments: tuple[str, ...], line: str
) -> None:
    told = placement("explain", problem, plan, *arguments)
    assert (told.exit_code, told.stdout, told.stderr) == (2, "", f"{line}\n")


def test_a_plan_of_another_problem_is_refused_before_anything_is_explained(
    problem: Path, plan: Path, placement: Placement
) -> None:
    plan.write_text(write_plan(replace(PLAN, problem_sha256="0" * 64)))
    told = placement("explain", problem, plan, "--request", "anna-1")
    assert (told.exit_code, told.stderr) == (2, "The plan does not hold: The plan belongs to another problem\n")
    assert "Planen gäller ett annat problem" in placement("explain", problem, plan, "--lang", "sv").stderr


def test_documents_that_cannot_be_read_are_refused(problem: Path, tmp_path: Path, placement: Placement) -> None:
    assert placement("explain", problem, problem).exit_code == 2
    assert placement("explain", problem, tmp_path / "none.json").exit_code == 2


def test_weeks_are_iso_weeks_of_the_term_across_the_new_year() -> None:
    assert read_choice(TERM, "weeks=53-2") == Choice(weeks=(3, 5))
    assert read_choice(TERM, "weeks=50,kind=medicine") == Choice(weeks=(0, 0), kind="medicine")
    with pytest.raises(CannotExplainError):
        read_choice(TERM, "weeks=2-50")
