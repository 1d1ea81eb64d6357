"""Audit heads: how far the audit trail has come, signed, is written to a folder and to the log every hour."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sqlalchemy import Engine

from placement.background import BackgroundTask
from placement.callers import SYSTEM
from placement.clock import now
from placement.database import read_session
from placement.keys import keys_of
from placement.settings import Settings
from placement.store.heads import Head, keep_head, log_head, make_head, newest_in

EVERY = dt.timedelta(hours=1)


class HeadKeeper(BackgroundTask):
    """Writes a head when the newest in the folder is an hour old; several processes may share the folder."""

    def __init__(self, engine: Engine, settings: Settings, folder: str) -> None:
        super().__init__("head keeper", EVERY.total_seconds() / 60)
        self._engine, self._settings = engine, settings
        self._folder = Path(folder)

    def turn(self, _worker: str) -> bool:
        """Look at the folder once."""
        self.keep()
        return False

    def keep(self) -> Head | None:
        """Write a head, unless the newest there is less than an hour old."""
        newest = newest_in(self._folder)
        if newest is not None and now() - newest < EVERY:
            return None
        with read_session(self._engine) as session:
            head = make_head(session, SYSTEM, keys_of(self._settings))
        keep_head(head, self._folder)
        log_head(head)
        return head
