"""Work in a thread of its own, beside the search; what it raises is raised where the search waits for it."""

from __future__ import annotations

import os
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread, get_native_id
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_FAREWELL_SECONDS = 0.1
"""A thread that has not ended so long after the search is left to itself."""
LOWEST_PRIORITY = 19


def lower_priority(thread: int, nice: int) -> None:
    """Give a thread of this process a lower priority, where threads have one of their own (Linux) and it still runs."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, thread, nice)


class Beside:
    """Some work that has begun beside the search.

    The thread is a daemon: where HiGHS does not hear a stop at once, the process may end without it.
    """

    def __init__(self, work: Callable[[], None], *, name: str, nice: int = 0) -> None:
        """Begin, at a lower priority if ``nice`` is not 0."""
        self._ended: Future[None] = Future()
        self._work, self._nice = work, nice
        self._thread: int | None = None
        Thread(target=self._run, name=name, daemon=True).start()

    def has_ended(self, seconds: float | None) -> bool:
        """Tell whether it has ended, after waiting for at most some seconds; raise what ended it, if anything did.

        None waits for as long as it takes.
        """
        try:
            self._ended.result(seconds)
        except TimeoutError:
            return False
        return True

    def leave(self, seconds: float = _FAREWELL_SECONDS) -> bool:
        """Wait a moment for its end, and leave it to itself if it has not come; raise what ended it, if anything.

        It then has the lowest priority, so that it does not hold up those who explain the plan. Returns whether it has
        ended.
        """
        ended = self.has_ended(seconds)
        if not ended and self._thread is not None:
            lower_priority(self._thread, LOWEST_PRIORITY)
        return ended

    def _run(self) -> None:
        self._thread = get_native_id()
        try:
            if self._nice:
                lower_priority(self._thread, self._nice)
            self._work()
        except BaseException as error:  # noqa: BLE001 (whoever waits gets it, MemoryError included)
            self._ended.set_exception(error)
        else:
            self._ended.set_result(None)


class Standby:
    """A thread that begins at once and does one piece of work after another, as they come.

    A thread that has to begin while memory runs out may never run, and whoever begins it then waits for ever.
    """

    def __init__(self, name: str) -> None:
        """Begin to wait for work."""
        self._box: SimpleQueue[tuple[Callable[[], object], Future[object]] | None] = SimpleQueue()
        self._thread: int | None = None
        Thread(target=self._run, name=name, daemon=True).start()

    def do(self, work: Callable[[], T]) -> Future[T]:
        """Take some work; return what it comes to, once it has ended."""
        answer: Future[T] = Future()
        self._box.put((work, cast("Future[object]", answer)))
        return answer

    def leave(self) -> None:
        """Leave the thread to its work, at the lowest priority; without any it ends."""
        self._box.put(None)
        if self._thread is not None:
            lower_priority(self._thread, LOWEST_PRIORITY)

    def _run(self) -> None:
        self._thread = get_native_id()
        while (given := self._box.get()) is not None:
            work, answer = given
            try:
                answer.set_result(work())
            except BaseException as error:  # noqa: BLE001 (whoever waits gets it, MemoryError included)
                answer.set_exception(error)
