"""Part claims: the independent parts of a large run as rows, each held by one worker at a time among any number.

The worker that has the run splits it, searches parts as the others do, and joins them when all are done. A part whose
worker vanished is taken by another and goes on from its best plan so far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete, func, inspect
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from placement.clock import now
from placement.errors import ConflictError
from placement.lanes.jobs import Lane, add_jobs, let_go_if_frozen
from placement.planning.capacity import ANY, Capacity, needs_after
from placement.planning.turns import KNOWN
from placement.running.child import Part
from placement.running.signs import Signs
from placement.tables import Run, RunPart, RunStatus
from placement.tables.planning import LONGEST_ERROR
from placement_solver.progress import Phase, Progress, gap_between
from placement_solver.words import Words

_WITHOUT_DOCUMENTS = tuple(defer(inspect(RunPart).attrs[name].class_attribute) for name in ("problem", "found"))
LEAST_SECONDS = 5.0
"""A part that is taken late has at least so much time: without any it would have no plan."""


class LostPartError(ConflictError):
    """The worker no longer holds the part; another has it, or the run is over or was split anew."""

    def __init__(self, claim: PartClaim) -> None:
        part = f"{claim.run_id}/{claim.number}"
        super().__init__(sv=f"Delen {part} har tagits över.", en=f"The part {part} was taken over.")


@dataclass(frozen=True, slots=True)
class PartClaim:
    """A part and the worker that holds it."""

    run_id: str
    number: int
    worker: str


@dataclass(frozen=True, slots=True)
class PartWork:
    """A part that has been taken: its problem, its seconds, how it is searched, and what it goes on from."""

    claim: PartClaim
    problem: str
    seconds: float
    seed: int
    threads: int
    searched: float
    found: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Together:
    """How far the parts of a run are together, whether all are done, and what went wrong, if anything."""

    progress: Progress
    done: bool
    error: Words | None


def lay_out(session: Session, run_id: str, problem_sha256: str, parts: Sequence[Part]) -> None:
    """Let the parts of a run's problem wait for workers; those of another problem are given up."""
    session.exec(delete(RunPart).where(col(RunPart.run_id) == run_id))
    session.get_one(Run, run_id).elapsed_seconds = None
    for number, part in enumerate(parts):
        row = RunPart(
            run_id=run_id,
            number=number,
            problem_sha256=problem_sha256,
            problem=part.problem,
            requests=part.requests,
        )
        session.add(row)
    add_jobs(session, Lane.RUNS, len(parts) - 1)


def is_laid_out(session: Session, run_id: str, problem_sha256: str) -> bool:
    """Tell whether parts of this problem were laid out by an earlier worker of the run."""
    such = select(RunPart.number).where(RunPart.run_id == run_id, RunPart.problem_sha256 == problem_sha256)
    return session.exec(such.limit(1)).first() is not None


def has_parts(session: Session, run_id: str) -> bool:
    """Tell whether a run's parts are laid out."""
    return session.exec(select(RunPart.number).where(RunPart.run_id == run_id).limit(1)).first() is not None


def count_undone(session: Session) -> int:
    """Count the parts that wait or are searched."""
    return session.exec(select(func.count()).select_from(RunPart).where(col(RunPart.done).is_(False))).one()


def waits_for_memory(session: Session) -> bool:
    """Tell whether a part that asks for memory is not done: whoever has it may be gone, which who looks will see."""
    such = col(RunPart.done).is_(False), col(RunPart.needs_memory_mb).is_not(None)
    return session.exec(select(RunPart.number).where(*such).limit(1)).first() is not None


def take_part(
    session: Session,
    worker: str,
    signs: Signs,
    threads: int,
    run_id: str | None = None,
    capacity: Capacity = ANY,
) -> PartWork | None:
    """Take the largest part that nobody searches, of one run or of any that is under way; None if there is none.

    One that needs more memory than the worker lets it have is left to a worker that has it.
    """
    let_go_if_frozen(session)
    undone = _undone(session, run_id)
    held = signs.abandoned(session, [each for each in undone if each.worker is not None])
    free = [each for each in undone if each.worker is None or each in held]
    for each in (part for part in free if capacity.is_for(part.needs_memory_mb)):
        such = RunPart.run_id == each.run_id, RunPart.number == each.number, RunPart.worker == each.worker
        query = select(RunPart).where(*such, col(RunPart.done).is_(False)).with_for_update(skip_locked=True)
        part = session.exec(query.execution_options(populate_existing=True)).first()
        if part is not None:
            waiting = [other.requests for other in free if other.run_id == part.run_id]
            return _given(session, part, worker, threads, waiting)
    return None


def keep_part(
    session: Session, claim: PartClaim, progress: Progress | None, searched: float, found: Mapping[str, Any] | None
) -> bool:
    """Record that the worker is alive and what it has come to; tell whether the search should stop.

    It goes on while the run waits for another worker: that one joins what the parts have come to.
    """
    part = _held(session, claim)
    part.heartbeat_at = now()
    if progress is not None:
        part.told = asdict(progress)
    if found is not None:
        part.found, part.searched_seconds = dict(found), searched
    session.add(part)
    run = session.get(Run, claim.run_id)
    return run is None or run.cancel_requested


