"""Weighing: reads files in a process of its own, and tells how long each took and how much memory it needed at most.

python -m tests.fuzz.weighing FILE …
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from placement.errors import InvalidError
from placement.sheets.files.opening import read_file


def weigh(file: Path) -> dict[str, object]:
    """Read a file as an import does; return what it was refused for, the seconds, and the growth in MB."""
    body = file.read_bytes()
    Path("/proc/self/clear_refs").write_text("5")  # the most memory is counted anew from here
    before = _most_memory()
    began, refused, rows = time.perf_counter(), None, 0
    try:
        book = read_file(body, None, lambda _grid: 0)
        rows = sum(len(grid.rows) for grid in book.grids)
    except InvalidError as error:
        refused = error.faults[0].en
    seconds = time.perf_counter() - began
    return {"refused": refused, "rows": rows, "seconds": seconds, "growth": _most_memory() - before}


def _most_memory() -> float:
    """Return the most memory that this process has had, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


if __name__ == "__main__":
    sys.stdout.write(json.dumps({file: weigh(Path(file)) for file in sys.argv[1:]}))
