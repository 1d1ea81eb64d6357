"""Routes of cohorts: a programme's students who take the same courses in a term."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from placement.register import cohorts
from placement.tables import Cohort
from placement_api.callers import Institution, InstitutionConfirming
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import CohortPath
from placement_api.schemas.register.cohorts import CohortChange, CohortFilter, CohortGiven, CohortShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["cohorts"])


@router.get("/cohorts", summary="List cohorts")
def list_cohorts(
    store: Transaction, by: Institution, asked: Annotated[CohortFilter, Query()], links: Linked
) -> Listed[CohortShown]:
    """List the cohorts by name; a lärosäte sees its own.

    Listar kullarna efter namn; ett lärosäte ser sina egna.
    """
    found = cohorts.list_cohorts(
        store,
        by,
        term=asked.term_id,
        programme=asked.programme_id,
        institution=asked.institution_id,
        span=asked.span,
    )
    return links.page(asked, found, CohortShown.model_validate)


@router.post("/cohorts", status_code=201, summary="Add a cohort")
def form_cohort(store: Transaction, by: InstitutionConfirming, given: CohortGiven, response: Response) -> CohortShown:
    """Add a cohort to a programme in a term.

    Lägger till en kull i ett program under en termin.
    """
    shown = CohortShown.model_validate(cohorts.form_cohort(store, by, Cohort(**given.model_dump())))
    tag(response, shown)
    response.headers["Location"] = f"/v1/cohorts/{shown.id}"
    return shown


@router.get("/cohorts/{cohortId}", summary="Show a cohort")
def show_cohort(store: Transaction, by: Institution, cohort_id: CohortPath, response: Response) -> CohortShown:
    """Show one cohort.

    Visar en kull.
    """
    shown = CohortShown.model_validate(cohorts.show_cohort(store, by, cohort_id))
    tag(response, shown)
    return shown


@router.patch("/cohorts/{cohortId}", summary="Change a cohort")
def change_cohort(
    store: Transaction,
    by: InstitutionConfirming,
    cohort_id: CohortPath,
    change: CohortChange,
    expected: IfMatch,
    response: Response,
) -> CohortShown:
    """Change a cohort's name or size; its programme and term cannot be changed.

    Ändrar en kulls namn eller storlek; dess program och termin kan inte ändras.
    """
    expected.hold(CohortShown.model_validate(cohorts.show_cohort(store, by, cohort_id)))
    shown = CohortShown.model_validate(cohorts.change_cohort(store, by, cohort_id, change.changes()))
    tag(response, shown)
    return shown


@router.delete("/cohorts/{cohortId}", status_code=204, summary="Remove a cohort")
def dissolve_cohort(store: Transaction, by: Institution, cohort_id: CohortPath, expected: IfMatch) -> None:
    """Remove a cohort without students.

    Tar bort en kull utan studenter.
    """
    expected.hold(CohortShown.model_validate(cohorts.show_cohort(store, by, cohort_id)))
    cohorts.dissolve_cohort(store, by, cohort_id)
