"""``placement backup``: everything that is stored, written to a file while the service goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from placement.cli.database import open_database
from placement.cli.speech import Lang, Language, refusing_in
from placement.keeping.backups import make_backup
from placement.keys import keys_of, name_of_key
from placement.settings import Settings
from placement_solver.words import Words

_DONE = Words(
    "{path}: {rows} rader i {tables} tabeller. Nyckeln {key} är inte med; förvara den för sig.",
    "{path}: {rows} rows in {tables} tables. The key {key} is not in it; keep that apart.",
)


def backup(
    to: Annotated[Path, typer.Argument(help="A file, or a folder in which the backup gets a name of its own.")],
    encrypt: Annotated[bool, typer.Option("--encrypt", help="Encrypt it with the first key.")] = False,
    lang: Lang = Language.EN,
) -> None:
    """Write everything that is stored to a file, as it is at one moment; the service need not be stopped."""
    with refusing_in(lang), open_database() as engine:
        made = make_backup(engine, to, keys_of(Settings()), encrypt=encrypt)
        manifest = made.manifest
        typer.echo(
            lang.of(_DONE).format(
                path=made.path,
                rows=manifest.rows,
                tables=len(manifest.tables),
                key=name_of_key(manifest.public_key),
            )
        )
