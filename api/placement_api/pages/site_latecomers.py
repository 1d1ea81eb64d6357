"""Latecomers to a site round: who came after the draw, their ranking, what it would give, and then the site itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from placement.callers import Caller, Role
from placement.errors import ConflictError, InvalidError
from placement.in_force.impossible import tell_impossible
from placement.register import terms
from placement.site_choice import latecomers, rounds
from placement.site_choice.entrants import EntrantPart, EntrantRecord, latecomer_called, list_entrants
from placement.site_choice.measuring import RoundRecord
from placement.site_choice.receipts import ReceiptRecord
from placement.store.access import Span
from placement.tables import SiteRoundStatus, Term
from placement_api.pages.forms import action_in, words_in
from placement_api.pages.frame import lead, show
from placement_api.pages.readers import Fields, Institution
from placement_api.pages.site_heads import heads_of
from placement_api.pages.sites import RoundId
from placement_api.pages.terms import TermCode
from placement_api.schemas.site_choice.outcomes import LateStudentGiven
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["site-rounds", "cohorts"])

LIMIT = 50
_RANKING = Words("Rangordning", "Ranking")
_NOBODY = Words(
    "Ingen student passar. Pseudonymen är felskriven, studenten hör inte till programmet, eller har redan en tur.",
    "No student matches. The pseudonym is misspelt, the student is not of the programme, or has a turn already.",
)
_CHANGED = Words(
    "De lediga platserna ändrades medan du läste. Inget är gjort: så här blir det nu.",
    "The vacancies changed while you read. Nothing has been done: this is what it comes to now.",
)


class LateAsked(BaseModel):
    """Who has come late, by pseudonym or our id, or from which one on to list those of the cohort."""

    student: Annotated[str, Query(max_length=200)] = ""
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0


@router.get("/terms/{code}/sites/{round_id}/late")
def show_latecomers(
    request: Request,
    store: Transaction,
    by: Institution,
    code: TermCode,
    round_id: RoundId,
    asked: Annotated[LateAsked, Query()],
) -> Response:
    """Show who has come after the draw, or ask for the ranking of the one who is named."""
    term = terms.term_called(store, by, code)
    record = rounds.show_round(store, by, round_id)
    name = asked.student.strip()
    student = latecomer_called(store, by, round_id, name) if name else None
    if student is None or record.round.status is not SiteRoundStatus.DECIDED:
        return _list(request, store, by, term, record, asked, [_NOBODY] if name and student is None else [])
    return _form(request, store, by, term, record, student, _wished(student))


@router.post("/terms/{code}/sites/{round_id}/late")
def enter_latecomer(
    request: Request, store: Transaction, by: Institution, code: TermCode, round_id: RoundId, fields: Fields
) -> Response:
    """Tell which site a late student would get, and with the second button give it, if it is the one that was told."""
    term = terms.term_called(store, by, code)
    record, action = rounds.show_round(store, by, round_id), action_in(fields, "preview", "edit", "enter")
    student = latecomer_called(store, by, round_id, fields.get("student", ""))
    if student is None:
        status = 409 if fields.get("student") else 422
        return _list(request, store, by, term, record, LateAsked(), [_NOBODY], status)
    chosen = [at for at in range(len(record.quotas)) if fields.get(f"choice-{at + 1}")]
    ranking = [fields[f"choice-{at + 1}"] for at in chosen]
    if action == "edit":
        return _form(request, store, by, term, record, student, fields)
    try:
        with store.begin_nested():
            receipt = latecomers.preview_late_student(store, by, round_id, student.student_id, ranking)
    except InvalidError as error:
        labels = {f"ranking/{place}": _choice(at + 1) for place, at in enumerate(chosen)} | {"ranking": _RANKING}
        faults = words_in(error, labels, LateStudentGiven)
        return _form(request, store, by, term, record, student, fields, faults, 422)
    except ConflictError as error:
        return _form(request, store, by, term, record, student, fields, [Words(error.sv, error.en)], 409)
    enters = action == "enter"
    if not enters or fields.get("site") != receipt.turn.site_id:
        told, status = ([_CHANGED], 412) if enters else ([], 200)
        return _preview(request, store, by, term, record, student, receipt, told, status)
    latecomers.enter_late_student(store, by, round_id, student.student_id, ranking)
    tell_impossible(store, by)
    return lead(f"/terms/{code}/sites/{round_id}/turns/{student.student_id}", done="late-entered")


def _choice(number: int) -> Words:
    return Words(f"Val {number}", f"Choice {number}")


def _wished(student: EntrantRecord) -> dict[str, str]:
    """Return the ranking that a student sent before they left the cohort for a while, as the form has it."""
    ranking = () if student.wish is None else student.wish.wish.ranking
    return {f"choice-{at}": site for at, site in enumerate(ranking, start=1)}


def _list(
    request: Request,
    store: Session,
    by: Caller,
    term: Term,
    record: RoundRecord,
    asked: LateAsked,
    faults: Sequence[Words] = (),
    status: int = 200,
) -> Response:
    """Show who of the cohort has come after the draw, and ask for others by their pseudonym."""
    decided = record.round.status is SiteRoundStatus.DECIDED
    span = Span(LIMIT, asked.offset)
    found = list_entrants(store, by, record.round.id, part=EntrantPart.LATE, span=span) if decided else None
    return show(
        request,
        store,
        by,
        "site_late.html",
        term=term,
        status=status,
        record=record,
        heads=heads_of(store, by, record),
        decided=decided,
        rows=found.rows if found else (),
        total=found.total if found else 0,
        limit=LIMIT,
        asked=asked,
        searches=by.role is Role.INSTITUTION,
        faults=faults,
    )


def _form(
    request: Request,
    store: Session,
    by: Caller,
    term: Term,
    record: RoundRecord,
    student: EntrantRecord,
    typed: Mapping[str, str],
    faults: Sequence[Words] = (),
    status: int = 200,
) -> Response:
    """Ask for a late student's ranking."""
    told = _told(store, by, term, record, student, faults)
    return show(request, store, by, "site_late_ranking.html", status=status, typed=typed, **told)


def _preview(
    request: Request,
    store: Session,
    by: Caller,
    term: Term,
    record: RoundRecord,
    student: EntrantRecord,
    receipt: ReceiptRecord,
    faults: Sequence[Words] = (),
    status: int = 200,
) -> Response:
    """Show which site a late student would get and why, before it is given."""
    told = _told(store, by, term, record, student, faults)
    return show(
        request,
        store,
        by,
        "site_late_preview.html",
        status=status,
        receipt=receipt,
        from_term=terms.show_term(store, by, record.round.from_term_id),
        **told,
    )


def _told(
    store: Session, by: Caller, term: Term, record: RoundRecord, student: EntrantRecord, faults: Sequence[Words]
) -> dict[str, Any]:
    """Return what both pages about one late student show."""
    return {
        "term": term,
        "record": record,
        "heads": heads_of(store, by, record),
        "student": student,
        "choices": [(f"choice-{at + 1}", _choice(at + 1)) for at in range(len(record.quotas))],
        "sites": {each.quota.site_id: each.site_name for each in record.quotas},
        "faults": faults,
    }
