"""The parent's side of a solve in a child process: start it, follow it, stop it, and take its plan."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import asdict
from types import TracebackType
from typing import IO, Self, cast

from placement.errors import PlacementError
from placement.orders import STOP, Order
from placement_solver.faults import Fault, InvalidProblem
from placement_solver.progress import Progress
from placement_solver.words import Words

_TAIL = 2_000


class NoPlanError(PlacementError):
    """A run ended without a plan, and why."""

    code = "no-plan"


class SolverProcess:
    """One solve in a child process, which lives no longer than the ``with`` block."""

    def __init__(self, problem: bytes, order: Order) -> None:
        """Start the child, away from the terminal's signals, and hand it the problem."""
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed on exit)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "placement.solving"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
        )
        self._stdin = cast("IO[bytes]", self._process.stdin)
        self._stdout = cast("IO[bytes]", self._process.stdout)
        self._memory_mb = order.memory_mb
        self._progress: Progress | None = None
        self._plan: str | None = None
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
        """Ask it to end soon with the best plan so far."""
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

        Raises `InvalidProblem` with what the child found wrong with the problem, `NoPlanError` where it died.
        """
        status = self._process.wait()
        self._listener.join()
        if self._faults is not None:
            raise InvalidProblem(self._faults)
        if status == 0 and self._plan is not None:
            return self._plan
        how = f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"
        room = self._memory_mb or "∞"
        why = self._last_words()
        raise NoPlanError(
            sv=f"Lösarprocessen dog ({how}, högst {room} MB minne) utan någon plan. {why}".strip(),
            en=f"The solver process died ({how}, at most {room} MB of memory) without a plan. {why}".strip(),
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
                self._plan = message.get("plan")
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
