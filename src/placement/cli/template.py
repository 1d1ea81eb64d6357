"""``placement template``: an empty workbook of a list, to fill in and load again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from placement.callers import SYSTEM
from placement.cli.database import open_database
from placement.cli.import_ import UnreadFileError, require_kind
from placement.cli.speech import Lang, Language, refusing_in
from placement.cli.web import from_the_api
from placement.database import open_session


def template(
    kind: Annotated[str, typer.Argument(help="The list: municipalities, organisations, sites, units, programmes …")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Where to write it; KIND.xlsx by default.")] = None,
    term: Annotated[str | None, typer.Option(help="The term whose weeks become columns, by id or code.")] = None,
    lang: Lang = Language.EN,
) -> None:
    """Write an empty workbook with headings, choices, an example row and an explanation of each column."""
    path = out or Path(f"{kind}.xlsx")
    with refusing_in(lang):
        require_kind(kind)
        if path.exists():
            raise UnreadFileError(
                sv=f"Filen {path} finns redan och har inte skrivits över: ange en annan med --out.",
                en=f"The file {path} is there already and has not been overwritten: name another with --out.",
            )
        with open_database() as engine, open_session(engine) as session:
            path.write_bytes(from_the_api("make_template")(session, SYSTEM, kind, term, lang.value))
    typer.echo(path)
