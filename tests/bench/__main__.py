"""Measure everything, or the named parts, and rewrite `docs/benchmarks.md`.

``python -m tests.bench`` measures all parts. ``python -m tests.bench terms:county gap`` measures one term and every
public instance. ``python -m tests.bench document`` measures nothing and only rewrites the document.
``python -m tests.bench terms:county --set rounds.effort=0.3`` measures with changed settings of the search, and only
prints what it finds; the parts terms, shapes, curve, opponents and gap can be measured so.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from placement_solver.search.settings import USUAL, with_changes
from tests.bench import gap, load, opponents, shaped, terms
from tests.bench.contender import CHANGES
from tests.bench.document import write_document
from tests.bench.records import RESULTS, forget, keep, read_results

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.bench.records import Row


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the benchmark: the names of what it can measure, and the function that measures one of them.

    ``tunable`` tells whether it measures with changed settings; the others start the service or its command, which
    have the usual ones.
    """

    names: tuple[str, ...]
    measure: Callable[[str, Path], Iterator[Row]]
    tunable: bool = False


def run_module(module: str, name: str, _: Path) -> Iterator[Row]:
    """Run a part that prints its measurements, and yield what it printed as one row."""
    began = time.monotonic()
    ran = subprocess.run([sys.executable, "-m", module], check=False, stdout=subprocess.PIPE, text=True)
    yield {"name": name, "status": ran.returncode, "seconds": round(time.monotonic() - began), "printed": ran.stdout}


PARTS = {
    "terms": Part(tuple(terms.SECONDS), terms.measure, tunable=True),
    "shapes": Part(shaped.names(), shaped.measure, tunable=True),
    "curve": Part(tuple(terms.CURVE), terms.measure, tunable=True),
    "opponents": Part(tuple(opponents.SECONDS), opponents.measure, tunable=True),
    "gap": Part(gap.names(), gap.measure, tunable=True),
    "load": Part(("county",), load.measure),
    "answers": Part(("answers",), partial(run_module, "tests.bench.answers")),
    "workers": Part(("workers",), partial(run_module, "tests.bench.workers")),
    "nation": Part(("nation",), partial(run_module, "tests.bench.nation")),
    "repairs": Part(("repairs",), partial(run_module, "tests.bench.repairs")),
    "stops": Part(("stops",), partial(run_module, "tests.bench.stops")),
    "generated": Part(("generated",), partial(run_module, "tests.bench.generated")),
}
ONLY_DOCUMENT = "document"
QUICK = ("terms:small", "terms:county", "terms:sites", "curve:thirtieth", "opponents:small", "generated")


def choose(wanted: Sequence[str]) -> list[tuple[str, str]]:
    """Return the (part, name) pairs of the words: a part, ``part:name`` or ``quick``; all pairs if there is no word."""
    chosen: list[tuple[str, str]] = []
    for word in (part for each in wanted or PARTS for part in (QUICK if each == "quick" else (each,))):
        if word == ONLY_DOCUMENT:
            continue
        part, _, name = word.partition(":")
        known = PARTS[part].names if part in PARTS else ()
        own = [each for each in known if each == name or each.startswith(f"{name}/") or not name]
        if part not in PARTS or (name and known and not own):
            message = f"{word}: no such part; there are {', '.join(PARTS)}, each also as part:name"
            raise SystemExit(message)
        if not own:
            print(f"{part}: nothing to measure without {gap.PLACES}", file=sys.stderr)
        chosen += [(part, each) for each in own]
    return chosen


def changed_settings(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split the words of the command line into the parts to measure and the settings that ``--set`` changes."""
    changes = [word for before, word in pairwise(words) if before == "--set"]
    try:
        with_changes(USUAL, changes)
    except ValueError as error:
        raise SystemExit(str(error)) from error
    parts = [word for before, word in pairwise(("", *words)) if "--set" not in {before, word}]
    return parts, changes


def main(words: Sequence[str]) -> None:
    """Measure what the words name, row by row, and write the document.

    With changed settings the rows are only printed: the document tells of the usual ones.
    """
    wanted, changes = changed_settings(words)
    chosen = choose(wanted)
    if changes and (untunable := sorted({part for part, _ in chosen if not PARTS[part].tunable})):
        message = f"--set: {', '.join(untunable)}: measured with the usual settings only; name the parts to measure"
        raise SystemExit(message)
    os.environ[CHANGES] = " ".join(changes)
    for part, name in chosen:
        with TemporaryDirectory() as folder:
            measured = set()
            for row in PARTS[part].measure(name, Path(folder)):
                measured.add(row["name"])
                if not changes:
                    keep(part, row)
                told = {key: value for key, value in row.items() if key not in {"name", "curve", "printed"}}
                print(f"{part} {row['name']}:", ", ".join(f"{key} {value}" for key, value in told.items()), flush=True)
            if not changes:
                forget(part, name, measured)
    if not changes:
        write_document(read_results(RESULTS))


if __name__ == "__main__":
    main(sys.argv[1:])
