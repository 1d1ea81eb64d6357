"""Persons: one student is erased before the time, because the student asks for it and the law allows it."""

from __future__ import annotations

import json
from collections.abc import Collection

from sqlalchemy import delete
from sqlmodel import Session, col, select

from placement.callers import SYSTEM, Caller, Role
from placement.clock import today
from placement.errors import ConflictError
from placement.retention.rules import standing_holds
from placement.retention.traces import changes_about, events_about
from placement.retention.work import erase_students, last_day
from placement.store import access, protection
from placement.store.acting import beyond_own
from placement.store.erasing import ERASURE, erase_payloads
from placement.store.idempotency import forget_answers
from placement.store.protection import in_full
from placement.store.scopes import students_of
from placement.tables import (
    Action,
    AuditEntry,
    BestSoFar,
    Event,
    KeptProblem,
    KeptRemedies,
    Plan,
    PlanDocument,
    Preference,
    Request,
    RequestStatus,
    RunPart,
    Student,
    Term,
)


def erase_person(session: Session, by: Caller, student_id: str, reason: str) -> None:
    """Make one student nobody: who they are goes from the register, the feed, the audit trail and plans' documents.

    What has been paid for and counted stays, without the person. Raises a conflict where the law wants the record kept:
    while something of the student's is planned or under way, or on hold.
    """
    if by != SYSTEM:
        access.allow(by, frozenset({Role.INSTITUTION}))
    access.refuse_identity_number("/reason", reason)
    found = session.exec(select(Student).where(col(Student.id) == student_id, students_of(by))).first()
    student = access.found(found, student_id)
    with in_full(session), beyond_own(session):
        _refuse_living(session, student)
        names = protection.names_of(session, [student.id])
        requests = session.exec(select(Request.id).where(col(Request.student_id) == student.id)).all()
        for wish in session.exec(select(Preference).where(col(Preference.request_id).in_(requests))).all():
            session.delete(wish)
        erase_students(session, by, [student.id])
        session.flush()
        events = [line["sequence"] for line in events_about(session, sorted(names))]
        for event in session.exec(select(Event).where(col(Event.sequence).in_(events))).all():
            event.details = {name: value for name, value in event.details.items() if name in {"unitId", "start"}}
        about = [line for line in changes_about(session, sorted(names)) if line["object_type"] != ERASURE]
        erase_payloads(session, by, [line["sequence"] for line in about], reason)
        forget_answers(session, names)
        plans = select(PlanDocument).join(Plan, col(Plan.id) == col(PlanDocument.plan_id))
        for document in session.exec(plans).all():
            if any(name in document.problem or name in document.plan for name in names):
                session.delete(document)
        _forget_runs_without_plan(session, names)
        for kept in session.exec(select(KeptRemedies)).all():
            if kept.request_id in names or any(name in json.dumps(kept.answer) for name in names):
                session.delete(kept)
        session.add(
            AuditEntry(
                actor_token=by.token,
                actor_role=by.role,
                actor_organisation=by.organisation,
                action=Action.REMOVED,
                object_type="retention",
                object_id=student.id,
                before={"reason": reason},
                trace=by.trace,
            )
        )
        session.flush()


def _refuse_living(session: Session, student: Student) -> None:
    """Refuse a student of whom something must be kept, and say what."""
    if any(hold.student_id in {None, student.id} and hold.kind is None for hold in standing_holds(session)):
        raise ConflictError(
            sv="Uppgifterna om studenten får inte raderas just nu: de omfattas av ett beslut om att bevaras.",
            en="What is stored of the student may not be erased now: it is on hold by a decision.",
        )
    terms = select(Term).join(Request, col(Request.term_id) == col(Term.id))
    asked = terms.where(col(Request.student_id) == student.id, col(Request.status) == RequestStatus.OPEN)
    going_on = [term.code for term in session.exec(asked).all() if last_day(term) > today()]
    if going_on:
        codes = ", ".join(sorted(set(going_on)))
        raise ConflictError(
            sv=f"Studenten har begäranden i terminer som inte är slut ({codes}). Återkalla dem först.",
            en=f"The student has requests in terms that are not over ({codes}). Withdraw them first.",
        )


def _forget_runs_without_plan(session: Session, names: Collection[str]) -> None:
    """Take away what runs without a plan have of a student; their parts are then split anew, from what is left."""
    for best in session.exec(select(BestSoFar)).all():
        if any(name in json.dumps(best.found) for name in names):
            session.delete(best)
    for kept in session.exec(select(KeptProblem)).all():
        if any(name in kept.problem for name in names):
            session.delete(kept)
    split = {part.run_id for part in session.exec(select(RunPart)) if any(name in part.problem for name in names)}
    session.exec(delete(RunPart).where(col(RunPart.run_id).in_(split)))
