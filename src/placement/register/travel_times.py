"""Travel times: minutes from one zone to another, where they are known; everybody may read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.register.writing import Writer, keep_fixed, writing
from placement.store.access import ANYONE, COORDINATORS, FIRST, Page, Span, allow, fault, found, matching, page_of
from placement.store.batches import read_in_batches
from placement.tables import TravelSource, TravelTime


@dataclass(slots=True)
class Stored:
    """How many travel times were new, were changed, and were the same already."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0


def list_travel_times(
    session: Session, by: Caller, *, origin: str | None = None, destination: str | None = None, span: Span = FIRST
) -> Page[TravelTime]:
    """List the travel times by origin and destination, optionally from one zone, or to one."""
    allow(by, ANYONE)
    query = select(TravelTime).order_by(col(TravelTime.origin), col(TravelTime.destination))
    wanted = (TravelTime.origin, origin), (TravelTime.destination, destination)
    return page_of(session, matching(query, wanted), span)


def store_travel_times(session: Session, by: Caller, given: Sequence[Mapping[str, Any]]) -> Stored:
    """Store travel times, new ones and those known already; journeys that are not named keep theirs."""
    allow(by, COORDINATORS)
    stored, named = Stored(), set()
    with writing(session, by) as writer:
        book = TravelTimeBook(writer, {values["origin"] for values in given})
        for place, values in enumerate(given):
            journey = values["origin"], values["destination"]
            if journey in named:
                raise fault(
                    f"/travel_times/{place}",
                    "another row has the same origin and destination",
                    "en annan rad har samma start och mål",
                )
            named.add(journey)
            row = book.find(*journey)
            if row is None:
                book.enter(values)
                stored.created += 1
            elif book.change(row, values):
                stored.changed += 1
            else:
                stored.unchanged += 1
    return stored


def remove_travel_time(session: Session, by: Caller, origin: str, destination: str) -> None:
    """Remove a travel time: the journey is estimated from then on."""
    allow(by, COORDINATORS)
    row = found(session.get(TravelTime, (origin, destination)), f"{origin} – {destination}")
    with writing(session, by) as writer:
        writer.remove(row)


class TravelTimeBook:
    """The one place where travel times are written, with their audit entries.

    A book is opened over the origins of the journeys concerned.
    """

    def __init__(self, writer: Writer, origins: Iterable[str]) -> None:
        self._writer = writer
        self._origins = set(origins)

    def find(self, origin: str, destination: str) -> TravelTime | None:
        """Return the stored travel time of a journey; None if it is estimated."""
        return self._known.get((origin, destination))

    def enter(self, given: Mapping[str, Any]) -> TravelTime:
        """Add the travel time of a journey, and return the row."""
        row = TravelTime(**{"source": TravelSource.MANUAL, **given})
        self._writer.add(row)
        return row

    def change(self, row: TravelTime, changes: Mapping[str, Any]) -> bool:
        """Change how long a journey takes, and tell whether it changed; the same minutes keep their source."""
        keep_fixed(row, changes, "origin", "destination")
        if changes.get("minutes", row.minutes) == row.minutes:
            return False
        return bool(self._writer.change(row, {"source": TravelSource.MANUAL, **changes}))

    @cached_property
    def _known(self) -> Mapping[tuple[str, str], TravelTime]:
        query = select(TravelTime)
        rows = read_in_batches(self._writer.session, query, TravelTime.origin, self._origins)
        return {(row.origin, row.destination): row for row in rows}
