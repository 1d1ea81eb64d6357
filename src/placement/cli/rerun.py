"""``placement rerun``: a run of the service planned once more from what was kept of it: it should come to the same."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from placement.callers import SYSTEM
from placement.cli.database import open_database
from placement.cli.interrupts import asked_to_stop
from placement.cli.solve import follow, write_whole
from placement.cli.speech import Lang, Language, refusing_in
from placement.database import read_session
from placement.errors import ConflictError
from placement.planning.runs import show_run, solved_documents
from placement.running.orders import SolveMode, SolveOrder
from placement.running.worker import SOLVE_MODE
from placement.settings import Settings
from placement_solver.check import check_plan
from placement_solver.documents import read_plan, read_problem
from placement_solver.words import Words

if TYPE_CHECKING:
    from placement_solver.plan import Plan
    from placement_solver.problem import Problem
    from placement_solver.progress import Progress

WORSE = 1
"""The exit status where the plan is worse than the one that was kept."""
_KEPT = Words(
    sv="{run}: problem {sha256}, lösare {solver}, frö {seed}, trådar {workers}, tidsgräns {limit:g} s\n"
    "Då: mål {objective}, gräns {bound}; planen bryter ingen regel.",
    en="{run}: problem {sha256}, solver {solver}, seed {seed}, threads {workers}, time limit {limit:g} s\n"
    "Then: objective {objective}, bound {bound}; the plan breaks no rule.",
)
_ANOTHER_VERSION = Words(
    sv="Den här lösaren är {now}; körningen gjordes med {then}.",
    en="This solver is {now}; the run was made with {then}.",
)
_NOW = Words(
    sv="Nu: mål {objective}, gräns {bound} efter {seconds:.0f} s: {verdict}.",
    en="Now: objective {objective}, bound {bound} after {seconds:.0f} s: {verdict}.",
)
_SAME, _BETTER, _WORSE = (
    Words(sv="samma mål", en="the same objective"),
    Words(sv="ett bättre mål", en="a better objective"),
    Words(
        sv="ett sämre mål. Klockan avslutade sökningen; ge den mer tid med --time-limit",
        en="a worse objective. The clock ended the search; give it more time with --time-limit",
    ),
)
_BROKEN = Words(
    sv="Det som sparats av körningen {run} hör inte ihop: {why}.",
    en="What was kept of the run {run} does not fit together: {why}.",
)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was kept of a run.

    ``time_limit`` is the run's own: where it went on after a worker had vanished, its plan tells of what was left.
    """

    mode: SolveMode
    time_limit: float
    document: str
    plan: Plan


def rerun(
    run: Annotated[str, typer.Argument(help="The id of a run of this service that has a plan.")],
    time_limit: Annotated[
        float | None, typer.Option(min=0.1, max=86_400, help="Time limit in seconds; the run's own unless given.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The file to write the new plan document to.")] = None,
    lang: Lang = Language.EN,
) -> None:
    """Plan a run again from its kept problem, with its seed and threads; the status is 1 if the plan is worse.

    A run whose plan was proven is proven again. Where the clock had ended the search, it ends as soon as it has come as
    far.
    """
    with refusing_in(lang), asked_to_stop() as stop:
        kept = _read(run)
        then, solver = kept.plan, kept.plan.solver
        typer.echo(
            lang.of(_KEPT).format(
                run=run,
                sha256=then.problem_sha256,
                solver=solver.version,
                seed=solver.seed,
                workers=solver.workers,
                limit=kept.time_limit,
                objective=then.objective,
                bound=then.bound,
            )
        )
        if solver.version != (now := version("placement")):
            typer.echo(lang.of(_ANOTHER_VERSION).format(now=now, then=solver.version))
        order = SolveOrder(
            time_limit=time_limit or kept.time_limit,
            seed=solver.seed,
            workers=solver.workers,
            memory_mb=Settings().run_memory_mb,
            with_report=False,
            mode=kept.mode,
        )

        def has_come_as_far(progress: Progress) -> bool:
            return progress.objective <= then.objective and then.bound < then.objective

        solved = follow(kept.document.encode(), order, stop, lang, enough=has_come_as_far)
        plan = read_plan(solved.plan)
        if out is not None:
            write_whole(out, solved.plan)
        verdict = _SAME if plan.objective == then.objective else _BETTER if plan.objective < then.objective else _WORSE
        typer.echo(
            lang.of(_NOW).format(
                objective=plan.objective,
                bound=plan.bound,
                seconds=plan.solver.wall_seconds,
                verdict=lang.of(verdict),
            )
        )
    if verdict is _WORSE:
        raise typer.Exit(WORSE)


def _read(run_id: str) -> _Kept:
    """Read what was kept of a run, and see that it fits together.

    Raises `NotFoundError` where there is no such run, or it has no plan, and a conflict where the plan is of another
    problem or breaks a rule of it.
    """
    with open_database() as engine, read_session(engine) as session:
        run = show_run(session, SYSTEM, run_id)
        documents = solved_documents(session, SYSTEM, run_id)
        mode, limit, text = SOLVE_MODE.get(run.mode, SolveMode.PLAN), run.time_limit_seconds, documents.problem
        plan = read_plan(documents.plan)
    problem = read_problem(text)
    if why := _what_is_wrong(problem, plan):
        raise ConflictError(sv=_BROKEN.sv.format(run=run_id, why=why.sv), en=_BROKEN.en.format(run=run_id, why=why.en))
    return _Kept(mode, limit, text, plan)


def _what_is_wrong(problem: Problem, plan: Plan) -> Words | None:
    if plan.problem_sha256 != problem.sha256:
        return Words(sv="planen gäller ett annat problem", en="the plan is of another problem")
    breaches = check_plan(problem, plan)
    return breaches[0].words if breaches else None
