"""The worker: takes waiting runs one by one, has each solved in a child process, and ends each in a clear state."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from placement.background import BackgroundTask
from placement.callers import SYSTEM
from placement.database import open_session, read_session
from placement.errors import PlacementError, UnavailableError
from placement.lanes.jobs import Lane, has_queue
from placement.logs import tracing
from placement.planning.capacity import capacity_of, count_workers, tell_capacity
from placement.planning.decisions import Posed
from placement.planning.gather import gather_for
from placement.planning.scenarios import read_options
from placement.planning.turns import count_in_flight, waits_for_memory, waits_without_any
from placement.register.names import Names
from placement.running import claims, part_claims
from placement.running.child import OutOfMemoryError, Solved, SolverProcess
from placement.running.claims import Claim, LostClaimError
from placement.running.following import follow, once_there
from placement.running.orders import SolveMode, SolveOrder
from placement.running.part_claims import PartWork
from placement.running.parts import SharedRun, is_shared, search, split_run
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
        self._signs_of_runs, self._signs_of_parts = Signs(), Signs()

    def pending(self, session: Session) -> int:
        """Count the runs that wait or are under way, and the parts of large ones that others may search.

        Where work waits for memory, every worker is to look: a small one could take the only turn, in vain.
        """
        parts = max(0, part_claims.count_undone(session) - 1)
        looks = self.at_once * count_workers(session) if self._waits_for_memory(session) else 0
        return count_in_flight(session) + parts + looks

    def tell(self, session: Session, number: int) -> None:
        """Say how much memory a run may have here."""
        tell_capacity(session, number, self._memory_mb)

    def turn(self, worker: str) -> bool:
        """Put back the runs whose workers are gone, then carry out one run, or a part; tell whether there was any."""
        taken = self._take(worker)
        if taken is None:
            return False
        if isinstance(taken, PartWork):
            _log.info("part %d of run %s begins", taken.claim.number, taken.claim.run_id)
            search(self._engine, taken, self._memory_mb, self._stopping)
            return True
        run = taken
        with tracing(once_there(lambda: self._trace_of(run), f"run {run.id}", self._stopping)):
            _log.info("run %s begins", run.id)
            carry_out(self._engine, run, self._stopping)
            _log.info("run %s is over", run.id)
        return True

    @staticmethod
    def _waits_for_memory(session: Session) -> bool:
        """Tell whether a run or a part waits for a worker with more memory than others."""
        return waits_for_memory(session) or part_claims.waits_for_memory(session)

    def _trace_of(self, run: Run) -> str | None:
        """Return the trace of the call that ordered a run."""
        with read_session(self._engine) as session:
            return trace_of_making(session, run)

    def _take(self, worker: str) -> Run | PartWork | None:
        """Take the next piece: a run of somebody with nothing under way before a part, and a part before the rest."""
        threads = max(1, (os.cpu_count() or 1) // self.at_once)
        with open_session(self._engine) as session:
            claims.put_back_abandoned(session, self._signs_of_runs)
            part, own = None, capacity_of(session, self._memory_mb)
            if has_queue(session) and not waits_without_any(session, own):
                part = part_claims.take_part(session, worker, self._signs_of_parts, threads, capacity=own)
            return part or claims.claim_next(session, worker, self.at_once, self._memory_mb)


def carry_out(
    engine: Engine,
    run: Run,
    stopping: threading.Event,
    listener: Listener = lambda _progress: None,
) -> None:
    """Carry out a claimed run to its end: gather the term, solve it in a child process, store the plan.

    A fault ends the run as failed and is not raised. While the database is away the run waits for it; only where the
    worker is told to stop meanwhile is `UnavailableError` raised.
    """
    claim = Claim(run.id, run.worker or "")
    there = partial(once_there, what=f"run {run.id}", stopping=stopping)
    try:
        posed = there(lambda: _gather(engine, run))
        text = write_problem(posed.problem)
        there(lambda: _keep_problem(engine, claim, text))
        leg = there(lambda: _leg(engine, run, text.encode()))
        shared: bool | None = there(lambda: _is_shared(engine, run, len(posed.problem.requests)))
        if shared:
            order = replace(leg.order, mode=SolveMode.SPLIT)
            shared = split_run(engine, claim, leg.problem, leg.sha256, order, stopping)
        if shared is None:
            return
        if shared:
            solved = SharedRun(engine, claim, run, stopping, listener).solve(leg.problem)
        else:
            solved = _solve(engine, claim, leg, stopping, listener)
        if solved is not None:
            answer = Answer.of(posed, text, solved)
            there(lambda: _store(engine, claim, answer))
    except LostClaimError as error:
        _log.warning("%s", error)
    except UnavailableError:
        raise
    except PlacementError as error:
        why, lacked_memory = Words(error.sv, error.en), isinstance(error, OutOfMemoryError)
        there(lambda: _fail(engine, claim, why, lacked_memory=lacked_memory))
    except InvalidProblem as error:
        why = _not_valid(error)
        there(lambda: _fail(engine, claim, why))
    except Exception as error:  # noqa: BLE001  our own fault in one run must not stop the runs behind it
        _log.exception("run %s", run.id)
        why = Words(f"Internt fel: {type(error).__name__}", f"Internal error: {type(error).__name__}")
        there(lambda: _fail(engine, claim, why))


def _gather(engine: Engine, run: Run) -> Posed:
    """Gather the term as it is at one moment, with the changes that the run's mode and options ask for."""
    with read_session(engine) as session:
        return gather_for(session, SYSTEM, run.term_id, run.mode, read_options(run.options))


