"""``placement check``: whether a plan keeps every rule of its problem and its claims are true."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Annotated

import typer

from placement.cli.speech import Lang, Language, refusing_in
from placement_solver.check import check_plan
from placement_solver.documents import read_plan, read_problem
from placement_solver.rules import RULES
from placement_solver.words import Words

_KEPT = Words(
    sv="Planen håller: {placed} placerade, {unplaced} utan plats, inget brott mot någon regel.",
    en="The plan holds: {placed} placed, {unplaced} unplaced, no breach of any rule.",
)
_NAMES = {rule.key: rule.name for rule in RULES}
_DOCUMENT = Words(sv="dokumentet", en="the document")


def check(
    problem: Annotated[Path, typer.Argument(help="The problem document.")],
    plan: Annotated[Path, typer.Argument(help="The plan document.")],
    lang: Lang = Language.EN,
) -> None:
    """Check a plan: exit status 0 if it keeps every rule, otherwise 1 with every breach, grouped by rule."""
    with refusing_in(lang):
        asked, decided = read_problem(problem.read_bytes()), read_plan(plan.read_bytes())
    breaches = defaultdict(list)
    for breach in check_plan(asked, decided):
        breaches[breach.rule].append(breach)
    for rule, broken in breaches.items():
        typer.echo(f"{rule} ({lang.of(_NAMES.get(rule, _DOCUMENT))}): {len(broken)}")
        for breach in broken:
            typer.echo(f"  {lang.of(breach.words)}")
    if breaches:
        raise typer.Exit(1)
    kept = lang.of(_KEPT)
    typer.echo(kept.format(placed=len(decided.placements), unplaced=len(decided.unplaced)))
