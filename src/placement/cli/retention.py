"""``placement retention``: how long records are kept; those that have had their time are archived and erased."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from placement.callers import SYSTEM
from placement.cli.database import open_database
from placement.cli.speech import Lang, Language, refusing_in
from placement.database import open_session, read_session
from placement.errors import ConflictError
from placement.keys import KeysError, keys_of
from placement.retention.erasing import Due, find_due, run_retention, sweep
from placement.retention.persons import erase_person
from placement.settings import Settings
from placement_solver.words import Words

_DUE = Words(
    "{what}: {days} dagar efter {after}; {number} ska raderas", "{what}: {days} days after {after}; {number} to erase"
)
_ERASED = Words("{what}: {number} arkiverade och raderade", "{what}: {number} archived and erased")
_HELD = Words("; {number} får inte raderas just nu", "; {number} on hold")
_NOTHING = Words("Inget har haft sin tid.", "Nothing has had its time.")
_NOBODY = Words("Studenten är raderad: {student}", "The student is erased: {student}")

retention = typer.Typer(
    name="retention", help="See how long records are kept, and erase them after that.", no_args_is_help=True
)


@retention.command()
def show(lang: Lang = Language.EN) -> None:
    """Show how long each kind of record is kept, from when, and how many have had their time."""
    with refusing_in(lang), open_database() as engine, read_session(engine) as session:
        for due in find_due(session):
            typer.echo(_line(_DUE, due, lang))
            typer.echo(f"  {lang.of(due.kind.basis)}")


@retention.command()
def run(
    archive: Annotated[Path | None, typer.Option(help="The folder in which the archive is made first.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be erased.")] = False,
    encrypt: Annotated[bool, typer.Option("--encrypt", help="Encrypt the archive with the service's keys.")] = False,
    lang: Lang = Language.EN,
) -> None:
    """Archive the records that have had their time, check the archive, and erase them. Repeat it as you like."""
    with refusing_in(lang), open_database() as engine:
        if dry_run:
            with read_session(engine) as session:
                lines = [_line(_DUE, due, lang) for due in find_due(session) if due.keys or due.on_hold]
        elif archive is None:
            raise ConflictError(sv="Ange --archive MAPP, eller --dry-run.", en="Give --archive FOLDER, or --dry-run.")
        else:
            try:
                keys = keys_of(Settings()) if encrypt else None
            except KeysError as error:
                raise ConflictError(sv=error.sv, en=error.en) from error
            ciphers = (None, None) if keys is None else (keys.encrypt, keys.decrypt)
            done = run_retention(engine, SYSTEM, archive, *ciphers)
            lines = [_line(_ERASED, due, lang) for due in done]
    for line in lines or [lang.of(_NOTHING)]:
        typer.echo(line)


@retention.command()
def erase(
    student: Annotated[str, typer.Option(help="The id of the student.")],
    reason: Annotated[str, typer.Option(help="Why, such as a request of the student's.")],
    lang: Lang = Language.EN,
) -> None:
    """Erase who one student is before the time, if nothing is planned and nothing is on hold."""
    with refusing_in(lang), open_database() as engine:
        with open_session(engine) as session:
            erase_person(session, SYSTEM, student, reason)
        sweep(engine)
    typer.echo(lang.of(_NOBODY).format(student=student))


def _line(words: Words, due: Due, lang: Language) -> str:
    """Tell of one kind."""
    told = lang.of(words).format(
        what=lang.of(due.kind.words), days=due.days, after=lang.of(due.kind.after), number=len(due.keys)
    )
    return told + (lang.of(_HELD).format(number=due.on_hold) if due.on_hold else "")
