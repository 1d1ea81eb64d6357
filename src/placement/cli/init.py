"""``placement init``: real reference data for an organisation that starts from an empty database."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from placement import database
from placement.cli.database import open_database
from placement.cli.speech import Lang, Language, refusing_in
from placement.database import open_session
from placement.settings import Settings
from placement.starting.taking import NAMES, Part, Taken, complete, take
from placement_solver.words import Words

_ASK = Words("Ta med {what}?", "Take {what}?")
_TAKEN = Words("{what}: {stored} nya, {known} fanns redan", "{what}: {stored} new, {known} there already")
_ALSO = Words("Tas med eftersom annat bygger på dem: {what}", "Taken too, since other parts build on them: {what}")
_DRY = Words("Provkörning, inget är sparat.", "Dry run, nothing is stored.")
_SOURCES = Words(
    "Allt är verkliga uppgifter; källorna står i src/placement/reference/SOURCES.md. Ett sjukhus är en enhet: "
    "dela upp det i avdelningar med ett blad (placement template units).",
    "Everything is real; the sources are in src/placement/reference/SOURCES.md. A hospital is one unit: "
    "divide it into wards with a sheet (placement template units).",
)


def init(
    take_parts: Annotated[
        list[Part] | None, typer.Option("--take", help="A part to take; may be given several times. Default: ask.")
    ] = None,
    *,
    take_all: Annotated[bool, typer.Option("--all", help="Take every part.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be stored.")] = False,
    lang: Lang = Language.EN,
) -> None:
    """Fill in real reference data: municipalities, lärosäten, providers, hospitals, programmes and courses.

    Each part is taken or left. What is there already stays as it is. No students, offers or agreements are made up.
    """
    with refusing_in(lang):
        database.migrate(Settings().database_url)
        parts = list(Part) if take_all else take_parts or _asked(lang)
        with open_database() as engine, open_session(engine) as session:
            taken = take(session, parts)
            if dry_run:
                session.rollback()
    _tell(parts, taken, lang)
    if dry_run:
        typer.echo(lang.of(_DRY))


def _asked(lang: Language) -> list[Part]:
    """Ask for each part on a terminal; take all of them where nobody can be asked."""
    if not is_attended():
        return list(Part)
    return [part for part in Part if typer.confirm(lang.of(_ASK).format(what=lang.of(NAMES[part])), default=True)]


def is_attended() -> bool:
    """Tell whether somebody sits at a terminal."""
    return sys.stdin.isatty()


def _tell(parts: list[Part], taken: list[Taken], lang: Language) -> None:
    """Tell what was taken, and what was taken along."""
    also = [lang.of(NAMES[part]) for part in complete(parts) if part not in parts]
    if also:
        typer.echo(lang.of(_ALSO).format(what=", ".join(also)))
    for each in taken:
        typer.echo(lang.of(_TAKEN).format(what=lang.of(NAMES[each.part]), stored=each.stored, known=each.known))
    typer.echo(lang.of(_SOURCES))
