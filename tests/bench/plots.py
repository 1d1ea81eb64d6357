"""The benchmark's plots as small SVG files with selectable text; the same figures give the same file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from placement_solver.progress import gap_between
from tests.bench import opponents, terms

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

    from tests.bench.records import Row

WIDE, HIGH = 7.5, 4.0
LEAST_GAP = 0.01
"""In per cent. A smaller gap is drawn at this value, because a logarithmic scale has no 0."""


def draw(results: dict[str, list[Row]], folder: Path) -> dict[str, str]:
    """Draw every plot that has data; return what each shows, by the name of its file."""
    measured, sizes, peers = (results.get(part, []) for part in ("terms", "curve", "opponents"))
    drawn: dict[str, str] = {}
    with mpl.rc_context(
        {"svg.fonttype": "none", "svg.hashsalt": "placement", "font.size": 9, "axes.grid": True, "grid.alpha": 0.3}
    ):
        for name, shows, rows, put in (
            ("gap-by-time", "The proven gap of each term over time", measured, _put_gaps),
            ("growth", "Seconds and memory by requests", [*measured, *sizes], _put_growth),
            ("side-by-side", "Each contender's gap to the best proven bound", peers, _put_opponents),
        ):
            figure = Figure(figsize=(WIDE, HIGH), layout="constrained")
            axes = figure.add_subplot(yscale="log")
            put(axes, rows)
            for axis in (axes.xaxis, axes.yaxis):
                axis.set_major_formatter("{x:g}")
                axis.set_minor_formatter(NullFormatter())
            if axes.lines:
                drawn[name] = shows
                axes.legend(fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5))
                figure.savefig(folder / f"{name}.svg", metadata={"Date": None})
    return drawn


def _put_gaps(axes: Axes, rows: list[Row]) -> None:
    """Draw the proven gap of each term over time."""
    axes.set(xscale="log", xlabel="seconds from problem file", ylabel="proven gap, %")
    for row in rows:
        points = [(at, max(LEAST_GAP, 100 * gap_between(cost, bound))) for at, cost, bound, _ in row["curve"]]
        if points:
            times, gaps = zip(*points, (row["seconds"], points[-1][1]), strict=True)
            axes.step(times, gaps, where="post", label=row["name"])


def _put_growth(axes: Axes, rows: list[Row]) -> None:
    """Draw the time to reach a gap, and the memory, by number of requests."""
    sizes = {*terms.CURVE, "small", "county", "nation"}
    own = sorted((row for row in rows if row["name"] in sizes), key=lambda row: int(row["requests"]))
    axes.set(xscale="log", xlabel="requests", ylabel="seconds; MiB")
    for gap in (0.01, 0.005, 0.001):
        points = [(row["requests"], at) for row in own if (at := terms.seconds_to(row["curve"], gap)) is not None]
        if points:
            axes.plot(*zip(*points, strict=True), marker="o", label=f"seconds to a gap of {100 * gap:g} %")
    if own:
        memory = [row["mib"] for row in own]
        axes.plot([row["requests"] for row in own], memory, marker="s", linestyle="--", label="MiB")


def _put_opponents(axes: Axes, rows: list[Row]) -> None:
    """Draw each contender's gap to the best bound that any contender proved, problem by problem."""
    axes.set(ylabel="gap to the best proven bound, %")
    problems = [name for name in opponents.SECONDS if any(row["name"].startswith(f"{name}/") for row in rows)]
    for number, contender in enumerate(opponents.CONTENDERS):
        points: list[tuple[float, float]] = []
        for place, problem in enumerate(problems):
            own = [row for row in rows if row["name"].startswith(f"{problem}/") and row.get("objective") is not None]
            best = max((row["bound"] for row in own if row["bound"] is not None), default=0)
            points += [
                (place + 0.08 * number, max(LEAST_GAP, 100 * gap_between(row["objective"], best)))
                for row in own
                if row["name"] == f"{problem}/{contender}"
            ]
        if points:
            axes.plot(*zip(*points, strict=True), marker="o", linestyle="", label=contender)
    axes.set_xticks(range(len(problems)), problems)
