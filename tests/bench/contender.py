"""One contender plans one problem, in a process of its own: ``python -m tests.bench.contender`` with a `Task` as JSON.

All contenders but Timefold's compute with the same options, costs and scarce cells, which the market provides: a peer
starts where its own modeller would have arrived, with nothing left to filter.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

from placement_solver.columns import Columns
from placement_solver.documents import read_problem, write_plan
from placement_solver.search.clock import Clock
from placement_solver.search.draft import NONE, Draft
from placement_solver.search.engines import by_cp_sat, by_highs
from placement_solver.search.exact import apply, decide
from placement_solver.search.options import open_market
from placement_solver.search.settings import USUAL, with_changes
from placement_solver.search.teams import Teams
from placement_solver.solve import solve
from tests.bench.timefold_task import carry_out, describe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from placement_solver.plan import Placement
    from placement_solver.problem import Problem
    from placement_solver.progress import Progress
    from placement_solver.search.engines import Engine
    from placement_solver.search.settings import SearchSettings

SHARE_TO_ANSWER = 0.9
"""Share of its time that a peer's engine gets; reading its answer and building the plan take the rest."""
GRACE_SECONDS = 30.0
CHANGES = "PLACEMENT_BENCH_CHANGES"
"""The environment variable with the changed settings of the search, as `with_changes` reads them."""
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Task:
    """A contender's task: the files of problem and answer, the start (monotonic clock), the seconds, and the seed."""

    contender: str
    problem: str
    answer: str
    began: float
    seconds: float
    seed: int

    @property
    def remaining(self) -> float:
        """Seconds left, at least one."""
        return max(1.0, self.began + self.seconds - time.monotonic())


@dataclass(frozen=True, slots=True)
class Answer:
    """A contender's answer: placements, a bound if it proves one, and the curve of its progress if it reports one."""

    placements: list[Placement]
    bound: int | None = None
    curve: tuple[tuple[float, int, int, int], ...] = ()
    """Seconds since the process began, objective, bound, unplaced: one entry for each change."""


def settings_to_measure() -> SearchSettings:
    """Return the usual settings with the changes that the benchmark was started with."""
    return with_changes(USUAL, os.environ.get(CHANGES, "").split())


def plan(problem: Problem, task: Task) -> Answer:
    """Plan with Placement's own solver, and write the plan document as its command does."""
    curve: list[tuple[float, int, int, int]] = []

    def note(progress: Progress) -> None:
        line = (progress.objective, progress.bound, progress.unplaced)
        if not curve or curve[-1][1:] != line:
            curve.append((round(time.monotonic() - task.began, 2), *line))

    found = solve(
        problem,
        time_limit=task.remaining,
        seed=task.seed,
        workers=WORKERS,
        on_progress=note,
        settings=settings_to_measure(),
    )
    Path(task.answer).with_suffix(".plan.json").write_text(write_plan(found), encoding="utf-8")
    return Answer(list(found.placements), found.bound, tuple(curve))


def first_come(problem: Problem, _: Task) -> Answer:
    """Give each request in turn, as the document lists them, the cheapest place that still has room."""
    draft = _open(problem)
    _serve(draft, range(len(problem.requests)))
    return Answer(list(draft.placements()))


def random_order(problem: Problem, task: Task) -> Answer:
    """Give each request, in an order drawn by lot, the cheapest place that still has room."""
    order = list(range(len(problem.requests)))
    Random(task.seed).shuffle(order)
    draft = _open(problem)
    _serve(draft, order)
    return Answer(list(draft.placements()))


def cp_sat(problem: Problem, task: Task) -> Answer:
    """Decide the whole problem as one CP-SAT model, started from the plan of first come, first served."""
    draft = _open(problem)
    _serve(draft, range(len(problem.requests)))
    clock = Clock(task.remaining)
    return _decided(draft, partial(by_cp_sat, clock=clock, seconds=clock.remaining, workers=WORKERS, seed=task.seed))


def highs(problem: Problem, task: Task) -> Answer:
    """Decide the whole problem as one mixed-integer program by HiGHS."""
    draft = _open(problem)

    def engine(model: Any) -> Any:  # noqa: ANN401  (the model and what is found are the engine's)
        seconds = SHARE_TO_ANSWER * task.remaining
        return by_highs(model, clock=Clock(task.remaining + GRACE_SECONDS), seconds=seconds)

    return _decided(draft, engine)


def timefold(problem: Problem, task: Task) -> Answer:
    """Let Timefold's local search choose an option and a team for each request, under the same rules and costs."""
    draft = _open(problem)
    described = Path(task.answer).with_suffix(".task.json")
    described.write_text(json.dumps(describe(draft)), encoding="utf-8")
    script = Path(__file__).with_name("timefold_model.py")
    told = Path(task.answer).with_suffix(".told.json")
    interpreter = os.environ["PLACEMENT_BENCH_TIMEFOLD"]
    limit = SHARE_TO_ANSWER * task.remaining
    subprocess.run([interpreter, script, described, told, str(limit)], check=True, stdout=subprocess.DEVNULL)
    carry_out(draft, json.loads(told.read_text(encoding="utf-8")))
    return Answer(list(draft.placements()))


CONTENDERS: dict[str, Callable[[Problem, Task], Answer]] = {
    "placement": plan,
    "cp-sat": cp_sat,
    "highs": highs,
    "timefold": timefold,
    "first-come": first_come,
    "random": random_order,
}


def _open(problem: Problem) -> Draft:
    columns = Columns(problem)
    return Draft(open_market(columns), Teams(columns))


def _serve(draft: Draft, order: Iterable[int]) -> None:
    """Serve requests one after another; a request that finds no room worth its cost stays unplaced."""
    market = draft.market
    for request in order:
        rows = np.arange(market.first[request], market.first[request + 1])
        draft.place_cheapest(request, draft.cost_of_adding(rows), 0)


def _decided(draft: Draft, engine: Engine) -> Answer:
    """Decide all requests with all their options at once."""
    everyone = np.arange(len(draft.row))
    answer = decide(draft, everyone, np.arange(len(draft.market.cost)), engine)
    if answer.rows is None and (draft.row == NONE).all():
        message = "no plan found"
        raise SystemExit(message)
    apply(draft, everyone, answer)
    return Answer(list(draft.placements()), answer.bound)


def main(task: Task) -> None:
    """Read the problem, plan it and write the answer."""
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:WORKERS]))
    problem = read_problem(Path(task.problem).read_bytes())
    answer = CONTENDERS[task.contender](problem, task)
    Path(task.answer).write_text(json.dumps(asdict(answer)), encoding="utf-8")


if __name__ == "__main__":
    main(Task(**json.loads(sys.argv[1])))
