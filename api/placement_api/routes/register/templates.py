"""Routes of the county's templates of agreements and their clauses."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from placement.register import templates
from placement_api.callers import Anyone, Coordinator
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import ClausePath, TemplatePath
from placement_api.schemas.register.templates import (
    TemplateChange,
    TemplateClauseChange,
    TemplateClauseFilter,
    TemplateClauseGiven,
    TemplateClauseShown,
    TemplateFilter,
    TemplateGiven,
    TemplateShown,
)
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1/agreement-templates", tags=["agreements"])


@router.get("", summary="List templates")
def list_templates(
    store: Transaction, by: Anyone, asked: Annotated[TemplateFilter, Query()], links: Linked
) -> Listed[TemplateShown]:
    """List the county's templates of agreements, one for each kind of provider that has one.

    Listar länets avtalsmallar, en för varje slag av huvudman som har en.
    """
    found = templates.list_templates(store, by, provider_kind=asked.provider_kind, span=asked.span)
    return links.page(asked, found, TemplateShown.model_validate)


@router.post("", status_code=201, summary="Add a template")
def add_template(store: Transaction, by: Coordinator, given: TemplateGiven, response: Response) -> TemplateShown:
    """Add the template for agreements with a kind of provider; its clauses are added one by one.

    Lägger till mallen för avtal med ett slag av huvudman; klausulerna läggs till en och en.
    """
    shown = TemplateShown.model_validate(templates.add_template(store, by, given.model_dump()))
    tag(response, shown)
    response.headers["Location"] = f"/v1/agreement-templates/{shown.id}"
    return shown


@router.get("/{templateId}", summary="Show a template")
def show_template(store: Transaction, by: Anyone, template_id: TemplatePath, response: Response) -> TemplateShown:
    """Show one template.

    Visar en mall.
    """
    shown = TemplateShown.model_validate(templates.show_template(store, by, template_id))
    tag(response, shown)
    return shown


@router.patch("/{templateId}", summary="Rename a template")
def rename_template(
    store: Transaction,
    by: Coordinator,
    template_id: TemplatePath,
    change: TemplateChange,
    expected: IfMatch,
    response: Response,
) -> TemplateShown:
    """Change what a template is called.

    Ändrar vad en mall heter.
    """
    expected.hold(TemplateShown.model_validate(templates.show_template(store, by, template_id)))
    shown = TemplateShown.model_validate(templates.rename_template(store, by, template_id, change.changes()))
    tag(response, shown)
    return shown


@router.get("/{templateId}/clauses", summary="List clauses of a template")
def list_clauses(
    store: Transaction,
    by: Anyone,
    template_id: TemplatePath,
    asked: Annotated[TemplateClauseFilter, Query()],
    links: Linked,
) -> Listed[TemplateClauseShown]:
    """List a template's clauses by key: those in force on a day, or every wording there was and will be.

    Listar mallens klausuler efter nyckel: de som gäller en viss dag, eller alla lydelser som funnits och ska gälla.
    """
    found = templates.list_clauses(store, by, template_id, on=asked.on, span=asked.span)
    return links.page(asked, found, TemplateClauseShown.of)


@router.post("/{templateId}/clauses", status_code=201, summary="Add a clause to a template")
def add_clause(
    store: Transaction, by: Coordinator, template_id: TemplatePath, given: TemplateClauseGiven, response: Response
) -> TemplateClauseShown:
    """Add a clause from a day on. With the key of an earlier one it takes its place then; the earlier one stays.

    Lägger till en klausul från och med en dag. Med samma nyckel som en tidigare klausul ersätter den denna från den
    dagen; den tidigare finns kvar.
    """
    shown = TemplateClauseShown.of(templates.add_clause(store, by, template_id, given.model_dump()))
    tag(response, shown)
    response.headers["Location"] = f"/v1/agreement-templates/{template_id}/clauses/{shown.id}"
    return shown


@router.get("/{templateId}/clauses/{clauseId}", summary="Show a clause of a template")
def show_clause(
    store: Transaction, by: Anyone, template_id: TemplatePath, clause_id: ClausePath, response: Response
) -> TemplateClauseShown:
    """Show one clause.

    Visar en klausul.
    """
    shown = TemplateClauseShown.of(templates.show_clause(store, by, template_id, clause_id))
    tag(response, shown)
    return shown


@router.patch("/{templateId}/clauses/{clauseId}", summary="End a clause of a template")
def end_clause(
    store: Transaction,
    by: Coordinator,
    template_id: TemplatePath,
    clause_id: ClausePath,
    change: TemplateClauseChange,
    expected: IfMatch,
    response: Response,
) -> TemplateClauseShown:
    """Set a clause's last day. Its wording is not changed: a new wording is a new clause with the same key.

    Anger en klausuls sista dag. Lydelsen ändras inte: en ny lydelse är en ny klausul med samma nyckel.
    """
    expected.hold(TemplateClauseShown.of(templates.show_clause(store, by, template_id, clause_id)))
    shown = TemplateClauseShown.of(templates.end_clause(store, by, template_id, clause_id, change.valid_to))
    tag(response, shown)
    return shown


@router.delete("/{templateId}/clauses/{clauseId}", status_code=204, summary="Remove a clause of a template")
def remove_clause(
    store: Transaction, by: Coordinator, template_id: TemplatePath, clause_id: ClausePath, expected: IfMatch
) -> None:
    """Remove a clause that has not begun; one that has been in force is given a last day instead.

    Tar bort en klausul som inte har börjat gälla; en som har gällt får i stället en sista dag.
    """
    expected.hold(TemplateClauseShown.of(templates.show_clause(store, by, template_id, clause_id)))
    templates.remove_clause(store, by, template_id, clause_id)
