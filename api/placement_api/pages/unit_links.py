"""The page on which a link to one unit's offers is made, for a ward manager who has no account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from placement.callers import Caller, Role
from placement.errors import InvalidError
from placement.register import terms
from placement.register.capacity import list_offers
from placement.register.units import list_units
from placement.signing_in import links
from placement.store.access import EVERY
from placement.tables import Term, Unit
from placement_api.pages.fault_words import told_in
from placement_api.pages.frame import show
from placement_api.pages.readers import Fields, Provider
from placement_api.pages.repeats import shown_once
from placement_api.pages.terms import TermCode
from placement_api.signing_in.browsers import address_of
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["signing-in", "capacity"])

LIMIT = 60
_LABEL = Words("Enhetschef", "Ward manager")


class UnitAsked(BaseModel):
    """Which units to choose from: those with a text in their name, from which one on."""

    q: Annotated[str, Query(max_length=100)] = ""
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0

    def query(self) -> str:
        """Return what is asked for as a part of an address."""
        return urlencode({"q": self.q} if self.q else {})


@router.get("/terms/{code}/offers/links")
def ask_link(
    request: Request, store: Transaction, by: Provider, code: TermCode, asked: Annotated[UnitAsked, Query()]
) -> Response:
    """Ask which unit a link is to lead to; one click makes it."""
    return _page(request, store, by, terms.term_called(store, by, code), asked)


@router.post("/terms/{code}/offers/links")
def make_link(request: Request, store: Transaction, by: Provider, code: TermCode, fields: Fields) -> Response:
    """Make a link that signs somebody in at one unit, and show its address, which is shown only now."""
    term = terms.term_called(store, by, code)
    units = {unit.id: unit for unit in _units(store, by)}
    unit = units.get(fields.get("unit", ""))
    if unit is not None and unit.id not in _with_rows(store, by, term):
        return _page(request, store, by, term, faults=[_no_rows(unit, term)])
    given = {"role": Role.UNIT, "unit": fields.get("unit", ""), "label": _LABEL.sv}
    try:
        made, secret = links.make_link(store, by, given, request.app.state.settings.token_days)
    except InvalidError as error:
        return _page(request, store, by, term, faults=told_in(error))
    shown_once(request)
    address = address_of(request, f"/sign-in/links/{secret}")
    return _page(
        request,
        store,
        by,
        term,
        made={"unit": units[fields["unit"]], "address": address, "until": made.link.expires_at},
    )


def _units(store: Session, by: Caller) -> list[Unit]:
    return [each.unit for each in list_units(store, by, span=EVERY).rows]


def _with_rows(store: Session, by: Caller, term: Term) -> frozenset[str]:
    """Return which units have a row to answer in a term."""
    return frozenset(each.row.unit_id for each in list_offers(store, by, term=term.id, span=EVERY).rows)


def _no_rows(unit: Unit, term: Term) -> Words:
    """Say why nobody is sent to a unit that has nothing to answer."""
    return Words(
        f"{unit.name} har ingen rad att besvara i {term.code}. Lägg till en rad först.",
        f"{unit.name} has no row to answer in {term.code}. Add a row first.",
    )


def _page(
    request: Request,
    store: Session,
    by: Caller,
    term: Term,
    asked: UnitAsked | None = None,
    *,
    made: Mapping[str, object] | None = None,
    faults: list[Words] | None = None,
) -> Response:
    """Show the form, and the address of a link that has just been made."""
    status, asked = 422 if faults else 200, asked or UnitAsked()
    with_rows = _with_rows(store, by, term)
    called = [unit for unit in _units(store, by) if asked.q.casefold() in unit.name.casefold()]
    return show(
        request,
        store,
        by,
        "offers_link.html",
        term=term,
        status=status,
        asked=asked,
        limit=LIMIT,
        total=len(called),
        units=called[asked.offset : asked.offset + LIMIT],
        with_rows=with_rows,
        not_all=any(unit.id not in with_rows for unit in called[asked.offset : asked.offset + LIMIT]),
        made=made,
        faults=faults or [],
    )
