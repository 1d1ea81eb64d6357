"""The worker: takes waiting runs one by one, has each solved in a child process, and ends each in a clear state."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from placement.background import BackgroundTask
from placement.callers import SYSTEM
from placement.database import open_session, read_session
from placement.errors import PlacementError, UnavailableError
from placement.lanes.jobs import Lane
from placement.logs import tracing
from placement.planning.decisions import Posed
from placement.planning.gather import gather_for
from placement.planning.scenarios import read_options
from placement.planning.turns import count_in_flight
from placement.register.names import Names
from placement.running import claims
from placement.running.child import GRACE_SECONDS, OverrunError, Solved, SolverProcess
from placement.running.claims import Claim, LostClaimError
from placement.running.orders import SolveMode, SolveOrder
from placement.running.signs import Signs
from placement.running.storing import Answer
from placement.settings import Settings
from placement.store.audit import trace_of_making
from placement.tables import Run, RunMode
from placement_solver.documents import write_problem
from placement_solver.faults import InvalidProblem
from placement_solver.progress import Progress
from placement_solver.words import Words

Listener = Callable[[Progress | None], None]

BEAT_SECONDS = 0.5
"""Every this many seconds a worker looks at its child, renews its claim and asks whether the run is cancelled."""
AGAIN_SECONDS = 1.0
"""A plan that could not be stored is stored again after so many seconds: the database is away, or its disk is full."""
STOP_SECONDS = 30.0
"""A child that was asked to stop may take at most this many seconds to hand in its plan."""
LEAST_SECONDS = 10
"""A run that another worker goes on with has what is left of its time, and at least this much, if it had so much."""
SOLVE_MODE = {RunMode.REPAIR: SolveMode.REPAIR, RunMode.WAITING_LIST: SolveMode.SERVE}
"""How a run's mode is solved; the other modes plan anew, with what stays as pins."""

_log = logging.getLogger(__name__)


class Runner(BackgroundTask):
    """Carries out waiting runs. When it is stopped, the runs at work go back to the queue.

    In a lane, a process may have several at once, among which cores and memory are shared out equally.
    """

    lane = Lane.RUNS

    def __init__(self, engine: Engine, settings: Settings) -> None:
        super().__init__("runner")
        self._engine = engine
        self.at_once = settings.runs_at_once if engine.dialect.name == "postgresql" else 1
        self._memory_mb = None if settings.run_memory_mb is None else settings.run_memory_mb // self.at_once
        self._signs = Signs()

    def pending(self, session: Session) -> int:
        """Count the runs that wait or are under way."""
        return count_in_flight(session)

    def turn(self, worker: str) -> bool:
        """Put back the runs whose workers are gone, then carry out one run; tell whether there was one."""
        run = self._take(worker)
        if run is None:
            return False
        with tracing(self._trace_of(run)):
            _log.info("run %s begins", run.id)
            carry_out(self._engine, run, self._memory_mb, self._stopping)
            _log.info("run %s is over", run.id)
        return True

    def _trace_of(self, run: Run) -> str | None:
        """Return the trace of the call that ordered a run."""
        with read_session(self._engine) as session:
            return trace_of_making(session, run)

    def _take(self, worker: str) -> Run | None:
        with open_session(self._engine) as session:
            claims.put_back_abandoned(session, self._signs)
            return claims.claim_next(session, worker, self.at_once)


def carry_out(
    engine: Engine,
    run: Run,
    memory_mb: int | None,
    stopping: threading.Event,
    listener: Listener = lambda _progress: None,
) -> None:
    """Carry out a claimed run to its end: gather the term, solve it in a child process, store the plan.

    A fault ends the run as failed and is not raised. Only `UnavailableError` is: the database is away.
    """
    claim = Claim(run.id, run.worker or "")
    try:
        posed = _gather(engine, run)
        text = write_problem(posed.problem)
        leg = _leg(engine, run, text.encode(), memory_mb)
        solved = _solve(engine, claim, leg, stopping, listener)
        if solved is not None:
            _store(engine, claim, Answer.of(posed, text, solved), stopping)
    except LostClaimError as error:
        _log.warning("%s", error)
    except UnavailableError:
        raise
    except PlacementError as error:
        _fail(engine, claim, Words(error.sv, error.en))
    except InvalidProblem as error:
        _fail(engine, claim, _not_valid(error))
    except Exception as error:  # noqa: BLE001  our own fault in one run must not stop the runs behind it
        _log.exception("run %s", run.id)
        name = type(error).__name__
        _fail(engine, claim, Words(f"Internt fel: {name}", f"Internal error: {name}"))


