"""What is told of where students live cannot be subtracted to fewer than five, by anyone who reads all that is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from placement.follow_up.facts import Case, Facts, Presence, Stay
from placement.follow_up.withholding import (
    LEAST,
    is_large,
    is_large_beside,
    is_large_in_each,
    large_ones,
)
from placement_solver.weeks import IsoWeek
from tests.effort import drawn_by_hypothesis

DAY = dt.date(2027, 1, 1)
WEEK = IsoWeek(2027, 3)


def case(number: int, student: str, institution: str, unit: str | None) -> Case:
    """Return a request, with a placement at a unit or without."""
    stay = None if unit is None else Stay(unit, True, WEEK, 1, 30, False, DAY, DAY, None, None)  # noqa: FBT003 (a row)
    return Case(f"req_{number}", "trm", student, institution, "prg", "nurse", DAY, withdrawn=False, stay=stay)


def facts(cases: Iterable[Case]) -> Facts:
    return Facts(tuple(cases), (), (), Presence({}, {}))


def at(unit: str, students: int, institution: str = "ki", first: int = 0) -> list[Case]:
    """Return placements of several students at a unit."""
    return [case(first + each, f"{unit}-{institution}-{each}", institution, unit) for each in range(students)]


def test_four_students_are_too_few_and_five_of_one_larosate_enough() -> None:
    for students, told in ((4, False), (5, True)):
        part = facts(at("a", students))
        assert is_large(part, facts([*part.cases, *at("b", 9, first=100)])) is told


def test_one_student_placed_five_times_is_still_one() -> None:
    part = facts(case(number, "same", "ki", "a") for number in range(5))
    assert not is_large(part, part)


def test_what_a_group_leaves_of_the_county_must_be_none_or_many() -> None:
    part = facts(at("a", 9))
    assert is_large(part, part)
    assert not is_large(part, facts([*part.cases, *at("b", 4, first=100)]))
    assert is_large(part, facts([*part.cases, *at("b", 5, first=100)]))


def test_a_larosate_that_knows_its_own_learns_nothing_of_the_few_others() -> None:
    mixed = facts([*at("a", 9), *at("a", 2, "rkh", first=50)])
    assert not is_large(mixed, mixed)


def test_requests_without_a_place_tell_of_nobody() -> None:
    waiting = facts(case(number, f"s{number}", "ki", None) for number in range(9))
    assert not is_large(waiting, waiting)
    assert is_large_in_each([(waiting, waiting)])


def test_every_term_of_a_year_must_be_told_of_or_empty() -> None:
    few, many, none = facts(at("a", 3)), facts(at("a", 8)), facts(())
    assert is_large_in_each([(many, many), (none, none)])
    assert not is_large_in_each([(many, many), (few, few)])


def test_the_county_is_not_told_of_beside_municipalities_that_leave_few_over() -> None:
    part = facts(at("a", 9))
    whole = facts([*part.cases, *at("b", 4, first=100)])
    assert is_large_beside(whole, [])
    assert not is_large_beside(whole, [part])


DRAWN = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from(("ki", "rkh", "shh")), st.sampled_from((*"abcde", None))), max_size=60
)


@drawn_by_hypothesis(300, 5_000)
@given(DRAWN)
def test_no_larosate_can_work_out_fewer_than_five_others_from_all_that_is_told(
    drawn: list[tuple[int, str, str | None]],
) -> None:
    cases = [case(n, f"{institution}-{who}", institution, unit) for n, (who, institution, unit) in enumerate(drawn)]
    whole = facts(cases)
    parts = {unit: facts(each for each in cases if each.stay and each.stay.unit_id == unit) for unit in "abcde"}
    told = large_ones(parts, whole)
    county = is_large_beside(whole, told)
    inside = [list(part.cases) for part in told]
    known = {each.request_id for part in inside for each in part}
    rest = [each for each in cases if each.stay and each.request_id not in known]
    pieces = [*inside, *([rest] if county else [])]  # all else that can be worked out is a sum of these
    sums = [piece for piece in pieces if piece] + ([[e for e in cases if e.stay]] if county else [])
    for piece in sums:
        for reader in (None, "ki", "rkh", "shh"):
            unknown = {each.student_id for each in piece if each.institution_id != reader}
            assert len(unknown) == 0 or len(unknown) >= LEAST
