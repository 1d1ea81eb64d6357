"""The answers: who has answered about places in a term, by provider and by unit, and a reminder to each."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from placement.register import answers, terms
from placement.store.access import Span
from placement.tables import OfferStatus
from placement_api.pages.frame import show
from placement_api.pages.readers import Coordinator
from placement_api.pages.reminding import reminder_to
from placement_api.pages.terms import TermCode
from placement_api.schemas.base import Id
from placement_api.transactions import Transaction

router = APIRouter(include_in_schema=False, tags=["capacity"])

LIMIT = 50
STATUSES = {"answered": OfferStatus.ANSWERED, "declined": OfferStatus.DECLINED, "silent": OfferStatus.UNANSWERED}
"""The answers as an address names them."""


class AnswersAsked(BaseModel):
    """Which answers to list, and from which one on."""

    status: Literal["", "answered", "declined", "silent"] = ""
    provider: Id | Literal[""] = ""
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0


@router.get("/terms/{code}/answers")
def show_answers(
    request: Request, store: Transaction, by: Coordinator, code: TermCode, asked: Annotated[AnswersAsked, Query()]
) -> Response:
    """Show who has answered: by provider, or, where one or a status is asked for, by unit."""
    term = terms.term_called(store, by, code)
    counted = answers.count_answers(store, by, term.id)
    listed = answers.list_answers(
        store,
        by,
        term.id,
        provider=asked.provider or None,
        status=STATUSES.get(asked.status),
        span=Span(LIMIT, asked.offset),
    )
    return show(
        request,
        store,
        by,
        "answers.html",
        term=term,
        counted=counted,
        listed=listed,
        asked=asked,
        limit=LIMIT,
        query=urlencode({"status": asked.status, "provider": asked.provider}),
        provider=next((each for each in counted.providers if each.id == asked.provider), None),
        reminders={each.id: reminder_to(request, term, each) for each in counted.silent},
    )
