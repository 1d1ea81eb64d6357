"""Routes of explanations: why a request has no placement."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from placement.reading import explanations
from placement_api.callers import Institution
from placement_api.paging import Linked, Listed
from placement_api.problems import language_of
from placement_api.routes.paths import RunPath
from placement_api.schemas.reading.explanations import ExplanationsAsked, ExplanationShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["planning"])


@router.get("/runs/{runId}/explanations", summary="Explain unplaced requests")
def list_explanations(
    store: Transaction,
    by: Institution,
    run_id: RunPath,
    asked: Annotated[ExplanationsAsked, Query()],
    links: Linked,
    request: Request,
) -> Listed[ExplanationShown]:
    """List the requests that the plan leaves unplaced, and why, in the language of Accept-Language.

    Listar de begäranden som planen lämnar utan plats, och varför, på språket i Accept-Language.
    """
    wanted = {"request_id": asked.request_id, "institution_id": asked.institution_id}
    found = explanations.list_explanations(store, by, run_id, **wanted, span=asked.span)
    language = language_of(request)
    return links.page(asked, found, lambda explained: ExplanationShown.of(explained, language))
