"""Work in a thread of its own, beside the search; what it raises is raised where the search waits for it."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Beside:
    """Some work that has begun beside the search.

    The thread is a daemon: where HiGHS does not hear a stop at once, the process may end without it.
    """

    def __init__(self, work: Callable[[], None], *, name: str) -> None:
        """Begin."""
        self._ended: Future[None] = Future()
        self._work = work
        Thread(target=self._run, name=name, daemon=True).start()

    def has_ended(self, seconds: float) -> bool:
        """Tell whether it has ended, after waiting for at most some seconds; raise what ended it, if anything did."""
        try:
            self._ended.result(seconds)
        except TimeoutError:
            return False
        return True

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 (whoever waits gets it, MemoryError included)
            self._ended.set_exception(error)
        else:
            self._ended.set_result(None)