def end_part(session: Session, claim: PartClaim, found: Mapping[str, Any] | None, error: Words | None = None) -> None:
    """End the search of a part with its plan, or with why it gave none."""
    part = _held(session, claim)
    if found is not None:
        part.found = dict(found)
    if error is not None:
        part.error, part.error_sv = error.en[:LONGEST_ERROR], error.sv[:LONGEST_ERROR]
    part.done = True
    part.worker = part.heartbeat_at = None
    session.add(part)


def give_part_back(session: Session, claim: PartClaim) -> None:
    """Let another worker go on with a part, from its best plan so far."""
    part = _held(session, claim)
    part.worker = part.heartbeat_at = None
    session.add(part)
    add_jobs(session, Lane.RUNS)


def leave_part_to_larger(session: Session, claim: PartClaim, memory_mb: int | None) -> bool:
    """Leave a part for which so much memory was too little to a living worker that has more; tell whether one has."""
    part = _held(session, claim)
    needs = needs_after(session, memory_mb)
    if needs is None:
        return False
    part.needs_memory_mb = needs
    give_part_back(session, claim)
    return True


def progress_of(session: Session, run_id: str, elapsed: float) -> Together | None:
    """Add up how far the parts of a run are; None where they have been taken away meanwhile."""
    wanted = select(RunPart).options(*_WITHOUT_DOCUMENTS).where(RunPart.run_id == run_id)
    rows = session.exec(wanted.order_by(col(RunPart.number))).all()
    if not rows:
        return None
    told = [None if row.told is None else Progress(**row.told) for row in rows]
    objective = sum(each.objective for each in told if each is not None)
    bound = sum(each.bound for each in told if each is not None)
    unplaced = sum(row.requests if each is None else each.unplaced for row, each in zip(rows, told, strict=True))
    phase: Phase = "prices" if all(each is None or each.phase == "prices" for each in told) else "search"
    errors = [Words(row.error_sv, row.error) for row in rows if row.error is not None and row.error_sv is not None]
    return Together(
        Progress(phase, objective, bound, gap_between(objective, bound), unplaced, elapsed),
        all(row.done for row in rows),
        errors[0] if errors else None,
    )


def found_of(session: Session, run_id: str) -> dict[str, Any]:
    """Put the plans of a run's parts together, as a search goes on from them."""
    parts = session.exec(select(RunPart.found).where(RunPart.run_id == run_id).order_by(col(RunPart.number)))
    found = [each for each in parts if each is not None]
    return {
        "objective": sum(each["objective"] for each in found),
        "bound": sum(each["bound"] for each in found),
        "placements": [line for each in found for line in each["placements"]],
    }


def _undone(session: Session, run_id: str | None) -> Sequence[RunPart]:
    """Return the parts that are not done of runs under way, without their documents, the largest first."""
    wanted = (
        select(RunPart)
        .options(*_WITHOUT_DOCUMENTS)
        .join(Run, col(Run.id) == RunPart.run_id)
        .where(Run.status == RunStatus.RUNNING, col(Run.requires) <= KNOWN, col(RunPart.done).is_(False))
        .order_by(col(Run.requested_at), col(RunPart.run_id), col(RunPart.requests).desc(), col(RunPart.number))
    )
    return session.exec(wanted if run_id is None else wanted.where(RunPart.run_id == run_id)).all()


def _given(session: Session, part: RunPart, worker: str, threads: int, waiting: Sequence[int]) -> PartWork:
    """Give a part to a worker. The run's time is shared out by size among the parts that still wait for workers.

    How much of it has gone the run's worker has counted: machines' clocks need not agree.
    """
    run = session.get_one(Run, part.run_id)
    left = max(0.0, run.time_limit_seconds - (run.elapsed_seconds or 0.0))
    others = session.exec(
        select(func.count()).where(RunPart.run_id == part.run_id, col(RunPart.worker).is_not(None))
    ).one()
    together = min(len(waiting), others + 1)
    share = min(1.0, together * (part.requests + 1) / (sum(waiting) + len(waiting)))
    part.worker, part.heartbeat_at = worker, now()
    session.add(part)
    claim = PartClaim(part.run_id, part.number, worker)
    seconds = max(LEAST_SECONDS, left * share)
    return PartWork(claim, part.problem, seconds, run.seed, threads, part.searched_seconds, part.found)


def _held(session: Session, claim: PartClaim) -> RunPart:
    """Return the part of a claim, locked; raises `LostPartError` where the worker no longer holds it."""
    let_go_if_frozen(session)
    such = RunPart.run_id == claim.run_id, RunPart.number == claim.number, RunPart.worker == claim.worker
    part = session.exec(select(RunPart).where(*such).with_for_update()).first()
    if part is None:
        raise LostPartError(claim)
    return part
