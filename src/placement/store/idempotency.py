"""Idempotency: a call that is repeated has its effect once, and is given the same answer again.

What is kept of an answer is written in the transaction of the effect, so that neither is ever there alone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import ClassVar

from sqlmodel import Session, col, delete, func, select

from placement.callers import Caller, Role
from placement.errors import PlacementError
from placement.tables import IdempotencyKey, now

KEPT = dt.timedelta(hours=48)
MOST_REMOVED = 100
PERSONS = frozenset({Role.COORDINATOR, Role.SUPERVISOR, Role.STUDENT, Role.AUDITOR})


class InProgressError(PlacementError):
    """The same key is being used by a call that is not over yet."""

    code: ClassVar[str] = "in-progress"

    def __init__(self) -> None:
        super().__init__(
            sv="Ett anrop med samma Idempotency-Key pågår. Försök igen om en stund.",
            en="A call with the same Idempotency-Key is under way. Retry in a moment.",
        )


class KeyReusedError(PlacementError):
    """A key has been used for another call."""

    code: ClassVar[str] = "key-reused"

    def __init__(self) -> None:
        super().__init__(
            sv="Samma Idempotency-Key har använts för ett annat anrop.",
            en="The same Idempotency-Key has been used for another call.",
        )


def name_of(by: Caller, key: str) -> str:
    """Return what a caller's key is known by: it is their organisation's or unit's in the role; a person's alone."""
    own = by.token if by.role in PERSONS else by.organisation or by.unit or by.token
    return digest(f"{by.role}/{own}", key)


def digest(*parts: str | bytes) -> str:
    """Return what tells one sequence of texts from every other."""
    told = hashlib.sha256()
    for part in parts:
        raw = part if isinstance(part, bytes) else part.encode("utf-8", "surrogateescape")
        told.update(len(raw).to_bytes(8, "big") + raw)
    return told.hexdigest()


def recall(session: Session, name: str, call: str) -> IdempotencyKey | None:
    """Return the answer given to a call before; None where this is the first time.

    On PostgreSQL a second copy is told to wait (the lock goes with the transaction); on SQLite, where one
    transaction writes at a time, it has waited by now.
    """
    if session.get_bind().dialect.name == "postgresql":
        lock = int(name[:16], 16) - 2**63
        if not session.exec(select(func.pg_try_advisory_xact_lock(lock))).one():
            raise InProgressError
    given = session.get(IdempotencyKey, name)
    if given is not None and given.call != call:
        raise KeyReusedError
    return given


def keep(session: Session, answer: IdempotencyKey) -> None:
    """Keep an answer for those who ask again, and let go of some that nobody will ask for any more."""
    old = (
        select(IdempotencyKey.id)
        .where(col(IdempotencyKey.answered_at) < now() - KEPT)
        .order_by(col(IdempotencyKey.answered_at))
        .limit(MOST_REMOVED)
        .with_for_update(skip_locked=True)  # another one who writes now removes those
    )
    session.exec(delete(IdempotencyKey).where(col(IdempotencyKey.id).in_(old)))
    session.add(answer)
    session.flush()
