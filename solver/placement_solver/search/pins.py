"""The pins: what was decided beforehand is placed first, with supervisors chosen where it leaves them open."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.faults import Fault, InvalidProblem
from placement_solver.search.clock import Clock
from placement_solver.search.engines import by_cp_sat
from placement_solver.search.exact import decide
from placement_solver.taken import add_terms
from placement_solver.words import Words

if TYPE_CHECKING:
    from placement_solver.problem import Problem, Taken
    from placement_solver.search.draft import Draft


def place_pins(draft: Draft, seconds: float) -> None:
    """Place the pins in an empty draft, and choose the supervisors that they leave open.

    Raises `InvalidProblem` if they cannot all be supervised, and `TimeoutError` if that is not settled in time.
    """
    market = draft.market
    pinned = np.flatnonzero(market.must_place)
    if not len(pinned):
        return
    engine = partial(by_cp_sat, clock=Clock(seconds), seconds=seconds, workers=1, seed=0)
    answer = decide(draft, pinned, market.rows_of(pinned), engine)
    if answer.rows is None and not answer.proven:
        message = f"the supervisors of {len(pinned)} pins could not be settled in {seconds:.0f} seconds"
        raise TimeoutError(message)
    if answer.rows is None:
        words = Words(
            "Låsningarna kan inte alla få en handledare på en gång (supervisor-load)",
            "The pins cannot all have a supervisor at once (supervisor-load)",
        )
        raise InvalidProblem((Fault("/pins", add_terms(words, _taken_from_pins(market.columns.problem))),))
    for request, row, team in answer.rows:
        draft.take(request, row, team)


def _taken_from_pins(problem: Problem) -> tuple[Taken, ...]:
    """Return the placements of other terms with a supervisor at a pinned unit in a pinned week."""
    pinned = {
        (pin.unit, pin.start + week) for pin in problem.pins for week in range(problem.request[pin.request].weeks)
    }
    return tuple(
        each
        for each in problem.taken
        if each.supervisor is not None
        and any((problem.supervisor[each.supervisor].unit, week) in pinned for week in each.weeks)
    )
