"""Capacity: a run whose worker's memory ran out is left to a worker that has more, as long as one lives.

How much memory a run takes is seen only when it is carried out. So any worker takes a term's first run. Where its
memory was too little, that is known for the run and for those that the term has later.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from placement.lanes.jobs import gone, has_queue, lives
from placement.tables import RunWorker


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a worker lets a run have, in MiB (None: nothing limits it), and the most that any living worker does."""

    memory_mb: int | None = None
    most: int = 0

    def is_for(self, needs: int | None) -> bool:
        """Tell whether the worker may take what needs so much memory: it has it, or nobody who lives has."""
        return needs is None or self.memory_mb is None or needs <= self.memory_mb or needs > self.most


ANY = Capacity()
"""The capacity of a worker that may take everything."""


def capacity_of(session: Session, memory_mb: int | None) -> Capacity:
    """Compare a worker that lets a run have so much memory with the others that live."""
    return Capacity(memory_mb, _most(session))


def count_workers(session: Session) -> int:
    """Count the living workers that have said how much memory they have."""
    if not has_queue(session):
        return 0
    return session.exec(select(func.count()).select_from(RunWorker).where(lives(col(RunWorker.number)))).one()


def needs_after(session: Session, memory_mb: int | None) -> int | None:
    """Return what is needed by work for which so much memory was too little; None where no living worker has more."""
    return memory_mb + 1 if memory_mb is not None and memory_mb < _most(session) else None


def tell_capacity(session: Session, number: int, memory_mb: int | None) -> None:
    """Say how much memory a worker, by the queue's number of it, lets a run have; those that are gone are forgotten."""
    session.exec(delete(RunWorker).where(gone(col(RunWorker.number))))
    if memory_mb is not None:
        session.merge(RunWorker(number=number, memory_mb=memory_mb))


def _most(session: Session) -> int:
    """Return the most memory that a living worker lets a run have; zero where there is no queue."""
    if not has_queue(session):
        return 0
    return session.exec(select(func.max(RunWorker.memory_mb)).where(lives(col(RunWorker.number)))).one() or 0
