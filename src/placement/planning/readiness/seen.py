"""Seen: a term as a run would see it, as far as the caller may see it.

What a run would read comes from `planning.entries`, so that the two agree: an offer without an answer gives nothing, a
training counts if it is valid throughout the term, and an agreement covers whole weeks. Requests are read as bare ids,
since a county has thousands. Weeks are bits of a number: bit 0 is the term's first week.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache, cached_property

from sqlalchemy import ColumnElement, true
from sqlalchemy import select as rows_of
from sqlmodel import Session, col, select

from placement.callers import SYSTEM, Caller, Role
from placement.planning import entries
from placement.planning.decisions import Posed
from placement.planning.entries import Entry
from placement.planning.gather import gather, gather_for
from placement.planning.other_terms import write_taken
from placement.planning.readiness.findings import Item, same
from placement.register.student_sites import sites_in
from placement.store.scopes import students_of, units_seen_by
from placement.tables import (
    Course,
    CourseWindow,
    Organisation,
    Programme,
    Request,
    RequestStatus,
    RunMode,
    Student,
    Term,
    Unit,
    agreement_party,
)
from placement_solver.faults import Fault, InvalidProblem
from placement_solver.problem import Problem, Taken
from placement_solver.words import Words


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """The open requests of a lärosäte for one course, from students of one site or of none.

    ``starts`` are the course's start weeks within the term, and ``spans`` the weeks of those that also end within it.
    """

    course: Course
    institution: str
    profession: str
    site: str | None
    requests: int
    students: frozenset[str]
    starts: tuple[int, ...]
    spans: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """An open request: its student, course, lärosäte, and the student's site."""

    student: str
    course: str
    institution: str
    site: str | None


@dataclass(frozen=True, slots=True)
class Places:
    """An answered offer: where it is, for whom, its places week by week, and in which weeks it has any."""

    unit: str
    professions: frozenset[str]
    institutions: frozenset[str] | None
    places: tuple[int, ...]
    weeks: int

    @property
    def student_weeks(self) -> int:
        """Its student-weeks in all."""
        return sum(self.places)

    def are_for(self, profession: str, institution: str) -> bool:
        """Tell whether students of a profession and a lärosäte may have the places."""
        return profession in self.professions and (self.institutions is None or institution in self.institutions)


@dataclass(frozen=True, slots=True)
class Tutor:
    """A supervisor with room for students: the profession, the training that counts (hp) and the weeks on duty."""

    profession: str
    credits: float
    weeks: int


_Needed = tuple[frozenset[str], str | None, bool]
"""What a unit must be: of one of some kinds, at a site, and a university healthcare unit if so."""


