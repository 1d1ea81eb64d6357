"""``placement extract``: everything that is stored about one person, as JSON, a page or PDF."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from placement.callers import SYSTEM
from placement.cli.database import open_database
from placement.cli.speech import Lang, Language, refusing_in
from placement.database import open_session
from placement.errors import Fault, InvalidError
from placement.extracts.making import document_of, extract_student, extract_supervisor
from placement.printed.pages import render
from placement.printed.pdf import as_pdf
from placement.store import looks


def extract(
    to: Annotated[Path, typer.Argument(help="The file to write: .json, .html or .pdf.")],
    student: Annotated[str | None, typer.Option(help="The id of the student.")] = None,
    supervisor: Annotated[str | None, typer.Option(help="The id of the supervisor.")] = None,
    lang: Lang = Language.EN,
) -> None:
    """Write everything that is stored about one student or supervisor, for that person (GDPR article 15)."""
    with refusing_in(lang), open_database() as engine:
        if (student is None) == (supervisor is None):
            raise InvalidError(Fault("", "give --student or --supervisor", "ange --student eller --supervisor"))
        with open_session(engine) as session:
            made = (
                extract_student(session, SYSTEM, student)
                if student is not None
                else extract_supervisor(session, SYSTEM, supervisor or "")
            )
            look = looks.Look("placement extract", "placement extract", {}, frozenset(), looks.take(session))
            if look.noted:
                looks.record(session, SYSTEM, look, looks.people_in(session, look))
        page = render("extract.html", "sv" if lang is Language.SV else "en", extract=made)
        if to.suffix == ".json":
            to.write_text(json.dumps(document_of(made), ensure_ascii=False, indent=1), encoding="utf-8")
        elif to.suffix == ".pdf":
            to.write_bytes(as_pdf(page))
        else:
            to.write_text(page, encoding="utf-8")
    typer.echo(str(to))
