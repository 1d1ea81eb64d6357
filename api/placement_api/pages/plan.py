"""The plan as a timeline by unit or by student: a run's draft or, without one, the plan in force."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from placement.callers import Caller
from placement.in_force.publishing import is_published
from placement.planning import runs
from placement.reading.drafts import told_run
from placement.reading.student_timelines import StudentsWanted, list_student_timelines
from placement.reading.timelines import list_timelines
from placement.register import lists, organisations, terms
from placement.register.names import Names
from placement.register.units import UnitsWanted
from placement.store.access import EVERY, Span
from placement.tables import OrganisationKind, Run, RunStatus, Term, WordList
from placement_api.pages.frame import show
from placement_api.pages.readers import Coordinator
from placement_api.pages.terms import TermCode, weeks_of
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["planning", "capacity", "requests"])

UNITS_A_PAGE = 25
LATEST = 10
"""So many of a term's latest runs can be chosen."""


class PlanAsked(BaseModel):
    """Which units or students of which draft are wanted; what is left empty does not count."""

    model_config = ConfigDict(extra="ignore")

    view: Literal["units", "students", ""] = ""
    run: str = Field("", max_length=64)
    named: str = Field("", max_length=200)
    provider: str = Field("", max_length=64)
    kind: str = Field("", max_length=64)
    institution: str = Field("", max_length=64)
    profession: str = Field("", max_length=64)
    offset: int = Field(0, ge=0, le=1_000_000)

    @property
    def units(self) -> UnitsWanted:
        """Return the units that are wanted."""
        return {"named": self.named.strip() or None, "provider": self.provider or None, "kind": self.kind or None}

    @property
    def students(self) -> StudentsWanted:
        """Return the students that are wanted."""
        return {"institution": self.institution or None, "profession": self.profession or None}

    @property
    def query(self) -> str:
        """Return what is asked for, less which part of it."""
        asked = self.model_dump(exclude={"offset"})
        return urlencode({name: value for name, value in asked.items() if value})

    @property
    def filtered(self) -> bool:
        """Tell whether some are left out."""
        left_out = {"institution", "profession"} if self.view == "students" else {"named", "provider", "kind"}
        return any(self.model_dump(include=left_out).values())


@router.get("/terms/{code}/plan")
def show_plan(
    request: Request, store: Transaction, by: Coordinator, code: TermCode, asked: Annotated[PlanAsked, Query()]
) -> Response:
    """Show who is where and when: at the units that are asked for and which places are free, or student by student."""
    term = terms.term_called(store, by, code)
    drafts = _drafts(store, by, term)
    run = told_run(store, by, term.id, asked.run or None)
    cut_short = run is not None and run.status is not RunStatus.SUCCEEDED and not asked.run
    draft = None if run is None or cut_short or is_published(store, run.id) else run
    span, of = Span(UNITS_A_PAGE, asked.offset), None if draft is None else draft.id
    common: dict[str, Any] = {
        "asked": asked,
        "draft": draft,
        "drafts": drafts,
        "weeks": weeks_of(term),
        "limit": UNITS_A_PAGE,
        "codes": _codes(store, by),
        "professions": _words(store, by, WordList.PROFESSION),
    }
    if asked.view == "students":
        lines = list_student_timelines(store, by, term, asked.students, of, span)
        stays = [cell.stay for line in lines.rows for lane in line.lanes for cell in lane if cell.stay]
        names = Names(store, by, {stay.unit_id for stay in stays})
        institutions = organisations.list_organisations(store, by, kind=OrganisationKind.INSTITUTION, span=EVERY).rows
        return show(
            request, store, by, "plan_students.html",
            term=term, found=lines, names=names, institutions=institutions, **common,
        )  # fmt: skip
    return show(
        request,
        store,
        by,
        "plan.html",
        term=term,
        found=list_timelines(store, by, term, asked.units, of, span),
        providers=organisations.list_organisations(store, by, kind=OrganisationKind.PROVIDER, span=EVERY).rows,
        kinds=_words(store, by, WordList.UNIT_KIND),
        **common,
    )


def _drafts(store: Session, by: Caller, term: Term) -> list[Run]:
    """Return the latest runs of a term that have a plan, the newest first."""
    found = runs.list_runs(store, by, term_id=term.id, status=RunStatus.SUCCEEDED, span=Span(LATEST)).rows
    return list(found)


def _codes(store: Session, by: Caller) -> dict[str, str]:
    """Return what each lärosäte is called for short."""
    found = organisations.list_organisations(store, by, kind=OrganisationKind.INSTITUTION, span=EVERY).rows
    return {each.id: each.external_id or each.name_sv for each in found}


def _words(store: Session, by: Caller, of: WordList) -> dict[str, Words]:
    """Return the words of a list by their codes."""
    return {each.code: Words(each.name_sv, each.name_en) for each in lists.list_words(store, by, of, EVERY).rows}
