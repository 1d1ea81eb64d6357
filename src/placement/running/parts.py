"""Parts: a large run is split into its independent parts, which several workers search at once, and joined again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from placement.database import open_session, read_session
from placement.errors import PlacementError, UnavailableError
from placement.lanes.jobs import has_queue
from placement.planning.capacity import ANY, capacity_of
from placement.running import claims, following, part_claims
from placement.running.child import (
    GRACE_SECONDS,
    NoPlanError,
    OutOfMemoryError,
    OverrunError,
    Part,
    Solved,
    SolverProcess,
    StoppedError,
)
from placement.running.claims import Claim
from placement.running.following import follow, once_there
from placement.running.orders import SolveMode, SolveOrder, write_so_far
from placement.running.part_claims import LostPartError, PartWork, Together
from placement.running.signs import Signs
from placement.tables import Run, RunMode
from placement_solver.documents import read_plan
from placement_solver.faults import InvalidProblem
from placement_solver.progress import Progress, SoFar
from placement_solver.words import Words

LARGE = 15_000
"""A run with more requests than this is split, if it can be: as many as one machine searches together."""
PATIENCE_SECONDS = 3 * GRACE_SECONDS
"""So long after the run's time all parts have to be done, wherever they are searched."""
JOIN_SECONDS = 600.0
"""To check, explain and report on a plan of a whole country may take so long."""
REPAIRS = frozenset({RunMode.REPAIR, RunMode.WAITING_LIST})

_log = logging.getLogger(__name__)


def is_shared(session: Session, run: Run, requests: int) -> bool:
    """Tell whether a run of so many requests is worth splitting: where there is a queue, others may help."""
    return has_queue(session) and requests > LARGE and run.mode not in REPAIRS


def split_run(
    engine: Engine, claim: Claim, problem: bytes, sha256: str, order: SolveOrder, stopping: threading.Event
) -> bool | None:
    """Lay out the parts of a run's problem, unless an earlier worker did; tell whether there are several.

    None means that the worker stops and has given the run back.
    """
    if once_there(lambda: _is_laid_out(engine, claim.run_id, sha256), f"run {claim.run_id}", stopping):
        return True
    with SolverProcess(problem, order) as child:
        if not follow(child, order, lambda last: _beat(engine, claim, last=last), stopping):
            return None
        parts = child.parts()
    if len(parts) > 1:
        once_there(lambda: _lay_out(engine, claim, sha256, parts), f"run {claim.run_id}", stopping)
    return len(parts) > 1


def _is_laid_out(engine: Engine, run_id: str, sha256: str) -> bool:
    """Tell whether an earlier worker of a run laid out the parts of this problem."""
    with read_session(engine) as session:
        return part_claims.is_laid_out(session, run_id, sha256)


def _lay_out(engine: Engine, claim: Claim, sha256: str, parts: Sequence[Part]) -> None:
    """Lay out the parts of a problem, as the worker that has the run."""
    with open_session(engine) as session:
        claims.keep_claim(session, claim, None)
        part_claims.lay_out(session, claim.run_id, sha256, parts)


