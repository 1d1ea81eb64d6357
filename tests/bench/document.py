"""Write `docs/benchmarks.md` from the measurements: words, tables and plots; no figure is typed by hand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

from placement_solver.progress import gap_between
from tests.bench import load, opponents, shaped, terms
from tests.bench.plots import draw
from tests.bench.problems import PROBLEMS
from tests.bench.records import FOLDER
from tests.bench.shapes import FIXED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.bench.records import Row


@dataclass(frozen=True, slots=True)
class Target:
    """What a term should reach: seconds to a first plan, (seconds, gap) pairs, and MiB."""

    first_plan: int
    gaps: tuple[tuple[int, float], ...]
    mib: int


DOCUMENT = Path("docs/benchmarks.md")
MARKS = (10, 30, 60, 120, 180)
"""The seconds at which the table of terms states the gap."""
MOST_LOSSES = 10
MOST_WORST = 5
WORDS = Path(__file__).with_name("document.md")
NOTHING = "–"
COUNTY_TARGET = Target(10, ((60, 0.005), (180, 0.001)), 1_536)
TARGETS = {
    **dict.fromkeys(("small", "small-2", "small-3"), Target(10, ((10, 0.001),), 1_536)),
    **dict.fromkeys(("county", "tight", "loose", "coupled", "supervised", "sites"), COUNTY_TARGET),
    "nation": Target(900, ((900, 0.005),), 6_144),
}
PRINTED = ("answers", "workers", "nation", "repairs", "stops", "generated")


def write_document(results: dict[str, list[Row]], document: Path = DOCUMENT, plots: Path = FOLDER) -> None:
    """Write the document and its plots from the rows of every part."""
    plots.mkdir(parents=True, exist_ok=True)
    drawn = draw(results, plots)
    document.write_text(fill(WORDS.read_text(encoding="utf-8"), results, drawn), encoding="utf-8")


def fill(words: str, results: dict[str, list[Row]], drawn: dict[str, str]) -> str:
    """Replace each placeholder in the words with its table or plot; one without data becomes "Not measured yet."."""
    tables = {
        "machine": _machine(results),
        "problems": _problems(results),
        "terms": _terms(results.get("terms", [])),
        "missed": _missed(results.get("terms", [])),
        "shapes": _shapes(results.get("shapes", [])),
        "fresh": _fresh(results.get("shapes", [])),
        "hundred": _hundred(results.get("shapes", [])),
        "curve": _curve([*results.get("curve", []), *results.get("terms", [])]),
        "opponents": _opponents(results.get("opponents", [])),
        "contenders": _contenders(results.get("opponents", [])),
        "families": _gap_families(results.get("gap", [])),
        "losses": _losses(results.get("gap", [])),
        "instances": _gap_instances(results.get("gap", [])),
        "load": _load(results.get("load", [])),
        "calls": _calls(results.get("load", [])),
        **{part: _printed(results.get(part, [])) for part in PRINTED},
        **{plot: f"![{said}](benchmarks/{plot}.svg)" for plot, said in drawn.items()},
    }
    return re.sub(r"\{([a-z-]+)\}", lambda place: tables.get(place[1]) or "Not measured yet.", words)


def _machine(results: dict[str, list[Row]]) -> str:
    """Return the table of machines and versions on which each part was measured."""
    commits: dict[tuple[str, ...], set[str]] = {}
    for part, rows in results.items():
        for on in (row["on"] for row in rows):
            measured = (part, on["machine"], on["system"], on["versions"], on.get("solver", "–"))
            commits.setdefault(measured, set()).add(on["commit"])
    lines = [(*measured, ", ".join(sorted(those))) for measured, those in sorted(commits.items())]
    return _table(("Part", "Machine", "System", "Versions", "Solver", "Commits"), lines)


def _problems(results: dict[str, list[Row]]) -> str:
    """Return the table of problems: how each is made, how large and how tight it is."""
    rows = {row["name"]: row for part in ("curve", "terms") for row in results.get(part, [])}
    lines = [
        (
            f"`{name}`",
            made,
            *(_number(rows[name][key]) for key in ("requests", "students", "units", "supervisors", "asked", "offered")),
            f"{rows[name]['asked'] / rows[name]['offered']:.2f}",
        )
        for name, (made, _) in PROBLEMS.items()
        if name in rows
    ]
    heading = ("Problem", "How it is made", "Requests", "Students", "Units", "Supervisors", "Asked", "Offered", "Ratio")
    return _table(heading, lines)


def _terms(rows: list[Row]) -> str:
    """Return the table of terms: how well and how fast each is planned."""
    heading = (
        *("Problem", "First plan, s", *(f"Gap at {mark} s" for mark in MARKS)),
        *("Gap", "Objective", "Bound", "Unplaced", "Seconds", "Limit", "MiB"),
    )
    return _table(
        heading,
        [
            (
                f"`{row['name']}`",
                f"{row['curve'][0][0]:.1f}" if row["curve"] else NOTHING,
                *(_share(terms.gap_at(row["curve"], mark)) for mark in MARKS),
                _gap(row),
                *_found(row),
                row["limit"],
                _number(row["mib"]),
            )
            for row in _in_order(rows, terms.SECONDS)
        ],
    )


def _missed(rows: list[Row]) -> str:
    """List each target that a term misses, and by how much."""
    lines: list[str] = []
    for row in _in_order(rows, TARGETS):
        target, curve = TARGETS[row["name"]], row["curve"]
        if curve and curve[0][0] > target.first_plan:
            lines.append(f"`{row['name']}`: the first plan after {curve[0][0]:.1f} s, not {target.first_plan} s")
        for seconds, most in target.gaps:
            gap = terms.gap_at(curve, seconds)
            if gap is None:
                lines.append(f"`{row['name']}`: no plan after {seconds} s")
            elif gap > most:
                lines.append(f"`{row['name']}`: a gap of {_share(gap)} after {seconds} s, not {_share(most)}")
        if row["mib"] > target.mib:
            lines.append(f"`{row['name']}`: {_number(row['mib'])} MiB, not {_number(target.mib)} MiB")
    told = "\n".join(f"- {line}" for line in lines)
    return f"Missed:\n\n{told}" if told else "No target is missed." if rows else ""


def _shapes(rows: list[Row]) -> str:
    """Return the table of the fixed shapes."""
    return _table(_OF_SHAPES, [_standing(each) for each in shaped.standings(rows) if each.name in FIXED])


def _fresh(rows: list[Row]) -> str:
    """Return the table of the five worst of the fresh shapes."""
    fresh = [each for each in shaped.standings(rows) if each.name.startswith(shaped.FRESH)]
    worst = sorted(fresh, key=lambda each: each.worst, reverse=True)[:MOST_WORST]
    return _table(_OF_SHAPES, [_standing(each) for each in worst])


def _hundred(rows: list[Row]) -> str:
    """Say how many of the small shapes were proven, and what the worst of them were like."""
    small = [each for each in shaped.standings(rows) if each.name.startswith(shaped.HUNDRED)]
    if not small:
        return ""
    planned = [each for each in small if each.gaps[0] is not None]
    return (
        f"Of {len(small)} fresh ones of {small[0].requests} to {small[-1].requests} requests "
        f"{sum(each.worst == 0 for each in small)} were proven optimal within {shaped.LIMITS[0]} s, and "
        f"{len(small) - len(planned)} had no plan. The largest gap was "
        f"{_share(max((each.worst for each in planned), default=None))}; the most memory was "
        f"{_number(max(each.mib for each in small))} MiB."
    )


_OF_SHAPES = (
    *("Shape", "Requests", *(f"Gap at {limit} s" for limit in shaped.LIMITS)),
    *("Mean gap", "MiB", "Misses what is wanted at"),
)


def _standing(each: shaped.Standing) -> tuple[Any, ...]:
    gaps = [*each.gaps, *[None] * (len(shaped.LIMITS) - len(each.gaps))]
    misses = ", ".join(each.missed) or NOTHING
    name, shares = f"`{each.name}`", [_share(gap) for gap in gaps]
    return (name, _number(each.requests), *shares, _share(each.mean_gap), _number(each.mib), misses)


def _found(row: Row) -> tuple[Any, ...]:
    """Return objective, bound, unplaced and seconds of a row, or how it ended if there is no plan."""
    if row.get("objective") is None:
        return (row["ending"], NOTHING, NOTHING, row.get("seconds", NOTHING))
    return (*(_number(row[key]) for key in ("objective", "bound", "unplaced")), row["seconds"])


def _curve(rows: list[Row]) -> str:
    """Return the table of time and memory by number of requests."""
    connected = [row for row in rows if row["name"] in {*terms.CURVE, "small", "county", "nation"}]
    return _table(
        ("Problem", "Requests", "Seconds to a gap of 1 %", "of 0.5 %", "of 0.1 %", "MiB", "KiB a request"),
        [
            (
                f"`{row['name']}`",
                _number(row["requests"]),
                *(_seconds(terms.seconds_to(row["curve"], gap)) for gap in (0.01, 0.005, 0.001)),
                _number(row["mib"]),
                _number(1024 * row["mib"] // row["requests"]),
            )
            for row in sorted(connected, key=lambda row: int(row["requests"]))
        ],
    )


def _opponents(rows: list[Row]) -> str:
    """Return the table of contenders' results on each problem; the draws by lot share one line."""
    lines: list[tuple[Any, ...]] = []
    for problem in opponents.SECONDS:
        own = [row for row in rows if row["name"].startswith(f"{problem}/")]
        best = max((row["bound"] for row in own if row.get("bound") is not None), default=0)
        drawn = [row for row in own if "/random-" in row["name"] and row["objective"] is not None]
        for row in own:
            if row in drawn:
                continue
            objective = row.get("objective")
            lines.append(
                (
                    f"`{problem}`, {row['limit']} s",
                    row["name"].partition("/")[2],
                    *_found(row),
                    NOTHING if objective is None else _share(gap_between(objective, best)),
                    _gap(row),
                    _number(row.get("mib")),
                )
            )
        if drawn:
            lines.append((f"`{problem}`", *_draws(drawn, best)))
    heading = (
        "Problem",
        "Contender",
        "Objective",
        "Bound",
        "Unplaced",
        "Seconds",
        "Gap to the best bound",
        "Own",
        "MiB",
    )
    return _table(heading, lines)


