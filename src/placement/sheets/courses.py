"""Sheets of courses with their windows: one row per course and term, matched by programme and code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller
from placement.register.courses import CourseBook, courses_of, list_courses
from placement.register.lists import Lists
from placement.register.writing import Writer
from placement.sheets import names
from placement.sheets.cells import Value, words_as_text
from placement.sheets.faults import Faults
from placement.sheets.importing import Outcome, every, take_all
from placement.sheets.keys import Key, Known
from placement.sheets.writing import Sheet
from placement.store.access import INSTITUTIONS, allow, fault
from placement.store.batches import by_owner, read_in_batches
from placement.tables import Course, CourseWindow

HEADS = (
    "id",
    "programmeId",
    "code",
    "name",
    "weeks",
    "hoursPerWeek",
    "kinds",
    "supervisionCredits",
    "universityHealthcare",
    "sequence",
    "unitRule",
    "attempts",
    "teachesInPairs",
    "programmeTerm",
    "termId",
    "starts",
)
NEEDED = ("programme_id", "code", "name", "weeks", "kinds")
PROTECTED: frozenset[str] = frozenset()


def sheet(session: Session, by: Caller, *, programme: str | None = None, term: str | None = None) -> Sheet:
    """Write the caller's courses, optionally of one programme, with their windows, optionally of one term."""
    programmes, terms = names.programmes(session, by), names.terms(session)
    courses = list(every(lambda span: list_courses(session, by, programme=programme, term=term, span=span)))
    found = read_in_batches(session, select(CourseWindow), CourseWindow.course_id, [row.id for row in courses])
    windows = by_owner(found, lambda window: window.course_id)
    lines: list[tuple[Value, ...]] = []
    for row in courses:
        own: tuple[Value, ...] = (
            row.id,
            programmes.name_of(row.programme_id),
            row.code,
            row.name,
            row.weeks,
            row.hours_per_week,
            words_as_text(row.kinds),
            row.supervision_credits,
            row.university_healthcare,
            row.sequence,
            row.unit_rule.value,
            row.attempts,
            row.teaches_in_pairs,
            row.programme_term,
        )
        in_terms = _by_term(windows.get(row.id, ()), term)
        lines += [(*own, terms.name_of(name), words_as_text(starts)) for name, starts in in_terms] or [
            (*own, None, None)
        ]
    return Sheet(HEADS, lines)


def _by_term(windows: Any, wanted: str | None) -> Iterator[tuple[str, list[str]]]:  # noqa: ANN401 (rows of a query)
    """Yield the terms in which a course may start, with the weeks in order."""
    starts: dict[str, list[str]] = {}
    for window in sorted(windows, key=lambda each: str(each.start)):
        if wanted in {None, window.term_id}:
            starts.setdefault(window.term_id, []).append(str(window.start))
    yield from starts.items()


def bring_in(session: Session, by: Caller, rows: Mapping[int, dict[str, Any]], faults: Faults) -> Outcome:
    """Set up the courses that are new, and change those that are stored, with the windows of a term in each row."""
    allow(by, INSTITUTIONS)
    return take_all(session, by, rows, faults, _Lines)


class _Lines:
    """The lines of one import; a course may have one line for each term."""

    def __init__(self, writer: Writer, rows: Mapping[int, dict[str, Any]]) -> None:
        session, by = writer.session, writer.by
        self._references = {"programme_id": names.programmes(session, by), "term_id": names.terms(session)}
        stored = session.exec(select(Course).where(courses_of(by)).order_by(col(Course.id))).all()
        self._known = Known(nouns.COURSE, stored, lambda row: _key_of(row.model_dump()))
        self._claimed: set[tuple[str, str | None]] = set()
        self._lists = Lists(session)
        self._book = CourseBook(writer, [row.id for row in stored])
        self.outcome = Outcome(len(rows))

    def refer(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return a line's values with ids in place of names."""
        return names.refer_all(values, self._references, self.outcome.assumed, self._lists)

    def take(self, values: dict[str, Any]) -> None:
        """Set up or change one course, with its windows of one term."""
        given = self.refer(values)
        term = given.get("term_id")
        names.need_term(given, "starts")
        if term is None:
            given = {name: value for name, value in given.items() if name not in {"term_id", "starts"}}
        row = self._known.find(given, _key_of(given), self.outcome.assumed)
        new = row is None
        if row is None:
            names.need(given, *NEEDED)
            row = self._book.enter(given)
            self._known.add(row)
            self.outcome.created += 1
        if (row.id, term) in self._claimed:
            raise fault(
                "/code",
                "another row of the sheet is about the same course in the same term",
                "en annan rad i bladet gäller samma kurs i samma termin",
            )
        self._claimed.add((row.id, term))
        if not new:
            names.hold(row, given, "programme_id")
            self._known.hold_free(row, _key_of({**row.model_dump(), **given}))
            self.outcome.count(changed=self._book.change(row, given))
            self._known.add(row)


def _key_of(values: Mapping[str, Any]) -> Key:
    """Return the key of a course: its code in its programme."""
    return Key.of(values, "code", "programme_id")
