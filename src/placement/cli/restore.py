"""``placement restore``: a backup put back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from placement.cli.database import told_by_the_database
from placement.cli.speech import Lang, Language, refusing_in
from placement.keeping.restoring import restore_backup
from placement.keys import keys_of
from placement.settings import Settings
from placement_solver.words import Words

_DONE = Words(
    "{rows} rader i {tables} tabeller är återställda som de var {made_at}. Körningar tillbaka i kön: {runs}.",
    "{rows} rows in {tables} tables are restored as they were at {made_at}. Runs back in the queue: {runs}.",
)


def restore(
    file: Annotated[Path, typer.Argument(help="The backup.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace everything in the database, if it is not empty.")
    ] = False,
    lang: Lang = Language.EN,
) -> None:
    """Put a backup back, whole or not at all; it is checked before the database is touched."""
    with refusing_in(lang), told_by_the_database():
        settings = Settings()
        done = restore_backup(settings.database_url, file, keys_of(settings), replace=replace)
        manifest = done.manifest
        typer.echo(
            lang.of(_DONE).format(
                rows=manifest.rows,
                tables=len(manifest.tables),
                made_at=manifest.made_at.isoformat(timespec="seconds"),
                runs=done.runs,
            )
        )
