"""The comparison of a site round with its optimum by wishes: what the rule gave, and what it costs."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from placement.register import terms
from placement.site_choice import comparisons, rounds
from placement_api.pages.frame import show
from placement_api.pages.readers import Coordinator
from placement_api.pages.site_heads import heads_of
from placement_api.pages.sites import RoundId
from placement_api.pages.terms import TermCode
from placement_api.transactions import Transaction

router = APIRouter(include_in_schema=False, tags=["site-rounds", "cohorts"])


@router.get("/terms/{code}/sites/{round_id}/comparison")
def show_comparison(
    request: Request, store: Transaction, by: Coordinator, code: TermCode, round_id: RoundId
) -> Response:
    """Show what a drawn round gave beside the optimum by wishes alone; before the draw, that there is none yet."""
    term = terms.term_called(store, by, code)
    record = rounds.show_round(store, by, round_id)
    drawn = record.round.drawn_at is not None
    return show(
        request,
        store,
        by,
        "site_comparison.html",
        term=term,
        record=record,
        heads=heads_of(store, by, record),
        compared=comparisons.compare_round(store, by, round_id) if drawn else None,
    )
