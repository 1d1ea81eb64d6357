"""Work: for each kind of record, which rows have had their time, what is archived of them, and how they are erased."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, delete, select, update

from placement.callers import Caller
from placement.clock import today
from placement.follow_up.counting import journeys_of
from placement.store import access
from placement.store.batches import read_in_batches
from placement.store.erasing import ERASURE, erase_payloads
from placement.tables import (
    ApiToken,
    AuditEntry,
    BlockedUnit,
    Calendar,
    CalendarSubject,
    Cohort,
    Event,
    IdempotencyKey,
    KeptJourney,
    KeptProblem,
    KeptRemedies,
    Plan,
    PlanDocument,
    PlannedPlacement,
    Preference,
    ReminderMail,
    Request,
    Row,
    Run,
    Student,
    StudentPage,
    SurveyAnswer,
    SurveyGroup,
    SurveyInvitation,
    SurveyRound,
    SurveyText,
    Term,
    UnplacedRequest,
)

ERASED = "–"
_OVERDUE = "retention: the time for which the audit trail keeps values has passed"
"""Why old values of the audit trail are erased, in the entry that tells of it."""
COUNTED = {"unitId", "start"}
"""What an old event keeps: the place by which figures know when it was told."""
Keys = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Work:
    """How one kind of record is found, read for the archive, and erased; ``due`` is the last day that is too old.

    What ``may_be_needed_again``, such as a student who comes back, is looked for once more before it is erased.
    """

    find: Callable[[Session, dt.date], Keys]
    read: Callable[[Session, Keys], Mapping[Any, list[Row]]]
    erase: Callable[[Session, Caller, Keys], None]
    may_be_needed_again: bool = False


def _ended(session: Session, due: dt.date) -> set[str]:
    """Return the terms whose last day is not after a day."""
    terms = session.exec(select(Term)).all()
    return {term.id for term in terms if last_day(term) <= due}


def last_day(term: Term) -> dt.date:
    """Return the Sunday of a term's last week."""
    return term.first_week.plus(term.weeks).monday() - dt.timedelta(days=1)


def _students(session: Session, due: dt.date) -> Keys:
    """Find the students whose every term has ended, and who are not erased yet."""
    over = _ended(session, due)
    living = {
        *session.exec(select(Request.student_id).where(col(Request.term_id).not_in(over))),
        *session.exec(
            select(Student.id)
            .join(Cohort, col(Cohort.id) == col(Student.cohort_id))
            .where(col(Cohort.term_id).not_in(over))
        ),
    }
    standing = session.exec(select(Student.id).where(col(Student.erased_on).is_(None)).order_by(col(Student.id)))
    return [student for student in standing if student not in living]


def _read_students(session: Session, keys: Keys) -> Mapping[Any, list[Row]]:
    found: dict[Any, list[Row]] = {}
    for student in read_in_batches(session, select(Student), Student.id, keys):
        found.setdefault(student.id, []).append(student)
    for blocked in read_in_batches(session, select(BlockedUnit), BlockedUnit.student_id, keys):
        found.setdefault(blocked.student_id, []).append(blocked)
    for page in read_in_batches(session, select(StudentPage), StudentPage.student_id, keys):
        found.setdefault(page.student_id, []).append(page)
    return found


def erase_students(session: Session, by: Caller, keys: Keys) -> None:
    """Make students nobody: they keep their placements, and the journeys that figures count, but not who they are."""
    students = read_in_batches(session, select(Student), Student.id, keys)
    for placement_id, minutes, long in journeys_of(session, [student.id for student in students]):
        if session.get(KeptJourney, placement_id) is None:
            session.add(KeptJourney(placement_id=placement_id, minutes=minutes, long=long))
    for table in (BlockedUnit, StudentPage):
        session.exec(delete(table).where(col(table.student_id).in_(keys)))
    about = col(Calendar.subject_type) == CalendarSubject.STUDENT, col(Calendar.subject_id).in_(keys)
    session.exec(delete(Calendar).where(*about))
    for student in students:
        values = {"external_id": f"erased-{secrets.token_hex(8)}", "lat": 0.0, "lon": 0.0, "zone": None}
        nobody = {"priority_class": 0, "max_travel": None, "lottery_number": None, "erased_on": today()}
        access.change(session, by, student, {**values, **nobody})