def _keep_problem(engine: Engine, claim: Claim, text: str) -> None:
    """Keep the problem, so that it can be solved again if the run fails."""
    with open_session(engine) as session:
        claims.keep_problem(session, claim, text)


def _is_shared(engine: Engine, run: Run, requests: int) -> bool:
    """Tell whether others may help with a run of so many requests."""
    with read_session(engine) as session:
        return is_shared(session, run, requests)


@dataclass(frozen=True, slots=True)
class _Leg:
    """What one worker does of a run: the problem, the order, and what earlier workers had come to, after how long."""

    problem: bytes
    sha256: str
    order: SolveOrder
    begin: Mapping[str, Any] | None
    searched: float


def _leg(engine: Engine, run: Run, problem: bytes) -> _Leg:
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
    return _Leg(
        problem, sha256, SolveOrder(limit, run.seed, run.workers or 1, run.memory_mb, mode=mode), begin, searched
    )


def _solve(engine: Engine, claim: Claim, leg: _Leg, stopping: threading.Event, listener: Listener) -> Solved | None:
    """Follow a child until it has a plan; None means that the worker stops and has given the run back."""
    kept: Mapping[str, Any] | None = None

    def beat(last: bool) -> bool:  # noqa: FBT001 (`follow` calls it)
        nonlocal kept
        listener(child.progress)
        found = child.so_far
        with open_session(engine) as session:
            cancel = claims.keep_claim(session, claim, child.progress)
            if found is not None and found is not kept and child.progress is not None:
                claims.keep_so_far(session, claim, leg.sha256, leg.searched + child.progress.seconds, found)
            if last:
                claims.give_back(session, claim)
        kept = found
        return cancel and (leg.begin is None or child.progress is not None)  # it has read what it goes on from

    with SolverProcess(leg.problem, leg.order, begin=leg.begin) as child:
        if not follow(child, leg.order, beat, stopping):
            return None
        listener(child.progress)
        return child.solved()


def _store(engine: Engine, claim: Claim, answer: Answer) -> None:
    """Store what a run came to."""
    with open_session(engine) as session:
        claims.finish(session, claim, answer)


def _not_valid(error: InvalidProblem) -> Words:
    """Say in both languages what makes a term impossible to plan."""
    faults = [(fault.pointer or "/", fault.words) for fault in error.faults]
    return Words(
        "\n".join(("Terminen kan inte planeras som den är.", *(f"{where}: {why.sv}" for where, why in faults))),
        "\n".join(("The term is not a valid problem.", *(f"{where}: {why.en}" for where, why in faults))),
    )


def _fail(engine: Engine, claim: Claim, why: Words, *, lacked_memory: bool = False) -> None:
    """End a run without a plan, if this worker still holds it; a coordinator reads why, with names in place of ids.

    One that lacked memory goes to a worker that has more, as long as one lives.
    """
    try:
        with open_session(engine) as session:
            if lacked_memory and claims.leave_to_larger(session, claim):
                return
            claims.fail(session, claim, Names(session, SYSTEM, texts=[why]).put_in(why))
    except LostClaimError as error:
        _log.warning("%s", error)
