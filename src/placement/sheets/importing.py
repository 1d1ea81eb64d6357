"""Importing: what the imports of all lists share: the outcome, the dry run, and the lines one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from sqlmodel import Session

from placement.callers import Caller
from placement.in_force.impossible import Aftermath, foresee_impossible, tell_impossible
from placement.register.writing import Replaced, Writer, writing
from placement.sheets.changes import ChangeTold, tell_changes
from placement.sheets.faults import Faults, Source
from placement.store.access import Page, Span
from placement.store.batches import AT_A_TIME
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class PlacesTold:
    """What a row did to the places of an offer: the student-weeks before and after, and each week that changed."""

    unit_id: str
    unit_name: str
    term_id: str
    professions: Sequence[str]
    before: int
    after: int
    weeks: Sequence[tuple[IsoWeek, int | None, int | None]]

    @property
    def falls(self) -> bool:
        """Tell whether any week has fewer places than before."""
        return any((after or 0) < (before or 0) for _, before, after in self.weeks)


@dataclass(slots=True)
class Outcome:
    """The number of rows handed in, and how many of them were created, changed or left unchanged.

    ``places`` tells what became of each offer's places, ``changes`` what else the changed rows have replaced, the first
    of ``changes_total``, ``assumed`` what was not written but understood, and ``aftermath`` which placements in force
    have become impossible.
    """

    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    places: list[PlacesTold] = field(default_factory=list)
    changes: Sequence[ChangeTold] = ()
    changes_total: int = 0
    assumed: Counter[Words] = field(default_factory=Counter)
    aftermath: Aftermath = field(default_factory=Aftermath)

    def count(self, *, changed: bool) -> None:
        """Count a row that was stored already."""
        if changed:
            self.changed += 1
        else:
            self.unchanged += 1


def hand_in(session: Session, by: Caller, bring_in: Callable[[], Outcome], *, dry_run: bool) -> Outcome:
    """Bring rows in, and tell what that makes impossible; on a dry run, only find out what the outcome would be."""
    with session.begin_nested() as stage:
        outcome = bring_in()
        outcome.aftermath = foresee_impossible(session, by) if dry_run else tell_impossible(session, by)
        if dry_run:
            stage.rollback()
    return outcome


class Lines(Protocol):
    """The lines of one import, over everything that they refer to."""

    @property
    def outcome(self) -> Outcome:
        """Return what has come of the lines so far."""

    def refer(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return a line's values with ids in place of names."""

    def take(self, values: dict[str, Any]) -> None:
        """Create or change what one line is about."""


def take_all(
    session: Session,
    by: Caller,
    rows: Mapping[int, dict[str, Any]],
    faults: Faults,
    open_lines: Callable[[Writer, Mapping[int, dict[str, Any]]], Lines],
) -> Outcome:
    """Take every line, and write all of them or, where any has a fault, none; tell what changed rows replace.

    Of a line that has a fault already, the names are looked up, so that all its faults are told together.
    """
    replaced = list[tuple[Source, Replaced]]()
    with writing(session, by) as writer:
        lines = open_lines(writer, {**rows, **faults.readable})
        outcome = lines.outcome
        for index, values in faults.each(rows):
            with faults.of(index):
                before = outcome.changed
                lines.take(values)
                noted = writer.take_replaced()
                if outcome.changed > before:
                    replaced += [(faults.source(index), each) for each in noted]
        for index, values in faults.readable.items():
            with faults.of(index):
                lines.refer(values)
        faults.settle()
    outcome.changes, outcome.changes_total = tell_changes(session, by, replaced)
    return outcome


def every(part: Callable[[Span], Page[R]]) -> Iterator[R]:
    """Read a whole list, page by page."""
    offset, total = 0, 1
    while offset < total:
        page = part(Span(AT_A_TIME, offset))
        yield from page.rows
        offset, total = offset + AT_A_TIME, page.total


def named_in(rows: Mapping[int, Mapping[str, Any]], *fields: str) -> Collection[str]:
    """Return every text in some fields of the rows; a field may hold one text or a list of them."""
    found: set[str] = set()
    for values in rows.values():
        for name in fields:
            given = values.get(name)
            found.update(given if isinstance(given, list) else [] if given is None else [given])
    return found
