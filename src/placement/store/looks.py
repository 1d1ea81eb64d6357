"""Looks: who has looked at a student with a protected identity, one entry in the audit trail for each look.

A function that shows something of such a student notes it (``note``). The look is written before the answer is sent,
and if it cannot be written there is no answer.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.tables import Action, AuditEntry

LOOK = "look"
_NOTED = "looks.noted"


def note(session: Session, student_ids: Iterable[str]) -> None:
    """Note that the answer in the making shows something of some protected students."""
    session.info.setdefault(_NOTED, set()).update(student_ids)


def take(session: Session) -> set[str]:
    """Return the students noted in a session since they were last taken."""
    noted: set[str] = session.info.pop(_NOTED, set())
    return noted


def record(session: Session, by: Caller, student_ids: Iterable[str], operation: str) -> None:
    """Write a look at each of some students: who looked, when, and by which operation."""
    for student_id in sorted(set(student_ids)):
        session.add(
            AuditEntry(
                actor_token=by.token,
                actor_role=by.role,
                actor_organisation=by.organisation,
                action=Action.CREATED,
                object_type=LOOK,
                object_id=student_id,
                after={"operation": operation},
                trace=by.trace,
            )
        )
    session.flush()


def looks_at(session: Session, student_id: str) -> list[AuditEntry]:
    """Return the looks at a student, the oldest first."""
    such = col(AuditEntry.object_type) == LOOK, col(AuditEntry.object_id) == student_id
    return list(session.exec(select(AuditEntry).where(*such).order_by(col(AuditEntry.sequence))).all())
