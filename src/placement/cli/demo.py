"""``placement demo``: a county's term, from an empty database to a checked plan, and what to do next."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import Annotated, cast

import typer
from rich.console import Console
from sqlalchemy import Engine
from sqlmodel import col, select

from placement import database
from placement.callers import SYSTEM
from placement.cli.database import open_database
from placement.cli.interrupts import asked_to_stop
from placement.cli.progress import ProgressLine
from placement.cli.speech import Lang, Language, refusing_in
from placement.cli.summary import Summary
from placement.clock import earlier
from placement.database import open_session, read_session
from placement.demo.build import build_term, find_term
from placement.demo.dice import dice
from placement.demo.scales import ScaleName
from placement.demo.site_rounds import HISTORY, add_site_rounds
from placement.errors import ConflictError
from placement.planning.runs import ENDED, cancel_run, show_run, solved_documents, start_run
from placement.running.child import NoPlanError, StoppedError
from placement.settings import Settings
from placement.starting.parts import Part
from placement.starting.taking import take
from placement.tables import Organisation, Run, Term, Unit
from placement.working import runner_for
from placement_solver.check import check_plan
from placement_solver.documents import read_plan, read_problem, report_of
from placement_solver.progress import Phase, Progress, gap_between
from placement_solver.words import Words

LOOK_SECONDS = 0.2

_SYNTHETIC = Words(
    sv="Påhittade uppgifter: enheter under klinikerna, handledare, erbjudanden, avtal och studenter är slumpade.",
    en="Synthetic data: the units below the clinics, supervisors, offers, agreements and students are drawn at random.",
)
_LOADED = Words(
    sv="Terminen {code} ({scale}, frö {seed}) finns i {database}.",
    en="The term {code} ({scale}, seed {seed}) is in {database}.",
)
_OCCUPIED = Words(
    sv="Databasen innehåller redan andra uppgifter. Ange en tom databas med PLACEMENT_DATABASE_URL.",
    en="The database already holds other data. Choose an empty one with PLACEMENT_DATABASE_URL.",
)
_CHECKED = Words(
    sv="Planen har klarat den fristående kontrollen: inga regelbrott. Den är sparad som körning {run}.",
    en="The plan has passed the independent check: no breach. It is stored as run {run}.",
)
_NEXT = Words(
    sv="""Nästa steg:
  placement serve --demo-links                 sidorna på http://127.0.0.1:8000, med adresser som loggar in
  placement token create --role coordinator    en åtkomstnyckel till REST-API:t, beskrivet i /openapi.json
  placement problem {code} --out problem.json  terminen som dokument för placement solve""",
    en="""What to do next:
  placement serve --demo-links                 the pages on http://127.0.0.1:8000, with addresses that sign you in
  placement token create --role coordinator    a token for the REST API, described in /openapi.json
  placement problem {code} --out problem.json  the term as a document for placement solve""",
)


def demo(
    scale: Annotated[ScaleName, typer.Option(help="The size of the county.")] = "small",
    seed: Annotated[
        int,
        typer.Option(min=0, max=2_147_483_647, help="The seed of the random draws; the same seed gives the same term."),
    ] = 1,
    time_limit: Annotated[int | None, typer.Option(min=1, max=86_400, help="Time limit in seconds.")] = None,
    lang: Lang = Language.EN,
) -> None:
    """Make a synthetic term of the county, plan it, check the plan and print the result."""
    console = Console()
    with refusing_in(lang), open_database() as engine:
        settings = Settings()
        database.migrate(settings.database_url)
        term = _load(engine, scale, seed)
        name = engine.url.render_as_string(hide_password=True)
        console.print(lang.of(_SYNTHETIC), soft_wrap=True)
        console.print(lang.of(_LOADED).format(code=term.code, scale=scale, seed=seed, database=name), soft_wrap=True)
        run = _plan(engine, settings, term, time_limit or settings.run_time_limit_seconds, lang)
        _report(engine, run, console, lang)
        console.print(lang.of(_NEXT).format(code=term.code), soft_wrap=True)


def _load(engine: Engine, scale: ScaleName, seed: int) -> Term:
    """Make the synthetic term, unless the database already holds it."""
    try:
        with open_session(engine) as session:
            term = find_term(session, scale, seed)
            if term is None:
                with earlier(HISTORY):
                    term = build_term(session, scale, seed)
                add_site_rounds(session, term, dice(seed, "site_rounds"))
            take(session, [Part.SURVEYS])
            return term
    except ConflictError as error:
        raise ConflictError(sv=_OCCUPIED.sv, en=_OCCUPIED.en) from error


def _plan(engine: Engine, settings: Settings, term: Term, time_limit: int, lang: Language) -> Run:
    """Order a run, have it carried out and follow it; Ctrl-C cancels it and keeps the best plan so far."""
    with open_session(engine) as session:
        run = start_run(session, SYSTEM, term.id, time_limit)
    with asked_to_stop() as stop, ProgressLine(lang) as line, ExitStack() as stack:
        runner = runner_for(engine, settings)
        runner.start()
        stack.callback(runner.stop)
        while run.status not in ENDED:
            line.show(_progress_of(run))
            time.sleep(LOOK_SECONDS)
            with open_session(engine) as session:
                run = cancel_run(session, SYSTEM, run.id) if stop.is_set() else show_run(session, SYSTEM, run.id)
    return run


def _progress_of(run: Run) -> Progress | None:
    """Return how far a run has come, once it has a plan."""
    if run.phase is None or run.objective is None or run.bound is None:
        return None
    gap = gap_between(run.objective, run.bound)
    seconds = run.elapsed_seconds or 0.0
    return Progress(cast(Phase, run.phase), run.objective, run.bound, gap, run.unplaced or 0, seconds)


def _report(engine: Engine, run: Run, console: Console, lang: Language) -> None:
    """Read the stored plan back, check it, and print the result."""
    with read_session(engine) as session:
        ended = show_run(session, SYSTEM, run.id)
        if ended.error is not None:
            raise NoPlanError(sv=ended.error_sv or ended.error, en=ended.error)
        if ended.phase != "done":
            raise StoppedError
        documents = solved_documents(session, SYSTEM, run.id)
        problem, plan = read_problem(documents.problem), read_plan(documents.plan)
        report = report_of(documents.report)
        institutions = session.exec(
            select(Organisation).where(col(Organisation.id).in_([each.id for each in problem.institutions]))
        )
        names = {each.id: each.name_sv if lang is Language.SV else each.name_en for each in institutions}
        names |= {unit.id: unit.name for unit in session.exec(select(Unit))}
    breaches = check_plan(problem, plan)
    if breaches:
        raise NoPlanError(
            sv="\n".join(breach.words.sv for breach in breaches),
            en="\n".join(breach.words.en for breach in breaches),
        )
    Summary(problem.term, plan, report, names, lang).print(console)
    console.print(lang.of(_CHECKED).format(run=run.id), soft_wrap=True)
