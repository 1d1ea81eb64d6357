"""Protection: students with a protected identity are not there for those who have not the right to see them.

A session is told who reads (``look_as``). From then on none of its queries finds a row of a student who is hidden from
that caller: neither the student nor a request, placement, event or audit entry about one. So no list, count, search or
export has to think of it. What must count everyone, such as a room's places, says so (``in_full``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import ColumnElement, Table, and_, event, inspect, or_, true
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria
from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.store.acting import as_the_service
from placement.store.batches import read_in_batches
from placement.store.naming import Names, PathNames, names_none_of
from placement.tables import (
    Action,
    AuditEntry,
    BlockedUnit,
    Calendar,
    CalendarSubject,
    Event,
    KeptJourney,
    KeptRemedies,
    LedgerEntry,
    LegalHold,
    Pin,
    Placement,
    PlannedPlacement,
    Preference,
    ProtectedStudent,
    Request,
    Row,
    SiteDecision,
    SiteTurn,
    SiteWish,
    Student,
    StudentPage,
    SurveyInvitation,
    Swap,
    SwapSide,
    UnplacedRequest,
)

P = ParamSpec("P")
R = TypeVar("R")
W = TypeVar("W", SiteWish, SiteTurn)

_READER = "protection.reader"
_HIDDEN = "protection.hidden"
_FULL = "protection.in_full"
_ID = re.compile(r"\\(?:u[0-9a-fA-F]{4}|[bfnrt])|[A-Za-z0-9]+_[A-Za-z0-9_]+")
"""What may be an id; before it, what JSON writes for a line's end or the like, which is no part of an id."""

OF_STUDENTS: Mapping[type[Row], str] = {
    ProtectedStudent: "student_id",
    BlockedUnit: "student_id",
    Request: "student_id",
    LedgerEntry: "student_id",
    SiteDecision: "student_id",
    SiteWish: "student_id",
    SiteTurn: "student_id",
    StudentPage: "student_id",
    LegalHold: "student_id",
}
"""The tables whose rows are about one student, by the column that says which."""
OF_REQUESTS: Mapping[type[Row], str] = {
    Preference: "request_id",
    Pin: "request_id",
    Placement: "request_id",
    PlannedPlacement: "request_id",
    UnplacedRequest: "request_id",
    KeptRemedies: "request_id",
}
OF_PLACEMENTS: Mapping[type[Row], str] = {
    SwapSide: "placement_id",
    SurveyInvitation: "placement_id",
    KeptJourney: "placement_id",
}
"""A statement's line is of a placement too. It stays, because its weeks are paid, and its placement gets an alias."""

SECRET_OBJECTS = ("protected_student",)
"""What the audit trail does not tell in the API: who is protected."""
SECRET_ADDRESSES = ("/v1/protected-students", "/v1/arrivals")
"""Where only protected students are looked at: the looks there are not told in the API either."""
_NAMED_IN_AUDIT = ("id", "student_id", "request_id", "placement_id", "partner_id", "subject_id")
_NAMING = frozenset(
    table.name for table in Row.metadata.tables.values() if not set(_NAMED_IN_AUDIT[1:]).isdisjoint(table.c.keys())
)
"""The tables whose entries may name somebody by their values. Others are not searched: an audit trail is long."""
_NAMING_OTHERS = ("calendar", "site_turn", "site_wish")
"""Those of them whose entries name somebody who is not among their ``people``. An old entry has no people at all."""
_ASKED_IN_LOOKS = ("asked.studentId", "asked.requestId", "asked.placementId")
_NAMED_IN_EVENTS = ("studentId", "requestId", "placementId")


@dataclass(frozen=True, slots=True)
class Aliased:
    """A protected student and what names them: the student's own id and those of their requests and placements."""

    student_id: str
    institution_id: str
    alias_key: str
    ids: frozenset[str]

    def alias(self, own_id: str, document: str) -> str:
        """Return what an id is called in one document: the same there, and another in every other document."""
        made = hashlib.sha256(f"{self.alias_key}/{document}/{own_id}".encode()).hexdigest()
        return f"{own_id.partition('_')[0]}_{made[:16]}"


