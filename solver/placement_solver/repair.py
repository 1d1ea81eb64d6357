"""Repairs a plan in force for the term as it is now: few requests move, and the rest stays exactly as it was.

The plan in force was made for a term that has changed since: a ward has closed, a supervisor has left, an agreement has
ended, students have come and gone. A repair is a plan of the changed problem like any other, judged by the same check.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from placement_solver.columns import Columns
from placement_solver.documents import fingerprint, problem_document
from placement_solver.naming import keep_names
from placement_solver.plan import Placement, Plan, Solver
from placement_solver.problem import Decision
from placement_solver.progress import Progress
from placement_solver.repair_report import FORMAT, Move, count_kinds, find_moves, move_document
from placement_solver.search.clock import Clock, StopSignal
from placement_solver.search.draft import NONE
from placement_solver.search.in_force import rows_in_force
from placement_solver.search.mending import ANY_PRICE, Mending
from placement_solver.search.obstacles import Holders
from placement_solver.search.options import open_market
from placement_solver.search.phases import Search
from placement_solver.search.settings import USUAL
from placement_solver.search.teams import Teams
from placement_solver.solve import NAME, make_plan
from placement_solver.wishes import COSTS
from placement_solver.wishes.change import Change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placement_solver.arrays import Ints
    from placement_solver.problem import Problem, RequestId
    from placement_solver.progress import Listener
    from placement_solver.search.draft import Draft
    from placement_solver.search.options import Market
    from placement_solver.search.settings import SearchSettings


@dataclass(frozen=True)
class Repair:
    """A repaired plan and what changed.

    ``in_force`` counts the placements in force whose requests are still asked for. No plan of the problem changes fewer
    than ``least`` of them. ``minimal`` means: it is proven that no plan which places as many requests changes fewer.
    """

    plan: Plan
    plan_in_force: str
    in_force: int
    least: int
    minimal: bool
    moves: tuple[Move, ...]

    @property
    def totals(self) -> dict[str, int]:
        """Count the placements in force, the changes of each kind, and the requests without a place."""
        kinds = count_kinds(self.moves)
        changed = kinds["displaced"] + kinds["moved"] + kinds["lost"]
        return {
            "in_force": self.in_force,
            "untouched": self.in_force - changed - kinds["supervisor"],
            **kinds,
            "unplaced": len(self.plan.unplaced),
            "changed": changed,
            "least_changed": self.least,
        }


def put_in_force(problem: Problem, plan: Plan) -> Problem:
    """Return a problem whose ``current`` is a plan, without what no longer exists."""
    told = replace(problem, current=_still_known(problem, plan.placements))
    return replace(told, sha256=fingerprint(problem_document(told)))


def repair(
    problem: Problem,
    plan: Plan | None = None,
    *,
    time_limit: float = 10.0,
    seed: int = 0,
    workers: int = 2,
    on_progress: Listener | None = None,
    stop: StopSignal | None = None,
    began: float | None = None,
    settings: SearchSettings = USUAL,
) -> Repair:
    """Repair the plan in force for the problem as it is now.

    If no plan is given, the problem's ``current`` is in force, and a request without a line there has been waiting.
    ``time_limit`` is in seconds, from ``began`` on as in `find_solution`. Until it, or ``stop``, ends the search, the
    repair goes on looking for plans that change as few placements and cost less, and raises the bound on all plans. It
    ends earlier if the plan is proven to be the best, or if neither turns up any more. The plan has passed the
    independent check (`BrokenPlanError`). ``on_progress`` is called from when there is a plan to keep. Raises
    `InvalidProblem` if the pins cannot all be supervised at once.
    """
    clock = Clock(time_limit, stop, began)
    in_force = plan.placements if plan is not None else _placements_in(problem)
    before = {placement.request: placement for placement in in_force}
    opened = replace(
        problem,
        current=_still_known(problem, in_force),
        weights=replace(problem.weights, unplaced=ANY_PRICE, change=0),
    )
    columns = Columns(opened)
    market = open_market(columns)
    tuning = settings.mending
    searching = clock.earlier(min(tuning.left_after * time_limit, tuning.ending * clock.elapsed))
    search = Search(market, Teams(columns), searching, on_progress or _ignore_progress, settings)
    waited = problem.request.keys() - before if plan is None else {line.request for line in plan.unplaced}
    waiting = np.array([request.id in waited for request in problem.requests], dtype=np.bool_)
    mending = Mending(
        search.best,
        waiting & (search.best.row == NONE),
        problem.weights.unplaced,
        clock=clock.earlier(tuning.left_after * time_limit),
        seed=seed,
        workers=workers,
        settings=tuning,
    )
    mending.run()
    _go_on(mending, search, _as_posed(market, problem), settings, seed=seed, workers=workers)
    ended_because, mended = searching.ended_because, mending.result()
    supervisors = {request: placement.supervisor for request, placement in before.items()}
    placements = keep_names(problem, mended.draft.placements(), supervisors, seconds=tuning.naming_seconds)
    solver = Solver(NAME, version("placement"), seed, workers, time_limit, round(clock.elapsed, 3))
    repaired = make_plan(problem, placements, search.bound, solver, ended_because)
    asked = sum(request in problem.request for request in before)
    return Repair(
        plan=repaired,
        plan_in_force=problem.sha256 if plan is None else plan.problem_sha256,
        in_force=asked,
        least=mended.least + asked - len(opened.current),
        minimal=mended.proven,
        moves=find_moves(problem, tuple(before.values()), placements, _find_whom_room_was_made_for(mended.draft)),
    )


def repair_document(repair: Repair) -> dict[str, Any]:
    """Return what changed, and why, as the document ``placement-moves/1``."""
    return {
        "format": FORMAT,
        "problem_sha256": repair.plan.problem_sha256,
        "plan_in_force_sha256": repair.plan_in_force,
        "totals": repair.totals,
        "proven_least": repair.minimal,
        "moves": [move_document(move) for move in repair.moves],
    }


def _placements_in(problem: Problem) -> tuple[Placement, ...]:
    """Return the problem's ``current`` as placements."""
    return tuple(Placement(line.request, line.unit, line.start, line.supervisor) for line in problem.current)


