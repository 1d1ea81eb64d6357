"""Comparing drafts: their figures side by side, and whose placements differ between two of them, unit by unit."""

from __future__ import annotations

from itertools import combinations, groupby
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import InvalidError
from placement.planning import runs
from placement.planning.scenarios import is_what_if
from placement.reading import standing
from placement.reading.comparisons import MOST, Comparison, compare
from placement.reading.differences import Difference, Differing
from placement.register import terms
from placement.store.access import Span
from placement.tables import Term
from placement_api.pages.comparing import figures_of, have_one_input, orders_of
from placement_api.pages.frame import show
from placement_api.pages.readers import Coordinator
from placement_api.pages.terms import TermCode
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["planning"])

LIMIT = 50
CHOICES = 25
"""So many of a term's latest runs with a plan can be chosen among; others can be named in the address."""
FEWEST = 2
_MOST_NAMED = 50
KINDS = {
    "moved": ("warn", Words("annan enhet", "another unit")),
    "week": ("warn", Words("annan vecka", "another week")),
    "supervisor": ("info", Words("annan handledare", "another supervisor")),
    "first": ("bad", Words("bara i den första", "only in the first")),
    "second": ("ok", Words("bara i den andra", "only in the second")),
}
"""How a request is placed differently, as a shape and a word."""


class CompareAsked(BaseModel):
    """Which runs to compare, and which two of them request by request: their place among the pairs."""

    run: Annotated[list[Annotated[str, Query(max_length=64)]], Query(max_length=_MOST_NAMED)] = []
    pair: Annotated[int, Query(ge=0, lt=MOST * (MOST - 1) // 2)] = 0
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0

    @property
    def runs(self) -> list[str]:
        """Return the runs that are named, each once."""
        return [each for each in dict.fromkeys(self.run) if each]

    def query(self, pair: int) -> str:
        """Return the address' part for two of the runs."""
        return urlencode([*(("run", each) for each in self.runs), ("pair", pair)])


@router.get("/terms/{code}/compare")
def show_comparison(
    request: Request, store: Transaction, by: Coordinator, code: TermCode, asked: Annotated[CompareAsked, Query()]
) -> Response:
    """Show some drafts side by side, and how two of them differ; without any, the form to choose them."""
    term = terms.term_called(store, by, code)
    chosen = asked.runs
    pairs = list(combinations(chosen, 2))
    fault = _fault_in(chosen) if asked.run else None
    compared: Comparison | None = None
    if chosen and fault is None:
        try:
            pair = pairs[min(asked.pair, len(pairs) - 1)]
            compared = compare(store, by, term.id, chosen, Span(LIMIT, asked.offset), pair)
        except InvalidError as error:
            fault = _unknown(len(error.faults), term)
    difference = None if compared is None else compared.differences[min(asked.pair, len(pairs) - 1)]
    return show(
        request,
        store,
        by,
        "compare.html",
        status=200 if fault is None else 422,
        term=term,
        asked=asked,
        chosen=chosen or _latest(store, by, term),
        choices=standing.list_drafts(store, by, term.id, span=Span(CHOICES)),
        what_if=is_what_if,
        numbers=runs.numbers_in(store, by, term.id),
        compared=compared,
        difference=difference,
        units=[] if difference is None else units_of(difference),
        orders=[] if compared is None else orders_of(compared.drafts),
        figures=[] if compared is None else figures_of(compared),
        one_input=compared is not None and have_one_input(compared.drafts),
        fault=fault,
        kinds=KINDS,
        kind_of=kind_of,
        limit=LIMIT,
        most=MOST,
    )


def units_of(difference: Difference) -> list[tuple[str | None, list[Differing]]]:
    """Return the requests that differ by the unit's name in the first draft; None for those without a place there."""

    def unit(each: Differing) -> tuple[str | None, str | None]:
        return (None, None) if each.first is None else (each.first.unit_id, each.first.unit_name)

    return [(name, list(group)) for (_, name), group in groupby(difference.requests, key=unit)]


def kind_of(each: Differing) -> str:
    """Return how a request is placed differently."""
    if each.first is None:
        return "second"
    if each.second is None:
        return "first"
    if each.first.unit_id != each.second.unit_id:
        return "moved"
    return "week" if each.first.first_week != each.second.first_week else "supervisor"


def _latest(store: Session, by: Caller, term: Term) -> list[str]:
    """Return the two latest drafts, which are ticked before somebody chooses."""
    return [run.id for run in standing.list_drafts(store, by, term.id, span=Span(FEWEST)).rows]


def _fault_in(chosen: list[str]) -> Words | None:
    """Say what is wrong with how many are chosen."""
    if len(chosen) < FEWEST:
        return Words(
            "Välj minst två utkast: ett enda har inget att jämföras med.",
            "Choose at least two drafts: one alone has nothing to be compared with.",
        )
    if len(chosen) > MOST:
        return Words(
            f"Du valde {len(chosen)} utkast. Högst {MOST} kan jämföras på en gång.",
            f"You chose {len(chosen)} drafts. At most {MOST} can be compared at once.",
        )
    return None


def _unknown(number: int, term: Term) -> Words:
    """Say that some of the runs are not the term's, or have no plan."""
    return Words(
        f"{number if number > 1 else 'En'} av dem du valde finns inte i {term.code} eller har ingen plan. "
        "Välj bland utkasten nedan.",
        f"{number} of those you chose are not in {term.code} or have no plan. Choose among the drafts below."
        if number > 1
        else f"One of those you chose is not in {term.code} or has no plan. Choose among the drafts below.",
    )
