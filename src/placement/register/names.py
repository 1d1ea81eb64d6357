"""Names: what a reader calls the rows behind our ids, within what the reader may see.

The solver knows only ids, and its sentences name them. A sentence that leaves the service goes through `Names`, which
puts in a unit's, a course's or an agreement's name, or the lärosäte's own id of a student, and a word of a list in the
reader's language. What the reader may not see keeps its id. A request has no name: `who_asks` tells whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, or_, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.fields.seeing import shows
from placement.register.lists import Lists
from placement.store.acting import beyond_own
from placement.store.batches import by_owner, read_in_batches
from placement.store.scopes import students_of, units_of, units_seen_by
from placement.tables import (
    Agreement,
    CapacityOffer,
    Course,
    ListedWord,
    Organisation,
    Placement,
    Programme,
    Request,
    Site,
    Student,
    Supervisor,
    Unit,
)
from placement_solver.words import Words

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]*")
_AFTER = ".:-"
"""What may follow an id in a sentence, although an id may have it inside."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a reader calls a row: its kind, its name, and the id that its owner has given it, if there is one."""

    id: str
    kind: str
    words: Words
    own_id: str | None = None


@dataclass(frozen=True, slots=True)
class Who:
    """Whose a request is: its student, lärosäte and course; only that lärosäte reads the pseudonym.

    ``weeks`` is how long the course requires a placement to be.
    """

    request_id: str
    student_id: str
    student_external_id: str | None
    institution_id: str
    institution_name: Words
    course_id: str
    course_code: str
    course_name: str
    weeks: int


def who_asks(session: Session, by: Caller, request_ids: Iterable[str]) -> dict[str, Who]:
    """Return whose some requests are, by the ids of requests that the caller may see."""
    query = (
        select(Request, Student, Course, Organisation)
        .join(Student, col(Student.id) == col(Request.student_id))
        .join(Course, col(Course.id) == col(Request.course_id))
        .join(Organisation, col(Organisation.id) == col(Student.institution_id))
    )
    return {
        request.id: Who(
            request_id=request.id,
            student_id=student.id,
            student_external_id=student.external_id if _reads_pseudonym(by, student) else None,
            institution_id=institution.id,
            institution_name=Words(institution.name_sv, institution.name_en),
            course_id=course.id,
            course_code=course.code,
            course_name=course.name,
            weeks=course.weeks,
        )
        for request, student, course, institution in read_in_batches(session, query, Request.id, request_ids)
    }


class Names:
    """The names of the rows that some ids or sentences mention, read with one query for each kind that they mention."""

    def __init__(
        self, session: Session, by: Caller, ids: Iterable[str | None] = (), texts: Iterable[Words] = ()
    ) -> None:
        """Read the names; an id or a word that names no row, or none that the reader may see, has no name."""
        wanted = {row_id for row_id in ids if row_id is not None}
        wanted.update(word for words in texts for word in _words_in(words))
        kinds = by_owner(wanted, lambda word: word.partition("_")[0])
        read = {kind: reader(session, by, kinds[kind]) for kind, reader in _READERS.items() if kind in kinds}
        listed = _listed(session, by, wanted)
        self._names = {name.id: name for names in (listed, *read.values()) for name in names}

    def among(self, ids: Iterable[str]) -> list[Name]:
        """Return the names of those of some ids that have one, in the order of the ids."""
        return [self._names[row_id] for row_id in sorted(set(ids)) if row_id in self._names]

    def name_of(self, row_id: str | None) -> str | None:
        """Return a name that is the same in both languages, such as a unit's; None if the reader may not see it."""
        name = self._names.get(row_id or "")
        return None if name is None else name.words.sv

    def words_of(self, row_id: str) -> Words:
        """Return a name in both languages; our id if the reader may not see it."""
        name = self._names.get(row_id)
        return Words(row_id, row_id) if name is None else name.words

    def own_id_of(self, row_id: str | None) -> str | None:
        """Return the id that a row's owner has given it; None if there is none or the reader may not see it."""
        name = self._names.get(row_id or "")
        return None if name is None else name.own_id

    def put_in(self, words: Words) -> Words:
        """Return a sentence with names in place of ids, in both languages."""
        return Words(self._with_names(words.sv, lambda name: name.sv), self._with_names(words.en, lambda name: name.en))

    def _with_names(self, text: str, of: Callable[[Words], str]) -> str:
        """Put the names of one language into a text."""

        def named(found: re.Match[str]) -> str:
            word = found[0].rstrip(_AFTER)
            name = self._names.get(word)
            return found[0] if name is None else of(name.words) + found[0][len(word) :]

        return _WORD.sub(named, text)


def _words_in(words: Words) -> Iterator[str]:
    """Yield what may be an id, or a word of a list, in a sentence."""
    yield from (found.rstrip(_AFTER) for text in (words.sv, words.en) for found in _WORD.findall(text))


def _units(session: Session, by: Caller, ids: Iterable[str]) -> Iterator[Name]:
    for unit in read_in_batches(session, select(Unit).where(units_seen_by(by)), Unit.id, ids):
        yield Name(unit.id, "unit", _in_both(unit.name), unit.hsa_id)


def _offers(session: Session, by: Caller, ids: Iterable[str]) -> Iterator[Name]:
    """Name an offer by its unit and its professions."""
    query = select(CapacityOffer, Unit).join(Unit, col(Unit.id) == col(CapacityOffer.unit_id))
    lists = Lists(session)
    for offer, unit in read_in_batches(session, query.where(units_seen_by(by)), CapacityOffer.id, ids):
        named = [lists.professions.name_of(profession) for profession in offer.professions]
        sv, en = "/".join(words.sv for words in named), "/".join(words.en for words in named)
        yield Name(offer.id, "offer", Words(f"{unit.name} – {sv}", f"{unit.name} – {en}"))


