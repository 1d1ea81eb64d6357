"""The measurements, stored row by row, so that a long part can be run alone and stopped without loss."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

Row = dict[str, Any]
"""One measurement: its ``name`` within the part, and its figures."""

FOLDER = Path("docs/benchmarks")
RESULTS = FOLDER / "results.json"
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
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = (f"{json.dumps(name)}: [\n" + ",\n".join(map(json.dumps, rows)) + "\n]" for name, rows in results.items())
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def facts() -> dict[str, str]:
    """Return the machine and the versions that a measurement is made on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    return {
        "machine": f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "versions": ", ".join(f"{name} {version(name)}" for name in ("placement", "ortools", "numpy")),
        "commit": _commit(),
    }


def _processor() -> str:
    """Return the processor's name for itself, or the machine type if it has none."""
    known = Path("/proc/cpuinfo")
    lines = known.read_text(encoding="utf-8").splitlines() if known.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _commit() -> str:
    """Return the measured commit, with a ``+`` if files differ from it."""
    command = ["git", "describe", "--always", "--dirty=+", "--abbrev=8", "--exclude=*"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
