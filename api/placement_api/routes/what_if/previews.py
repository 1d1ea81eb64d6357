"""Routes of previews: the consequences of a reduction, before it is saved."""

from __future__ import annotations

from fastapi import APIRouter, Request

from placement.what_if import previews
from placement_api.callers import Care
from placement_api.problems import language_of
from placement_api.routes.paths import TermPath
from placement_api.schemas.what_if.previews import CutGiven, PreviewShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["capacity"])


@router.post("/terms/{termId}/cut-previews", status_code=200, summary="Preview a reduction")
def preview_cut(store: Transaction, by: Care, term_id: TermPath, given: CutGiven, request: Request) -> PreviewShown:
    """Show whom a reduction affects, who can be moved, who cannot and why, and which dates it breaks. Nothing is saved.

    Visar vilka en neddragning påverkar, vilka som kan flyttas, vilka som inte kan det och varför, och vilka datum
    den bryter mot. Inget sparas. Svaret kan ta några sekunder.
    """
    reduction, memory = given.reduction(), request.app.state.settings.run_memory_mb
    preview = previews.preview_reduction(
        store, by, term_id, reduction, seconds=given.time_limit_seconds, memory_mb=memory
    )
    return PreviewShown.of(term_id, reduction, preview, language_of(request))
