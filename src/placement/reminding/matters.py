"""Matters: what somebody has to do before a date, one function a kind of reminder.

A new kind is a member of `ReminderKind`, a kind of event, and a function here. Each reads only what has its date within
a time, so that it costs little to ask often.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, func, or_, select

from placement.tables import (
    STANDING,
    Agreement,
    CapacityOffer,
    Cohort,
    OfferStatus,
    Organisation,
    OrganisationKind,
    Placement,
    Programme,
    ProtectedStudent,
    Publication,
    ReceiverKind,
    ReminderKind,
    Request,
    Student,
    Supervisor,
    Term,
    Training,
    ends_on,
    last_answer_day,
)
from placement_solver.weeks import IsoWeek

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that a receiver has to do before a date, or to know of: about what, and in which term if in one."""

    kind: ReminderKind
    subject_type: str
    subject_id: str
    receiver_kind: ReceiverKind
    receiver_id: str
    due_on: dt.date
    term_id: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


Finder = Callable[[Session, dt.date, dt.date], Iterator[Matter]]


def find_matters(session: Session, kind: ReminderKind, first: dt.date, last: dt.date) -> Iterator[Matter]:
    """Find the matters of a kind whose date is between two days, both included."""
    return _FINDERS[kind](session, first, last)


def _missing_requests(session: Session, first: dt.date, last: dt.date) -> Iterator[Matter]:
    """Yield each lärosäte that has students or agreements in a term, and no request in it."""
    due = select(Term).where(col(Term.requests_by).between(first, last)).order_by(col(Term.requests_by), col(Term.id))
    for term in session.exec(due).all():
        teaching = select(Programme.institution_id).join(Cohort, col(Cohort.programme_id) == Programme.id)
        concerned = set(session.exec(teaching.where(Cohort.term_id == term.id))) | _with_agreements(session, term)
        for institution in sorted(concerned - _with_requests(session, term)):
            yield Matter(
                ReminderKind.REQUESTS_DUE,
                "term",
                term.id,
                ReceiverKind.INSTITUTION,
                institution,
                term.requests_by,
                term.id,
            )


def _silent_units(session: Session, first: dt.date, last: dt.date) -> Iterator[Matter]:
    """Yield each unit that has been asked for places in a term and has left some question without an answer."""
    silent = (
        select(Term, CapacityOffer.unit_id, func.count())
        .join(CapacityOffer, col(CapacityOffer.term_id) == Term.id)
        .where(CapacityOffer.status == OfferStatus.UNANSWERED, col(Term.answers_by).between(first, last))
        .group_by(col(Term.id), col(CapacityOffer.unit_id))
        .order_by(col(Term.answers_by), col(Term.id), col(CapacityOffer.unit_id))
    )
    for term, unit, number in session.exec(silent):
        yield Matter(
            ReminderKind.ANSWER_DUE,
            "term",
            term.id,
            ReceiverKind.UNIT,
            unit,
            term.answers_by,
            term.id,
            {"unitId": unit, "offers": number},
        )


def _silent_students(session: Session, first: dt.date, last: dt.date) -> Iterator[Matter]:
    """Yield each lärosäte with students who have not said whether they come, once for each last day for answers.

    Students have no address in the service, so their lärosäte reminds them. It reads how many they are, and the list of
    placements has which. Those with a protected identity are not counted: not everybody who reads may know of them.
    """
    silent = (
        select(Term, Publication.published_at, col(Placement.start), Student.institution_id)
        .join(Placement, col(Placement.term_id) == Term.id)
        .join(Publication, col(Publication.id) == Placement.publication_id)
        .join(Request, col(Request.id) == Placement.request_id)
        .join(Student, col(Student.id) == Request.student_id)
        .where(
            col(Term.students_answer_by).is_not(None),
            col(Placement.student_answer).is_(None),
            col(Placement.status).in_(STANDING),
            col(Placement.start) > IsoWeek.of(first),  # nobody answers once the placement has begun
            col(Student.id).not_in(select(ProtectedStudent.student_id)),
        )
    )
    found: Counter[tuple[dt.date, str, str]] = Counter()
    for term, published_at, start, institution in session.exec(silent):
        assert term.students_answer_by is not None  # noqa: S101 (the query asks for it)
        found[last_answer_day(term.students_answer_by, published_at, start), term.id, institution] += 1
    for (due_on, term_id, institution), number in sorted(found.items()):
        if first <= due_on <= last:
            yield Matter(
                ReminderKind.STUDENT_ANSWERS_DUE,
                "term",
                term_id,
                ReceiverKind.INSTITUTION,
                institution,
                due_on,
                term_id,
                {"placements": number},
            )


