"""Term: the planned term, spring 2027, with the round's dates by the county's default rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placement.demo.dice import draw_id
from placement.register.rounds import usual_dates
from placement.tables import Term
from placement_solver.weeks import IsoWeek

if TYPE_CHECKING:
    from random import Random

FIRST_WEEK = IsoWeek(2027, 3)
WEEKS = 20


def draw_term(throws: Random) -> Term:
    """Make the term VT2027; an unplaced student weighs more than three times the longest journey allowed."""
    return Term(
        id=draw_id("trm", throws),
        code="VT2027",
        first_week=FIRST_WEEK,
        weeks=WEEKS,
        **usual_dates(FIRST_WEEK),
        weight_unplaced=1000,
        weight_travel=1,
        weight_long_travel=2,
        weight_preference=5,
        weight_agreement_floor=5,
        weight_change=60,
        travel_base_minutes=10,
        travel_minutes_per_km=2.2,
        travel_max_minutes=120,
        travel_long_after=60,
    )
