"""Independent parts of a term solved side by side, each in a process of its own (`child`)."""

from __future__ import annotations

import pickle
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from placement_solver.check import objective_terms
from placement_solver.faults import InvalidProblem
from placement_solver.processes import ChildProcess, how_it_ended
from placement_solver.progress import ALONE, Progress, Relay, SoFar, gap_between

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from placement_solver.problem import Problem
    from placement_solver.progress import Listener, Phase
    from placement_solver.search.clock import Clock
    from placement_solver.search.settings import SearchSettings

PartOrder = tuple["Problem", float, int, int, int, "SearchSettings", SoFar | None]
"""The part, its seconds, the seed, the number of workers, how many parts are at work at once, the settings, and what it
goes on from."""
LOOK_SECONDS = 0.2
"""The parent looks at its children, and a child tells how far it has come, at most once in this time."""


class PartLostError(RuntimeError):
    """A process that solved a part of the term ended without an answer."""

    def __init__(self, status: int, last_words: str) -> None:
        """Say how it ended, and what it last wrote to stderr."""
        how = how_it_ended(status)
        super().__init__(f"the process that solved a part of the term ended with {how}. {last_words}".strip())


def solve_apart(
    parts: Sequence[Problem],
    clock: Clock,
    listener: Listener,
    settings: SearchSettings,
    *,
    seed: int,
    workers: int,
    relay: Relay = ALONE,
) -> list[SoFar]:
    """Solve the parts of a problem, as many at a time as there are workers; the time is shared out by their sizes.

    Parts at work at once share the memory that this process may take. The whole ends earlier where so many have no
    place that their reasons take longer than usual.
    Returns what each part came to. ``relay`` is of the whole: each part goes on from its share of the earlier plan, and
    what all have come to is handed on. Raises what a part meets: `InvalidProblem` where its pins cannot all be
    supervised, `MemoryError` where memory does not suffice for it.
    """
    with ExitStack() as block:
        before = [_before_it_began(part, relay.begin) for part in parts]
        return _take_turns(parts, before, block, clock, listener, settings, seed=seed, workers=workers, keep=relay.keep)


def _take_turns(
    parts: Sequence[Problem],
    before: Sequence[SoFar],
    block: ExitStack,
    clock: Clock,
    listener: Listener,
    settings: SearchSettings,
    *,
    seed: int,
    workers: int,
    keep: Callable[[SoFar], None] | None,
) -> list[SoFar]:
    """Give every part its turn; every child ends with the block at the latest."""
    own = replace(settings, phases=replace(settings.phases, reasons_each=0.0))
    waiting = list(range(len(parts)))
    at_work: dict[int, _PartProcess] = {}
    done: dict[int, SoFar] = {}
    shares, handed_out = list(before), list(before)
    told = [
        Progress("prices", each.objective, 0, 1.0, len(part.requests) - len(each.placements), 0.0)
        for part, each in zip(parts, before, strict=True)
    ]
    listener(_together(told, clock))
    while len(done) < len(parts):
        while waiting and len(at_work) < workers:
            number = waiting.pop(0)
            weight = sum(len(parts[other].requests) + 1 for other in (number, *waiting))
            together = min(workers, 1 + len(waiting))
            seconds = clock.remaining * min(1.0, together * (len(parts[number].requests) + 1) / weight)
            threads = max(1, workers // together)
            order = (parts[number], seconds, seed, threads, together, own, before[number])
            at_work[number] = _PartProcess(order)
            block.enter_context(at_work[number].child)
        if clock.is_over():
            for process in at_work.values():
                process.child.stop()
        next(iter(at_work.values())).child.ended_within(LOOK_SECONDS)
        for number, process in list(at_work.items()):
            if process.progress is not None:
                told[number] = process.progress
            shares[number] = process.so_far or shares[number]
            if process.child.ended_within(0):
                done[number] = shares[number] = at_work.pop(number).share()
                process.child.end()
        clock.leave(settings.phases.for_reasons(sum(told[number].unplaced for number in (*at_work, *done))))
        listener(_together(told, clock))
        if keep is not None and shares != handed_out:
            keep(_joined(shares))
            handed_out = list(shares)
    return [done[number] for number in range(len(parts))]


def _before_it_began(part: Problem, begin: SoFar | None) -> SoFar:
    """Return what a part has come to before it is searched: its share of an earlier plan, or no request placed."""
    known = () if begin is None else begin.placements
    placements = tuple(placement for placement in known if placement.request in part.request)
    return SoFar(sum(objective_terms(part, placements).values()), 0, placements)


def _joined(shares: Sequence[SoFar]) -> SoFar:
    """Put what the parts have come to together."""
    placements = tuple(placement for share in shares for placement in share.placements)
    return SoFar(sum(share.objective for share in shares), sum(share.bound for share in shares), placements)


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
        self.so_far: SoFar | None = None
        self._refused: InvalidProblem | None = None
        self.child = ChildProcess("placement_solver.parts.child", (pickle.dumps(order),), self._hear)

    def share(self) -> SoFar:
        """Return what the ended child found, or raise what it met."""
        status = self.child.status()
        if self._refused is not None:
            raise self._refused
        if self.child.ran_out_of_memory(limited=False):
            raise MemoryError
        if status != 0 or self.so_far is None:
            raise PartLostError(status, self.child.last_words())
        return self.so_far

    def _hear(self, message: bytes) -> None:
        """Keep the latest progress, and the latest share of the plan."""
        told = pickle.loads(message)  # noqa: S301  (from our own child)
        if isinstance(told, Progress):
            self.progress = told
        elif isinstance(told, SoFar):
            self.so_far = told
        else:
            self._refused = told