def _students(session: Session, by: Caller, ids: Iterable[str]) -> Iterator[Name]:
    """Name a student by pseudonym, to the student's lärosäte alone."""
    for student in read_in_batches(session, select(Student).where(_known_to(by)), Student.id, ids):
        yield Name(student.id, "student", _in_both(student.external_id), student.external_id)


def _requests(session: Session, by: Caller, ids: Iterable[str]) -> Iterator[Name]:
    """Name a request by its student and its course; only the lärosäte reads the pseudonym, others our id."""
    query = select(Request, Student, Course).join(Student, col(Student.id) == col(Request.student_id))
    query = query.join(Course, col(Course.id) == col(Request.course_id)).where(_courses_seen_by(by))
    query = query.where(students_of(by) if by.role is Role.INSTITUTION else true())
    for request, student, course in read_in_batches(session, query, Request.id, ids):
        called = student.external_id if _reads_pseudonym(by, student) else student.id
        yield Name(request.id, "request", _in_both(f"{called} ({course.code})"))


def _supervisors(session: Session, by: Caller, ids: Iterable[str]) -> Iterator[Name]:
    """Name a supervisor by the provider's pseudonym, but to a lärosäte or another provider as somebody at the unit."""
    query = select(Supervisor, Unit, units_of(by), units_seen_by(by))
    query = query.join(Unit, col(Unit.id) == col(Supervisor.unit_id))
    with beyond_own(session):
        known = read_in_batches(session, query, Supervisor.id, ids)
    for supervisor, unit, own, seen in known:
        if shows(by, "supervisor.external_id", own=own):
            yield Name(supervisor.id, "supervisor", _in_both(supervisor.external_id), supervisor.external_id)
        else:
            at = Words(f" vid {unit.name}", f" at {unit.name}") if seen else Words("", "")
            yield Name(supervisor.id, "supervisor", Words(f"en handledare{at.sv}", f"a supervisor{at.en}"))


def _agreements(session: Session, by: Caller, ids: Iterable[str]) -> Iterator[Name]:
    """Name an agreement by its parties."""
    institution, provider = aliased(Organisation), aliased(Organisation)
    query = (
        select(Agreement, institution, provider)
        .join(institution, col(institution.id) == col(Agreement.institution_id))
        .join(provider, col(provider.id) == col(Agreement.provider_id))
        .where(_party_to(by))
    )
    for agreement, one, other in read_in_batches(session, query, Agreement.id, ids):
        words = Words(f"{one.name_sv} – {other.name_sv}", f"{one.name_en} – {other.name_en}")
        yield Name(agreement.id, "agreement", words)


def _organisations(session: Session, _by: Caller, ids: Iterable[str]) -> Iterator[Name]:
    for row in read_in_batches(session, select(Organisation), Organisation.id, ids):
        yield Name(row.id, "organisation", Words(row.name_sv, row.name_en), row.external_id)


def _sites(session: Session, _by: Caller, ids: Iterable[str]) -> Iterator[Name]:
    for site in read_in_batches(session, select(Site), Site.id, ids):
        yield Name(site.id, "site", _in_both(site.name))


def _listed(session: Session, _by: Caller, codes: Iterable[str]) -> Iterator[Name]:
    """Name the professions and the kinds of units; a code that is in both lists is named as a profession."""
    query = select(ListedWord).order_by(col(ListedWord.list).desc())
    for row in read_in_batches(session, query, ListedWord.code, codes):
        yield Name(row.code, row.list.value, Words(row.name_sv, row.name_en), row.code)


_READERS: Mapping[str, Callable[[Session, Caller, Iterable[str]], Iterator[Name]]] = {
    "unt": _units,
    "off": _offers,
    "stu": _students,
    "req": _requests,
    "sup": _supervisors,
    "agr": _agreements,
    "org": _organisations,
    "sit": _sites,
}
"""Who reads the names of the rows whose ids begin so."""


def _reads_pseudonym(by: Caller, student: Student) -> bool:
    """Return whether a caller may read a student's pseudonym: only the student's lärosäte does."""
    own = by.role is Role.INSTITUTION and by.organisation == student.institution_id
    return shows(by, "student.external_id", own=own)


def _known_to(by: Caller) -> ColumnElement[bool]:
    """Return the condition for the students whose pseudonyms a caller may read: a lärosäte's own."""
    own = by.role is Role.INSTITUTION
    return students_of(by) if shows(by, "student.external_id", own=own) else false()


def _courses_seen_by(by: Caller) -> ColumnElement[bool]:
    """Return the condition for the courses that a caller may see: all, the lärosäte's own, or those of its students."""
    if by.role is Role.COORDINATOR:
        return true()
    if by.role is Role.INSTITUTION:
        own = select(Programme.id).where(col(Programme.institution_id) == by.organisation)
        return col(Course.programme_id).in_(own)
    placed = select(Request.course_id).join(Placement, col(Placement.request_id) == col(Request.id))
    return col(Course.id).in_(placed.join(Unit, col(Unit.id) == col(Placement.unit_id)).where(units_of(by)))


def _party_to(by: Caller) -> ColumnElement[bool]:
    """Return the condition for the agreements that a caller may see: all, or those that it is a party to."""
    if by.role is Role.COORDINATOR:
        return true()
    return or_(col(Agreement.institution_id) == by.organisation, col(Agreement.provider_id) == by.organisation)


def _in_both(name: str) -> Words:
    """Return a name that both languages share."""
    return Words(name, name)
