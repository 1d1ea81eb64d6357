"""Formulas: how many points of burden each thing gives, dated and read by everyone before they apply.

A formula is entered before the day it applies from. The one that applies to a term is the latest on the last day for
its requests, so whoever asks for a placement knows it. There is none to begin with, and then nobody has any points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.clock import today
from placement.errors import ConflictError
from placement.events import feed
from placement.store.access import (
    ANYONE,
    COORDINATORS,
    FIRST,
    Page,
    Span,
    add,
    allow,
    conflict,
    fault,
    found,
    page_of,
    remove,
)
from placement.tables import BurdenFormula, Term


def list_formulas(session: Session, by: Caller, *, span: Span = FIRST) -> Page[BurdenFormula]:
    """List every formula, the latest first."""
    allow(by, ANYONE)
    return page_of(session, select(BurdenFormula).order_by(col(BurdenFormula.valid_from).desc()), span)


def show_formula(session: Session, by: Caller, formula_id: str) -> BurdenFormula:
    """Show one formula."""
    allow(by, ANYONE)
    return found(session.get(BurdenFormula, formula_id), formula_id)


def enter_formula(session: Session, by: Caller, given: Mapping[str, Any]) -> BurdenFormula:
    """Enter a formula that applies from today on or later; no two apply from the same day."""
    allow(by, COORDINATORS)
    formula = BurdenFormula(**given)
    if formula.valid_from < today():
        raise fault(
            "/valid_from",
            f"{formula.valid_from} has passed: a formula is known before it applies",
            f"{formula.valid_from} har passerat: en formel är känd innan den gäller",
        )
    if formula.very_late_notice < formula.late_notice:
        raise fault(
            "/very_late_notice",
            f"a very late notice gives at least as much as a late one, {formula.late_notice}",
            f"ett mycket sent besked ger minst lika mycket som ett sent, {formula.late_notice}",
        )
    if session.exec(select(BurdenFormula).where(BurdenFormula.valid_from == formula.valid_from)).first() is not None:
        raise conflict(
            "/valid_from",
            f"There is already a formula from {formula.valid_from}. Remove it first, or choose another day.",
            f"Det finns redan en formel från {formula.valid_from}. Ta bort den först, eller välj en annan dag.",
        )
    add(session, by, formula)
    feed.tell(session, [_event("entered", formula)])
    return formula


def remove_formula(session: Session, by: Caller, formula_id: str) -> None:
    """Remove a formula that does not apply yet."""
    allow(by, COORDINATORS)
    formula = show_formula(session, by, formula_id)
    if formula.valid_from <= today():
        raise ConflictError(
            sv=f"Formeln gäller sedan {formula.valid_from}. Inför en ny formel, med nollor om inget ska ge poäng.",
            en=f"The formula has applied since {formula.valid_from}. Enter a new one, of zeros if nothing is to give "
            "points.",
        )
    remove(session, by, formula)
    feed.tell(session, [_event("removed", formula)])


def every_formula(session: Session) -> Sequence[BurdenFormula]:
    """Return all formulas, the latest first."""
    return session.exec(select(BurdenFormula).order_by(col(BurdenFormula.valid_from).desc())).all()


def formula_of(formulas: Sequence[BurdenFormula], term: Term) -> BurdenFormula | None:
    """Return which of some formulas, the latest first, applies to a term; None if there is none yet."""
    return next((each for each in formulas if each.valid_from <= term.requests_by), None)


def _event(what: str, formula: BurdenFormula) -> feed.Happening:
    """Write an event about a formula, for everyone."""
    subject = feed.Subject(f"burden-formula.{what}", "burden-formula", formula.id)
    return subject, {"formulaId": formula.id, "validFrom": str(formula.valid_from)}
