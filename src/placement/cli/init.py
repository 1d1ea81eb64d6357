"""``placement init``: real reference data for an organisation that starts from an empty database."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Annotated

import typer

from placement import database
from placement.cli.database import open_database
from placement.cli.speech import Lang, Language, refusing_in
from placement.database import open_session
from placement.settings import Settings
from placement.starting.parts import CAUTIONS, SOURCES, Part, complete
from placement.starting.taking import Taken, take
from placement_solver.words import Words

_ASK = Words("Ta med {what}?", "Take {what}?")
_TAKEN = Words(
    "{what}: {stored} nya, {known} fanns redan. Källor: {sources}.",
    "{what}: {stored} new, {known} there already. Sources: {sources}.",
)
_WAITING = Words(
    "  {count} togs inte, eftersom det som de hör till inte finns: {names}",
    "  {count} were not taken, since what they belong to is not there: {names}",
)
_NAMED = 5
"""How many of those that were not taken are named."""
_ALSO = Words("Tas med eftersom annat bygger på det: {what}", "Taken too, since other parts build on it: {what}")
_DRY = Words("Provkörning, inget är sparat.", "Dry run, nothing is stored.")
_NEXT = Words(
    """Nästa steg:
  placement template units                     ett blad att fylla i med enheter; varje lista har ett eget
  placement import units units.xlsx            läser in det
  placement token create --role coordinator    en åtkomstnyckel till REST-API:t, där terminen läggs upp
  placement serve                              API:t på http://127.0.0.1:8000, beskrivet i /docs
  placement readiness TERMIN                   vad som fattas innan en körning är meningsfull""",
    """What to do next:
  placement template units                     a sheet to fill in with units; each list has its own
  placement import units units.xlsx            loads it
  placement token create --role coordinator    a token for the REST API, where the term is set up
  placement serve                              the API on http://127.0.0.1:8000, described at /docs
  placement readiness TERM                     what is missing before a run makes sense""",
)

Taking = bool | None
"""Whether a part is taken or left; None where the command line does not say."""


def init(  # noqa: PLR0913 (each part has an option)
    *,
    municipalities: Annotated[Taking, typer.Option(help="Those of the county and of the studieorter.")] = None,
    institutions: Annotated[Taking, typer.Option(help="The lärosäten and their studieorter.")] = None,
    providers: Annotated[Taking, typer.Option(help="Regions, municipalities and those who run care for them.")] = None,
    hospitals: Annotated[Taking, typer.Option(help="Hospitals, clinics and health centres, each as one unit.")] = None,
    programmes: Annotated[Taking, typer.Option(help="Programmes with placements in care.")] = None,
    courses: Annotated[Taking, typer.Option(help="Courses whose weeks of placement are public.")] = None,
    surveys: Annotated[Taking, typer.Option(help="Surveys to students and to municipalities.")] = None,
    take_all: Annotated[bool, typer.Option("--all", help="Take every part that is not left by a --no option.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be stored.")] = False,
    sources: Annotated[bool, typer.Option("--sources", help="Print each row that is stored, with its source.")] = False,
    lang: Lang = Language.EN,
) -> None:
    """Store real reference data, each part taken or left; what is stored already stays as it is.

    A part that is named is taken with those that it builds on. If none is named, each is asked about on a terminal,
    and elsewhere all are taken. Nothing is made up: no students, offers, supervisors or agreements.
    """
    given = {
        Part.MUNICIPALITIES: municipalities,
        Part.INSTITUTIONS: institutions,
        Part.PROVIDERS: providers,
        Part.HOSPITALS: hospitals,
        Part.PROGRAMMES: programmes,
        Part.COURSES: courses,
        Part.SURVEYS: surveys,
    }
    with refusing_in(lang):
        choice = _decide(given, take_all=take_all, lang=lang)
        wanted = [part for part in Part if choice[part]]
        parts = complete(wanted, [part for part in Part if choice[part] is False])
        with open_database() as engine:
            database.migrate(Settings().database_url)
            with open_session(engine) as session:
                taken = take(session, parts)
                if dry_run:
                    session.rollback()
    if also := [lang.of(part.words) for part in parts if part not in wanted]:
        typer.echo(lang.of(_ALSO).format(what=", ".join(also)))
    _tell(taken, lang, each_row=sources)
    typer.echo(lang.of(_DRY if dry_run else _NEXT))


def _decide(given: Mapping[Part, Taking], *, take_all: bool, lang: Language) -> Mapping[Part, Taking]:
    """Decide what the command line leaves open: by ``--all``, by the parts that it names, or by asking."""
    if take_all or not (any(given.values()) or is_attended()):
        return {part: taking is not False for part, taking in given.items()}
    if any(given.values()):
        return given
    return {part: taking is None and _ask(part, lang) for part, taking in given.items()}


def _ask(part: Part, lang: Language) -> bool:
    """Ask whether to take a part."""
    return typer.confirm(lang.of(_ASK).format(what=lang.of(part.words)), default=True)


def is_attended() -> bool:
    """Tell whether somebody sits at a terminal."""
    return sys.stdin.isatty()


def _tell(taken: Iterable[Taken], lang: Language, *, each_row: bool) -> None:
    """Tell what became of each part, and from where it comes."""
    for each in taken:
        counts = {"stored": len(each.stored), "known": len(each.known), "sources": lang.of(SOURCES[each.part])}
        typer.echo(lang.of(_TAKEN).format(what=lang.of(each.part.words), **counts))
        for line in each.stored if each_row else ():
            typer.echo(f"  {line.name} · {line.source}")
        if each.stored and each.part in CAUTIONS:
            typer.echo(f"  {lang.of(CAUTIONS[each.part])}")
        if each.waiting:
            names = ", ".join(line.name for line in each.waiting[:_NAMED])
            names += ", …" if len(each.waiting) > _NAMED else ""
            typer.echo(lang.of(_WAITING).format(count=len(each.waiting), names=names))
