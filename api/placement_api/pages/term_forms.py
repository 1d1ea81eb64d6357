"""Term forms: a coordinator adds a term, with the round's usual dates proposed, and changes its dates and settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from placement.callers import Caller
from placement.in_force.impossible import tell_impossible
from placement.register import terms
from placement.register.rounds import usual_dates
from placement.tables import Term
from placement_api.pages.forms import number_in
from placement_api.pages.frame import lead, show
from placement_api.pages.holders import changed_by
from placement_api.pages.readers import Coordinator, Fields
from placement_api.pages.term_fields import DATES, LABELS, NUMBERS, Wrong, stored_fields, week_in, wrong_in
from placement_api.pages.terms import TermCode
from placement_api.schemas.register.terms import TermGiven
from placement_api.transactions import Transaction
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["terms"])

_CHANGED = Words(
    "Terminen har ändrats medan du skrev. Inget är överskrivet: fälten har det du skrev, raden under varje fält det "
    "som är sparat nu.",
    "The term has been changed while you typed. Nothing is overwritten: the fields have what you typed, the line "
    "beneath each what is saved now.",
)
_FIRST = ("code", "firstWeek", "weeks")
"""What is asked first: the usual dates follow from it."""


@router.get("/terms/new")
def ask_term(request: Request, store: Transaction, by: Coordinator) -> Response:
    """Ask for a term's code and weeks; then show the form with the round's usual dates."""
    typed = {name: text for name, text in request.query_params.items() if name in _FIRST}
    if not typed:
        return _form(request, store, by, None, {"weeks": "20"})
    wrong = wrong_in(lambda: terms.check_code(TermGiven.model_validate(_given(typed)).code))
    if wrong:
        return _form(request, store, by, None, typed, wrong)
    dates = {name: str(day) for name, day in usual_dates(IsoWeek.parse(week_in(typed["firstWeek"]))).items()}
    proposed = {shown: dates[name] for name, shown in DATES.items() if name in dates}
    return _form(request, store, by, None, {**typed, **proposed}, dated=True)


@router.post("/terms/new")
def add_term(request: Request, store: Transaction, by: Coordinator, fields: Fields) -> Response:
    """Add a term."""
    made: list[Term] = []

    def add() -> None:
        given = TermGiven.model_validate(_given(fields))
        with store.begin_nested():
            made.append(terms.open_term(store, by, given.stored()))

    if wrong := wrong_in(add):
        return _form(request, store, by, None, fields, wrong, dated=True)
    tell_impossible(store, by)
    return lead(f"/terms/{made[0].code}/overview", done="term-added")


@router.get("/terms/{code}/settings")
def show_settings(request: Request, store: Transaction, by: Coordinator, code: TermCode) -> Response:
    """Show a term's dates and settings, which can be changed."""
    return _form(request, store, by, terms.term_called(store, by, code), {}, dated=True)


@router.post("/terms/{code}/settings")
def change_settings(request: Request, store: Transaction, by: Coordinator, code: TermCode, fields: Fields) -> Response:
    """Change a term, unless somebody else has changed it meanwhile."""
    term = terms.term_called(store, by, code)
    if fields.get("version") != str(term.version):
        return _form(request, store, by, term, fields, dated=True, stale=True)

    def change() -> None:
        given = TermGiven.model_validate(_given(fields))
        with store.begin_nested():
            terms.change_term(store, by, term.id, given.stored())

    if wrong := wrong_in(change):
        return _form(request, store, by, term, fields, wrong, dated=True)
    tell_impossible(store, by)
    return lead(f"/terms/{term.code}/settings", done="term-saved")


def _given(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return a form's fields as the schema reads them; a date left empty is null: the usual one, or not asked for."""
    given: dict[str, Any] = {"code": fields.get("code", "").strip(), "firstWeek": week_in(fields.get("firstWeek", ""))}
    given["weeks"] = number_in(fields.get("weeks", "").strip())
    given |= {name: fields[name].strip() or None for name in DATES.values() if name in fields}
    for name in NUMBERS:
        group, _, inner = name.partition(".")
        if name in fields:
            text = fields[name].strip()
            empty = None if name == "travel.maxMinutes" else ""
            given.setdefault(group, {})[inner] = number_in(text) if text else empty
    return given


def _form(
    request: Request,
    store: Session,
    by: Caller,
    term: Term | None,
    typed: Mapping[str, str],
    wrong: Sequence[Wrong] = (),
    *,
    dated: bool = False,
    stale: bool = False,
) -> Response:
    """Show the form of a term with what was typed; ``dated`` tells whether the dates are asked for too."""
    return show(
        request,
        store,
        by,
        "term.html",
        term=term,
        status=412 if stale else 422 if wrong else 200,
        version=term and term.version,
        typed=typed,
        stored=stored_fields(term),
        labels=LABELS,
        weights=[name for name in NUMBERS if name.startswith("weights.")],
        travel=[name for name in NUMBERS if name.startswith("travel.")],
        wrong=wrong,
        dated=dated,
        stale=_CHANGED if stale else None,
        changer=changed_by(store, by, term.id) if stale and term is not None else None,
    )
