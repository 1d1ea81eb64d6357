"""The permission matrix: who may do what, as data; each module has the lines of one part of the API."""

from tests.api.lines import Line
from tests.api.matrix import (
    agreements,
    balances,
    calendars,
    capacity,
    equal_terms,
    institutions,
    places,
    planning,
    previews,
    publishing,
    sheets,
    supervisors,
    webhooks,
)

LINES: tuple[Line, ...] = (
    *places.LINES,
    *capacity.LINES,
    *previews.LINES,
    *supervisors.LINES,
    *agreements.LINES,
    *equal_terms.LINES,
    *balances.LINES,
    *institutions.LINES,
    *planning.LINES,
    *sheets.LINES,
    *publishing.LINES,
    *calendars.LINES,
    *webhooks.LINES,
)
