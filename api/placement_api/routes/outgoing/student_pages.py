"""Routes of student pages: secret addresses, which are made and revoked, and at which students read their own terms."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from placement.fairness.stays import AWAY_KM
from placement.outgoing import student_pages
from placement.printed.pages import render
from placement.reading import own
from placement_api.callers import Institution
from placement_api.idempotency import keep_instead
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.printing import HTML, page
from placement_api.problems import language_of
from placement_api.quality import preferences
from placement_api.routes.paths import OwnTermsPath, PlacementPath, StudentPagePath
from placement_api.schemas.outgoing.student_pages import (
    OwnAnswerGiven,
    OwnPlacementShown,
    OwnTermsShown,
    PageFilter,
    PageGiven,
    PageMade,
    PageShown,
)
from placement_api.schemas.pages import PageAsked
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["student-pages"])


@router.get("/student-pages", summary="List students' addresses")
def list_pages(
    store: Transaction, by: Institution, asked: Annotated[PageFilter, Query()], links: Linked
) -> Listed[PageShown]:
    """List the students' addresses that the caller's own organisation has made, without what is secret in them.

    Listar de adresser till studenter som den egna organisationen har skapat, utan det hemliga.
    """
    found = student_pages.list_pages(store, by, student_id=asked.student_id, span=asked.span)
    return links.page(asked, found, PageShown.of)


@router.post("/student-pages", status_code=201, summary="Make an address for a student")
def open_page(store: Transaction, by: Institution, given: PageGiven, request: Request, response: Response) -> PageMade:
    """Make a secret address at which one student reads their own terms.

    Skapar en hemlig adress där en student läser om sina egna terminer.
    """
    made, secret = student_pages.open_page(store, by, given.student_id)
    shown = PageShown.of(made)
    tag(response, shown)
    response.headers["Location"] = f"/v1/student-pages/{shown.id}"
    url = request.url_for(read_own_terms.__name__, ownTermsId=secret)
    keep_instead(request, PageMade(**shown.model_dump(), url=None))
    return PageMade(**shown.model_dump(), url=str(url))


@router.get("/student-pages/{pageId}", summary="Show a student's address")
def show_page(store: Transaction, by: Institution, page_id: StudentPagePath, response: Response) -> PageShown:
    """Show one address, without what is secret in it.

    Visar en adress, utan det hemliga.
    """
    shown = PageShown.of(student_pages.show_page(store, by, page_id))
    tag(response, shown)
    return shown


@router.delete("/student-pages/{pageId}", status_code=204, summary="Revoke a student's address")
def close_page(store: Transaction, by: Institution, page_id: StudentPagePath, expected: IfMatch) -> None:
    """Revoke a student's address; it stops working at once.

    Återkallar en students adress; den slutar genast att fungera.
    """
    expected.hold(PageShown.of(student_pages.show_page(store, by, page_id)))
    student_pages.close_page(store, by, page_id)


@router.get(
    "/own-terms/{ownTermsId}",
    summary="Read one's own terms",
    response_model=OwnTermsShown,
    responses={
        200: {
            "description": "As JSON, or as a page to read. Som JSON, eller som en sida att läsa.",
            "content": {HTML: {"schema": {"type": "string"}, "example": "<!doctype html>…"}},
        }
    },
)
def read_own_terms(
    request: Request,
    store: Transaction,
    own_terms_id: OwnTermsPath,
    asked: Annotated[PageAsked, Query()],
    response: Response,
) -> OwnTermsShown | Response:
    """Read what one's own terms have cost and what it gives, without a token; in a browser as a page.

    Läs vad de egna terminerna har kostat och vad det ger, utan åtkomstnyckel; i en webbläsare som en sida.
    """
    told = student_pages.read_own_terms(store, own_terms_id)
    language = asked.language or language_of(request)
    if HTML in preferences(request.headers.get("accept", "")):
        return page(render("own_terms.html", language, told=told, account=told.account, away_km=AWAY_KM), language)
    response.headers["Content-Language"] = language
    return OwnTermsShown.of(told, own.read_own(store, own_terms_id), language)


@router.put("/own-terms/{ownTermsId}/answers/{placementId}", summary="Answer about one's own placement")
def answer_own(
    store: Transaction, own_terms_id: OwnTermsPath, placement_id: PlacementPath, given: OwnAnswerGiven
) -> OwnPlacementShown:
    """Answer, without a token, whether one comes to a placement; until the last day the answer may change.

    Svara, utan åtkomstnyckel, om man kommer till en placering; till och med sista dagen går svaret att ändra.
    """
    return OwnPlacementShown.of(own.answer_own(store, own_terms_id, placement_id, given.stored))
