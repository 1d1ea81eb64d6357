"""Changes: what an import replaces in stored rows, told as the reader knows it; what falls is told first.

The writer notes every value that a book replaces. What is told of it is bounded, and costs a fixed number of queries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic.alias_generators import to_camel
from sqlalchemy import inspect
from sqlmodel import Session

from placement.callers import Caller
from placement.register.names import Names
from placement.register.writing import Replaced
from placement.sheets import names
from placement.sheets.cells import NOTHING, as_text
from placement.sheets.faults import Source
from placement.sheets.layout import HEADINGS
from placement.tables import Cohort, Course, Municipality, Placement, Programme, Row, Site, SiteWish, TravelTime, Unit
from placement.vocabulary import Named
from placement_solver.words import Words

MOST_CHANGES = 1_000
LONGEST_TOLD = 1_000

_YES, _NO = Words("ja", "yes"), Words("nej", "no")
_NAMED = frozenset(
    {
        "blocked_units",
        "funded_by_id",
        "institutions",
        "kinds",
        "operator_id",
        "partner_id",
        "preferences",
        "profession",
        "professions",
        "provider_id",
        "ranking",
        "site_id",
        "units",
    }
)
"""The fields that name other rows, or words of a list."""
_NAMED_IN_SHEETS: Mapping[str, Callable[[Session, Caller], names.Names]] = {
    "cohort_id": names.cohorts,
    "municipality_code": lambda session, _by: names.municipalities(session),
}
"""The fields that name rows which only sheets have names for."""


@dataclass(frozen=True, slots=True)
class ChangeTold:
    """A value that an import has replaced: in which row, what that is about, in which column; None is an empty cell."""

    row: int
    name: Words
    column: Words
    before: Words | None
    after: Words | None


def tell_changes(
    session: Session, by: Caller, replaced: Sequence[tuple[Source, Replaced]]
) -> tuple[list[ChangeTold], int]:
    """Return what is told of the values that rows have replaced, what falls first, and how many there are in all."""
    known = [(source, each) for source, each in replaced if to_camel(each.field) in HEADINGS]
    shown = sorted(known, key=lambda pair: not falls(pair[1]))[:MOST_CHANGES]
    words = _Worded(session, by, [each for _source, each in shown])
    told = [
        ChangeTold(
            source.number,
            words.name_of(each.row),
            source.heading(to_camel(each.field)),
            words.value(each.field, each.before),
            words.value(each.field, each.after),
        )
        for source, each in shown
    ]
    return told, len(known)


def falls(replaced: Replaced) -> bool:
    """Tell whether a change takes something away: the value, or something from a list."""
    before, after = replaced.before, replaced.after
    if before is None or after is None:
        return after is None
    return isinstance(before, list) and any(part not in after for part in before)


class _Worded:
    """The words for what is told, in both languages; names are read at once, as far as the caller may see them."""

    def __init__(self, session: Session, by: Caller, shown: Sequence[Replaced]) -> None:
        self._names = Names(session, by, ids=(name for each in shown for name in _ids_in(each)))
        fields = {each.field for each in shown}
        self._in_sheets = {field: known(session, by) for field, known in _NAMED_IN_SHEETS.items() if field in fields}

    def name_of(self, row: Row) -> Words:
        """Return what a row is called."""
        match row:
            case Cohort() | Municipality() | Site() | Unit():
                return _in_both(row.name)
            case Course() | Programme():
                return _in_both(row.code)
            case TravelTime():
                return _in_both(f"{row.origin} – {row.destination}")
        return self._names.put_in(_in_both(_id_of(row)))

    def value(self, field: str, value: Any) -> Words | None:  # noqa: ANN401 (a column holds what it holds)
        """Return a value as a cell shows it, in words; None for an empty cell."""
        if not isinstance(value, list):
            return None if value is None else self._part(field, value)
        if not value:
            return NOTHING if field == "weeks" else None
        parts = [self._part(field, part) for part in value]
        return Words(_bounded(part.sv for part in parts), _bounded(part.en for part in parts))

    def _part(self, field: str, value: Any) -> Words:  # noqa: ANN401 (as above)
        """Return a value that is no list."""
        match value:
            case Named():
                return value.words
            case bool():
                return _YES if value else _NO
            case (course, credits_, completed, expires):
                until = f"–{expires}" if expires else ""
                return _in_both(f"{course} {as_text(credits_)} hp {completed}{until}")
        if field in self._in_sheets:
            return _in_both(self._in_sheets[field].called(value))
        text = as_text(value)
        return self._names.put_in(_in_both(text)) if field in _NAMED else _in_both(text)


def _ids_in(replaced: Replaced) -> Iterator[str]:
    """Yield the ids and words of lists that a change is told with."""
    yield _id_of(replaced.row)
    if replaced.field in _NAMED:
        for value in (replaced.before, replaced.after):
            yield from value if isinstance(value, list) else [value] if value else []


def _id_of(row: Row) -> str:
    """Return the id by which a row is named; a placement is named as its request, a wish for sites as its student."""
    if isinstance(row, SiteWish):
        return row.student_id
    return row.request_id if isinstance(row, Placement) else str(inspect(type(row)).primary_key_from_instance(row)[0])


def _bounded(parts: Iterator[str]) -> str:
    text = ", ".join(parts)
    return text if len(text) <= LONGEST_TOLD else f"{text[: LONGEST_TOLD - 1]}…"


def _in_both(text: str) -> Words:
    return Words(text, text)
