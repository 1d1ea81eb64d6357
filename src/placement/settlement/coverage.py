"""Coverage: which agreement a week of a placement is settled under, and on what payment terms.

As for prices and half-years, the week's Monday decides. A week that no agreement is in force for is settled under the
one that ended last before it, or else the first that begins after it, as outside the agreement's time: nothing is paid
for it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from placement.register.payment_terms import PaymentTerms
from placement.settlement.stays import Stay
from placement.store.batches import by_owner
from placement.tables import Agreement, AgreementCancellation, AgreementPrice, AgreementUnit, AlfProfession, ends_on

_FAR = dt.date.max


@dataclass(frozen=True, slots=True)
class Signed:
    """An agreement with its last day, its payment terms, and the units that it names (None: every one)."""

    row: Agreement
    last_day: dt.date
    terms: PaymentTerms
    units: frozenset[str] | None

    def covers(self, stay: Stay) -> bool:
        """Tell whether a placement is of the agreement's units and professions."""
        return (self.units is None or stay.unit.id in self.units) and (
            self.row.professions is None or stay.programme.profession in self.row.professions
        )

    def is_in_force(self, day: dt.date) -> bool:
        """Tell whether the agreement is in force on a day."""
        return self.row.valid_from <= day <= self.last_day


class Coverage:
    """Every agreement, found by the placements that it covers, and the professions that ALF pays for."""

    def __init__(self, session: Session) -> None:
        """Read all agreements and what belongs to them."""
        prices = by_owner(session.exec(select(AgreementPrice)), lambda row: row.agreement_id)
        steps = by_owner(session.exec(select(AgreementCancellation)), lambda row: row.agreement_id)
        named = by_owner(session.exec(select(AgreementUnit)), lambda row: row.agreement_id)
        self._signed: dict[tuple[str, str], list[Signed]] = defaultdict(list)
        self.agreements: dict[str, Agreement] = {}
        for row in session.exec(select(Agreement).order_by(col(Agreement.valid_from), col(Agreement.id))):
            units = None if row.every_unit else frozenset(unit.unit_id for unit in named.get(row.id, ()))
            terms = PaymentTerms.of(row, prices.get(row.id, ()), steps.get(row.id, ()))
            self.agreements[row.id] = row
            self._signed[row.institution_id, row.provider_id].append(Signed(row, ends_on(row) or _FAR, terms, units))
        self._alf = session.exec(select(AlfProfession)).all()

    def of(self, stay: Stay, day: dt.date) -> Signed | None:
        """Return the agreement that a placement's week is settled under; None if there never was one."""
        covering = [each for each in self._signed.get((stay.institution_id, stay.party_id), ()) if each.covers(stay)]
        return _nearest(covering, day)

    def is_alf(self, stay: Stay, day: dt.date) -> bool:
        """Tell whether the state pays for a placement's week (ALF)."""
        return any(
            row.profession == stay.programme.profession
            and row.provider_kind is stay.provider_kind
            and row.valid_from <= day <= (row.valid_to or _FAR)
            for row in self._alf
        )


def _nearest(signed: Iterable[Signed], day: dt.date) -> Signed | None:
    """Return the agreement in force on a day, else the one that ended last before it, else the first to begin."""

    def distance(each: Signed) -> tuple[int, int]:
        if each.is_in_force(day):
            return (0, 0)
        before = each.last_day < day
        return (1, (day - each.last_day).days) if before else (2, (each.row.valid_from - day).days)

    return min(signed, key=distance, default=None)
