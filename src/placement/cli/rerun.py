"""``placement rerun``: a run of the service planned once more from what was kept of it: it should come to the same."""

from __future__ import annotations

import hashlib
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
from placement.planning.runs import show_run, solved_documents, unsolved_problem
from placement.running.orders import SolveMode, SolveOrder
from placement.running.worker import SOLVE_MODE
from placement.settings import Settings
from placement.tables import RunStatus
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
_FAILED = Words(
    sv="{run}: problem {sha256}, lösare {solver}, frö {seed}, trådar {workers}, tidsgräns {limit:g} s\n"
    "Då: ingen plan. {why}",
    en="{run}: problem {sha256}, solver {solver}, seed {seed}, threads {workers}, time limit {limit:g} s\n"
    "Then: no plan. {why}",
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
_PLANNED = Words(sv="en plan", en="a plan")
_BROKEN = Words(
    sv="Det som sparats av körningen {run} hör inte ihop: {why}.",
    en="What was kept of the run {run} does not fit together: {why}.",
)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was kept of a run: its plan, or why it has none.

    ``time_limit`` is the run's own: where it went on after a worker had vanished, its plan tells of what was left.
    """

    mode: SolveMode
    time_limit: float
    document: str
    sha256: str
    solver: str
    seed: int
    workers: int
    memory_mb: int | None
    plan: Plan | None = None
    why: Words | None = None

    def told(self, run: str, lang: Language) -> str:
        """Say what was kept of a run."""
        outcome = {"why": "" if self.why is None else lang.of(self.why)}
        if self.plan is not None:
            outcome = {"objective": str(self.plan.objective), "bound": str(self.plan.bound)}
        return lang.of(_FAILED if self.plan is None else _KEPT).format(
            run=run,
            sha256=self.sha256,
            solver=self.solver,
            seed=self.seed,
            workers=self.workers,
            limit=self.time_limit,
            **outcome,
        )


def rerun(
    run: Annotated[str, typer.Argument(help="The id of a run of this service that has a plan, or has failed.")],
    time_limit: Annotated[
        float | None, typer.Option(min=0.1, max=86_400, help="Time limit in seconds; the run's own unless given.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The file to write the new plan document to.")] = None,
    lang: Lang = Language.EN,
) -> None:
    """Plan a run again from its kept problem, with its seed and threads; the status is 1 if the plan is worse.

    A run whose plan was proven is proven again. Where the clock had ended the search, it ends as soon as it has come as
    far. A run that failed fails again for the same reason, or has a plan now.
    """
    with refusing_in(lang), asked_to_stop() as stop:
        kept = _read(run)
        then = kept.plan
        typer.echo(kept.told(run, lang))
        if kept.solver != (now := version("placement")):
            typer.echo(lang.of(_ANOTHER_VERSION).format(now=now, then=kept.solver))
        order = SolveOrder(
            time_limit=time_limit or kept.time_limit,
            seed=kept.seed,
            workers=kept.workers,
            memory_mb=kept.memory_mb or Settings().run_memory_mb,
            with_report=False,
            mode=kept.mode,
        )

        def has_come_as_far(progress: Progress) -> bool:
            return then is not None and progress.objective <= then.objective and then.bound < then.objective

        solved = follow(kept.document.encode(), order, stop, lang, enough=has_come_as_far)
        plan = read_plan(solved.plan)
        if out is not None:
            write_whole(out, solved.plan)
        verdict = _compare(plan, then)
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


def _compare(plan: Plan, then: Plan | None) -> Words:
    """Say how a plan compares with the one that was kept, if there was one."""
    if then is None:
        return _PLANNED
    return _SAME if plan.objective == then.objective else _BETTER if plan.objective < then.objective else _WORSE


def _read(run_id: str) -> _Kept:
    """Read what was kept of a run, and see that it fits together.

    Raises `NotFoundError` where there is no such run, or it has neither a plan nor failed, and a conflict where the
    plan is of another problem or breaks a rule of it.
    """
    with open_database() as engine, read_session(engine) as session:
        run = show_run(session, SYSTEM, run_id)
        mode, limit, memory = SOLVE_MODE.get(run.mode, SolveMode.PLAN), run.time_limit_seconds, run.memory_mb
        if run.status is RunStatus.FAILED and (kept := unsolved_problem(session, SYSTEM, run_id)) is not None:
            sha256 = hashlib.sha256(kept.problem.encode()).hexdigest()
            why = Words(run.error_sv or "", run.error or "")
            return _Kept(mode, limit, kept.problem, sha256, kept.solver, run.seed, run.workers or 1, memory, why=why)
        documents = solved_documents(session, SYSTEM, run_id)
        text, plan = documents.problem, read_plan(documents.plan)
    problem = read_problem(text)
    if wrong := _what_is_wrong(problem, plan):
        raise ConflictError(
            sv=_BROKEN.sv.format(run=run_id, why=wrong.sv), en=_BROKEN.en.format(run=run_id, why=wrong.en)
        )
    solver = plan.solver
    return _Kept(mode, limit, text, plan.problem_sha256, solver.version, solver.seed, solver.workers, memory, plan)


def _what_is_wrong(problem: Problem, plan: Plan) -> Words | None:
    if plan.problem_sha256 != problem.sha256:
        return Words(sv="planen gäller ett annat problem", en="the plan is of another problem")
    breaches = check_plan(problem, plan)
    return breaches[0].words if breaches else None
