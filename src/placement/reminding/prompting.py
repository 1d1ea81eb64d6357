"""Prompting: looks for reminders that are due again and again, beside the runner and the courier."""

from __future__ import annotations

from sqlalchemy import Engine

from placement.background import BackgroundTask
from placement.clock import today
from placement.database import open_session, read_session
from placement.lanes.jobs import Lane
from placement.reminding.sending import find_due, send_due
from placement.settings import Settings

EVERY_SECONDS = 600.0
"""The time between two looks. Dates come by the day; new offers and agreements are found within ten minutes."""


class Prompter(BackgroundTask):
    """Sends reminders when they are due; any number of processes may do so at the same time."""

    lane = Lane.REMINDERS
    cron = "*/10 * * * *"

    def __init__(self, engine: Engine, settings: Settings) -> None:
        super().__init__("prompter", EVERY_SECONDS)
        self._engine = engine
        self._mail = settings.mails

    def turn(self, _worker: str) -> bool:
        """Look once, and send what is due."""
        self.prompt()
        return False

    def prompt(self) -> int:
        """Send what is due, and return how many reminders that was; nobody waits for a writer if nothing is."""
        day = today()
        with read_session(self._engine) as session:
            if not find_due(session, day):
                return 0
        with open_session(self._engine) as session:
            return len(send_due(session, day, mail=self._mail))
