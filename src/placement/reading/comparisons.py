"""Comparisons: a term's drafts side by side, and for each pair of drafts the requests whose placement differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.errors import Fault, InvalidError, NotFoundError
from placement.planning.homes import OUTSIDE, OUTSIDE_WORDS
from placement.reading.differences import Difference, Pair, differences_between, placed_by
from placement.reading.document_parts import part_of
from placement.register.names import Names
from placement.small_numbers import large_homes
from placement.store import access
from placement.store.access import COORDINATORS, FIRST, Span
from placement.tables import Plan, PlanDocument, Run, Term
from placement_solver.words import Words

MOST = 5
"""The number of drafts that can be compared at once."""

FAIRNESS = ("everyone", "institutions", "homes", "evenness", "providers", "municipal", "supervisors", "environments")
"""The figures of a report that drafts are compared by."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A run's plan as it is compared: the terms of its objective, and its figures if it has a report."""

    run: Run
    plan: Plan
    terms: Mapping[str, int]
    fairness: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Some drafts of a term, and how each pair of them differs; ``names`` are of the groups in the drafts' figures."""

    drafts: Sequence[Draft]
    differences: Sequence[Difference]
    names: Mapping[str, Words]


def compare(
    session: Session,
    by: Caller,
    term_id: str,
    run_ids: Sequence[str] = (),
    span: Span = FIRST,
    pair: Pair | None = None,
) -> Comparison:
    """Compare some runs of a term, or the latest with a plan; only some of the requests that differ are named.

    They are named of every pair, or if one ``pair`` of the runs is given only of that, unit by unit.
    """
    access.allow(by, COORDINATORS)
    if session.get(Term, term_id) is None:
        raise NotFoundError(term_id)
    drafts = _drafts(session, term_id, run_ids)
    placed = {draft.run.id: placed_by(session, draft.plan) for draft in drafts}
    return Comparison(drafts, differences_between(session, by, placed, span, pair), _names(session, by, drafts))


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
        run.id: Draft(run, plan, part_of(document, "terms"), None if fairness is None else large_homes(fairness))
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