class Seen:
    """A term as a run would see it, read part by part when a check first needs it, in a fixed number of statements."""

    def __init__(self, session: Session, by: Caller, term: Term) -> None:
        self.session, self.by, self.term = session, by, term
        self._index = {term.first_week.plus(week): week for week in range(term.weeks)}

    @cached_property
    def organisations(self) -> Mapping[str, Words]:
        """Every organisation's names."""
        return {row.id: Words(row.name_sv, row.name_en) for row in self.session.exec(select(Organisation))}

    @cached_property
    def units(self) -> Mapping[str, Unit]:
        """Every unit of the county, by name; a check names only those of ``own_units``, or counts them."""
        return {row.id: row for row in self.session.exec(select(Unit).order_by(col(Unit.name), col(Unit.id)))}

    @cached_property
    def own_units(self) -> AbstractSet[str]:
        """The units that the caller may see."""
        return set(self.session.exec(select(Unit.id).where(units_seen_by(self.by))))

    @cached_property
    def every_offer(self) -> list[Places]:
        """The answered offers of every unit."""
        return [
            Places(
                entry["unit"],
                frozenset(entry["professions"]),
                None if entry["institutions"] is None else frozenset(entry["institutions"]),
                tuple(entry["places"]),
                _bits(week for week, places in enumerate(entry["places"]) if places),
            )
            for entry in entries.write_capacities(self.session, self.term, self._index)
        ]

    @cached_property
    def taken(self) -> Mapping[str, list[Taken]]:
        """What is in force in other terms in the weeks of this one, as a run has it, by unit."""
        is_open = Request.term_id == self.term.id, Request.status == RequestStatus.OPEN
        asked = set(self.session.exec(select(Request.id).where(*is_open)))
        taken: defaultdict[str, list[Taken]] = defaultdict(list)
        for entry in write_taken(self.session, self.term, (), asked):
            each = Taken(**entry)
            taken[each.unit].append(each)
        return taken

    def taken_of_offer(self, offer: Places) -> Counter[str]:
        """Return how many of an offer's student-weeks other terms have taken, by term: in no week more than it has."""
        left, found = list(offer.places), Counter[str]()
        for each in self.taken.get(offer.unit, ()):
            for week in each.weeks if offer.are_for(each.profession, each.institution) else ():
                found[each.term] += left[week] > 0
                left[week] -= 1
        return +found

    def taken_under(self, agreement: Entry) -> Counter[str]:
        """Return how many of the student-weeks that an agreement covers other terms have taken, by term."""
        found, parties = Counter[str](), (agreement["institution"], agreement["provider"])
        for unit, those in self.taken.items():
            provider = agreement_party(self.units[unit])
            for each in those:
                is_under = (each.institution, provider) == parties and _admits(agreement, each.profession, unit)
                found[each.term] += _within(agreement, each) if is_under else 0
        return +found

    @cached_property
    def offers(self) -> list[Places]:
        """The answered offers with places that concern the caller: a lärosäte's are those open to it."""
        given = [offer for offer in self.every_offer if offer.weeks and offer.unit in self.own_units]
        if self.by.role is not Role.INSTITUTION:
            return given
        return [each for each in given if each.institutions is None or self.by.organisation in each.institutions]

    @cached_property
    def supervisors(self) -> list[Entry]:
        """Every supervisor as a run has them."""
        return entries.write_supervisors(self.session, self.term, self._index)

    @cached_property
    def tutors(self) -> Mapping[str, list[Tutor]]:
        """The supervisors of each unit who take students in some week of the term."""
        tutors: defaultdict[str, list[Tutor]] = defaultdict(list)
        for each in self.supervisors:
            weeks = self.every_week if each["weeks"] is None else _bits(each["weeks"])
            if each["max_students"] and weeks:
                tutors[each["unit"]].append(Tutor(each["profession"], each["credits"], weeks))
        return tutors

    @cached_property
    def agreements(self) -> list[Entry]:
        """Every agreement that holds for at least one whole week of the term."""
        return entries.write_agreements(self.session, self.term)

    @cached_property
    def own_agreements(self) -> list[Entry]:
        """Those of the agreements that the caller is a party to."""
        if self.by.role is Role.COORDINATOR:
            return self.agreements
        part = "institution" if self.by.role is Role.INSTITUTION else "provider"
        return [each for each in self.agreements if each[part] == self.by.organisation]

    @property
    def every_week(self) -> int:
        """All weeks of the term."""
        return _bits(range(self.term.weeks))

    @cached_property
    def requests(self) -> Mapping[str, OpenRequest]:
        """The open requests by id: a lärosäte's own, and everybody's for others.

        A provider is told no more of them than how its own agreements suffice, as in the agreement balances.
        """
        rows = self.session.execute(
            rows_of(
                col(Request.id),
                col(Student.id),
                col(Request.course_id),
                col(Student.institution_id),
                col(Student.site_id),
            )
            .join(Student, col(Student.id) == Request.student_id)
            .where(col(Request.term_id) == self.term.id, col(Request.status) == RequestStatus.OPEN)
            .where(self._is_asked_by_own())
        ).all()
        sites = sites_in(self.session, self.term, {student: site for _, student, _, _, site in rows})
        return {
            id_: OpenRequest(student, course, institution, sites[student])
            for id_, student, course, institution, _ in rows
        }

    @cached_property
    def asked(self) -> list[Asked]:
        """The same requests, put together by course, lärosäte and site."""
        students: defaultdict[tuple[str, str, str | None], list[str]] = defaultdict(list)
        for each in self.requests.values():
            students[each.course, each.institution, each.site].append(each.student)
        return [self._asked(*key, those) for key, those in students.items()]

    @cached_property
    def anybody_asks(self) -> bool:
        """Whether the term has an open request at all, of any lärosäte."""
        query = select(Request.id).where(Request.term_id == self.term.id, Request.status == RequestStatus.OPEN)
        return self.session.exec(query.limit(1)).first() is not None

    @cached_property
    def posed(self) -> Problem | tuple[Fault, ...]:
        """The whole term as the problem of a run that plans it anew, or what is wrong with it."""
        try:
            return gather(self.session, SYSTEM, self.term.id)
        except InvalidProblem as error:
            return error.faults

    @cached_property
    def mended(self) -> Posed | None:
        """The whole term as a run has it that releases the pins which cannot be kept; None if more is wrong with it."""
        if isinstance(self.posed, Problem):
            return Posed(self.posed)
        try:
            return gather_for(self.session, SYSTEM, self.term.id, RunMode.REPAIR)
        except InvalidProblem:
            return None

    def _is_asked_by_own(self) -> ColumnElement[bool]:
        return students_of(self.by) if self.by.role is Role.INSTITUTION else true()

    def _asked(self, course_id: str, institution: str, site: str | None, students: list[str]) -> Asked:
        """Return the requests of some students of a lärosäte and a site for a course."""
        course, profession = self._courses[course_id]
        starts = tuple(self._windows[course_id])
        spans = tuple(_span(start, course.weeks) for start in starts if start + course.weeks <= self.term.weeks)
        return Asked(course, institution, profession, site, len(students), frozenset(students), starts, spans)

    @property
    def courses(self) -> Mapping[str, Course]:
        """Every course."""
        return {course_id: course for course_id, (course, _) in self._courses.items()}

    @cached_property
    def _courses(self) -> Mapping[str, tuple[Course, str]]:
        """Every course with its profession."""
        rows = self.session.exec(
            select(Course, Programme.profession).join(Programme, col(Programme.id) == Course.programme_id)
        )
        return {course.id: (course, profession) for course, profession in rows}

    @cached_property
    def _windows(self) -> Mapping[str, list[int]]:
        """The start weeks of each course within the term."""
        starts: defaultdict[str, list[int]] = defaultdict(list)
        rows = self.session.exec(
            select(col(CourseWindow.course_id), col(CourseWindow.start)).where(CourseWindow.term_id == self.term.id)
        )
        for course, start in rows:
            if start in self._index:
                starts[course].append(self._index[start])
        return starts

    def fitting(self, asked: Asked) -> Collection[str]:
        """Return the units of a kind that the course accepts, at the students' site, whatever they offer."""
        return self._fitting(_needed(asked))

    @cached_property
    def _fitting(self) -> Callable[[_Needed], AbstractSet[str]]:
        by_kind: defaultdict[str, list[tuple[str, str | None, bool]]] = defaultdict(list)
        for unit in self.units.values():
            for kind in unit.kinds:
                by_kind[kind].append((unit.id, unit.site_id, unit.university_healthcare))

        def fitting(needed: _Needed) -> AbstractSet[str]:
            kinds, at, university_healthcare = needed
            return {
                unit
                for kind in kinds
                for unit, site, teaches in by_kind[kind]
                if site == at and (teaches or not university_healthcare)
            }

        return cache(fitting)

    def suiting(self, asked: Asked) -> Mapping[str, int]:
        """Return the fitting units that offer the students places, each with the weeks in which it does."""
        return self._suiting(_needed(asked), asked.profession, asked.institution)

    @cached_property
    def _suiting(self) -> Callable[[_Needed, str, str], Mapping[str, int]]:
        def suiting(needed: _Needed, profession: str, institution: str) -> Mapping[str, int]:
            open_to = self._open_to(profession, institution)
            return {unit: open_to[unit] for unit in self._fitting(needed) if unit in open_to}

        return cache(suiting)

    def _open_to(self, profession: str, institution: str) -> Mapping[str, int]:
        """Return the units with places for a profession and a lärosäte, each with its weeks."""
        key = profession, institution
        if key not in self._openings:
            weeks: defaultdict[str, int] = defaultdict(int)
            for offer in self.every_offer:
                if offer.weeks and offer.are_for(profession, institution):
                    weeks[offer.unit] |= offer.weeks
            self._openings[key] = weeks
        return self._openings[key]

    @cached_property
    def _openings(self) -> dict[tuple[str, str], Mapping[str, int]]:
        return {}

    def covering(self, asked: Asked, unit: str) -> list[Entry]:
        """Return the agreements that cover the students at a unit in all weeks of one of the course's spans, if any."""
        parties = asked.institution, agreement_party(self.units[unit])
        return [each for each in self._by_parties[parties] if _covers(each, asked, unit)]

    @cached_property
    def _by_parties(self) -> defaultdict[tuple[str, str], list[Entry]]:
        parties: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
        for each in self.agreements:
            parties[each["institution"], each["provider"]].append(each)
        return parties

    def course_items(self, asked: Iterable[Asked]) -> list[Item]:
        """Return the courses of some requests, each with its lärosäte and how many requests there are."""
        requests: defaultdict[tuple[str, str], int] = defaultdict(int)
        rows = {}
        for each in asked:
            requests[each.course.id, each.institution] += each.requests
            rows[each.course.id] = each.course
        return [
            Item(
                course,
                same(rows[course].name),
                rows[course].code,
                self.organisations[institution],
                {"requests": number},
            )
            for (course, institution), number in requests.items()
        ]

    def unit_items(self, ids: Collection[str]) -> tuple[Item, ...]:
        """Return some units by name, each with its provider."""
        return tuple(
            Item(unit.id, same(unit.name), unit.hsa_id, self.organisations[unit.provider_id])
            for unit in self.units.values()
            if unit.id in ids
        )


