"""Fairness: how a run's plan turns out for lärosäten, homes and places of study, and what hosts give for their size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request, Response

from placement.planning import runs
from placement.printed.charts import BarChart, Row, draw
from placement.printed.pages import Language, say
from placement.reading.outcomes import Group, Host, Level, Outcomes, show_outcomes, spreads_of
from placement.reading.student_groups import count_groups
from placement_api.pages.frame import show, spoken_by
from placement_api.pages.readers import Coordinator
from placement_api.pages.runs import RunId, run_in
from placement_api.pages.terms import TermCode
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["planning", "fairness"])

FEWEST_BARS = 3
"""A chart of fewer bars tells no more than its table."""
_HUNDRED = 100
LEVELS: Mapping[Level, Words] = {
    "placed": Words("Andel som fått plats", "Share with a place"),
    "median": Words("Resa, median", "Journey, median"),
    "first": Words("Andel som fått sitt förstahandsval", "Share with their first choice"),
}


@router.get("/terms/{code}/runs/{run_id}/fairness")
def show_fairness(request: Request, store: Transaction, by: Coordinator, code: TermCode, run_id: RunId) -> Response:
    """Show how even a run's plan is: for students, lärosäten and hosts."""
    term, run = run_in(store, by, code, run_id)
    outcomes = show_outcomes(store, by, run.id)
    language = spoken_by(request)
    return show(
        request,
        store,
        by,
        "fairness.html",
        term=term,
        run=run,
        number=runs.number_of(store, by, run),
        outcomes=outcomes,
        groups=None if outcomes is None else count_groups(store, by, run.id),
        spreads=[] if outcomes is None else _spreads(outcomes),
        levels=LEVELS,
        homes_drawn=None if outcomes is None else _homes(outcomes.homes, language),
        hosts_drawn=None if outcomes is None else _hosts(outcomes.hosts, language),
    )


def _spreads(outcomes: Outcomes) -> list[tuple[Words, object]]:
    """Return how each figure is spread, between lärosäten and between homes."""
    among = (
        (Words("bland lärosäten", "among lärosäten"), outcomes.institutions),
        (Words("bland hemkommuner", "among home municipalities"), outcomes.homes),
    )
    return [(words, spread) for words, groups in among for spread in spreads_of(groups)]


def _homes(homes: Sequence[Group], language: Language) -> object:
    """Draw how many of a hundred requests from each home have no place, the highest first."""
    shares = [
        (each.name, round(_HUNDRED * each.outcome.unplaced / each.outcome.requests, 1))
        for each in homes
        if each.outcome.requests
    ]
    return _drawn(
        Words("Utan plats av 100 begäranden, efter hemkommun", "Without a place of 100 requests, by home municipality"),
        sorted(shares, key=lambda each: -each[1]),
        language,
    )


def _hosts(hosts: Sequence[Host], language: Language) -> object:
    """Draw the student-weeks for each 10,000 inhabitants of each municipality, the highest first."""
    given = [(each.name, each.per_inhabitants) for each in hosts if each.per_inhabitants is not None]
    return _drawn(
        Words("Studentveckor per 10 000 invånare, kommunerna", "Student-weeks per 10,000 inhabitants, municipalities"),
        sorted(given, key=lambda each: -each[1]),
        language,
    )


def _drawn(title: Words, bars: Sequence[tuple[Words, float]], language: Language) -> object:
    """Draw some bars; None where they are too few, or all of them nothing."""
    if len(bars) < FEWEST_BARS or not any(height for _, height in bars):
        return None
    rows = [Row(say(name, language=language), (height,)) for name, height in bars]
    return draw(BarChart(title, Words("Kommun", "Municipality"), [title], rows, language, decimals=1))
