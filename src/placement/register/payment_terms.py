"""Payment terms: what an agreement has a lärosäte pay for a student-week, from which day, and if it is cancelled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from placement.store.access import conflict, fault
from placement.tables import Agreement, AgreementCancellation, AgreementPrice


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """An agreement's prices of a student-week by first day, the latest first, and its steps for cancellations.

    Prices are in hundredths of the currency. The steps are in the order of their days, the fewest first.
    """

    prices: tuple[tuple[dt.date, int | None], ...]
    steps: tuple[tuple[int, int], ...]

    @classmethod
    def of(
        cls, row: Agreement, later: Iterable[AgreementPrice], steps: Iterable[AgreementCancellation]
    ) -> PaymentTerms:
        """Return the payment terms of an agreement."""
        prices: list[tuple[dt.date, int | None]] = [(price.valid_from, price.price_ore) for price in later]
        return cls(
            (*sorted(prices, key=lambda each: each[0], reverse=True), (row.valid_from, row.price_ore)),
            tuple(sorted((step.days_before, step.percent) for step in steps)),
        )

    def price_on(self, day: dt.date) -> int | None:
        """Return the price of a student-week on a day; None if the agreement has none then, or not yet begun."""
        return next((price for first, price in self.prices if first <= day), None)

    def percent_at(self, days_before: int) -> int:
        """Return the share of the price that is paid for a placement cancelled so many days before its first day.

        A placement that has begun is cancelled 0 days before. Where no step applies, nothing is paid.
        """
        return next((percent for days, percent in self.steps if days_before < days), 0)


def hold_prices(row: Agreement, days: Sequence[dt.date]) -> None:
    """Refuse a price that follows from the agreement's first day or earlier."""
    for number, day in enumerate(days):
        if day <= row.valid_from:
            raise fault(
                f"/later_prices/{number}/valid_from",
                f"a price that follows begins after the agreement's first day, {row.valid_from}; the price from that"
                " day is priceOre",
                f"ett pris som följer börjar efter avtalets första dag, {row.valid_from}; priset från den dagen är"
                " priceOre",
            )


def hold_first_day(row: Agreement, later: Iterable[AgreementPrice]) -> None:
    """Refuse a first day that comes after a price that is to follow it."""
    first = min((price.valid_from for price in later), default=None)
    if first is not None and first <= row.valid_from:
        raise conflict(
            "/valid_from",
            f"a price that follows begins on {first}: an agreement begins before that",
            f"ett pris som följer börjar den {first}: ett avtal börjar före det",
        )


def hold_steps(steps: Iterable[Mapping[str, Any]]) -> None:
    """Refuse steps by which a cancellation costs less than one made earlier."""
    ordered = sorted(enumerate(steps), key=lambda each: each[1]["days_before"])
    for (_, nearer), (number, step) in pairwise(ordered):
        if step["percent"] > nearer["percent"]:
            raise fault(
                f"/cancellation_steps/{number}/percent",
                f"a cancellation {nearer['days_before']} days before cannot cost less than one"
                f" {step['days_before']} days before",
                f"en avbokning {nearer['days_before']} dagar före kan inte kosta mindre än en"
                f" {step['days_before']} dagar före",
            )
