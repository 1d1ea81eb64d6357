"""``placement solve``: a problem document in, a plan document out."""

from __future__ import annotations

import json
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from placement.cli.interrupts import asked_to_stop
from placement.cli.progress import ProgressLine
from placement.cli.speech import Lang, Language, refusing_in
from placement.running.child import GRACE_SECONDS, OverrunError, Solved, SolverProcess
from placement.running.orders import Outcome, SolveOrder
from placement.settings import Settings
from placement_solver.plan import ENDINGS
from placement_solver.progress import Listener, Progress, gap_between
from placement_solver.words import Words

LOOK_SECONDS = 0.1
_OUTCOME = Words(
    sv="{status}: mål {objective}, gräns {bound}, gap {gap:.2%}, {placed} placerade, {unplaced} utan plats; {ended}",
    en="{status}: objective {objective}, bound {bound}, gap {gap:.2%}, {placed} placed, {unplaced} unplaced; {ended}",
)
STATUS = {
    "optimal": Words(sv="optimal", en="optimal"),
    "feasible": Words(sv="giltig", en="feasible"),
    "interrupted": Words(sv="avbruten", en="interrupted"),
}


def solve(
    problem: Annotated[Path, typer.Argument(help="The problem document.")],
    out: Annotated[Path, typer.Option(help="The file to write the plan document to.")],
    time_limit: Annotated[
        float | None,
        typer.Option(min=0.1, max=86_400, help="Time limit in seconds, reading included."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2_147_483_647, help="The same seed gives the same search.")] = 0,
    workers: Annotated[
        int | None, typer.Option(min=1, max=1_024, help="Number of threads; one per core unless given.")
    ] = None,
    memory_limit: Annotated[
        int | None,
        typer.Option(
            min=64,
            help="Memory limit, in MiB, with no plan beyond it; three quarters of the machine unless given.",
        ),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="The file to write a report on the plan to: fairness, and what is scarce.")
    ] = None,
    trace: Annotated[
        Path | None,
        typer.Option(help="The file to write each step of the search to: phase, seconds, objective, bound, memory."),
    ] = None,
    lang: Lang = Language.EN,
) -> None:
    """Plan the term of a problem document. Ctrl-C keeps the best plan so far, if there is one."""
    began = time.monotonic()
    with refusing_in(lang), asked_to_stop() as stop:
        document, settings = problem.read_bytes(), Settings()
        order = SolveOrder(
            time_limit=time_limit or settings.run_time_limit_seconds,
            seed=seed,
            workers=workers or os.cpu_count() or 1,
            memory_mb=memory_limit or settings.run_memory_mb,
            with_report=report is not None,
            began=began,
        )
        with tracing(trace) as keep:
            solved = follow(document, order, stop, lang, keep)
        write_whole(out, solved.plan)
        if report is not None:
            write_whole(report, solved.report)
        typer.echo(_say(solved.outcome, lang))


def follow(
    document: bytes,
    order: SolveOrder,
    stop: threading.Event,
    lang: Language,
    keep: Listener | None = None,
    enough: Callable[[Progress], bool] = lambda _: False,
) -> Solved:
    """Solve in a child process that Ctrl-C does not reach, and pass the request to stop on to it once.

    It is also stopped once it has come ``enough`` far.
    """
    with SolverProcess(document, order, keep) as child, ProgressLine(lang) as line:
        told = False
        deadline = order.began + order.time_limit + GRACE_SECONDS
        while not child.ended_within(LOOK_SECONDS):
            line.show(child.progress)
            if time.monotonic() > deadline:
                raise OverrunError
            if child.progress is not None and enough(child.progress):
                stop.set()
            if stop.is_set() and not told:
                child.stop()
                told = True
        line.show(child.progress)
        return child.solved()


def _say(outcome: Outcome, lang: Language) -> str:
    """Return on one line what a solve came to."""
    return lang.of(_OUTCOME).format(
        status=lang.of(STATUS[outcome.status]),
        objective=outcome.objective,
        bound=outcome.bound,
        gap=gap_between(outcome.objective, outcome.bound),
        placed=outcome.placed,
        unplaced=outcome.unplaced,
        ended="" if outcome.ended_because is None else lang.of(ENDINGS[outcome.ended_because]),
    )


@contextmanager
def tracing(file: Path | None) -> Iterator[Listener | None]:
    """Give what writes each step of a search to a file at once, as a line of JSON; nothing where there is no file."""
    if file is None:
        yield None
        return
    with file.open("w", encoding="utf-8", buffering=1) as lines:

        def keep(progress: Progress) -> None:
            lines.write(json.dumps(asdict(progress)) + "\n")

        yield keep


def write_whole(file: Path, text: str) -> None:
    """Write a file atomically, so that no reader finds half of it."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with open(handle, "w", encoding="utf-8") as written:  # noqa: PTH123 (a handle, not a path)
            written.write(text)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink()
        raise
