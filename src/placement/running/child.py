"""The parent's side of a solve in a child process: start it, follow it, stop it, and take what it solved."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import IO, Self, cast

from placement.errors import PlacementError
from placement.running.orders import EXHAUSTED, STOP, STOPPED, SolveOrder
from placement_solver.faults import Fault, InvalidProblem
from placement_solver.progress import Progress
from placement_solver.words import Words

GRACE_SECONDS = 60.0
"""How much longer than its time limit a child may take, to start and to check its plan."""

_TAIL = 2_000
_FATAL = {signal.SIGABRT, signal.SIGBUS, signal.SIGKILL, signal.SIGSEGV}
"""What a library that got no memory dies of, and what the system sends who takes too much."""


class NoPlanError(PlacementError):
    """A run ended without a plan, and why."""

    code = "no-plan"


class OutOfMemoryError(NoPlanError):
    """A run ended without a plan because memory ran out."""

    code = "out-of-memory"

    def __init__(self, memory_mb: int | None) -> None:
        """Say what there was, and what to do."""
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
        """Say that it was ended."""
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
    """What a solve gave: the documents of the plan and of its report, which is empty where none was ordered."""

    plan: str
    report: str


class SolverProcess:
    """One solve in a child process, which lives no longer than the ``with`` block."""

    def __init__(self, problem: bytes, order: SolveOrder) -> None:
        """Start the child, away from the terminal's signals, and hand it the problem."""
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed on exit)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "placement.running.solving"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
        )
        self._stdin = cast("IO[bytes]", self._process.stdin)
        self._stdout = cast("IO[bytes]", self._process.stdout)
        self._memory_mb = order.memory_mb
        self._progress: Progress | None = None
        self._solved: Solved | None = None
        self._faults: tuple[Fault, ...] | None = None
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._send(json.dumps(asdict(order)).encode() + b"\n" + problem)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the child, whatever it does."""
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for stream in (self._stdin, self._stdout, self._errors):
            with suppress(BrokenPipeError):  # what the dead child did not read
                stream.close()

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    @property
    def progress(self) -> Progress | None:
        """The last thing it told, if anything yet."""
        return self._progress

    def stop(self) -> None:
        """Ask it to end soon with the best plan so far; where there is none yet, `plan` raises `StoppedError`."""
        self._send(STOP)

    def ended_within(self, seconds: float) -> bool:
        """Wait for its end at most so long, and tell whether it came."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def plan(self) -> str:
        """Return the plan document of a child that has ended.

        Raises `InvalidProblem` with what the child found wrong with the problem, `OutOfMemoryError` where its memory
        ran out, `StoppedError` where it was stopped too soon, `NoPlanError` where it died of something else.
        """
        return self._ended().plan

    def report(self) -> str:
        """Return the report document of a child that has ended; raises as `plan` does."""
        return self._ended().report

    def _ended(self) -> Solved:
        """Wait for its end, and return what it solved."""
        status = self._process.wait()
        self._listener.join()
        if self._faults is not None:
            raise InvalidProblem(self._faults)
        if status == 0 and self._solved is not None:
            return self._solved
        if status == STOPPED:
            raise StoppedError
        why = self._last_words()
        if status == EXHAUSTED or (self._memory_mb is not None and (-status in _FATAL or "memory" in why.lower())):
            raise OutOfMemoryError(self._memory_mb)
        how = f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"
        raise NoPlanError(
            sv=f"Lösarprocessen dog ({how}) utan någon plan. {why}".strip(),
            en=f"The solver process died ({how}) without a plan. {why}".strip(),
        )

    def _send(self, message: bytes) -> None:
        """Write to its stdin; that it may be dead is found out when its plan is asked for."""
        with suppress(BrokenPipeError):
            self._stdin.write(message)
            self._stdin.flush()

    def _listen(self) -> None:
        """Keep the latest progress and the plan; half a line is what a dying child leaves."""
        for line in self._stdout:
            if line.endswith(b"\n"):
                message = json.loads(line)
                if "plan" in message:
                    self._solved = Solved(message["plan"], message["report"])
                if "faults" in message:
                    told = message["faults"]
                    self._faults = tuple(Fault(pointer, Words(sv, en)) for pointer, sv, en in told)
                if "progress" in message:
                    self._progress = Progress(**message["progress"])

    def _last_words(self) -> str:
        """Return the last line it wrote to stderr."""
        size = self._errors.seek(0, 2)
        self._errors.seek(max(0, size - _TAIL))
        lines = self._errors.read().decode(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")
