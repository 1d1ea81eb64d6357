"""Advice: what would give a request a placement, asked of a child process (`advising`) that has only so much time."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from placement.errors import NotFoundError, UnavailableError
from placement.running.child import OutOfMemoryError
from placement.running.questions import MODULE, Order, read_answer
from placement_solver.processes import ChildProcess, how_it_ended

OVERHEAD_SECONDS = 30.0
"""At most this many seconds may be spent on everything besides the search for students who could move."""

_desk = threading.BoundedSemaphore(1)
"""One question is worked on at a time in a process: there are few processors, and runs need them."""


class AdviceLostError(RuntimeError):
    """The process that worked on a question died: a fault of ours, never of the question."""

    def __init__(self, how: str, last_words: str) -> None:
        """Say how it ended, and what it last wrote to stderr."""
        super().__init__(f"the process that worked on a question ended with {how}. {last_words}".strip())


@dataclass(frozen=True, slots=True)
class Question:
    """A request of a plan, and how many seconds to search for students who could move to make room.

    ``problem`` and ``plan`` are documents. ``memory_mb`` limits the child process, in MiB.
    """

    problem: str
    plan: str
    request: str
    seconds: float
    memory_mb: int | None = None

    def answer(self) -> dict[str, Any]:
        """Return why the request stands as it does and, where it has no placement, what would give it one.

        Raises `UnavailableError` where another question is being worked on, or time or memory ran out, and
        `NotFoundError` where the problem has no such request.
        """
        if not _desk.acquire(blocking=False):
            raise UnavailableError(
                sv="En annan fråga besvaras just nu. Försök igen om en stund.",
                en="Another question is being answered. Retry in a moment.",
            )
        try:
            answer = self._ask()
        finally:
            _desk.release()
        if not answer:
            raise NotFoundError(self.request)
        return answer

    def _ask(self) -> dict[str, Any]:
        """Ask the child process; its answer is empty where the problem has no such request."""
        heard: list[bytes] = []
        order = Order(self.problem, self.plan, (self.request,), self.seconds, memory_mb=self.memory_mb)
        with ChildProcess(MODULE, (order.written(),), heard.append) as child:
            if not child.ended_within(self.seconds + OVERHEAD_SECONDS):
                raise UnavailableError(
                    sv="Svaret tog för lång tid och avbröts.", en="The answer took too long and was given up."
                )
            status = child.status()
            if child.ran_out_of_memory(limited=self.memory_mb is not None):
                out = OutOfMemoryError(self.memory_mb)
                raise UnavailableError(sv=out.sv, en=out.en)
            if status != 0:
                raise AdviceLostError(how_it_ended(status), child.last_words())
        return read_answer(heard[-1]).answer
