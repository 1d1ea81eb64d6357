"""Differences: for each pair of drafts, how many requests they place alike, and which ones they do not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import String, type_coerce
from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.reading.places import Place, name_place
from placement.register.names import Names, Who, who_asks
from placement.store.access import Span
from placement.tables import Plan, PlannedPlacement, UnplacedRequest
from placement_solver.weeks import IsoWeek

Line = tuple[str, str, str | None]
"""Where, when and with whom a request is placed."""
Pair = tuple[str, str]
"""Two drafts, by their runs' ids."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Whom a plan places and how, by the request's id, and whom it leaves without a place."""

    lines: Mapping[str, Line]
    left_out: Collection[str]


@dataclass(frozen=True, slots=True)
class Differing:
    """A request that two drafts place differently: whose it is, and its place in each, if it has one there."""

    who: Who
    first: Place | None
    second: Place | None


@dataclass(frozen=True, slots=True)
class Difference:
    """How two drafts differ: requests placed alike, elsewhere, with another supervisor, or in only one of them.

    ``neither`` counts those without a place in both, ``units`` the units with students in either, and ``units_alike``
    those of them where nothing differs. ``requests`` are some of the requests that are not placed alike.
    """

    first: str
    second: str
    same: int
    moved: int
    other_supervisor: int
    only_first: int
    only_second: int
    neither: int
    units: int
    units_alike: int
    requests: Sequence[Differing]

    @property
    def differing(self) -> int:
        """Return how many requests are not placed alike."""
        return self.moved + self.other_supervisor + self.only_first + self.only_second


def placed_by(session: Session, plan: Plan) -> Placed:
    """Return where, when and with whom a plan places each request, and which requests have no place."""
    rows = session.exec(
        select(
            col(PlannedPlacement.request_id),
            col(PlannedPlacement.unit_id),
            type_coerce(col(PlannedPlacement.start), String),  # only compared: parsing the weeks would be slow
            col(PlannedPlacement.supervisor_id),
        ).where(PlannedPlacement.plan_id == plan.id)
    )
    lines = {request: (unit, start, supervisor) for request, unit, start, supervisor in rows}
    left_out = session.exec(select(UnplacedRequest.request_id).where(UnplacedRequest.plan_id == plan.id))
    return Placed(lines, frozenset(left_out))


def differences_between(
    session: Session, by: Caller, placed: Mapping[str, Placed], span: Span, pair: Pair | None = None
) -> list[Difference]:
    """Return how the drafts of each pair differ, with the names of what is told.

    Some requests of every pair are told, by their ids; or if a ``pair`` is given only of that one, unit by unit: by the
    unit in the first draft, and last those that have no place there.
    """
    differing = {
        (one, other): _differing(placed[one].lines, placed[other].lines) for one, other in combinations(placed, 2)
    }
    if pair is None:
        wanted: Mapping[Pair, Sequence[str]] = differing
    else:
        wanted = {pair: _unit_by_unit(session, by, differing.get(pair, ()), *(placed[each].lines for each in pair))}
    shown = {each: requests[span.offset : span.offset + span.limit] for each, requests in wanted.items()}
    who = who_asks(session, by, {request for requests in shown.values() for request in requests})
    told = [
        line
        for each, requests in shown.items()
        for run in each
        for line in map(placed[run].lines.get, requests)
        if line is not None
    ]
    names = Names(session, by, (row_id for unit, _, supervisor in told for row_id in (unit, supervisor)))

    def place(run: str, request: str) -> Place | None:
        line = placed[run].lines.get(request)
        if line is None:
            return None
        unit, start, supervisor = line
        return name_place(names, unit, IsoWeek.parse(start), who[request].weeks, supervisor)

    def of(each: Pair) -> list[Differing]:
        first, second = each
        return [Differing(who[name], place(first, name), place(second, name)) for name in shown.get(each, ())]

    return [
        _difference(each, placed[each[0]], placed[each[1]], requests, of(each)) for each, requests in differing.items()
    ]


def _differing(one: Mapping[str, Line], other: Mapping[str, Line]) -> list[str]:
    """Return the requests that two drafts place differently, by their ids."""
    return [request for request in sorted(one.keys() | other.keys()) if one.get(request) != other.get(request)]


def _unit_by_unit(
    session: Session, by: Caller, requests: Sequence[str], one: Mapping[str, Line], other: Mapping[str, Line]
) -> list[str]:
    """Return requests by the name of their unit in the first draft, then by week; last those without a place there."""
    names = Names(session, by, {line[0] for lines in (one, other) for line in map(lines.get, requests) if line})

    def order(request: str) -> tuple[bool, str, str, str, str]:
        first = one.get(request)
        unit, start, _ = first or other[request]
        return first is None, names.name_of(unit) or unit, unit, start, request

    return sorted(requests, key=order)


def _difference(
    pair: Pair, one: Placed, other: Placed, differing: Sequence[str], shown: Sequence[Differing]
) -> Difference:
    """Count how two drafts differ."""
    first, second = pair
    lines, others = one.lines, other.lines
    both = [request for request in differing if request in lines and request in others]
    moved = sum(lines[request][:2] != others[request][:2] for request in both)
    units = {line[0] for each in (lines, others) for line in each.values()}
    unlike = {line[0] for each in (lines, others) for line in map(each.get, differing) if line}
    return Difference(
        first=first,
        second=second,
        same=len(lines.keys() & others.keys()) - len(both),
        moved=moved,
        other_supervisor=len(both) - moved,
        only_first=len(lines.keys() - others.keys()),
        only_second=len(others.keys() - lines.keys()),
        neither=len(frozenset(one.left_out) & frozenset(other.left_out)),
        units=len(units),
        units_alike=len(units - unlike),
        requests=shown,
    )
