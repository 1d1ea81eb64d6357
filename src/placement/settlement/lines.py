"""Lines: the weeks of a placement divided into runs that are paid alike, each with its price and sum."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from placement.settlement.coverage import Coverage
from placement.settlement.half_years import HalfYear
from placement.settlement.stays import Stay
from placement.tables import Basis, StatementLine, WeekKind
from placement_solver.weeks import IsoWeek

WHOLE = 100
"""Per cent."""


class Payment(NamedTuple):
    """How a week is settled: under which agreement (None: none), what became of it, by what and what share is paid."""

    agreement_id: str | None
    kind: WeekKind
    basis: Basis
    price_ore: int | None
    percent: int


@dataclass(frozen=True, slots=True)
class Line:
    """Consecutive weeks of one placement that are paid alike; weeks taken back are negative."""

    placement_id: str
    programme_id: str
    course_id: str
    unit_id: str
    operator_id: str | None
    first_week: IsoWeek
    weeks: int
    kind: WeekKind
    basis: Basis
    price_ore: int | None
    percent: int

    @property
    def amount_ore(self) -> int:
        """Return the sum: each week's share of its price, rounded to whole öre (half up), times the weeks."""
        return self.weeks * share_of(self.price_ore or 0, self.percent)

    @property
    def done(self) -> int:
        """Return how many of the weeks were done."""
        return self.weeks if self.kind is WeekKind.DONE else 0

    @classmethod
    def of(cls, row: StatementLine) -> Line:
        """Return a stored line."""
        return cls(**{name: getattr(row, name) for name in cls.__dataclass_fields__})

    def reversed(self) -> Line:
        """Return the line that takes this one back."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return Line(**{**values, "weeks": -self.weeks})


def share_of(price_ore: int, percent: int) -> int:
    """Return a share of a price in whole öre; half an öre is rounded up."""
    return (2 * price_ore * percent + WHOLE) // (2 * WHOLE)


def lines_of(stays: Iterable[Stay], half_year: HalfYear, covered: Coverage) -> dict[str | None, list[Line]]:
    """Return the lines of placements in a half-year by agreement, in the order of the placements and their weeks.

    Those of weeks that never had an agreement stand under None.
    """
    lines: dict[str | None, list[Line]] = defaultdict(list)
    for stay in stays:
        paid = [(week, payment_of(stay, number, week, covered)) for number, week in stay.weeks_in(half_year)]
        for payment, alike in groupby(paid, key=lambda each: each[1]):
            weeks = [week for week, _ in alike]
            lines[payment.agreement_id].append(
                Line(
                    placement_id=stay.placement_id,
                    programme_id=stay.programme.id,
                    course_id=stay.course.id,
                    unit_id=stay.unit.id,
                    operator_id=stay.unit.operator_id,
                    first_week=weeks[0],
                    weeks=len(weeks),
                    kind=payment.kind,
                    basis=payment.basis,
                    price_ore=payment.price_ore,
                    percent=payment.percent,
                )
            )
    return lines


def payment_of(stay: Stay, number: int, week: IsoWeek, covered: Coverage) -> Payment:
    """Return how one week of a placement is settled; ``number`` is its place in the placement, from 0."""
    monday = week.monday()
    signed, kind = covered.of(stay, monday), kind_of(stay, number)
    if signed is None:
        return Payment(None, kind, Basis.OUTSIDE, None, 0)
    if not signed.is_in_force(monday):
        return Payment(signed.row.id, kind, Basis.OUTSIDE, None, 0)
    if covered.is_alf(stay, monday):
        return Payment(signed.row.id, kind, Basis.ALF, None, 0)
    price = signed.terms.price_on(monday)
    if price is None:
        return Payment(signed.row.id, kind, Basis.NO_PRICE, None, 0)
    percent = WHOLE if kind is WeekKind.DONE else 0
    if kind is WeekKind.CANCELLED and stay.given_up_on is not None:
        percent = signed.terms.percent_at(max(0, (stay.start.monday() - stay.given_up_on).days))
    return Payment(signed.row.id, kind, Basis.AGREEMENT, price, percent)


def kind_of(stay: Stay, number: int) -> WeekKind:
    """Return what became of a week; the weeks done are counted from the placement's first."""
    if stay.weeks_done is not None and number < stay.weeks_done:
        return WeekKind.DONE
    if stay.given_up_on is not None:
        return WeekKind.CANCELLED
    return WeekKind.UNREPORTED if stay.weeks_done is None else WeekKind.NOT_DONE


def difference(before: Iterable[Line], after: Sequence[Line]) -> list[Line]:
    """Return what has to be taken back of earlier lines and added, so that all together say what the later ones say.

    What is taken back of a placement stands before what is added to it.
    """
    standing = net(before)
    added = Counter(after) - standing
    taken = standing - Counter(after)
    order = {line.placement_id: number for number, line in enumerate(after)}
    changes = [line.reversed() for line in taken.elements()] + list(added.elements())

    def place(line: Line) -> tuple[int, str, bool, IsoWeek]:
        return order.get(line.placement_id, -1), line.placement_id, line.weeks > 0, line.first_week

    return sorted(changes, key=place)


def net(lines: Iterable[Line]) -> Counter[Line]:
    """Return the lines that stand when what has been taken back is left out."""
    standing: Counter[Line] = Counter()
    for line in lines:
        standing[line if line.weeks > 0 else line.reversed()] += 1 if line.weeks > 0 else -1
    return +standing
