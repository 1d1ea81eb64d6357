"""Routes of the ledger: what each term has cost a student, and corrections of it."""

from __future__ import annotations

from fastapi import APIRouter

from placement.fairness import accounts, ledger
from placement_api.callers import Coordinator, Institution
from placement_api.routes.paths import StudentPath
from placement_api.schemas.fairness.ledger import CorrectionGiven, EntryShown, LedgerShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["fairness"])


@router.get("/students/{studentId}/ledger", summary="Show a student's ledger")
def show_ledger(store: Transaction, by: Institution, student_id: StudentPath) -> LedgerShown:
    """Show what each term has cost a student, and the points that this gives for the terms to come.

    Visar vad varje termin har kostat en student, och de poäng som det ger för kommande terminer.
    """
    return LedgerShown.of(accounts.account_of(store, by, student_id))


@router.post("/students/{studentId}/ledger-corrections", status_code=201, summary="Correct a student's ledger")
def correct_ledger(store: Transaction, by: Coordinator, student_id: StudentPath, given: CorrectionGiven) -> EntryShown:
    """Write a line that corrects a placement's latest one; the wrong line stays to be read.

    Skriver en rad som rättar en placerings senaste rad; den felaktiga raden finns kvar att läsa.
    """
    entry = ledger.correct(store, by, student_id, given.placement_id, given.reason, given.values())
    return EntryShown.of(entry)
