"""One part of a term, solved in a process of its own.

``python -m placement_solver.parts.child`` is started by `parallel`. Its order is one message, a pickled
`PartOrder`. It answers with pickled progress, now and then and at last with its share of the plan,
or with `InvalidProblem`. Told to stop, it ends with the best plan it has.
"""

from __future__ import annotations

import pickle
from time import monotonic

from placement_solver.columns import Columns
from placement_solver.faults import InvalidProblem
from placement_solver.parts.parallel import LOOK_SECONDS
from placement_solver.processes import Parent, share_memory, work_and_end
from placement_solver.progress import Progress, Relay, SoFar
from placement_solver.search.clock import Clock, StopSignal
from placement_solver.search.options import open_market
from placement_solver.search.phases import Search
from placement_solver.search.teams import Teams


def main() -> None:
    """Solve the one part that the parent sends."""
    parent = Parent()
    work_and_end(lambda: _solve(parent))


def _solve(parent: Parent) -> None:
    """Search for the best plan of the part, and answer with its share of the plan of the whole."""
    part, seconds, seed, workers, together, settings, begin = pickle.loads(parent.order())  # noqa: S301  (our parent's)
    share_memory(together)
    stop = StopSignal()
    parent.heed(stop.set)
    clock = Clock(seconds, stop)
    last_told = [0.0]

    def tell(progress: Progress) -> None:
        if monotonic() - last_told[0] > LOOK_SECONDS:
            last_told[0] = monotonic()
            parent.answer(pickle.dumps(progress))

    def answer(told: SoFar | InvalidProblem) -> None:
        parent.answer(pickle.dumps(told))

    try:
        columns = Columns(part)
        search = Search(open_market(columns), Teams(columns), clock, tell, settings, Relay(begin, answer))
        search.run(seed=seed, workers=workers)
    except InvalidProblem as error:
        answer(error)
    else:
        last_told[0] = 0.0
        search.tell("search")
        answer(search.so_far())


if __name__ == "__main__":
    main()