@dataclass(frozen=True)
class Hidden:
    """The protected students that a caller does not see, and their rows."""

    students: tuple[Aliased, ...] = ()
    requests: frozenset[str] = frozenset()
    placements: frozenset[str] = frozenset()
    swaps: frozenset[str] = frozenset()
    keys: frozenset[str] = field(default_factory=frozenset)

    @property
    def student_ids(self) -> frozenset[str]:
        """Return the ids of the students."""
        return frozenset(each.student_id for each in self.students)

    @cached_property
    def owner(self) -> Mapping[str, Aliased]:
        """Return whose each id is; a swap with a hidden student counts as theirs."""
        swaps = {swap: each for each in self.students[:1] for swap in self.swaps}
        return swaps | {own_id: each for each in self.students for own_id in each.ids}

    def veil(self, text: str, document: str, known: Container[str] = ()) -> str:
        """Return a text with an alias, unique to the document, in place of each id that must not be seen.

        An id among those ``known``, which the reader has written, stays: an alias would tell that it is of somebody.
        """

        def aliased(found: re.Match[str]) -> str:
            whose = self.owner.get(found[0])
            return found[0] if whose is None or found[0] in known else whose.alias(found[0], document)

        return _ID.sub(aliased, text) if self.owner else text

    def called(self, own_id: str, document: str) -> str:
        """Return what an id is called in a document: its alias if it must not be seen, otherwise itself."""
        whose = self.owner.get(own_id)
        return own_id if whose is None else whose.alias(own_id, document)

    @cached_property
    def criteria(self) -> tuple[Any, ...]:
        """Return what every query leaves out."""
        students, requests, placements = sorted(self.student_ids), sorted(self.requests), sorted(self.placements)
        left_out: dict[type[Any], ColumnElement[bool]] = {
            Student: col(Student.id).not_in(students),
            Swap: col(Swap.id).not_in(sorted(self.swaps)),
            Calendar: or_(
                col(Calendar.subject_type) != CalendarSubject.STUDENT, col(Calendar.subject_id).not_in(students)
            ),
            Event: and_(
                col(Event.subject_id).not_in(sorted(self.owner)),
                *names_none_of(Event.details, _NAMED_IN_EVENTS, sorted(self.owner)),
            ),
            AuditEntry: and_(
                col(AuditEntry.object_id).not_in(sorted(self.owner.keys() | self.keys)),
                or_(
                    col(AuditEntry.object_type).not_in(sorted(_NAMING)),
                    and_(col(AuditEntry.people).is_not(None), col(AuditEntry.object_type).not_in(_NAMING_OTHERS)),
                    and_(
                        *names_none_of(AuditEntry.before, _NAMED_IN_AUDIT, sorted(self.owner)),
                        *names_none_of(AuditEntry.after, _NAMED_IN_AUDIT, sorted(self.owner)),
                    ),
                ),
                or_(
                    col(AuditEntry.action) != Action.READ,
                    and_(*names_none_of(AuditEntry.after, _ASKED_IN_LOOKS, sorted(self.owner))),
                ),
                or_(
                    and_(col(AuditEntry.action) != Action.READ, col(AuditEntry.people).is_(None)),
                    and_(
                        col(AuditEntry.action) != Action.READ,
                        ~Names(col(AuditEntry.people), students),
                    ),
                    and_(
                        col(AuditEntry.action) == Action.READ,
                        ~PathNames(col(AuditEntry.object_id), sorted(self.owner)),
                    ),
                ),
            ),
        }
        for tables, ids in ((OF_STUDENTS, students), (OF_REQUESTS, requests), (OF_PLACEMENTS, placements)):
            for table, name in tables.items():
                column = col(getattr(table, name))
                left_out[table] = or_(column.is_(None), column.not_in(ids))
        return tuple(with_loader_criteria(table, such, include_aliases=True) for table, such in left_out.items())


NOBODY_HIDDEN = Hidden()


def ids_in(text: str) -> frozenset[str]:
    """Return every word of a text that may be an id."""
    return frozenset(_ID.findall(text))


def look_as(session: Session, by: Caller) -> None:
    """Let a session read as a caller: from now on it finds nothing of the protected students hidden from them."""
    session.info.pop(_HIDDEN, None)
    session.info[_READER] = by


def without_hidden(session: Session, entry: AuditEntry) -> AuditEntry:
    """Return a look as it is told to a session's reader: without those of its people who are hidden from them."""
    hidden = hidden_in(session).student_ids
    seen = [each for each in entry.people or () if each not in hidden]
    if entry.action is not Action.READ or len(seen) == len(entry.people or ()):
        return entry
    told = {**entry.model_dump(), "people": seen, "after": {**(entry.after or {}), "people": len(seen)}}
    return AuditEntry(**told)


def alone(session: Session, row: W) -> W:
    """Return a wish or a turn as it is told to a session's reader: without a partner who is hidden from them."""
    if row.partner_id not in hidden_in(session).student_ids:
        return row
    told: dict[str, Any] = {**row.model_dump(), "partner_id": None}
    return type(row)(**told | ({"apart": False} if "apart" in told else {}))


def seen_in(session: Session, table: Table) -> ColumnElement[bool]:
    """Return the condition for rows of a table that are not a hidden student's, for a query without classes."""
    hidden = hidden_in(session)
    named: dict[str, tuple[str, Iterable[str]]] = {"student": ("id", hidden.student_ids)}
    for tables, ids in (
        (OF_STUDENTS, hidden.student_ids),
        (OF_REQUESTS, hidden.requests),
        (OF_PLACEMENTS, hidden.placements),
    ):
        named |= {inspect(kind).local_table.name: (name, ids) for kind, name in tables.items()}
    if table.name not in named:
        return true()
    column, left_out = named[table.name]
    return or_(table.c[column].is_(None), table.c[column].not_in(sorted(left_out)))


def hidden_in(session: Session) -> Hidden:
    """Return what is hidden from the reader of a session; nothing in a session that reads for the service itself."""
    by: Caller | None = session.info.get(_READER)
    if by is None:
        return NOBODY_HIDDEN
    found: Hidden | None = session.info.get(_HIDDEN)
    if found is None:
        found = session.info[_HIDDEN] = _hidden_from(session, by)
    return found


