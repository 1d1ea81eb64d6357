"""Offer saving: what is sound in a form is stored at once; what takes places away waits until that has been seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import starmap
from typing import Any

from sqlmodel import Session

from placement.callers import Caller, Role
from placement.clock import today
from placement.errors import ConflictError, UnavailableError
from placement.in_force.impossible import tell_impossible
from placement.in_force.placements import Wanted, list_placements
from placement.planning.balances import Balance, list_balances
from placement.register.capacity import change_offers
from placement.register.offer_rows import read_rows
from placement.store.access import EVERY, Span
from placement.tables import Term
from placement.what_if.previews import Preview, preview_reduction
from placement.what_if.reductions import OfferReduction, Reduction
from placement_api.pages.offer_answers import (
    Line,
    offers_in,
    stored_line,
    typed_line,
)
from placement_api.pages.terms import weeks_of
from placement_solver.words import Words

PREVIEW_SECONDS = 10.0
"""How long the search for other places may take."""
_ONE = Span(limit=1)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What taking places away means: the preview, why there is none, or neither where no student is at the units.

    ``balances`` are the provider's agreements as they stand now.
    """

    preview: Preview | None = None
    failed: Words | None = None
    balances: Sequence[Balance] = ()

    @property
    def moved(self) -> int:
        """Return how many placements seen by the reader move, also those that make room."""
        return 0 if self.preview is None else sum(each.can_be_moved for each in self.preview.affected)

    @property
    def lost(self) -> int:
        """Return how many placements seen by the reader have nowhere to go."""
        return 0 if self.preview is None else sum(not each.can_be_moved for each in self.preview.affected)


def read_lines(session: Session, by: Caller, term: Term, fields: Mapping[str, str]) -> list[Line]:
    """Read a form's rows beside what is stored now; what is not the reader's, or not there any more, is left out."""
    numbers, weeks = offers_in(fields), weeks_of(term)
    rows = read_rows(session, by, term, numbers)
    return [typed_line(row, weeks, fields, numbers[row.offer.row.id]) for row in rows]


def look_ahead(
    session: Session, by: Caller, term: Term, lines: Sequence[Line], memory_mb: int | None
) -> Outlook | None:
    """Return what the rows that take places away mean; None where there are none. The session is rolled back.

    It is counted with everything else that the form changes, as it will be when all of it is stored.
    """
    cuts = [line for line in lines if line.held]
    if not cuts:
        return None
    if not any(_has_students(session, by, term, unit) for unit in {line.row.offer.row.unit_id for line in cuts}):
        return Outlook()
    changes = tuple(starmap(OfferReduction, _changes(term, [*cuts, *(line for line in lines if line.ready)])))
    reduction, preview, failed = Reduction(today(), offers=changes), None, None
    try:
        preview = preview_reduction(session, by, term.id, reduction, seconds=PREVIEW_SECONDS, memory_mb=memory_mb)
    except (ConflictError, UnavailableError) as error:
        failed = Words(error.sv, error.en)
    balances = list_balances(session, by, term.id, span=EVERY).rows if by.role is Role.PROVIDER else ()
    return Outlook(preview, failed, balances)


def store_lines(session: Session, by: Caller, term: Term, lines: Sequence[Line]) -> tuple[list[Line], int]:
    """Store every row that is ready; return the rows as they are then, and how many were stored."""
    ready = dict(_changes(term, [line for line in lines if line.ready]))
    if not ready:
        return list(lines), 0
    change_offers(session, by, ready)
    tell_impossible(session, by)
    rows, weeks = {row.offer.row.id: row for row in read_rows(session, by, term, ready)}, weeks_of(term)
    stored = (rows.get(line.row.offer.row.id) for line in lines)
    told = [line if row is None else stored_line(row, weeks) for line, row in zip(lines, stored, strict=True)]
    return told, len(ready)


def _changes(term: Term, lines: Iterable[Line]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each row's offer with the change of it."""
    weeks = weeks_of(term)
    return ((line.row.offer.row.id, line.wanted.change(weeks)) for line in lines if line.wanted is not None)


def _has_students(session: Session, by: Caller, term: Term, unit_id: str) -> bool:
    """Tell whether any placement has been published at a unit in a term."""
    return list_placements(session, by, Wanted(term_id=term.id, unit_id=unit_id), _ONE).total > 0
