"""Background: a task that works turn by turn in its own thread until it is stopped; a failed turn does not end it."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod

from placement.errors import UnavailableError

POLL_SECONDS = 1.0
"""Pause after a turn that found nothing to do, or that failed."""

_log = logging.getLogger(__name__)


class BackgroundTask(ABC):
    """Does its work turn by turn; a long turn watches ``_stopping``, which is set when it should end."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name=name)

    @abstractmethod
    def _turn(self) -> bool:
        """Do one piece of work; return whether there was any."""

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Start no more turns, and wait until the current one has ended."""
        self._stopping.set()
        self._thread.join()

    def _work(self) -> None:
        _log.info("the %s is ready", self._name)
        while not self._stopping.is_set():
            try:
                if not self._turn():
                    self._stopping.wait(POLL_SECONDS)
            except UnavailableError as error:
                _log.warning("the %s waits: %s", self._name, error)
                self._stopping.wait(POLL_SECONDS)
            except Exception:  # noqa: BLE001  a failed turn must not end the task
                _log.exception("the %s waits", self._name)
                self._stopping.wait(POLL_SECONDS)
