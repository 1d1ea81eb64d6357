"""Turns: in which order runs are carried out, and how much may be in flight, so that nobody keeps the others waiting.

Who orders a run is known by token, or by role where somebody is signed in. An organisation that is to have turns of its
own has a token of its own.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Collection, Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from placement.callers import SYSTEM, Caller
from placement.clock import now
from placement.errors import TooSoonError
from placement.planning.capacity import ANY, Capacity
from placement.tables import Run, RunStatus

KNOWN = 2
"""Up to which `Run.requires` this version knows how to carry runs out.

A version that makes runs which an older one would carry out wrongly gives them the next number; the older one, which
works beside it during an upgrade, then leaves them alone. With 2, a run asks for memory (`ask_for_memory`).
"""
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)
_IN_FLIGHT = (RunStatus.QUEUED, RunStatus.RUNNING)


class RunsInFlightError(TooSoonError):
    """A caller's runs in flight may search for so long together that another has to wait; after ``wait`` seconds."""

    code = "runs-in-flight"

    def __init__(self, seconds: int, most: int, wait: int) -> None:
        super().__init__(
            wait,
            sv=f"Dina körningar som väntar eller pågår söker tillsammans i {seconds} s. Med den här blir det mer än "
            f"{most} s, som är det mesta. Avbryt någon, ge den här kortare tid eller försök igen om {wait} s.",
            en=f"Your runs that wait or are under way search for {seconds} s together. With this one it is more than "
            f"{most} s, which is the most. Cancel one, give this one less time, or try again in {wait} s.",
        )


def orderer(by: Caller) -> str:
    """Return who a run that a caller orders belongs to."""
    return by.token or by.role


def ask_for_memory(run: Run, needs_mb: int) -> None:
    """Leave a run to workers that let it have so much memory, as long as one of them lives (`capacity`)."""
    run.needs_memory_mb, run.requires = needs_mb, max(run.requires, 2)


def in_turn(session: Session, capacity: Capacity = ANY) -> list[str]:
    """Return the runs that wait for a worker of a capacity, by id, the next first: every orderer's first, then second.

    A run that is carried out now has had its turn. Within a turn whoever was served longest ago comes first, those who
    never were before all, and among them whoever has waited longest. Otherwise a worker that is alone, for whom no run
    is under way when it looks for the next, would carry out all runs of whoever ordered first.
    """
    runs = _in_flight(session)
    queued = [run for run in runs if run.status is RunStatus.QUEUED]
    served = _served(session, {run.requested_by for run in queued})
    turns = Counter(run.requested_by for run in runs if run.status is RunStatus.RUNNING)
    waiting = []
    for place, run in enumerate(queued):
        if capacity.is_for(run.needs_memory_mb):
            waiting.append((turns[run.requested_by], served.get(run.requested_by, _NEVER), place, run.id))
            turns[run.requested_by] += 1
    return [run_id for *_turn, run_id in sorted(waiting)]


def _served(session: Session, orderers: Collection[str]) -> dict[str, dt.datetime]:
    """Return when the last run of each of some orderers was begun, of those who have had one."""
    begun = select(col(Run.requested_by), func.max(Run.started_at)).where(
        col(Run.requested_by).in_(orderers), col(Run.started_at).is_not(None)
    )
    rows = session.exec(begun.group_by(col(Run.requested_by)))
    return {orderer: last for orderer, last in rows if last is not None}


def count_in_flight(session: Session) -> int:
    """Count the runs that wait or are carried out."""
    such = col(Run.status).in_(_IN_FLIGHT), col(Run.requires) <= KNOWN
    return session.exec(select(func.count()).select_from(Run).where(*such)).one()


def waits_without_any(session: Session, capacity: Capacity = ANY) -> bool:
    """Tell whether a run waits for a worker of a capacity whose orderer has none under way.

    Others' large runs do not keep that one waiting.
    """
    runs = _in_flight(session)
    busy = {run.requested_by for run in runs if run.status is RunStatus.RUNNING}
    waiting = [run for run in runs if run.status is RunStatus.QUEUED and capacity.is_for(run.needs_memory_mb)]
    return any(run.requested_by not in busy for run in waiting)


def is_waiting(session: Session) -> bool:
    """Tell whether any run waits for a worker."""
    return session.exec(select(Run.id).where(Run.status == RunStatus.QUEUED).limit(1)).first() is not None


def waits_for_memory(session: Session) -> bool:
    """Tell whether a run waits that asks for memory."""
    such = Run.status == RunStatus.QUEUED, col(Run.needs_memory_mb).is_not(None)
    return session.exec(select(Run.id).where(*such).limit(1)).first() is not None


def make_way(session: Session, by: Caller, seconds: int, most: int) -> None:
    """Refuse another run of some seconds where a caller would have more than ``most`` seconds of search in flight.

    The service itself, which plans on the machine it runs on, may have any number.

    Raises:
        RunsInFlightError: it would be too much.

    """
    if by.token == SYSTEM.token:
        return
    _take_turn(session, by)
    own = [run for run in _in_flight(session) if run.requested_by == orderer(by)]
    ordered = sum(run.time_limit_seconds for run in own)
    if own and ordered + seconds > most:
        raise RunsInFlightError(ordered, most, _wait(own))


def _take_turn(session: Session, by: Caller) -> None:
    """Let orders of a caller that come at once wait for each other; on SQLite every writer does so anyhow."""
    if session.get_bind().dialect.name == "postgresql":
        digest = hashlib.sha256(f"runs of {orderer(by)}".encode()).digest()
        session.exec(select(func.pg_advisory_xact_lock(int.from_bytes(digest[:8], signed=True))))


def _wait(own: Sequence[Run]) -> int:
    """Return in how many seconds one of some runs has probably ended."""
    moment = now()
    left = (
        run.time_limit_seconds - (0 if run.started_at is None else int((moment - run.started_at).total_seconds()))
        for run in own
    )
    return max(1, min(left))


def _in_flight(session: Session) -> Sequence[Run]:
    """Return the runs that wait or are carried out, those that were ordered first before the others."""
    wanted = select(Run).where(col(Run.status).in_(_IN_FLIGHT), col(Run.requires) <= KNOWN)
    return session.exec(wanted.order_by(col(Run.requested_at), col(Run.id))).all()
