"""The adviser: works out, when no run needs the machine, what would help those whom a term's latest plan left unplaced.

One child process reads the plan once and answers for request after request (`advising`), with what time the processors
have left. Each answer is stored as it comes, so whatever dies loses at most the one at work.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from queue import Empty, SimpleQueue

from sqlalchemy import Engine
from sqlmodel import Session

from placement.background import BackgroundTask
from placement.database import open_session, read_session
from placement.lanes.jobs import Lane
from placement.planning.turns import is_waiting
from placement.running import remedy_claims
from placement.running.claims import LostClaimError
from placement.running.questions import MODULE, Answered, Order, read_answer
from placement.running.remedy_claims import Hold
from placement.running.signs import Signs
from placement.settings import Settings
from placement.tables import PlanDocument
from placement_solver.processes import ChildProcess, how_it_ended

LOOK_SECONDS = 5.0
"""The time between two looks for work."""
BEAT_SECONDS = 1.0
"""Every this many seconds the adviser stores what has come, and asks whether it should stop."""
SEARCH_SECONDS = 4.0
"""How long, for each request, the search for students who could move may take."""
DEADLINE_SECONDS = 120.0
"""A request whose answer takes longer is left without one; the processors may be busy with something else."""

_log = logging.getLogger(__name__)


class Adviser(BackgroundTask):
    """Works out the remedies of plans; any number of processes may do so at the same time, each for its own plan."""

    lane = Lane.REMEDIES

    def __init__(self, engine: Engine, settings: Settings) -> None:
        super().__init__("adviser", LOOK_SECONDS)
        self._engine = engine
        self._memory_mb = settings.run_memory_mb
        self._signs = Signs()

    def pending(self, session: Session) -> int:
        """Count the plans whose remedies have to be worked out; runs that wait for a worker come first."""
        return 0 if is_waiting(session) else remedy_claims.count_left(session)

    def turn(self, worker: str) -> bool:
        """Take a plan to work on and work out what is wanted of it; tell whether that was all of it."""
        hold = self._take(worker)
        if hold is None:
            return False
        try:
            return self._work_out(hold)
        except LostClaimError as error:
            _log.warning("%s", error)
            return False

    def _take(self, worker: str) -> Hold | None:
        """Take a plan to work on, if runs do not come first; nobody waits for a writer if there is none."""
        with read_session(self._engine) as session:
            if remedy_claims.must_wait(session) or not remedy_claims.count_left(session):
                return None
        with open_session(self._engine) as session:
            return remedy_claims.take_next(session, worker, self._signs)

    def _work_out(self, hold: Hold) -> bool:
        """Work out what waits, in one child after another where one has to be ended; tell whether all is done."""
        with read_session(self._engine) as session:
            waiting = deque(remedy_claims.waiting_of(session, hold))
            documents = session.get(PlanDocument, hold.plan_id)
        while documents is not None and waiting:
            if not self._ask(hold, documents, waiting):
                return False
        with open_session(self._engine) as session:
            remedy_claims.end(session, hold)
        return True

    def _ask(self, hold: Hold, documents: PlanDocument, waiting: deque[str]) -> bool:
        """Let a child answer for what waits until it ends; False where the work has to stop."""
        order = Order(
            documents.problem,
            documents.plan,
            tuple(waiting),
            SEARCH_SECONDS,
            unhurried=True,
            memory_mb=self._memory_mb,
        )
        heard: SimpleQueue[bytes] = SimpleQueue()
        with ChildProcess(MODULE, (order.written(),), heard.put) as child:
            since, ended, late = time.monotonic(), False, False
            while not (ended or late):
                ended = child.ended_within(BEAT_SECONDS)
                status = child.status() if ended else 0  # and with it, everything that it has said
                answers = _answers_in(heard)
                for each in answers:
                    waiting.remove(each.request)
                    since = time.monotonic()
                late = time.monotonic() - since > DEADLINE_SECONDS
                lost = waiting.popleft() if waiting and (ended or late) else None
                with open_session(self._engine) as session:
                    if not self._may_go_on(session, hold, answers, lost):
                        return False
                if lost is not None:
                    how = "was too slow" if late else f"ended with {how_it_ended(status)} {child.last_words()}"
                    _log.warning("no remedies for request %s: its process %s", lost, how)
        return True

    def _may_go_on(self, session: Session, hold: Hold, answers: list[Answered], lost: str | None) -> bool:
        """Store what has come. End the work where the plan has been replaced, and leave it where runs come first."""
        if not remedy_claims.keep(session, hold, answers, lost):
            remedy_claims.end(session, hold)
            return False
        if self._stopping.is_set() or remedy_claims.must_wait(session):
            remedy_claims.release(session, hold)
            return False
        return True


def _answers_in(heard: SimpleQueue[bytes]) -> list[Answered]:
    """Return the answers that have come."""
    found = []
    while True:
        try:
            found.append(read_answer(heard.get_nowait()))
        except Empty:
            return found
