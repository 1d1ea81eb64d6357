"""``placement report``: a plan's figures for those it concerns, and what one more of something scarce is worth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from placement.cli.interrupts import asked_to_stop
from placement.cli.progress import ProgressLine
from placement.cli.solve import write_whole
from placement.cli.speech import CANNOT, Lang, Language, refusing_in
from placement.cli.summary import Summary
from placement.cli.worth import rank, tell_room, write_amount
from placement_solver.check import check_plan
from placement_solver.documents import read_plan, read_problem, write_report
from placement_solver.figures.one_more import try_one_more
from placement_solver.figures.pricing import Pricing, price_again
from placement_solver.figures.reporting import make_report
from placement_solver.plan import Plan
from placement_solver.problem import Problem
from placement_solver.progress import Progress, gap_between
from placement_solver.report import Group
from placement_solver.search.clock import Clock
from placement_solver.search.teams import Teams
from placement_solver.words import Words

_BROKEN = Words(
    sv="Planen har {breaches} brott mot regler eller uppgifter; placement check visar vilka.",
    en="The plan has {breaches} breaches of rules or facts; placement check shows which.",
)
_UNPRICED = Words(sv="Inga priser: tiden räckte inte.", en="No prices: there was no time for them.")
_NAMES = (Words(sv="Lärosäte", en="Lärosäte"), Words(sv="Hemort", en="Home"))
_GROUPS = (
    Words(sv="Begäran", en="Requests"),
    Words(sv="Placerade", en="Placed"),
    Words(sv="Median", en="Median"),
    Words(sv="Nio av tio", en="Nine in ten"),
    Words(sv="Över en timme", en="Over an hour"),
    Words(sv="Första önskemål", en="First wish"),
)
_UNKNOWN = Words(sv="okänd", en="unknown")
_TRYING = Words(
    sv="Prövat: planerat på nytt omkring varje plats eller handledare, utan och med en till.",
    en="Tried: planned again around each place or supervisor, without and with one more.",
)
_SURE = Words(sv="{gain:>7}  sparas där", en="{gain:>7}  saved there")
_UNSURE = Words(sv="{gain:>7}  sparas där, så långt tiden räckte", en="{gain:>7}  saved there, as far as time allowed")
TRY_SECONDS = 10.0


def report(
    problem: Annotated[Path, typer.Argument(help="The problem document.")],
    plan: Annotated[Path, typer.Argument(help="A plan of it that keeps every rule.")],
    out: Annotated[Path | None, typer.Option(help="The file to write the report document to.")] = None,
    prices: Annotated[bool, typer.Option(help="Whether to price what is scarce.")] = True,
    time_limit: Annotated[float, typer.Option(min=0.1, max=86_400, help="Time limit for pricing, in seconds.")] = 120.0,
    verify: Annotated[
        int, typer.Option(min=0, max=20, help="How many of the highest prices to try out by planning with one more.")
    ] = 0,
    lang: Lang = Language.EN,
) -> None:
    """Report on a plan: journeys, preferences and places by lärosäte and home, and the price of what is scarce."""
    console = Console()
    with refusing_in(lang), asked_to_stop() as stop:
        asked, decided = read_problem(problem.read_bytes()), read_plan(plan.read_bytes())
        breaches = check_plan(asked, decided)
        if breaches:
            typer.echo(lang.of(_BROKEN).format(breaches=len(breaches)), err=True)
            raise typer.Exit(CANNOT)
        pricing = _price(asked, decided, Clock(time_limit, stop), lang) if prices else None
        made = make_report(asked, decided, pricing)
        if out is not None:
            write_whole(out, write_report(made))
        fairness = made.fairness
        for heading, groups in zip(_NAMES, (fairness.institutions, fairness.homes), strict=True):
            console.print(_table(heading, groups, lang))
        Summary(asked.term, decided, made, {}, lang).print(console)
        if made.prices is None and prices:
            console.print(lang.of(_UNPRICED))
        if made.prices is not None and pricing is not None and verify:
            teams = Teams(pricing.market.columns)
            console.print(lang.of(_TRYING))
            for ranking in rank(made.prices):
                for room, worth in ranking.rooms[:verify]:
                    console.print(
                        tell_room(room, ranking.words, worth, asked.term.first_week, {}, lang), soft_wrap=True
                    )
                    clock = Clock(TRY_SECONDS, stop)
                    trial = try_one_more(pricing, teams, decided.placements, room, ranking.rules, clock)
                    sure = _SURE if trial.proven else _UNSURE
                    console.print(lang.of(sure).format(gain=write_amount(trial.gain, lang)))


def _price(problem: Problem, plan: Plan, clock: Clock, lang: Language) -> Pricing:
    """Price what is scarce anew, showing how far the bound has come."""
    with ProgressLine(lang) as line:

        def tell(bound: int) -> None:
            gap = gap_between(plan.objective, bound)
            line.show(Progress("prices", plan.objective, bound, gap, len(plan.unplaced), clock.elapsed))

        return price_again(problem, plan.objective, stopped=clock.is_over, on_bound=tell)


def _table(heading: Words, groups: tuple[Group, ...], lang: Language) -> Table:
    """Return a table of the outcome for some groups."""
    table = Table(box=SIMPLE)
    for words in (heading, *_GROUPS):
        named = words is heading
        table.add_column(lang.of(words), justify="left" if named else "right", no_wrap=named)
    for group in groups:
        journeys, wishes = group.journeys, group.wishes
        table.add_row(
            group.name or lang.of(_UNKNOWN),
            str(group.requests),
            f"{group.placed_share:.1%}",
            *(
                ("", "", "")
                if journeys is None
                else (f"{journeys.median} min", f"{journeys.ninetieth} min", f"{journeys.over_hour:.1%}")
            ),
            "" if wishes is None else f"{wishes.first:.1%}",
        )
    return table
