"""No supervisor has too many students at a time."""

from __future__ import annotations

import numpy as np

from placement_solver.columns import NOBODY, SOMEBODY, Columns, Options
from placement_solver.problem import Supervision, SupervisorId, UnitId
from placement_solver.rules import SUPERVISOR_LOAD
from tests.solver.law import amounts
from tests.solver.small import breaches, broken_by, placed, problem, request, student, supervisor, taken


def test_a_supervisor_has_one_student_at_a_time() -> None:
    (breach,) = breaches("supervisor-load", problem(), placed(by="karin"), placed("bo-1", start=1, by="karin"))
    assert breach.requests == ("anna-1", "bo-1")
    assert breach.words.sv == "karin: fler än en student samtidigt (2026-W51)"
    assert breach.words.en == "karin: more than one student at a time (2026-W51)"


def test_a_supervisor_may_have_one_student_after_another() -> None:
    plan = placed(by="karin"), placed("bo-1", start=2, by="karin")
    assert not broken_by("supervisor-load", problem(), *plan)


def test_a_pair_may_learn_together_with_a_supervisor_who_takes_two() -> None:
    term = problem(supervisors=(supervisor(max_students=2),))
    assert not broken_by("supervisor-load", term, placed(by="karin"), placed("bo-1", by="karin"))


def test_students_without_a_named_supervisor_burden_nobody() -> None:
    assert not broken_by("supervisor-load", problem(), placed(), placed("bo-1"))


def test_a_named_supervisor_gives_one_place_in_each_week_of_a_stay() -> None:
    columns = Columns(problem())
    stays = Options(np.array([0, 1]), np.array([0, 0]), np.array([1, 0]), np.array([0, NOBODY]))
    uses = SUPERVISOR_LOAD.uses(columns, stays)
    assert amounts(uses, 2).sum(axis=1).tolist() == [2, 0], "two weeks with Karin; nobody is named for the other stay"
    assert set(uses.supply.tolist()) == {1}


def test_supervisors_not_yet_named_are_pooled_by_the_levels_asked() -> None:
    term = problem(
        requests=(
            request(supervision=Supervision(1.5)),
            request("bo-1", supervision=Supervision(7.5)),
            request("bo-2", supervision=Supervision(15.0)),
        ),
        supervisors=(supervisor(), supervisor("lars", credits=1.5, max_students=2, weeks=(0, 1))),
    )
    columns = Columns(term)
    assert columns.pools.level.tolist() == [1.5, 7.5, 15.0]
    rows = np.array([[0, 0, 0, SOMEBODY], [1, 0, 1, SOMEBODY], [1, 0, 0, 0], [0, 0, 2, 1], [0, 0, 0, NOBODY]])
    uses = SUPERVISOR_LOAD.pooled_uses(columns, Options(*rows.T))
    anybody, trained, teacher = uses.supply.reshape(3, 6).tolist()
    assert anybody == [3, 3, 1, 1, 1, 1], "Karin takes one all term, Lars two in the first weeks"
    assert trained == [1] * 6
    assert teacher == [0] * 6
    nothing = [0] * 6
    by_option = amounts(uses, 5).reshape(5, 3, 6).tolist()
    assert by_option[0] == [[1, 1, 0, 0, 0, 0], nothing, nothing]
    assert by_option[1] == [[0, 1, 1, 0, 0, 0], [0, 1, 1, 0, 0, 0], nothing]
    assert by_option[2] == [[1, 1, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0], nothing], "Karin herself"
    assert by_option[3] == [nothing] * 3, "Lars is not on duty then"
    assert by_option[4] == [nothing] * 3


def test_a_level_with_the_same_supervisors_as_the_one_below_has_no_pool_of_its_own() -> None:
    asking = (request(supervision=Supervision(1.5)), request("bo-1", supervision=Supervision(7.5)))
    assert Columns(problem(requests=asking)).pools.level.tolist() == [1.5]


def test_where_nobody_asks_or_nobody_supervises_there_are_no_pools() -> None:
    assert not len(Columns(problem()).pools.level)
    asking = (request(supervision=Supervision(1.5)),)
    assert not len(Columns(problem(requests=asking, supervisors=())).pools.level)


def test_a_price_on_supervisors_is_on_those_of_a_unit_and_profession_with_the_credits_asked() -> None:
    term = problem(
        students=(student(), student("bo"), student("cia", profession="midwife")),
        requests=(
            request(supervision=Supervision(1.5)),
            request("bo-1", supervision=Supervision(7.5)),
            request("cia-1", supervision=Supervision(7.5)),
        ),
        supervisors=(
            supervisor(),
            supervisor("lars", credits=1.5),
            supervisor("maj", profession="midwife"),
            supervisor("nils", unit=UnitId("home")),
        ),
    )
    lines = SUPERVISOR_LOAD.lines(Columns(term))
    assert [(line.id, line.unit, line.provider, line.professions, line.credits) for line in lines] == [
        ("ward", "ward", "region", ("nurse",), 1.5),
        ("ward", "ward", "region", ("nurse",), 7.5),
        ("ward", "ward", "region", ("midwife",), 7.5),
        ("home", "home", "nacka", ("nurse",), 1.5),
    ]


def test_a_supervisor_s_students_of_other_terms_count() -> None:
    with_karin = taken(supervisor=SupervisorId("karin"))
    term = problem(taken=(with_karin, taken("unsupervised")))
    (breach,) = breaches("supervisor-load", term, placed(start=2, by="karin"))
    assert breach.requests == ("anna-1",)
    assert breach.taken == (with_karin,)
    assert breach.words.sv == "karin: fler än en student samtidigt (2026-W52); upptaget av en annan termin (ST26)"
    assert breach.words.en == "karin: more than one student at a time (2026-W52); taken by the other term (ST26)"
    assert not broken_by("supervisor-load", term, placed(start=3, by="karin"))
    assert not broken_by("supervisor-load", term, placed(start=2))


def test_a_pool_has_the_room_that_other_terms_leave_its_supervisors() -> None:
    term = problem(
        requests=(request(supervision=Supervision(1.5)),),
        supervisors=(supervisor(weeks=(0, 1, 2)), supervisor("lars", max_students=2)),
        taken=(taken(supervisor=SupervisorId("lars")), taken("spring", supervisor=SupervisorId("karin"), last_week=5)),
    )
    assert Columns(term).pools.supply.tolist() == [[3, 1, 1, 2, 2, 2]]
