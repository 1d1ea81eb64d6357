"""The placements of a term: one student's by pseudonym, or those in a course, with a provider or in a week."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from placement.in_force import placements, progress, publishing
from placement.in_force.asking_students import AnswerWanted
from placement.in_force.placements import Wanted
from placement.in_force.student_answers import count_answers
from placement.planning.broken import name_rule
from placement.register import cohorts, organisations, terms
from placement.register.names import who_asks
from placement.store.access import EVERY, SortField, Span
from placement.tables import OrganisationKind, PlacementStatus, Term
from placement_api.pages.frame import show
from placement_api.pages.readers import Institution
from placement_api.pages.terms import TermCode, weeks_of
from placement_api.schemas.base import Id
from placement_api.transactions import Transaction

router = APIRouter(include_in_schema=False, tags=["placements"])

LIMIT = 50
_LAST = Span(limit=1)


class PlacementsAsked(BaseModel):
    """Which placements to list, in which order and from which one on; those in force unless a status is asked for."""

    student: Annotated[str, Query(max_length=200)] = ""
    cohort: Id | Literal[""] = ""
    course: Id | Literal[""] = ""
    provider: Id | Literal[""] = ""
    week: Annotated[int, Field(ge=1, le=53)] | Literal[""] = ""
    status: PlacementStatus | Literal["", "all"] = ""
    answer: AnswerWanted | Literal[""] = ""
    sort: Literal["", "-start"] = ""
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0

    def wanted(self, term: Term) -> Wanted:
        """Return what is asked for as the access layer takes it."""
        return Wanted(
            term_id=term.id,
            student_external_id=self.student.strip() or None,
            cohort_id=self.cohort or None,
            course_id=self.course or None,
            provider_id=self.provider or None,
            week=next((week for week in weeks_of(term) if week.week == self.week), None),
            status=self.status if isinstance(self.status, PlacementStatus) else None,
            in_force=self.status == "",
            student_answer=self.answer or None,
        )

    @property
    def filters(self) -> dict[str, str]:
        """Return what is asked for, by the names in the address; what is left empty is left out."""
        given = self.model_dump(mode="json", exclude={"sort", "offset"})
        return {name: str(value) for name, value in given.items() if value != ""}

    def query(self, **other: str) -> str:
        """Return the filters and the order, with some of them as given, as a part of an address."""
        return urlencode({name: value for name, value in {**self.filters, "sort": self.sort, **other}.items() if value})


@router.get("/terms/{code}/placements")
def show_placements(
    request: Request, store: Transaction, by: Institution, code: TermCode, asked: Annotated[PlacementsAsked, Query()]
) -> Response:
    """Show the placements that are asked for."""
    term = terms.term_called(store, by, code)
    order = (SortField("start", falling=True),) if asked.sort else ()
    found = placements.list_placements(store, by, asked.wanted(term), Span(LIMIT, asked.offset, order))
    providers = organisations.list_organisations(store, by, kind=OrganisationKind.PROVIDER, span=EVERY).rows
    published = publishing.list_publications(store, by, term.id, span=_LAST).rows
    return show(
        request,
        store,
        by,
        "placed.html",
        term=term,
        rows=found.rows,
        total=found.total,
        who=who_asks(store, by, (each.request.id for each in found.rows)),
        asked=asked,
        limit=LIMIT,
        weeks=weeks_of(term),
        providers={each.id: each for each in providers},
        courses=progress.courses_asked_for(store, by, term.id),
        cohort=cohorts.show_cohort(store, by, asked.cohort) if asked.cohort else None,
        statuses=list(PlacementStatus),
        answers=list(AnswerWanted),
        counts=count_answers(store, by, term.id) if term.students_answer_by else None,
        publication=published[0] if published else None,
        rule_names=name_rule,
    )
