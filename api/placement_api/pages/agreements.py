"""The page of agreements: what is asked for, offered and given under each in a term, and what that pays."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from placement.callers import Caller, Role
from placement.in_force.publishing import list_publications
from placement.planning.balances import Balance, list_balances
from placement.register import terms
from placement.register.agreements import show_agreements
from placement.register.lists import Lists
from placement.register.payment_terms import PaymentTerms
from placement.store.access import EVERY, Span
from placement.tables import Term
from placement_api.pages.frame import show
from placement_api.pages.readers import Party
from placement_api.pages.terms import TermCode
from placement_api.transactions import Transaction

router = APIRouter(include_in_schema=False, tags=["agreements", "capacity"])

ROWS = 50
_ONE = Span(limit=1)


class Standing(enum.StrEnum):
    """How what is given stands against an agreement's floor and ceiling."""

    BELOW = "below"
    FULL = "full"
    BEYOND = "beyond"
    BETWEEN = "between"
    OPEN = "open"


class AgreementsAsked(BaseModel):
    """Which agreements are asked for."""

    show: Standing | None = None
    provider: Annotated[str, Field(max_length=64)] | None = None
    institution: Annotated[str, Field(max_length=64)] | None = None
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0

    def query(self, **other: object) -> str:
        """Return the address's query for these, with other values for some filters."""
        given = {**self.model_dump(), **other}
        return urlencode({name: str(value) for name, value in given.items() if value})


@dataclass(frozen=True, slots=True)
class Paid:
    """What an agreement pays for what is given, by the price of a student-week on the term's first day."""

    price_ore: int | None
    weeks: int
    currency: str

    @property
    def sum_ore(self) -> int | None:
        """Return the sum; None where no price is agreed."""
        return None if self.price_ore is None else self.price_ore * self.weeks


@router.get("/terms/{code}/agreements")
def show_balances(
    request: Request, store: Transaction, by: Party, code: TermCode, asked: Annotated[AgreementsAsked, Query()]
) -> Response:
    """Show the reader's agreements that are valid in a term."""
    term = terms.term_called(store, by, code)
    every = list_balances(store, by, term.id, institution=asked.institution, provider=asked.provider, span=EVERY).rows
    standings = [standing_of(each) for each in every]
    of_part = [
        (each, standing) for each, standing in zip(every, standings, strict=True) if asked.show in {None, standing}
    ]
    shown = of_part[asked.offset : asked.offset + ROWS]
    paid = _paid(store, by, term, (each for each, _ in shown))
    return show(
        request,
        store,
        by,
        "agreements.html",
        term=term,
        asked=asked,
        shown=shown,
        total=len(of_part),
        every=len(every),
        rows=ROWS,
        counts={each.value: standings.count(each) for each in Standing},
        paid=paid,
        sums=_sums(paid.values()),
        published=list_publications(store, by, term.id, span=_ONE).total > 0,
        professions=Lists(store).professions,
        sides={"institution": by.role is not Role.INSTITUTION, "provider": by.role is not Role.PROVIDER},
    )


def standing_of(balance: Balance) -> Standing:
    """Return how an agreement stands in its term."""
    if balance.missing:
        return Standing.BELOW
    if balance.left is None:
        return Standing.OPEN
    return Standing.BETWEEN if balance.left > 0 else Standing.BEYOND if balance.left < 0 else Standing.FULL


def _paid(store: Session, by: Caller, term: Term, shown: Iterable[Balance]) -> dict[str, Paid]:
    """Return what each agreement pays, by its id."""
    given = {each.agreement.id: each.own for each in shown}
    day = term.first_week.monday()
    return {
        name: Paid(
            PaymentTerms.of(signed.row, signed.later_prices, signed.cancellation_steps).price_on(day),
            given[name],
            signed.row.currency,
        )
        for name, signed in show_agreements(store, by, given).items()
    }


def _sums(paid: Iterable[Paid]) -> dict[str, int]:
    """Return what is paid together, in each currency."""
    sums: dict[str, int] = {}
    for each in paid:
        if each.sum_ore is not None:
            sums[each.currency] = sums.get(each.currency, 0) + each.sum_ore
    return sums
