"""Claims: a run belongs to one worker at a time, and a worker that has lost a run can no longer write to it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from sqlmodel import Session, select

from placement.clock import now
from placement.errors import ConflictError
from placement.lanes.jobs import Lane, add_jobs, let_go_if_frozen
from placement.planning.capacity import capacity_of, needs_after
from placement.planning.runs import end_run, has_plan_so_far
from placement.planning.turns import ask_for_memory, in_turn
from placement.running import curve
from placement.running.part_claims import has_parts
from placement.running.signs import Signs
from placement.running.storing import Answer, store_plan
from placement.tables import BestSoFar, KeptProblem, Run, RunStatus
from placement.tables.planning import LONGEST_ERROR, RunEnd
from placement_solver.progress import Progress
from placement_solver.words import Words

MOST_ATTEMPTS = 5
"""A run whose worker has vanished so many times is given up, so that it does not take one worker after another."""


class LostClaimError(ConflictError):
    """The worker was silent for too long and no longer holds the run; another may have taken it."""

    def __init__(self, run_id: str) -> None:
        super().__init__(sv=f"Körningen {run_id} har tagits över.", en=f"The run {run_id} was taken over.")


@dataclass(frozen=True, slots=True)
class Claim:
    """A run and the worker that holds it; no two claims have the same worker name."""

    run_id: str
    worker: str


def claim_next(session: Session, worker: str, at_once: int = 1, memory_mb: int | None = None) -> Run | None:
    """Take the run whose turn it is (`turns`), except one that another worker is taking now; None if none waits.

    The worker's process carries out ``at_once`` runs at the same time, which share the machine's cores. Each may have
    ``memory_mb`` MiB; a run that needs more is left to a worker that has it (`capacity`).
    """
    for run_id in in_turn(session, capacity_of(session, memory_mb)):
        query = select(Run).where(Run.id == run_id, Run.status == RunStatus.QUEUED).with_for_update(skip_locked=True)
        run = session.exec(query.execution_options(populate_existing=True)).first()
        if run is not None:
            claim(session, run, worker, at_once, memory_mb)
            return run
    return None


def claim(session: Session, run: Run, worker: str, at_once: int = 1, memory_mb: int | None = None) -> Claim:
    """Give a waiting run to a worker of this process."""
    run.worker = worker
    run.attempts += 1
    run.workers = run.workers or max(1, (os.cpu_count() or 1) // at_once)
    run.memory_mb = memory_mb
    run.status = RunStatus.RUNNING
    run.started_at = run.heartbeat_at = now()
    session.add(run)
    return Claim(run.id, run.worker)


def keep_claim(session: Session, claim: Claim, progress: Progress | None) -> bool:
    """Record that the worker is alive and how far it has come; tell whether the run should be cancelled."""
    run = _claimed(session, claim)
    run.heartbeat_at = now()
    if progress is not None:
        _add_to_phase(run, run.phase or progress.phase, progress.seconds)
        run.phase = progress.phase
        run.objective, run.bound, run.unplaced = progress.objective, progress.bound, progress.unplaced
        run.elapsed_seconds = progress.seconds
        run.points = curve.extend(run.points, progress.seconds, progress.objective, progress.bound, progress.unplaced)
    session.add(run)
    return run.cancel_requested


def keep_so_far(session: Session, claim: Claim, problem_sha256: str, searched: float, found: Mapping[str, Any]) -> None:
    """Keep the best plan so far, found for the problem with this digest after so many seconds of search in all."""
    run = _claimed(session, claim)
    kept = session.get(BestSoFar, run.id) or BestSoFar(run_id=run.id, problem_sha256="", searched_seconds=0, found={})
    kept.problem_sha256, kept.searched_seconds, kept.found = problem_sha256, searched, dict(found)
    session.add(kept)


def keep_problem(session: Session, claim: Claim, problem: str) -> None:
    """Keep the problem that a worker begins to solve, until the run has a plan."""
    run = _claimed(session, claim)
    kept = session.get(KeptProblem, run.id) or KeptProblem(run_id=run.id, solver="", problem="")
    kept.solver, kept.problem = version("placement"), problem
    session.add(kept)


def so_far(session: Session, run_id: str) -> BestSoFar | None:
    """Return the best plan that an earlier worker found for a run, if it kept any."""
    return session.get(BestSoFar, run_id)


def finish(session: Session, claim: Claim, answer: Answer) -> Run:
    """Store the plan and end the run in one transaction; a cancelled run keeps its best plan."""
    run = _claimed(session, claim)
    plan = answer.plan
    store_plan(session, run, answer)
    _add_to_phase(run, run.phase or "done", plan.solver.wall_seconds)
    run.phase = "done"
    run.objective, run.bound, run.unplaced = plan.objective, plan.bound, len(plan.unplaced)
    run.elapsed_seconds = plan.solver.wall_seconds
    run.points = curve.extend(run.points, plan.solver.wall_seconds, plan.objective, plan.bound, len(plan.unplaced))
    run.ended_because = None if plan.ended_because is None else RunEnd(plan.ended_because)
    end_run(session, run, RunStatus.CANCELLED if run.cancel_requested else RunStatus.SUCCEEDED)
    return run


def fail(session: Session, claim: Claim, why: Words) -> Run:
    """End a run that gave no plan: as cancelled if that was asked for, otherwise as failed."""
    run = _claimed(session, claim)
    if run.cancel_requested:
        end_run(session, run, RunStatus.CANCELLED)
    else:
        run.error, run.error_sv = why.en[:LONGEST_ERROR], why.sv[:LONGEST_ERROR]
        end_run(session, run, RunStatus.FAILED)
    return run


def leave_to_larger(session: Session, claim: Claim) -> bool:
    """Put a run back whose worker's memory ran out, if a living worker has more, and tell whether one has.

    That worker goes on from the best plan so far. It was no attempt that failed.
    """
    run = _claimed(session, claim)
    needs = needs_after(session, run.memory_mb)
    if needs is None or run.cancel_requested:
        return False
    ask_for_memory(run, needs)
    run.attempts = max(0, run.attempts - 1)
    _put_back(session, run)
    return True


def give_back(session: Session, claim: Claim) -> None:
    """Put the run back in the queue because its worker is stopping; that is no attempt that failed."""
    run = _claimed(session, claim)
    run.attempts = max(0, run.attempts - 1)
    _put_back(session, run)


def put_back_abandoned(session: Session, signs: Signs) -> int:
    """Put back the runs whose worker is gone, and return how many; one that has been begun too often is given up."""
    let_go_if_frozen(session)
    running = session.exec(select(Run).where(Run.status == RunStatus.RUNNING).with_for_update(skip_locked=True)).all()
    abandoned = signs.abandoned(session, running)
    for run in abandoned:
        if run.attempts < MOST_ATTEMPTS:
            _put_back(session, run)
        elif run.cancel_requested:
            end_run(session, run, RunStatus.CANCELLED)
        else:
            _give_up(session, run)
    return len(abandoned)


def put_back_all(session: Session) -> int:
    """Put back every run under way, and return how many: none has a worker in a database that has been restored."""
    running = session.exec(select(Run).where(Run.status == RunStatus.RUNNING)).all()
    for run in running:
        run.attempts = max(0, run.attempts - 1)
        _put_back(session, run)
    return len(running)


def _claimed(session: Session, claim: Claim) -> Run:
    """Return the claim's run, locked; raises `LostClaimError` where the worker no longer holds it."""
    let_go_if_frozen(session)
    run = session.exec(
        select(Run)
        .where(Run.id == claim.run_id, Run.worker == claim.worker, Run.status == RunStatus.RUNNING)
        .with_for_update()
    ).first()
    if run is None:
        raise LostClaimError(claim.run_id)
    return run


