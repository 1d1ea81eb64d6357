"""An oracle of settlement: what is owed for placements, reckoned week by week from plain facts.

It shares no code with the service, and knows the rules from the document: the Monday of a week decides its half-year,
its agreement and its price.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

Day = dt.date


@dataclass
class Deal:
    """An agreement as its parties know it."""

    id: str
    parties: tuple[str, str]
    first: Day
    last: Day
    price: int | None
    later: dict[Day, int] = field(default_factory=dict)
    steps: dict[int, int] = field(default_factory=dict)
    professions: Sequence[str] | None = None
    units: Sequence[str] | None = None


@dataclass
class Stay:
    """A placement as its parties know it; ``gone`` is the day on which it was cancelled or left."""

    parties: tuple[str, str]
    profession: str
    unit: str
    monday: Day
    weeks: int
    status: str
    done: int | None
    gone: Day | None
    alf: bool = False


def owed(stays: Iterable[Stay], deals: Sequence[Deal], half: str) -> dict[str, tuple[int, int, int]]:
    """Return by agreement how many weeks were planned and done in a half-year, and what is owed in öre."""
    planned: Counter[str] = Counter()
    done: Counter[str] = Counter()
    amount: Counter[str] = Counter()
    for stay in stays:
        if stay.status in {"declined", "replanned"}:
            continue
        for number in range(stay.weeks):
            monday = stay.monday + dt.timedelta(days=7 * number)
            deal = _deal(stay, deals, monday)
            if deal is None or half != f"{monday.year}-H{(monday.month + 5) // 6}":
                continue
            planned[deal.id] += 1
            done[deal.id] += number < (stay.done or 0)
            amount[deal.id] += _week(stay, deal, monday, number)
    return {key: (planned[key], done[key], amount[key]) for key in planned}


def _deal(stay: Stay, deals: Sequence[Deal], monday: Day) -> Deal | None:
    fitting = [
        deal
        for deal in deals
        if deal.parties == stay.parties
        and (deal.professions is None or stay.profession in deal.professions)
        and (deal.units is None or stay.unit in deal.units)
    ]
    now = [deal for deal in fitting if deal.first <= monday <= deal.last]
    past = sorted((deal for deal in fitting if deal.last < monday), key=lambda deal: deal.last)
    coming = sorted((deal for deal in fitting if deal.first > monday), key=lambda deal: deal.first)
    return (now or past[-1:] or coming or [None])[0]  # type: ignore[list-item]


def _week(stay: Stay, deal: Deal, monday: Day, number: int) -> int:
    if stay.alf or not deal.first <= monday <= deal.last:
        return 0
    price = deal.price
    for day in sorted(deal.later):
        if day <= monday:
            price = deal.later[day]
    if price is None:
        return 0
    if number < (stay.done or 0):
        return price
    if stay.gone is None:
        return 0
    days = max(0, (stay.monday - stay.gone).days)
    applying = [percent for limit, percent in sorted(deal.steps.items()) if days < limit]
    share = Fraction(price * (applying[0] if applying else 0), 100)
    return int(share + Fraction(1, 2))
