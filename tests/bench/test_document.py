"""The page of benchmarks states what was measured, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.bench import __main__ as bench
from tests.bench.document import DOCUMENT, fill, write_document
from tests.bench.plots import draw
from tests.bench.records import forget, keep, read_results
from tests.bench.shaped import class_of, mean_gap, names
from tests.bench.shapes import FIXED
from tests.bench.terms import MOST_POINTS, gap_at, seconds_to, thin

if TYPE_CHECKING:
    from pathlib import Path

ON = {"machine": "m", "system": "s", "versions": "v", "commit": "c", "solver": "t"}
CURVE = [[2.0, 200, 0, 3], [5.0, 120, 90, 1], [40.0, 100, 99, 0]]
TERM: dict[str, Any] = {
    "name": "county",
    "requests": 1000,
    "students": 600,
    "units": 50,
    "supervisors": 90,
    "asked": 50,
    "offered": 40,
    "limit": 180,
    "seconds": 61.5,
    "mib": 2000,
    "ending": "answered",
    "objective": 100,
    "bound": 99,
    "unplaced": 0,
    "curve": CURVE,
    "on": ON,
}
NO_PLAN: dict[str, Any] = {
    "ending": "ended: no answer",
    "objective": None,
    "bound": None,
    "unplaced": None,
    "curve": [],
}
FAILED = TERM | {"name": "nation"} | NO_PLAN


def contender(name: str, objective: int | None, bound: int | None = None) -> dict[str, Any]:
    ending = "answered" if objective is not None else "failed: no plan found"
    figures = {"objective": objective, "bound": bound, "unplaced": 4, "seconds": 3.0, "mib": 100, "ending": ending}
    return {"name": f"small/{name}", "limit": 60, "requests": 398, "on": ON, **figures}


OPPONENTS = [
    contender("placement", 100, 98),
    contender("highs", None),
    {"name": "small/timefold", "limit": 60, "requests": 398, "ending": "not installed", "on": ON},
    *(contender(f"random-{draw}", 196 + 50 * draw) for draw in range(3)),
]
GAP = [
    {"name": f"chu1997/a{known}", "family": "chu1997 A", "jobs": 4, "agents": 2, "known": known, "known_bound": known}
    | {"objective": found, "bound": known, "seconds": 1.0, "mib": 90, "ending": "answered", "on": ON}
    for known, found in ((100, 100), (200, 210), (300, None))
]
RESULTS_OF_ALL = {"terms": [TERM, FAILED], "opponents": OPPONENTS, "gap": GAP}


def lines_of(part: str, results: dict[str, Any]) -> list[str]:
    return fill(f"{{{part}}}", results, {}).splitlines()


def test_the_page_is_what_the_results_say(tmp_path: Path) -> None:
    write_document(read_results(), tmp_path / "page.md", tmp_path)
    assert (tmp_path / "page.md").read_text() == DOCUMENT.read_text()


def test_a_part_without_measurements_is_said_to_be_not_measured() -> None:
    assert fill("{terms} {gap-by-time}", {}, {}) == "Not measured yet. Not measured yet."


def test_the_table_of_terms_states_the_gap_over_time() -> None:
    county, nation = lines_of("terms", RESULTS_OF_ALL)[2:]
    assert county == f"| `county` | 2.0 {2 * '| 25.000 % '}{4 * '| 1.000 % '}| 100 | 99 | 0 | 61.5 | 180 | 2,000 |"
    assert nation.startswith("| `nation` | – | – |")
    assert "ended: no answer" in nation


def test_it_is_said_what_each_contender_loses_and_where() -> None:
    rows = [
        contender("placement", 100, 100),
        contender("highs", 100, 100) | {"seconds": 2.0},
        contender("cp-sat", 125),
        contender("timefold", None),
        contender("random-1", 200),
    ]
    assert lines_of("contenders", {"opponents": rows}) == [
        "- **placement** loses time (highs is done after 2.0 s, not 3.0) on `small`.",
        "- **highs** loses nothing on `small`.",
        "- **cp-sat** loses 20.000 % on `small`.",
        "- **timefold** loses everything (it has no plan) on `small`.",
    ]


def test_every_missed_target_is_listed() -> None:
    assert lines_of("missed", {"terms": [TERM]})[2:] == [
        "- `county`: a gap of 1.000 % after 60 s, not 0.500 %",
        "- `county`: a gap of 1.000 % after 180 s, not 0.100 %",
        "- `county`: 2,000 MiB, not 1,536 MiB",
    ]
    good = TERM | {"mib": 900, "curve": [[2.0, 100, 100, 0]]}
    assert lines_of("missed", {"terms": [good]}) == ["No target is missed."]
    assert "no plan" in lines_of("missed", {"terms": [FAILED]})[2]


def test_the_table_of_problems_states_how_tight_each_is() -> None:
    assert lines_of("problems", {"terms": [TERM]})[2].endswith("| 1,000 | 600 | 50 | 90 | 50 | 40 | 1.25 |")


def shape(name: str, limit: int, objective: int | None, bound: int | None, mib: int = 900) -> dict[str, Any]:
    figures = {"objective": objective, "bound": bound, "unplaced": 0, "mean_gap": 0.25, "mib": mib, "seconds": 1.0}
    return {
        "name": f"{name}/{limit}",
        "seed": 1,
        "requests": 2_000,
        "limit": limit,
        "ending": "answered",
        "on": ON,
    } | figures


def test_each_shape_has_a_row_with_the_gap_of_each_limit_and_what_it_misses() -> None:
    rows = [
        shape("quarter-town", 10, 101, 50),
        shape("quarter-town", 60, 100, 99),
        shape("quarter-town", 180, 100, 100),
    ]
    (line,) = lines_of("shapes", {"shapes": rows})[2:]
    assert line == "| `quarter-town` | 2,000 | 0.990 % | 1.000 % | 0.000 % | 25.000 % | 900 | 60 s |", (
        "the plan after ten seconds is held to the best bound of all limits"
    )
    proven = [shape("quarter-town", 10, 100, 100, mib=2_000)]
    (line,) = lines_of("shapes", {"shapes": proven})[2:]
    assert line == "| `quarter-town` | 2,000 | 0.000 % | – | – | 25.000 % | 2,000 | MiB |"


def test_of_the_fresh_shapes_the_five_worst_are_told() -> None:
    rows = [shape(f"fresh-{number}", 60, 1_000, 1_000 - number) for number in range(6)]
    rows.append(shape("fresh-6", 60, None, None) | {"mean_gap": None})
    names = [line.split("|")[1].strip() for line in lines_of("fresh", {"shapes": rows})[2:]]
    assert names == ["`fresh-6`", "`fresh-5`", "`fresh-4`", "`fresh-3`", "`fresh-2`"]


def test_of_the_small_shapes_it_is_said_how_many_were_proven() -> None:
    rows = [shape(f"hundred-{number}", 10, 1_000, 1_000 - number % 2, mib=200 + number) for number in range(3)]
    (told,) = lines_of("hundred", {"shapes": rows})
    assert told == (
        "Of 3 fresh ones of 2000 to 2000 requests 2 were proven optimal within 10 s, and 0 had no plan. "
        "The largest gap was 0.100 %; the most memory was 202 MiB."
    )


def test_the_mean_gap_counts_from_the_start_and_to_the_last_bound() -> None:
    assert mean_gap(((5.0, 200, 0, 0), (10.0, 100, 100, 0)), 100, 20) == 0.375, "5 s of 1, 5 s of 0.5, and 10 s of 0"
    assert mean_gap((), 100, 20) == 1.0
    assert mean_gap((), None, 20) is None


def test_growth_is_listed_by_size() -> None:
    curve = [TERM | {"name": "eighth", "requests": 900}]
    assert [line.split("|")[1:5] for line in lines_of("curve", {"terms": [TERM], "curve": curve})[2:]] == [
        [" `eighth` ", " 900 ", " 40.0 ", " – "],
        [" `county` ", " 1,000 ", " 40.0 ", " – "],
    ]


def test_contenders_are_held_to_the_best_bound_that_any_contender_proved() -> None:
    ours, mip, peer, drawn = lines_of("opponents", RESULTS_OF_ALL)[2:]
    assert ours == "| `small`, 60 s | placement | 100 | 98 | 4 | 3.0 | 2.000 % | 2.000 % | 100 |"
    assert "failed: no plan found" in mip
    assert "not installed" in peer
    assert drawn.split("|")[2:4] == [" random order, 3 draws ", " 246 (196 … 296) "]
    assert "59.02 (50.00 … 66.89) %" in drawn


def test_the_instances_where_we_lose_are_listed() -> None:
    assert lines_of("families", RESULTS_OF_ALL)[2] == "| chu1997 A | 3 | 1 | 1 | 1 | 2.500 % | 5.000 % | 1.0 |"
    assert lines_of("losses", RESULTS_OF_ALL) == ["Where it loses most: chu1997/a200 (+5.000 %)."]
    assert lines_of("losses", {"gap": GAP[:1]}) == ["It loses nowhere."]
    assert len(lines_of("instances", RESULTS_OF_ALL)) == 5


def test_what_a_part_prints_stands_on_the_page() -> None:
    printed = {"name": "stops", "status": 0, "seconds": 7, "printed": "100 of 100\n", "on": ON}
    assert lines_of("stops", {"stops": [printed]}) == [
        "Ended with status 0 after 7 s:",
        "",
        "```text",
        "100 of 100",
        "```",
    ]


def test_each_kind_of_call_has_its_target_and_each_operation_its_row() -> None:
    figures = {"calls": 1200, "failures": 1, "p50": 9, "p95": 40, "p99": 90, "on": ON}
    whole = {"rate": 49.8, "seconds": 60, "busy": 0.1, "server_cpu": 30.5, "users_cpu": 9.1}
    rows = [
        {"name": "county/50/list", "kind": "list", "operation": None, **figures, **whole},
        {"name": "county/50/document", "kind": "document", "operation": None, **figures, **whole},
        {"name": "county/50/GET /v1/runs", "kind": "list", "operation": "GET /v1/runs", **figures},
        {"name": "county/25/GET /v1/runs", "kind": "list", "operation": "GET /v1/runs", **figures},
    ]
    told, _, _, _, held, free = lines_of("load", {"load": rows})
    assert told.startswith("50 calls a second were sent and 49.8 answered, for 60 s; processor seconds: 30.5 of the")
    assert held == "| list | 1,200 | 1 | 9 | 40 | 90 | 150 |"
    assert free.endswith("| 90 | – |")
    assert lines_of("calls", {"load": rows})[2:] == ["| list | `GET /v1/runs` | 1,200 | 1 | 9 | 40 | 90 |"]
    assert lines_of("load", {}) == ["Not measured yet."]


def test_plots_show_what_was_measured_and_are_the_same_each_time(tmp_path: Path) -> None:
    assert set(draw(RESULTS_OF_ALL, tmp_path)) == {"gap-by-time", "growth", "side-by-side"}
    once = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    draw(RESULTS_OF_ALL, tmp_path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == once
    assert draw({}, tmp_path) == {}


def test_a_row_replaces_the_row_of_the_same_name(tmp_path: Path) -> None:
    file = tmp_path / "kept" / "results.json"
    for name, figure in (("a", 1), ("b", 2), ("a", 3)):
        keep("part", {"name": name, "figure": figure}, file)
    kept = read_results(file)["part"]
    assert [(row["name"], row["figure"]) for row in kept] == [("a", 3), ("b", 2)]
    assert set(kept[0]["on"]) == {"machine", "system", "versions", "commit", "solver"}


def test_what_a_later_measurement_no_longer_has_is_removed(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    for name in ("half/60", "half/180", "half-tight/180", "half"):
        keep("shapes", {"name": name}, file)
    forget("shapes", "half", {"half/60"}, file)
    assert [row["name"] for row in read_results(file)["shapes"]] == ["half/60", "half-tight/180", "half"]


def test_of_problems_that_are_drawn_anew_no_earlier_one_stays(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    for name in ("fresh-1/10", "fresh-1/60", "fresher-1/60", "hundred-1/10"):
        keep("shapes", {"name": name}, file)
    forget("shapes", "fresh", {"fresh-1/10"}, file)
    assert [row["name"] for row in read_results(file)["shapes"]] == ["fresh-1/10", "fresher-1/60", "hundred-1/10"]


def test_commits_with_the_same_solver_are_told_together() -> None:
    rows = [
        {"name": commit, "printed": "", "status": 0, "seconds": 1, "on": ON | {"commit": commit}}
        for commit in ("c2", "c1")
    ]
    page = fill("{machine}", {"stops": rows[:1], "repairs": [rows[1], rows[0]]}, {})
    assert "| repairs | m | s | v | t | c1, c2 |" in page
    assert "| stops | m | s | v | t | c2 |" in page


def test_every_shape_is_in_a_class_and_can_be_measured() -> None:
    assert len(FIXED) == 24
    assert {class_of(each.requests).most for each in FIXED.values()} == {500, 2_500, 5_000, 10_000, 60_000}
    assert names() == bench.PARTS["shapes"].names


def test_parts_are_chosen_by_name() -> None:
    assert bench.choose(["terms:county", "stops"]) == [("terms", "county"), ("stops", "stops")]
    assert ("curve", "thirtieth") in bench.choose(["quick"])
    assert {part for part, _ in bench.choose([])} >= set(bench.PARTS) - {"gap"}
    assert bench.choose(["document"]) == []


@pytest.mark.parametrize("word", ["nothing", "terms:nowhere"])
def test_an_unknown_part_is_refused(word: str) -> None:
    with pytest.raises(SystemExit, match="no such part"):
        bench.choose([word])


def test_a_part_without_its_data_is_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(bench.PARTS, "gap", bench.Part((), bench.PARTS["gap"].measure))
    assert bench.choose(["gap:chu1997"]) == []
    assert capsys.readouterr().err == "gap: nothing to measure without PLACEMENT_BENCH_DATA\n"


def test_what_a_part_prints_is_stored(tmp_path: Path) -> None:
    (row,) = bench.run_module("this", "zen", tmp_path)
    assert (row["status"], row["printed"].splitlines()[0]) == (0, "The Zen of Python, by Tim Peters")


def test_a_long_curve_is_thinned_to_its_marked_changes() -> None:
    flat = tuple((float(at), 1000, 900, 0) for at in range(50))
    assert thin(flat) == [flat[0], flat[-1]]
    steep = tuple((float(at), 10**9, 10**9 - (10**8 * 9**at // 10**at), 0) for at in range(100))
    assert len(thin(steep)) <= MOST_POINTS + 1
    assert thin(()) == []


def test_there_is_no_gap_before_the_first_plan() -> None:
    curve = [(5.0, 100, 90, 0), (9.0, 100, 99, 0)]
    assert [gap_at(curve, at) for at in (1, 5, 100)] == [None, 0.1, 0.01]
    assert [seconds_to(curve, gap) for gap in (0.5, 0.01, 0.0)] == [5.0, 9.0, None]
