"""Claims of a priority in a site round: those that wait and those that have an answer, to grant or refuse.

A claim names a class of the round and never a reason: none is asked for, and none is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import ConflictError, NotFoundError
from placement.register import terms
from placement.site_choice import rounds, wishes
from placement.site_choice.entrants import EntrantPart, count_entrants, list_entrants, show_entrant
from placement.site_choice.measuring import RoundRecord
from placement.store.access import Span
from placement.tables import SiteRoundStatus, Term
from placement_api.pages.forms import action_in
from placement_api.pages.frame import lead, show
from placement_api.pages.readers import Fields, Institution
from placement_api.pages.site_heads import heads_of
from placement_api.pages.sites import RoundId
from placement_api.pages.terms import TermCode
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["site-rounds", "cohorts"])

LIMIT = 50
_ANSWERS = {"grant": True, "refuse": False}
_CHANGED = Words(
    "Studenten eller någon annan ändrade begäran medan du läste. Inget är gjort: så här står den nu.",
    "The student or somebody else changed the claim while you read. Nothing has been done: this is how it stands now.",
)


class ClaimsAsked(BaseModel):
    """Which claims to list, and from which one on: those that wait unless others are asked for."""

    part: Literal["waiting", "answered"] = "waiting"
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0


_WAITING = ClaimsAsked()


@router.get("/terms/{code}/sites/{round_id}/claims")
def show_claims(
    request: Request,
    store: Transaction,
    by: Institution,
    code: TermCode,
    round_id: RoundId,
    asked: Annotated[ClaimsAsked, Query()],
) -> Response:
    """Show the claims of a priority in a round."""
    term = terms.term_called(store, by, code)
    return _page(request, store, by, term, rounds.show_round(store, by, round_id), asked)


@router.post("/terms/{code}/sites/{round_id}/claims")
def answer_claim(
    request: Request, store: Transaction, by: Institution, code: TermCode, round_id: RoundId, fields: Fields
) -> Response:
    """Grant or refuse the priority that a student claims, as long as the claim is the one that was shown."""
    term = terms.term_called(store, by, code)
    record = rounds.show_round(store, by, round_id)
    granted = _ANSWERS[action_in({"do": "", **fields}, *_ANSWERS)]
    standing = _version(store, by, round_id, fields.get("student", ""))
    if standing is None or fields.get("version") != standing:
        return _page(request, store, by, term, record, _WAITING, [_CHANGED], 412)
    try:
        with store.begin_nested():
            wishes.answer_claim(store, by, round_id, fields["student"], granted=granted)
    except ConflictError as error:
        return _page(request, store, by, term, record, _WAITING, [Words(error.sv, error.en)], 409)
    part = "waiting" if fields.get("part") != "answered" else "answered"
    done = "claim-granted" if granted else "claim-refused"
    return lead(f"/terms/{code}/sites/{round_id}/claims?part={part}", done=done)


def _version(store: Session, by: Caller, round_id: str, student_id: str) -> str | None:
    """Return the version of a student's wish as it stands; None if there is no such student, or no wish any more."""
    try:
        entrant = show_entrant(store, by, round_id, student_id)
    except NotFoundError:
        return None
    return None if entrant.wish is None else str(entrant.wish.wish.version)


def _page(
    request: Request,
    store: Session,
    by: Caller,
    term: Term,
    record: RoundRecord,
    asked: ClaimsAsked,
    faults: Sequence[Words] = (),
    status: int = 200,
) -> Response:
    """Show the claims that are asked for."""
    part = EntrantPart(asked.part)
    found = list_entrants(store, by, record.round.id, part=part, span=Span(LIMIT, asked.offset))
    return show(
        request,
        store,
        by,
        "site_claims.html",
        term=term,
        status=status,
        record=record,
        heads=heads_of(store, by, record),
        counts=count_entrants(store, by, record.round.id),
        parts_of=(EntrantPart.WAITING, EntrantPart.ANSWERED),
        part=part,
        rows=found.rows,
        total=found.total,
        limit=LIMIT,
        offset=asked.offset,
        answerable=record.round.status is SiteRoundStatus.OPEN,
        sites={each.quota.site_id: each.site_name for each in record.quotas},
        classes={each.rank: each for each in record.priorities},
        faults=faults,
    )