def _still_known(problem: Problem, in_force: Sequence[Placement]) -> tuple[Decision, ...]:
    """Return the placements whose requests and units still exist, without supervisors who do not."""
    lines = {
        placement.request: Decision(
            placement.request,
            placement.unit,
            placement.start,
            placement.supervisor if placement.supervisor in problem.supervisor else None,
        )
        for placement in in_force
        if placement.request in problem.request and placement.unit in problem.unit
    }
    return tuple(lines.values())


def _go_on(
    mending: Mending, search: Search, posed: Market, settings: SearchSettings, *, seed: int, workers: int
) -> None:
    """Use the time left: prove what is mended, look for something better in the same order, and prove that.

    The bound of the search is for all plans of the market as ``posed``, those that change more placements included.
    """
    search.follow(_over(posed, mending.draft))
    settled = search.price(share=1.0)
    enough = search.prove(settled, share=settings.mending.proof_share, seed=seed, workers=workers)
    if search.proven:
        return
    mended = mending.draft.objective
    mending.go_on(search.clock)
    if enough and mending.draft.objective == mended:
        return
    search.follow(_over(posed, mending.draft))
    search.prove(settled, share=1.0, seed=seed, workers=workers)


def _as_posed(market: Market, problem: Problem) -> Market:
    """Return a market opened for mending at the costs of the problem as it is."""
    columns = Columns(problem)
    change = Change().of_options(columns, market.options(np.arange(len(market.request))))
    unplaced: Ints = np.sum([wish.of_unplaced(columns) for wish in COSTS], axis=0)
    return replace(market, cost=market.cost + change, unplaced=unplaced)


def _over(market: Market, draft: Draft) -> Draft:
    """Return a copy of a draft over a market with the same options at other costs."""
    twin = draft.copy()
    twin.market = market
    return twin


def _find_whom_room_was_made_for(draft: Draft) -> dict[RequestId, Sequence[RequestId]]:
    """Return, for each request that could have stayed, the requests that have taken what it needed."""
    requests = draft.market.columns.problem.requests
    old = rows_in_force(draft.market)
    elsewhere = np.flatnonzero((old != NONE) & (draft.row != old))
    came = set(np.flatnonzero((draft.row != NONE) & (draft.row != old)).tolist())
    found: dict[RequestId, Sequence[RequestId]] = defaultdict(tuple)
    for request in elsewhere.tolist():
        without = draft.copy()
        without.release(request)
        holders, row = Holders(without), int(old[request])
        there = {who for those in holders.in_the_way(row) for who in those.tolist()}
        there.update(holders.own_in_the_way(request, row))
        found[requests[request].id] = tuple(requests[who].id for who in sorted(there & came))
    return found


def _ignore_progress(_: Progress) -> None:
    """Drop the progress that nobody asked for."""
