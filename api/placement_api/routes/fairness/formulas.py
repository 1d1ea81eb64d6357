"""Routes of the formulas by which earlier terms give points."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from placement.fairness import formulas
from placement_api.callers import Anyone, Coordinator
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import FormulaPath
from placement_api.schemas.fairness.formulas import FormulaFilter, FormulaGiven, FormulaShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["fairness"])


@router.get("/burden-formulas", summary="List the formulas for points")
def list_formulas(
    store: Transaction, by: Anyone, asked: Annotated[FormulaFilter, Query()], links: Linked
) -> Listed[FormulaShown]:
    """List every formula for points of burden, the latest first.

    Listar alla formler för bördepoäng, den senaste först.
    """
    return links.page(asked, formulas.list_formulas(store, by, span=asked.span), FormulaShown.model_validate)


@router.post("/burden-formulas", status_code=201, summary="Enter a formula for points")
def enter_formula(store: Transaction, by: Coordinator, given: FormulaGiven, response: Response) -> FormulaShown:
    """Enter a formula for points of burden that applies from a day on; everyone can read it before that.

    Inför en formel för bördepoäng som gäller från en viss dag; alla kan läsa den före det.
    """
    shown = FormulaShown.model_validate(formulas.enter_formula(store, by, given.model_dump()))
    tag(response, shown)
    response.headers["Location"] = f"/v1/burden-formulas/{shown.id}"
    return shown


@router.get("/burden-formulas/{formulaId}", summary="Show a formula for points")
def show_formula(store: Transaction, by: Anyone, formula_id: FormulaPath, response: Response) -> FormulaShown:
    """Show one formula for points of burden.

    Visar en formel för bördepoäng.
    """
    shown = FormulaShown.model_validate(formulas.show_formula(store, by, formula_id))
    tag(response, shown)
    return shown


@router.delete("/burden-formulas/{formulaId}", status_code=204, summary="Remove a formula for points")
def remove_formula(store: Transaction, by: Coordinator, formula_id: FormulaPath, expected: IfMatch) -> None:
    """Remove a formula that does not apply yet.

    Tar bort en formel som inte har börjat gälla.
    """
    expected.hold(FormulaShown.model_validate(formulas.show_formula(store, by, formula_id)))
    formulas.remove_formula(store, by, formula_id)