def _contenders(rows: list[Row]) -> str:
    """Say of each contender what it loses and where: how much dearer its plan is, or how much later it came."""
    lost: dict[str, list[str]] = {}
    for problem in opponents.SECONDS:
        own = {row["name"].partition("/")[2]: row for row in rows if row["name"].startswith(f"{problem}/")}
        best = min((row["objective"] for row in own.values() if row.get("objective") is not None), default=None)
        for contender, row in own.items():
            if not contender.startswith("random-") and "objective" in row:
                lost.setdefault(contender, []).append(f"{_lost(row, best, own)} on `{problem}`")
    return "\n".join(f"- **{contender}** loses {', '.join(losses)}." for contender, losses in lost.items())


def _lost(row: Row, best: int | None, own: dict[str, Row]) -> str:
    """Say what a contender loses on one problem, against all the others there."""
    if row["objective"] is None or best is None:
        return "everything (it has no plan)"
    if row["objective"] > best:
        return _share(gap_between(row["objective"], best))
    sooner = [
        f"{name} is done after {_seconds(other['seconds'])} s, not {_seconds(row['seconds'])}"
        for name, other in own.items()
        if other.get("objective") == best and other["seconds"] < row["seconds"]
    ]
    return f"time ({' and '.join(sooner)})" if sooner else "nothing"


