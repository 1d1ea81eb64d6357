"""Sites of students: the one to which each belongs in a term, and every decision by which that was changed.

A decision holds from a term on, and the last one made goes before those before it. ``Student.site_id`` is the site of
the last one. In a term before the first of them a student belongs to the site that the first one moved from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller
from placement.clock import today
from placement.errors import Fault, InvalidError, no_such
from placement.events.feed import Subject
from placement.register.students import show_student
from placement.register.writing import Writer, writing
from placement.store.access import (
    FIRST,
    INSTITUTIONS,
    Page,
    Span,
    allow,
    fault,
    page_of,
    refuse_identity_number,
)
from placement.store.batches import by_owner, read_in_batches
from placement.store.tokens import holder_of
from placement.tables import Cohort, Programme, Site, SiteDecision, SiteReason, Student, Term

OF_A_ROUND = frozenset({SiteReason.ROUND, SiteReason.LATE_ENTRY})
"""The reasons that only a site round gives."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What is decided of a student's site: which one, from which term, why, by whom, and in which round if any."""

    site_id: str
    from_term: Term
    reason: SiteReason
    decided_by: str
    note: str | None = None
    round_id: str | None = None


def sites_in(session: Session, term: Term, standing: Mapping[str, str | None]) -> Mapping[str, str | None]:
    """Return the site to which each of some students belongs in a term; ``standing`` has ``Student.site_id`` by id."""
    decisions = _decisions(session, standing)
    return {student_id: _site_in(term, site, decisions.get(student_id, ())) for student_id, site in standing.items()}


def _site_in(term: Term, standing: str | None, decisions: Sequence[tuple[SiteDecision, Term]]) -> str | None:
    """Return a student's site in a term, by the decisions on it in the order in which they were made."""
    holding = [decision for decision, from_term in decisions if from_term.first_week <= term.first_week]
    if holding:
        return holding[-1].site_id
    return decisions[0][0].from_site_id if decisions else standing


def list_decisions(session: Session, by: Caller, student_id: str, *, span: Span = FIRST) -> Page[SiteDecision]:
    """List the decisions on a student's site, in the order in which they were made."""
    show_student(session, by, student_id)
    query = select(SiteDecision).where(col(SiteDecision.student_id) == student_id)
    return page_of(session, query.order_by(col(SiteDecision.number)), span)


def move_student(
    session: Session,
    by: Caller,
    student_id: str,
    site_id: str,
    from_term_id: str,
    reason: SiteReason,
    note: str | None = None,
    decided_by: str | None = None,
) -> SiteDecision:
    """Decide that a student belongs to another site from a term on; the decider is the token's holder if not named.

    It may take a site over its quota: what is decided for a student's own reasons is not refused for want of places.
    """
    allow(by, INSTITUTIONS)
    show_student(session, by, student_id)
    student = session.get_one(Student, student_id)
    refuse_identity_number("/note", note)
    refuse_identity_number("/decided_by", decided_by)
    faults = []
    if reason in OF_A_ROUND:
        faults.append(
            Fault(
                "/reason",
                "only a site round gives this reason: choose another",
                "det skälet ger bara ett studieortsval: välj ett annat",
            )
        )
    site = session.get(Site, site_id)
    if site is None or site.institution_id != student.institution_id or not _is_decentralised(session, student):
        faults.append(no_such("/site_id", nouns.SITE, nouns.AT_THE_INSTITUTION))
    term = session.get(Term, from_term_id)
    if term is None:
        faults.append(no_such("/from_term_id", nouns.TERM))
    if faults or term is None:
        raise InvalidError(*faults)
    if site_id == student.site_id == sites_in(session, term, {student_id: student.site_id})[student_id]:
        raise fault(
            "/site_id",
            "the student belongs to this site already",
            "studenten hör redan till den studieorten",
        )
    with writing(session, by) as writer:
        book = SiteDecisionBook(writer, [student])
        return book.decide(
            student, Decided(site_id, term, reason, decided_by or holder_of(session, by), note), tell=True
        )


class SiteDecisionBook:
    """The one place where the sites of students are decided, over the students concerned."""

    def __init__(self, writer: Writer, students: Iterable[Student]) -> None:
        self._writer = writer
        self._made = _decisions(writer.session, {student.id for student in students})

    def decide(self, student: Student, decided: Decided, *, tell: bool) -> SiteDecision:
        """Write a decision, and give the student its site; ``tell`` announces it as an event of its own."""
        made = self._made.get(student.id, [])
        decision = SiteDecision(
            student_id=student.id,
            number=len(made) + 1,
            from_site_id=_site_in(decided.from_term, student.site_id, made),
            site_id=decided.site_id,
            from_term_id=decided.from_term.id,
            reason=decided.reason,
            note=decided.note,
            round_id=decided.round_id,
            decided_on=today(),
            decided_by=decided.decided_by,
        )
        self._writer.add(decision)
        self._writer.change(student, {"site_id": decided.site_id})
        if tell:
            subject = Subject(
                "student.site-decided", "student", student.id, decided.from_term.id, student.institution_id
            )
            told = {"studentId": student.id, "siteId": decided.site_id, "fromTermId": decided.from_term.id}
            self._writer.tell((subject, told))
        return decision


def _decisions(session: Session, students: Iterable[str]) -> dict[str, list[tuple[SiteDecision, Term]]]:
    """Return the decisions on the sites of some students, each with its term, in the order in which they were made."""
    query = select(SiteDecision, Term).join(Term, col(Term.id) == col(SiteDecision.from_term_id))
    rows = read_in_batches(session, query, SiteDecision.student_id, students)
    return by_owner(sorted(rows, key=lambda row: row[0].number), lambda row: row[0].student_id)


def _is_decentralised(session: Session, student: Student) -> bool:
    """Tell whether a student is in a programme whose students belong to sites."""
    query = select(Programme.decentralised).join(Cohort, col(Cohort.programme_id) == col(Programme.id))
    return session.exec(query.where(col(Cohort.id) == student.cohort_id)).one()
