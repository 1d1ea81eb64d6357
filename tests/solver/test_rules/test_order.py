"""A course that builds on another comes after it."""

from __future__ import annotations

from placement_solver.problem import RequestId
from tests.solver.small import breaches, broken_by, placed, problem, request

FIRST, SECOND = RequestId("anna-1"), RequestId("anna-2")
CHAIN = problem(
    requests=(
        request("anna-1"),
        request("anna-2", after=(FIRST,)),
        request("anna-3", weeks=1, after=(SECOND,)),
    )
)


def test_the_later_course_begins_when_the_earlier_has_ended() -> None:
    assert not broken_by("order", CHAIN, placed("anna-2", start=2), placed("anna-1", start=0))


def test_the_later_course_does_not_begin_before_that() -> None:
    (breach,) = breaches("order", CHAIN, placed("anna-1", start=1), placed("anna-2", start=2))
    assert breach.requests == ("anna-1", "anna-2")
    assert breach.words.sv == "anna-2: börjar innan anna-1 är slut"
    assert breach.words.en == "anna-2: begins before anna-1 has ended"


def test_the_later_course_does_not_come_first_though_they_share_no_week() -> None:
    assert broken_by("order", CHAIN, placed("anna-1", start=3), placed("anna-2", start=0)) == [(FIRST, SECOND)]


def test_an_earlier_course_without_a_place_is_no_hindrance() -> None:
    assert not broken_by("order", CHAIN, placed("anna-2", start=0))


def test_a_course_in_between_without_a_place_does_not_hand_the_order_on() -> None:
    assert not broken_by("order", CHAIN, placed("anna-1", start=3), placed("anna-3", start=0))
