"""Routes of decisions on a student's site, which is changed by a decision with a reason."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from placement.printed.pages import say
from placement.register import student_sites
from placement.site_choice.measuring import strained_by_move
from placement_api.callers import Institution
from placement_api.paging import Linked, Listed
from placement_api.problems import language_of
from placement_api.routes.paths import StudentPath
from placement_api.schemas.register.student_sites import (
    SiteDecisionFilter,
    SiteDecisionGiven,
    SiteDecisionMade,
    SiteDecisionShown,
)
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["site-rounds"])


@router.get("/students/{studentId}/site-decisions", summary="List decisions on a student's site")
def list_decisions(
    store: Transaction,
    by: Institution,
    student_id: StudentPath,
    asked: Annotated[SiteDecisionFilter, Query()],
    links: Linked,
) -> Listed[SiteDecisionShown]:
    """List every decision on a student's site, in the order in which they were made.

    Listar alla beslut om en students studieort, i den ordning som de fattades.
    """
    found = student_sites.list_decisions(store, by, student_id, span=asked.span)
    return links.page(asked, found, SiteDecisionShown.model_validate)


@router.post("/students/{studentId}/site-decisions", status_code=201, summary="Change a student's site")
def move_student(
    request: Request, store: Transaction, by: Institution, student_id: StudentPath, given: SiteDecisionGiven
) -> SiteDecisionMade:
    """Decide that a student belongs to another site from a term on, with the reason; earlier terms are not touched.

    Beslutar att en student hör till en annan studieort från en termin, med skäl; tidigare terminer påverkas inte.
    """
    decision = student_sites.move_student(store, by, student_id, **given.model_dump())
    strain, shown = strained_by_move(store, student_id), SiteDecisionShown.model_validate(decision)
    warning = None if strain is None else say(strain, language=language_of(request))
    return SiteDecisionMade(**shown.model_dump(), warning=warning)
