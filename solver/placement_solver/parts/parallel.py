"""Independent parts of a term solved side by side, each in a process of its own (`part`)."""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

from placement_solver.progress import Progress, gap_between

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placement_solver.plan import Placement
    from placement_solver.problem import Problem
    from placement_solver.progress import Listener, Phase
    from placement_solver.search.clock import Clock

_STOP = b"stop\n"
LOOK = 0.2


class PartLostError(RuntimeError):
    """A process that solved a part died; ``status`` is how it ended, negative for the signal that ended it."""

    def __init__(self, status: int) -> None:
        """Tell how it ended."""
        super().__init__(f"the process that solved a part of the term ended with status {status}")
        self.status = status


@dataclass(frozen=True)
class Share:
    """A part's share of the plan of the whole, and the bound on what any plan of the part costs."""

    placements: tuple[Placement, ...]
    bound: int


def solve_apart(parts: Sequence[Problem], clock: Clock, listener: Listener, *, seed: int, workers: int) -> list[Share]:
    """Solve the parts of a problem, as many at a time as there are workers; the time is shared out by their sizes.

    Raises what a part meets: `InvalidProblem` where its pins cannot all be supervised, `MemoryError` where memory does
    not suffice for it.
    """
    at_work: dict[int, _Process] = {}
    try:
        return _take_turns(parts, at_work, clock, listener, seed=seed, workers=workers)
    finally:
        for process in at_work.values():
            process.end()


def _take_turns(
    parts: Sequence[Problem],
    at_work: dict[int, _Process],
    clock: Clock,
    listener: Listener,
    *,
    seed: int,
    workers: int,
) -> list[Share]:
    """Give every part its turn; ``at_work`` are those whose processes live."""
    waiting = list(range(len(parts)))
    done: dict[int, Share] = {}
    told = [_first_word(part) for part in parts]
    while len(done) < len(parts):
        while waiting and len(at_work) < workers:
            number = waiting.pop(0)
            weight = sum(len(parts[other].requests) + 1 for other in (number, *waiting))
            together = min(workers, 1 + len(waiting))
            seconds = clock.remaining * min(1.0, together * (len(parts[number].requests) + 1) / weight)
            at_work[number] = _Process(parts[number], seconds, seed, max(1, workers // together))
        if clock.interrupted:
            for process in at_work.values():
                process.stop()
        next(iter(at_work.values())).wait(LOOK)
        for number, process in list(at_work.items()):
            if process.progress is not None:
                told[number] = process.progress
            if process.ended:
                done[number] = process.share()
                at_work.pop(number).end()
        listener(_together(told, clock))
    return [done[number] for number in range(len(parts))]


def _first_word(part: Problem) -> Progress:
    """Tell of a part that has not begun: nobody is placed."""
    unplaced = sum(part.weights.unplaced * request.priority for request in part.requests)
    return Progress("prices", unplaced, 0, 1.0, len(part.requests), 0.0)


def _together(told: Sequence[Progress], clock: Clock) -> Progress:
    """Add up what the parts have told."""
    objective, bound = sum(each.objective for each in told), sum(each.bound for each in told)
    phase: Phase = "search" if any(each.phase in ("search", "proof", "check") for each in told) else "prices"
    unplaced = sum(each.unplaced for each in told)
    return Progress(phase, objective, bound, gap_between(objective, bound), unplaced, clock.elapsed)


class _Process:
    """One part at work in a process of its own."""

    def __init__(self, part: Problem, seconds: float, seed: int, workers: int) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-m", "placement_solver.parts.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self.progress: Progress | None = None
        self._answer: object = None
        self._stopped = False
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()
        order = pickle.dumps((part, seconds, seed, workers))
        self._send(f"{len(order)}\n".encode() + order)

    @property
    def ended(self) -> bool:
        """Whether it has said its last word."""
        return not self._listening.is_alive()

    def wait(self, seconds: float) -> None:
        """Wait so long, or until it ends."""
        self._listening.join(seconds)

    def stop(self) -> None:
        """Ask it, once, to end with what it has."""
        if not self._stopped:
            self._stopped = True
            self._send(_STOP)

    def share(self) -> Share:
        """Return what it found, or raise what it met."""
        status = self._child.wait()
        if isinstance(self._answer, Exception):
            raise self._answer
        if not isinstance(self._answer, Share):
            raise PartLostError(status)
        return self._answer

    def end(self) -> None:
        """End it, whatever it does."""
        self._child.kill()
        self._child.wait()
        self._listening.join()
        with suppress(BrokenPipeError):  # what the dead child did not read
            cast("BinaryIO", self._child.stdin).close()

    def _send(self, message: bytes) -> None:
        stdin = cast("BinaryIO", self._child.stdin)
        with suppress(BrokenPipeError):
            stdin.write(message)
            stdin.flush()

    def _listen(self) -> None:
        """Keep the latest word; half a word is what a dying process leaves."""
        stdout = cast("BinaryIO", self._child.stdout)
        with suppress(EOFError, pickle.UnpicklingError), stdout:
            while True:
                word = pickle.load(stdout)  # noqa: S301  (from our own child)
                if isinstance(word, Progress):
                    self.progress = word
                else:
                    self._answer = word
