"""Rules: how many days a kind of record is kept, as the county has decided, and what is on hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller
from placement.clock import today
from placement.retention.kinds import KIND, KINDS, Kind
from placement.store import access
from placement.store.access import COORDINATORS, FIRST, Page, Span
from placement.store.tokens import holder_of
from placement.tables import LegalHold, RetentionRule, Student


def days_kept(session: Session, day: dt.date | None = None) -> dict[str, int]:
    """Return for how many days each kind of record is kept on a day: by its latest rule, or else by default.

    A kind that has other kinds in it, as a plan's documents have homes, is kept no longer than they are.
    """
    valid = select(RetentionRule).where(col(RetentionRule.valid_from) <= (day or today()))
    latest = {rule.kind: rule.days for rule in session.exec(valid.order_by(col(RetentionRule.valid_from))).all()}
    own = {kind.key: latest.get(kind.key, kind.days) for kind in KINDS}
    return {kind.key: min(own[key] for key in (kind.key, *kind.with_kinds)) for kind in KINDS}


def list_kinds(session: Session, by: Caller, *, span: Span = FIRST) -> Page[tuple[Kind, int]]:
    """List the kinds of record with their days today; it is no secret."""
    access.allow(by, access.ANYONE)
    return Page(kinds_today(session)[span.offset : span.offset + span.limit], len(KINDS))


def kinds_today(session: Session) -> list[tuple[Kind, int]]:
    """Return every kind of record with its days today, which anybody may read."""
    days = days_kept(session)
    return [(kind, days[kind.key]) for kind in KINDS]


def list_rules(session: Session, by: Caller, *, span: Span = FIRST) -> Page[RetentionRule]:
    """List the rules that the county has entered, the latest first."""
    access.allow(by, COORDINATORS)
    query = select(RetentionRule).order_by(col(RetentionRule.valid_from).desc(), col(RetentionRule.id))
    return access.page_of(session, query, span)


def enter_rule(session: Session, by: Caller, kind: str, days: int, valid_from: dt.date, reason: str) -> RetentionRule:
    """Enter for how long a kind of record is kept from a day on, and why; the day is today or later."""
    access.allow(by, COORDINATORS)
    access.refuse_identity_number("/reason", reason)
    if kind not in KIND:
        known = ", ".join(KIND)
        raise access.fault("/kind", f"give one of {known}", f"ange något av {known}")
    if valid_from < today():
        raise access.fault("/valid_from", "the day has passed", "dagen har passerat")
    standing = select(RetentionRule).where(col(RetentionRule.kind) == kind, col(RetentionRule.valid_from) == valid_from)
    if session.exec(standing).first() is not None:
        raise access.conflict(
            "/valid_from",
            "The kind already has a rule from that day. Enter one from another day.",
            "Slaget har redan en regel från den dagen. Ange en annan dag.",
        )
    rule = RetentionRule(kind=kind, days=days, valid_from=valid_from, reason=reason, decided_by=holder_of(session, by))
    access.add(session, by, rule)
    return rule


def list_holds(session: Session, by: Caller, *, span: Span = FIRST) -> Page[LegalHold]:
    """List what must be kept for now, and what had to be."""
    access.allow(by, COORDINATORS)
    return access.page_of(session, select(LegalHold).order_by(col(LegalHold.placed_on), col(LegalHold.id)), span)


def show_hold(session: Session, by: Caller, hold_id: str) -> LegalHold:
    """Show one."""
    access.allow(by, COORDINATORS)
    return access.found(session.exec(select(LegalHold).where(col(LegalHold.id) == hold_id)).first(), hold_id)


def place_hold(
    session: Session, by: Caller, reason: str, *, kind: str | None = None, student_id: str | None = None
) -> LegalHold:
    """Keep everything of a student, everything of a kind, or everything, until the hold is lifted."""
    access.allow(by, COORDINATORS)
    access.refuse_identity_number("/reason", reason)
    if kind is not None and kind not in KIND:
        known = ", ".join(KIND)
        raise access.fault("/kind", f"give one of {known}", f"ange något av {known}")
    if kind is not None and student_id is not None:
        raise access.fault("/student_id", "give a kind or a student", "ange ett slag eller en student")
    if student_id is not None:
        student = session.exec(select(Student).where(col(Student.id) == student_id)).first()
        access.refer(student, "/student_id", nouns.STUDENT)
    hold = LegalHold(
        kind=kind, student_id=student_id, reason=reason, decided_by=holder_of(session, by), placed_on=today()
    )
    access.add(session, by, hold)
    return hold


def lift_hold(session: Session, by: Caller, hold_id: str) -> LegalHold:
    """Lift a hold from today on; one that is lifted stays as it was."""
    hold = show_hold(session, by, hold_id)
    if hold.lifted_on is None:
        access.change(session, by, hold, {"lifted_on": today()})
    return hold


def standing_holds(session: Session) -> Sequence[LegalHold]:
    """Return the holds that are not lifted."""
    return session.exec(select(LegalHold).where(col(LegalHold.lifted_on).is_(None)).order_by(col(LegalHold.id))).all()
