"""The parent's side of a solve in a child process: start it, follow it, stop it, and take what it solved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from placement.errors import PlacementError
from placement.running.orders import Outcome, SolveOrder, write_order
from placement_solver.faults import Fault, InvalidProblem
from placement_solver.processes import STOPPED, ChildProcess, how_it_ended
from placement_solver.progress import Listener, Progress
from placement_solver.words import Words

GRACE_SECONDS = 60.0
"""A child may take at most this much longer than its time limit, to start and to check its plan."""


class NoPlanError(PlacementError):
    """A run ended without a plan; the words say why."""

    code = "no-plan"


class OutOfMemoryError(NoPlanError):
    """A run ended without a plan because memory ran out."""

    code = "out-of-memory"

    def __init__(self, memory_mb: int | None) -> None:
        """Say how much memory there was, and what to do."""
        sv, en = (
            ("maskinen hade inte mer", "the machine had no more")
            if memory_mb is None
            else (f"lösaren fick ta högst {memory_mb} MiB", f"the solver was allowed {memory_mb} MiB")
        )
        super().__init__(
            sv=f"Minnet tog slut: {sv}. Tillåt mer (--memory-limit, för tjänsten PLACEMENT_RUN_MEMORY_MB) eller "
            "färre trådar (--workers).",
            en=f"Memory ran out: {en}. Allow more (--memory-limit, for the service PLACEMENT_RUN_MEMORY_MB) or "
            "fewer threads (--workers).",
        )


class OverrunError(NoPlanError):
    """A run ended without a plan because its process did not end in time."""

    def __init__(self) -> None:
        """Say that the process was ended."""
        super().__init__(
            sv="Lösarprocessen höll inte tiden och avslutades.",
            en="The solver process overran its time and was ended.",
        )


class StoppedError(NoPlanError):
    """A run ended without a plan because it was asked to stop before there was one."""

    code = "stopped"

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            sv="Stoppad innan det fanns någon plan att behålla.",
            en="Stopped before there was a plan to keep.",
        )


@dataclass(frozen=True, slots=True)
class Solved:
    """What a solve gave: the documents of the plan and its report, and by request which wishes are not met, and why.

    Where no report was ordered, there is none, and there are no wishes. ``outcome`` is in figures what it came to.
    """

    plan: str
    report: str
    unmet: Mapping[str, list[dict[str, Any]]]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Part:
    """An independent part of a problem, as a problem document, and how many requests it has."""

    problem: str
    requests: int


class SolverProcess:
    """One solve in a child process, which ends with the ``with`` block at the latest."""

    def __init__(
        self,
        problem: bytes,
        order: SolveOrder,
        on_progress: Listener | None = None,
        begin: Mapping[str, Any] | None = None,
    ) -> None:
        """Start the child and hand it the order, the problem document, and what it goes on from, if anything.

        ``begin`` is what an earlier child's ``so_far`` was. ``on_progress`` is told of each step forward, from a thread
        of its own.
        """
        self._on_progress = on_progress
        self._memory_mb = order.memory_mb
        self._progress: Progress | None = None
        self._solved: Solved | None = None
        self._faults: tuple[Fault, ...] | None = None
        self._so_far: Mapping[str, Any] | None = None
        self._parts: list[Part] = []
        messages = (write_order(order), problem, json.dumps(begin).encode())
        self._child = ChildProcess("placement.running.solving", messages, self._hear)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the child, whatever it does."""
        self._child.end()

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._child.pid

    @property
    def progress(self) -> Progress | None:
        """The latest progress that the child told, or None before the first."""
        return self._progress

    @property
    def so_far(self) -> Mapping[str, Any] | None:
        """The best plan that the child has handed out, as `write_so_far` writes it, or None before the first."""
        return self._so_far

    def parts(self) -> list[Part]:
        """Wait for the child's end and return the parts into which it split the problem; raises as `solved` does."""
        if self._child.status() == 0:
            return self._parts
        self.solved()
        return []

    def stop(self) -> None:
        """Ask it to end soon with the best plan so far; where there is none yet, `solved` raises `StoppedError`."""
        self._child.stop()

    def ended_within(self, seconds: float) -> bool:
        """Wait at most this many seconds for the child's end, and tell whether it came."""
        return self._child.ended_within(seconds)

    def solved(self) -> Solved:
        """Wait for the child's end and return what it solved.

        Raises `InvalidProblem` with what the child found wrong with the problem, `OutOfMemoryError` where its memory
        ran out, `StoppedError` where it was stopped too soon, and `NoPlanError` where it died of something else.
        """
        status = self._child.status()
        if self._faults is not None:
            raise InvalidProblem(self._faults)
        if status == 0 and self._solved is not None:
            return self._solved
        if status == STOPPED:
            raise StoppedError
        if self._child.ran_out_of_memory(limited=self._memory_mb is not None):
            raise OutOfMemoryError(self._memory_mb)
        how, why = how_it_ended(status), self._child.last_words()
        raise NoPlanError(
            sv=f"Lösarprocessen dog ({how}) utan någon plan. {why}".strip(),
            en=f"The solver process died ({how}) without a plan. {why}".strip(),
        )

    def _hear(self, message: bytes) -> None:
        """Keep what the child tells: the latest progress, the faults of the problem, or the plan with its report."""
        told = json.loads(message)
        if "plan" in told:
            self._solved = Solved(told["plan"], told["report"], told["unmet"], Outcome(**told["outcome"]))
        if "faults" in told:
            self._faults = tuple(Fault(pointer, Words(sv, en)) for pointer, sv, en in told["faults"])
        if "part" in told:
            self._parts.append(Part(told["part"], told["requests"]))
        if "so_far" in told:
            self._so_far = told["so_far"]
        if "progress" in told:
            self._progress = Progress(**told["progress"])
            if self._on_progress is not None:
                self._on_progress(self._progress)
