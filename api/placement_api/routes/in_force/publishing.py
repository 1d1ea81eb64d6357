"""Routes of publishing: a named person puts a plan in force."""

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
    """Put the plan of a run in force, in one step for every view and feed; 409 names what has changed since the run.

    Låter en körnings plan gälla, i ett steg för alla vyer och flöden; 409 säger vad som ändrats sedan körningen.
    """
    return PublicationShown.model_validate(publishing.publish(store, by, term_id, given.run_id, given.published_by))


@router.get("/terms/{termId}/publications", summary="List publications")
def list_publications(
    store: Transaction, by: Anyone, term_id: TermPath, asked: Annotated[PublicationFilter, Query()], links: Linked
) -> Listed[PublicationShown]:
    """List what has been put in force for a term, the latest first: that is the plan in force.

    Det som publicerats för en termin, det senaste först: det är planen som gäller.
    """
    found = publishing.list_publications(store, by, term_id, span=asked.span)
    return links.page(asked, found, PublicationShown.model_validate)
