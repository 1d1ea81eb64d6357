"""``placement repair``: the plan in force adapted to the term as it is now, with a report of what moved and why."""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import typer

from placement.cli.interrupts import asked_to_stop
from placement.cli.solve import write_whole
from placement.cli.speech import Lang, Language, refusing_in
from placement_solver.documents import read_plan, read_problem, write_plan, write_problem
from placement_solver.plan import ENDINGS
from placement_solver.repair import Repair, put_in_force, repair_document
from placement_solver.repair import repair as mend_plan
from placement_solver.words import Words

_ENDED = Words(
    sv="Sökningen är slut: {why}; gap {gap:.2%} mot gränsen för alla planer, också dem som flyttar fler.",
    en="The search has ended: {why}; gap {gap:.2%} to the bound on all plans, those that move more included.",
)
_TOTALS = Words(
    sv="{in_force} placeringar gällde: {untouched} orörda, {supervisor} med ny handledare, {displaced} omplacerade, "
    "{moved} flyttade för att ge plats, {lost} utan plats",
    en="{in_force} placements were in force: {untouched} untouched, {supervisor} with another supervisor, "
    "{displaced} placed elsewhere, {moved} moved to make room, {lost} without a place",
)
_MORE = Words(
    sv="{placed} nya placeringar, {withdrawn} återkallade; {unplaced} utan plats i planen",
    en="{placed} new placements, {withdrawn} withdrawn; {unplaced} unplaced in the plan",
)
_MINIMAL = Words(
    sv="Bevisat: ingen plan som placerar lika många ändrar färre än {changed}.",
    en="Proven: no plan that places as many changes fewer than {changed}.",
)
_LEAST = Words(
    sv="{changed} ändrade; bevisat minst {least_changed} i varje plan.",
    en="{changed} changed; proven: at least {least_changed} in any plan.",
)


def repair(
    problem: Annotated[Path, typer.Argument(help="The problem document of the term as it is now.")],
    plan: Annotated[Path, typer.Argument(help="The plan in force, of the term as it was.")],
    out: Annotated[Path, typer.Option(help="The file to write the repaired plan to.")],
    report: Annotated[Path | None, typer.Option(help="The file to write all changes to (placement-moves/1).")] = None,
    problem_out: Annotated[
        Path | None,
        typer.Option(
            help="The file to write the problem to, with the plan in force as its `current`; "
            "the repaired plan is then a plan of that document, which prices each change."
        ),
    ] = None,
    time_limit: Annotated[
        float, typer.Option(min=0.1, max=86_400, help="Time limit in seconds, reading included.")
    ] = 9.0,
    workers: Annotated[
        int | None, typer.Option(min=1, max=1_024, help="Number of threads; one per core unless given.")
    ] = None,
    lang: Lang = Language.EN,
) -> None:
    """Repair the plan in force: students who lost a place get one, few others move, the rest stays as it was."""
    began = time.monotonic()
    with refusing_in(lang), asked_to_stop() as stop, ThreadPoolExecutor(1) as aside:
        asked, in_force = read_problem(problem.read_bytes()), read_plan(plan.read_bytes())
        if problem_out is not None:
            asked = put_in_force(asked, in_force)
            write_whole(problem_out, write_problem(asked))
        repaired = aside.submit(  # so that this thread can receive the first Ctrl-C
            mend_plan,
            asked,
            in_force,
            time_limit=time_limit,
            workers=workers or os.cpu_count() or 1,
            stop=stop,
            began=began,
        ).result()
        write_whole(out, write_plan(repaired.plan))
        if report is not None:
            write_whole(report, json.dumps(repair_document(repaired), ensure_ascii=False, indent=1))
    _tell(repaired, lang)


def _tell(repaired: Repair, lang: Language) -> None:
    """Print every change on a line, then the number of each kind."""
    for move in repaired.moves:
        typer.echo(lang.of(move.words))
    plan = repaired.plan
    typer.echo(lang.of(_ENDED).format(why=lang.of(ENDINGS[plan.ended_because]), gap=plan.gap))
    for words in (_TOTALS, _MORE, _MINIMAL if repaired.minimal else _LEAST):
        typer.echo(lang.of(words).format(**repaired.totals))