def _add_to_phase(run: Run, phase: str, elapsed: float) -> None:
    """Count the time since the last beat to the phase that the run was in."""
    since = max(0.0, elapsed - (run.elapsed_seconds or 0.0))
    run.phase_seconds = {**run.phase_seconds, phase: round(run.phase_seconds.get(phase, 0.0) + since, 3)}


def _give_up(session: Session, run: Run) -> None:
    """End a run that no worker has survived; which worker vanished last says where to look."""
    run.error_sv = (
        f"Körningen har påbörjats {run.attempts} gånger, och varje gång försvann processen som utförde den, senast "
        f"{run.worker}. Se efter i dess logg och om maskinen har haft ont om minne. Beställ sedan körningen på nytt."
    )
    run.error = (
        f"The run was begun {run.attempts} times, and each time the process that carried it out vanished, the last one "
        f"{run.worker}. Look into its log, and whether the machine was short of memory. Then order the run again."
    )
    end_run(session, run, RunStatus.FAILED)


def _put_back(session: Session, run: Run) -> None:
    """Put the run back in the queue, or end it if it was cancelled before there was any plan."""
    planned, shared = has_plan_so_far(session, run.id), has_parts(session, run.id)
    run.worker = run.heartbeat_at = run.started_at = run.phase = None
    run.objective = run.bound = run.unplaced = None
    run.elapsed_seconds = run.elapsed_seconds if shared else None  # what is left is for the parts that are not done
    run.phase_seconds, run.points = {}, []
    run.status = RunStatus.QUEUED
    if run.cancel_requested and not planned:
        end_run(session, run, RunStatus.CANCELLED)
    else:
        add_jobs(session, Lane.RUNS)
    session.add(run)
