"""Touched: which placements in force a transaction's changes may have made impossible, by the rows that it changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, true, union_all
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from placement.tables import Action, Agreement, CapacityOffer, Placement, Request, Student, Supervisor, Unit
from placement_solver.words import Words

MOST_ROWS = 1_000
"""With more changed rows than this, every placement in force counts as touched."""

Way = SelectOfScalar[str]
_placements = select(Placement.id)
_with_parties = (
    _placements.join(Request, col(Request.id) == Placement.request_id)
    .join(Student, col(Student.id) == Request.student_id)
    .join(Unit, col(Unit.id) == Placement.unit_id)
)
Entry = Mapping[str, Any]
Key = tuple[str, str]

JUDGED_BY: Mapping[str, frozenset[str]] = {
    "student": frozenset({"lat", "lon", "zone", "site_id", "max_travel", "distinct_units"}),
    "request": frozenset({"status"}),
    "course": frozenset({"weeks", "kinds", "supervision_credits", "university_healthcare", "sequence", "unit_rule"}),
    "unit": frozenset(
        {
            "provider_id",
            "operator_id",
            "excluded_from_agreement",
            "site_id",
            "kinds",
            "lat",
            "lon",
            "zone",
            "max_students",
            "university_healthcare",
        }
    ),
    "term": frozenset({"travel_base_minutes", "travel_minutes_per_km", "travel_max_minutes"}),
}
"""The columns of each table that a placement is judged by; of other tables every column counts."""

_CEILING = frozenset({"provider_id", "operator_id", "excluded_from_agreement", "weeks"})
"""The columns by which student-weeks are counted under an agreement."""


def _own(kind: str) -> Callable[[Entry], Iterator[Key]]:
    """Make the reader of a table whose rows are touched themselves, or belong to the row that is."""

    def read(entry: Entry) -> Iterator[Key]:
        yield kind, entry["object_id"].split("/")[0]

    return read


def _referred(kind: str, column: str) -> Callable[[Entry], Iterator[Key]]:
    """Make the reader of a table whose rows touch the row that a column refers to."""

    def read(entry: Entry) -> Iterator[Key]:
        yield kind, {**(entry["after"] or {}), **(entry["before"] or {})}[column]

    return read


def _offer(entry: Entry) -> Iterator[Key]:
    """Yield an offer, and the unit of one that is new or removed: it has no row before or after the change."""
    yield "offer", entry["object_id"]
    if entry["action"] is not Action.CHANGED:
        yield "unit", (entry["before"] or entry["after"])["unit_id"]


def _agreement(entry: Entry) -> Iterator[Key]:
    """Yield an agreement, and the parties of one that is new or removed, as for an offer."""
    yield "agreement", entry["object_id"]
    if entry["action"] is not Action.CHANGED:
        values = entry["before"] or entry["after"]
        yield "parties", f"{values['institution_id']}/{values['provider_id']}"


def _zones(entry: Entry) -> Iterator[Key]:
    """Yield the zones of a journey; a zone may have a slash in its name, so every way to part the id is tried."""
    parts = entry["object_id"].split("/")
    for number in range(1, len(parts)):
        yield "zone", "/".join(parts[:number])
        yield "zone", "/".join(parts[number:])


_READERS: Mapping[str, Callable[[Entry], Iterator[Key]]] = {
    "student": _own("student"),
    "blocked_unit": _own("student"),
    "request": _own("request"),
    "site_decision": _referred("student", "student_id"),
    "pin": _referred("request", "request_id"),
    "unit": _own("unit"),
    "capacity_offer": _offer,
    "offer_week": _own("offer"),
    "offer_institution": _own("offer"),
    "supervisor": _own("supervisor"),
    "supervisor_week": _own("supervisor"),
    "training": _referred("supervisor", "supervisor_id"),
    "agreement": _agreement,
    "agreement_unit": _own("agreement"),
    "agreement_volume": _own("agreement"),
    "course": _own("course"),
    "course_window": _own("course"),
    "term": _own("term"),
    "travel_time": _zones,
}
_LIMITS: Mapping[str, str | None] = {
    "capacity_offer": None,
    "offer_week": None,
    "offer_institution": None,
    "unit": "max_students",
    "supervisor": "max_students",
    "agreement": None,
    "agreement_volume": None,
}
"""The tables that limit how many students there may be, and in which column if not all."""
_NEW = frozenset({"student", "request", "unit", "supervisor", "course", "term"})
"""The tables of which a new row touches nothing, because nothing in force refers to it yet."""


class Touched:
    """The rows that some audit entries changed, of those that placements are judged by."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Sort the rows by what they are."""
        self._ids: dict[str, set[str]] = defaultdict(set)
        self.ceilings = False
        self._limits: set[str] = set()
        for entry in entries:
            if _matters(entry):
                for kind, row_id in _READERS[entry["object_type"]](entry):
                    self._ids[kind].add(row_id)
                self.ceilings |= _moves_student_weeks(entry)
                if _is_limit(entry):
                    self._limits.add(entry["object_id"].split("/")[0])
        self.many = sum(map(len, self._ids.values())) > MOST_ROWS

    def __bool__(self) -> bool:
        """Return whether any placement could be touched."""
        return bool(self._ids)

    def limits(self, words: Words) -> bool:
        """Return whether a breach, in words, is of a limit that has changed: if still too low it is told again."""
        return words.en.split(":")[0] in self._limits

    def placements(self) -> ColumnElement[bool]:
        """Return the condition for the placements that are touched."""
        return true() if self.many else among(*self._ways())

    def _ways(self) -> Iterator[Way]:
        """Yield the queries for the placements that the touched rows touch."""
        for kind, ids in sorted(self._ids.items()):
            yield from _WAYS[kind](sorted(ids))