def _bits(weeks: Iterable[int]) -> int:
    """Return weeks as the bits of a number."""
    return sum(1 << week for week in set(weeks))


def _span(first: int, weeks: int) -> int:
    """Return a number of weeks from the first one on."""
    return (1 << weeks) - 1 << first


def _needed(asked: Asked) -> _Needed:
    """Return what a unit must be for some requests."""
    return frozenset(asked.course.kinds), asked.site, asked.course.university_healthcare


def _covers(agreement: Entry, asked: Asked, unit: str) -> bool:
    """Tell whether an agreement covers a profession at a unit in all weeks of a span; without spans any weeks do."""
    weeks = _span(agreement["first_week"], agreement["last_week"] - agreement["first_week"] + 1)
    return _admits(agreement, asked.profession, unit) and (
        not asked.spans or any(span & weeks == span for span in asked.spans)
    )


def _within(agreement: Entry, taken: Taken) -> int:
    """Return in how many of its weeks something that is taken lies within an agreement's."""
    return sum(agreement["first_week"] <= week <= agreement["last_week"] for week in taken.weeks)


def _admits(agreement: Entry, profession: str, unit: str) -> bool:
    """Tell whether an agreement is for a profession, and for a unit of its provider."""
    return (agreement["professions"] is None or profession in agreement["professions"]) and (
        agreement["units"] is None or unit in agreement["units"]
    )
