"""Families made from one term: scarcer, more plentiful, coupled, supervised, at sites, joined."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from placement_solver.columns import Columns
from placement_solver.documents import problem_document, problem_of
from placement_solver.problem import InstitutionId, Supervision, UnitId
from placement_solver.solve import solve
from tests.bench.families import join, keep_sites, loosen, pair_up, student_weeks, supervise_all, tighten
from tests.solver.small import agreement, capacity, problem, request, student, supervisor, unit

if TYPE_CHECKING:
    from placement_solver.problem import Problem


def crowd(count: int) -> Problem:
    """Make a term of ``count`` students, each with one request of two weeks, and four places a week."""
    names = [f"s{number}" for number in range(count)]
    return problem(
        students=tuple(student(name, lon=18.0 + number / 1000) for number, name in enumerate(names)),
        requests=tuple(request(f"{name}-1") for name in names),
        capacities=(capacity(places=3), capacity("more", unit=UnitId("home"), places=(1, 0, 1, 1, 1, 1))),
    )


def test_places_inside_another_offer_are_not_offered_twice() -> None:
    kept = capacity("kept", institutions=(InstitutionId("ki"),), places=1)
    assert student_weeks(problem(capacities=(capacity(), kept))) == (4, 12)


def test_a_tightened_term_offers_less_than_it_is_asked_for_by_less_than_a_place() -> None:
    asked, offered = student_weeks(tighten(crowd(10), 0.95, seed=1))
    assert (asked, offered < 0.95 * asked, offered > 0.95 * asked - 6) == (20, True, True)


def test_a_place_is_closed_for_the_whole_term() -> None:
    tightened = tighten(crowd(5), 0.95, seed=1)
    assert {len(set(offer.places)) for offer in tightened.capacities if isinstance(offer.places, tuple)} <= {1, 2}
    assert max(tightened.capacities[0].places) <= 3 if isinstance(tightened.capacities[0].places, tuple) else False


def test_a_loosened_term_has_twice_as_much_of_everything_scarce() -> None:
    term = loosen(
        problem(
            units=(unit(max_students=3), *problem().units[1:]),
            capacities=(capacity(places=(1, 2, 3, 4, 5, 6)),),
            agreements=(agreement(max_student_weeks=7),),
        )
    )
    assert [each.max_students for each in term.units] == [6, None]
    assert term.capacities[0].places == (2, 4, 6, 8, 10, 12)
    assert (term.supervisors[0].max_students, term.agreements[0].max_student_weeks) == (2, 14)


def test_neighbours_become_one_student_until_enough_have_several_requests() -> None:
    coupled = pair_up(crowd(9), 0.5)
    several = [s for s in coupled.students if sum(r.student == s.id for r in coupled.requests) == 2]
    assert (len(several), len(coupled.students), len(coupled.requests)) == (3, 6, 9)


def test_courses_that_cannot_follow_each_other_are_not_given_to_one_student() -> None:
    term = problem(requests=(request(starts=(2,)), request("bo-1", starts=(2, 3))))
    assert pair_up(term, 1.0).students == term.students


def test_a_supervised_term_has_a_trained_supervisor_for_each_place() -> None:
    term = supervise_all(problem(supervisors=(supervisor(),)))
    assert [r.supervision for r in term.requests] == [Supervision(1.5), Supervision(1.5)]
    assert sum(known.max_students for known in term.supervisors) == 2


def test_professions_that_required_supervision_before_keep_their_supervisors() -> None:
    term = supervise_all(problem(requests=(request(supervision=Supervision(7.5)), request("bo-1"))))
    assert (term.requests[0].supervision, len(term.supervisors)) == (Supervision(7.5), 1)


def test_only_students_and_units_of_a_site_are_kept() -> None:
    away = unit("away", site="umea")
    term = keep_sites(
        problem(
            units=(*problem().units, away),
            capacities=(capacity(), capacity("there", unit=away.id)),
            students=(student(), student("bo", site="umea")),
            requests=(request(), request("bo-1", preferences=(UnitId("ward"), away.id))),
        )
    )
    assert [u.id for u in term.units] == ["away"]
    assert [(r.id, r.preferences) for r in term.requests] == [("bo-1", ("away",))]
    assert ([c.id for c in term.capacities], term.supervisors) == (["there"], ())


def test_joined_terms_cost_what_they_cost_apart() -> None:
    one = problem_of(problem_document(problem(students=(student(lat=59.2), student("bo", lon=18.7)))))
    other = replace(one, capacities=(capacity(places=0),))
    both = join([one, other])
    apart = [solve(term, time_limit=5, workers=1).objective for term in (one, other)]
    assert (len(both.units), len(both.requests)) == (4, 4)
    assert solve(both, time_limit=5, workers=1).objective == sum(apart)


def test_joined_terms_lie_apart_and_keep_their_distances() -> None:
    one = problem(students=(student(lat=59.2), student("bo", lon=18.7)))
    minutes = Columns(join([one, one])).minutes
    assert (minutes[:2, :2] == minutes[2:, 2:]).all()
    assert (minutes[:2, 2:] > minutes[:2, :2].max()).all()
