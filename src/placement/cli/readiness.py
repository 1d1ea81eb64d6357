"""``placement readiness``: what a term still lacks before a run makes sense."""

from __future__ import annotations

from typing import Annotated

import typer

from placement.callers import SYSTEM
from placement.cli.database import open_database
from placement.cli.speech import Lang, Language, refusing_in
from placement.database import read_session
from placement.planning.readiness import BLOCKING, judge_readiness
from placement.register.terms import list_terms
from placement_solver.words import Words

_READY = Words("Inget hindrar en körning.", "Nothing stands in the way of a run.")
_BLOCKS = {True: Words("HINDRAR", "BLOCKS"), False: Words("SE ÖVER", "LOOK AT")}
_LISTED = 5


def readiness(
    term: Annotated[str, typer.Argument(help="The term's code, such as VT2027, or its id.")],
    lang: Lang = Language.EN,
) -> None:
    """Tell what a term still lacks before a run makes sense, what blocks first."""
    with refusing_in(lang), open_database() as engine, read_session(engine) as session:
        coded = list_terms(session, SYSTEM, code=term).rows
        found = judge_readiness(session, SYSTEM, coded[0].id if coded else term)
        for finding in found.findings:
            typer.echo(f"{lang.of(_BLOCKS[finding.severity == BLOCKING])}  {lang.of(finding.words)}")
            for item in finding.items[:_LISTED]:
                typer.echo(f"    {item.name}{f' ({item.own_id})' if item.own_id not in {None, item.name} else ''}")
            if len(finding.items) > _LISTED:
                typer.echo(f"    … {len(finding.items) - _LISTED}")
        if found.ready:
            typer.echo(lang.of(_READY))
