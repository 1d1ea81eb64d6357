"""``placement lists``: the words that may be given for professions, kinds of units, statuses and reasons."""

from __future__ import annotations

import typer

from placement.cli.database import open_database
from placement.cli.speech import Lang, Language, refusing_in
from placement.database import read_session
from placement.register.lists import contents, lines_of


def lists(lang: Lang = Language.EN) -> None:
    """Print every word that may be given, with its code and its names; each of them is accepted, in any case."""
    with refusing_in(lang), open_database() as engine, read_session(engine) as session:
        written = list(lines_of(contents(session), lang.of))
    for line in written:
        typer.echo(line)
