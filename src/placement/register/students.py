"""Students: known by their lärosäte's own pseudonym, with what planning needs and nothing else.

Only the lärosäte sees who its students are and where they live (``PROTECTED``). The coordinator may register a
student on a lärosäte's behalf, but may read and change only the other values.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, false
from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller, Role
from placement.errors import NotAllowedError
from placement.fields.seeing import hidden_from, shows
from placement.register.cohorts import cohorts_of
from placement.register.points import check_move, check_point
from placement.register.pseudonyms import check_pseudonym, is_taken, refuse_taken, unseen_pseudonyms
from placement.register.writing import Writer, writing
from placement.store.access import (
    FIRST,
    INSTITUTIONS,
    Page,
    Span,
    allow,
    conflict,
    fault,
    found,
    matching,
    missing,
    page_of,
    refer,
    refer_among,
)
from placement.store.batches import by_owner, read_in_batches
from placement.store.scopes import students_of
from placement.tables import (
    BlockedUnit,
    Cohort,
    Course,
    Programme,
    Request,
    RequestStatus,
    Site,
    SiteDecision,
    Student,
    Unit,
)

PROTECTED = hidden_from(Caller(Role.COORDINATOR), "student", own=False)


@dataclass(frozen=True, slots=True)
class StudentRecord:
    """A student as the caller may see them; values that are protected from the caller are None."""

    id: str
    version: int
    cohort_id: str
    institution_id: str
    external_id: str | None
    lat: float | None
    lon: float | None
    zone: str | None
    site_id: str | None
    max_travel: int | None
    distinct_units: bool
    priority_class: int
    lottery_number: int | None
    blocked_units: tuple[str, ...]
    synthetic: bool


def list_students(
    session: Session,
    by: Caller,
    *,
    cohort: str | None = None,
    term: str | None = None,
    institution: str | None = None,
    external_id: str | None = None,
    span: Span = FIRST,
) -> Page[StudentRecord]:
    """List the caller's students, optionally of one cohort, term, lärosäte or external id."""
    allow(by, INSTITUTIONS)
    query = select(Student).where(students_of(by)).order_by(col(Student.id))
    query = matching(query, ((Student.cohort_id, cohort), (Student.institution_id, institution)))
    if term is not None:
        query = query.where(col(Student.cohort_id).in_(select(Cohort.id).where(col(Cohort.term_id) == term)))
    if external_id is not None:
        query = query.where(known_as(by, external_id))
    page = page_of(session, query, span)
    return Page(_records(session, by, page.rows), page.total)


def known_as(by: Caller, external_id: str) -> ColumnElement[bool]:
    """Return the condition for a lärosäte's students with an external id; who may not see it finds none."""
    return col(Student.external_id) == external_id if _reads_pseudonyms(by) else false()


def show_student(session: Session, by: Caller, student_id: str) -> StudentRecord:
    """Show one student."""
    return _records(session, by, [_own_student(session, by, student_id)])[0]


def register_student(
    session: Session, by: Caller, student: Student, blocked_units: Sequence[str] = ()
) -> StudentRecord:
    """Register a student in a cohort under a pseudonym; the service draws the lottery number later."""
    allow(by, INSTITUTIONS)
    with writing(session, by) as writer:
        StudentBook(writer, (), [student.cohort_id], blocked_units).register(student, blocked_units)
        refuse_taken(taken=is_taken(session, student, student.external_id))
    return _records(session, by, [student])[0]


def change_student(
    session: Session,
    by: Caller,
    student_id: str,
    changes: Mapping[str, Any],
    blocked_units: Sequence[str] | None = None,
) -> StudentRecord:
    """Change a student; a student who moves to another term's cohort loses the lottery number."""
    student = _own_student(session, by, student_id)
    cohorts = {student.cohort_id, changes.get("cohort_id", student.cohort_id)}
    with writing(session, by) as writer:
        StudentBook(writer, [student.id], cohorts, blocked_units or ()).change(student, changes, blocked_units)
        refuse_taken(taken=is_taken(session, student, student.external_id))
    return _records(session, by, [student])[0]


def remove_student(session: Session, by: Caller, student_id: str) -> None:
    """Remove a student without requests, with their blocked units."""
    student = _own_student(session, by, student_id)
    with writing(session, by) as writer:
        StudentBook(writer, [student.id]).remove(student)