def _draws(rows: list[Row], best: int) -> tuple[Any, ...]:
    """Summarise several draws by lot as mean (least … most)."""

    def spread(values: Sequence[float], digits: int = 0) -> str:
        return f"{mean(values):,.{digits}f} ({min(values):,.{digits}f} … {max(values):,.{digits}f})"

    gaps = [100 * gap_between(row["objective"], best) for row in rows]
    return (
        f"random order, {len(rows)} draws",
        spread([row["objective"] for row in rows]),
        NOTHING,
        spread([row["unplaced"] for row in rows]),
        f"{mean(row['seconds'] for row in rows):.1f}",
        f"{spread(gaps, 2)} %",
        NOTHING,
        _number(max(row["mib"] for row in rows)),
    )


def _gap_families(rows: list[Row]) -> str:
    """Return the table of families: how far their plans are from the best known."""
    families: dict[str, list[Row]] = {}
    for row in rows:
        families.setdefault(row["family"], []).append(row)
    lines: list[tuple[Any, ...]] = []
    for family, own in families.items():
        planned = [row for row in own if row["objective"] is not None]
        over = [100 * (row["objective"] - row["known"]) / row["known"] for row in planned]
        lines.append(
            (
                family,
                len(own),
                len(own) - len(planned),
                sum(row["objective"] <= row["known"] for row in planned),
                sum(row["objective"] == row["bound"] for row in planned),
                f"{mean(over):.3f} %" if over else NOTHING,
                f"{max(over):.3f} %" if over else NOTHING,
                f"{mean(row['seconds'] for row in own):.1f}",
            )
        )
    heading = ("Family", "Instances", "No plan", "Best known met", "Proven optimal", "Mean over", "Most over", "Mean s")
    return _table(heading, lines)


