"""The permission matrix: who may do what, as data; each slice of the API brings its lines."""

from tests.api.lines import Line
from tests.api.matrix import agreements, capacity, institutions, places, planning, publishing, sheets, supervisors

LINES: tuple[Line, ...] = (
    *places.LINES,
    *capacity.LINES,
    *supervisors.LINES,
    *agreements.LINES,
    *institutions.LINES,
    *planning.LINES,
    *sheets.LINES,
    *publishing.LINES,
)
