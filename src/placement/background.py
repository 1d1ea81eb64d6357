"""Duty: work done turn by turn in a thread of its own, until it is stopped, whatever goes wrong in a turn."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod

from placement.errors import UnavailableError

POLL_SECONDS = 1.0
"""So long is waited where there was nothing to do, or it could not be done."""

_log = logging.getLogger(__name__)


class Duty(ABC):
    """Does a turn of its work after another; ``_stopping`` tells a turn that lasts that it is to end."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name=name)

    @abstractmethod
    def _turn(self) -> bool:
        """Do one piece of work; tell whether there was any."""

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Begin no more turns, and wait for the end of the one under way."""
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
            except Exception:  # noqa: BLE001  it outlives whatever goes wrong
                _log.exception("the %s waits", self._name)
                self._stopping.wait(POLL_SECONDS)
