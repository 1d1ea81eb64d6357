"""Background: work that is done turn by turn, either in a thread of its own or in a lane of the queue (`lanes`)."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from typing import ClassVar, Protocol

from sqlmodel import Session

from placement.errors import UnavailableError
from placement.worker_names import new_worker

POLL_SECONDS = 1.0
"""Pause after a turn that found nothing to do, or that failed."""

_log = logging.getLogger(__name__)


class Working(Protocol):
    """What works in the background from its start until it is stopped."""

    def start(self) -> None:
        """Begin to work."""

    def stop(self) -> None:
        """Start no more turns, and wait until the current ones have ended."""


class BackgroundTask(ABC):
    """Does its work turn by turn; a long turn watches ``_stopping``, which is set when it should end.

    ``lane`` names the lane that has its turns where there is a queue; without one, each process has turns of its own.
    A lane has ``at_once`` turns at the same time in each process, and a turn at the times of ``cron``, if it has any.
    """

    lane: ClassVar[str | None] = None
    cron: ClassVar[str | None] = None
    at_once: int = 1

    def __init__(self, name: str, pause: float | None = None) -> None:
        """Outside a lane there is no turn for ``pause`` seconds (`POLL_SECONDS`) after one that found nothing to do."""
        self._name = name
        self._pause = pause
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name=name)

    @abstractmethod
    def turn(self, worker: str) -> bool:
        """Do one piece of work under a worker's name; return whether there was any."""

    def pending(self, _session: Session) -> int:
        """Return how many pieces of work wait or are under way, for a lane to have so many turns."""
        return 0

    def tell(self, _session: Session, _number: int) -> None:  # noqa: B027  most kinds of work have nothing to tell
        """Say what this process's worker in the lane, to which the queue has given a number, can do."""

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Start no more turns, and wait until the current one has ended."""
        self.halt()
        self._thread.join()

    def halt(self) -> None:
        """Ask the current turns to end, and let none begin."""
        self._stopping.set()

    def take_turn(self, worker: str, pause: float | None = None) -> None:
        """Take one turn, and pause where there was nothing to do; a failure is logged, and the work goes on."""
        try:
            if self.turn(worker):
                return
        except UnavailableError as error:
            _log.warning("the %s waits: %s", self._name, error)
            pause = None
        except Exception:  # noqa: BLE001  a failed turn must not end the task
            _log.exception("the %s waits", self._name)
            pause = None
        self._stopping.wait(POLL_SECONDS if pause is None else pause)

    def _work(self) -> None:
        _log.info("the %s is ready", self._name)
        while not self._stopping.is_set():
            self.take_turn(new_worker(), self._pause)