def _gather(engine: Engine, run: Run) -> Posed:
    """Gather the term as it is at one moment, with the changes that the run's mode and options ask for."""
    with read_session(engine) as session:
        return gather_for(session, SYSTEM, run.term_id, run.mode, read_options(run.options))


@dataclass(frozen=True, slots=True)
class _Leg:
    """What one worker does of a run: the problem, the order, and what earlier workers had come to, after how long."""

    problem: bytes
    sha256: str
    order: SolveOrder
    begin: Mapping[str, Any] | None
    searched: float


def _leg(engine: Engine, run: Run, problem: bytes, memory_mb: int | None) -> _Leg:
    """Go on from the best plan of an earlier worker, if there was one; its bound holds for the same problem only."""
    sha256 = hashlib.sha256(problem).hexdigest()
    with read_session(engine) as session:
        kept = claims.so_far(session, run.id)
    begin, searched, limit = None, 0.0, float(run.time_limit_seconds)
    if kept is not None:
        begin = kept.found if kept.problem_sha256 == sha256 else {**kept.found, "bound": 0}
        searched = kept.searched_seconds
        limit = max(limit - searched, min(limit, LEAST_SECONDS))
    mode = SOLVE_MODE.get(run.mode, SolveMode.PLAN)
    return _Leg(problem, sha256, SolveOrder(limit, run.seed, run.workers or 1, memory_mb, mode=mode), begin, searched)


def _solve(engine: Engine, claim: Claim, leg: _Leg, stopping: threading.Event, listener: Listener) -> Solved | None:
    """Follow a child until it has a plan; None means that the worker stops and has given the run back."""
    deadline = leg.order.began + leg.order.time_limit + GRACE_SECONDS
    asked, kept = False, None
    with SolverProcess(leg.problem, leg.order, begin=leg.begin) as child:
        while not child.ended_within(BEAT_SECONDS):
            listener(child.progress)
            cancel = False
            with suppress(UnavailableError):  # the search goes on while the database is away
                with open_session(engine) as session:
                    cancel = claims.keep_claim(session, claim, child.progress)
                    found = child.so_far
                    if found is not None and found is not kept and child.progress is not None:
                        searched = leg.searched + child.progress.seconds
                        claims.keep_so_far(session, claim, leg.sha256, searched, found)
                    if stopping.is_set():
                        claims.give_back(session, claim)
                kept = found
            if stopping.is_set():
                return None
            if cancel and not asked:
                asked = True
                child.stop()
                deadline = min(deadline, time.monotonic() + STOP_SECONDS)
            if time.monotonic() > deadline:
                raise OverrunError
        listener(child.progress)
        return child.solved()


def _store(engine: Engine, claim: Claim, answer: Answer, stopping: threading.Event) -> None:
    """Store what a run came to, as soon as the database is there and has room."""
    while True:
        try:
            with open_session(engine) as session:
                claims.finish(session, claim, answer)
        except UnavailableError as error:
            _log.warning("the plan of run %s waits: %s", claim.run_id, error)
            if stopping.wait(AGAIN_SECONDS):
                raise
        else:
            return


def _not_valid(error: InvalidProblem) -> Words:
    """Say in both languages what makes a term impossible to plan."""
    faults = [(fault.pointer or "/", fault.words) for fault in error.faults]
    return Words(
        "\n".join(("Terminen kan inte planeras som den är.", *(f"{where}: {why.sv}" for where, why in faults))),
        "\n".join(("The term is not a valid problem.", *(f"{where}: {why.en}" for where, why in faults))),
    )


def _fail(engine: Engine, claim: Claim, why: Words) -> None:
    """End a run without a plan, if this worker still holds it; a coordinator reads why, with names in place of ids."""
    try:
        with open_session(engine) as session:
            claims.fail(session, claim, Names(session, SYSTEM, texts=[why]).put_in(why))
    except LostClaimError as error:
        _log.warning("%s", error)
