"""``placement readiness``: what a term still lacks before a run makes sense."""

from __future__ import annotations

from typing import Annotated

import typer

from placement.callers import SYSTEM
from placement.cli.database import open_database
from placement.cli.speech import Lang, Language, refusing_in
from placement.database import read_session
from placement.planning.readiness.findings import Item, Severity
from placement.planning.readiness.judging import judge_readiness
from placement.register.terms import list_terms
from placement_solver.words import Words

_HELD = Words(
    "OK       {held} krav till är uppfyllda; --all visar dem.", "OK       {held} more checks hold; --all shows them."
)
_MORE = Words("… och {more} till", "… and {more} more")
_READY = Words("Inget hindrar en körning.", "Nothing stands in the way of a run.")
_MARKS = {
    Severity.BLOCKING: Words("HINDRAR", "BLOCKS"),
    Severity.WARNING: Words("SE ÖVER", "LOOK AT"),
    Severity.OK: Words("OK     ", "OK     "),
}
_COUNTED = {
    "asked": Words("begärda studentveckor", "student-weeks asked"),
    "ceiling": Words("tak", "ceiling"),
    "maxStudents": Words("enhetens tak", "the unit's ceiling"),
    "missing": Words("saknas", "missing"),
    "offered": Words("erbjudna", "offered"),
    "places": Words("platser", "places"),
    "requests": Words("begäranden", "requests"),
    "size": Words("väntade studenter", "students expected"),
    "students": Words("studenter", "students"),
    "taken": Words("upptagna av andra terminer", "taken by other terms"),
    "tokens": Words("åtkomstnycklar", "tokens"),
    "units": Words("enheter", "units"),
}
_LISTED = 5


def readiness(
    term: Annotated[str, typer.Argument(help="The term's code, such as VT2027, or its id.")],
    *,
    everything: Annotated[bool, typer.Option("--all", help="Show the checks that hold too.")] = False,
    lang: Lang = Language.EN,
) -> None:
    """Tell what a term still lacks before a run makes sense, what blocks first."""
    with refusing_in(lang), open_database() as engine, read_session(engine) as session:
        coded = list_terms(session, SYSTEM, code=term).rows
        judged = judge_readiness(session, SYSTEM, coded[0].id if coded else term)
        held = [each for each in judged.findings if each.severity is Severity.OK]
        for finding in judged.findings:
            if finding in held and not everything:
                continue
            typer.echo(f"{lang.of(_MARKS[finding.severity])}  {lang.of(finding.found.words)}")
            items = finding.found.items
            for item in items[:_LISTED]:
                typer.echo(f"    {_line(item, lang)}")
            if len(items) > _LISTED:
                typer.echo(f"    {lang.of(_MORE).format(more=len(items) - _LISTED)}")
        if held and not everything:
            typer.echo(lang.of(_HELD).format(held=len(held)))
        if judged.ready:
            typer.echo(lang.of(_READY))


def _line(item: Item, lang: Language) -> str:
    """Return a row as a line: its name and its owner's id, whose it is, the numbers about it, and why."""
    name = lang.of(item.name)
    own_id = f" ({item.own_id})" if item.own_id not in {None, name} else ""
    owner = "" if item.owner is None else f", {lang.of(item.owner)}"
    counts = ", ".join(f"{lang.of(_COUNTED[what])} {number}" for what, number in item.counts.items() if number)
    reason = "" if item.reason is None else f"; {lang.of(item.reason)}"
    return f"{name}{own_id}{owner}{f': {counts}' if counts else ''}{reason}"
