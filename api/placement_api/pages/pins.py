"""Pins: placements decided by hand, which every later plan keeps; listed, removed, and made for a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import ConflictError, Fault, InvalidError, NotFoundError
from placement.in_force.impossible import tell_impossible
from placement.planning import pins
from placement.register import terms
from placement.register.names import Names, who_asks
from placement.register.requests import RankedRequest
from placement.register.units import list_units, show_unit
from placement.store.access import SortField, Span
from placement.tables import Pin, Placement, RequestStatus, Term
from placement_api.pages.fault_words import told_in
from placement_api.pages.frame import lead, show
from placement_api.pages.one_request import RequestId, request_in, standing_of
from placement_api.pages.readers import Coordinator, Fields
from placement_api.pages.terms import TermCode, weeks_of
from placement_api.transactions import Transaction
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["planning", "requests", "placements", "places"])

LIMIT = 50
UNITS = 20
"""How many of the units with a name are shown to choose from."""
_BY_START = (SortField("start", falling=False), SortField("id", falling=False))
_ONE = Span(limit=1)
_CHANGED = Words(
    "Någon annan ändrade placeringen medan du läste. Inget är låst: så här står den nu.",
    "Somebody else changed the placement while you read. Nothing is pinned: this is how it stands now.",
)
_NO_UNIT = Words("Välj en enhet.", "Choose a unit.")
_NO_WEEK = Words("Välj veckan som placeringen börjar.", "Choose the week in which the placement begins.")

PinId = Annotated[str, Path(max_length=64)]


class PinsAsked(BaseModel):
    """From which pin on to list them."""

    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0


class PinAsked(BaseModel):
    """What the name of the unit to choose has in it; or the unit and the week in which a draft places the request."""

    named: Annotated[str, Query(max_length=100)] = ""
    unit: Annotated[str, Query(max_length=64)] = ""
    start: Annotated[str, Query(max_length=16)] = ""


@router.get("/terms/{code}/pins")
def show_pins(
    request: Request, store: Transaction, by: Coordinator, code: TermCode, asked: Annotated[PinsAsked, Query()]
) -> Response:
    """List the placements that are decided by hand, the earliest first."""
    term = terms.term_called(store, by, code)
    found = pins.list_pins(store, by, term_id=term.id, span=Span(LIMIT, asked.offset, _BY_START))
    return show(
        request,
        store,
        by,
        "pins.html",
        term=term,
        found=found,
        who=who_asks(store, by, (each.request_id for each in found.rows)),
        names=Names(store, by, (each.unit_id for each in found.rows)),
        limit=LIMIT,
        offset=asked.offset,
    )


@router.post("/terms/{code}/pins/{pin_id}")
def unpin(store: Transaction, by: Coordinator, code: TermCode, pin_id: PinId, fields: Fields) -> Response:
    """Remove a pin, so that the next plan decides the placement."""
    del fields  # they are read, and held to be the session's own, for the caller
    term = terms.term_called(store, by, code)
    if pins.show_pin(store, by, pin_id).term_id != term.id:
        raise NotFoundError(pin_id)
    pins.unpin(store, by, pin_id)
    tell_impossible(store, by)
    return lead(f"/terms/{code}/pins", done="unpinned")


@router.get("/terms/{code}/requests/{request_id}/pin")
def ask_pin(
    request: Request,
    store: Transaction,
    by: Coordinator,
    code: TermCode,
    request_id: RequestId,
    asked: Annotated[PinAsked, Query()],
) -> Response:
    """Ask where and when a request is to be placed: as it is now, or at a unit of some name."""
    term = terms.term_called(store, by, code)
    return _page(request, store, by, term, request_in(store, by, term, request_id), asked.model_dump())


@router.post("/terms/{code}/requests/{request_id}/pin")
def pin(
    request: Request, store: Transaction, by: Coordinator, code: TermCode, request_id: RequestId, fields: Fields
) -> Response:
    """Pin the placement that a request has, or the unit and the week that the form chooses."""
    term = terms.term_called(store, by, code)
    ranked = request_in(store, by, term, request_id)
    try:
        with store.begin_nested():
            if "standing" in fields:
                _pin_standing(store, by, request_id, fields["standing"])
            else:
                pins.pin(store, by, request_id, *_place_in(fields))
    except (InvalidError, ConflictError) as error:
        faults = told_in(error)
        return _page(request, store, by, term, ranked, fields, faults)
    tell_impossible(store, by)
    return lead(f"/terms/{code}/requests/{request_id}/pin", done="pinned")


def _pin_standing(store: Session, by: Caller, request_id: str, version: str) -> None:
    """Pin the placement that a request has, if it is still the one that was read."""
    standing = standing_of(store, by, request_id)
    if standing is None or str(standing.version) != version:
        raise ConflictError(sv=_CHANGED.sv, en=_CHANGED.en)
    pins.pin(store, by, request_id, standing.unit_id, standing.start, standing.supervisor_id)


def _place_in(fields: Mapping[str, str]) -> tuple[str, IsoWeek]:
    """Read the unit and the first week of a form."""
    faults = [] if fields.get("unit") else [Fault("/unit", _NO_UNIT.en, _NO_UNIT.sv)]
    try:
        start = IsoWeek.parse(fields.get("start", ""))
    except ValueError as error:
        raise InvalidError(*faults, Fault("/start", _NO_WEEK.en, _NO_WEEK.sv)) from error
    if faults:
        raise InvalidError(*faults)
    return fields["unit"], start


def _drafted(typed: Mapping[str, str], standing: Placement | None) -> tuple[str, IsoWeek] | None:
    """Return the unit and the week in which a draft places a request, where that is not how it stands."""
    try:
        unit, start = _place_in(typed)
    except InvalidError:
        return None
    return None if standing is not None and (standing.unit_id, standing.start) == (unit, start) else (unit, start)


def _page(
    request: Request,
    store: Session,
    by: Caller,
    term: Term,
    ranked: RankedRequest,
    typed: Mapping[str, str],
    faults: Sequence[Words] = (),
) -> Response:
    """Answer with the pin that a request has, or with the forms to make one."""
    asked = ranked.request
    pinned: Pin | None = next(iter(pins.list_pins(store, by, request_id=asked.id, span=_ONE).rows), None)
    standing = standing_of(store, by, asked.id)
    named = typed.get("named", "").strip()
    found = list_units(store, by, named=named, span=Span(UNITS)) if named else None
    where, drafted = pinned or standing, None if named else _drafted(typed, standing)
    return show(
        request,
        store,
        by,
        "pin.html",
        term=term,
        status=422 if faults else 200,
        asked=asked,
        open=asked.status is RequestStatus.OPEN,
        who=who_asks(store, by, [asked.id])[asked.id],
        pinned=pinned,
        standing=standing,
        unit_name=where and show_unit(store, by, where.unit_id).unit.name,
        drafted=drafted,
        drafted_name=drafted and show_unit(store, by, drafted[0]).unit.name,
        typed=typed,
        named=named,
        found=found,
        weeks=weeks_of(term),
        faults=faults,
    )
