"""Charts: where the bars of a chart stand; the template ``charts.html`` draws them, with the figures in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from markupsafe import Markup

from placement.printed.pages import Language, render, say_number
from placement_solver.words import Words

WIDTH = 720
LEFT = 220
_MOST_LEFT = 380
_LETTER = 6.8
_RIGHT = 70
_BAR = 13
_GAP = 7
_KEYS = 24
_KEY = 240
_KEYS_BESIDE = 3
_ABOVE_KEYS = 8


COLOURS = (
    ("#0b4f5c", "#0b4f5c"),
    ("#8fb8c0", "#0b4f5c"),
    ("#ffffff", "#14202b"),
    ("#76848f", "#14202b"),
    ("#ffd34d", "#744900"),
    ("#14202b", "#14202b"),
)
"""The fill and the edge of each series. Series that stand side by side differ in grey too.

They stand in the drawing itself: what sets a page as PDF does not apply the page's stylesheet inside a drawing.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a chart: what it is about, and a value for each series, or None if there is none."""

    label: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in the drawing's units, with what stands at its end."""

    series: int
    x: float
    y: float
    width: float
    height: float
    text: str


@dataclass(frozen=True, slots=True)
class Label:
    """The words beside a line's bars."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Key:
    """What a series' colour means."""

    x: float
    y: float
    words: Words


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars for each row, side by side for each series or, if ``stacked``, end to end.

    Values are at least 0. ``of`` is what the rows are, such as municipalities; ``decimals`` are those of the figures.
    """

    title: Words
    of: Words
    series: Sequence[Words]
    rows: Sequence[Row]
    language: Language
    decimals: int = 0
    stacked: bool = False

    width = WIDTH
    colours = COLOURS

    @property
    def left(self) -> float:
        """Return where the bars begin: after the longest of the words beside them, within bounds."""
        longest = max((len(row.label) for row in self.rows), default=0)
        return max(LEFT, min(_MOST_LEFT, _LETTER * longest))

    @property
    def _thickness(self) -> int:
        """Return how much of the height a row takes."""
        return (_BAR if self.stacked else _BAR * len(self.series)) + _GAP

    @property
    def foot(self) -> int:
        """Return where the rows end."""
        return self._thickness * len(self.rows)

    @property
    def height(self) -> int:
        """Return the height of the drawing, with the key if there is more than one series."""
        return self.foot + (_ABOVE_KEYS + _KEYS * ceil(len(self.keys) / _KEYS_BESIDE) if self.keys else 0)

    @property
    def labels(self) -> list[Label]:
        """Return the words beside the bars."""
        middle = (self._thickness - _GAP) / 2 + 4
        return [Label(self._thickness * at + middle, row.label) for at, row in enumerate(self.rows)]

    @property
    def keys(self) -> list[Key]:
        """Return what the colours mean, unless there is only one."""
        if len(self.series) == 1:
            return []
        return [
            Key(_KEY * (at % _KEYS_BESIDE), self.foot + _ABOVE_KEYS + _KEYS * (at // _KEYS_BESIDE), words)
            for at, words in enumerate(self.series)
        ]

    @property
    def bars(self) -> list[Bar]:
        """Return the bars; the longest row fills the width."""
        per_unit = (WIDTH - self.left - _RIGHT) / self._longest()
        drawn = list[Bar]()
        for at, row in enumerate(self.rows):
            x, top = float(self.left), self._thickness * at
            for series, value in enumerate(row.values):
                if value is None:
                    continue
                wide, y = round(value * per_unit, 1), top if self.stacked else top + _BAR * series
                drawn.append(Bar(series, round(x, 1), y, wide, _BAR, self._said(row, series)))
                x += wide if self.stacked else 0
        return drawn

    def _longest(self) -> float:
        """Return the largest value that a row reaches, or 1 where all are 0."""
        join = sum if self.stacked else max
        return max((join([value or 0 for value in row.values] or [0]) for row in self.rows), default=0) or 1

    def _said(self, row: Row, series: int) -> str:
        """Return what stands at a bar's end: its value, or for stacked bars the sum at the last one."""
        last = max(at for at, value in enumerate(row.values) if value is not None)
        if self.stacked and series < last:
            return ""
        value = sum(each or 0 for each in row.values) if self.stacked else row.values[series] or 0
        return say_number(value, self.decimals, language=self.language)


def draw(chart: BarChart) -> Markup:
    """Return a chart's drawing alone, for a page that has its figures in a table of its own."""
    return Markup(render("chart.html", chart.language, chart=chart))  # noqa: S704 (our own template, which escapes)
