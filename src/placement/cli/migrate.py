"""``placement migrate``: brings a new or older database to the tables of this version."""

from __future__ import annotations

from typing import Annotated

import typer

from placement import database
from placement.cli.database import told_by_the_database
from placement.cli.speech import Lang, Language, refusing_in
from placement.settings import Settings


def migrate(
    grant_to: Annotated[
        str | None,
        typer.Option(help="The PostgreSQL role that the service connects as, which is granted the use of the tables."),
    ] = None,
    lang: Lang = Language.EN,
) -> None:
    """Migrate the database that PLACEMENT_DATABASE_URL names to this version."""
    with refusing_in(lang), told_by_the_database():
        database.migrate(Settings().database_url, grant_to)
