"""Routes of publications: a named person puts a plan in force."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from placement.in_force import publishing
from placement_api.callers import Anyone, Coordinator
from placement_api.paging import Linked, Listed
from placement_api.routes.paths import TermPath
from placement_api.schemas.in_force.publishing import PublicationFilter, PublicationGiven, PublicationShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["publishing"])


@router.post("/terms/{termId}/publications", status_code=201, summary="Publish a plan")
def publish(store: Transaction, by: Coordinator, term_id: TermPath, given: PublicationGiven) -> PublicationShown:
    """Put a run's plan in force, in one step for everyone. If the data has changed since the run, 409 lists how.

    Publicerar en körnings plan, i ett steg för alla. Om underlaget har ändrats sedan körningen anger 409 ändringarna.
    """
    return PublicationShown.model_validate(publishing.publish(store, by, term_id, given.run_id, given.published_by))


@router.get("/terms/{termId}/publications", summary="List publications")
def list_publications(
    store: Transaction, by: Anyone, term_id: TermPath, asked: Annotated[PublicationFilter, Query()], links: Linked
) -> Listed[PublicationShown]:
    """List the publications of a term, the latest first; the latest is in force.

    Listar publiceringarna för en termin, den senaste först; den senaste gäller.
    """
    found = publishing.list_publications(store, by, term_id, span=asked.span)
    return links.page(asked, found, PublicationShown.model_validate)
