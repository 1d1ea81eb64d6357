"""The pages of offers: a term's units and weeks in one form, which works without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from placement.callers import Caller, Role
from placement.errors import InvalidError
from placement.in_force.impossible import tell_impossible
from placement.register import capacity, terms
from placement.register.lists import Lists
from placement.register.offer_rows import OfferGrid, OfferPart, read_grid
from placement.register.organisations import show_organisation
from placement.register.units import list_units
from placement.store.access import EVERY, Span
from placement.tables import OfferStatus, Term
from placement_api.pages.fault_words import told_in
from placement_api.pages.forms import action_in
from placement_api.pages.frame import lead, show
from placement_api.pages.holders import changed_by
from placement_api.pages.offer_answers import CHOICES, Line, State, stored_line
from placement_api.pages.offer_saving import Outlook, look_ahead, read_lines, store_lines
from placement_api.pages.readers import Care, Fields
from placement_api.pages.terms import TermCode, weeks_of
from placement_api.signing_in.homes import home_of
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["capacity"])

ROWS = 60
"""How many rows a page has: of 20 weeks they weigh some 145 kB."""


class OffersAsked(BaseModel):
    """Which rows of the grid are asked for."""

    show: OfferPart | None = None
    provider: Annotated[str, Field(max_length=64)] | None = None
    unit: Annotated[str, Field(max_length=64)] | None = None
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0

    def query(self, **other: object) -> str:
        """Return the address's query for these rows, with other values for some filters."""
        given = {**self.model_dump(exclude_defaults=True), **other}
        return urlencode({name: str(value) for name, value in given.items() if value})


Asked = Annotated[OffersAsked, Query()]


@dataclass(frozen=True, slots=True)
class Sent:
    """What has come of a form: what its cuts mean, how many rows are stored, and which beside another's change."""

    outlook: Outlook | None = None
    stored: int = 0
    merged: Sequence[Line] = ()


@router.get("/terms/{code}/offers")
def show_offers(request: Request, store: Transaction, by: Care, code: TermCode, asked: Asked) -> Response:
    """Show the offers of the reader's units as a grid."""
    term = terms.term_called(store, by, code)
    grid = _grid(store, by, term, asked)
    lines = [stored_line(row, weeks_of(term)) for row in grid.rows]
    return _page(request, store, by, term, asked, grid=grid, lines=lines)


@router.post("/terms/{code}/offers")
def save_offers(
    request: Request, store: Transaction, by: Care, code: TermCode, asked: Asked, fields: Fields
) -> Response:
    """Store what is sound, and show the rest with what is to be settled."""
    action_in(fields, "save", "cut", "keep")
    term = terms.term_called(store, by, code)
    outlook = look_ahead(store, by, term, read_lines(store, by, term, fields), request.app.state.settings.run_memory_mb)
    typed = read_lines(store, by, term, fields)
    lines, stored = store_lines(store, by, term, typed)
    merged = [line for line in typed if line.merged and line.ready]
    here = f"/terms/{code}/offers?{asked.query()}".rstrip("?")
    if all(line.state is State.SAME for line in lines):
        return lead(here, done="offers-merged" if merged else "offers-saved" if stored else "offers-same")
    grid = _grid(store, by, term, asked)
    sent = Sent(outlook, stored, merged)
    return _page(request, store, by, term, asked, grid=grid, lines=lines, sent=sent)


@router.get("/terms/{code}/offers/rows")
def ask_row(request: Request, store: Transaction, by: Care, code: TermCode) -> Response:
    """Ask for which unit and profession a row is to be added."""
    return _row_page(request, store, by, terms.term_called(store, by, code), {}, ())


@router.post("/terms/{code}/offers/rows")
def add_row(request: Request, store: Transaction, by: Care, code: TermCode, fields: Fields) -> Response:
    """Add a row for a unit and a profession, which is not answered yet."""
    term = terms.term_called(store, by, code)
    given = {
        "term_id": term.id,
        "unit_id": fields.get("unit", ""),
        "professions": [fields.get("profession", "")],
        "status": OfferStatus.UNANSWERED,
        "decline_reason": None,
    }
    try:
        offer = capacity.offer_places(store, by, given).row
    except InvalidError as error:
        return _row_page(request, store, by, term, fields, told_in(error))
    tell_impossible(store, by)
    return lead(f"/terms/{code}/offers?unit={offer.unit_id}", done="row-added")


def _row_page(
    request: Request, store: Session, by: Caller, term: Term, typed: Mapping[str, str], faults: Sequence[Words]
) -> Response:
    """Show the form for a new row, with what was typed and what is wrong with it."""
    professions = Lists(store).professions.names.items()
    return show(
        request,
        store,
        by,
        "offers_row.html",
        term=term,
        status=422 if faults else 200,
        units=[each.unit for each in list_units(store, by, span=EVERY).rows],
        professions=sorted(professions, key=lambda each: each[1].sv),
        typed=typed,
        faults=faults,
    )


def _grid(store: Session, by: Caller, term: Term, asked: OffersAsked) -> OfferGrid:
    return read_grid(
        store, by, term, part=asked.show, provider=asked.provider, unit=asked.unit, span=Span(ROWS, asked.offset)
    )


def _page(
    request: Request,
    store: Session,
    by: Caller,
    term: Term,
    asked: OffersAsked,
    *,
    grid: OfferGrid,
    lines: Sequence[Line],
    sent: Sent | None = None,
) -> Response:
    """Show the grid with its rows as they are stored, or as they were typed."""
    states = [line.state for line in lines]
    return show(
        request,
        store,
        by,
        "offers.html",
        term=term,
        status=422 if State.FAULTY in states else 200,
        asked=asked,
        place=_place(store, by, asked),
        weeks=weeks_of(term),
        week_numbers=[week.week for week in weeks_of(term)],
        grid=grid,
        lines=lines,
        rows=ROWS,
        choices=CHOICES,
        state={each.value: states.count(each) for each in State},
        sent=sent or Sent(),
        changers={
            line.row.offer.row.id: changed_by(store, by, line.row.offer.row.id)
            for line in lines
            if line.state is State.CONFLICT
        },
        gives_links=by.role is not Role.UNIT,
    )


def _place(store: Session, by: Caller, asked: OffersAsked) -> Words:
    """Return where the offers are: what the organisation or the unit is called, or the county."""
    if asked.provider is not None and by.role is Role.COORDINATOR:
        organisation = show_organisation(store, by, asked.provider)
        return Words(organisation.name_sv, organisation.name_en)
    return home_of(store, by) or Words("länet", "the county")
