"""Looks: who has seen something of which students, one entry in the audit trail for each call.

A call is logged before its answer is sent; if that cannot be done, there is no answer. What a call shows is found by
the ids in its answer (``ids_in``). What shows a student without an id, such as a page, notes the student (``note``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.store import chain
from placement.store.people import Students, known_students
from placement.tables import Action, AuditEntry

LOOK = "look"
"""What an entry about a look is about."""
_NOTED = "looks.noted"
_READER = "looks.reader"
_ID = re.compile(r"\b(stu|req|pla)_[0-9A-Za-z_-]+")
_TABLES = {"stu": "student", "req": "request", "pla": "placement"}


@dataclass(frozen=True, slots=True)
class Look:
    """What was looked at: which operation, which row or else which filter, and the ids of students in the answer."""

    operation: str
    object_id: str
    asked: Mapping[str, Any]
    named: frozenset[tuple[str, str]]
    noted: frozenset[str]


def note(session: Session, student_ids: Iterable[str], by: Caller | None = None) -> None:
    """Note that the answer in the making shows some students; ``by`` is on whose behalf, where nobody shows a token."""
    session.info.setdefault(_NOTED, set()).update(student_ids)
    if by is not None:
        session.info[_READER] = by


def take(session: Session) -> frozenset[str]:
    """Return the students noted in a session since they were last taken."""
    return frozenset(session.info.pop(_NOTED, ()))


def reader_of(session: Session) -> Caller | None:
    """Return on whose behalf a session's answer is made, where nobody shows a token."""
    by: Caller | None = session.info.get(_READER)
    return by


def ids_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield what may be ids of students, requests and placements in a text."""
    return ((_TABLES[found[1]], found[0]) for found in _ID.finditer(text))


def people_in(session: Session, look: Look) -> set[str]:
    """Return the students whom an answer shows, whoever's they are."""
    people = known_students(session, (named for table, named in look.named if table == "student"))
    people |= look.noted
    return people | Students(session, look.named).of(pair for pair in look.named if pair[0] != "student")


def record(session: Session, by: Caller, look: Look, people: Collection[str]) -> None:
    """Write who looked at whom, in the session's own transaction."""
    chain.put(session, [_entry(by, look, people)])


def record_at_once(engine: Engine, by: Caller, look: Look, people: Collection[str]) -> None:
    """Write who looked at whom, in a transaction of its own."""
    chain.write_at_once(engine, [_entry(by, look, people)])


def _entry(by: Caller, look: Look, people: Collection[str]) -> chain.Entry:
    return {
        "actor_token": by.token,
        "actor_role": by.role,
        "actor_organisation": by.organisation,
        "action": Action.READ,
        "object_type": LOOK,
        "object_id": look.object_id,
        "before": None,
        "after": {"operation": look.operation, "people": len(people), **({"asked": look.asked} if look.asked else {})},
        "people": sorted(people),
        "trace": by.trace,
    }


def looks_at(session: Session, student_id: str) -> list[AuditEntry]:
    """Return the looks at a student, the oldest first; those whose people are erased are no longer anybody's."""
    looks = select(AuditEntry).where(col(AuditEntry.action) == Action.READ).order_by(col(AuditEntry.sequence))
    looks = looks.execution_options(yield_per=1_000)
    return [entry for entry in session.exec(looks) if student_id in (entry.people or ())]