def _of(table: type[Any], column: Any) -> Callable[[Session, Keys], Mapping[Any, list[Row]]]:  # noqa: ANN401 (a column)
    """Read the rows of a table by a column."""

    def read(session: Session, keys: Keys) -> Mapping[Any, list[Row]]:
        found: dict[Any, list[Row]] = {}
        for row in session.exec(select(table).where(col(column).in_(list(keys)))).all():
            found.setdefault(getattr(row, column.key), []).append(row)
        return found

    return read


def _reading(*readers: Callable[[Session, Keys], Mapping[Any, list[Row]]]) -> Callable[..., Mapping[Any, list[Row]]]:
    """Read from several tables by the same keys."""

    def read(session: Session, keys: Keys) -> Mapping[Any, list[Row]]:
        found: dict[Any, list[Row]] = {}
        for each in readers:
            for key, rows in each(session, keys).items():
                found.setdefault(key, []).extend(rows)
        return found

    return read


def _removing(*tables: tuple[type[Any], Any]) -> Callable[[Session, Caller, Keys], None]:
    """Remove the rows of some tables by a column of each."""

    def remove(session: Session, _by: Caller, keys: Keys) -> None:
        for table, column in tables:
            session.exec(delete(table).where(col(column).in_(list(keys))))

    return remove


def _wishes(session: Session, due: dt.date) -> Keys:
    of_old = select(Request.id).where(col(Request.term_id).in_(_ended(session, due)))
    query = select(Preference.request_id).where(col(Preference.request_id).in_(of_old)).distinct()
    return session.exec(query.order_by(col(Preference.request_id))).all()


def _plans(session: Session, due: dt.date, *tables: Any) -> Keys:  # noqa: ANN401 (tables with a plan)
    old = session.exec(select(Plan.id).where(col(Plan.term_id).in_(_ended(session, due))).order_by(col(Plan.id))).all()
    having = {plan for table in tables for plan in session.exec(select(table.plan_id).distinct())}
    return [plan for plan in old if plan in having]


def _runs_without_plan(session: Session, due: dt.date) -> Keys:
    """Find the runs of which only the problem is kept."""
    query = select(KeptProblem.run_id).join(Run, col(Run.id) == col(KeptProblem.run_id))
    return session.exec(query.where(col(Run.term_id).in_(_ended(session, due))).order_by(col(Run.id))).all()


def _surveys(session: Session, due: dt.date) -> Keys:
    closed = select(SurveyRound.id).where(col(SurveyRound.closes_on) <= due)
    query = select(SurveyGroup.id).where(col(SurveyGroup.round_id).in_(closed)).order_by(col(SurveyGroup.id))
    tables = (SurveyAnswer, SurveyText, SurveyInvitation)
    having = {group for table in tables for group in session.exec(select(table.group_id).distinct())}
    return [group for group in session.exec(query) if group in having]


def _end_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), dt.UTC)


def _empty_events(session: Session, _by: Caller, keys: Keys) -> None:
    """Leave of an event only the place that figures count from."""
    for event in session.exec(select(Event).where(col(Event.sequence).in_(list(keys)))).all():
        event.details = {name: value for name, value in event.details.items() if name in COUNTED}
        session.add(event)
    session.flush()


def _erase_values(session: Session, by: Caller, keys: Keys) -> None:
    """Erase the values and people in some entries of the audit trail; who did what to what, and when, stays."""
    erase_payloads(session, by, keys, _OVERDUE)


