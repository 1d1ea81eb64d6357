"""Sheets of travel times: one row per journey from one zone to another, matched by both zones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from placement.callers import Caller
from placement.register.travel_times import TravelTimeBook, list_travel_times
from placement.register.writing import Writer
from placement.sheets import names
from placement.sheets.faults import Faults
from placement.sheets.importing import Outcome, every, named_in, take_all
from placement.sheets.writing import Sheet
from placement.store.access import COORDINATORS, allow, fault

HEADS = ("origin", "destination", "minutes")
NEEDED = HEADS
PROTECTED: frozenset[str] = frozenset()


def sheet(session: Session, by: Caller, *, origin: str | None = None, destination: str | None = None) -> Sheet:
    """Write the travel times, optionally from one zone or to one."""
    rows = every(lambda span: list_travel_times(session, by, origin=origin, destination=destination, span=span))
    return Sheet(HEADS, [(row.origin, row.destination, row.minutes) for row in rows])


def bring_in(session: Session, by: Caller, rows: Mapping[int, dict[str, Any]], faults: Faults) -> Outcome:
    """Store the travel times that are new, and change those that are known."""
    allow(by, COORDINATORS)
    return take_all(session, by, rows, faults, _Lines)


class _Lines:
    """The lines of one import."""

    def __init__(self, writer: Writer, rows: Mapping[int, dict[str, Any]]) -> None:
        self._book = TravelTimeBook(writer, named_in(rows, "origin"))
        self._named: set[tuple[str, str]] = set()
        self.outcome = Outcome(len(rows))

    def refer(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return a line's values: a zone is its own name."""
        return dict(values)

    def take(self, values: dict[str, Any]) -> None:
        """Store or change one travel time."""
        names.need(values, *NEEDED)
        journey = values["origin"], values["destination"]
        if journey in self._named:
            raise fault(
                "/destination",
                "another row of the sheet is about the same journey",
                "en annan rad i bladet gäller samma resa",
            )
        self._named.add(journey)
        row = self._book.find(*journey)
        if row is None:
            self._book.enter(values)
            self.outcome.created += 1
        else:
            self.outcome.count(changed=self._book.change(row, values))
