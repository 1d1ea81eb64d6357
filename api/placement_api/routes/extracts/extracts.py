"""Routes of extracts: everything that is stored about one person, for that person to read."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from placement.extracts import making
from placement.extracts.making import Extract
from placement.printed.pages import render
from placement_api.callers import Care, Institution
from placement_api.idempotency import keep_instead
from placement_api.printing import HTML, PDF, page, pdf
from placement_api.problems import language_of
from placement_api.quality import preferences
from placement_api.routes.paths import StudentPath, SupervisorPath
from placement_api.schemas.extracts.extracts import ExtractShown
from placement_api.schemas.pages import PageAsked
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["extracts"])

_FORMS: dict[int | str, dict[str, Any]] = {
    201: {
        "description": "As JSON, a page or PDF, by Accept. Som JSON, sida eller PDF, efter Accept.",
        "content": {
            HTML: {"schema": {"type": "string"}, "example": "<!doctype html>…"},
            PDF: {"schema": {"type": "string", "format": "binary"}, "example": "%PDF-1.7…"},
        },
    }
}
_KEPT = b"null"
"""What is kept for a repeated call: not the extract."""


@router.post(
    "/students/{studentId}/extracts",
    status_code=201,
    summary="Make a student's extract",
    response_model=ExtractShown,
    responses=_FORMS,
)
def extract_student(
    request: Request,
    store: Transaction,
    by: Institution,
    student_id: StudentPath,
    asked: Annotated[PageAsked, Query()],
) -> ExtractShown | Response:
    """Make the extract of one of the lärosäte's own students: every row, who has looked, where it went. It is logged.

    Gör ett registerutdrag för en av lärosätets egna studenter: alla rader, vilka som tittat, vart de gått. Det loggas.
    """
    return _answer(request, making.extract_student(store, by, student_id), asked)


@router.post(
    "/supervisors/{supervisorId}/extracts",
    status_code=201,
    summary="Make a supervisor's extract",
    response_model=ExtractShown,
    responses=_FORMS,
)
def extract_supervisor(
    request: Request,
    store: Transaction,
    by: Care,
    supervisor_id: SupervisorPath,
    asked: Annotated[PageAsked, Query()],
) -> ExtractShown | Response:
    """Make the extract of a supervisor at one of the caller's own units. It is logged.

    Gör ett registerutdrag för en handledare vid en av de egna enheterna. Det loggas.
    """
    return _answer(request, making.extract_supervisor(store, by, supervisor_id), asked)


def _answer(request: Request, made: Extract, asked: PageAsked) -> ExtractShown | Response:
    """Answer in the form that the caller asks for; nothing of it is kept."""
    keep_instead(request, _KEPT)
    wanted = preferences(request.headers.get("accept", ""))
    language = asked.language or language_of(request)
    if PDF in wanted:
        made_pdf = pdf(render("extract.html", language, extract=made), "extract")
        made_pdf.status_code = 201
        return made_pdf
    if HTML in wanted:
        return page(render("extract.html", language, extract=made), language, 201)
    return ExtractShown.of(made)