def among(*ways: Way) -> ColumnElement[bool]:
    """Return the condition for the placements that any of some queries finds.

    Each query can go by an index of its own; one condition that joins all of theirs would read every placement.
    """
    return col(Placement.id).in_(union_all(*ways)) if ways else false()


def of_students(ids: Iterable[str]) -> Way:
    """Return the query for the placements of some students."""
    return _placements.where(col(Placement.request_id).in_(select(Request.id).where(col(Request.student_id).in_(ids))))


def at_units(ids: Iterable[str] | Way) -> Way:
    """Return the query for the placements at some units, by their ids or a query for them."""
    return _placements.where(col(Placement.unit_id).in_(ids))


def of_parties(institution: str, provider: str) -> Way:
    """Return the query for the placements of which student and unit belong to two parties."""
    return _with_parties.where(between(institution, provider))


def between(institution: object, provider: object) -> ColumnElement[bool]:
    """Return the condition that a placement's student and unit belong to two parties."""
    at_provider = or_(col(Unit.provider_id) == provider, col(Unit.operator_id) == provider)
    return and_(col(Student.institution_id) == institution, at_provider)


def _under(agreements: Iterable[str]) -> Way:
    """Return the query for the placements of the parties of some agreements."""
    parties = between(Agreement.institution_id, Agreement.provider_id)
    return _with_parties.where(exists().where(col(Agreement.id).in_(agreements), parties))


_WAYS: Mapping[str, Callable[[Sequence[str]], Iterable[Way]]] = {
    "student": lambda ids: [of_students(ids)],
    "request": lambda ids: [_placements.where(col(Placement.request_id).in_(ids))],
    "course": lambda ids: [_with_parties.where(col(Request.course_id).in_(ids))],
    "unit": lambda ids: [at_units(ids)],
    "offer": lambda ids: [at_units(select(CapacityOffer.unit_id).where(col(CapacityOffer.id).in_(ids)))],
    "supervisor": lambda ids: [at_units(select(Supervisor.unit_id).where(col(Supervisor.id).in_(ids)))],
    "term": lambda ids: [_placements.where(col(Placement.term_id).in_(ids))],
    "zone": lambda ids: [_with_parties.where(col(of.zone).in_(ids)) for of in (Student, Unit)],
    "agreement": lambda ids: [_under(ids)],
    "parties": lambda pairs: [of_parties(*pair.split("/")) for pair in pairs],
}
"""The queries for the placements that the rows of each kind touch, by the rows' ids."""


def _matters(entry: Entry) -> bool:
    """Return whether a change may make a placement in force impossible."""
    table, action = entry["object_type"], entry["action"]
    if table not in _READERS or (action is Action.CREATED and table in _NEW):
        return False
    return action is not Action.CHANGED or not JUDGED_BY.get(table, entry["after"].keys()).isdisjoint(entry["after"])


def _is_limit(entry: Entry) -> bool:
    """Return whether a change sets how many students there may be."""
    table = entry["object_type"]
    return table in _LIMITS and (_LIMITS[table] is None or _LIMITS[table] in (entry["after"] or {}))


def _moves_student_weeks(entry: Entry) -> bool:
    """Return whether a change moves student-weeks to another agreement, or changes what an agreement allows."""
    table = entry["object_type"]
    changed = entry["action"] is Action.CHANGED and not _CEILING.isdisjoint(entry["after"])
    return table.startswith("agreement") or (table in {"unit", "course"} and changed)
