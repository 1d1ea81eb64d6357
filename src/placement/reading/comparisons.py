"""Comparisons: a term's drafts side by side, and for each pair of drafts the requests whose placement differs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sqlalchemy import String, type_coerce
from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.errors import Fault, InvalidError, NotFoundError
from placement.planning.homes import OUTSIDE, OUTSIDE_WORDS
from placement.reading.places import Place, name_place
from placement.register.names import Names, Who, who_asks
from placement.small_numbers import large_homes
from placement.store import access
from placement.store.access import COORDINATORS, FIRST, Span
from placement.tables import Plan, PlanDocument, PlannedPlacement, Run, Term
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

MOST = 5
"""The number of drafts that can be compared at once."""

FAIRNESS = ("everyone", "institutions", "homes", "evenness", "providers", "municipal", "supervisors", "environments")
"""The figures of a report that drafts are compared by."""

_JSON = json.JSONDecoder()
_TERMS = '"terms": '
"""Finds the terms in a plan document: no other field has this name, and inside a text the quotes would be escaped."""

_Line = tuple[str, str, str | None]
"""Where, when and with whom a request is placed."""
_Lines = Mapping[str, _Line]
"""The line of each request that is placed."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A run's plan as it is compared: the terms of its objective, and its figures if it has a report."""

    run: Run
    plan: Plan
    terms: Mapping[str, int]
    fairness: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Differing:
    """A request that two drafts place differently: whose it is, and its place in each, if it has one there."""

    who: Who
    first: Place | None
    second: Place | None


@dataclass(frozen=True, slots=True)
class Difference:
    """How two drafts differ: requests placed alike, elsewhere, with another supervisor, or in only one of them.

    ``requests`` are some of the requests that are not placed alike.
    """

    first: str
    second: str
    same: int
    moved: int
    other_supervisor: int
    only_first: int
    only_second: int
    requests: Sequence[Differing]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Some drafts of a term, and how each pair of them differs; ``names`` are of the groups in the drafts' figures."""

    drafts: Sequence[Draft]
    differences: Sequence[Difference]
    names: Mapping[str, Words]


def compare(session: Session, by: Caller, term_id: str, run_ids: Sequence[str] = (), span: Span = FIRST) -> Comparison:
    """Compare some runs of a term, or the latest with a plan; only some of the requests that differ are named."""
    access.allow(by, COORDINATORS)
    if session.get(Term, term_id) is None:
        raise NotFoundError(term_id)
    drafts = _drafts(session, term_id, run_ids)
    lines = {draft.run.id: _lines(session, draft.plan) for draft in drafts}
    pairs = {(one, other): (lines[one], lines[other]) for one, other in combinations(lines, 2)}
    return Comparison(drafts, _differences(session, by, pairs, span), _names(session, by, drafts))


def _names(session: Session, by: Caller, drafts: Sequence[Draft]) -> dict[str, Words]:
    """Name the lärosäten, homes and providers in the figures of drafts; a home is a municipality, by its provider."""
    figures = [draft.fairness for draft in drafts if draft.fairness is not None]
    groups = (group["name"] for each in figures for group in (*each["institutions"], *each["homes"]))
    ids = {*groups, *(provider["provider"] for each in figures for provider in each["providers"])} - {None}
    return {name.id: name.words for name in Names(session, by, ids).among(ids)} | {OUTSIDE: OUTSIDE_WORDS}


def _drafts(session: Session, term_id: str, run_ids: Sequence[str]) -> list[Draft]:
    """Return the drafts in the order in which they are named; if none is named, the latest drafts, newest first."""
    wanted = (
        select(Run, Plan, PlanDocument.plan, col(PlanDocument.report)["fairness"])
        .join(Plan, col(Plan.run_id) == Run.id)
        .join(PlanDocument, col(PlanDocument.plan_id) == Plan.id)
        .where(Run.term_id == term_id)
    )
    if run_ids:
        wanted = wanted.where(col(Run.id).in_(run_ids))
    else:
        wanted = wanted.order_by(col(Plan.created_at).desc(), col(Plan.id)).limit(MOST)
    rows = session.exec(wanted)
    found = {
        run.id: Draft(run, plan, _terms(document), None if fairness is None else large_homes(fairness))
        for run, plan, document, fairness in rows
    }
    missing = [run_id for run_id in run_ids if run_id not in found]
    if missing:
        raise InvalidError(
            *(
                Fault(
                    "/run_id",
                    f"there is no run '{run_id}' of the term that has given a plan",
                    f"terminen har ingen körning '{run_id}' som har gett en plan",
                )
                for run_id in missing
            )
        )
    return [found[run_id] for run_id in run_ids or found]


def _terms(document: str) -> Mapping[str, int]:
    """Read the objective's terms in a plan document without parsing the megabytes around them."""
    terms: dict[str, int]
    terms, _ = _JSON.raw_decode(document, document.index(_TERMS) + len(_TERMS))
    return terms


def _lines(session: Session, plan: Plan) -> _Lines:
    """Return where, when and with whom a plan places each request."""
    rows = session.exec(
        select(
            col(PlannedPlacement.request_id),
            col(PlannedPlacement.unit_id),
            type_coerce(col(PlannedPlacement.start), String),  # only compared: parsing the weeks would be slow
            col(PlannedPlacement.supervisor_id),
        ).where(PlannedPlacement.plan_id == plan.id)
    )
    return {request: (unit, start, supervisor) for request, unit, start, supervisor in rows}


def _differences(
    session: Session, by: Caller, pairs: Mapping[tuple[str, str], tuple[_Lines, _Lines]], span: Span
) -> list[Difference]:
    """Return how the drafts of each pair differ, with the names of what is told."""
    differing = {
        pair: [request for request in sorted(one.keys() | other.keys()) if one.get(request) != other.get(request)]
        for pair, (one, other) in pairs.items()
    }
    shown = {pair: requests[span.offset : span.offset + span.limit] for pair, requests in differing.items()}
    who = who_asks(session, by, {request for requests in shown.values() for request in requests})
    told = [line for pair, requests in shown.items() for lines in pairs[pair] for line in map(lines.get, requests)]
    names = Names(session, by, (row_id for unit, _, supervisor in filter(None, told) for row_id in (unit, supervisor)))

    def place(line: _Line | None, weeks: int) -> Place | None:
        if line is None:
            return None
        unit, start, supervisor = line
        return name_place(names, unit, IsoWeek.parse(start), weeks, supervisor)

    def of(request: str, one: _Lines, other: _Lines) -> Differing:
        weeks = who[request].weeks
        return Differing(who[request], place(one.get(request), weeks), place(other.get(request), weeks))

    return [
        _difference(pair, *lines, differing[pair], [of(request, *lines) for request in shown[pair]])
        for pair, lines in pairs.items()
    ]


def _difference(
    pair: tuple[str, str], one: _Lines, other: _Lines, differing: Sequence[str], shown: Sequence[Differing]
) -> Difference:
    """Count how two drafts differ."""
    first, second = pair
    both = [request for request in differing if request in one and request in other]
    moved = sum(one[request][:2] != other[request][:2] for request in both)
    return Difference(
        first=first,
        second=second,
        same=len(one.keys() & other.keys()) - len(both),
        moved=moved,
        other_supervisor=len(both) - moved,
        only_first=len(one.keys() - other.keys()),
        only_second=len(other.keys() - one.keys()),
        requests=shown,
    )
