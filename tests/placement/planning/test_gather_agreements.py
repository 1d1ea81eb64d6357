"""Agreements become whole weeks of the term, with their parts, and cover privately run care too."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import Session

from placement.tables import (
    Agreement,
    AgreementUnit,
    AgreementVolume,
)
from placement_solver.problem import Agreement as AgreementInProblem
from placement_solver.problem import Problem
from tests.placement.gathering import FIRST_DAY, LAST_DAY, World


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def _agreement(problem: Problem) -> AgreementInProblem:
    return problem.agreements[0]


def test_an_agreement_holds_with_its_parts_and_the_volumes_of_the_term(world: World) -> None:
    volume = world.one(AgreementVolume)
    volume.min_student_weeks, volume.max_student_weeks = 5, 50
    agreement = _agreement(world.gathered())
    assert (agreement.institution, agreement.provider) == ("org_ki", "org_city")
    assert (agreement.professions, agreement.units) == (("nurse",), ("unt_a",))
    assert (agreement.first_week, agreement.last_week) == (0, 19)
    assert (agreement.min_student_weeks, agreement.max_student_weeks) == (5, 50)


def test_an_agreement_without_volumes_or_parts_covers_everything(world: World) -> None:
    row = world.one(Agreement)
    row.professions, row.every_unit = None, True
    world.rows = [other for other in world.rows if not isinstance(other, AgreementUnit | AgreementVolume)]
    agreement = _agreement(world.gathered())
    assert (agreement.professions, agreement.units) == (None, None)
    assert (agreement.min_student_weeks, agreement.max_student_weeks) == (0, None)


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "notice", "weeks"),
    [
        (dt.date(2025, 1, 1), None, None, (0, 19)),
        (FIRST_DAY, LAST_DAY, None, (0, 19)),
        (FIRST_DAY + dt.timedelta(days=1), None, None, (1, 19)),
        (FIRST_DAY + dt.timedelta(days=6), None, None, (1, 19)),
        (FIRST_DAY + dt.timedelta(days=7), None, None, (1, 19)),
        (dt.date(2025, 1, 1), LAST_DAY - dt.timedelta(days=1), None, (0, 18)),
        (dt.date(2025, 1, 1), dt.date(2027, 3, 28), None, (0, 12)),
        (dt.date(2025, 1, 1), None, dt.date(2026, 9, 25), (0, 11)),
        (dt.date(2025, 1, 1), None, dt.date(2026, 9, 28), (0, 12)),
        (dt.date(2025, 1, 1), dt.date(2027, 2, 7), dt.date(2026, 9, 25), (0, 5)),
        (dt.date(2025, 1, 1), None, dt.date(2026, 8, 31), (0, 8)),
    ],
    ids=[
        "without end",
        "exactly the term",
        "from a Tuesday",
        "from a Sunday",
        "from the second Monday",
        "to the last Saturday",
        "to a Sunday",
        "notice on 25 September ends it on Thursday 25 March",
        "notice on 28 September ends it on Sunday 28 March",
        "its own end before that of the notice",
        "notice on 31 August ends it on Sunday 28 February",
    ],
)
def test_an_agreement_counts_for_the_weeks_it_covers_from_monday_to_sunday(
    world: World, valid_from: dt.date, valid_to: dt.date | None, notice: dt.date | None, weeks: tuple[int, int]
) -> None:
    row = world.one(Agreement)
    row.valid_from, row.valid_to, row.notice_given_on = valid_from, valid_to, notice
    agreement = _agreement(world.gathered())
    assert (agreement.first_week, agreement.last_week) == weeks


@pytest.mark.parametrize(
    ("valid_from", "valid_to"),
    [
        (dt.date(2020, 1, 1), dt.date(2026, 12, 27)),
        (LAST_DAY - dt.timedelta(days=5), None),
        (FIRST_DAY + dt.timedelta(days=1), FIRST_DAY + dt.timedelta(days=12)),
    ],
    ids=["over before the term", "from the last Tuesday on", "no whole week"],
)
def test_an_agreement_that_covers_no_whole_week_of_the_term_is_left_out(
    world: World, valid_from: dt.date, valid_to: dt.date | None
) -> None:
    row = world.one(Agreement)
    row.valid_from, row.valid_to = valid_from, valid_to
    assert world.gathered().agreements == ()


def test_privately_run_care_is_covered_by_its_funder_s_agreement_unless_excluded(world: World) -> None:
    assert world.unit.operator_id == "org_care"
    assert world.gathered().units[0].provider == "org_city"


def test_care_excluded_from_its_funder_s_agreement_answers_for_itself(world: World) -> None:
    world.unit.excluded_from_agreement = True
    problem = world.gathered()
    assert problem.units[0].provider == "org_care"
    assert [(provider.id, provider.kind) for provider in problem.providers] == [
        ("org_care", "private"),
        ("org_city", "municipality"),
    ]
