"""Turns of a site round: what one student met and got, and that they have left the programme."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import ConflictError
from placement.in_force.impossible import tell_impossible
from placement.register import cohorts, terms
from placement.site_choice import outcomes, receipts, rounds
from placement.site_choice.measuring import HAS_TURNS, RoundRecord
from placement.tables import SiteRoundStatus, Term
from placement_api.pages.frame import lead, show
from placement_api.pages.readers import Fields, Institution
from placement_api.pages.site_heads import heads_of
from placement_api.pages.sites import RoundId
from placement_api.pages.terms import TermCode
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["site-rounds", "cohorts"])

StudentId = Annotated[str, Path(max_length=64)]


@router.get("/terms/{code}/sites/{round_id}/turns/{student_id}")
def show_turn(
    request: Request, store: Transaction, by: Institution, code: TermCode, round_id: RoundId, student_id: StudentId
) -> Response:
    """Show one student's receipt, and what may be done."""
    return _page(request, store, by, terms.term_called(store, by, code), round_id, student_id)


@router.get("/terms/{code}/sites/{round_id}/turns/{student_id}/departure")
def ask_departure(
    request: Request, store: Transaction, by: Institution, code: TermCode, round_id: RoundId, student_id: StudentId
) -> Response:
    """Tell what it means that a student has left the programme, before it is noted."""
    term = terms.term_called(store, by, code)
    receipt = receipts.show_receipt(store, by, round_id, student_id)
    record = rounds.show_round(store, by, round_id)
    try:
        departure = outcomes.preview_departure(store, by, round_id, student_id)
    except ConflictError:
        return lead(f"/terms/{code}/sites/{round_id}/turns/{student_id}")
    return show(
        request,
        store,
        by,
        "site_departure.html",
        term=term,
        record=record,
        heads=heads_of(store, by, record),
        receipt=receipt,
        departure=departure,
    )


@router.post("/terms/{code}/sites/{round_id}/turns/{student_id}/departure")
def note_departure(
    request: Request,
    store: Transaction,
    by: Institution,
    code: TermCode,
    round_id: RoundId,
    student_id: StudentId,
    fields: Fields,
) -> Response:
    """Note that a student has left the programme."""
    del fields  # the form's own token is all that it has
    term = terms.term_called(store, by, code)
    receipts.show_receipt(store, by, round_id, student_id)  # who has no turn here is not found
    try:
        with store.begin_nested():
            outcomes.note_departure(store, by, round_id, student_id)
    except ConflictError as error:
        return _page(request, store, by, term, round_id, student_id, [Words(error.sv, error.en)], 409)
    tell_impossible(store, by)
    return lead(f"/terms/{code}/sites/{round_id}/turns/{student_id}", done="departed")


def _page(
    request: Request,
    store: Session,
    by: Caller,
    term: Term,
    round_id: str,
    student_id: str,
    faults: list[Words] | None = None,
    status: int = 200,
) -> Response:
    """Show one student's receipt."""
    record = rounds.show_round(store, by, round_id)
    receipt = receipts.show_receipt(store, by, round_id, student_id)
    return show(
        request,
        store,
        by,
        "site_turn.html",
        term=term,
        status=status,
        record=record,
        heads=heads_of(store, by, record),
        receipt=receipt,
        terms_of=_terms_of(store, by, record) if receipt.turn.left_on else [],
        sites={each.quota.site_id: each.site_name for each in record.quotas},
        may_move=record.round.status is SiteRoundStatus.DECIDED and receipt.turn.left_on is None,
        may_leave=record.round.status in HAS_TURNS and receipt.turn.left_on is None,
        faults=faults or [],
    )


def _terms_of(store: Session, by: Caller, record: RoundRecord) -> list[Term]:
    """Return the terms in which something may have been requested for a round's students: their own, and the next."""
    cohort = cohorts.show_cohort(store, by, record.round.cohort_id)
    ids = dict.fromkeys((cohort.term_id, record.round.from_term_id))
    return [terms.show_term(store, by, each) for each in ids]
