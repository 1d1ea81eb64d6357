"""One part of a term, solved in a process of its own.

``python -m placement_solver.parts.child`` reads from stdin how long its order is (one line) and the order, as `parallel` wrote
it, and answers on stdout with steps forward and at last with its share of the plan. A further line on stdin asks it to
end with what it has; when stdin closes its parent is gone and it ends at once.
"""

from __future__ import annotations

import os
import pickle
import threading
from io import FileIO
from time import monotonic
from typing import BinaryIO

from placement_solver.columns import Columns
from placement_solver.faults import InvalidProblem
from placement_solver.parts.parallel import LOOK, Share
from placement_solver.progress import Progress
from placement_solver.search.clock import Clock, StopSignal
from placement_solver.search.options import open_market
from placement_solver.search.phases import Search
from placement_solver.search.teams import Teams


def main() -> None:
    """Solve the one part that stdin brings."""
    orders, answers = FileIO(0), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library may print is no answer
    part, seconds, seed, workers = pickle.loads(_read(orders))  # noqa: S301  (from our own parent)
    stop = StopSignal()
    threading.Thread(target=_obey, args=(orders, stop), daemon=True).start()
    clock = Clock(seconds, stop)
    last = [0.0]

    def tell(progress: Progress) -> None:
        if monotonic() - last[0] > LOOK:
            last[0] = monotonic()
            _answer(answers, progress)

    try:
        columns = Columns(part)
        search = Search(open_market(columns), Teams(columns), clock, tell)
        search.run(seed=seed, workers=workers)
    except (InvalidProblem, MemoryError) as error:
        _answer(answers, error)
    else:
        last[0] = 0.0
        search.tell("search")
        _answer(answers, Share(search.best.placements(), min(search.bound, search.best.objective)))
    os._exit(0)  # without waiting for a thread that may still be at work


def _read(orders: FileIO) -> bytes:
    """Read the order; end where the parent does."""
    size, whole = int(orders.readline() or b"0"), bytearray()
    while len(whole) < size:
        more = orders.read(size - len(whole))
        if not more:
            break
        whole += more
    if not whole or len(whole) < size:
        os._exit(0)
    return bytes(whole)


def _answer(answers: BinaryIO, word: object) -> None:
    """Say one thing, at once."""
    pickle.dump(word, answers)
    answers.flush()


def _obey(orders: FileIO, stop: StopSignal) -> None:
    """Pass a wish to stop on; end when there is nobody left to answer."""
    if orders.readline():
        stop.set()
        orders.readall()
    os._exit(0)


if __name__ == "__main__":
    main()