def _ending_agreements(session: Session, first: dt.date, last: dt.date) -> Iterator[Matter]:
    """Yield each agreement that ends, once for each party, unless another between the two takes over."""
    rows = session.exec(select(Agreement).order_by(col(Agreement.id))).all()
    ends = {row.id: ends_on(row) for row in rows}
    for row in rows:
        end = ends[row.id]
        if end is None or not first <= end <= last:
            continue
        parties = row.institution_id, row.provider_id
        goes_on = any(
            (other.institution_id, other.provider_id) == parties
            and other.valid_from <= end + ONE_DAY
            and (ends[other.id] or dt.date.max) > end
            for other in rows
        )
        if not goes_on:
            for kind, party in zip((ReceiverKind.INSTITUTION, ReceiverKind.PROVIDER), parties, strict=True):
                details = {"agreementId": row.id, "noticeGivenOn": _as_text(row.notice_given_on)}
                yield Matter(ReminderKind.AGREEMENT_ENDS, "agreement", row.id, kind, party, end, None, details)


def _expiring_trainings(session: Session, first: dt.date, last: dt.date) -> Iterator[Matter]:
    """Yield each training that expires, unless the supervisor has one of as many credits that is valid for longer."""
    rows = session.exec(
        select(Training, Supervisor.unit_id)
        .join(Supervisor, col(Supervisor.id) == Training.supervisor_id)
        .where(col(Training.expires_on).between(first, last))
        .order_by(col(Training.expires_on), col(Training.id))
    ).all()
    for training, unit in rows:
        later = select(Training.id).where(
            Training.supervisor_id == training.supervisor_id,
            col(Training.credits) >= training.credits,
            or_(col(Training.expires_on).is_(None), col(Training.expires_on) > training.expires_on),
        )
        if training.expires_on is not None and session.exec(later).first() is None:
            yield Matter(
                ReminderKind.TRAINING_EXPIRES,
                "training",
                training.id,
                ReceiverKind.UNIT,
                unit,
                training.expires_on,
                None,
                {"trainingId": training.id, "supervisorId": training.supervisor_id, "unitId": unit},
            )


def _with_agreements(session: Session, term: Term) -> set[str]:
    """Return the county's lärosäten with an agreement that is in force on some day of a term."""
    begins, over = term.first_week.monday(), term.first_week.plus(term.weeks - 1).sunday()
    rows = session.exec(
        select(Agreement)
        .join(Organisation, col(Organisation.id) == Agreement.institution_id)
        .where(Organisation.kind == OrganisationKind.INSTITUTION, col(Organisation.in_county))
    )
    return {row.institution_id for row in rows if row.valid_from <= over and (ends_on(row) or over) >= begins}


def _with_requests(session: Session, term: Term) -> set[str]:
    """Return the lärosäten that have a request in a term."""
    query = select(Student.institution_id).join(Request, col(Request.student_id) == Student.id)
    return set(session.exec(query.where(Request.term_id == term.id).distinct()))


def _as_text(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


_FINDERS: Mapping[ReminderKind, Finder] = {
    ReminderKind.REQUESTS_DUE: _missing_requests,
    ReminderKind.ANSWER_DUE: _silent_units,
    ReminderKind.STUDENT_ANSWERS_DUE: _silent_students,
    ReminderKind.AGREEMENT_ENDS: _ending_agreements,
    ReminderKind.TRAINING_EXPIRES: _expiring_trainings,
}
