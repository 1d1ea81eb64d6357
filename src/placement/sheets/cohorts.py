"""Sheets of cohorts: one row per cohort, matched by programme, term and name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, select

from placement import nouns
from placement.callers import Caller
from placement.register.cohorts import CohortBook, cohorts_of, list_cohorts
from placement.register.writing import Writer
from placement.sheets import names
from placement.sheets.faults import Faults
from placement.sheets.importing import Outcome, every, take_all
from placement.sheets.keys import Key, Known
from placement.sheets.writing import Sheet
from placement.store.access import INSTITUTIONS, allow
from placement.tables import Cohort

HEADS = ("id", "programmeId", "termId", "name", "size")
NEEDED = ("programme_id", "term_id", "name", "size")
PROTECTED: frozenset[str] = frozenset()


def sheet(session: Session, by: Caller, *, term: str | None = None, programme: str | None = None) -> Sheet:
    """Write the caller's cohorts, optionally of one term or programme."""
    programmes, terms = names.programmes(session, by), names.terms(session)
    cohorts = every(lambda span: list_cohorts(session, by, term=term, programme=programme, span=span))
    lines = [
        (row.id, programmes.name_of(row.programme_id), terms.name_of(row.term_id), row.name, row.size)
        for row in cohorts
    ]
    return Sheet(HEADS, lines)


def bring_in(session: Session, by: Caller, rows: Mapping[int, dict[str, Any]], faults: Faults) -> Outcome:
    """Form the cohorts that are new, and change those that are stored."""
    allow(by, INSTITUTIONS)
    return take_all(session, by, rows, faults, _Lines)


class _Lines:
    """The lines of one import, over everything that they refer to."""

    def __init__(self, writer: Writer, rows: Mapping[int, dict[str, Any]]) -> None:
        session, by = writer.session, writer.by
        self._references = {"programme_id": names.programmes(session, by), "term_id": names.terms(session)}
        stored = session.exec(select(Cohort).where(cohorts_of(by))).all()
        self._known = Known(nouns.COHORT, stored, lambda row: _key_of(row.model_dump()))
        self._book = CohortBook(writer)
        self.outcome = Outcome(len(rows))

    def refer(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return a line's values with ids in place of names."""
        return names.refer_all(values, self._references, self.outcome.assumed)

    def take(self, values: dict[str, Any]) -> None:
        """Form or change one cohort."""
        given = self.refer(values)
        key = _key_of(given)
        cohort = self._known.find(given, key, self.outcome.assumed)
        if cohort is None:
            names.need(given, *NEEDED)
            self._known.claim(None, key)
            self._book.form(Cohort(**given))
            self.outcome.created += 1
            return
        names.hold(cohort, given, "programme_id", "term_id")
        self._known.claim(cohort, _key_of({**cohort.model_dump(), **given}))
        self.outcome.count(changed=self._book.change(cohort, given))


def _key_of(values: Mapping[str, Any]) -> Key:
    """Return the key of a cohort: its name in its programme and term."""
    return Key.of(values, "name", "programme_id", "term_id")
