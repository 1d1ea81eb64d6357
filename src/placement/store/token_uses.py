"""Uses of tokens: in which hour a token was last used, and a line in the log when one is refused that once worked.

Both are noted in memory while a call is answered. A task of its own writes the hours, so that a reading stays a
reading: at most once an hour a token, many in one short transaction, and later if somebody else is writing just then.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy import Engine, or_, update
from sqlmodel import col

from placement.background import BackgroundTask
from placement.clock import now
from placement.database import open_brief_session
from placement.errors import UnavailableError
from placement.tables import ApiToken

KEEPER = "keeper of tokens' uses"
TOLD_EVERY_SECONDS = 600.0
MOST_TOLD = 10_000

_log = logging.getLogger(__name__)


class TokenUses:
    """What a process remembers of uses until it is written: the tokens used in a new hour, and refusals logged."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._used: set[str] = set()
        self._told: dict[str, float] = {}
        self._writing = threading.Lock()

    def note(self, token: ApiToken) -> None:
        """Remember that a token has been used, unless its row says so for this hour already."""
        if token.last_used_at is None or token.last_used_at < this_hour():
            self._used.add(token.id)

    def tell_refused(self, token_id: str, reason: str) -> None:
        """Log that a token with the right secret was refused, at most once in ten minutes for each token."""
        last, moment = self._told.get(token_id), self._clock()
        if last is not None and moment - last < TOLD_EVERY_SECONDS:
            return
        if len(self._told) >= MOST_TOLD:
            self._told.clear()
        self._told[token_id] = moment
        _log.warning("the token %s was refused: %s", token_id, reason)

    def write(self, engine: Engine) -> bool:
        """Write the hour of every use that waits; return False if the database is busy or away, and they wait on."""
        with self._writing:
            waiting = sorted(self._used)
            if not waiting:
                return True
            hour = this_hour()
            older = or_(col(ApiToken.last_used_at).is_(None), col(ApiToken.last_used_at) < hour)
            used = update(ApiToken).where(col(ApiToken.id).in_(waiting), older).values(last_used_at=hour)
            try:
                with open_brief_session(engine) as session:
                    session.connection().execute(used)
            except UnavailableError:
                return False
            self._used.difference_update(waiting)
            return True


class UseKeeper(BackgroundTask):
    """Writes the uses that a process remembers."""

    def __init__(self, uses: TokenUses, engine: Callable[[], Engine]) -> None:
        super().__init__(KEEPER)
        self._uses, self._engine = uses, engine

    def turn(self, _worker: str) -> bool:
        """Write those that wait."""
        self._uses.write(self._engine())
        return False  # the next uses are written after a pause, together


def this_hour() -> dt.datetime:
    """Return the beginning of the present hour."""
    return now().replace(minute=0, second=0, microsecond=0)
