"""Readiness: what a term still lacks before a run, and whose it is to mend."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from placement.planning.readiness.findings import Severity
from placement.planning.readiness.judging import judge_readiness
from placement.register import terms
from placement_api.pages.frame import show
from placement_api.pages.readers import Coordinator
from placement_api.pages.terms import TermCode
from placement_api.transactions import Transaction

router = APIRouter(include_in_schema=False, tags=["planning", "capacity"])


@router.get("/terms/{code}/readiness")
def show_readiness(request: Request, store: Transaction, by: Coordinator, code: TermCode) -> Response:
    """Show what a run would stop at or do badly, what blocks first; it tries the whole term and takes seconds."""
    term = terms.term_called(store, by, code)
    findings = judge_readiness(store, by, term.id).findings
    return show(
        request,
        store,
        by,
        "readiness.html",
        term=term,
        findings=[each for each in findings if each.found.severity is not Severity.OK],
        fine=[each for each in findings if each.found.severity is Severity.OK],
        blocking=sum(each.found.severity is Severity.BLOCKING for each in findings),
    )
