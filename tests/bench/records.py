"""The measurements, stored row by row, so that a long part can be run alone and stopped without loss."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

Row = dict[str, Any]
"""One measurement: its ``name`` within the part, and its figures."""

FOLDER = Path("docs/benchmarks")
RESULTS = FOLDER / "results.json"
SOLVER = "solver/placement_solver"
GIB = 1 << 30


def read_results(file: Path = RESULTS) -> dict[str, list[Row]]:
    """Return the rows of every part that has been measured."""
    results: dict[str, list[Row]] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return results


def keep(part: str, row: Row, file: Path = RESULTS) -> None:
    """Store a row, with what it was measured on; it replaces the part's row of the same name."""
    results = read_results(file)
    rows = results.setdefault(part, [])
    measured = row | {"on": facts()}
    position = next((number for number, known in enumerate(rows) if known["name"] == row["name"]), len(rows))
    rows[position : position + 1] = [measured]
    _write(results, file)


def _write(results: dict[str, list[Row]], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = (f"{json.dumps(name)}: [\n" + ",\n".join(map(json.dumps, rows)) + "\n]" for name, rows in results.items())
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def forget(part: str, name: str, measured: set[str], file: Path = RESULTS) -> None:
    """Remove the rows below a name, or of its numbers, that are not among the measured ones.

    A plan proven at once has no row for later; and of problems that are drawn anew, an earlier one may have had it.
    """
    results = read_results(file)
    rows = results.get(part, [])
    below = re.compile(rf"{re.escape(name)}(-\d+)?/")
    left = [row for row in rows if row["name"] in measured or not below.match(row["name"])]
    if len(left) < len(rows):
        _write(results | {part: left}, file)


def facts() -> dict[str, str]:
    """Return the machine and the versions that a measurement is made on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    return {
        "machine": f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "versions": ", ".join(f"{name} {version(name)}" for name in ("placement", "ortools", "numpy")),
        "commit": _commit(),
        "solver": _solver(),
    }


def _processor() -> str:
    """Return the processor's name for itself, or the machine type if it has none."""
    known = Path("/proc/cpuinfo")
    lines = known.read_text(encoding="utf-8").splitlines() if known.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _solver() -> str:
    """Return git's name for the solver's files, with a ``+`` if they differ from it: the same name, the same search."""
    tree = _git("rev-parse", "--short=8", f"HEAD:{SOLVER}")
    return tree + "+" * bool(_git("status", "--porcelain", "--", SOLVER))


def _commit() -> str:
    """Return the measured commit, with a ``+`` if files differ from it."""
    return _git("describe", "--always", "--dirty=+", "--abbrev=8", "--exclude=*")


def _git(*words: str) -> str:
    command = ["git", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
