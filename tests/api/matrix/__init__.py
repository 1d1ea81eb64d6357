"""The permission matrix: who may do what, as data; each module has the lines of one part of the API."""

from tests.api.lines import Line
from tests.api.matrix import (
    agreements,
    balances,
    calendars,
    capacity,
    fairness,
    follow_up,
    institutions,
    places,
    planning,
    previews,
    publishing,
    settlement,
    sheets,
    site_rounds,
    supervisors,
    surveys,
    swaps,
    webhooks,
)

LINES: tuple[Line, ...] = (
    *places.LINES,
    *capacity.LINES,
    *previews.LINES,
    *supervisors.LINES,
    *agreements.LINES,
    *balances.LINES,
    *institutions.LINES,
    *planning.LINES,
    *site_rounds.LINES,
    *sheets.LINES,
    *publishing.LINES,
    *swaps.LINES,
    *settlement.LINES,
    *surveys.LINES,
    *calendars.LINES,
    *webhooks.LINES,
    *fairness.LINES,
    *follow_up.LINES,
)