def _reads_pseudonyms(by: Caller) -> bool:
    """Return whether a caller reads the pseudonyms of the students that it sees at all."""
    return shows(by, "student.external_id", own=by.role is Role.INSTITUTION)


def _own_student(session: Session, by: Caller, student_id: str) -> Student:
    """Return a student of the caller's; any other student is not found."""
    allow(by, INSTITUTIONS)
    query = select(Student).where(col(Student.id) == student_id, students_of(by))
    return found(session.exec(query).first(), student_id)


def _records(session: Session, by: Caller, students: Sequence[Student]) -> list[StudentRecord]:
    """Return students with their blocked units, without the values that are protected from the caller."""
    blocked: dict[str, list[str]] = {student.id: [] for student in students}
    query = select(BlockedUnit).where(col(BlockedUnit.student_id).in_(blocked))
    for row in session.exec(query.order_by(col(BlockedUnit.unit_id))):
        blocked[row.student_id].append(row.unit_id)
    hidden = dict.fromkeys(hidden_from(by, "student", own=by.role is Role.INSTITUTION))
    nobody = dict.fromkeys(("lat", "lon", "zone"))
    told = [(student, nobody if student.erased_on else {}) for student in students]
    return [
        StudentRecord(
            **{**student.model_dump(exclude={"erased_on"}), **hidden, **empty}, blocked_units=tuple(blocked[student.id])
        )
        for student, empty in told
    ]