def is_known_to_hide_nobody(session: Session) -> bool:
    """Tell, without asking the database, whether it is known that nobody is hidden from the reader of a session."""
    found: Hidden | None = session.info.get(_HIDDEN)
    return found is not None and not found.students


def forget(session: Session) -> None:
    """Let a session find out anew what is hidden, after it has changed."""
    session.info.pop(_HIDDEN, None)


@contextmanager
def in_full(session: Session) -> Iterator[None]:
    """Let a block's queries count everyone: what it decides must be right, and what it answers names nobody hidden."""
    session.info[_FULL] = session.info.get(_FULL, 0) + 1
    try:
        yield
    finally:
        session.info[_FULL] -= 1


@contextmanager
def _knowing_everyone(session: Session) -> Iterator[None]:
    """Let a block read, of everyone, who is protected and what names them; it writes nothing, not even what waits."""
    with as_the_service(session), in_full(session), session.no_autoflush:
        yield


def counting_everyone(does: Callable[Concatenate[Session, P], R]) -> Callable[Concatenate[Session, P], R]:
    """Let a function that begins with a session count everyone (``in_full``)."""

    @wraps(does)
    def do(session: Session, *args: P.args, **named: P.kwargs) -> R:
        with in_full(session):
            return does(session, *args, **named)

    return do  # type: ignore[return-value] # mypy gives what is wrapped a name for its first argument


def protected_of(session: Session, institution: str | None = None) -> list[Aliased]:
    """Return the protected students, perhaps of one lärosäte, each with the ids that name them."""
    with _knowing_everyone(session):
        marked = select(ProtectedStudent, Student.institution_id).join(
            Student, col(Student.id) == col(ProtectedStudent.student_id)
        )
        if institution is not None:
            marked = marked.where(col(Student.institution_id) == institution)
        found = session.exec(marked.order_by(col(ProtectedStudent.student_id))).all()
        ids: dict[str, set[str]] = {row.student_id: {row.student_id} for row, _ in found}
        if not ids:
            return []
        requests = read_in_batches(session, select(Request.id, Request.student_id), Request.student_id, ids)
        student_of = dict(requests)
        placements = select(Placement.id, Placement.request_id)
        for placement, request in read_in_batches(session, placements, Placement.request_id, student_of):
            ids[student_of[request]].add(placement)
        for request, student in requests:
            ids[student].add(request)
    return [Aliased(row.student_id, at, row.alias_key, frozenset(ids[row.student_id])) for row, at in found]


def without_protected(session: Session, student_ids: Iterable[str]) -> int:
    """Count students as they are told of to many at once, such as in an event: as if nobody protected were there."""
    return len(set(student_ids) - {each.student_id for each in protected_of(session)})


def names_of(session: Session, student_ids: Iterable[str]) -> frozenset[str]:
    """Return the ids that name some students: their own, and those of their requests and placements."""
    ids = set(student_ids)
    with _knowing_everyone(session):
        requests = read_in_batches(session, select(Request.id), Request.student_id, ids)
        placements = read_in_batches(session, select(Placement.id), Placement.request_id, requests)
    return frozenset({*ids, *requests, *placements})


def _hidden_from(session: Session, by: Caller) -> Hidden:
    """Find what is hidden from a caller: every protected student but, with the right, those of the own lärosäte."""
    students = [
        each for each in protected_of(session) if not (by.sees_protected and each.institution_id == by.organisation)
    ]
    if not students:
        return Hidden()
    ids = {each.student_id for each in students}
    names = {own_id for each in students for own_id in each.ids}
    with _knowing_everyone(session):
        requests = read_in_batches(session, select(Request.id), Request.student_id, ids)
        placements = read_in_batches(session, select(Placement.id), Placement.request_id, requests)
        sides = select(SwapSide.swap_id, SwapSide.placement_id)
        swapped = read_in_batches(session, sides, SwapSide.placement_id, placements)
        turns = read_in_batches(session, select(SiteTurn.round_id, SiteTurn.student_id), SiteTurn.student_id, ids)
        inside = [
            own_id
            for table in (StudentPage, LedgerEntry, SiteDecision, SiteWish)
            for own_id in read_in_batches(session, select(table.id), table.student_id, ids)
        ]
        pins = read_in_batches(session, select(Pin.id), Pin.request_id, names)
    keys = {f"{one}/{other}" for one, other in (*swapped, *turns)} | {*inside, *pins}
    return Hidden(
        tuple(students),
        frozenset(requests),
        frozenset(placements),
        frozenset(swap for swap, _ in swapped),
        frozenset(keys),
    )


@event.listens_for(Session, "do_orm_execute")
def _leave_out(state: ORMExecuteState) -> None:
    """Leave what is hidden from the reader out of a query."""
    session = state.session
    if not state.is_select or _READER not in session.info or session.info.get(_FULL):
        return
    hidden = hidden_in(session)  # type: ignore[arg-type]
    if hidden.students:
        state.statement = state.statement.options(*hidden.criteria)
