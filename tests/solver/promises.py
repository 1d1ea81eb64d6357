"""What `solve` promises of a drawn term, compared with computations that share no code with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from placement_solver.check import check_plan
from placement_solver.faults import InvalidProblem
from placement_solver.solve import solve
from tests.solver.drawn import drawn
from tests.solver.enumeration import best_objective
from tests.solver.one_model import find_optimum, find_value
from tests.solver.quick import QUICK
from tests.solver.wider import wider

if TYPE_CHECKING:
    from placement_solver.plan import Plan
    from placement_solver.problem import Problem

Draw = Callable[[int], "Problem"]
TINY, WIDER = 1_200, 800
"""How many terms of either kind the benchmark and the long form draw: 2,000 in all."""


def all_terms() -> list[tuple[Draw, int]]:
    """Return every term that the benchmark tries, as what draws it and its number."""
    return [*((drawn, number) for number in range(TINY)), *((wider, number) for number in range(WIDER))]


def find_broken_promises(draw: Draw, number: int, **limits: Any) -> list[str]:  # noqa: ANN401  (any of solve's)
    """Solve a drawn term and return every broken promise."""
    tiny = draw is drawn
    term = draw(number)
    optimum = find_optimum(term)
    broken = [f"brute force finds {best_objective(term)}, one model {optimum}"] if _differs(term, optimum, tiny) else []
    asked: dict[str, Any] = {"time_limit": 3600.0, "workers": 1, "settings": QUICK} | limits
    try:
        plan = solve(term, **asked)
    except InvalidProblem as invalid:
        fine = optimum is None and [fault.pointer for fault in invalid.faults] == ["/pins"]
        broken += [] if fine else [f"refused: {invalid}"]
    else:
        broken += _judge(term, plan, optimum)
    return [f"{'drawn' if tiny else 'wider'} {number}: {each}" for each in broken]


def _differs(term: Problem, optimum: int | None, tiny: bool) -> bool:  # noqa: FBT001  (only tiny ones are enumerated)
    return tiny and best_objective(term) != optimum


def _judge(term: Problem, plan: Plan, optimum: int | None) -> list[str]:
    """Judge a plan that should be proven optimal, because nothing stopped the search."""
    value = find_value(term, plan.placements)
    promises = {
        f"the check finds {[breach.words.en for breach in check_plan(term, plan)]}": not check_plan(term, plan),
        f"its objective is {plan.objective}, by the one model {value}": plan.objective == value,
        f"its bound {plan.bound} is above the optimum {optimum}": optimum is not None and plan.bound <= optimum,
        f"it is {plan.status} at {plan.objective}, the optimum is {optimum}": plan.status != "optimal"
        or plan.objective == optimum,
    }
    return [words for words, kept in promises.items() if not kept]
