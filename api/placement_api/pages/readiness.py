"""Readiness: what a term still lacks before a run, and whose it is to mend."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from placement.planning.readiness.findings import Severity
from placement.planning.readiness.judging import judge_readiness
from placement.register import terms
from placement_api.pages.frame import show
from placement_api.pages.readers import Coordinator
from placement_api.pages.terms import TermCode
from placement_api.transactions import Transaction

router = APIRouter(include_in_schema=False, tags=["planning", "capacity"])


class ReadinessAsked(BaseModel):
    """Whether the whole term is to be tried by the planner's own rules, which takes a county seconds."""

    whole: Literal["", "yes"] = ""


@router.get("/terms/{code}/readiness")
def show_readiness(
    request: Request, store: Transaction, by: Coordinator, code: TermCode, asked: Annotated[ReadinessAsked, Query()]
) -> Response:
    """Show what a run would stop at or do badly, what blocks first."""
    term = terms.term_called(store, by, code)
    findings = judge_readiness(store, by, term.id, trying=bool(asked.whole)).findings
    return show(
        request,
        store,
        by,
        "readiness.html",
        term=term,
        whole=bool(asked.whole),
        findings=[each for each in findings if each.found.severity is not Severity.OK],
        fine=[each for each in findings if each.found.severity is Severity.OK],
        blocking=sum(each.found.severity is Severity.BLOCKING for each in findings),
    )