class StudentBook:
    """The one place where students are written: rules, blocked units and audit entries.

    A book is opened over the ids of the stored students who are changed, of all cohorts that students leave or join,
    and of the units that may be blocked. It reads what it needs about all of them at once, when it is first needed.
    """

    def __init__(
        self, writer: Writer, students: Iterable[str], cohorts: Iterable[str] = (), units: Iterable[str] = ()
    ) -> None:
        self._writer = writer
        self._session = writer.session
        self._student_ids = set(students)
        self._cohort_ids = set(cohorts)
        self._unit_ids = set(units)

    def register(self, student: Student, blocked_units: Sequence[str] = ()) -> None:
        """Add a student, at the lärosäte that has the cohort."""
        _cohort, programme = self._cohort(student.cohort_id)
        student.institution_id = programme.institution_id
        self._check_pseudonym(student, student.external_id)
        check_point(student)
        self._check_site(programme, student.site_id)
        self._writer.add(student)
        self._block(student, blocked_units)

    def change(self, student: Student, changes: Mapping[str, Any], blocked_units: Sequence[str] | None = None) -> bool:
        """Change a student's values and, where given, the blocked units; tell whether anything changed.

        The coordinator may not change protected values. A student who moves to another term loses the lottery number.
        """
        if self._writer.by.role is Role.COORDINATOR and not PROTECTED.isdisjoint(changes):
            raise NotAllowedError(
                sv="Bara lärosätet får ändra studentens pseudonym och resans startpunkt.",
                en="Only the lärosäte may change a student's pseudonym and where travel starts.",
            )
        before, _programme = self._cohort(student.cohort_id)
        after, programme = self._cohort(changes.get("cohort_id", student.cohort_id))
        self._check_pseudonym(student, changes.get("external_id", student.external_id), student.external_id)
        check_move(student, changes)
        self._check_move(student, before, programme)
        self._check_site(programme, changes.get("site_id", student.site_id))
        self._keep_decided_site(student, changes)
        drawn = {} if after.term_id == before.term_id else {"lottery_number": None}
        changed = bool(self._writer.change(student, {**changes, **drawn}))
        if blocked_units is not None and self._block(student, blocked_units):
            self._writer.touch(student, "max_travel")
            changed = True
        return changed

    def remove(self, student: Student) -> None:
        """Remove a student with the blocked units."""
        self._block(student, ())
        self._writer.remove(student)

    def _cohort(self, cohort_id: str) -> tuple[Cohort, Programme]:
        """Return a cohort of the caller's and its programme."""
        return refer(self._cohorts.get(cohort_id), "/cohort_id", nouns.COHORT)

    def _check_pseudonym(self, student: Student, external_id: str, standing: str | None = None) -> None:
        """Refuse a pseudonym that names a person, or that another student has; a sheet finds those whom it sees."""
        check_pseudonym(self._writer.by, external_id, standing)
        refuse_taken(taken=external_id != standing and (student.institution_id, external_id) in self._unseen)

    @cached_property
    def _unseen(self) -> Collection[tuple[str, str]]:
        return unseen_pseudonyms(self._session)

    def _block(self, student: Student, units: Sequence[str]) -> bool:
        """Replace the units that are blocked for a student; tell whether anything changed."""
        for place, unit_id in enumerate(units):
            refer_among(self._units, unit_id, f"/blocked_units/{place}", nouns.UNIT)
        wanted = [BlockedUnit(student_id=student.id, unit_id=unit) for unit in sorted(units)]
        standing = self._blocked.get(student.id, ())
        self._writer.note(student, "blocked_units", sorted(row.unit_id for row in standing), sorted(units))
        return self._writer.settle(standing, wanted)

    def _check_site(self, programme: Programme, site_id: str | None) -> None:
        """Require one of the lärosäte's sites in a decentralised programme, and refuse a site in any other."""
        if not programme.decentralised:
            if site_id is not None:
                raise fault(
                    "/site_id",
                    "only a student of a decentralised programme belongs to a site",
                    "bara en student på ett decentraliserat program hör till en studieort",
                )
            return
        if site_id is None:
            raise fault(
                "/site_id",
                "a student of a decentralised programme belongs to a site",
                "en student på ett decentraliserat program hör till en studieort",
            )
        if self._institution_of_site.get(site_id) != programme.institution_id:
            raise missing("/site_id", nouns.SITE)

    def _keep_decided_site(self, student: Student, changes: Mapping[str, Any]) -> None:
        """Refuse another site for a student whose site has been decided: that takes a decision, with its reason."""
        if changes.get("site_id", student.site_id) != student.site_id and student.id in self._with_decided_site:
            raise conflict(
                "/site_id",
                "The student's site has been decided. Change it by a decision, which says why and from which term.",
                "Studentens studieort är beslutad. Ändra den med ett beslut, som anger varför och från vilken termin.",
            )

    def _check_move(self, student: Student, before: Cohort, programme: Programme) -> None:
        """Refuse a move to another lärosäte, or away from a programme with open requests in its courses."""
        if programme.institution_id != student.institution_id:
            raise missing("/cohort_id", nouns.COHORT, nouns.AT_THE_INSTITUTION)
        if programme.id != before.programme_id and self._asked.get(student.id, set()) - {programme.id}:
            raise conflict(
                "/cohort_id",
                "The student has open requests in the programme's courses. Withdraw them first.",
                "Studenten har öppna begäranden om placering i programmets kurser. Återkalla dem först.",
            )

    @cached_property
    def _cohorts(self) -> Mapping[str, tuple[Cohort, Programme]]:
        query = select(Cohort, Programme).join(Programme, col(Programme.id) == col(Cohort.programme_id))
        found = read_in_batches(self._session, query.where(cohorts_of(self._writer.by)), Cohort.id, self._cohort_ids)
        return {cohort.id: (cohort, programme) for cohort, programme in found}

    @cached_property
    def _units(self) -> Collection[str]:
        return set(read_in_batches(self._session, select(Unit.id), Unit.id, self._unit_ids))

    @cached_property
    def _blocked(self) -> Mapping[str, Sequence[BlockedUnit]]:
        found = read_in_batches(self._session, select(BlockedUnit), BlockedUnit.student_id, self._student_ids)
        return by_owner(found, lambda row: row.student_id)

    @cached_property
    def _with_decided_site(self) -> Collection[str]:
        query = select(SiteDecision.student_id)
        return set(read_in_batches(self._session, query, SiteDecision.student_id, self._student_ids))

    @cached_property
    def _institution_of_site(self) -> Mapping[str, str]:
        return dict(self._session.exec(select(col(Site.id), col(Site.institution_id))).all())

    @cached_property
    def _asked(self) -> Mapping[str, set[str]]:
        """The programmes in whose courses each student has open requests."""
        query = (
            select(col(Request.student_id), col(Course.programme_id))
            .join(Course, col(Course.id) == col(Request.course_id))
            .where(col(Request.status) == RequestStatus.OPEN)
        )
        asked: dict[str, set[str]] = defaultdict(set)
        for student, programme in read_in_batches(self._session, query, Request.student_id, self._student_ids):
            asked[student].add(programme)
        return asked
