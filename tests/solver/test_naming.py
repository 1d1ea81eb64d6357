"""After a repair as many placements as possible keep their supervisor."""

from __future__ import annotations

from dataclasses import replace

import pytest

from placement_solver import naming
from placement_solver.check import check
from placement_solver.naming import keep_names
from placement_solver.plan import Placement
from placement_solver.problem import Decision, Problem, RequestId, Supervision, SupervisorId
from placement_solver.search.engines import Found
from tests.solver.small import WARD, capacity, placed, problem, request, student, supervisor, taken, unit


def supervised(*weeks: tuple[int, int], staff: tuple[str, ...] = ("karin", "eva")) -> Problem:
    """A term in which r0, r1, … last from and for given weeks and ask for a supervisor at the ward."""
    return problem(
        capacities=(capacity(places=9),),
        students=tuple(student(f"s{i}") for i in range(len(weeks))),
        requests=tuple(
            replace(request(f"s{i}-r"), starts=(start,), weeks=length, supervision=Supervision(7.5))
            for i, (start, length) in enumerate(weeks)
        ),
        supervisors=tuple(supervisor(name) for name in staff),
    )


def names(problem: Problem, placements: tuple[Placement, ...], **before: str) -> list[str | None]:
    """Name placements anew and return who supervises each."""
    kept = keep_names(problem, placements, {RequestId(f"{who}-r"): SupervisorId(name) for who, name in before.items()})
    assert check(problem, kept) == ()
    assert [replace(placement, supervisor=None) for placement in kept] == [
        replace(placement, supervisor=None) for placement in placements
    ]
    return [placement.supervisor for placement in kept]


def test_a_student_keeps_the_supervisor_and_a_newcomer_gets_the_other() -> None:
    term = supervised((0, 2), (0, 2))
    mixed = (placed("s0-r", by="karin"), placed("s1-r", by="eva"))
    assert names(term, mixed, s0="eva") == ["eva", "karin"]


def test_a_name_is_given_up_only_so_that_every_placement_has_one() -> None:
    """Two who had Eva, in weeks apart, leave no supervisor free long enough for the newcomer of all four weeks."""
    term = supervised((0, 2), (2, 2), (0, 4))
    mixed = (placed("s0-r", by="karin"), placed("s1-r", start=2, by="karin"), placed("s2-r", by="eva"))
    assert names(term, mixed, s0="eva", s1="karin") in (["eva", "eva", "karin"], ["karin", "karin", "eva"])


def test_where_the_model_finds_nothing_in_its_time_the_names_stay_as_they_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(naming, "by_cp_sat", lambda *_, **__: Found(None, None, proven=False, effort=0.0))
    term = supervised((0, 2), (2, 2), (0, 4))
    mixed = (placed("s0-r", by="karin"), placed("s1-r", start=2, by="karin"), placed("s2-r", by="eva"))
    assert names(term, mixed, s0="eva", s1="karin") == ["karin", "karin", "eva"]


def test_a_name_that_is_pinned_stays() -> None:
    term = supervised((0, 2), (0, 2))
    term = replace(term, pins=(Decision(RequestId("s0-r"), WARD, 0, SupervisorId("karin")),))
    mixed = (placed("s0-r", by="karin"), placed("s1-r", by="eva"))
    assert names(term, mixed, s0="eva", s1="karin") == ["karin", "eva"]


def test_a_placement_that_needs_no_supervisor_keeps_the_one_it_had_if_there_is_room() -> None:
    term = supervised((0, 2), (0, 2), (0, 2))
    free = tuple(replace(each, supervision=None) for each in term.requests[1:])
    term = replace(term, requests=(term.requests[0], *free), units=(unit(), unit("annex")))
    mixed = (placed("s0-r", by="karin"), placed("s1-r"), placed("s2-r"))
    assert names(term, mixed, s0="karin", s1="eva", s2="eva") == ["karin", "eva", None]
    assert names(term, mixed, s0="karin", s1="gone") == ["karin", None, None]
    elsewhere = replace(term, supervisors=(*term.supervisors, supervisor("mia", unit=term.units[1].id)))
    assert names(elsewhere, mixed, s0="karin", s1="mia") == ["karin", None, None]


def test_a_name_is_not_given_back_in_a_week_that_another_term_has_taken() -> None:
    term = replace(supervised((0, 2), (2, 2)), taken=(taken(supervisor=SupervisorId("karin")),))
    mixed = (placed("s0-r", by="eva"), placed("s1-r", start=2, by="eva"))
    assert names(term, mixed, s0="karin", s1="karin") == ["eva", "eva"]


def test_a_supervisor_of_whom_other_terms_have_taken_more_than_all_gets_nobody() -> None:
    """No name can simply be kept, so a model chooses; Karin's room is then nothing and not less than nothing."""
    term = supervised((0, 2), (2, 2), (0, 4), staff=("karin", "eva", "lars"))
    both = tuple(taken(each, supervisor=SupervisorId("karin")) for each in ("summer", "spring"))
    mixed = (placed("s0-r", by="eva"), placed("s1-r", start=2, by="eva"), placed("s2-r", by="lars"))
    assert names(replace(term, taken=both), mixed, s0="lars") == ["lars", "lars", "eva"]
