"""Independent parts of a term solved side by side, each in a process of its own (`child`)."""

from __future__ import annotations

import pickle
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from placement_solver.faults import InvalidProblem
from placement_solver.processes import ChildProcess, how_it_ended
from placement_solver.progress import Progress, gap_between

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placement_solver.plan import Placement
    from placement_solver.problem import Problem
    from placement_solver.progress import Listener, Phase
    from placement_solver.search.clock import Clock
    from placement_solver.search.settings import SearchSettings

PartOrder = tuple["Problem", float, int, int, "SearchSettings"]
"""The part, its seconds, the seed, the number of workers, and the settings."""
LOOK_SECONDS = 0.2
"""The parent looks at its children, and a child tells how far it has come, at most once in this time."""


class PartLostError(RuntimeError):
    """A process that solved a part of the term ended without an answer."""

    def __init__(self, status: int, last_words: str) -> None:
        """Say how it ended, and what it last wrote to stderr."""
        how = how_it_ended(status)
        super().__init__(f"the process that solved a part of the term ended with {how}. {last_words}".strip())


@dataclass(frozen=True)
class Share:
    """A part's share of the plan of the whole, and the bound on what any plan of the part costs."""

    placements: tuple[Placement, ...]
    bound: int


def solve_apart(
    parts: Sequence[Problem],
    clock: Clock,
    listener: Listener,
    settings: SearchSettings,
    *,
    seed: int,
    workers: int,
) -> list[Share]:
    """Solve the parts of a problem, as many at a time as there are workers; the time is shared out by their sizes.

    Raises what a part meets: `InvalidProblem` where its pins cannot all be supervised, `MemoryError` where memory does
    not suffice for it.
    """
    with ExitStack() as block:
        return _take_turns(parts, block, clock, listener, settings, seed=seed, workers=workers)


def _take_turns(
    parts: Sequence[Problem],
    block: ExitStack,
    clock: Clock,
    listener: Listener,
    settings: SearchSettings,
    *,
    seed: int,
    workers: int,
) -> list[Share]:
    """Give every part its turn; every child ends with the block at the latest."""
    waiting = list(range(len(parts)))
    at_work: dict[int, _PartProcess] = {}
    done: dict[int, Share] = {}
    told = [_before_it_began(part) for part in parts]
    while len(done) < len(parts):
        while waiting and len(at_work) < workers:
            number = waiting.pop(0)
            weight = sum(len(parts[other].requests) + 1 for other in (number, *waiting))
            together = min(workers, 1 + len(waiting))
            seconds = clock.remaining * min(1.0, together * (len(parts[number].requests) + 1) / weight)
            order = (parts[number], seconds, seed, max(1, workers // together), settings)
            at_work[number] = _PartProcess(order)
            block.enter_context(at_work[number].child)
        if clock.interrupted:
            for process in at_work.values():
                process.child.stop()
        next(iter(at_work.values())).child.ended_within(LOOK_SECONDS)
        for number, process in list(at_work.items()):
            if process.progress is not None:
                told[number] = process.progress
            if process.child.ended_within(0):
                done[number] = at_work.pop(number).share()
                process.child.end()
        listener(_together(told, clock))
    return [done[number] for number in range(len(parts))]


def _before_it_began(part: Problem) -> Progress:
    """Return the progress of a part that has not begun: no request is placed."""
    unplaced = sum(part.weights.unplaced * request.priority for request in part.requests)
    return Progress("prices", unplaced, 0, 1.0, len(part.requests), 0.0)


def _together(told: Sequence[Progress], clock: Clock) -> Progress:
    """Add up the progress of the parts."""
    objective, bound = sum(each.objective for each in told), sum(each.bound for each in told)
    phase: Phase = "search" if any(each.phase in ("search", "proof", "check") for each in told) else "prices"
    unplaced = sum(each.unplaced for each in told)
    return Progress(phase, objective, bound, gap_between(objective, bound), unplaced, clock.elapsed)


class _PartProcess:
    """One part at work in a process of its own."""

    def __init__(self, order: PartOrder) -> None:
        self.progress: Progress | None = None
        self._answer: object = None
        self.child = ChildProcess("placement_solver.parts.child", (pickle.dumps(order),), self._hear)

    def share(self) -> Share:
        """Return what the ended child found, or raise what it met."""
        status = self.child.status()
        if isinstance(self._answer, InvalidProblem):
            raise self._answer
        if self.child.ran_out_of_memory(limited=False):
            raise MemoryError
        if not isinstance(self._answer, Share):
            raise PartLostError(status, self.child.last_words())
        return self._answer

    def _hear(self, message: bytes) -> None:
        """Keep the latest progress, or the answer."""
        told = pickle.loads(message)  # noqa: S301  (from our own child)
        if isinstance(told, Progress):
            self.progress = told
        else:
            self._answer = told
