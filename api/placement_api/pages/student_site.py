"""A student's site: where they belong, every decision about it, and the form for a new one, outside the site rounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import InvalidError
from placement.in_force.impossible import tell_impossible
from placement.register import cohorts, programmes, sites, student_sites, students, terms
from placement.register.student_sites import OF_A_ROUND
from placement.register.students import StudentRecord
from placement.site_choice.measuring import strained_by_move
from placement.store.access import EVERY
from placement.tables import LONGEST_NOTE, SiteReason, Term
from placement_api.pages.forms import words_in
from placement_api.pages.frame import lead, show
from placement_api.pages.readers import Fields, Institution
from placement_api.pages.site_turns import StudentId
from placement_api.pages.terms import TermCode
from placement_api.schemas.register.student_sites import SiteDecisionGiven
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["site-rounds", "cohorts"])

LABELS: Mapping[str, Words] = {
    "siteId": Words("Ny studieort", "New site"),
    "fromTermId": Words("Från och med terminen", "From the term"),
    "reason": Words("Skäl", "Reason"),
    "note": Words("Anteckning", "Note"),
    "decidedBy": Words("Vem som har beslutat", "Who decided"),
}
REASONS = tuple(reason for reason in SiteReason if reason not in OF_A_ROUND)
"""The reasons that a person may give; the others only a site round gives."""
_CHANGED = Words(
    "Någon annan beslutade om studentens ort medan du skrev. Inget är ändrat: så här står det nu.",
    "Somebody else decided on the student’s site while you typed. Nothing has been changed: this is how it stands now.",
)


@router.get("/terms/{code}/students/{student_id}/site")
def show_site(request: Request, store: Transaction, by: Institution, code: TermCode, student_id: StudentId) -> Response:
    """Show to which site a student belongs, how that was decided, and the form for another decision."""
    term = terms.term_called(store, by, code)
    return _page(request, store, by, term, students.show_student(store, by, student_id), {"fromTermId": term.id})


@router.post("/terms/{code}/students/{student_id}/site")
def decide_site(
    request: Request, store: Transaction, by: Institution, code: TermCode, student_id: StudentId, fields: Fields
) -> Response:
    """Decide that a student belongs to another site, if nobody has decided since the form was opened."""
    term = terms.term_called(store, by, code)
    student = students.show_student(store, by, student_id)
    made = student_sites.list_decisions(store, by, student_id).total
    if fields.get("decisions") != str(made):
        return _page(request, store, by, term, student, fields, [_CHANGED], 412)
    typed = {name: fields[name].strip() for name in LABELS if fields.get(name, "").strip()}
    try:
        given = SiteDecisionGiven.model_validate(typed)
        with store.begin_nested():
            student_sites.move_student(store, by, student_id, **given.model_dump())
    except (ValidationError, InvalidError) as error:
        return _page(request, store, by, term, student, fields, words_in(error, LABELS, SiteDecisionGiven), 422)
    tell_impossible(store, by)
    return lead(f"/terms/{code}/students/{student_id}/site", done="site-decided")


def _page(
    request: Request,
    store: Session,
    by: Caller,
    term: Term,
    student: StudentRecord,
    typed: Mapping[str, str],
    faults: Sequence[Words] = (),
    status: int = 200,
) -> Response:
    """Show a student's site; a student whose programme has no sites has no form."""
    cohort = cohorts.show_cohort(store, by, student.cohort_id)
    programme = programmes.show_programme(store, by, cohort.programme_id)
    known = sites.list_sites(store, by, span=EVERY).rows
    made = student_sites.list_decisions(store, by, student.id, span=EVERY)
    return show(
        request,
        store,
        by,
        "student_site.html",
        term=term,
        status=status,
        student=student,
        called=student.external_id or student.id,
        cohort=cohort,
        programme=programme,
        names={each.id: each.name for each in known},
        choices=[each for each in known if each.institution_id == student.institution_id],
        terms={each.id: each.code for each in terms.list_terms(store, by, span=EVERY).rows},
        decisions=made.rows,
        number=made.total,
        strain=strained_by_move(store, student.id),
        labels=LABELS,
        reasons=REASONS,
        longest=LONGEST_NOTE,
        typed=typed,
        faults=faults,
    )
