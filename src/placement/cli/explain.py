"""``placement explain``: why a plan treats a request or a whole group as it does, and what would help."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from placement.cli.speech import Lang, Language, refusing_in
from placement.errors import NotFoundError, PlacementError
from placement_solver.check import check_plan
from placement_solver.columns import Columns
from placement_solver.documents import read_plan, read_problem
from placement_solver.explanation.groups import Choice, explain_group, find_short_groups
from placement_solver.explanation.hindrances import explain_request
from placement_solver.explanation.remedies import find_remedies
from placement_solver.explanation.sentences import tell_group, tell_remedies, tell_request, tell_short_groups
from placement_solver.plan import Plan
from placement_solver.problem import Problem, RequestId
from placement_solver.search.clock import Clock
from placement_solver.words import Words

MOVES_SECONDS = 4.0
"""The most seconds spent on finding a place that others would have to move for."""
GROUP_SECONDS = 30.0
"""The most seconds spent on proving how many of a group could be placed."""
_QUESTIONS = ("institution", "profession", "kind", "weeks", "site")


class CannotExplainError(PlacementError):
    """The question cannot be answered: the plan does not belong to the problem, or the group cannot be read."""

    code = "cannot-explain"


def explain(
    problem: Annotated[Path, typer.Argument(help="The problem document.")],
    plan: Annotated[Path, typer.Argument(help="The plan document.")],
    request: Annotated[
        str | None, typer.Option(help="A request's id: explains its outcome, and what would place it.")
    ] = None,
    group: Annotated[
        str | None,
        typer.Option(
            help="A group, such as institution=KI,profession=nurse,kind=elderly-care,weeks=10-14,site=Visby; weeks are"
            " ISO weeks in which a placement may start."
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the facts as JSON; weeks are numbered from the term's first.")
    ] = False,
    lang: Lang = Language.EN,
) -> None:
    """Explain the outcome of a request or a group; given neither, list the groups with unplaced requests."""
    with refusing_in(lang):
        if request is not None and group is not None:
            raise CannotExplainError(
                sv="Ange --request eller --group, inte båda.", en="Give --request or --group, not both."
            )
        asked, decided = read_problem(problem.read_bytes()), read_plan(plan.read_bytes())
        _refuse_a_broken_plan(asked, decided)
        if request is not None:
            facts, words = _explain_request(asked, decided, request)
        elif group is not None:
            fare = explain_group(asked, Columns(asked), decided, read_choice(asked, group), Clock(GROUP_SECONDS))
            facts, words = asdict(fare), tell_group(asked, fare)
        else:
            short = find_short_groups(asked, decided)
            facts, words = {"groups": [asdict(each) for each in short]}, tell_short_groups(asked, short)
        if as_json:
            typer.echo(json.dumps(facts, ensure_ascii=False))
        else:
            for line in words:
                typer.echo(lang.of(line))


def _refuse_a_broken_plan(problem: Problem, plan: Plan) -> None:
    """Refuse a plan that fails the independent check, above all a plan of another problem."""
    breaches = check_plan(problem, plan)
    if breaches:
        words = breaches[0].words
        raise CannotExplainError(sv=f"Planen håller inte: {words.sv}", en=f"The plan does not hold: {words.en}")


def _explain_request(problem: Problem, plan: Plan, name: str) -> tuple[dict[str, Any], Iterable[Words]]:
    """Explain one request and, if it is unplaced, what would place it."""
    request = RequestId(name)
    if request not in problem.request:
        raise NotFoundError(name)
    columns = Columns(problem)
    explanation = explain_request(problem, columns, plan, request)
    facts: dict[str, Any] = {"explanation": asdict(explanation)}
    words = [*tell_request(problem, explanation)]
    if explanation.placement is None:
        remedies = find_remedies(problem, columns, plan, request, seconds=MOVES_SECONDS)
        facts["remedies"] = [asdict(remedy) for remedy in remedies]
        words += tell_remedies(problem, remedies, by_units=True)
    return facts, words


def read_choice(problem: Problem, text: str) -> Choice:
    """Read a group written as ``institution=KI,weeks=10-14``."""
    answers: dict[str, Any] = {}
    for part in text.split(","):
        name, _, value = part.partition("=")
        if name not in _QUESTIONS or not value:
            known = ", ".join(_QUESTIONS)
            raise CannotExplainError(
                sv=f"'{part}' anger ingen grupp; en grupp anges med {known}.",
                en=f"'{part}' does not select a group; use {known}.",
            )
        answers[name] = _read_weeks(problem, value) if name == "weeks" else value
    return Choice(**answers)


def _read_weeks(problem: Problem, text: str) -> tuple[int, int]:
    """Read ``10-14`` or ``10`` as weeks of the term, by their ISO numbers."""
    first, _, last = text.partition("-")
    term = problem.term
    numbers = [str(term.first_week.plus(week).week) for week in range(term.weeks)]
    begin = [week for week, number in enumerate(numbers) if number == first]
    end = [week for week, number in enumerate(numbers) if number == (last or first) and begin and week >= begin[0]]
    if not end:
        span = f"{term.first_week}–{term.first_week.plus(term.weeks - 1)}"
        raise CannotExplainError(
            sv=f"'{text}' är inte veckor i terminen {span}.", en=f"'{text}' are not weeks of the term {span}."
        )
    return begin[0], end[0]
