"""Idempotency: a repeated call has its effect once, and gets the same answer again.

The answer is stored in the transaction of the effect, so that neither exists without the other.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection
from typing import ClassVar

from sqlmodel import Session, col, delete, func, select

from placement.callers import Caller, Role
from placement.clock import now
from placement.errors import PlacementError
from placement.tables import IdempotencyKey

KEPT = dt.timedelta(hours=48)
MOST_REMOVED = 100
PERSONS = frozenset({Role.COORDINATOR, Role.SUPERVISOR, Role.STUDENT, Role.AUDITOR})


class InProgressError(PlacementError):
    """A call with the same key is still running."""

    code: ClassVar[str] = "in-progress"

    def __init__(self) -> None:
        super().__init__(
            sv="Ett anrop med samma Idempotency-Key pågår. Försök igen om en stund.",
            en="A call with the same Idempotency-Key is under way. Retry in a moment.",
        )


class KeyReusedError(PlacementError):
    """The same key has been used for a different call."""

    code: ClassVar[str] = "key-reused"

    def __init__(self) -> None:
        super().__init__(
            sv="Samma Idempotency-Key har använts för ett annat anrop.",
            en="The same Idempotency-Key has been used for another call.",
        )


def name_of(by: Caller, key: str) -> str:
    """Return the name to store a caller's key by: an organisation or unit shares its keys, a person does not.

    Those who see students with a protected identity share theirs only with each other.
    """
    own = by.token if by.role in PERSONS else by.organisation or by.unit or by.token
    return digest(f"{by.role}/{own}{'/protected' if by.sees_protected else ''}", key)


def digest(*parts: str | bytes) -> str:
    """Return a digest that differs between any two sequences of texts."""
    told = hashlib.sha256()
    for part in parts:
        raw = part if isinstance(part, bytes) else part.encode("utf-8", "surrogateescape")
        told.update(len(raw).to_bytes(8, "big") + raw)
    return told.hexdigest()


def recall(session: Session, name: str, call: str, *, waits: bool = False) -> IdempotencyKey | None:
    """Return the answer stored for a call; None if this is the first time.

    On PostgreSQL a second copy is refused while the first is running, or waits for it: the lock ends with the
    transaction. On SQLite only one transaction writes at a time, so that the second copy has already waited.

    Raises:
        InProgressError: a call with the same key is still running.
        KeyReusedError: the key has been used for a different call.

    """
    if session.get_bind().dialect.name == "postgresql":
        lock = int(name[:16], 16) - 2**63
        if waits:
            session.exec(select(func.pg_advisory_xact_lock(lock)))
        elif not session.exec(select(func.pg_try_advisory_xact_lock(lock))).one():
            raise InProgressError
    given = session.get(IdempotencyKey, name)
    if given is not None and given.call != call:
        raise KeyReusedError
    return given


def keep(session: Session, answer: IdempotencyKey) -> None:
    """Store an answer, and remove some answers that are older than the time they are kept."""
    old = (
        select(IdempotencyKey.id)
        .where(col(IdempotencyKey.answered_at) < now() - KEPT)
        .order_by(col(IdempotencyKey.answered_at))
        .limit(MOST_REMOVED)
        .with_for_update(skip_locked=True)  # a concurrent call is removing the locked rows
    )
    session.exec(delete(IdempotencyKey).where(col(IdempotencyKey.id).in_(old)))
    session.add(answer)
    session.flush()


def forget_answers(session: Session, names: Collection[str]) -> None:
    """Remove the kept answers that name somebody, by the ids in their text or their headers."""
    kept = session.exec(select(col(IdempotencyKey.id), col(IdempotencyKey.body), col(IdempotencyKey.headers)))
    naming = [
        key
        for key, body, headers in kept
        if any(name.encode() in body or name in json.dumps(headers) for name in names)
    ]
    session.exec(delete(IdempotencyKey).where(col(IdempotencyKey.id).in_(naming)))