def _forget_labels(session: Session, _by: Caller, keys: Keys) -> None:
    session.exec(update(ApiToken).where(col(ApiToken.id).in_(list(keys))).values(label=ERASED))


def _found(session: Session, column: Any, *such: Any) -> Keys:  # noqa: ANN401 (a column and its conditions)
    """Find the keys of rows in their order."""
    found: Keys = session.exec(select(column).where(*such).order_by(col(column))).all()
    return found


WORK: dict[str, Work] = {
    "homes": Work(_students, _read_students, erase_students, may_be_needed_again=True),
    "wishes": Work(
        _wishes,
        _of(Preference, Preference.request_id),
        _removing((Preference, Preference.request_id)),
        may_be_needed_again=True,
    ),
    "documents": Work(
        lambda session, due: [*_plans(session, due, PlanDocument, KeptRemedies), *_runs_without_plan(session, due)],
        _reading(
            _of(PlanDocument, PlanDocument.plan_id),
            _of(KeptRemedies, KeptRemedies.plan_id),
            _of(KeptProblem, KeptProblem.run_id),
        ),
        _removing(
            (PlanDocument, PlanDocument.plan_id),
            (KeptRemedies, KeptRemedies.plan_id),
            (KeptProblem, KeptProblem.run_id),
        ),
        may_be_needed_again=True,
    ),
    "explanations": Work(
        lambda session, due: _plans(session, due, UnplacedRequest, PlannedPlacement),
        _reading(_of(UnplacedRequest, UnplacedRequest.plan_id), _of(PlannedPlacement, PlannedPlacement.plan_id)),
        _removing((UnplacedRequest, UnplacedRequest.plan_id), (PlannedPlacement, PlannedPlacement.plan_id)),
        may_be_needed_again=True,
    ),
    "answers": Work(
        lambda session, due: _found(session, IdempotencyKey.id, col(IdempotencyKey.answered_at) < _end_of(due)),
        _of(IdempotencyKey, IdempotencyKey.id),
        _removing((IdempotencyKey, IdempotencyKey.id)),
    ),
    "surveys": Work(
        _surveys,
        _reading(
            _of(SurveyAnswer, SurveyAnswer.group_id),
            _of(SurveyText, SurveyText.group_id),
            _of(SurveyInvitation, SurveyInvitation.group_id),
        ),
        _removing(
            (SurveyAnswer, SurveyAnswer.group_id),
            (SurveyText, SurveyText.group_id),
            (SurveyInvitation, SurveyInvitation.group_id),
        ),
        may_be_needed_again=True,
    ),
    "events": Work(
        lambda session, due: [
            row.sequence
            for row in session.exec(select(Event).where(col(Event.at) < _end_of(due)).order_by(col(Event.sequence)))
            if not row.details.keys() <= COUNTED
        ],
        _of(Event, Event.sequence),
        _empty_events,
    ),
    "audit": Work(
        lambda session, due: _found(
            session,
            AuditEntry.sequence,
            col(AuditEntry.at) < _end_of(due),
            col(AuditEntry.salt).is_not(None),
            col(AuditEntry.object_type) != ERASURE,
        ),
        _of(AuditEntry, AuditEntry.sequence),
        _erase_values,
    ),
    "tokens": Work(
        lambda session, due: _found(
            session, ApiToken.id, col(ApiToken.revoked_at) < _end_of(due), col(ApiToken.label) != ERASED
        ),
        _of(ApiToken, ApiToken.id),
        _forget_labels,
    ),
    "mails": Work(
        lambda session, due: _found(session, ReminderMail.reminder_id, col(ReminderMail.handed_over_at) < _end_of(due)),
        _of(ReminderMail, ReminderMail.reminder_id),
        _removing((ReminderMail, ReminderMail.reminder_id)),
    ),
}
"""By the kind's key."""


def texts_of(rows: Iterable[Row]) -> str:
    """Return what some rows say, to find out whom they name."""
    return " ".join(str(row.model_dump()) for row in rows)