class SharedRun:
    """A run whose parts are laid out, as the worker sees it that has the run."""

    def __init__(
        self,
        engine: Engine,
        claim: Claim,
        run: Run,
        stopping: threading.Event,
        listener: Callable[[Progress | None], None],
    ) -> None:
        self._engine, self._claim, self._run = engine, claim, run
        self._stopping, self._listener = stopping, listener
        self._signs = Signs()
        self._began = time.monotonic()
        self._cancelled = False

    def _go_on(self) -> None:
        """Count the time that earlier workers of the run have spent on these parts."""
        with read_session(self._engine) as session:
            self._began -= session.get_one(Run, self._run.id).elapsed_seconds or 0.0

    def solve(self, problem: bytes) -> Solved | None:
        """Search the parts with whoever else does, and join them; None where the run has been given back.

        Raises:
            NoPlanError: a part met what allows no plan, or there was no time for any.

        """
        once_there(self._go_on, f"run {self._run.id}", self._stopping)
        there = self._search_all()
        if there is None:
            return None
        if there.error is not None:
            raise NoPlanError(sv=there.error.sv, en=there.error.en)
        found = once_there(self._found, f"run {self._run.id}", self._stopping)
        if self._cancelled and not found["placements"]:
            raise StoppedError
        order = replace(self._order(SolveMode.JOIN), stopped=self._cancelled)
        with SolverProcess(problem, order, begin=found) as child:
            return child.solved() if follow(child, order, self._beat, self._stopping, JOIN_SECONDS) else None

    def _search_all(self) -> Together | None:
        """Search part after part until all are done; None where the run has been given back."""
        while True:
            work = once_there(self._take, f"run {self._run.id}", self._stopping)
            if work is not None:
                last = not search(self._engine, work, self._run.memory_mb, self._stopping, self._beat)
            else:
                last = self._stopping.wait(following.BEAT_SECONDS)
                with suppress(UnavailableError):
                    self._beat(last)
            if last:
                return None
            there = once_there(self._look, f"run {self._run.id}", self._stopping)
            if there is None:  # somebody in it was erased: what is left is split anew
                with open_session(self._engine) as session:
                    claims.give_back(session, self._claim)
            if there is None or there.done:
                return there
            if time.monotonic() - self._began > self._run.time_limit_seconds + PATIENCE_SECONDS:
                raise OverrunError

    def _take(self) -> PartWork | None:
        """Take a part of the run that nobody searches."""
        with open_session(self._engine) as session:
            threads = self._run.workers or 1
            capacity = ANY if self._cancelled else capacity_of(session, self._run.memory_mb)  # it ends what nobody has
            return part_claims.take_part(session, self._claim.worker, self._signs, threads, self._run.id, capacity)

    def _found(self) -> dict[str, Any]:
        """Put the plans of all parts together."""
        with read_session(self._engine) as session:
            return part_claims.found_of(session, self._run.id)

    def _look(self) -> Together | None:
        """Look at how far all parts are."""
        with read_session(self._engine) as session:
            return part_claims.progress_of(session, self._run.id, time.monotonic() - self._began)

    def _beat(self, last: bool) -> bool:  # noqa: FBT001 (`follow` calls it)
        """Say that the worker is alive and how far all parts are; tell whether a part's search should stop."""
        with open_session(self._engine) as session:
            there = part_claims.progress_of(session, self._run.id, time.monotonic() - self._began)
            progress = None if there is None else there.progress
            self._cancelled = claims.keep_claim(session, self._claim, progress)
            if last:
                claims.give_back(session, self._claim)
        self._listener(progress)
        return self._cancelled and not (there is not None and there.done)  # a join is not stopped

    def _order(self, mode: SolveMode) -> SolveOrder:
        run = self._run
        limit = float(run.time_limit_seconds)
        return SolveOrder(limit, run.seed, run.workers or 1, run.memory_mb, mode=mode, began=self._began)


def search(
    engine: Engine,
    work: PartWork,
    memory_mb: int | None,
    stopping: threading.Event,
    also: Callable[[bool], bool] = lambda _last: False,
) -> bool:
    """Search a part that has been taken, and keep what it comes to; ``also`` is done at each beat, and may stop it.

    False means that the worker stops and has given the part back.
    """
    order = SolveOrder(work.seconds, work.seed, work.threads, memory_mb, with_report=False)
    kept: Mapping[str, Any] | None = None

    def beat(last: bool) -> bool:  # noqa: FBT001 (`follow` calls it)
        nonlocal kept
        found = child.so_far if child.so_far is not kept else None
        searched = work.searched + (0.0 if child.progress is None else child.progress.seconds)
        with open_session(engine) as session:
            stop = part_claims.keep_part(session, work.claim, child.progress, searched, found)
            if last:
                part_claims.give_part_back(session, work.claim)
        kept = found or kept
        return also(last) or stop

    def end() -> None:
        with open_session(engine) as session:
            part_claims.keep_part(session, work.claim, child.progress, work.searched + order.time_limit, came.found)
            if not (came.lacked_memory and part_claims.leave_part_to_larger(session, work.claim, memory_mb)):
                part_claims.end_part(session, work.claim, None, came.error)

    try:
        with SolverProcess(work.problem.encode(), order, begin=work.found) as child:
            if not follow(child, order, beat, stopping):
                return False
            came = _what_came_of(child)
        once_there(end, f"part {work.claim.number} of run {work.claim.run_id}", stopping)
    except LostPartError as lost:
        _log.warning("%s", lost)
    return True


@dataclass(frozen=True, slots=True)
class _Came:
    """What came of a part: its plan as a search goes on from it, or why there is none."""

    found: Mapping[str, Any] | None = None
    error: Words | None = None
    lacked_memory: bool = False


def _what_came_of(child: SolverProcess) -> _Came:
    """Return what came of a part whose child has ended."""
    try:
        plan = read_plan(child.solved().plan)
    except StoppedError:
        return _Came()
    except InvalidProblem as error:
        return _Came(error=Words("; ".join(each.words.sv for each in error.faults), str(error)))
    except PlacementError as error:
        return _Came(error=Words(error.sv, error.en), lacked_memory=isinstance(error, OutOfMemoryError))
    return _Came(write_so_far(SoFar(plan.objective, plan.bound, plan.placements)))


def _beat(engine: Engine, claim: Claim, *, last: bool) -> bool:
    """Say that the worker of a run is alive, and tell whether the run is cancelled; give it back at the last beat."""
    with open_session(engine) as session:
        cancel = claims.keep_claim(session, claim, None)
        if last:
            claims.give_back(session, claim)
    return cancel
