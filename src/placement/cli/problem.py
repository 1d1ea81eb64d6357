"""``placement problem``: the stored term as a problem document."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import select

from placement.callers import SYSTEM
from placement.cli.database import open_database
from placement.cli.solve import write_whole
from placement.cli.speech import Lang, Language, refusing_in
from placement.database import read_session
from placement.errors import NotFoundError
from placement.planning.gather import gather
from placement.tables import Term
from placement_solver.documents import write_problem
from placement_solver.words import Words

_HOMES = Words(
    "Dokumentet har studenternas hem som de är. Låt det stanna på den här maskinen.",
    "The document has the students' homes as they are. Let it stay on this machine.",
)


def problem(
    term: Annotated[str, typer.Argument(help="The term's code, such as VT2027, or its id.")],
    out: Annotated[Path | None, typer.Option(help="The file to write; stdout unless given.")] = None,
    lang: Lang = Language.EN,
) -> None:
    """Write the stored term as a problem document, as input to the solver, with every student's home as it is.

    Over REST nobody gets the homes: this is for who runs the machine.
    """
    with refusing_in(lang), open_database() as engine, read_session(engine) as session:
        stored = session.exec(select(Term).where((Term.code == term) | (Term.id == term))).first()
        if stored is None:
            raise NotFoundError(term)
        document = write_problem(gather(session, SYSTEM, stored.id))
        typer.echo(lang.of(_HOMES), err=True)
        if out is None:
            typer.echo(document)
        else:
            write_whole(out, document)
