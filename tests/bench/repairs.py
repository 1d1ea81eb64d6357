"""Random disruptions of a plan in force, repaired: how many students move, how long it takes from file to file.

``python -m tests.bench.repairs`` plans the county and the small term once, disrupts each twenty times (five kinds, four
draws each) and repairs every one in a process of its own. ``… county=problem.json,plan.json`` uses a given plan.
The status is 1 if a repair of the county takes more than ten seconds, or if a repair changes a placement that it counts
as untouched.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from placement_solver.documents import problem_document, problem_of, read_plan, read_problem, write_problem
from placement_solver.repair import repair
from tests.bench.problems import PROBLEMS
from tests.bench.race import watch
from tests.solver.disruptions import DISRUPTIONS
from tests.solver.repaired import drawn_case, fewest_changes, weigh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placement_solver.plan import Plan
    from placement_solver.problem import Problem

TERMS = {"county": 180, "small": 60}
"""The terms, and the seconds in which the plan in force is made."""
DRAWS = 4
LIMIT = 10
TINY = 1_500
PLACEMENT = str(Path(sys.executable).with_name("placement"))
FIGURES = ("in_force", "displaced", "moved", "lost", "supervisor", "untouched", "changed", "least_changed")
HEADING = ("term", "kind", "draw", *FIGURES, "minimal", "unplaced", "after", "seconds", "MiB")


def plan_term(name: str, given: Path | None, folder: Path) -> tuple[Problem, Plan, Path]:
    """Return a term, a plan of it and the plan's file: the given ones, or new ones."""
    if given is not None:
        problem_file, _, plan_file = str(given).partition(",")
        return read_problem(Path(problem_file).read_bytes()), read_plan(Path(plan_file).read_bytes()), Path(plan_file)
    problem, file, plan_file_made = PROBLEMS[name][1](), folder / f"{name}.json", folder / f"{name}-plan.json"
    file.write_text(write_problem(problem), encoding="utf-8")
    limit = str(TERMS[name])
    subprocess.run(
        [PLACEMENT, "solve", file, "--out", plan_file_made, "--time-limit", limit], check=True, capture_output=True
    )
    return problem, read_plan(plan_file_made.read_bytes()), plan_file_made


def mend(problem: Problem, plan_file: Path, folder: Path) -> tuple[dict[str, Any], Plan, float, int]:
    """Repair a plan for a changed problem and check it; return the report, the plan, seconds and MiB."""
    now, out, report = folder / "now.json", folder / "repaired.json", folder / "moves.json"
    now.write_text(write_problem(problem), encoding="utf-8")
    usage = watch(
        [PLACEMENT, "repair", str(now), str(plan_file), "--out", str(out), "--report", str(report)], 10 * LIMIT
    )
    if usage.ending != "answered":
        raise SystemExit(usage.ending)
    subprocess.run([PLACEMENT, "check", now, out], check=True, stdout=subprocess.DEVNULL)
    return json.loads(report.read_text(encoding="utf-8")), read_plan(out.read_bytes()), usage.seconds, usage.mib


def repair_term(name: str, given: Path | None, folder: Path) -> bool:
    """Disrupt and repair one term repeatedly, a line each; return whether all were in time and left the rest alone."""
    problem, plan, plan_file = plan_term(name, given, folder)
    was = set(plan.placements)
    kept = True
    for kind, disrupt in DISRUPTIONS.items():
        for draw in range(DRAWS):
            now = problem_of(problem_document(disrupt(random.Random(draw), problem, plan.placements)))
            report, repaired, seconds, mib = mend(now, plan_file, folder)
            totals = report["totals"]
            proven = "yes" if report["proven_least"] else "-"
            row = [name, kind, draw, *(totals[figure] for figure in FIGURES), proven]
            tell([*row, len(plan.unplaced), len(repaired.unplaced), f"{seconds:.1f}", mib])
            kept &= len(was & set(repaired.placements)) == totals["untouched"]
            kept &= name == "small" or seconds <= LIMIT
    return kept


def repair_tiny() -> bool:
    """Repair drawn tiny plans and print how many changes exceed the fewest that plain enumeration finds."""
    beyond: Counter[int] = Counter()
    for case in filter(None, map(drawn_case, range(TINY))):
        fewest = fewest_changes(case)
        left_out, changed = weigh(case, repair(case.now, case.plan, workers=1).plan.placements)
        beyond[changed - fewest[1] if left_out == fewest[0] else TINY] += 1
    told = ", ".join(f"{cases} with {more} more" for more, cases in sorted(beyond.items()))
    print(f"tiny terms against every plan there is, {beyond.total()} repairs: {told}")
    return max(beyond) <= 1


def tell(row: Sequence[Any]) -> None:
    """Print one line of the table."""
    widths = [max(10, len(word) + 2) for word in HEADING]
    print("".join(f"{figure!s:>{width}}" for figure, width in zip(row, widths, strict=True)), flush=True)


def main(words: Sequence[str]) -> None:
    """Measure the named terms, or all."""
    given = {name: Path(files) if files else None for name, _, files in (word.partition("=") for word in words)}
    tell(HEADING)
    with TemporaryDirectory() as folder:
        kept = [repair_term(name, given.get(name), Path(folder)) for name in given or TERMS]
    sys.exit(not all([*kept, given or repair_tiny()]))


if __name__ == "__main__":
    main(sys.argv[1:])
