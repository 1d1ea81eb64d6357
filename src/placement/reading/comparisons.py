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
from placement.store import access
from placement.store.access import COORDINATORS, FIRST, Span
from placement.tables import Plan, PlanDocument, PlannedPlacement, Run, Term

MOST = 5
"""The number of drafts that can be compared at once."""

FAIRNESS = ("everyone", "institutions", "homes", "evenness", "providers", "municipal", "supervisors")
"""The figures of a report that drafts are compared by."""

_JSON = json.JSONDecoder()
_TERMS = '"terms": '
"""Finds the terms in a plan document: no other field has this name, and inside a text the quotes would be escaped."""

_Lines = Mapping[str, tuple[str, str, str | None]]
"""Where, when and with whom each request is placed."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A run's plan as it is compared: the terms of its objective, and its figures if it has a report."""

    run: Run
    plan: Plan
    terms: Mapping[str, int]
    fairness: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Difference:
    """How two drafts differ: requests placed alike, elsewhere, with another supervisor, or in only one of them.

    ``request_ids`` names some of the requests that are not placed alike.
    """

    first: str
    second: str
    same: int
    moved: int
    other_supervisor: int
    only_first: int
    only_second: int
    request_ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Some drafts of a term, and how each pair of them differs."""

    drafts: Sequence[Draft]
    differences: Sequence[Difference]


def compare(session: Session, by: Caller, term_id: str, run_ids: Sequence[str] = (), span: Span = FIRST) -> Comparison:
    """Compare some runs of a term, or the latest with a plan; only some of the requests that differ are named."""
    access.allow(by, COORDINATORS)
    if session.get(Term, term_id) is None:
        raise NotFoundError(term_id)
    drafts = _drafts(session, term_id, run_ids)
    lines = {draft.run.id: _lines(session, draft.plan) for draft in drafts}
    pairs = combinations(lines, 2)
    return Comparison(drafts, [_difference(one, other, lines[one], lines[other], span) for one, other in pairs])


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
    found = {run.id: Draft(run, plan, _terms(document), fairness) for run, plan, document, fairness in rows}
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


def _difference(one: str, other: str, first: _Lines, second: _Lines, span: Span) -> Difference:
    """Count how two drafts differ."""
    both = first.keys() & second.keys()
    moved = {request for request in both if first[request][:2] != second[request][:2]}
    differing = {request for request in both if first[request] != second[request]}
    only_first, only_second = first.keys() - second.keys(), second.keys() - first.keys()
    named = sorted(differing | only_first | only_second)
    return Difference(
        first=one,
        second=other,
        same=len(both) - len(differing),
        moved=len(moved),
        other_supervisor=len(differing) - len(moved),
        only_first=len(only_first),
        only_second=len(only_second),
        request_ids=named[span.offset : span.offset + span.limit],
    )