def _losses(rows: list[Row]) -> str:
    """List the instances whose plans are furthest from the best known."""
    behind = [row for row in rows if row["objective"] is not None and row["objective"] > row["known"]]
    behind.sort(key=lambda row: row["known"] / row["objective"])
    told = ", ".join(
        f"{row['name']} (+{_share((row['objective'] - row['known']) / row['known'])})" for row in behind[:MOST_LOSSES]
    )
    return f"Where it loses most: {told}." if told else "It loses nowhere." if rows else ""


def _gap_instances(rows: list[Row]) -> str:
    """Return the table of instances: what was found and what is known."""
    return _table(
        ("Instance", "Jobs × agents", "Best known", "Found", "Over", "Own bound", "Known bound", "Seconds"),
        [
            (
                row["name"],
                f"{row['jobs']} × {row['agents']}",
                _number(row["known"]),
                _number(row["objective"]),
                NOTHING if row["objective"] is None else _share((row["objective"] - row["known"]) / row["known"]),
                _number(row["bound"]),
                _number(row["known_bound"]),
                row["seconds"],
            )
            for row in sorted(rows, key=lambda row: (row["family"], row["jobs"], row["agents"], row["name"]))
        ],
    )


def _load(rows: list[Row]) -> str:
    """Return the load on the machine and how long each kind of call took, for each rate of calls."""
    kinds = [row for row in rows if row["operation"] is None]
    told = []
    for rate in load.RATES:
        those = [row for row in kinds if row["name"].split("/")[1] == str(rate)]
        told += [
            f"{rate} calls a second were sent and {row['rate']} answered, for {row['seconds']} s; processor seconds:"
            f" {row['server_cpu']} of the service, {row['users_cpu']} of the users."
            f" Load average before it began: {row['busy']}."
            for row in those[:1]
        ]
        heading = ("Kind", "Calls", "Failures", "p50, ms", "p95, ms", "p99, ms", "Target for p95, ms")
        lines = [(row["kind"], *_times(row), load.TARGETS.get(row["kind"], NOTHING)) for row in those]
        told += [_table(heading, lines)] if those else []
    return "\n\n".join(told)


def _calls(rows: list[Row]) -> str:
    """Return the table of how long each operation took, at the middle rate of calls."""
    middle = f"/{load.RATES[1]}/"
    those = [row for row in rows if row["operation"] is not None and middle in row["name"]]
    lines = [(row["kind"], f"`{row['operation']}`", *_times(row)) for row in those]
    return _table(("Kind", "Operation", "Calls", "Failures", "p50, ms", "p95, ms", "p99, ms"), lines)


def _times(row: Row) -> tuple[str, ...]:
    """Return the number of calls and failures, and the percentiles of the time in milliseconds."""
    return tuple(_number(row[key]) for key in ("calls", "failures", *(f"p{share}" for share in load.SHARES)))


def _printed(rows: list[Row]) -> str:
    """Return what a part printed, and the status with which it ended."""
    return "\n\n".join(
        f"Ended with status {row['status']} after {row['seconds']} s:\n\n```text\n{row['printed'].strip()}\n```"
        for row in rows
    )


def _in_order(rows: list[Row], names: Iterable[str]) -> list[Row]:
    """Return the rows with these names, in the order of the names."""
    order = list(names)
    return sorted((row for row in rows if row["name"] in order), key=lambda row: order.index(row["name"]))


def _table(heading: Sequence[str], lines: Iterable[Sequence[Any]]) -> str:
    """Write a Markdown table, or nothing if there are no lines."""
    written = [f"| {' | '.join(map(str, line))} |" for line in lines]
    return "\n".join([f"| {' | '.join(heading)} |", "|---" * len(heading) + "|", *written]) if written else ""


def _gap(row: Row) -> str:
    """Return a row's own proven gap."""
    proven = row.get("objective") is not None and row["bound"] is not None
    return _share(gap_between(row["objective"], row["bound"])) if proven else NOTHING


def _share(value: float | None) -> str:
    return NOTHING if value is None else f"{100 * value:.3f} %"


def _seconds(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.1f}"


def _number(value: int | None) -> str:
    return NOTHING if value is None else f"{value:,}"
