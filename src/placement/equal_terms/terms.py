"""Terms: what agreements say on a day about everything that a template can settle."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from placement.register.agreements import Signed
from placement.register.payment_terms import PaymentTerms
from placement.tables import AgreementVolume, Figure, Term, Unit, agreement_party


@dataclass(frozen=True, slots=True)
class Cover:
    """How many of a provider's units an agreement covers, and how many of those left out are run by others."""

    covered: int
    units: int
    left_out_run_by_others: int


@dataclass(frozen=True, slots=True)
class Terms:
    """An agreement on a day: its units, its price, and its volume in the term of the day or in the next to come."""

    signed: Signed
    cover: Cover
    term: Term | None
    volume: AgreementVolume | None
    payment: PaymentTerms
    price_ore: int | None

    def clause_about(self, figure: Figure) -> str | None:
        """Return the agreement's own clause about a figure, as the agreement numbers it."""
        return next((each.clause for each in self.signed.clauses if each.figure is figure), None)


def terms_of(session: Session, agreements: Sequence[Signed], day: dt.date) -> list[Terms]:
    """Read what several agreements say on a day, in their order."""
    term = term_on(session, day)
    units = _units_of(session, {signed.row.provider_id for signed in agreements})
    return [_terms(signed, units[signed.row.provider_id], term, day) for signed in agreements]


def _terms(signed: Signed, units: Sequence[Unit], term: Term | None, day: dt.date) -> Terms:
    """Return what an agreement says on a day about its provider's units and a term."""
    payment = PaymentTerms.of(signed.row, signed.later_prices, signed.cancellation_steps)
    volume = next((each for each in signed.volumes if term is not None and each.term_id == term.id), None)
    return Terms(signed, _cover(signed, units), term, volume, payment, payment.price_on(day))


def term_on(session: Session, day: dt.date) -> Term | None:
    """Return the term that a day is in, or else the next to come."""
    terms = session.exec(select(Term).order_by(col(Term.first_week), col(Term.id)))
    return next((term for term in terms if term.first_week.plus(term.weeks - 1).sunday() >= day), None)


def _units_of(session: Session, providers: Iterable[str]) -> Mapping[str, list[Unit]]:
    """Return the units of each provider: those that it is responsible for, and those whose agreements it has itself."""
    wanted = set(providers)
    of: dict[str, list[Unit]] = defaultdict(list)
    mine = or_(col(Unit.provider_id).in_(wanted), col(Unit.operator_id).in_(wanted))
    for unit in session.exec(select(Unit).where(mine).order_by(col(Unit.id))):
        for party in {unit.provider_id, agreement_party(unit)} & wanted:
            of[party].append(unit)
    return of


def _cover(signed: Signed, units: Sequence[Unit]) -> Cover:
    """Count the units that an agreement covers, of all that it could."""
    if signed.units is None:
        out = [unit for unit in units if agreement_party(unit) != signed.row.provider_id]
    else:
        named = set(signed.units)
        out = [unit for unit in units if unit.id not in named]
    return Cover(len(units) - len(out), len(units), sum(unit.operator_id is not None for unit in out))
